package generalisation

import (
	"fmt"
	"slices"
	"sync"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/s23-generalisation/table"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/nets"
	"cnnbook/cnnlib/train"
)

// nielsen6 is where the book has the numbers of section 5.23 from.
const nielsen6 = "M. Nielsen, Neural Networks and Deep Learning (2015), chapter 6"

// runsOfTheBook is how often each row was trained there.
const runsOfTheBook = 3

// voters is how many networks vote in row 8.
const voters = 5

// Table is the table of section 5.23: what each addition to a network for digits brings.
func Table() table.Table {
	return table.Table{
		Section: "5.23",
		Rows: []table.Row{
			tableRow("1", "", "100 hidden units", "100 个隐藏神经元", 97.80),
			tableRow("2", "1", "one convolution and pooling in front", "前面加一个卷积-池化层", 98.78),
			tableRow("3", "2", "a second convolution and pooling", "再加一个卷积-池化层", 99.06),
			tableRow("4", "3", "ReLU in place of sigmoid, L2", "ReLU 代替 sigmoid，加 L2 正则化", 99.23),
			tableRow("5", "4", "five times the pictures, by shifts", "平移扩展训练集（5 倍）", 99.37),
			tableRow("5b", "5", "300 hidden units", "300 个隐藏神经元", 99.46),
			tableRow("5c", "5", "1,000 hidden units", "1000 个隐藏神经元", 99.43),
			tableRow("6", "5", "a second hidden layer, 100 + 100", "再加一个全连接层，100 + 100", 99.43),
			tableRow("6b", "5b", "a second hidden layer, 300 + 300", "再加一个全连接层，300 + 300", 99.48),
			tableRow("6c", "5c", "a second hidden layer, 1,000 + 1,000", "再加一个全连接层，1000 + 1000", 99.47),
			dropoutRow(),
			{ID: "8", What: "a vote of five networks", WhatZH: "五个网络投票", Book: 99.67, Source: nielsen6, Against: "7", Seeds: 1, VoteOf: "7", Voters: voters},
		},
		Profiles: []table.Profile{faithful(), intended(), modern()},
		Test:     data.MNISTTest,
	}
}

func tableRow(id, against, what, whatZH string, book float64) table.Row {
	return table.Row{ID: id, What: what, WhatZH: whatZH, Book: book, Source: nielsen6, Against: against, Seeds: runsOfTheBook}
}

// dropoutRow is trained once for each network that votes in row 8.
func dropoutRow() table.Row {
	row := tableRow("7", "6c", "dropout ½, no L2, 40 epochs", "弃权 ½，不用 L2，40 个迭代期", 99.60)
	row.Seeds = voters
	return row
}

// netOfRow names the network of each row (nets.Section523).
var netOfRow = map[string]string{
	"1": "fc100", "2": "conv1", "3": "conv2-sigmoid", "4": "conv2", "5": "conv2", "5b": "conv2-fc300", "5c": "conv2-fc1000",
	"6": "conv2-fc100-fc100", "6b": "conv2-fc300-fc300", "6c": "conv2-fc1000-fc1000", "7": "conv2-dropout",
}

// kinds of rows: those that have sigmoid units, the more pictures, and dropout.
func sigmoidRow(row string) bool  { return row == "1" || row == "2" || row == "3" }
func expandedRow(row string) bool { return row >= "5" }

// keptRow says whose filters section 5.23 looks at.
func keptRow(row string) bool { return row == "2" || row == "3" || row == "4" }

