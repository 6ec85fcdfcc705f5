package checkerboard_test

import (
	"fmt"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"

	checkerboard "cnnbook/chapters/ch05/s20-checkerboard"
	"cnnbook/cnnlib"
)

// How many of three inputs add to each output: size 3 with stride 2, then size 4.
func ExampleStamps() {
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	for _, kernel := range []int{3, 4} {
		counts, err := checkerboard.Stamps(backend, 1, 3, kernel, 2)
		fmt.Println(counts, err)
	}
	// Output:
	// [[1 1 2 1 2 1 1]] <nil>
	// [[1 1 2 2 2 2 1 1]] <nil>
}

// To repeat every cell, then convolve with (1 10 100), as a matrix: all rows have the
// sum 111.
func ExampleMatrixOf() {
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	m, err := checkerboard.MatrixOf(backend, cnnlib.Sequential{
		cnnlib.Upsample{Factor: 2},
		cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filter([][]float64{{1, 10, 100}})},
	}, 3)
	for _, row := range m {
		fmt.Println(row)
	}
	fmt.Println(err)
	// Output:
	// [11 100 0]
	// [1 110 0]
	// [0 11 100]
	// [0 1 110]
	// <nil>
}

// Cells that are 0 and 1 in turn have half of their power, ½ of it the mean, at
// frequency ½.
func ExampleFlatShare() {
	share, err := checkerboard.FlatShare([][]float64{{0, 1, 0, 1}, {1, 0, 1, 0}})
	fmt.Println(share, err)
	// Output: 0.5 <nil>
}

// A 2×2 kernel with stride 2 is four 1×1 filters before PixelShuffle.
func ExampleSubPixel() {
	weights, err := checkerboard.SubPixel(checkerboard.OneChannel([][]float64{{1, 2}, {3, 4}}), 2)
	fmt.Println(weights, err)
	// Output: Filters([][]float64{{1}}, [][]float64{{2}}, [][]float64{{3}}, [][]float64{{4}}) <nil>
}

// With equal weights, the gradient by a cell counts the windows on it.
func ExampleInputGradient() {
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	row := [][]float64{{5, 6, 7, 8, 9}}
	g, err := checkerboard.InputGradient(backend, cnnlib.Conv2D{Stride: 2, NoBias: true, Weights: cnnlib.Filter([][]float64{{1, 1, 1}})}, row)
	fmt.Println(g, err)
	// Output: [[1 1 2 1 1]] <nil>
}
