// Package book holds the numbers of the printed chapter that several topics use.
package book

import "cnnbook/cnnlib/ref"

// The data of section 5.2 (the first of that number).
var (
	// GreyImage is the book's 6×6 grey-level image.
	GreyImage = [][]float64{
		{3, 0, 1, 2, 7, 4},
		{1, 5, 8, 9, 3, 1},
		{2, 7, 2, 5, 1, 3},
		{0, 1, 3, 1, 7, 8},
		{4, 2, 1, 6, 2, 8},
		{2, 4, 5, 2, 3, 9},
	}
	// VerticalEdges is the book's filter: left column minus right column.
	VerticalEdges = [][]float64{{1, 0, -1}, {1, 0, -1}, {1, 0, -1}}
	// HorizontalEdges is the same turned by 90° clockwise: top minus bottom.
	HorizontalEdges = ref.Rotate90(VerticalEdges)
	// SobelX weighs the middle row double (Sobel and Feldman 1968); in the
	// convention of VerticalEdges, bright-left is positive.
	SobelX = [][]float64{{1, 0, -1}, {2, 0, -2}, {1, 0, -1}}
	// ScharrX is the kernel with the best rotational symmetry of its size
	// (Scharr 2000, thesis, table B.11), in the same convention.
	ScharrX = [][]float64{{3, 0, -3}, {10, 0, -10}, {3, 0, -3}}
)

// WhiteGrey is the book's second image: n×n, the left half white (10), the right
// half grey (0).
func WhiteGrey(n int) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
		for j := range n / 2 {
			m[i][j] = 10
		}
	}
	return m
}
