package ref_test

import (
	"fmt"

	"cnnbook/cnnlib/ref"
)

// Section 5.2: the filter for vertical edges over an image that is white on the
// left and grey on the right. Only windows that straddle the edge answer.
func ExampleCrossCorrelate2D() {
	edges, err := ref.CrossCorrelate2D(halves, vertical, ref.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range edges {
		fmt.Println(row)
	}
	// Output:
	// [0 30 30 0]
	// [0 30 30 0]
	// [0 30 30 0]
	// [0 30 30 0]
}

// Section 5.17: the kernel is turned by 180° before it is laid over the input.
func ExampleConvolve2D() {
	x := [][]float64{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}
	k := [][]float64{{-1, -2, -1}, {0, 0, 0}, {1, 2, 1}}
	y, err := ref.Convolve2D(x, k, ref.Options{Top: 1, Bottom: 1, Left: 1, Right: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range y {
		fmt.Println(row)
	}
	// Output:
	// [-13 -20 -17]
	// [-18 -24 -18]
	// [13 20 17]
}

// Turned clockwise, the filter for vertical edges finds horizontal ones: bright
// above dark is positive.
func ExampleRotate90() {
	for _, row := range ref.Rotate90([][]float64{{1, 0, -1}, {1, 0, -1}, {1, 0, -1}}) {
		fmt.Println(row)
	}
	// Output:
	// [1 1 1]
	// [0 0 0]
	// [-1 -1 -1]
}
