package ref

import (
	"fmt"
	"iter"
	"slices"
)

// OptionsN is Options for any number of axes. The zero value moves the kernel one
// cell at a time over the bare input.
type OptionsN struct {
	Stride   int // cells from one position to the next, all axes; 0 means 1
	Dilation int // cells from one tap to the next, all axes; 0 means 1
	Groups   int // blocks of channels that do not see each other; 0 means 1

	Strides   []int // in place of Stride, one for each axis; nil means Stride
	Dilations []int // in place of Dilation, one for each axis; nil means Dilation

	Pads [][2]int // zeros before and after the input, one pair for each axis; nil means none
}

// CrossCorrelateN is CrossCorrelate along any number of axes: x is [N axes... Cin],
// kernel [kernel... Cin/groups Cout], the result [N axes... Cout]. One axis is a
// sequence [N L C], three are a volume [N D H W C].
func CrossCorrelateN(x, kernel Array, bias []float64, o OptionsN) (Array, error) {
	v, err := newVisit(x, kernel, o)
	if err != nil {
		return Array{}, err
	}
	if err := checkBias(bias, v.out); err != nil {
		return Array{}, err
	}
	return products(v.each).sum(x, kernel, bias, v.out), nil
}

// CrossCorrelateNGrad is CrossCorrelateGrad along any number of axes.
func CrossCorrelateNGrad(x, kernel, grad Array, o OptionsN) (dx, dkernel Array, dbias []float64, err error) {
	v, err := newVisit(x, kernel, o)
	if err != nil {
		return Array{}, Array{}, nil, err
	}
	return products(v.each).gradient(x, kernel, grad, v.out, v.out[len(v.out)-1])
}

// checkBias refuses another number of biases than channels of the result.
func checkBias(bias []float64, out []int) error {
	if channels := out[len(out)-1]; bias != nil && len(bias) != channels {
		return fmt.Errorf("ref: %d biases for %d output channels: give one each, or nil", len(bias), channels)
	}
	return nil
}

// products calls f with the places, in the Data of the input, the kernel and the
// result, of every product input·kernel that is summed into that cell of the
// result. The result and both gradients are sums over the same products, so each
// layer writes its walk over them once.
type products func(f func(xi, ki, oi int))

// sum returns the result, of the given shape, with the biases added: one for each
// channel, or for each cell of one example. Both run fastest.
func (each products) sum(x, kernel Array, bias []float64, shape []int) Array {
	out := NewArray(shape...)
	each(func(xi, ki, oi int) {
		out.Data[oi] += float64(x.Data[xi] * kernel.Data[ki])
	})
	if bias != nil {
		for i := range out.Data {
			out.Data[i] += bias[i%len(bias)]
		}
	}
	return out
}

// gradient returns the derivatives of a scalar L whose derivatives by the cells of
// the result are grad: each product passes grad·kernel to its x and grad·x to its
// kernel value.
func (each products) gradient(x, kernel, grad Array, shape []int, biases int) (dx, dkernel Array, dbias []float64, err error) {
	if err := grad.check("gradient", len(shape)); err != nil {
		return Array{}, Array{}, nil, err
	}
	if !slices.Equal(grad.Shape, shape) {
		return Array{}, Array{}, nil, fmt.Errorf("ref: the gradient has shape %v, the result has %v", grad.Shape, shape)
	}
	dx, dkernel = NewArray(x.Shape...), NewArray(kernel.Shape...)
	dbias = make([]float64, biases)
	each(func(xi, ki, oi int) {
		dx.Data[xi] += float64(grad.Data[oi] * kernel.Data[ki])
		dkernel.Data[ki] += float64(grad.Data[oi] * x.Data[xi])
	})
	for i, g := range grad.Data {
		dbias[i%biases] += g
	}
	return dx, dkernel, dbias, nil
}

// visit is the walk of a cross-correlation.
type visit struct {
	x, kernel Array
	o         OptionsN
	out       []int // shape of the result
}

// axisNames are the names of the axes in messages, by their number.
var axisNames = map[int][]string{1: {"length"}, 2: {"height", "width"}, 3: {"depth", "height", "width"}}

