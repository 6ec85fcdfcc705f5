package transposed

import (
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/lower"
	"cnnbook/cnnlib/ref"
)

// The places of the views in the result of Views.
const (
	scatterView = iota
	insertionView
	matrixView
	gradientView
)

// View is one way to look at a transposed convolution, and what it computes.
type View struct {
	Name   string
	Result [][]float64 // [(H−1)·stride + K][(W−1)·stride + L]
}

// Views computes the transposed convolution of x [H W] by a kernel [K L], without
// padding, in four ways that have nothing in common but the result:
//
//   - scatter: each cell stamps the kernel, times its value, on the result, stride
//     cells from the stamp beside it; stamps that overlap are added up;
//   - zeros inserted: stride−1 zeros between neighbouring cells, then a full
//     convolution: the turned kernel moves over that with stride 1;
//   - matrix: x, written as one column, times Cᵀ, where C is the matrix of the
//     convolution that goes the other way;
//   - gradient: what the backend's automatic differentiation gives for the input of
//     that convolution when x is the gradient of its result.
//
// stride must be at least 1. (arXiv:1603.07285, chapter 4; section 5.17.2.)
func Views(backend compute.Backend, x, kernel [][]float64, stride int) ([]View, error) {
	if stride < 1 {
		return nil, fmt.Errorf("transposed: stride %d of a transposed convolution: want at least 1", stride)
	}
	scattered, err := scatter(x, kernel, ref.TransposedOptions{Options: ref.Options{Stride: stride}})
	if err != nil {
		return nil, err
	}
	inserted, err := cnnlib.RunPlane(backend, cnnlib.Conv2D{Padding: cnnlib.Full, NoBias: true, Weights: cnnlib.Filter(ref.Rotate180(kernel))}, insertZeros(x, stride))
	if err != nil {
		return nil, err
	}
	h, w := len(scattered), len(scattered[0])
	column := grid.Product(grid.Transposed(convolutionMatrix(kernel, h, w, stride)), grid.Column(x))
	gradient, err := inputGradient(backend, cnnlib.Conv2D{Stride: stride, NoBias: true, Weights: cnnlib.Filters(kernel)}, x, h, w)
	if err != nil {
		return nil, err
	}
	return []View{
		scatterView:   {"scatter", scattered},
		insertionView: {"zeros inserted, kernel turned", inserted},
		matrixView:    {"matrix Cᵀ", grid.Reshape(grid.Flat(column), h, w)},
		gradientView:  {"gradient of a convolution", gradient},
	}, nil
}

// scatter is the transposed convolution of a plane by stamps, in float64.
func scatter(x, kernel [][]float64, o ref.TransposedOptions) ([][]float64, error) {
	cells, err := ref.FromPlane(x)
	if err != nil {
		return nil, err
	}
	taps, err := ref.FromPlane(kernel)
	if err != nil {
		return nil, err
	}
	taps.Shape = []int{taps.Shape[1], taps.Shape[2], 1, 1} // [1 K L 1] to [K L Cout Cin]
	y, err := ref.Transposed(cells, taps, nil, o)
	if err != nil {
		return nil, err
	}
	return y.Plane(0, 0)
}

// insertZeros puts stride−1 rows and columns of zeros between neighbouring cells.
func insertZeros(x [][]float64, stride int) [][]float64 {
	out := grid.Zeros((len(x)-1)*stride+1, (len(x[0])-1)*stride+1)
	for i, row := range x {
		for j, v := range row {
			out[i*stride][j*stride] = v
		}
	}
	return out
}

// convolutionMatrix returns the matrix of the convolution (a cross-correlation)
// with the given stride over an h×w picture: one row for each cell of the result,
// one column for each cell of the picture, cells counted row by row.
func convolutionMatrix(kernel [][]float64, h, w, stride int) [][]float64 {
	oh, ow := (h-len(kernel))/stride+1, (w-len(kernel[0]))/stride+1
	c := grid.Zeros(oh*ow, h*w)
	for i := range oh {
		for j := range ow {
			for a, row := range kernel {
				for b, v := range row {
					c[i*ow+j][(i*stride+a)*w+j*stride+b] = v
				}
			}
		}
	}
	return c
}

// inputGradient runs the convolution over an h×w picture and returns the gradient
// of Σ grad·result by the picture. The layer is linear, so the gradient does not
// depend on the picture.
func inputGradient(backend compute.Backend, conv cnnlib.Conv2D, grad [][]float64, h, w int) ([][]float64, error) {
	picture, err := cnnlib.FromMatrix(grid.Zeros(h, w))
	if err != nil {
		return nil, err
	}
	g, err := cnnlib.FromMatrix(grad)
	if err != nil {
		return nil, err
	}
	var dx *tensors.Tensor
	err = lower.Guard("the gradient of "+conv.String(), func() (err error) {
		dx, err = model.CallOnce(backend, model.NewStore(), func(s *model.Scope, x, g *graph.Node) *graph.Node {
			sum := graph.ReduceAllSum(graph.Mul(conv.Build(s, x), g))
			return graph.Gradient(sum, x)[0]
		}, picture, g)
		return err
	})
	if err != nil {
		return nil, err
	}
	return cnnlib.ToMatrix(dx, 0)
}
