package generalisation

import (
	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/train"
)

// experiment asks how fast accuracies of section 5.23 can be had today. Networks, rates and
// numbers of epochs were chosen on the 10,000 validation pictures; the test pictures were
// looked at when the recipes stood. The first arm has the network of step (4), momentum, a
// rate that rises and falls once (L. Smith, N. Topin 2017, arXiv:1708.07120), and He's
// starting weights. The second has more filters, dropout before the last layer, and every
// picture shifted and turned a little each time it is seen.
func experiment() chapters.Experiment {
	digits := chapters.MNIST(mnistTraining, 0)
	small := cnnlib.Sequential{
		cnnlib.Conv2D{Channels: 20, Kernel: 5, Activation: cnnlib.ReLU}, cnnlib.MaxPool2D{Window: 2},
		cnnlib.Conv2D{Channels: 40, Kernel: 5, Activation: cnnlib.ReLU}, cnnlib.MaxPool2D{Window: 2},
		cnnlib.Flatten{}, cnnlib.Dense{Units: 100, Activation: cnnlib.ReLU}, cnnlib.Dense{Units: 10},
	}
	large := cnnlib.Sequential{
		cnnlib.Conv2D{Channels: 32, Kernel: 5, Activation: cnnlib.ReLU}, cnnlib.MaxPool2D{Window: 2},
		cnnlib.Conv2D{Channels: 64, Kernel: 5, Activation: cnnlib.ReLU}, cnnlib.MaxPool2D{Window: 2},
		cnnlib.Flatten{}, cnnlib.Dense{Units: 256, Activation: cnnlib.ReLU}, cnnlib.Dropout{Rate: 0.5}, cnnlib.Dense{Units: 10},
	}
	momentum := train.SGD{Momentum: 0.9, Nesterov: true}
	return chapters.Experiment{
		ID:         "05_23_modern",
		Question:   "How long does it take today to recognise 99.0 % and 99.5 % of the digits with one network on a laptop's processor?",
		QuestionZH: "如今用一台笔记本电脑的 CPU 和单个网络，要达到 99.0% 和 99.5% 的识别率各需要多长时间？",
		Seeds:      5,
		Arms: []chapters.Arm{
			chapters.Classify("99.0 % in seconds", small, digits, train.Options{
				Epochs: 2, Batch: 64, Optimizer: momentum, Rate: train.OneCycle{Peak: 0.1}}),
			chapters.Classify("99.5 % in minutes", large, digits, train.Options{
				Epochs: 20, Batch: 64, Optimizer: momentum, Rate: train.OneCycle{Peak: 0.05}, Augment: train.Augment{Shift: 2, Rotate: 10}}),
		},
	}
}
