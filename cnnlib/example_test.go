package cnnlib_test

import (
	"fmt"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"

	"cnnbook/cnnlib"
)

// Section 5.2: a hand-made filter finds the vertical edge of an image that is
// white on the left and grey on the right.
func ExampleConv2D() {
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	image := [][]float64{
		{10, 10, 10, 0, 0, 0},
		{10, 10, 10, 0, 0, 0},
		{10, 10, 10, 0, 0, 0},
		{10, 10, 10, 0, 0, 0},
	}
	filter := cnnlib.Filter([][]float64{{1, 0, -1}, {1, 0, -1}, {1, 0, -1}})

	x, err := cnnlib.FromMatrix(image)
	if err != nil {
		fmt.Println(err)
		return
	}
	y, err := cnnlib.Run(backend, cnnlib.Conv2D{Weights: filter}, x)
	if err != nil {
		fmt.Println(err)
		return
	}
	edges, err := cnnlib.ToMatrix(y, 0)
	fmt.Println(edges, err)
	// Output: [[0 30 30 0] [0 30 30 0]] <nil>
}

// A layer tells its output, its parameters and its multiplications without a
// backend.
func ExampleSequential() {
	net := cnnlib.Sequential{
		cnnlib.Conv2D{Channels: 20, Kernel: 5, Activation: cnnlib.Sigmoid},
		cnnlib.Conv2D{Channels: 40, Kernel: 5, Stride: 2},
	}
	in := cnnlib.Shape{28, 28, 1}
	out, err := net.OutShape(in)
	fmt.Println(in, "→", out, err)
	fmt.Println(net.Params(in), "parameters,", net.MACs(in), "MACs")
	fmt.Println(net)
	// Output:
	// [N 28 28 1] → [N 10 10 40] <nil>
	// 20560 parameters, 2288000 MACs
	// Sequential{Conv2D{Channels: 20, Kernel: 5, Activation: Sigmoid}, Conv2D{Channels: 40, Kernel: 5, Stride: 2}}
}

// An error names the layer by its index and its literal, the rule with both
// numbers, and the input.
func ExampleShapeError() {
	net := cnnlib.Sequential{
		cnnlib.Conv2D{Channels: 20, Kernel: 5},
		cnnlib.Conv2D{Channels: 40, Kernel: 5, Groups: 3},
	}
	_, err := net.OutShape(cnnlib.Shape{28, 28, 1})
	fmt.Println(err)
	// Output: cnnlib: layer 1 Conv2D{Channels: 40, Kernel: 5, Groups: 3}: input channels 20 not divisible by groups 3 (input [N 24 24 20])
}
