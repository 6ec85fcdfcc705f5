package ref

import "fmt"

// CrossCorrelate2D lays the kernel over every position of x, multiplies cell by
// cell and sums. x is [H W] and the kernel [KH KW]; the result is [OH OW] with
// OH = floor((H + Top + Bottom - ((KH-1)·Dilation + 1)) / Stride) + 1, likewise OW.
// A plane has one channel, so Groups must be 0 or 1.
// It is an error if a row has another length than the first, or if the kernel
// does not fit. (arXiv:1603.07285, §1.1; section 5.2 of the book.)
func CrossCorrelate2D(x, kernel [][]float64, o Options) ([][]float64, error) {
	o, err := o.filled()
	if err != nil {
		return nil, err
	}
	if o.Groups != 1 {
		return nil, fmt.Errorf("ref: groups %d on one plane: a plane has 1 channel", o.Groups)
	}
	h, w, err := size("input", x)
	if err != nil {
		return nil, err
	}
	kh, kw, err := size("kernel", kernel)
	if err != nil {
		return nil, err
	}
	oh, err := positions("height", h, kh, o.Stride, o.Dilation, o.Top, o.Bottom)
	if err != nil {
		return nil, err
	}
	ow, err := positions("width", w, kw, o.StrideW, o.DilationW, o.Left, o.Right)
	if err != nil {
		return nil, err
	}
	out := matrix(oh, ow) // [OH OW]
	for row := range oh {
		for col := range ow {
			sum := 0.0
			for i := range kh {
				for j := range kw {
					r := row*o.Stride + i*o.Dilation - o.Top
					c := col*o.StrideW + j*o.DilationW - o.Left
					if r < 0 || r >= h || c < 0 || c >= w {
						continue // padding: a zero
					}
					sum += float64(x[r][c] * kernel[i][j]) // float64() forbids a fused multiply-add, so that all CPUs agree
				}
			}
			out[row][col] = sum
		}
	}
	return out, nil
}

// Convolve2D is convolution as mathematics defines it and as section 5.17 of the
// book computes it: CrossCorrelate2D with the kernel turned by 180°. The two are
// equal if the kernel looks the same after half a turn, and differ only by the
// sign for kernels such as [1 0 -1].
func Convolve2D(x, kernel [][]float64, o Options) ([][]float64, error) {
	if _, _, err := size("kernel", kernel); err != nil {
		return nil, err
	}
	return CrossCorrelate2D(x, Rotate180(kernel), o)
}

// Rotate90 returns the matrix turned by a quarter clockwise: the first column,
// read upwards, becomes the first row. [H W] gives [W H]. All rows must have the
// length of the first.
func Rotate90(m [][]float64) [][]float64 {
	if len(m) == 0 {
		return nil
	}
	out := matrix(len(m[0]), len(m)) // [W H]
	for r, row := range m {
		for c, v := range row {
			out[c][len(m)-1-r] = v
		}
	}
	return out
}

// Rotate90Counter returns the matrix turned by a quarter counter-clockwise: the
// last column becomes the first row. [H W] gives [W H]. All rows must have the
// length of the first.
func Rotate90Counter(m [][]float64) [][]float64 {
	if len(m) == 0 {
		return nil
	}
	out := matrix(len(m[0]), len(m)) // [W H]
	for r, row := range m {
		for c, v := range row {
			out[len(row)-1-c][r] = v
		}
	}
	return out
}

// Rotate180 returns the matrix turned by half a turn: rows and columns reversed.
func Rotate180(m [][]float64) [][]float64 {
	out := make([][]float64, len(m)) // [H W]
	for r, row := range m {
		turned := make([]float64, len(row))
		for c, v := range row {
			turned[len(row)-1-c] = v
		}
		out[len(m)-1-r] = turned
	}
	return out
}

// matrix returns an [h w] matrix of zeros.
func matrix(h, w int) [][]float64 {
	m := make([][]float64, h)
	for r := range m {
		m[r] = make([]float64, w)
	}
	return m
}

// size returns the rows and columns of a matrix, or an error if it is none.
func size(name string, m [][]float64) (h, w int, err error) {
	if len(m) == 0 || len(m[0]) == 0 {
		return 0, 0, fmt.Errorf("ref: the %s is empty: give at least one row with one number", name)
	}
	for r, row := range m {
		if len(row) != len(m[0]) {
			return 0, 0, fmt.Errorf("ref: row %d of the %s has %d numbers, row 0 has %d: all rows must have the same length", r, name, len(row), len(m[0]))
		}
	}
	return len(m), len(m[0]), nil
}
