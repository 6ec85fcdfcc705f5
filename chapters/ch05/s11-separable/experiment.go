package separable

import (
	"fmt"

	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/train"
)

// The experiment of section 5.11: what is a parameter worth in a convolution that
// looks at channels and regions at once, and in one that does not?
const budgetID = "05_11_budget"

// budgets are numbers of parameters, each twice the one before; a network has
// the number of channels that comes nearest.
var budgets = []int{1_000, 2_000, 4_000, 8_000}

// keptBudget is that of the networks whose weights are kept, 16 kB each: those that
// the section looks into.
const keptBudget = 4_000

// digitShape is a digit of MNIST.
var digitShape = cnnlib.Shape{28, 28, 1}

// budgetNet is a network for digits with three convolutions 3×3 of the given number
// of channels. The first, which sees one channel only, is the same in both kinds; the
// other two are separable, or not.
func budgetNet(separable bool, channels int) cnnlib.Sequential {
	var layer cnnlib.Layer = cnnlib.Conv2D{Channels: channels, Kernel: 3, Padding: cnnlib.Same, Activation: cnnlib.ReLU}
	if separable {
		layer = cnnlib.SeparableConv2D{Channels: channels, Kernel: 3, Padding: cnnlib.Same, Activation: cnnlib.ReLU}
	}
	return cnnlib.Sequential{
		cnnlib.Conv2D{Channels: channels, Kernel: 3, Stride: 2, Padding: cnnlib.Same, Activation: cnnlib.ReLU}, // 14×14
		layer, cnnlib.MaxPool2D{Window: 2}, // 7×7
		layer,
		cnnlib.GlobalAvgPool{}, cnnlib.Dense{Units: 10},
	}
}

// nearest returns the one of these networks whose number of parameters is nearest to
// the budget.
func nearest(separable bool, budget int) (net cnnlib.Sequential, channels int) {
	params := func(channels int) int { return budgetNet(separable, channels).Params(digitShape) }
	channels = 1
	for params(channels+1) <= budget {
		channels++
	}
	if params(channels+1)-budget < budget-params(channels) {
		channels++
	}
	return budgetNet(separable, channels), channels
}

// BudgetNet returns the network of the experiment with about so many parameters, and
// the options it is trained with, but for the seed.
func BudgetNet(separable bool, budget int) (cnnlib.Sequential, train.Options) {
	net, _ := nearest(separable, budget)
	return net, train.Options{Epochs: 3, Batch: 50, Optimizer: train.Adam{}, Rate: train.OneCycle{Peak: 0.01}}
}

// kindName names the two kinds in arms and figures.
func kindName(separable bool) string {
	if separable {
		return "separable"
	}
	return "standard"
}

// budgetArm is the name of an arm.
func budgetArm(separable bool, budget int) string {
	return fmt.Sprintf("%s %d", kindName(separable), budget)
}

// budgetExperiment trains both kinds at each budget, on 10,000 digits, which leave
// room for mistakes, and with options that suit both.
func budgetExperiment() chapters.Experiment {
	e := chapters.Experiment{
		ID: budgetID, Seeds: 4,
		Question:   "At the same number of parameters, which recognises more digits: convolutions that see channels and regions at once, or separable ones?",
		QuestionZH: "参数量相同时，标准卷积与深度可分离卷积，哪种网络识别手写数字更准确？",
	}
	for _, separable := range []bool{false, true} {
		for _, budget := range budgets {
			net, options := BudgetNet(separable, budget)
			arm := chapters.Classify(budgetArm(separable, budget), net, chapters.MNIST(10_000, 0), options)
			arm.Keep = budget == keptBudget
			e.Arms = append(e.Arms, arm)
		}
	}
	return e
}
