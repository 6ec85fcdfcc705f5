package nets

import "cnnbook/cnnlib"

// convNorm is a convolution k×k with same padding, then normalization, then ReLU:
// the biases are left out, since the normalization would take them away again.
func convNorm(channels, k, stride int) cnnlib.Sequential {
	return append(convLinear(channels, k, stride), cnnlib.ReLU)
}

// convLinear is convNorm without ReLU.
func convLinear(channels, k, stride int) cnnlib.Sequential {
	return cnnlib.Sequential{
		cnnlib.Conv2D{Channels: channels, Kernel: k, Stride: stride, Padding: cnnlib.Same, NoBias: true},
		cnnlib.BatchNorm{},
	}
}

// basic is the block of ResNet-18 (arXiv:1512.03385, Figure 5, left). The path
// round it is the identity, or a 1×1 convolution if the size changes.
func basic(in, channels, stride int) cnnlib.Layer {
	return residual(in, channels, stride, cnnlib.Sequential{convNorm(channels, 3, stride), convLinear(channels, 3, 1)})
}

// bottleneck is the block of ResNet-50 (Figure 5, right; section 5.10): 1×1 to a
// quarter of the channels, 3×3, 1×1 back.
func bottleneck(in, channels, stride int) cnnlib.Layer {
	return residual(in, channels, stride, cnnlib.Sequential{convNorm(channels/4, 1, stride), convNorm(channels/4, 3, 1), convLinear(channels, 1, 1)})
}

func residual(in, channels, stride int, body cnnlib.Sequential) cnnlib.Layer {
	r := cnnlib.Residual{Body: body, Activation: cnnlib.ReLU}
	if in != channels || stride != 1 {
		r.Shortcut = convLinear(channels, 1, stride)
	}
	return r
}

// resNet chains the four stages of Table 1 with the given numbers of blocks; the
// first stage has the given channels, each further one twice as many.
func resNet(block func(in, channels, stride int) cnnlib.Layer, channels int, blocks [4]int) cnnlib.Layer {
	net := cnnlib.Sequential{
		convNorm(64, 7, 2), // 112×112
		cnnlib.MaxPool2D{Window: 3, Stride: 2, Padding: cnnlib.Same}, // 56×56
	}
	in := 64
	for stage, n := range blocks {
		for b := range n {
			stride := 1
			if stage > 0 && b == 0 {
				stride = 2
			}
			net = append(net, block(in, channels, stride))
			in = channels
		}
		channels *= 2
	}
	return append(net, cnnlib.GlobalAvgPool{}, cnnlib.Dense{Units: 1000})
}

// ResNet18 is the residual network of 18 layers of K. He et al. 2015
// (arXiv:1512.03385, Table 1), with projections where the size changes (option B).
//
// Params: 11,689,512, as in torchvision: convolutions without biases, the
// normalization's scales and shifts counted, its running averages not.
func ResNet18() Network {
	return Network{
		Name: "resnet18", Title: "ResNet-18, 2015",
		Source: "He, Zhang, Ren, Sun 2015, arXiv:1512.03385, Table 1; section 5.28",
		In:     cnnlib.Shape{224, 224, 3},
		Net:    resNet(basic, 64, [4]int{2, 2, 2, 2}),
		Params: 11_689_512,
	}
}

// ResNet50 is the residual network of 50 layers of K. He et al. 2015
// (arXiv:1512.03385, Table 1). Stages begin with stride 2 in their first 1×1
// convolution as in the paper; torchvision has it in the 3×3.
//
// Params: 25,557,032, as in torchvision (see ResNet18).
func ResNet50() Network {
	return Network{
		Name: "resnet50", Title: "ResNet-50, 2015",
		Source: "He, Zhang, Ren, Sun 2015, arXiv:1512.03385, Table 1; sections 5.10 and 5.28",
		In:     cnnlib.Shape{224, 224, 3},
		Net:    resNet(bottleneck, 256, [4]int{3, 4, 6, 3}),
		Params: 25_557_032,
	}
}
