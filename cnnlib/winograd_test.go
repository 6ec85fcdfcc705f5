package cnnlib

import (
	"math"
	"testing"
)

// output·((kernel·g) ⊙ (input·d)) is the correlation of d with g, for every number of results
// and taps that there are points for.
func TestWinogradOfIsACorrelation(t *testing.T) {
	g, d := []float64{3, -1, 4, 1, -5, 9}, []float64{2, -7, 1, 8, -2, 8} // any numbers
	dot := func(row, v []float64) (sum float64) {
		for i, a := range row {
			sum += a * v[i]
		}
		return sum
	}
	for m := 1; m <= 4; m++ {
		for k := 1; m+k-1 <= len(winogradPoints)+1; k++ {
			w := winogradOf(m, k)
			if w.n != m+k-1 {
				t.Fatalf("F(%d, %d) has %d points", m, k, w.n)
			}
			products := make([]float64, w.n)
			for i := range products {
				products[i] = dot(w.kernel[i], g[:k]) * dot(w.input[i], d[:w.n])
			}
			for i := range m {
				want := dot(g[:k], d[i:])
				// Fewer than 100 roundings of numbers below 10,000, 2⁻⁵³ each.
				if got := dot(w.output[i], products); math.Abs(got-want) > 100*1e4*0x1p-53 {
					t.Errorf("F(%d, %d): result %d is %v, want %v", m, k, i, got, want)
				}
			}
		}
	}
}
