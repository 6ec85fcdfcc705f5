package ref

import (
	"fmt"
	"math"
	"slices"
)

// Bin is the cells From … To-1 of one axis.
type Bin struct{ From, To int }

// Windows returns the windows of size cells that a pooling puts on an axis of in
// cells, each cut down to its cells of the input. The first begins start cells
// before the input; each next one is stride cells further; the last ends at most
// end cells behind the input. With ceil one more is added if cells of the
// padded input are left over, if it begins before the end of the input (PyTorch's
// ceil_mode); so an input that is smaller than the window, by less than the stride, has
// one. It is an error if a window holds no cell of the input.
func Windows(in, size, stride, start, end int, ceil bool) ([]Bin, error) {
	if in < 1 || size < 1 || stride < 1 || start < 0 || end < 0 {
		return nil, fmt.Errorf("ref: input %d, window %d, stride %d, padding %d and %d: want at least 1, 1, 1, 0 and 0", in, size, stride, start, end)
	}
	var bins []Bin
	first := -start
	for ; first+size <= in+end; first += stride {
		bins = append(bins, Bin{max(first, 0), min(first+size, in)})
	}
	if len(bins) == 0 && ceil && start+in+end+stride > size { // less than a window is left over
		bins = append(bins, Bin{0, in})
		return bins, nil
	}
	if len(bins) == 0 {
		return nil, fmt.Errorf("ref: window %d does not fit into %d (input %d, padding %d and %d): use a smaller window or more padding", size, start+in+end, in, start, end)
	}
	if leftOver := first-stride+size < in+end; ceil && leftOver && first < in {
		bins = append(bins, Bin{max(first, 0), min(first+size, in)})
	}
	for i, b := range bins {
		if b.From >= b.To {
			return nil, fmt.Errorf("ref: window %d holds nothing but padding: use less than %d", i, size)
		}
	}
	return bins, nil
}

// AdaptiveBins divides an axis of in cells into n bins: bin i holds the cells from
// ⌊i·in/n⌋ to below ⌈(i+1)·in/n⌉. Every cell is in a bin; if n does not divide
// in, neighbouring bins can share a cell.
func AdaptiveBins(in, n int) ([]Bin, error) {
	if in < 1 || n < 1 {
		return nil, fmt.Errorf("ref: %d bins on %d cells: want at least 1 of both", n, in)
	}
	bins := make([]Bin, n)
	for i := range bins {
		from := math.Floor(float64(i*in) / float64(n))
		to := math.Ceil(float64((i+1)*in) / float64(n))
		bins[i] = Bin{int(from), int(to)}
	}
	return bins, nil
}

// MaxPool takes the largest value of every bin of x [N i… C], with a list of bins
// for each axis between N and C. It returns the result [N o… C] and, for each of
// its cells, the place in x.Data that the value came from: of equal values the
// first, row by row. A NaN in a bin is its largest value, as in PyTorch.
func MaxPool(x Array, bins ...[]Bin) (out Array, from []int, err error) {
	if out, err = pooled(x, bins); err != nil {
		return out, nil, err
	}
	from = make([]int, len(out.Data))
	eachBin(x.Shape, out.Shape, bins, func(cell int, places []int) {
		best, place := x.Data[places[0]], places[0]
		for _, at := range places[1:] {
			if v := x.Data[at]; v > best || math.IsNaN(v) && !math.IsNaN(best) {
				best, place = v, at
			}
		}
		out.Data[cell], from[cell] = best, place
	})
	return out, from, nil
}

// MaxPoolGrad is the chain rule for MaxPool: the whole gradient of a cell of the
// result goes to the place its value came from. shape is that of the input.
func MaxPoolGrad(shape []int, from []int, grad Array) (Array, error) {
	return Unpool(shape, from, grad)
}

// AvgPool takes the mean of every bin of x [N i… C], with a list of bins for each
// axis between N and C. It returns the result [N o… C].
func AvgPool(x Array, bins ...[]Bin) (Array, error) {
	out, err := pooled(x, bins)
	if err != nil {
		return out, err
	}
	eachBin(x.Shape, out.Shape, bins, func(cell int, places []int) {
		sum := 0.0
		for _, at := range places {
			sum += x.Data[at]
		}
		out.Data[cell] = sum / float64(len(places))
	})
	return out, nil
}

// AvgPoolGrad is the chain rule for AvgPool: each of the n cells of a bin gets 1/n
// of the gradient of its mean. shape is that of the input.
func AvgPoolGrad(shape []int, grad Array, bins ...[]Bin) (Array, error) {
	dx := NewArray(shape...)
	out, err := pooled(dx, bins)
	if err != nil {
		return out, err
	}
	if !slices.Equal(out.Shape, grad.Shape) || len(out.Data) != len(grad.Data) {
		return Array{}, fmt.Errorf("ref: the gradient has shape %v, the result has %v", grad.Shape, out.Shape)
	}
	eachBin(shape, out.Shape, bins, func(cell int, places []int) {
		for _, at := range places {
			dx.Data[at] += grad.Data[cell] / float64(len(places))
		}
	})
	return dx, nil
}

// pooled returns the zeros that the results of a pooling are written into.
func pooled(x Array, bins [][]Bin) (Array, error) {
	if err := x.check("input", len(bins)+2); err != nil {
		return Array{}, err
	}
	shape := slices.Clone(x.Shape)
	for axis, list := range bins {
		in := x.Shape[axis+1]
		for _, b := range list {
			if b.From < 0 || b.From >= b.To || b.To > in {
				return Array{}, fmt.Errorf("ref: the bin %+v holds no cell of axis %d, or more than its %d", b, axis+1, in)
			}
		}
		if len(list) == 0 {
			return Array{}, fmt.Errorf("ref: no bin on axis %d", axis+1)
		}
		shape[axis+1] = len(list)
	}
	return NewArray(shape...), nil
}

// eachBin calls f for each cell of the result with the places of its bin in the
// Data of the input, row by row.
func eachBin(in, out []int, bins [][]Bin, f func(cell int, places []int)) {
	cells := 1
	for _, n := range out {
		cells *= n
	}
	for cell := range cells {
		index := indexOf(out, cell)
		box := []Bin{{index[0], index[0] + 1}} // the example, the bins, the channel
		for axis, list := range bins {
			box = append(box, list[index[axis+1]])
		}
		channel := index[len(index)-1]
		box = append(box, Bin{channel, channel + 1})
		places := []int{0}
		for axis, b := range box {
			var next []int
			for _, at := range places {
				for i := b.From; i < b.To; i++ {
					next = append(next, at*in[axis]+i)
				}
			}
			places = next
		}
		f(cell, places)
	}
}

// indexOf is the inverse of Array.Index.
func indexOf(shape []int, at int) []int {
	index := make([]int, len(shape))
	for axis := len(shape) - 1; axis >= 0; axis-- {
		index[axis] = at % shape[axis]
		at /= shape[axis]
	}
	return index
}
