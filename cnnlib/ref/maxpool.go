package ref

import (
	"fmt"
	"math"
)

// MaxPool takes the largest value of every window × window window of x [N H W C].
// Of o it uses the stride, 0 meaning 1, and the padding, which never wins. It
// returns the result [N OH OW C] and, for each of its cells, the place in x.Data
// that the value came from: of equal values the first, row by row.
func MaxPool(x Array, window int, o Options) (out Array, from []int, err error) {
	if o, err = o.filled(); err != nil {
		return out, nil, err
	}
	if err := x.check("input", 4); err != nil {
		return out, nil, err
	}
	n, h, w, c := x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]
	oh, err := positions("height", h, window, o.Stride, 1, o.Top, o.Bottom)
	if err != nil {
		return out, nil, err
	}
	ow, err := positions("width", w, window, o.Stride, 1, o.Left, o.Right)
	if err != nil {
		return out, nil, err
	}
	out = NewArray(n, oh, ow, c)
	from = make([]int, len(out.Data))
	for image := range n {
		for row := range oh {
			for col := range ow {
				for ch := range c {
					cell := out.Index(image, row, col, ch)
					best, place := math.Inf(-1), -1
					for i := range window {
						for j := range window {
							r, q := row*o.Stride+i-o.Top, col*o.Stride+j-o.Left
							if r < 0 || r >= h || q < 0 || q >= w {
								continue // padding
							}
							if at := x.Index(image, r, q, ch); x.Data[at] > best {
								best, place = x.Data[at], at
							}
						}
					}
					if place < 0 {
						return Array{}, nil, fmt.Errorf("ref: the window at row %d, column %d holds nothing but padding: use less than %d", row, col, window)
					}
					out.Data[cell], from[cell] = best, place
				}
			}
		}
	}
	return out, from, nil
}

// MaxPoolGrad is the chain rule for MaxPool: the whole gradient of a cell of the
// result goes to the place its value came from. shape is that of the input.
func MaxPoolGrad(shape []int, from []int, grad Array) (Array, error) {
	if len(from) != len(grad.Data) {
		return Array{}, fmt.Errorf("ref: %d places for a gradient of %d numbers", len(from), len(grad.Data))
	}
	dx := NewArray(shape...)
	for i, g := range grad.Data {
		dx.Data[from[i]] += g
	}
	return dx, nil
}