func newVisit(x, kernel Array, o OptionsN) (v visit, err error) {
	if o, err = o.filled(); err != nil {
		return v, err
	}
	axes := len(x.Shape) - 2 // without N and channels
	if axes < 1 {
		return v, fmt.Errorf("ref: the input has shape %v, want at least 3 axes", x.Shape)
	}
	if err := x.check("input", axes+2); err != nil {
		return v, err
	}
	if err := kernel.check("kernel", axes+2); err != nil {
		return v, err
	}
	cin, cinPerGroup, cout := x.Shape[axes+1], kernel.Shape[axes], kernel.Shape[axes+1]
	if cinPerGroup*o.Groups != cin {
		return v, fmt.Errorf("ref: the kernel has %d channels and there are %d groups, the input has %d channels, not %d", cinPerGroup, o.Groups, cin, cinPerGroup*o.Groups)
	}
	if cout%o.Groups != 0 {
		return v, fmt.Errorf("ref: output channels %d not divisible by groups %d", cout, o.Groups)
	}
	if o.Pads == nil {
		o.Pads = make([][2]int, axes)
	}
	if len(o.Pads) != axes {
		return v, fmt.Errorf("ref: %d pairs of padding for %d axes", len(o.Pads), axes)
	}
	if o.Strides == nil {
		o.Strides = slices.Repeat([]int{o.Stride}, axes)
	}
	if o.Dilations == nil {
		o.Dilations = slices.Repeat([]int{o.Dilation}, axes)
	}
	if len(o.Strides) != axes || len(o.Dilations) != axes {
		return v, fmt.Errorf("ref: %d strides and %d dilations for %d axes", len(o.Strides), len(o.Dilations), axes)
	}
	out := []int{x.Shape[0]}
	for i, pad := range o.Pads {
		name := fmt.Sprintf("axis %d", i)
		if names, ok := axisNames[axes]; ok {
			name = names[i]
		}
		n, err := positions(name, x.Shape[1+i], kernel.Shape[i], o.Strides[i], o.Dilations[i], pad[0], pad[1])
		if err != nil {
			return v, err
		}
		out = append(out, n)
	}
	return visit{x: x, kernel: kernel, o: o, out: append(out, cout)}, nil
}

// each is the walk. Products with padding are zero and left out.
func (v visit) each(f func(xi, ki, oi int)) {
	axes := len(v.o.Pads)
	cinPerGroup, cout := v.kernel.Shape[axes], v.kernel.Shape[axes+1]
	out := Array{Shape: v.out} // for its Index only
	for n := range v.out[0] {
		for position := range cells(v.out[1 : 1+axes]) {
			for tap := range cells(v.kernel.Shape[:axes]) {
				at, inside := v.under(position, tap)
				if !inside {
					continue // padding: a zero
				}
				for o := range cout {
					group := o * v.o.Groups / cout
					xi := v.x.Index(place(n, at, group*cinPerGroup)...)
					oi := out.Index(place(n, position, o)...)
					for ch := range cinPerGroup {
						ki := v.kernel.Index(append(slices.Clone(tap), ch, o)...)
						f(xi+ch, ki, oi) // channels run fastest
					}
				}
			}
		}
	}
}

// under returns the cell of the input under a tap of the kernel at a position.
func (v visit) under(position, tap []int) (at []int, inside bool) {
	at = make([]int, len(tap))
	for i := range at {
		at[i] = position[i]*v.o.Strides[i] + tap[i]*v.o.Dilations[i] - v.o.Pads[i][0]
		if at[i] < 0 || at[i] >= v.x.Shape[1+i] {
			return nil, false
		}
	}
	return at, true
}

// place returns the index [n at... channel].
func place(n int, at []int, channel int) []int {
	return append(append([]int{n}, at...), channel)
}

// cells yields every index of an array of the given shape, the last axis fastest.
func cells(shape []int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		index := make([]int, len(shape))
		for {
			if !yield(index) {
				return
			}
			axis := len(shape) - 1
			for ; axis >= 0; axis-- {
				index[axis]++
				if index[axis] < shape[axis] {
					break
				}
				index[axis] = 0
			}
			if axis < 0 {
				return
			}
		}
	}
}
