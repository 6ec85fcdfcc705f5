package separable

import (
	"fmt"

	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/train"
)

const budgetID = "05_11_budget"

// budgets are numbers of parameters, each twice the number before it; a network has the
// number of channels that comes nearest.
var budgets = []int{1_000, 2_000, 4_000, 8_000}

// keptBudget is the budget of the networks whose weights are kept, 16 kB each. The section
// looks into one of them.
const keptBudget = 4_000

// digitShape is a digit of MNIST.
var digitShape = cnnlib.Shape{28, 28, 1}

// digitNet returns a network for digits with three convolutions 3×3 of the given number of
// channels. The first, which sees one channel only, is the same in both kinds; the other two
// are separable, or not.
func digitNet(separable bool, channels int) cnnlib.Sequential {
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

// BudgetNet returns the network of the experiment whose number of parameters is nearest to
// the budget, and the options it is trained with, but for the seed.
func BudgetNet(separable bool, budget int) (cnnlib.Sequential, train.Options) {
	params := func(channels int) int { return digitNet(separable, channels).Params(digitShape) }
	channels := 1
	for params(channels+1) <= budget {
		channels++
	}
	if params(channels+1)-budget < budget-params(channels) {
		channels++
	}
	return digitNet(separable, channels), train.Options{Epochs: 3, Batch: 50, Optimizer: train.Adam{}, Rate: train.OneCycle{Peak: 0.01}}
}

// kindName names the two kinds in arms and figures.
func kindName(separable bool) string {
	if separable {
		return "separable"
	}
	return "standard"
}

// armName returns the name of an arm.
func armName(separable bool, budget int) string {
	return fmt.Sprintf("%s %d", kindName(separable), budget)
}

// experiment trains both kinds at each budget, on 10,000 digits, which leave room for
// mistakes, and with options that suit both. It asks what a parameter is worth in a
// convolution that looks at channels and regions at once, and in one that does not.
func experiment() chapters.Experiment {
	e := chapters.Experiment{
		ID: budgetID, Seeds: 4,
		Question:   "At the same number of parameters, which recognises more digits: convolutions that see channels and regions at once, or separable ones?",
		QuestionZH: "参数量相同时，标准卷积与深度可分离卷积，哪种网络识别手写数字更准确？",
	}
	for _, separable := range []bool{false, true} {
		for _, budget := range budgets {
			net, options := BudgetNet(separable, budget)
			arm := chapters.Classify(armName(separable, budget), net, chapters.MNIST(10_000, 0), options)
			arm.Keep = budget == keptBudget
			e.Arms = append(e.Arms, arm)
		}
	}
	return e
}
