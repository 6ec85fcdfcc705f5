package ch05

import (
	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/train"
)

// modernID names the experiment below.
const modernID = "05_23_modern"

// modernExperiment asks how fast an accuracy of section 5.23 can be had today. Rate and
// number of epochs were chosen on the 10,000 validation pictures; the test pictures were
// looked at when the recipe stood. It has the network of step (4), momentum, a rate that
// rises and falls once (L. Smith, N. Topin 2017, arXiv:1708.07120), and He's starting
// weights.
func modernExperiment() chapters.Experiment {
	digits := chapters.MNIST(mnistTraining, 0)
	net := cnnlib.Sequential{
		cnnlib.Conv2D{Channels: 20, Kernel: 5, Activation: cnnlib.ReLU}, cnnlib.MaxPool2D{Window: 2},
		cnnlib.Conv2D{Channels: 40, Kernel: 5, Activation: cnnlib.ReLU}, cnnlib.MaxPool2D{Window: 2},
		cnnlib.Flatten{}, cnnlib.Dense{Units: 100, Activation: cnnlib.ReLU}, cnnlib.Dense{Units: 10},
	}
	return chapters.Experiment{
		ID:         modernID,
		Question:   "How long does it take today to recognise 99.0 % of the digits with one network on a laptop's processor?",
		QuestionZH: "如今用一台笔记本电脑的 CPU 和单个网络，要达到 99.0% 的识别率需要多长时间？",
		Seeds:      5,
		Arms: []chapters.Arm{
			chapters.Classify("99.0 % in seconds", net, digits, train.Options{
				Epochs: 2, Batch: 64, Optimizer: train.SGD{Momentum: 0.9, Nesterov: true}, Rate: train.OneCycle{Peak: 0.1}}),
		},
	}
}
