package ref_test

import (
	"fmt"

	"cnnbook/cnnlib/ref"
)

// Windows of 3 cells, 3 apart, on 7 cells: the last cell is lost, or is a window
// of its own.
func ExampleWindows() {
	fmt.Println(ref.Windows(7, 3, 3, 0, 0, false))
	fmt.Println(ref.Windows(7, 3, 3, 0, 0, true))
	// Output:
	// [{0 3} {3 6}] <nil>
	// [{0 3} {3 6} {6 7}] <nil>
}

// Section 5.16 of the book: the largest values and the means of 2×2 windows, and
// the places the largest came from.
func ExampleMaxPool() {
	x, err := ref.FromPlane([][]float64{{1, 1, 2, 4}, {5, 6, 7, 8}, {3, 2, 1, 0}, {1, 2, 3, 4}})
	if err != nil {
		fmt.Println(err)
		return
	}
	halves := []ref.Bin{{From: 0, To: 2}, {From: 2, To: 4}}
	y, from, err := ref.MaxPool(x, halves, halves)
	fmt.Println(y.Data, from, err)
	mean, err := ref.AvgPool(x, halves, halves)
	fmt.Println(mean.Data, err)
	// Output:
	// [6 8 3 4] [5 7 8 15] <nil>
	// [3.25 5.25 2 2] <nil>
}

// Three bins on 7 cells share a cell with each neighbour.
func ExampleAdaptiveBins() {
	fmt.Println(ref.AdaptiveBins(7, 3))
	// Output: [{0 3} {2 5} {4 7}] <nil>
}
