package checkerboard_test

import (
	"fmt"

	checkerboard "cnnbook/chapters/ch05/s20-checkerboard"
	"cnnbook/cnnlib"
	"cnnbook/internal/purego"
)

// How many of three inputs add to each output: size 3 with stride 2, then size 4.
func ExampleStamps() {
	backend := purego.Must()
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
	backend := purego.Must()
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

// Columns that are 0 and 1 in turn: a mean of ½, and a wave of ½ at frequency ½.
func ExampleSpectrum() {
	power, err := checkerboard.Spectrum([][]float64{{0, 1, 0, 1}, {0, 1, 0, 1}})
	fmt.Println(power, err)
	// Output: [[0.25 0 0.25 0] [0 0 0 0]] <nil>
}

// The finding below the sliders. Size 4 is even with stride 2, size 3 is not.
func ExampleStampMap() {
	backend := purego.Must()
	defer backend.Finalize()
	for _, kernel := range []int{3, 4} {
		_, finding, err := checkerboard.StampMap(backend, kernel, 2)
		fmt.Println(finding, err)
	}
	// Output:
	// k = 3, s = 2: inside a large picture 1 to 4 inputs, a checkerboard <nil>
	// k = 4, s = 2: inside a large picture 4 inputs everywhere, even <nil>
}

// A sub-pixel layer that starts so makes squares of equal cells.
func ExampleICNR() {
	backend := purego.Must()
	defer backend.Finalize()
	layer := cnnlib.Conv2D{Channels: 4, Kernel: 1, Init: checkerboard.ICNR{Factor: 2}}
	y, err := cnnlib.RunPlane(backend, cnnlib.Sequential{layer, cnnlib.PixelShuffle{Factor: 2}}, [][]float64{{1}})
	fmt.Println(layer)
	fmt.Println(y[0][0] == y[0][1], y[0][0] == y[1][0], y[0][0] == y[1][1], err)
	// Output:
	// Conv2D{Channels: 4, Kernel: 1, Init: ICNR{Factor: 2}}
	// true true true <nil>
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
	weights, err := checkerboard.SubPixel(cnnlib.Filter([][]float64{{1, 2}, {3, 4}}), 2)
	fmt.Println(weights, err)
	// Output: Filters([][]float64{{1}}, [][]float64{{2}}, [][]float64{{3}}, [][]float64{{4}}) <nil>
}

// With equal weights, the gradient by a cell counts the windows on it.
func ExampleInputGradient() {
	backend := purego.Must()
	defer backend.Finalize()
	row := [][]float64{{5, 6, 7, 8, 9}}
	g, err := checkerboard.InputGradient(backend, cnnlib.Conv2D{Stride: 2, NoBias: true, Weights: cnnlib.Filter([][]float64{{1, 1, 1}})}, row)
	fmt.Println(g, err)
	// Output: [[1 1 2 1 1]] <nil>
}
