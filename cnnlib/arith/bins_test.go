package arith_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"cnnbook/cnnlib/arith"
)

// Section 5.5.3: the windows on 13×13, and on 14×14 with n = 4, where the last cell
// is lost. The book gives (5, 4) for the last, which belong to n = 3.
func ExamplePaperWindow() {
	for _, c := range [][2]int{{13, 3}, {13, 2}, {13, 1}, {14, 3}, {14, 4}} {
		p, err := arith.PaperWindow(c[0], c[1])
		if err != nil {
			fmt.Println(err)
			return
		}
		count, err := p.Out()
		lost, err2 := p.Lost()
		fmt.Println("cells", c[0], "n", c[1], "window", p.Window, "stride", p.Stride, "windows", count, err, "lost", lost, err2)
	}
	// Output:
	// cells 13 n 3 window 5 stride 4 windows 3 <nil> lost 0 <nil>
	// cells 13 n 2 window 7 stride 6 windows 2 <nil> lost 0 <nil>
	// cells 13 n 1 window 13 stride 13 windows 1 <nil> lost 0 <nil>
	// cells 14 n 3 window 5 stride 4 windows 3 <nil> lost 1 <nil>
	// cells 14 n 4 window 4 stride 3 windows 4 <nil> lost 1 <nil>
}

// The cure for 14×14: neighbouring bins share a cell, none is lost.
func ExampleAdaptiveBins() {
	fmt.Println(arith.AdaptiveBins(14, 4))
	// Output: [{0 4} {3 7} {7 11} {10 14}] <nil>
}

func ExamplePyramidLength() {
	fmt.Println(arith.PyramidLength(256, 4, 2, 1))
	fmt.Println(arith.PyramidLength(256, 3, 2, 1))
	// Output:
	// 5376 <nil>
	// 3584 <nil>
}

// Windows that are not n of them: each row was laid by hand.
func TestPaperWindowCounts(t *testing.T) {
	for _, c := range []struct{ a, n, count, lost int }{
		{7, 4, 6, 0},  // 2 cells, 1 apart: 01 12 23 34 45 56
		{8, 4, 4, 0},  // 2 cells, 2 apart
		{5, 3, 4, 0},  // 2 cells, 1 apart
		{11, 4, 5, 0}, // 3 cells, 2 apart: begin at 0 2 4 6 8
		{10, 4, 4, 1}, // 3 cells, 2 apart: begin at 0 2 4 6
		{6, 6, 6, 0},
		{6, 1, 1, 0},
	} {
		p, err := arith.PaperWindow(c.a, c.n)
		if err != nil {
			t.Fatal(err)
		}
		if count, err := p.Out(); err != nil || count != c.count {
			t.Errorf("a = %d, n = %d: %d windows, %v, want %d", c.a, c.n, count, err, c.count)
		}
		if lost, err := p.Lost(); err != nil || lost != c.lost {
			t.Errorf("a = %d, n = %d: %d cells lost, %v, want %d", c.a, c.n, lost, err, c.lost)
		}
	}
}

// PaperWindow against its definition in floating point and windows laid one by one.
func FuzzPaperWindow(f *testing.F) {
	for _, c := range [][2]uint8{{13, 3}, {14, 4}, {7, 4}, {3, 4}} {
		f.Add(c[0], c[1])
	}
	f.Fuzz(func(t *testing.T, a, n uint8) {
		p, err := arith.PaperWindow(int(a), int(n))
		if err != nil {
			if a > 0 && n > 0 && n <= a {
				t.Fatalf("a = %d, n = %d refused: %v", a, n, err)
			}
			return
		}
		// Quotients of numbers below 256 are at least 1/255 away from an integer they
		// do not equal, far more than float64 rounds.
		quotient := float64(a) / float64(n)
		if p.In != int(a) || p.Window != int(math.Ceil(quotient)) || p.Stride != int(math.Floor(quotient)) {
			t.Fatalf("a = %d, n = %d: %+v", a, n, p)
		}
		count, inside := 0, make([]bool, a)
		for first := 0; first+p.Window <= int(a); first += p.Stride {
			count++
			for x := range p.Window {
				inside[first+x] = true
			}
		}
		lost := 0
		for _, in := range inside {
			if !in {
				lost++
			}
		}
		if got, err := p.Out(); err != nil || got != count {
			t.Fatalf("a = %d, n = %d: %d windows, %v, counted %d", a, n, got, err, count)
		}
		if got, err := p.Lost(); err != nil || got != lost {
			t.Fatalf("a = %d, n = %d: %d cells lost, %v, counted %d", a, n, got, err, lost)
		}
	})
}

