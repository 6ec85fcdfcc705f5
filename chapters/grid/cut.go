package grid

// CutOut returns the h×w cells from a row and a column on. They lie inside m, and the result
// shares them with m.
func CutOut(m [][]float64, row, col, h, w int) [][]float64 {
	out := make([][]float64, h)
	for i := range out {
		out[i] = m[row+i][col : col+w]
	}
	return out
}

// Quarters returns the upper left, upper right, lower left and lower right quarter of a
// matrix whose rows and columns are even in number. They share their cells with m.
func Quarters(m [][]float64) [4][][]float64 {
	h, w := len(m)/2, len(m[0])/2
	return [4][][]float64{CutOut(m, 0, 0, h, w), CutOut(m, 0, w, h, w), CutOut(m, h, 0, h, w), CutOut(m, h, w, h, w)}
}

// Resized returns the matrix cut, or filled up with zeros, to a size.
func Resized(m [][]float64, rows, cols int) [][]float64 {
	out := Zeros(rows, cols)
	for i := range min(rows, len(m)) {
		copy(out[i], m[i])
	}
	return out
}
