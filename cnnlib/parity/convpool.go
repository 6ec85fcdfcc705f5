package parity

import (
	"cmp"
	"fmt"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/lower"
	"cnnbook/cnnlib/ref"
)

// ConvPoolGrid returns convolutions with the max-pooling behind them, which can be
// written together (lower.Fused, Phases, Winograd and, on the pure-Go backend, Im2col):
// kernels 1 to 5, windows 1 to 3, also unequal ones, valid, same and uneven explicit
// padding, sizes that the windows divide and others; and square ones for the tiles of
// Winograd: of two windows on both axes, also with half a tile left over, and of one.
func ConvPoolGrid() []Case {
	var grid []Case
	for kernel := 1; kernel <= 5; kernel++ {
		for window := 1; window <= 3; window++ {
			for _, padding := range []cnnlib.Padding{cnnlib.Valid, cnnlib.Same, cnnlib.Explicit} {
				for _, in := range []cnnlib.Shape{{10, 11, 1}, {9, 8, 3}} {
					conv := cnnlib.Conv2D{Channels: 3, Kernel: kernel, KernelW: kernel%3 + 1, Padding: padding}
					if padding == cnnlib.Explicit {
						conv.Pads = cnnlib.Pads{Top: kernel, Bottom: 1, Right: 2}
					}
					pool := cnnlib.MaxPool2D{Window: window, WindowW: window%3 + 1}
					grid = append(grid, convPoolCase(conv, pool, in))
					for _, l := range conv.Work(pool, in, 2).Lowerings() {
						if l != lower.Direct && l != lower.Phases {
							c := convPoolCase(conv, pool, in)
							c.Lowering = l
							grid = append(grid, c)
						}
					}
				}
			}
		}
		for _, in := range []cnnlib.Shape{{12, 12, 1}, {16, 14, 3}, {kernel + 1, kernel + 5, 2}} {
			c := convPoolCase(cnnlib.Conv2D{Channels: 3, Kernel: kernel, KernelW: kernel}, cnnlib.MaxPool2D{Window: 2, WindowW: 2}, in)
			c.Lowering = lower.Winograd
			grid = append(grid, c)
		}
	}
	// Together only where they can be: not behind a stride, and not with windows that overlap.
	for _, c := range []struct {
		conv cnnlib.Conv2D
		pool cnnlib.MaxPool2D
	}{
		{cnnlib.Conv2D{Channels: 3, Kernel: 3, StrideW: 2}, cnnlib.MaxPool2D{Window: 2, WindowW: 2}},
		{cnnlib.Conv2D{Channels: 3, Kernel: 3, Stride: 2, StrideW: 1}, cnnlib.MaxPool2D{Window: 2, WindowW: 2}},
		{cnnlib.Conv2D{Channels: 3, Kernel: 3, DilationW: 2}, cnnlib.MaxPool2D{Window: 2, WindowW: 2}},
		{cnnlib.Conv2D{Channels: 3, Kernel: 3}, cnnlib.MaxPool2D{Window: 2, WindowW: 2, Stride: 2, StrideW: 1}},
		{cnnlib.Conv2D{Channels: 3, Kernel: 3}, cnnlib.MaxPool2D{Window: 2, WindowW: 3, Stride: 2}},
		{cnnlib.Conv2D{Channels: 3, Kernel: 3}, cnnlib.MaxPool2D{Window: 2, WindowW: 3, Stride: 2, StrideW: 3}},
	} {
		grid = append(grid, convPoolCase(c.conv, c.pool, cnnlib.Shape{10, 11, 2}))
	}
	return grid
}

func convPoolCase(conv cnnlib.Conv2D, pool cnnlib.MaxPool2D, in cnnlib.Shape) Case {
	layer := cnnlib.Sequential{conv, pool}
	c := conv2DCase(conv, 2, in)
	alone := c.Oracle
	mid, err := conv.OutShape(in)
	if err != nil {
		return failing(layer, in, err)
	}
	list, err := bins(mid, []side{poolSide(pool.Window, pool.Stride, cnnlib.Valid, 0, 0, false), poolSide(pool.WindowW, cmp.Or(pool.StrideW, pool.Stride), cnnlib.Valid, 0, 0, false)})
	if err != nil {
		return failing(layer, in, err)
	}
	// both runs the convolution on |x| and |parameters| if sums is true; which cell
	// is the largest is decided by the true values.
	both := func(x ref.Array, params map[string]ref.Array, grad ref.Array, sums bool) (v Values, err error) {
		inner := map[string]ref.Array{}
		for path, p := range params {
			var name string
			if _, err := fmt.Sscanf(path, "0/%s", &name); err != nil {
				return v, err
			}
			inner[name] = p
		}
		// The gradient of the convolution is asked for later; zeros stand in for it here.
		first, err := alone(x, inner, ref.NewArray(append([]int{2}, mid...)...))
		if err != nil {
			return v, err
		}
		pooled, from, err := ref.MaxPool(first.Result, list...)
		if err != nil {
			return v, err
		}
		if sums {
			grad = absolute(grad)
			x = absolute(x)
			for name, p := range inner {
				inner[name] = absolute(p)
			}
		}
		routed, err := ref.MaxPoolGrad(first.Result.Shape, from, grad)
		if err != nil {
			return v, err
		}
		if v, err = alone(x, inner, routed); err != nil {
			return v, err
		}
		if sums {
			// The largest of several sums is as far off as the worst of them.
			v.Result, _, err = ref.MaxPool(v.Result, list...)
		} else {
			v.Result = pooled
		}
		outer := map[string]ref.Array{}
		for name, p := range v.Params {
			outer["0/"+name] = p
		}
		v.Params = outer
		return v, err
	}
	c.Layer, c.Lowering = layer, lower.Phases
	c.Oracle = func(x ref.Array, params map[string]ref.Array, grad ref.Array) (Values, error) {
		return both(x, params, grad, false)
	}
	c.Sums = func(x ref.Array, params map[string]ref.Array, grad ref.Array) (Values, error) {
		return both(x, params, grad, true)
	}
	return c
}
