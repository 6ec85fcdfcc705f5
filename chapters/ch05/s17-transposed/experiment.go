package transposed

import (
	"gonum.org/v1/gonum/stat"

	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

// The experiment, and its only arm.
const (
	experimentID = "05_17_deconvnet"
	armName      = "conv-pool-conv-pool"
)

// net is small enough that all of its second feature maps fit in a figure, and that its
// weights (6,000 numbers) can be kept.
var net = cnnlib.Sequential{
	cnnlib.Conv2D{Channels: 8, Kernel: 5, Activation: cnnlib.ReLU}, cnnlib.MaxPool2D{Window: 2},
	cnnlib.Conv2D{Channels: 16, Kernel: 5, Activation: cnnlib.ReLU}, cnnlib.MaxPool2D{Window: 2},
	cnnlib.Flatten{}, cnnlib.Dense{Units: 10},
}

// experiment trains net on MNIST, and measures how well the strongest answer of each map
// of the second convolution, taken back to the pixels, looks like what caused it: with the
// recorded places, and without.
func experiment() chapters.Experiment {
	arm := chapters.Classify(armName, net, chapters.MNIST(20_000, 0),
		train.Options{Epochs: 4, Rate: train.Constant(0.05)}, measureProjections)
	arm.Keep = true
	return chapters.Experiment{
		ID:         experimentID,
		Question:   "A feature map's strongest answer, taken back to the pixels: does it look like the strokes that caused it, and does that need the recorded places of the pooling?",
		QuestionZH: "把特征图的最强响应反投影回像素：得到的图像是否像引起响应的笔画？这是否离不开池化时记录的位置？",
		Seeds:      3,
		Arms:       []chapters.Arm{arm},
	}
}

// measureProjections looks at the strongest answer of each map: the correlation of its
// projection with the pixels of its receptive field, as the mean over the maps.
func measureProjections(m *train.Model, _, _, test *data.Images) (map[string]float64, error) {
	answers, err := strongestAnswers(m, test)
	if err != nil {
		return nil, err
	}
	var with, without []float64
	for _, p := range answers {
		with = append(with, p.likeness(p.pixels))
		without = append(without, p.likeness(p.unplaced))
	}
	return map[string]float64{
		"live maps":                  float64(len(answers)),
		"correlation with places":    stat.Mean(with, nil),
		"correlation without places": stat.Mean(without, nil),
	}, nil
}
