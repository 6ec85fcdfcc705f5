package grid_test

import (
	"fmt"

	"cnnbook/chapters/grid"
)

var fourByFour = [][]float64{{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}, {13, 14, 15, 16}}

func ExampleCutOut() {
	fmt.Println(grid.CutOut(fourByFour, 1, 0, 2, 3))
	// Output: [[5 6 7] [9 10 11]]
}

func ExampleQuarters() {
	for _, q := range grid.Quarters(fourByFour) {
		fmt.Println(q)
	}
	// Output:
	// [[1 2] [5 6]]
	// [[3 4] [7 8]]
	// [[9 10] [13 14]]
	// [[11 12] [15 16]]
}

func ExampleResized() {
	fmt.Println(grid.Resized([][]float64{{1, 2}, {3, 4}}, 3, 1))
	// Output: [[1] [3] [0]]
}
