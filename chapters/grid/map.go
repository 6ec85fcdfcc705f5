package grid

// Map returns the matrix of f(v) for the numbers v of a matrix.
func Map(m [][]float64, f func(v float64) float64) [][]float64 {
	out := Zeros(len(m), len(m[0]))
	for i, row := range m {
		for j, v := range row {
			out[i][j] = f(v)
		}
	}
	return out
}

// Zip returns the matrix of f(x, y) for the numbers x and y that stand at the same place
// of two matrices of one size.
func Zip(a, b [][]float64, f func(x, y float64) float64) [][]float64 {
	out := Zeros(len(a), len(a[0]))
	for i, row := range a {
		for j, x := range row {
			out[i][j] = f(x, b[i][j])
		}
	}
	return out
}
