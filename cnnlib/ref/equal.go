package ref

import "math"

// EqualWithin reports whether two matrices have the same size and no cells that
// differ by more than the tolerance. NaN equals nothing.
func EqualWithin(a, b [][]float64, tolerance float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if len(a[i]) != len(b[i]) {
			return false
		}
		for j := range a[i] {
			if !(math.Abs(a[i][j]-b[i][j]) <= tolerance) {
				return false
			}
		}
	}
	return true
}
