// Package settings runs, counts and draws the rows of arith.Settings, the fifteen settings
// of a convolution on which sections 5.3b, 5.18 and 5.19 of the book stand (V. Dumoulin,
// F. Visin, arXiv:1603.07285).
package settings

import (
	"fmt"
	"slices"

	"cnnbook/cnnlib/arith"
)

// Named returns the row of arith.Settings that a figure of arXiv:1603.07285 draws, such as
// "2.7". A figure that draws none is an error.
func Named(figure string) (arith.Setting, error) {
	for _, s := range arith.Settings() {
		if s.Figure == figure {
			return s, nil
		}
	}
	return arith.Setting{}, fmt.Errorf("settings: no setting is drawn as figure %q: use 2.1 to 2.7, 4.1 to 4.7 or 5.1", figure)
}

// Of returns the rows of arith.Settings with one operation.
func Of(op arith.Operation) []arith.Setting {
	return slices.DeleteFunc(arith.Settings(), func(s arith.Setting) bool { return s.Operation != op })
}

// Image returns an n×n image of the digits 0 to 3, small enough for sums in the head. Up to
// n = 7 no two rows and no two columns are equal, so a row or column that is read twice or
// left out changes the result.
func Image(n int) [][]float64 {
	return fill(n, func(row, col int) int { return (2*row + 3*col + 2) % 7 / 2 })
}

// Kernel returns a k×k kernel of the digits 0 to 2. Turned by 180° it is a different one,
// so a kernel turned by mistake changes the result.
func Kernel(k int) [][]float64 {
	return fill(k, func(row, col int) int { return (row + 2*col + row*col + 1) % 3 })
}

// fill returns an n×n matrix of a function of row and column.
func fill(n int, value func(row, col int) int) [][]float64 {
	m := make([][]float64, n)
	for row := range m {
		m[row] = make([]float64, n)
		for col := range m[row] {
			m[row][col] = float64(value(row, col))
		}
	}
	return m
}
