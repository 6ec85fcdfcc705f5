package grid

import "math"

// Max returns the largest number.
func Max(m [][]float64) float64 {
	largest := math.Inf(-1)
	for _, row := range m {
		for _, v := range row {
			largest = max(largest, v)
		}
	}
	return largest
}

// Rounded returns the numbers rounded to a number of decimals, halves away from zero.
func Rounded(m [][]float64, decimals int) [][]float64 {
	scale := math.Pow10(decimals)
	out := Zeros(len(m), len(m[0]))
	for i, row := range m {
		for j, v := range row {
			out[i][j] = math.Round(scale*v) / scale
		}
	}
	return out
}

// Added returns the sum of one or more matrices of one size, cell by cell.
func Added(matrices ...[][]float64) [][]float64 {
	out := Zeros(len(matrices[0]), len(matrices[0][0]))
	for _, m := range matrices {
		for i, row := range m {
			for j, v := range row {
				out[i][j] += v
			}
		}
	}
	return out
}
