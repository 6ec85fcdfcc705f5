package grid_test

import (
	"fmt"

	"cnnbook/chapters/grid"
)

func ExampleProduct() {
	// A row that adds up, and one that takes the difference.
	fmt.Println(grid.Product([][]float64{{1, 1}, {1, -1}}, [][]float64{{5}, {3}}))
	// Output: [[8] [2]]
}
