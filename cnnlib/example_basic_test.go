package cnnlib_test

import (
	"fmt"

	"cnnbook/cnnlib"
	"github.com/gomlx/gomlx/core/tensors"
)

// apply runs a layer on the examples [N n] and prints the results.
func apply(layer cnnlib.Layer, x [][]float32) {
	backend, err := openGo()
	if err != nil {
		fmt.Println(err)
		return
	}
	y, err := cnnlib.Run(backend, layer, tensors.FromValue(x))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range y.Value().([][]float32) {
		fmt.Printf("%.4g\n", row)
	}
}

// An activation can be a layer of its own. Softmax turns scores into
// probabilities; only their differences count.
func ExampleActivation() {
	apply(cnnlib.ReLU, [][]float32{{-2, 0, 3}})
	apply(cnnlib.LeakyReLU, [][]float32{{-2, 0, 3}})
	apply(cnnlib.Softmax, [][]float32{{1, 2, 3}, {1001, 1002, 1003}})
	// Output:
	// [0 0 3]
	// [-0.02 0 3]
	// [0.09003 0.2447 0.6652]
	// [0.09003 0.2447 0.6652]
}

func ExampleLeaky() {
	layer := cnnlib.Leaky{Slope: 0.2}
	fmt.Println(layer)
	apply(layer, [][]float32{{-2, 0, 3}})
	// Output:
	// Leaky{Slope: 0.2}
	// [-0.4 0 3]
}

// In use, before any training, the running averages are 0 and 1 and change nothing
// but the last digits; the two numbers of each channel to learn are its scale and
// its shift.
func ExampleBatchNorm() {
	in := cnnlib.Shape{24, 24, 20}
	layer := cnnlib.BatchNorm{}
	out, err := layer.OutShape(in)
	fmt.Println(layer, out, err, layer.Params(in), "parameters")
	apply(layer, [][]float32{{-2, 0, 3}})
	// Output:
	// BatchNorm{} [N 24 24 20] <nil> 40 parameters
	// [-2 0 3]
}

// One strong channel among five dampens those within reach: here the two beside it.
func ExampleLocalResponseNorm() {
	layer := cnnlib.LocalResponseNorm{Size: 3, K: 1, Alpha: 1, Beta: 0.5}
	fmt.Println(layer)
	apply(layer, [][]float32{{1, 1, 10, 1, 1}})
	// Output:
	// LocalResponseNorm{Size: 3, K: 1, Alpha: 1, Beta: 0.5}
	// [0.5774 0.09853 0.9853 0.09853 0.5774]
}

// Section 5.6: the block "inception (3a)" of GoogLeNet with its 192 channels in and
// 64 + 128 + 32 + 32 = 256 out, and its 163,328 weights.
func ExampleParallel() {
	conv := func(channels, kernel int) cnnlib.Conv2D {
		return cnnlib.Conv2D{Channels: channels, Kernel: kernel, Padding: cnnlib.Same, NoBias: true, Activation: cnnlib.ReLU}
	}
	block := cnnlib.Parallel{
		conv(64, 1),
		cnnlib.Sequential{conv(96, 1), conv(128, 3)},
		cnnlib.Sequential{conv(16, 1), conv(32, 5)},
		cnnlib.Sequential{cnnlib.MaxPool2D{Window: 3, Stride: 1, Padding: cnnlib.Same}, conv(32, 1)},
	}
	in := cnnlib.Shape{28, 28, 192}
	out, err := block.OutShape(in)
	fmt.Println(out, err, block.Params(in), "weights,", block.MACs(in), "MACs")
	// Output: [N 28 28 256] <nil> 163328 weights, 128049152 MACs
}

// Section 5.10: the bottleneck 256 → 64 → 64 → 256 with its 69,632 weights, as ResNet
// uses it.
func ExampleResidual() {
	block := cnnlib.Residual{
		Body: cnnlib.Sequential{
			cnnlib.Conv2D{Channels: 64, Kernel: 1, NoBias: true, Activation: cnnlib.ReLU},
			cnnlib.Conv2D{Channels: 64, Kernel: 3, Padding: cnnlib.Same, NoBias: true, Activation: cnnlib.ReLU},
			cnnlib.Conv2D{Channels: 256, Kernel: 1, NoBias: true},
		},
		Activation: cnnlib.ReLU,
	}
	in := cnnlib.Shape{14, 14, 256}
	out, err := block.OutShape(in)
	fmt.Println(out, err, block.Params(in), "weights")
	// Without a Shortcut the input must have the shape of the result.
	_, err = block.OutShape(cnnlib.Shape{14, 14, 128})
	fmt.Println(err != nil)
	// Output:
	// [N 14 14 256] <nil> 69632 weights
	// true
}
