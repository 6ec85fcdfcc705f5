package grid_test

import (
	"fmt"
	"math"

	"cnnbook/chapters/grid"
)

func ExampleMap() {
	fmt.Println(grid.Map([][]float64{{-1, 2}, {3, -4}}, math.Abs))
	// Output: [[1 2] [3 4]]
}

func ExampleZip() {
	x, y := [][]float64{{3, 0}}, [][]float64{{4, -1}}
	fmt.Println(grid.Zip(x, y, math.Hypot))
	// Output: [[5 1]]
}
