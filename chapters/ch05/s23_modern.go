package ch05

import (
	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/train"
)

// The arms of the experiment below.
const (
	inSeconds = "99.0 % in seconds"
	inMinutes = "99.5 % in minutes"
)

const modernID = "05_23_modern"

// modernExperiment asks how fast the accuracies of section 5.23 can be had today. Sizes,
// rates and numbers of epochs were chosen on the 10,000 validation pictures; the test
// pictures were looked at when the recipes stood.
//
// Both have momentum, a rate that rises and falls once (L. Smith, N. Topin 2017,
// arXiv:1708.07120), and He's starting weights; the second also has more filters,
// dropout in front of its dense layers, and pictures that are moved and turned a little
// each time they are seen.
func modernExperiment() chapters.Experiment {
	digits := chapters.MNIST(mnistTraining, 0)
	momentum := train.SGD{Momentum: 0.9, Nesterov: true}
	return chapters.Experiment{
		ID:         modernID,
		Question:   "How long does it take today to recognise 99.0 % and 99.5 % of the digits with one network on a laptop's processor?",
		QuestionZH: "如今用一台笔记本电脑的 CPU 和单个网络，要达到 99.0% 和 99.5% 的识别率需要多长时间？",
		Seeds:      5,
		Arms: []chapters.Arm{
			chapters.Classify(inSeconds, modernNet(20, 40, 100, 0), digits, train.Options{
				Epochs: 2, Batch: 64, Optimizer: momentum, Rate: train.OneCycle{Peak: 0.1}}),
			chapters.Classify(inMinutes, modernNet(32, 64, 256, 0.5), digits, train.Options{
				Epochs: 20, Batch: 64, Optimizer: momentum, Rate: train.OneCycle{Peak: 0.05}, Augment: train.Augment{Shift: 2, Rotate: 10}}),
		},
	}
}

// modernNet is the network of section 5.23 (4) with other sizes, and dropout where rate
// is above 0.
func modernNet(first, second, units int, rate float64) cnnlib.Sequential {
	net := cnnlib.Sequential{
		cnnlib.Conv2D{Channels: first, Kernel: 5, Activation: cnnlib.ReLU}, cnnlib.MaxPool2D{Window: 2},
		cnnlib.Conv2D{Channels: second, Kernel: 5, Activation: cnnlib.ReLU}, cnnlib.MaxPool2D{Window: 2},
		cnnlib.Flatten{},
	}
	for _, layer := range []cnnlib.Layer{cnnlib.Dense{Units: units, Activation: cnnlib.ReLU}, cnnlib.Dense{Units: 10}} {
		if rate > 0 {
			net = append(net, cnnlib.Dropout{Rate: rate})
		}
		net = append(net, layer)
	}
	return net
}
