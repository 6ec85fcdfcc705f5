package generalisation

import (
	"slices"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/s23-generalisation/table"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

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

// faithfulRecipe returns the settings of a row in the calls of network3.py that section 5.23
// prints.
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

// textNet returns the network with the starting weights of the text, and with dropout only
// behind hidden layers.
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

// startedBy returns the network with other starting weights in all layers but the last one,
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
