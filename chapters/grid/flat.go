package grid

// Flat returns the numbers row by row.
func Flat(m [][]float64) []float64 {
	var flat []float64
	for _, row := range m {
		flat = append(flat, row...)
	}
	return flat
}

// Reshape cuts numbers into h rows of w: the inverse of [Flat]. There must be h·w of them.
func Reshape(flat []float64, h, w int) [][]float64 {
	m := Zeros(h, w)
	for i, v := range flat {
		m[i/w][i%w] = v
	}
	return m
}

// Column returns the numbers row by row, below each other: an hw×1 matrix.
func Column(m [][]float64) [][]float64 {
	flat := Flat(m)
	return Reshape(flat, len(flat), 1)
}
