package layers

import (
	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/train"
)

// The experiment of the section and its arms.
const (
	experimentID = "05_01_layers"
	armFC        = "FC alone"
	armText      = "one CONV"
	armPicture   = "four CONV"
)

// DigitNet returns the network of the section's picture for the 28×28 digits: a block fewer,
// because 28 can be halved twice, and a first kernel of 5×5, large enough to look at.
func DigitNet() cnnlib.Sequential {
	conv := func(kernel int) cnnlib.Layer {
		return cnnlib.Conv2D{Channels: 10, Kernel: kernel, Padding: cnnlib.Same}
	}
	return cnnlib.Sequential{
		conv(5), cnnlib.ReLU, conv(3), cnnlib.ReLU, cnnlib.MaxPool2D{Window: 2},
		conv(3), cnnlib.ReLU, conv(3), cnnlib.ReLU, cnnlib.MaxPool2D{Window: 2},
		cnnlib.Flatten{}, cnnlib.Dense{Units: 10},
	}
}

func experiments() []chapters.Experiment {
	digits := chapters.MNIST(20_000, 0)
	options := train.Options{Epochs: 5, Batch: 50, Optimizer: train.SGD{Momentum: 0.9}, Rate: train.OneCycle{Peak: 0.05}}
	arm := func(name string, net cnnlib.Sequential) chapters.Arm {
		return chapters.Classify(name, net, digits, options)
	}
	deep := arm(armPicture, DigitNet())
	deep.Keep = true
	return []chapters.Experiment{{
		ID:         experimentID,
		Question:   "What do CONV, RELU and POOL add to a fully connected layer?",
		QuestionZH: "在全连接层之前加上卷积层、RELU 层和池化层，能带来多大提升？",
		Seeds:      3,
		Arms: []chapters.Arm{
			arm(armFC, cnnlib.Sequential{cnnlib.Flatten{}, cnnlib.Dense{Units: 10}}),
			arm(armText, cnnlib.Sequential{
				cnnlib.Conv2D{Channels: 12, Kernel: 3, Padding: cnnlib.Same}, cnnlib.ReLU,
				cnnlib.MaxPool2D{Window: 2},
				cnnlib.Flatten{}, cnnlib.Dense{Units: 10},
			}),
			deep,
		},
	}}
}
