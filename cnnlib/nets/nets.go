// Package nets holds networks by name.
package nets

import "cnnbook/cnnlib"

// Network is a network with a name.
type Network struct {
	Name string
	In   cnnlib.Shape // the input it is made for
	Net  cnnlib.Sequential
}

// Section523 returns the networks of the accuracy table of section 5.23, after
// M. Nielsen, "Neural Networks and Deep Learning", chapter 6, and its network3.py:
// they start as network3's did, with a softmax layer of zeros, and drop the inputs
// of the dense layers. The max-pooling stands behind the activation; for
// activations that only rise that is the same as network3's other order.
func Section523() []Network {
	conv := func(filters int, a cnnlib.Activation) []cnnlib.Layer {
		return []cnnlib.Layer{
			cnnlib.Conv2D{Channels: filters, Kernel: 5, Activation: a, Init: cnnlib.Network3{Pool: 2}},
			cnnlib.MaxPool2D{Window: 2},
		}
	}
	network := func(name string, a cnnlib.Activation, dropout bool, filters, hidden []int) Network {
		var net cnnlib.Sequential
		for _, f := range filters {
			net = append(net, conv(f, a)...)
		}
		net = append(net, cnnlib.Flatten{})
		drop := func() {
			if dropout {
				net = append(net, cnnlib.Dropout{Rate: 0.5, Classic: true})
			}
		}
		for _, units := range hidden {
			drop()
			net = append(net, cnnlib.Dense{Units: units, Activation: a, Init: cnnlib.Network3{}})
		}
		drop()
		net = append(net, cnnlib.Dense{Units: 10, Init: cnnlib.Zeros{}})
		return Network{Name: name, In: cnnlib.Shape{28, 28, 1}, Net: net}
	}
	two := []int{20, 40}
	return []Network{
		network("fc100", cnnlib.Sigmoid, false, nil, []int{100}),
		network("conv1", cnnlib.Sigmoid, false, []int{20}, []int{100}),
		network("conv2-sigmoid", cnnlib.Sigmoid, false, two, []int{100}),
		network("conv2", cnnlib.ReLU, false, two, []int{100}),
		network("conv2-fc300", cnnlib.ReLU, false, two, []int{300}),
		network("conv2-fc1000", cnnlib.ReLU, false, two, []int{1000}),
		network("conv2-fc100-fc100", cnnlib.ReLU, false, two, []int{100, 100}),
		network("conv2-fc300-fc300", cnnlib.ReLU, false, two, []int{300, 300}),
		network("conv2-fc1000-fc1000", cnnlib.ReLU, false, two, []int{1000, 1000}),
		network("conv2-dropout", cnnlib.ReLU, true, two, []int{1000, 1000}),
	}
}
