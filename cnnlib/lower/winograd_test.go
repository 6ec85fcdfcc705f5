package lower

import (
	"math"
	"testing"

	"cnnbook/cnnlib/arith"
)

// output·((kernel·g) ⊙ (input·d)) is the correlation of d with g, for every number of results
// and taps that there are points for.
func TestWinogradOfIsACorrelation(t *testing.T) {
	g, d := []float64{3, -1, 4, 1, -5, 9, 2, -6}, []float64{2, -7, 1, 8, -2, 8, 1, -8} // any numbers
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

// Two windows if they save an eighth of the products, lose few digits, and there are
// points enough.
func TestTileOf(t *testing.T) {
	for _, c := range []struct{ in, kernel, window, windows, count, products int }{
		{12, 5, 2, 2, 2, 8}, // the second convolution of section 5.23: 4 windows in pairs
		{6, 5, 2, 1, 1, 6},  // one window
		{10, 5, 2, 1, 3, 6}, // three: 2 tiles of 8 products are only a ninth less than 3 of 6
		{14, 5, 2, 2, 3, 8}, // five: 3·8 in place of 5·6, half a tile left over
		{12, 3, 2, 1, 5, 4}, // five: 3·6 in place of 5·4
		{16, 3, 2, 2, 4, 6}, // seven: 4·6 in place of 7·4
		{16, 6, 2, 1, 5, 7}, // 9 products would need 8 points
		{20, 3, 3, 1, 6, 5}, // 6 results lose too many digits
	} {
		tile := tileOf(arith.Conv{In: c.in, Kernel: c.kernel}, c.window)
		if tile.windows != c.windows || tile.count != c.count || tile.n != c.products || tile.m != c.windows*c.window {
			t.Errorf("%+v: %d windows a tile, %d tiles, %d products for %d results", c, tile.windows, tile.count, tile.n, tile.m)
		}
	}
}
