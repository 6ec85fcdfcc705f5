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

// lrn is the normalization of AlexNet, §3.3: k = 2, n = 5, α = 10⁻⁴, β = 0.75.
var lrn = cnnlib.LocalResponseNorm{Size: 5, K: 2, Alpha: 1e-4, Beta: 0.75}

// AlexNet is the network of A. Krizhevsky, I. Sutskever, G. Hinton 2012 ("ImageNet
// classification with deep convolutional neural networks", §3), with the two
// groups of layers 2, 4 and 5 that ran on two GPUs. The paper says 224×224; its
// 55×55 maps need 227×227 (section 5.14).
//
// Params: 34,944 + 307,456 + 885,120 + 663,936 + 442,624 + 37,752,832 + 16,781,312
// + 4,097,000 = 60,965,224 (section 5.28); the paper says 60 million.
func AlexNet() Network {
	return Network{
		Name: "alexnet", Title: "AlexNet, 2012",
		Source: "Krizhevsky, Sutskever, Hinton 2012, §3; sections 5.14 and 5.28",
		In:     cnnlib.Shape{227, 227, 3},
		Net: cnnlib.Sequential{
			cnnlib.Conv2D{Channels: 96, Kernel: 11, Stride: 4, Activation: cnnlib.ReLU}, // 55×55
			lrn, overlap, // 27×27
			cnnlib.Conv2D{Channels: 256, Kernel: 5, Padding: cnnlib.Same, Groups: 2, Activation: cnnlib.ReLU},
			lrn, overlap, // 13×13
			conv(384, 3),
			cnnlib.Conv2D{Channels: 384, Kernel: 3, Padding: cnnlib.Same, Groups: 2, Activation: cnnlib.ReLU},
			cnnlib.Conv2D{Channels: 256, Kernel: 3, Padding: cnnlib.Same, Groups: 2, Activation: cnnlib.ReLU},
			overlap, // 6×6
			cnnlib.Flatten{},
			cnnlib.Dropout{Rate: 0.5}, cnnlib.Dense{Units: 4096, Activation: cnnlib.ReLU},
			cnnlib.Dropout{Rate: 0.5}, cnnlib.Dense{Units: 4096, Activation: cnnlib.ReLU},
			cnnlib.Dense{Units: 1000},
		},
		Params: 60_965_224,
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

// SPPNet is the ZF-5 network of K. He et al. 2014 (arXiv:1406.4729, Table 1) up to
// its spatial pyramid, here with 4×4, 2×2 and 1×1 bins as in Figure 3 of the paper
// and section 5.5: 21·256 = 5,376 numbers for pictures of any size.
//
// Params: 14,208 + 614,656 + 885,120 + 1,327,488 + 884,992 = 3,726,464, by the
// sizes in Table 1.
func SPPNet() Network {
	return Network{
		Name: "sppnet", Title: "Spatial pyramid pooling behind ZF-5, 2014",
		Source: "He, Zhang, Ren, Sun 2014, arXiv:1406.4729; section 5.5",
		In:     cnnlib.Shape{224, 224, 3},
		Net: cnnlib.Sequential{
			cnnlib.Conv2D{Channels: 96, Kernel: 7, Stride: 2, Padding: cnnlib.Explicit, Pads: around(1), Activation: cnnlib.ReLU},
			lrn, overlapCeil, // 55×55
			cnnlib.Conv2D{Channels: 256, Kernel: 5, Stride: 2, Padding: cnnlib.Explicit, Pads: around(1), Activation: cnnlib.ReLU}, // 27×27
			lrn, overlapCeil, // 13×13
			conv(384, 3), conv(384, 3), conv(256, 3),
			cnnlib.SpatialPyramidPool{Bins: []int{4, 2, 1}},
		},
		Params: 3_726_464,
	}
}

// around is n rows and columns of zeros on each side.
func around(n int) cnnlib.Pads { return cnnlib.Pads{Top: n, Bottom: n, Left: n, Right: n} }

// DeepFace is the network of Y. Taigman et al. 2014 ("DeepFace: closing the gap to
// human-level performance in face verification", §2.2) for 152×152 pictures of
// aligned faces: L4, L5 and L6 do not share their filters (section 5.27).
//
// Params: C1 11,648, C3 41,488, L4 62,774,800, L5 7,850,000, L6 2,829,456,
// F7 28,905,472, F8 16,510,910; 118,923,774 together (section 5.27). The paper
// says more than 120 million.
func DeepFace() Network {
	local := func(k, stride int) cnnlib.Layer {
		return cnnlib.LocallyConnected2D{Channels: 16, Kernel: k, Stride: stride, Activation: cnnlib.ReLU}
	}
	return Network{
		Name: "deepface", Title: "DeepFace, 2014",
		Source: "Taigman, Yang, Ranzato, Wolf 2014, §2.2; section 5.27",
		In:     cnnlib.Shape{152, 152, 3},
		Net: cnnlib.Sequential{
			cnnlib.Conv2D{Channels: 32, Kernel: 11, Activation: cnnlib.ReLU}, // C1 142×142
			overlapCeil, // M2 71×71
			cnnlib.Conv2D{Channels: 16, Kernel: 9, Activation: cnnlib.ReLU}, // C3 63×63
			local(9, 1), // L4 55×55
			local(7, 2), // L5 25×25
			local(5, 1), // L6 21×21
			cnnlib.Flatten{},
			cnnlib.Dense{Units: 4096, Activation: cnnlib.ReLU}, // F7
			cnnlib.Dropout{Rate: 0.5},
			cnnlib.Dense{Units: 4030}, // F8, one for each person
		},
		Params: 118_923_774,
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
