package lower

import (
	"fmt"
	"math"
	"slices"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"

	"cnnbook/cnnlib/arith"
)

// MaxPoolIndices is MaxPool of x [N H W C] and returns, beside the result y
// [N OH OW C], the places its values came from: indices [N OH OW C], int32, hold
// row·W + column, of equal values the first, and of a window with NaN the first NaN.
// MaxUnpool takes them.
func MaxPoolIndices(x *graph.Node, axes []arith.Pool) (y, indices *graph.Node) {
	dims := x.Shape().Dimensions
	indices = graph.Iota(x.Graph(), shapes.Make(dtypes.Int32, dims[1]*dims[2]), 0)
	indices = graph.BroadcastToDims(graph.Reshape(indices, 1, dims[1], dims[2], 1), dims...)
	y = x
	for i := len(axes) - 1; i >= 0; i-- { // columns first, as in MaxPool, so that ties go by rows
		values := windowCells(y, i+1, axes[i], math.Inf(-1))
		places := windowCells(indices, i+1, axes[i], -1) // the padding has no place
		y, indices = values[0], places[0]
		for cell := 1; cell < len(values); cell++ {
			// y ≥ v is false if one of them is NaN, y ≠ y if y is. A place in the padding gives
			// way to any, so that a window of -∞ has a place in the picture too.
			stays := graph.LogicalOr(graph.GreaterOrEqual(y, values[cell]), graph.NotEqual(y, y))
			stays = graph.LogicalAnd(stays, graph.GreaterOrEqual(indices, graph.ZerosLike(indices)))
			indices = graph.Where(stays, indices, places[cell])
			y = graph.Max(y, values[cell])
		}
	}
	return y, indices
}

// MaxUnpool puts every value of y [N OH OW C] back to its place, as
// MaxPoolIndices returned it, in pictures of zeros [N h w C] ("unpooling with
// switches", M. Zeiler and R. Fergus, arXiv:1311.2901, §2.1; section 5.17.2 of the
// book). Values with the same place, as windows that overlap can have, are summed.
//
// The gradient of a value of y is that of its place; indices have none. A value with a
// place that is not in the picture is left out, and its gradient is 0. It panics if y and
// indices differ in shape.
func MaxUnpool(y, indices *graph.Node, h, w int) *graph.Node {
	if !slices.Equal(y.Shape().Dimensions, indices.Shape().Dimensions) || y.Rank() != 4 {
		panic(fmt.Errorf("cnnlib: MaxUnpool: values %v with indices %v: want both [N OH OW C], as MaxPool2D.WithIndices returns them", y.Shape(), indices.Shape()))
	}
	g, dims := y.Graph(), y.Shape().Dimensions
	n, c := dims[0], dims[3]
	// Everything in one row, the place of row r, column q, channel k of picture i
	// being ((i·h + r)·w + q)·c + k.
	of := func(axis int) *graph.Node { return graph.Iota(g, indices.Shape(), axis) }
	// Outside of the picture a place would be one of its neighbour's, or none at all, on
	// which the backends do not agree.
	indices = graph.StopGradient(indices)
	inside := graph.LogicalAnd(
		graph.GreaterOrEqual(indices, graph.ZerosLike(indices)),
		graph.LessThan(indices, graph.Scalar(g, indices.DType(), h*w)))
	y = graph.Where(inside, y, graph.ZerosLike(y))
	indices = graph.Where(inside, indices, graph.ZerosLike(indices))
	places := graph.Add(graph.MulScalar(of(0), h*w), indices)
	places = graph.Add(graph.MulScalar(places, c), of(3))
	size := y.Shape().Size()
	out := graph.Scatter(graph.Reshape(places, size, 1), graph.Reshape(y, size), shapes.Make(y.DType(), n*h*w*c), false, false)
	return graph.Reshape(out, n, h, w, c)
}
