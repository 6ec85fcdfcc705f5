package arith

import "fmt"

// PaperWindow returns the windows of spatial pyramid pooling as its paper lays
// them: on an axis of a cells, for n bins, windows of ⌈a/n⌉ cells, ⌊a/n⌋ apart
// (K. He et al., arXiv:1406.4729, §2.3; section 5.5.3 of the book). a must be at
// least n.
//
// Out of the result says how many windows these are, and Lost how many cells at
// the end are in none of them. They are not always n: 7 cells with n = 4 make 6
// windows of 2 cells. And 14 cells with n = 4 make 4 windows that leave the last
// cell out. AdaptiveBins has neither fault.
func PaperWindow(a, n int) (Pool, error) {
	if err := divisible(a, n); err != nil {
		return Pool{}, err
	}
	if n > a {
		return Pool{}, fmt.Errorf("arith: %d windows on %d cells would be ⌊%d/%d⌋ = 0 apart: use at most %d, or AdaptiveBins", n, a, a, n, a)
	}
	return Pool{In: a, Window: (a-1)/n + 1, Stride: a / n}, nil
}

// Bin is the cells From … To-1 of one axis.
type Bin struct{ From, To int }

// AdaptiveBins divides an axis of a cells into n bins: bin i, counted from 0, holds
// the cells from ⌊i·a/n⌋ to below ⌈(i+1)·a/n⌉. Every cell is in a bin. Where n does
// not divide a, neighbouring bins can share a cell; with more bins than cells they
// repeat. (The rule of PyTorch's AdaptiveAvgPool2d; it cures what section 5.5.3 of
// the book finds on 14×14, see PaperWindow.)
func AdaptiveBins(a, n int) ([]Bin, error) {
	if err := divisible(a, n); err != nil {
		return nil, err
	}
	if err := listable("bins", n); err != nil {
		return nil, err
	}
	// i·a/n = i·⌊a/n⌋ + i·(a mod n)/n, whose products are small enough for an int64.
	whole, rest := a/n, int64(a%n)
	bins := make([]Bin, n)
	for i := range bins {
		down := int64(i) * rest / int64(n)
		up := (int64(i+1)*rest + int64(n) - 1) / int64(n)
		bins[i] = Bin{From: i*whole + int(down), To: (i+1)*whole + int(up)}
	}
	return bins, nil
}

// divisible checks that a cells can be asked to make n bins.
func divisible(a, n int) error {
	if err := atLeast("input", a, 1); err != nil {
		return err
	}
	return atLeast("bins", n, 1)
}

// PyramidLength returns the length of the vector that spatial pyramid pooling makes
// of a picture of any size, Σn²·C: each level has n × n bins, and each bin gives one
// number a channel. (arXiv:1406.4729, §2.2.) With 256 channels, levels 4, 2, 1 make
// 21·256 = 5376 numbers and levels 3, 2, 1 make 14·256 = 3584; section 5.5.3 of the
// book has the first in its text and the second in its figure.
func PyramidLength(channels int, bins ...int) (int, error) {
	if err := atLeast("channels", channels, 1); err != nil {
		return 0, err
	}
	if len(bins) == 0 {
		return 0, fmt.Errorf("arith: a pyramid without levels: give the bins of at least one, for instance 4, 2 and 1")
	}
	total := 0
	for _, n := range bins {
		if err := atLeast("bins", n, 1); err != nil {
			return 0, err
		}
		square, ok := mul(n, n)
		sum, ok2 := add(total, square)
		if !ok || !ok2 {
			return 0, fmt.Errorf("arith: levels of %v bins are more than an int can count", bins)
		}
		total = sum
	}
	return product(total, channels)
}
