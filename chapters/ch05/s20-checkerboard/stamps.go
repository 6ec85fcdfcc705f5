package checkerboard

import (
	"fmt"
	"slices"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// equalStamps is a transposed convolution of one channel whose h×w weights are all 1.
func equalStamps(h, w, stride int) cnnlib.ConvTranspose2D {
	return cnnlib.ConvTranspose2D{Stride: stride, NoBias: true, Weights: cnnlib.Filter(grid.Filled(h, w, 1))}
}

// Stamps returns, for each cell of the result of a transposed convolution of an
// h×w input, how many cells of the input add to it: the backend runs the layer with
// all weights 1 on an input of ones. A kernel and stride act on axes longer than 1.
//
// It is an error if arith.Transposed counts otherwise.
func Stamps(backend compute.Backend, h, w, kernel, stride int) ([][]float64, error) {
	rows, kernelRows := []int{1}, 1
	if h > 1 {
		var err error
		if rows, err = (arith.Transposed{In: h, Kernel: kernel, Stride: stride}).Contributions(); err != nil {
			return nil, err
		}
		kernelRows = kernel
	}
	columns, err := arith.Transposed{In: w, Kernel: kernel, Stride: stride}.Contributions()
	if err != nil {
		return nil, err
	}
	counted, err := arith.Outer(rows, columns)
	if err != nil {
		return nil, err
	}
	got, err := cnnlib.RunPlane(backend, equalStamps(kernelRows, kernel, stride), grid.Filled(h, w, 1))
	if err != nil {
		return nil, err
	}
	if !ref.EqualWithin(got, asNumbers(counted), 0) { // small integers are exact
		return nil, fmt.Errorf("checkerboard: kernel %d, stride %d: the backend adds up %v, arith counts %v", kernel, stride, got, counted)
	}
	return got, nil
}

// asNumbers returns counts as numbers.
func asNumbers(m [][]int) [][]float64 {
	out := make([][]float64, len(m))
	for i, row := range m {
		for _, v := range row {
			out[i] = append(out[i], float64(v))
		}
	}
	return out
}

// asCounts returns numbers as counts.
func asCounts(row []float64) []int {
	out := make([]int, len(row))
	for i, v := range row {
		out[i] = int(v)
	}
	return out
}

// innerLevels returns the different numbers of a matrix away from its border, in rising
// order. border is how many cells of each side are left out; an axis of one cell
// has no border.
func innerLevels(m [][]float64, border int) []float64 {
	if len(m) > 1 {
		m = m[border : len(m)-border]
	}
	var all []float64
	for _, row := range m {
		all = append(all, row[border:len(row)-border]...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// stackMiddle returns cells from the middle of what transposed convolutions with equal
// weights, all with stride 2, make of a row of ones, beginning at a multiple of cells.
func stackMiddle(backend compute.Backend, cells int, kernels ...int) []float64 {
	const inputs = 12 // leaves an interior of 8 cells behind three layers of size 6
	var net cnnlib.Sequential
	for _, k := range kernels {
		net = append(net, equalStamps(1, k, 2))
	}
	y := chapters.Must(cnnlib.RunPlane(backend, net, grid.Filled(1, inputs, 1)))
	from := len(y[0]) / 2 / cells * cells
	return y[0][from : from+cells]
}
