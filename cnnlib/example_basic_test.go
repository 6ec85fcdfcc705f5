package cnnlib_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"

	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/nets"
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

// The network of section 5.23, item (3).
func ExampleSummary() {
	net := cnnlib.Sequential{
		cnnlib.Conv2D{Channels: 20, Kernel: 5, Activation: cnnlib.Sigmoid}, cnnlib.MaxPool2D{Window: 2},
		cnnlib.Conv2D{Channels: 40, Kernel: 5, Activation: cnnlib.Sigmoid}, cnnlib.MaxPool2D{Window: 2},
		cnnlib.Flatten{}, cnnlib.Dense{Units: 100, Activation: cnnlib.Sigmoid}, cnnlib.Dense{Units: 10},
	}
	if err := cnnlib.Summary(os.Stdout, net, cnnlib.Shape{28, 28, 1}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// layer                                                   output        parameters     MACs  receptive field
	// input                                                   [N 28 28 1]
	// 0 Conv2D{Channels: 20, Kernel: 5, Activation: Sigmoid}  [N 24 24 20]         520   288000              5×5
	// 1 MaxPool2D{Window: 2}                                  [N 12 12 20]           0        0              6×6
	// 2 Conv2D{Channels: 40, Kernel: 5, Activation: Sigmoid}  [N 8 8 40]         20040  1280000            14×14
	// 3 MaxPool2D{Window: 2}                                  [N 4 4 40]             0        0            16×16
	// 4 Flatten{}                                             [N 640]                0        0            16×16
	// 5 Dense{Units: 100, Activation: Sigmoid}                [N 100]            64100    64000              all
	// 6 Dense{Units: 10}                                      [N 10]              1010     1000              all
	//
	// 85670 parameters, biases included; 1633000 MACs for one example
	// memory as float32: 0.343 MB for the parameters, 0.073 MB for the results of one example (1 MB = 10^6 bytes)
}

// Layers inside others stand below them.
func ExampleSummary_branches() {
	net := cnnlib.Sequential{
		cnnlib.Conv2D{Channels: 8, Kernel: 3, Stride: 2, Padding: cnnlib.Same},
		cnnlib.Residual{
			Body:       cnnlib.Sequential{cnnlib.Conv2D{Channels: 8, Kernel: 3, Padding: cnnlib.Same, NoBias: true}, cnnlib.BatchNorm{}},
			Activation: cnnlib.ReLU,
		},
		cnnlib.Parallel{cnnlib.Conv2D{Channels: 2, Kernel: 1}, cnnlib.Conv2D{Channels: 4, Kernel: 5, Padding: cnnlib.Same}},
	}
	if err := cnnlib.Summary(os.Stdout, net, cnnlib.Shape{32, 32, 3}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// layer                                                               output       parameters    MACs  receptive field
	// input                                                               [N 32 32 3]
	// 0 Conv2D{Channels: 8, Kernel: 3, Stride: 2, Padding: Same}          [N 16 16 8]         224   55296              3×3
	// 1 Residual with ReLU                                                [N 16 16 8]                                  7×7
	//   1.0 Sequential                                                    [N 16 16 8]                                  7×7
	//     1.0.0 Conv2D{Channels: 8, Kernel: 3, Padding: Same, NoBias: t…  [N 16 16 8]         576  147456              7×7
	//     1.0.1 BatchNorm{}                                               [N 16 16 8]          16       0              7×7
	// 2 Parallel                                                          [N 16 16 6]                                15×15
	//   2.0 Conv2D{Channels: 2, Kernel: 1}                                [N 16 16 2]          18    4096              7×7
	//   2.1 Conv2D{Channels: 4, Kernel: 5, Padding: Same}                 [N 16 16 4]         804  204800            15×15
	//
	// 1638 parameters, biases included; 411648 MACs for one example
	// memory as float32: 0.007 MB for the parameters, 0.045 MB for the results of one example (1 MB = 10^6 bytes)
}

// What the weights of a layer start from: each initialiser draws with a standard
// deviation, or within a bound, that follows from the connections of a neuron, here
// of a neuron in 20 kernels of 5×5 on one channel (section 5.23).
func ExampleInitializer() {
	fan := cnnlib.Fan{In: 25, Out: 20 * 25}
	for _, init := range []cnnlib.Initializer{
		cnnlib.HeNormal{}, cnnlib.GlorotUniform{}, cnnlib.LeCunNormal{}, cnnlib.TorchUniform{}, cnnlib.Normal{Std: 0.01}, cnnlib.Zeros{}, nets.Network3{Pool: 2},
	} {
		weights := make([]float64, 100_000)
		init.Weights(rand.New(rand.NewPCG(1, 2)), fan, weights)
		squares := 0.0
		for _, w := range weights {
			squares += w * w / float64(len(weights))
		}
		fmt.Printf("%v: standard deviation %.3f\n", init, math.Sqrt(squares))
	}
	fmt.Println(cnnlib.Dense{Units: 10, Init: cnnlib.Zeros{}})
	// Output:
	// HeNormal{}: standard deviation 0.284
	// GlorotUniform{}: standard deviation 0.062
	// LeCunNormal{}: standard deviation 0.201
	// TorchUniform{}: standard deviation 0.115
	// Normal{Std: 0.01}: standard deviation 0.010
	// Zeros{}: standard deviation 0.000
	// Network3{Pool: 2}: standard deviation 0.090
	// Dense{Units: 10, Init: Zeros{}}
}

// Row by row, column by column, the channels running fastest.
func ExampleFlatten() {
	backend, err := openGo()
	if err != nil {
		fmt.Println(err)
		return
	}
	x, err := cnnlib.FromMatrix([][]float64{{1, 2}, {3, 4}}, [][]float64{{10, 20}, {30, 40}})
	if err != nil {
		fmt.Println(err)
		return
	}
	y, err := cnnlib.Run(backend, cnnlib.Flatten{}, x)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(y.Value())
	// Output: [[1 10 2 20 3 30 4 40]]
}
