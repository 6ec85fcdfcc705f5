package grid_test

import (
	"fmt"
	"math"

	"cnnbook/chapters/grid"
)

func ExampleAddScaled() {
	fmt.Println(grid.AddScaled([][]float64{{1, 2}}, [][]float64{{10, 20}}, 0.5))
	// Output: [[6 12]]
}

func ExampleMean() {
	fmt.Println(grid.Mean([][][]float64{{{1, 2}}, {{3, 6}}}))
	// Output: [[2 4]]
}

func ExampleLargestOne() {
	fmt.Println(grid.LargestOne([][]float64{{1, -4}, {2, 0}}))
	fmt.Println(grid.LargestOne([][]float64{{0, 0}}))
	// Output:
	// [[0.25 -1] [0.5 0]]
	// [[0 0]]
}

// A screen shows numbers from 0 to 1.
func ExampleClipped() {
	fmt.Println(grid.Clipped([][]float64{{-0.5, 0.5, math.Inf(1)}}, 0, 1))
	// Output: [[0 0.5 1]]
}

func ExampleStretched() {
	fmt.Println(grid.Stretched([][]float64{{-1, 0}, {1, 3}}))
	fmt.Println(grid.Stretched([][]float64{{7, 7}}))
	// Output:
	// [[0 0.25] [0.5 1]]
	// [[0 0]]
}

func ExampleWithoutBorder() {
	fmt.Println(grid.WithoutBorder([][]float64{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}, 1))
	// Output: [[5]]
}
