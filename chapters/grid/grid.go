// Package grid has small functions on matrices of numbers, the currency of cells,
// figures and exercises: [][]float64, rows of equal length, at least one number.
package grid

import (
	"math"
	"math/rand/v2"
)

// Filled returns an h×w matrix of one number.
func Filled(h, w int, value float64) [][]float64 {
	m := make([][]float64, h)
	for i := range m {
		m[i] = make([]float64, w)
		for j := range m[i] {
			m[i][j] = value
		}
	}
	return m
}

// Zeros returns an h×w matrix of zeros.
func Zeros(h, w int) [][]float64 { return Filled(h, w, 0) }

// Ones returns a k×k matrix of ones. As a kernel it adds up its window, which a reader
// can check in the head.
func Ones(k int) [][]float64 { return Filled(k, k, 1) }

// RandomIntegers returns a matrix of integers from −9 to 9.
func RandomIntegers(r *rand.Rand, rows, cols int) [][]float64 {
	m := Zeros(rows, cols)
	for i := range m {
		for j := range m[i] {
			m[i][j] = float64(r.IntN(19) - 9)
		}
	}
	return m
}

// Transposed returns the matrix with rows and columns exchanged.
func Transposed(m [][]float64) [][]float64 {
	out := Zeros(len(m[0]), len(m))
	for i, row := range m {
		for j, v := range row {
			out[j][i] = v
		}
	}
	return out
}

// Mirrored returns the matrix with left and right exchanged.
func Mirrored(m [][]float64) [][]float64 {
	out := Zeros(len(m), len(m[0]))
	for i, row := range m {
		for j, v := range row {
			out[i][len(row)-1-j] = v
		}
	}
	return out
}

// StepOne returns a kernel divided so that its positive weights add up to 1: a full
// step from 0 to 1 then answers 1, whatever the kernel. At least one weight must be
// positive.
func StepOne(kernel [][]float64) [][]float64 {
	sum := 0.0
	for _, row := range kernel {
		for _, v := range row {
			sum += max(v, 0)
		}
	}
	out := Zeros(len(kernel), len(kernel[0]))
	for i, row := range kernel {
		for j, v := range row {
			out[i][j] = v / sum
		}
	}
	return out
}

// SumAbs adds up the numbers without their signs.
func SumAbs(m [][]float64) (sum float64) {
	for _, row := range m {
		for _, v := range row {
			sum += math.Abs(v)
		}
	}
	return sum
}
