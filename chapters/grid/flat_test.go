package grid_test

import (
	"fmt"

	"cnnbook/chapters/grid"
)

func ExampleFlat() {
	fmt.Println(grid.Flat([][]float64{{1, 2}, {3, 4}}))
	// Output: [1 2 3 4]
}

func ExampleReshape() {
	fmt.Println(grid.Reshape([]float64{1, 2, 3, 4, 5, 6}, 2, 3))
	// Output: [[1 2 3] [4 5 6]]
}

func ExampleColumn() {
	fmt.Println(grid.Column([][]float64{{1, 2}, {3, 4}}))
	// Output: [[1] [2] [3] [4]]
}
