package grid_test

import (
	"fmt"

	"cnnbook/chapters/grid"
)

func ExampleMax() {
	fmt.Println(grid.Max([][]float64{{-3, -1}, {-2, -4}}))
	// Output: -1
}

func ExampleRounded() {
	fmt.Println(grid.Rounded([][]float64{{0.125, -0.125}, {1.0 / 3, 2}}, 2))
	// Output: [[0.13 -0.13] [0.33 2]]
}

func ExampleAdded() {
	fmt.Println(grid.Added([][]float64{{1, 2}}, [][]float64{{10, 20}}, [][]float64{{100, 200}}))
	// Output: [[111 222]]
}
