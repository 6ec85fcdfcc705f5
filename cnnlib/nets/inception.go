package nets

import "cnnbook/cnnlib"

// googLeNet is where the first Inception blocks come from.
const googLeNet = "Szegedy et al. 2014, arXiv:1409.4842"

// inception is the block of Figure 2b of arXiv:1409.4842: 1×1, 3×3 and 5×5
// convolutions and pooling side by side, with 1×1 convolutions that make the
// channels fewer first. The arguments are the columns of the paper's Table 1.
func inception(ones, reduce3, threes, reduce5, fives, pool int) cnnlib.Layer {
	return cnnlib.Parallel{
		conv(ones, 1),
		cnnlib.Sequential{conv(reduce3, 1), conv(threes, 3)},
		cnnlib.Sequential{conv(reduce5, 1), conv(fives, 5)},
		cnnlib.Sequential{samePool, conv(pool, 1)},
	}
}

// samePool keeps the size of the maps.
var samePool = cnnlib.MaxPool2D{Window: 3, Stride: 1, Padding: cnnlib.Same}

// inception3a is block 3a of GoogLeNet, from 28×28×192 to 28×28×256.
func inception3a() cnnlib.Layer { return inception(64, 96, 128, 16, 32, 32) }

// Inception3aNaive is block 3a of GoogLeNet in the naive form (C. Szegedy et al.
// 2014, arXiv:1409.4842, Figure 2a; section 5.6): no 1×1 convolution makes the
// channels fewer, and the pooling passes on all of its 192.
//
// Params: 64·192 + 128·9·192 + 32·25·192 = 387,072 weights (section 5.6) and 224
// biases.
func Inception3aNaive() Network {
	return Network{
		Name: "inception3a-naive", Title: "Inception block 3a without 1×1 reductions",
		Source: googLeNet + ", Figure 2a; section 5.6",
		In:     cnnlib.Shape{28, 28, 192},
		Net:    cnnlib.Parallel{conv(64, 1), conv(128, 3), conv(32, 5), samePool},
		Params: 387_296,
	}
}

// Inception3a is block 3a of GoogLeNet (C. Szegedy et al. 2014, arXiv:1409.4842,
// Figure 2b and Table 1; section 5.6).
//
// Params: 163,328 weights (12,288 for 1×1, 129,024 for 3×3, 15,872 for 5×5, 6,144
// behind the pooling) and 368 biases; Table 1 says 159 thousand.
func Inception3a() Network {
	return Network{
		Name: "inception3a", Title: "Inception block 3a",
		Source: googLeNet + ", Figure 2b and Table 1; section 5.6",
		In:     cnnlib.Shape{28, 28, 192},
		Net:    inception3a(),
		Params: 163_696,
	}
}

// GoogLeNet is the network of C. Szegedy et al. 2014 (arXiv:1409.4842, Table 1 and
// Figure 3), without the two classifiers that help its training from the side.
//
// Params: 6,998,552 (section 5.28): every convolution of Table 1 with biases, and
// the 1,025,000 of the 1,000 classes. The 6,624,904 of torchvision's googlenet are
// another network: batch normalization, and 3×3 in place of 5×5.
func GoogLeNet() Network {
	return Network{
		Name: "googlenet", Title: "GoogLeNet, 2014",
		Source: googLeNet + "; section 5.28",
		In:     cnnlib.Shape{224, 224, 3},
		Net: cnnlib.Sequential{
			cnnlib.Conv2D{Channels: 64, Kernel: 7, Stride: 2, Padding: cnnlib.Same, Activation: cnnlib.ReLU}, // 112×112
			overlapCeil, lrn, // 56×56
			conv(64, 1), conv(192, 3),
			lrn, overlapCeil, // 28×28
			inception3a(),
			inception(128, 128, 192, 32, 96, 64),
			overlapCeil, // 14×14
			inception(192, 96, 208, 16, 48, 64),
			inception(160, 112, 224, 24, 64, 64),
			inception(128, 128, 256, 24, 64, 64),
			inception(112, 144, 288, 32, 64, 64),
			inception(256, 160, 320, 32, 128, 128),
			overlapCeil, // 7×7
			inception(256, 160, 320, 32, 128, 128),
			inception(384, 192, 384, 48, 128, 128),
			cnnlib.GlobalAvgPool{}, // [1024]
			cnnlib.Dropout{Rate: 0.4},
			cnnlib.Dense{Units: 1000},
		},
		Params: 6_998_552,
	}
}

// InceptionV3A is the first block of Inception-v3 at 35×35 (C. Szegedy et al. 2015,
// arXiv:1512.00567, Figure 5), in the sizes of the released model: two 3×3
// convolutions see as far as one 5×5 (section 5.8), and normalization stands
// behind every convolution. The released model keeps one 5×5.
//
// Params: 255,904, as in torchvision's Mixed_5b: 12,416 for 1×1, 86,240 for 5×5,
// 151,040 for the two 3×3, 6,208 behind the pooling.
func InceptionV3A() Network {
	return Network{
		Name: "inceptionv3-a", Title: "Inception-v3, first block at 35×35",
		Source: "Szegedy et al. 2015, arXiv:1512.00567; section 5.28",
		In:     cnnlib.Shape{35, 35, 192},
		Net: cnnlib.Parallel{
			convNorm(64, 1, 1),
			cnnlib.Sequential{convNorm(48, 1, 1), convNorm(64, 5, 1)},
			cnnlib.Sequential{convNorm(64, 1, 1), convNorm(96, 3, 1), convNorm(96, 3, 1)},
			cnnlib.Sequential{cnnlib.AvgPool2D{Window: 3, Stride: 1, Padding: cnnlib.Same}, convNorm(32, 1, 1)},
		},
		Params: 255_904,
	}
}

// XceptionMiddle is the block that Xception repeats eight times (F. Chollet 2016,
// arXiv:1610.02357, Figure 5): three separable convolutions (section 5.11) with a
// path round them.
//
// Params: 3·(3·3·728 + 728·728 + 2·728) = 1,613,976, the last term being the scales
// and shifts of the normalization; Keras counts the same for block 5.
func XceptionMiddle() Network {
	var body cnnlib.Sequential
	for range 3 {
		body = append(body, cnnlib.ReLU,
			cnnlib.SeparableConv2D{Channels: 728, Kernel: 3, Padding: cnnlib.Same, NoBias: true},
			cnnlib.BatchNorm{})
	}
	return Network{
		Name: "xception-middle", Title: "Xception, block of the middle flow",
		Source: "Chollet 2016, arXiv:1610.02357, Figure 5; section 5.11",
		In:     cnnlib.Shape{19, 19, 728},
		Net:    cnnlib.Residual{Body: body},
		Params: 1_613_976,
	}
}
