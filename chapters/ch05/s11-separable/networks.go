package separable

import "cnnbook/cnnlib"

// PictureShape is the input of the two networks that the section compares.
var PictureShape = cnnlib.Shape{299, 299, 3}

// Xception returns Xception (F. Chollet 2016, arXiv:1610.02357, Figure 5), with
// normalization behind every convolution as there. Its trainable numbers are the
// 22,855,952 of Table 3.
func Xception() cnnlib.Sequential {
	separable := func(channels int) cnnlib.Sequential {
		return cnnlib.Sequential{cnnlib.SeparableConv2D{Channels: channels, Kernel: 3, Padding: cnnlib.Same, NoBias: true}, cnnlib.BatchNorm{}}
	}
	// halving is a block that halves the size of the map; a ReLU begins it, but for the
	// first one.
	halving := func(first, second int, relu bool) cnnlib.Layer {
		body := cnnlib.Sequential{separable(first), cnnlib.ReLU, separable(second), cnnlib.MaxPool2D{Window: 3, Stride: 2, Padding: cnnlib.Same}}
		if relu {
			body = append(cnnlib.Sequential{cnnlib.ReLU}, body...)
		}
		return cnnlib.Residual{Body: body, Shortcut: cnnlib.Sequential{
			cnnlib.Conv2D{Channels: second, Kernel: 1, Stride: 2, Padding: cnnlib.Same, NoBias: true}, cnnlib.BatchNorm{}}}
	}
	net := cnnlib.Sequential{
		cnnlib.Conv2D{Channels: 32, Kernel: 3, Stride: 2, NoBias: true}, cnnlib.BatchNorm{}, cnnlib.ReLU, // 149×149
		cnnlib.Conv2D{Channels: 64, Kernel: 3, NoBias: true}, cnnlib.BatchNorm{}, cnnlib.ReLU, // 147×147
		halving(128, 128, false), // 74×74
		halving(256, 256, true),  // 37×37
		halving(728, 728, true),  // 19×19
	}
	for range 8 {
		net = append(net, cnnlib.Residual{Body: cnnlib.Sequential{
			cnnlib.ReLU, separable(728), cnnlib.ReLU, separable(728), cnnlib.ReLU, separable(728)}})
	}
	return append(net,
		halving(728, 1024, true), // 10×10
		separable(1536), cnnlib.ReLU, separable(2048), cnnlib.ReLU,
		cnnlib.GlobalAvgPool{}, cnnlib.Dense{Units: 1000})
}

// InceptionV3 returns Inception V3 (C. Szegedy et al. 2015, arXiv:1512.00567, Table 1)
// in the sizes of the released model, without the classifier that helps its training
// from the side. Its trainable numbers are the 23,834,568 of torchvision's
// inception_v3 without that classifier.
func InceptionV3() cnnlib.Sequential {
	type seq = cnnlib.Sequential
	type branches = cnnlib.Parallel
	sized := func(channels, rows, cols, stride int, padding cnnlib.Padding) cnnlib.Sequential {
		return seq{cnnlib.Conv2D{Channels: channels, Kernel: rows, KernelW: cols, Stride: stride, Padding: padding, NoBias: true}, cnnlib.BatchNorm{}, cnnlib.ReLU}
	}
	conv := func(channels, rows, cols int) seq { return sized(channels, rows, cols, 1, cnnlib.Same) }
	half := func(channels int) seq { return sized(channels, 3, 3, 2, cnnlib.Valid) }
	pooled := func(channels int) seq {
		return seq{cnnlib.AvgPool2D{Window: 3, Stride: 1, Padding: cnnlib.Same}, conv(channels, 1, 1)}
	}
	largest := cnnlib.MaxPool2D{Window: 3, Stride: 2}

	net := seq{
		half(32), sized(32, 3, 3, 1, cnnlib.Valid), conv(64, 3, 3), largest, // 73×73
		conv(80, 1, 1), sized(192, 3, 3, 1, cnnlib.Valid), largest, // 35×35
	}
	for _, pool := range []int{32, 64, 64} {
		net = append(net, branches{conv(64, 1, 1), seq{conv(48, 1, 1), conv(64, 5, 5)},
			seq{conv(64, 1, 1), conv(96, 3, 3), conv(96, 3, 3)}, pooled(pool)})
	}
	net = append(net, branches{half(384), seq{conv(64, 1, 1), conv(96, 3, 3), half(96)}, largest}) // 17×17
	for _, c := range []int{128, 160, 160, 192} {
		net = append(net, branches{conv(192, 1, 1), seq{conv(c, 1, 1), conv(c, 1, 7), conv(192, 7, 1)},
			seq{conv(c, 1, 1), conv(c, 7, 1), conv(c, 1, 7), conv(c, 7, 1), conv(192, 1, 7)}, pooled(192)})
	}
	net = append(net, branches{seq{conv(192, 1, 1), half(320)},
		seq{conv(192, 1, 1), conv(192, 1, 7), conv(192, 7, 1), half(192)}, largest}) // 8×8
	both := branches{conv(384, 1, 3), conv(384, 3, 1)}
	for range 2 {
		net = append(net, branches{conv(320, 1, 1), seq{conv(384, 1, 1), both},
			seq{conv(448, 1, 1), conv(384, 3, 3), both}, pooled(192)})
	}
	return append(net, cnnlib.GlobalAvgPool{}, cnnlib.Dense{Units: 1000})
}