// Bin i of n and a cell have a stretch in common if the axis is cut into n equal
// pieces: of a·n small units a piece has a, a cell n. Counted unit by unit.
func FuzzAdaptiveBins(f *testing.F) {
	for _, c := range [][2]uint8{{14, 4}, {13, 3}, {7, 4}, {3, 5}, {6, 6}} {
		f.Add(c[0], c[1])
	}
	f.Fuzz(func(t *testing.T, a, n uint8) {
		bins, err := arith.AdaptiveBins(int(a), int(n))
		if err != nil {
			if a > 0 && n > 0 {
				t.Fatalf("a = %d, n = %d refused: %v", a, n, err)
			}
			return
		}
		want := make([]arith.Bin, n)
		for unit := range int(a) * int(n) {
			bin, cell := unit/int(a), unit/int(n)
			if unit%int(a) == 0 {
				want[bin].From = cell
			}
			want[bin].To = cell + 1
		}
		if !slices.Equal(bins, want) {
			t.Fatalf("a = %d, n = %d: %v, counted %v", a, n, bins, want)
		}
	})
}

// The length is a sum of squares, counted bin by bin.
func FuzzPyramidLength(f *testing.F) {
	f.Add(uint8(255), []byte{4, 2, 1})
	f.Add(uint8(3), []byte{})
	f.Fuzz(func(t *testing.T, channels uint8, levels []byte) {
		levels = levels[:min(len(levels), 8)]
		bins, want, valid := []int{}, 0, channels > 0 && len(levels) > 0
		for _, n := range levels {
			bins = append(bins, int(n))
			valid = valid && n > 0
			for range n {
				for range n {
					want += int(channels)
				}
			}
		}
		if got, err := arith.PyramidLength(int(channels), bins...); valid != (err == nil) || valid && got != want {
			t.Fatalf("PyramidLength(%d, %v) = %d, %v, counted %d", channels, bins, got, err, want)
		}
	})
}

func TestBinErrors(t *testing.T) {
	window := func(a, n int) error { _, err := arith.PaperWindow(a, n); return err }
	bins := func(a, n int) error { _, err := arith.AdaptiveBins(a, n); return err }
	length := func(c int, n ...int) error { _, err := arith.PyramidLength(c, n...); return err }
	for _, c := range []struct {
		err  error
		want string
	}{
		{window(0, 1), "arith: input 0 is below 1"},
		{window(5, 0), "arith: bins 0 is below 1"},
		{window(6, 7), "arith: 7 windows on 6 cells would be ⌊6/7⌋ = 0 apart: use at most 6"},
		{bins(0, 1), "arith: input 0 is below 1"},
		{bins(5, -1), "arith: bins -1 is below 1"},
		{bins(5, math.MaxInt), fmt.Sprintf("arith: %d bins are too many", math.MaxInt)},
		{length(0, 1), "arith: channels 0 is below 1"},
		{length(3), "arith: a pyramid without levels"},
		{length(3, 2, 0), "arith: bins 0 is below 1"},
		{length(3, math.MaxInt), "arith: levels of"},
		{length(math.MaxInt, 2), "arith: the product of"},
	} {
		if c.err == nil || !strings.HasPrefix(c.err.Error(), c.want) {
			t.Errorf("%v, want %s", c.err, c.want)
		}
	}
	// The largest axis there is does not overflow.
	if list, err := arith.AdaptiveBins(math.MaxInt, 3); err != nil || list[2].To != math.MaxInt {
		t.Errorf("%v, %v, want an end of %d", list, err, math.MaxInt)
	}
}
