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
