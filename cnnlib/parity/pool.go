package parity

import (
	"maps"
	"slices"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// side is the windows of a pooling on one axis, in the words of package ref.
type side struct {
	size, stride, start, end int
	ceil                     bool
}

// MaxPool1DGrid, and the four that follow, return all combinations of windows 1 to
// 4, strides 0 (the window) to 4, valid, same and uneven explicit padding, with and
// without Ceil, odd and even input sizes. Those of two and three axes have windows
// with unequal sides and strides too.
func MaxPool1DGrid() []Case { return pool1DGrid(false) }

// AvgPool1DGrid is MaxPool1DGrid for the mean.
func AvgPool1DGrid() []Case { return pool1DGrid(true) }

// MaxPool2DGrid is MaxPool1DGrid on two axes.
func MaxPool2DGrid() []Case { return pool2DGrid(false) }

// AvgPool2DGrid is MaxPool2DGrid for the mean.
func AvgPool2DGrid() []Case { return pool2DGrid(true) }

// MaxPool3DGrid is MaxPool1DGrid on three axes.
func MaxPool3DGrid() []Case { return pool3DGrid(false) }

// AvgPool3DGrid is MaxPool3DGrid for the mean.
func AvgPool3DGrid() []Case { return pool3DGrid(true) }

// eachPool calls f for each row of the grids.
func eachPool(f func(window, stride int, padding cnnlib.Padding, ceil bool)) {
	for window := 1; window <= 4; window++ {
		for stride := 0; stride <= 4; stride++ {
			for _, padding := range []cnnlib.Padding{cnnlib.Valid, cnnlib.Same, cnnlib.Explicit} {
				for _, ceil := range []bool{false, true} {
					f(window, stride, padding, ceil)
				}
			}
		}
	}
}

func pool1DGrid(mean bool) (grid []Case) {
	eachPool(func(window, stride int, padding cnnlib.Padding, ceil bool) {
		for _, in := range []cnnlib.Shape{{7, 2}, {8, 1}} {
			layer := cnnlib.MaxPool1D{Window: window, Stride: stride, Padding: padding, Ceil: ceil}
			if padding == cnnlib.Explicit {
				layer.Start, layer.End = window/2, window-1
			}
			length := poolSide(window, stride, padding, layer.Start, layer.End, ceil)
			if mean {
				grid = append(grid, avgPoolCase(cnnlib.AvgPool1D(layer), in, length))
			} else {
				grid = append(grid, maxPoolCase(layer, in, length))
			}
		}
	})
	return grid
}

// eachPool2D calls f for each row of the grids of two axes.
func eachPool2D(f func(layer cnnlib.MaxPool2D, in cnnlib.Shape, rows, cols side)) {
	eachPool(func(window, stride int, padding cnnlib.Padding, ceil bool) {
		for _, in := range []cnnlib.Shape{{7, 8, 2}, {6, 9, 1}} {
			layer := cnnlib.MaxPool2D{Window: window, Stride: stride, Padding: padding, Ceil: ceil}
			w := window
			if in[2] == 1 {
				w = window%4 + 1
				layer.WindowW = w
			}
			if padding == cnnlib.Explicit {
				layer.Pads = cnnlib.Pads{Top: window - 1, Right: w / 2}
			}
			rows := poolSide(window, stride, padding, layer.Pads.Top, layer.Pads.Bottom, ceil)
			f(layer, in, rows, poolSide(w, stride, padding, layer.Pads.Left, layer.Pads.Right, ceil))
			if in[2] == 1 { // once more, with a stride of their own for the columns
				layer.StrideW = stride%4 + 1
				f(layer, in, rows, poolSide(w, layer.StrideW, padding, layer.Pads.Left, layer.Pads.Right, ceil))
			}
		}
	})
}

func pool2DGrid(mean bool) (grid []Case) {
	eachPool2D(func(layer cnnlib.MaxPool2D, in cnnlib.Shape, rows, cols side) {
		if mean {
			grid = append(grid, avgPoolCase(cnnlib.AvgPool2D(layer), in, rows, cols))
		} else {
			grid = append(grid, maxPoolCase(layer, in, rows, cols))
		}
	})
	// Fewer rows than the window has: with Ceil what is there is left over.
	in := cnnlib.Shape{1, 5, 2}
	for window := 2; window <= 4; window++ {
		axis := poolSide(window, 0, cnnlib.Valid, 0, 0, true)
		layer := cnnlib.MaxPool2D{Window: window, Ceil: true}
		if mean {
			grid = append(grid, avgPoolCase(cnnlib.AvgPool2D(layer), in, axis, axis))
		} else {
			grid = append(grid, maxPoolCase(layer, in, axis, axis))
		}
	}
	return grid
}

func pool3DGrid(mean bool) (grid []Case) {
	eachPool(func(window, stride int, padding cnnlib.Padding, ceil bool) {
		in := cnnlib.Shape{5, 4, 6, 2}
		layer := cnnlib.MaxPool3D{Window: window, WindowD: window%3 + 1, WindowW: window%4 + 1, Stride: stride, Padding: padding, Ceil: ceil}
		if padding == cnnlib.Explicit {
			layer.Front, layer.Pads = layer.WindowD/2, cnnlib.Pads{Bottom: window - 1, Left: layer.WindowW / 2}
		}
		frames := poolSide(layer.WindowD, stride, padding, layer.Front, layer.Back, ceil)
		rows := poolSide(window, stride, padding, layer.Pads.Top, layer.Pads.Bottom, ceil)
		cols := poolSide(layer.WindowW, stride, padding, layer.Pads.Left, layer.Pads.Right, ceil)
		add := func() {
			if mean {
				grid = append(grid, avgPoolCase(cnnlib.AvgPool3D(layer), in, frames, rows, cols))
			} else {
				grid = append(grid, maxPoolCase(layer, in, frames, rows, cols))
			}
		}
		add()
		layer.StrideD, layer.StrideW = stride%2+1, stride%4+1
		frames.stride, cols.stride = layer.StrideD, layer.StrideW
		add()
	})
	return grid
}

// poolSide writes the settings of a layer on one axis in the words of package ref.
func poolSide(window, stride int, padding cnnlib.Padding, start, end int, ceil bool) side {
	if stride == 0 {
		stride = window
	}
	if padding == cnnlib.Same {
		start, end = arith.HalfPadding(window)
	}
	return side{window, stride, start, end, ceil}
}

// bins returns the windows of all axes.
func bins(in cnnlib.Shape, sides []side) (list [][]ref.Bin, err error) {
	for axis, s := range sides {
		b, err := ref.Windows(in[axis], s.size, s.stride, s.start, s.end, s.ceil)
		if err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	return list, nil
}

func maxPoolCase(layer cnnlib.Layer, in cnnlib.Shape, sides ...side) Case {
	list, err := bins(in, sides)
	return maxBinsCase(layer, in, list, err)
}

func avgPoolCase(layer cnnlib.Layer, in cnnlib.Shape, sides ...side) Case {
	list, err := bins(in, sides)
	return avgBinsCase(layer, in, list, err)
}

// most returns upper bounds on the cells of a bin, and on the bins that hold one
// cell.
func most(list [][]ref.Bin) (cells, holders int) {
	cells, holders = 1, 1
	for _, axis := range list {
		longest, held := 0, map[int]int{}
		for _, b := range axis {
			longest = max(longest, b.To-b.From)
			for i := b.From; i < b.To; i++ {
				held[i]++
			}
		}
		cells *= longest
		holders *= slices.Max(slices.Collect(maps.Values(held)))
	}
	return cells, holders
}

// maxBinsCase is the row of a layer that takes the largest value of each bin.
// Package ref's result can differ from the layer's in its shape, not in its order.
func maxBinsCase(layer cnnlib.Layer, in cnnlib.Shape, list [][]ref.Bin, err error) Case {
	if err != nil {
		return failing(layer, in, err)
	}
	_, holders := most(list)
	return Case{
		Layer: layer, N: 2, In: in,
		Oracle: func(x ref.Array, _ map[string]ref.Array, grad ref.Array) (Values, error) {
			return maxOfBins(x, grad, list)
		},
		Sums: func(x ref.Array, _ map[string]ref.Array, grad ref.Array) (Values, error) {
			return sumsOfMax(maxOfBins(x, absolute(grad), list))
		},
		Terms: Terms{Input: holders},
	}
}

func maxOfBins(x, grad ref.Array, list [][]ref.Bin) (v Values, err error) {
	var from []int
	if v.Result, from, err = ref.MaxPool(x, list...); err != nil {
		return v, err
	}
	v.Input, err = ref.MaxPoolGrad(x.Shape, from, grad)
	return v, err
}

// sumsOfMax makes the Sums of a layer that takes largest values. The result is one
// of the inputs: no error is allowed. A gradient is the sum of the gradients of all bins
// that the value won.
func sumsOfMax(v Values, err error) (Values, error) {
	v.Result = ref.NewArray(v.Result.Shape...)
	return v, err
}

// avgBinsCase is maxBinsCase for the mean.
func avgBinsCase(layer cnnlib.Layer, in cnnlib.Shape, list [][]ref.Bin, err error) Case {
	if err != nil {
		return failing(layer, in, err)
	}
	cells, holders := most(list)
	return Case{
		Layer: layer, N: 2, In: in,
		Oracle: func(x ref.Array, _ map[string]ref.Array, grad ref.Array) (v Values, err error) {
			if v.Result, err = ref.AvgPool(x, list...); err != nil {
				return v, err
			}
			grad.Shape = v.Result.Shape
			v.Input, err = ref.AvgPoolGrad(x.Shape, grad, list...)
			return v, err
		},
		Terms: Terms{Result: cells + 1, Input: holders + 1}, // +1: the division
	}
}

// failing is a row that package ref cannot compute: Check returns the error.
func failing(layer cnnlib.Layer, in cnnlib.Shape, err error) Case {
	return Case{Layer: layer, N: 2, In: in, Oracle: func(ref.Array, map[string]ref.Array, ref.Array) (Values, error) {
		return Values{}, err
	}}
}