// faithful trains as network3.py does.
func faithful() table.Profile {
	return table.Profile{
		Name: "faithful", Title: "as M. Nielsen's program network3.py, which made the book's numbers, does",
		Differences: []table.Difference{
			{What: "kernels are not turned by 180°", Why: "learned kernels come out turned; nothing else changes"},
			{What: "biases are added before the pooling, not behind it", Why: "max(x)+b = max(x+b), and sigmoid and ReLU are monotone, so the results are equal"},
			{What: "the starting weights come from another generator", Why: "network3.py has NumPy's; the distributions are the same, N(0, 1/n_out), biases N(0, 1)"},
			{What: "dropout draws a mask of its own for each layer and network", Why: "network3.py gives each the same seed, RandomState(0); the rate is the same"},
			{What: "the shifted pictures are in an order of our own", Why: "expand_mnist.py shuffles once without a seed; here it is once too, with a seed"},
		},
		Recipe: faithfulRecipe,
	}
}

func faithfulRecipe(row string) (table.Recipe, error) {
	net, err := rowNet(row)
	if err != nil {
		return table.Recipe{}, err
	}
	r := table.Recipe{Net: net, Pictures: rowPictures(row), Images: rowImages(row), Keep: keptRow(row),
		Options: train.Options{Epochs: 60, Batch: 10, Rate: train.Constant(0.03), L2: 0.1, White: data.NielsenDivisor, KeepOrder: true}}
	if sigmoidRow(row) {
		r.Options.Rate, r.Options.L2 = train.Constant(0.1), 0
	}
	if row == "7" {
		r.Options.Epochs, r.Options.L2 = 40, 0
	}
	return r, nil
}

// intended trains as the words of section 5.23 say.
func intended() table.Profile {
	return table.Profile{
		Name: "intended", Title: "as the text of section 5.23 says",
		Differences: []table.Difference{
			{What: "a new random order in every epoch", Why: "the text says stochastic gradient descent; network3.py takes the same batches in the same order in all epochs"},
			{What: "λ/2n·Σw² with n pictures: L2 is 0.01 here for λ = 0.1", Why: "so is L2 defined (Nielsen, chapter 3, eq. 85); network3.py divides by the number of batches, ten times less"},
			{What: "weights start from N(0, 1/n_in), biases from 0", Why: "section 5.23 counts good starting weights among its methods, which are these (Nielsen, chapter 3); network3.py has 1/n_out"},
			{What: "dropout behind the two hidden layers only", Why: "the text applies it to the fully connected layers, not to the convolutions; network3.py also drops the 640 pooled values"},
			{What: "pixels are divided by 255", Why: "the text says nothing; black is 1. The file behind network3.py has 255/256"},
		},
		Recipe: func(row string) (table.Recipe, error) {
			r, err := faithfulRecipe(row)
			if err != nil {
				return r, err
			}
			// "60 iterations" are 60 epochs there: the text also calls them 迭代期.
			r.Net, r.Keep = textNet(r.Net.(cnnlib.Sequential)), false
			r.Options.KeepOrder, r.Options.White = false, data.PixelMax
			r.Options.L2 /= float64(r.Options.Batch) // train divides by the batches of an epoch, of which there are n/Batch
			return r, nil
		},
	}
}

// textNet starts a network as the text says, and has dropout only behind hidden layers.
func textNet(net cnnlib.Sequential) cnnlib.Sequential {
	net = startedBy(net, cnnlib.LeCunNormal{})
	flat := slices.IndexFunc(net, func(l cnnlib.Layer) bool { _, ok := l.(cnnlib.Flatten); return ok })
	if flat+1 < len(net) {
		if _, ok := net[flat+1].(cnnlib.Dropout); ok {
			net = slices.Delete(net, flat+1, flat+2)
		}
	}
	return net
}

// startedBy returns the network with other starting weights in all layers but the last,
// which starts from zeros.
func startedBy(net cnnlib.Sequential, init cnnlib.Initializer) cnnlib.Sequential {
	net = slices.Clone(net)
	for i, layer := range net[:len(net)-1] {
		switch layer := layer.(type) {
		case cnnlib.Conv2D:
			layer.Init = init
			net[i] = layer
		case cnnlib.Dense:
			layer.Init = init
			net[i] = layer
		}
	}
	return net
}

