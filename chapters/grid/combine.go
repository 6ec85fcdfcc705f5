package grid

import (
	"math"
	"slices"
)

// AddScaled returns x + factor·y. Both have the same size.
func AddScaled(x, y [][]float64, factor float64) [][]float64 {
	out := Zeros(len(x), len(x[0]))
	for i, row := range x {
		for j, v := range row {
			out[i][j] = v + float64(factor*y[i][j]) // rounded: no processor fuses the two
		}
	}
	return out
}

// Mean returns the mean of matrices of one size, cell by cell.
func Mean(matrices [][][]float64) [][]float64 {
	mean := Zeros(len(matrices[0]), len(matrices[0][0]))
	for _, m := range matrices {
		mean = AddScaled(mean, m, 1/float64(len(matrices)))
	}
	return mean
}

// LargestOne returns the matrix divided by its largest number without sign. Zeros stay.
func LargestOne(m [][]float64) [][]float64 {
	largest := 0.0
	for _, row := range m {
		for _, v := range row {
			largest = max(largest, math.Abs(v))
		}
	}
	if largest == 0 {
		return m
	}
	return AddScaled(Zeros(len(m), len(m[0])), m, 1/largest)
}

// Clipped returns the matrix with numbers below low and above high replaced by these.
func Clipped(m [][]float64, low, high float64) [][]float64 {
	out := Zeros(len(m), len(m[0]))
	for i, row := range m {
		for j, v := range row {
			out[i][j] = min(high, max(low, v))
		}
	}
	return out
}

// Stretched returns the matrix with its smallest number mapped to 0 and its largest to 1. A
// matrix of one number becomes zeros.
func Stretched(m [][]float64) [][]float64 {
	low, high := m[0][0], m[0][0]
	for _, row := range m {
		low, high = min(low, slices.Min(row)), max(high, slices.Max(row))
	}
	out := Zeros(len(m), len(m[0]))
	for i, row := range m {
		for j, v := range row {
			if high > low {
				out[i][j] = (v - low) / (high - low)
			}
		}
	}
	return out
}

// WithoutBorder returns the matrix without border rows and columns on each side.
func WithoutBorder(m [][]float64, border int) [][]float64 {
	var out [][]float64
	for _, row := range m[border : len(m)-border] {
		out = append(out, row[border:len(row)-border])
	}
	return out
}
