package grid

// Product returns the matrix product of a [h k] and b [k w], an h×w matrix.
func Product(a, b [][]float64) [][]float64 {
	out := Zeros(len(a), len(b[0]))
	for i, row := range a {
		for j := range out[i] {
			for k, v := range row {
				out[i][j] += float64(v * b[k][j]) // no fused multiply-add: the same digits on every machine
			}
		}
	}
	return out
}