// modern trains the same networks with as few epochs as today's means allow.
func modern() table.Profile {
	const (
		batch = 64
		decay = 5e-4 // of a weight, per unit of the learning rate
	)
	return table.Profile{
		Name: "modern", Title: "the same networks with today's means, in as few epochs as they need",
		Differences: []table.Difference{
			{What: "10 epochs, 15 from row 5 on", Why: "the rate rises and falls once (one-cycle; Smith and Topin 2017), which needs fewer"},
			{What: "batches of 64 with Nesterov momentum 0.9", Why: "the same number of pictures in a sixth of the steps"},
			{What: "a new random order in every epoch", Why: "no two epochs see the same batches"},
			{What: "weights start from He's N(0, 2/n_in), with sigmoid from N(0, 1/n_in); biases from 0", Why: "the size of the signal stays the same through the layers (He et al. 2015)"},
			{What: "L2 shrinks the weights by 5e-4·rate a step", Why: "a usual decay; in network3.py it is 2e-5"},
			{What: "rows 5 to 7 move each picture anew by up to one pixel in both directions", Why: "no picture is stored five times, and an epoch is 50,000 pictures"},
			{What: "pixels are divided by 255", Why: "black is 1"},
		},
		Recipe: func(row string) (table.Recipe, error) {
			net, err := rowNet(row)
			if err != nil {
				return table.Recipe{}, err
			}
			o := train.Options{Epochs: 10, Batch: batch, Optimizer: train.SGD{Momentum: 0.9, Nesterov: true}, Rate: train.OneCycle{Peak: 0.1}}
			if sigmoidRow(row) {
				net, o.Rate = startedBy(net, cnnlib.LeCunNormal{}), train.OneCycle{Peak: 0.5}
			} else {
				net, o.L2 = startedBy(net, cnnlib.HeNormal{}), decay*float64(mnistTraining/batch)
			}
			if expandedRow(row) {
				o.Epochs, o.Augment = 15, train.Augment{Shift: 1}
			}
			if row == "7" {
				o.L2 = 0
			}
			return table.Recipe{Net: net, Pictures: chapters.MNIST(mnistTraining, mnistValidation), Images: mnistTraining, Options: o}, nil
		},
	}
}

// The division of MNIST (data.MNISTSplit).
const mnistTraining, mnistValidation = 50_000, 10_000

func rowNet(row string) (cnnlib.Sequential, error) {
	for _, n := range nets.Section523() {
		if n.Name == netOfRow[row] {
			return n.Net.(cnnlib.Sequential), nil
		}
	}
	return nil, fmt.Errorf("generalisation: row %q of the table of section 5.23 has no network", row)
}

func rowPictures(row string) chapters.Pictures {
	if expandedRow(row) {
		return expandedMNIST
	}
	return chapters.MNIST(mnistTraining, mnistValidation)
}

// rowImages is the number of pictures that a row trains on.
func rowImages(row string) int {
	if expandedRow(row) {
		return 5 * mnistTraining
	}
	return mnistTraining
}

// expandedMNIST has five pictures for each to train on, shuffled once, as the file of
// expand_mnist.py. They are the same for all seeds.
var expandedMNIST = chapters.Pictures{
	Describe: "MNIST: 50000 training pictures and each moved by one pixel down, up, right and left, shuffled once; all 10000 validation pictures, all 10000 test pictures",
	Load: func() (training, validation, test *data.Images, err error) {
		if _, validation, test, err = chapters.MNIST(mnistTraining, mnistValidation).Load(); err == nil {
			training, err = expanded()
		}
		return training, validation, test, err
	},
}

// expanded makes the pictures once: they take 196 MB.
var expanded = sync.OnceValues(func() (*data.Images, error) {
	training, _, _, err := chapters.MNIST(mnistTraining, mnistValidation).Load()
	if err != nil {
		return nil, err
	}
	return data.Shifted(training).Shuffled(1), nil
})
