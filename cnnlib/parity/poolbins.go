package parity

import (
	"errors"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
)

// GlobalAvgPoolGrid returns inputs of one, two and three axes before the channels.
func GlobalAvgPoolGrid() []Case {
	return globalGrid(func(in cnnlib.Shape, list [][]ref.Bin, err error) Case {
		return avgBinsCase(cnnlib.GlobalAvgPool{}, in, list, err)
	})
}

// GlobalMaxPoolGrid is GlobalAvgPoolGrid for the largest value.
func GlobalMaxPoolGrid() []Case {
	return globalGrid(func(in cnnlib.Shape, list [][]ref.Bin, err error) Case {
		return maxBinsCase(cnnlib.GlobalMaxPool{}, in, list, err)
	})
}

func globalGrid(row func(cnnlib.Shape, [][]ref.Bin, error) Case) (grid []Case) {
	for _, in := range []cnnlib.Shape{{1, 1}, {9, 2}, {1, 1, 3}, {5, 6, 2}, {6, 1, 1}, {3, 4, 5, 2}} {
		list, err := adaptive(in, 1, 1, 1)
		grid = append(grid, row(in, list, err))
	}
	return grid
}

// AdaptivePool2DGrid returns 1 to 8 bins, so fewer and more than the cells, on odd
// and even input sizes, the mean and the largest value.
func AdaptivePool2DGrid() (grid []Case) {
	for bins := 1; bins <= 8; bins++ {
		for _, binsW := range []int{0, 2, 3} {
			for _, in := range []cnnlib.Shape{{7, 6, 2}, {4, 5, 1}} {
				w := binsW
				if w == 0 {
					w = bins
				}
				list, err := adaptive(in, bins, w)
				grid = append(grid,
					avgBinsCase(cnnlib.AdaptivePool2D{Bins: bins, BinsW: binsW}, in, list, err),
					maxBinsCase(cnnlib.AdaptivePool2D{Bins: bins, BinsW: binsW, Max: true}, in, list, err))
			}
		}
	}
	return grid
}

// adaptive returns the bins of the first axes; the last number of bins is for all
// axes that follow.
func adaptive(in cnnlib.Shape, bins ...int) (list [][]ref.Bin, err error) {
	for axis, size := range in[:len(in)-1] {
		b, err := ref.AdaptiveBins(size, bins[min(axis, len(bins)-1)])
		if err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	return list, nil
}

// SpatialPyramidPoolGrid returns one to three levels on the paper's 13×13 cells, on
// 14×14, and on sizes that no level divides, in both modes.
func SpatialPyramidPoolGrid() (grid []Case) {
	for _, levels := range [][]int{{1}, {4, 2, 1}, {1, 2, 3}, {3, 2}} {
		for _, in := range []cnnlib.Shape{{13, 13, 2}, {14, 14, 1}, {11, 17, 2}} {
			for _, mode := range []cnnlib.PyramidMode{cnnlib.AdaptiveBins, cnnlib.PaperWindows} {
				layer := cnnlib.SpatialPyramidPool{Bins: levels, Mode: mode}
				if _, err := layer.OutShape(in); err != nil {
					continue // the paper's windows are not n at this size
				}
				grid = append(grid, pyramidCase(layer, in))
			}
		}
	}
	return grid
}

func pyramidCase(layer cnnlib.SpatialPyramidPool, in cnnlib.Shape) Case {
	var lists [][][]ref.Bin // level, axis, bin
	var failed error
	holders := 0
	for _, n := range layer.Bins {
		list, err := adaptive(in, n)
		if layer.Mode == cnnlib.PaperWindows {
			list, err = bins(in, []side{{size: (in[0] + n - 1) / n, stride: in[0] / n}, {size: (in[1] + n - 1) / n, stride: in[1] / n}})
		}
		failed = errors.Join(failed, err)
		if err == nil {
			_, h := most(list)
			holders += h
		}
		lists = append(lists, list)
	}
	if failed != nil {
		return failing(layer, in, failed)
	}
	return Case{
		Layer: layer, N: 2, In: in,
		Oracle: func(x ref.Array, _ map[string]ref.Array, grad ref.Array) (Values, error) {
			return maxOfLevels(x, grad, lists)
		},
		Sums: func(x ref.Array, _ map[string]ref.Array, grad ref.Array) (Values, error) {
			return sumsOfMax(maxOfLevels(x, absolute(grad), lists))
		},
		Terms: Terms{Input: holders},
	}
}

// maxOfLevels pools each level by itself. Its results stand one behind the other in
// the vector of an example.
func maxOfLevels(x, grad ref.Array, lists [][][]ref.Bin) (v Values, err error) {
	v.Result, v.Input = ref.NewArray(grad.Shape...), ref.NewArray(x.Shape...)
	examples, length := grad.Shape[0], grad.Shape[1]
	at := 0 // where the level begins
	for _, list := range lists {
		y, from, err := ref.MaxPool(x, list...)
		if err != nil {
			return v, err
		}
		size := len(y.Data) / examples
		part := ref.NewArray(y.Shape...) // the level's part of the gradient
		for n := range examples {
			copy(v.Result.Data[n*length+at:], y.Data[n*size:(n+1)*size])
			copy(part.Data[n*size:(n+1)*size], grad.Data[n*length+at:])
		}
		dx, err := ref.MaxPoolGrad(x.Shape, from, part)
		if err != nil {
			return v, err
		}
		for i, d := range dx.Data {
			v.Input.Data[i] += d
		}
		at += size
	}
	return v, nil
}
