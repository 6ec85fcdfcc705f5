package arith

import "fmt"

// Visits returns, for each cell of the input, the number of kernel positions with
// a tap on it. Without padding a corner is visited once and the middle k times;
// with Full padding and stride 1 every cell is visited k times (chapter 5.12).
// Outer makes a map of two axes from it.
func (c Conv) Visits() ([]int, error) {
	o, err := c.Out()
	if err != nil {
		return nil, err
	}
	start, _, err := c.Pads()
	if err != nil {
		return nil, err
	}
	return hits(o, c.Kernel, orOne(c.Stride), orOne(c.Dilation), start, c.In)
}

// PaddedVisits returns, for each cell of the padded input, the zeros before and
// after it included, the number of kernel positions with a tap on it. Visits is
// its middle part.
func (c Conv) PaddedVisits() ([]int, error) {
	o, err := c.Out()
	if err != nil {
		return nil, err
	}
	start, end, err := c.Pads()
	if err != nil {
		return nil, err
	}
	return hits(o, c.Kernel, orOne(c.Stride), orOne(c.Dilation), 0, start+c.In+end) // Out found that the sum fits an int
}

// Visits returns, for each cell of the input, the number of windows that hold it:
// 0 for a lost cell, above 1 where windows overlap.
func (p Pool) Visits() ([]int, error) {
	o, err := p.Out()
	if err != nil {
		return nil, err
	}
	start, _, err := p.Pads()
	if err != nil {
		return nil, err
	}
	return hits(o, p.Window, p.stride(), 1, start, p.In)
}

// Contributions returns, for each cell of the result, the number of input cells
// that add to it. Numbers that alternate inside the result are the checkerboard
// of chapter 5.20 (Odena et al. 2016, "Deconvolution and Checkerboard Artifacts",
// doi:10.23915/distill.00003). Outer makes a map of two axes from it.
func (t Transposed) Contributions() ([]int, error) {
	o, err := t.Out()
	if err != nil {
		return nil, err
	}
	start, _, err := t.Pads()
	if err != nil {
		return nil, err
	}
	return hits(t.In, t.Kernel, orOne(t.Stride), orOne(t.Dilation), start, o)
}

// Interior returns the fewest and the most input cells that add to one cell in
// the middle of a long result, where no border is near. In and padding are not
// looked at. Without dilation the two are k/s rounded down and up: equal, so
// without a checkerboard, if and only if k is divisible by s. A dilation that
// shares a factor with the stride leaves cells to which nothing adds.
func (t Transposed) Interior() (fewest, most int, err error) {
	if _, err := t.Effective(); err != nil {
		return 0, 0, err
	}
	s, d := orOne(t.Stride), orOne(t.Dilation)
	if err := atLeast("stride", s, 1); err != nil {
		return 0, 0, err
	}
	// The taps fall on the result in steps of d, modulo s. They reach every g-th
	// of the s remainders and share those among themselves.
	g := gcd(s, d)
	reached := s / g
	fewest, most = t.Kernel/reached, (t.Kernel-1)/reached+1
	if g > 1 {
		fewest = 0
	}
	return fewest, most, nil
}

// Overlap returns the cells that neighbouring windows of k cells share if they
// are s apart: k - s, or 0 if they do not meet (chapter 5.5.2, and 5.17.2 for
// the results of neighbouring inputs of a transposed convolution). s = 0 means 1.
func Overlap(k, s int) (int, error) {
	s = orOne(s)
	if err := atLeast("window", k, 1); err != nil {
		return 0, err
	}
	if err := atLeast("stride", s, 1); err != nil {
		return 0, err
	}
	return max(0, k-s), nil
}

// Outer returns the counts of a plane, [row][column], from the counts of its two
// axes: a cell is visited rows[r]·cols[c] times, once for each pair.
func Outer(rows, cols []int) ([][]int, error) {
	cells, err := product(len(rows), len(cols))
	if err != nil {
		return nil, err
	}
	if err := listable("cells", cells); err != nil {
		return nil, err
	}
	plane := make([][]int, len(rows))
	for r, a := range rows {
		plane[r] = make([]int, len(cols))
		for c, b := range cols {
			if err := atLeast("count", min(a, b), 0); err != nil {
				return nil, err
			}
			n, ok := mul(a, b)
			if !ok {
				return nil, fmt.Errorf("arith: the counts %d and %d give a product that an int cannot hold", a, b)
			}
			plane[r][c] = n
		}
	}
	return plane, nil
}

// hits puts n kernels of k taps on an axis, each s cells after the previous one, and
// returns how many taps each of the cells start … start+length-1 gets.
func hits(n, k, s, d, start, length int) ([]int, error) {
	cells, ok := add(start, length)
	if !ok {
		return nil, fmt.Errorf("arith: %d cells after %d are more than an int can count", length, start)
	}
	if err := listable("cells", cells); err != nil {
		return nil, err
	}
	// A kernel adds 1 to its first cell and to every d-th after it, until it ends
	// after k of them. So it is enough to note where kernels begin and end, and to
	// sum in steps of d: the work does not grow with k.
	count := make([]int, cells)
	for j := 0; j < n && j*s < cells; j++ {
		first := j * s
		count[first]++
		if d <= (cells-first-1)/k { // first + k*d is a cell, without an overflow
			count[first+k*d]--
		}
	}
	for x := d; x < cells; x++ {
		count[x] += count[x-d]
	}
	return count[start:], nil
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
