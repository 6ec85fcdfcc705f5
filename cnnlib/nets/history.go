package nets

import "cnnbook/cnnlib"

// halve is pooling 2×2, overlap pooling 3×3 with stride 2 (section 5.5), which
// loses a last row or column that fills no window; overlapCeil keeps it.
var (
	halve       = cnnlib.MaxPool2D{Window: 2}
	overlap     = cnnlib.MaxPool2D{Window: 3, Stride: 2}
	overlapCeil = cnnlib.MaxPool2D{Window: 3, Stride: 2, Ceil: true}
)

// LeNet5 is the network of Y. LeCun et al. 1998 ("Gradient-based learning applied
// to document recognition", §II-B) as it is usually built today: C3 sees all six
// maps instead of chosen ones, the pooling layers S2 and S4 have no parameters, and
// ten plain units take the place of the radial basis functions.
//
// Params: 156 + 2,416 + 48,120 + 10,164 + 850 = 61,706 (section 5.28); the paper
// has 60,000.
func LeNet5() Network {
	return Network{
		Name: "lenet5", Title: "LeNet-5, 1998",
		Source: "LeCun et al. 1998, §II-B; section 5.28",
		In:     cnnlib.Shape{32, 32, 1},
		Net: cnnlib.Sequential{
			cnnlib.Conv2D{Channels: 6, Kernel: 5, Activation: cnnlib.Tanh},  // C1 28×28
			cnnlib.AvgPool2D{Window: 2},                                     // S2 14×14
			cnnlib.Conv2D{Channels: 16, Kernel: 5, Activation: cnnlib.Tanh}, // C3 10×10
			cnnlib.AvgPool2D{Window: 2},                                     // S4 5×5
			cnnlib.Conv2D{Channels: 120, Kernel: 5, Activation: cnnlib.Tanh},
			cnnlib.Flatten{},
			cnnlib.Dense{Units: 84, Activation: cnnlib.Tanh},
			cnnlib.Dense{Units: 10},
		},
		Params: 61_706,
	}
}

// NIN is the network in network of M. Lin, Q. Chen, S. Yan 2013 (arXiv:1312.4400)
// for CIFAR-10, in the sizes of the definition that its authors published for
// Caffe: three convolutions, two layers 1×1 behind each, and the mean of each map
// instead of dense layers.
//
// Params: 60,928 + 535,104 + 370,954 = 966,986 for the three blocks;
// J. Springenberg et al. 2015 (arXiv:1412.6806, Table 3) say about 1 million.
func NIN() Network {
	return Network{
		Name: "nin", Title: "Network in network for CIFAR-10, 2013",
		Source: "Lin, Chen, Yan 2013, arXiv:1312.4400; section 5.28",
		In:     cnnlib.Shape{32, 32, 3},
		Net: cnnlib.Sequential{
			conv(192, 5), conv(160, 1), conv(96, 1), overlapCeil, cnnlib.Dropout{Rate: 0.5}, // 16×16
			conv(192, 5), conv(192, 1), conv(192, 1), cnnlib.AvgPool2D{Window: 3, Stride: 2, Ceil: true}, cnnlib.Dropout{Rate: 0.5}, // 8×8
			conv(192, 3), conv(192, 1), conv(10, 1),
			cnnlib.GlobalAvgPool{},
		},
		Params: 966_986,
	}
}

// VGG16 is configuration D of K. Simonyan, A. Zisserman 2014 (arXiv:1409.1556,
// Table 1).
//
// Params: 138,357,544 (section 5.28, and torchvision's vgg16); the paper's Table 2
// says 138 million.
func VGG16() Network {
	var net cnnlib.Sequential
	for _, block := range []struct{ convs, channels int }{{2, 64}, {2, 128}, {3, 256}, {3, 512}, {3, 512}} {
		for range block.convs {
			net = append(net, conv(block.channels, 3))
		}
		net = append(net, halve)
	}
	net = append(net,
		cnnlib.Flatten{},
		cnnlib.Dense{Units: 4096, Activation: cnnlib.ReLU}, cnnlib.Dropout{Rate: 0.5},
		cnnlib.Dense{Units: 4096, Activation: cnnlib.ReLU}, cnnlib.Dropout{Rate: 0.5},
		cnnlib.Dense{Units: 1000},
	)
	return Network{
		Name: "vgg16", Title: "VGG-16, 2014",
		Source: "Simonyan, Zisserman 2014, arXiv:1409.1556; section 5.28",
		In:     cnnlib.Shape{224, 224, 3}, Net: net, Params: 138_357_544,
	}
}
