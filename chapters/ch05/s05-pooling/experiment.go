package pooling

import (
	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

const overlapID = "05_05_overlap"

// The arms of the experiment: the pooling of each.
const (
	noPooling   = "no pooling"
	meanPooling = "mean 2×2, stride 2"
	maxPooling  = "max 2×2, stride 2"
	overlapping = "max 3×3, stride 2"
	largeApart  = "max 3×3, stride 3"
)

// experiment trains network (2) of section 5.23, with ReLU, and changes its pooling only. Few
// pictures and twelve passes over them leave no mistakes on them: the arms differ in how
// much of it carries over to other pictures.
//
// Windows of 3 get one more at the end (Ceil), so that all three poolings make 12×12 of
// 24×24 and the networks have the same number of parameters, as in A. Krizhevsky et al.
// 2012, §3.4. The last arm has windows of 3 as well, but side by side (8×8 of 24×24): it
// tells larger windows from overlapping ones.
func experiment() chapters.Experiment {
	arm := func(name string, pool ...cnnlib.Layer) chapters.Arm {
		net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 20, Kernel: 5, Activation: cnnlib.ReLU}}
		net = append(net, pool...)
		net = append(net, cnnlib.Flatten{}, cnnlib.Dense{Units: 100, Activation: cnnlib.ReLU}, cnnlib.Dense{Units: 10})
		return chapters.Classify(name, net, chapters.MNIST(5000, 0),
			train.Options{Epochs: 12, Batch: 50, Rate: train.Constant(0.05), Optimizer: train.SGD{Momentum: 0.9}}, lossesAfter)
	}
	return chapters.Experiment{
		ID:         overlapID,
		Question:   "On few pictures, does pooling overfit less than none, and overlapping pooling less than pooling without overlap?",
		QuestionZH: "训练图像较少时，池化是否比不池化更不易过拟合？重叠池化是否比非重叠池化更不易过拟合？",
		Seeds:      5,
		Arms: []chapters.Arm{
			arm(noPooling),
			arm(meanPooling, cnnlib.AvgPool2D{Window: 2}),
			arm(maxPooling, cnnlib.MaxPool2D{Window: 2}),
			arm(overlapping, cnnlib.MaxPool2D{Window: 3, Stride: 2, Ceil: true}),
			arm(largeApart, cnnlib.MaxPool2D{Window: 3}),
		},
	}
}

// lossesAfter measures the loss of the finished network on the pictures it was trained on and
// on the test pictures: if all training pictures are recognised, it still tells how sure the
// network is of what it does not know.
func lossesAfter(m *train.Model, training, _, test *data.Images) (map[string]float64, error) {
	seen, err := m.Evaluate(training)
	if err != nil {
		return nil, err
	}
	unseen, err := m.Evaluate(test)
	return map[string]float64{"loss on training pictures": seen.Loss, "loss on test pictures": unseen.Loss}, err
}

// gap returns, for each seed of an arm, how many percentage points fewer of the test pictures
// than of the training pictures are recognised: the overfitting.
func gap(m *chapters.Measured, arm string) ([]float64, error) {
	seen, err := m.Values(arm, "train accuracy")
	if err != nil {
		return nil, err
	}
	unseen, err := m.Values(arm, "test accuracy")
	if err != nil {
		return nil, err
	}
	for i := range seen {
		seen[i] = 100 * (seen[i] - unseen[i])
	}
	return seen, nil
}

// gain returns how much smaller the gap of one arm is than that of another, in percentage
// points.
func gain(m *chapters.Measured, arm, than string) (chapters.Difference, error) {
	small, err := gap(m, arm)
	if err != nil {
		return chapters.Difference{}, err
	}
	large, err := gap(m, than)
	if err != nil {
		return chapters.Difference{}, err
	}
	return chapters.DifferenceOf(large, small)
}
