package nets

import "cnnbook/cnnlib"

// nielsen is where the networks of section 5.23 come from.
const nielsen = "M. Nielsen, Neural Networks and Deep Learning (2015), chapter 6; section 5.23"

// CIFAR is the example of section 5.1: 32·32·3 → 32·32·12 → ReLU → 16·16·12 →
// 1·1·10. The section does not give the kernel; 3×3 with one row of zeros around
// the picture keeps its 32×32.
//
// Params: (3·3·3+1)·12 = 336 for the convolution, (16·16·12+1)·10 = 30,730 for the
// classes.
func CIFAR() Network {
	return Network{
		Name:   "cifar",
		Title:  "INPUT-CONV-RELU-POOL-FC for CIFAR-10",
		Source: "Stanford CS231n, notes on convolutional networks; section 5.1",
		In:     cnnlib.Shape{32, 32, 3},
		Net: cnnlib.Sequential{
			cnnlib.Conv2D{Channels: 12, Kernel: 3, Padding: cnnlib.Same}, cnnlib.ReLU,
			cnnlib.MaxPool2D{Window: 2},
			cnnlib.Flatten{}, cnnlib.Dense{Units: 10},
		},
		Params: 31_066,
	}
}

// Section523 returns the ten networks of section 5.23 (Nielsen's chapter 6 and his
// program network3.py), in its order:
//
//	(1)  fc100                 100 sigmoid units
//	(2)  conv1                 20 filters 5×5, pooling 2×2, 100 units, sigmoid
//	(3)  conv2-sigmoid         40 filters 5×5 and pooling 2×2 more
//	(4)  conv2                 the same with ReLU; (5) has more digits, shifted,
//	     conv2-fc300           and also 300 units, or
//	     conv2-fc1000          1,000 units
//	(6)  conv2-fc100-fc100     a second layer of 100 units,
//	     conv2-fc300-fc300     of 300, and
//	     conv2-fc1000-fc1000   of 1,000
//	(7)  conv2-dropout         the last with dropout ½; (8) is a vote of five of these
//
// They start as network3.py does (Network3), the softmax layer from zeros.
// Dropout stands before each layer whose inputs it drops, the first one has the
// 640 pooled values, and is the classic form. network3.py turns its kernels by
// 180° and adds the biases behind the pooling; neither changes what can be
// learned, nor the counts.
//
// Params: (784+1)·100 + (100+1)·10 = 79,510 for fc100, and likewise; a convolution
// has (5·5+1)·20 = 520 or (5·5·20+1)·40 = 20,040.
func Section523() []Network {
	one, two := []int{20}, []int{20, 40}
	return []Network{
		digits("fc100", "100 sigmoid units", nil, cnnlib.Sigmoid, []int{100}, 79_510),
		digits("conv1", "one convolution, 100 sigmoid units", one, cnnlib.Sigmoid, []int{100}, 289_630),
		digits("conv2-sigmoid", "two convolutions, 100 sigmoid units", two, cnnlib.Sigmoid, []int{100}, 85_670),
		digits("conv2", "two convolutions, 100 ReLU units", two, cnnlib.ReLU, []int{100}, 85_670),
		digits("conv2-fc300", "two convolutions, 300 ReLU units", two, cnnlib.ReLU, []int{300}, 215_870),
		digits("conv2-fc1000", "two convolutions, 1,000 ReLU units", two, cnnlib.ReLU, []int{1000}, 671_570),
		digits("conv2-fc100-fc100", "two convolutions, 100 + 100 ReLU units", two, cnnlib.ReLU, []int{100, 100}, 95_770),
		digits("conv2-fc300-fc300", "two convolutions, 300 + 300 ReLU units", two, cnnlib.ReLU, []int{300, 300}, 306_170),
		digits("conv2-fc1000-fc1000", "two convolutions, 1,000 + 1,000 ReLU units", two, cnnlib.ReLU, []int{1000, 1000}, 1_672_570),
		dropout(digits("conv2-dropout", "two convolutions, 1,000 + 1,000 ReLU units, dropout", two, cnnlib.ReLU, []int{1000, 1000}, 1_672_570)),
	}
}

// digits builds a network for 28×28 pictures: convolutions 5×5, each with pooling
// 2×2, hidden layers, and the ten classes.
func digits(name, title string, filters []int, act cnnlib.Activation, hidden []int, params int) Network {
	net := cnnlib.Sequential{}
	for _, f := range filters {
		net = append(net,
			cnnlib.Conv2D{Channels: f, Kernel: 5, Activation: act, Init: Network3{Pool: 2}},
			cnnlib.MaxPool2D{Window: 2})
	}
	net = append(net, cnnlib.Flatten{})
	for _, units := range hidden {
		net = append(net, cnnlib.Dense{Units: units, Activation: act, Init: Network3{}})
	}
	net = append(net, cnnlib.Dense{Units: 10, Init: cnnlib.Zeros{}})
	return Network{Name: name, Title: title, Source: nielsen, In: cnnlib.Shape{28, 28, 1}, Net: net, Params: params}
}

// dropout puts dropout ½ before every dense layer.
func dropout(n Network) Network {
	var net cnnlib.Sequential
	for _, layer := range n.Net.(cnnlib.Sequential) {
		if _, dense := layer.(cnnlib.Dense); dense {
			net = append(net, cnnlib.Dropout{Rate: 0.5, Classic: true})
		}
		net = append(net, layer)
	}
	n.Net = net
	return n
}
