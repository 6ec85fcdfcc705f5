package cnnlib

import (
	"fmt"
	"math"
	"slices"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// MaxPoolWithIndices pools x [N H W C] as the layer p does and returns, beside the
// result y [N OH OW C], the places its values came from: indices [N OH OW C],
// int32, hold row·W + column, of equal values the first. MaxUnpool takes them. It
// panics where p.OutShape errors, as Build does.
//
// A window that reaches into the padding and holds nothing but -∞ has the place 0.
func MaxPoolWithIndices(p MaxPool2D, x *graph.Node) (y, indices *graph.Node) {
	axes := p.pooling().geometry(x)
	dims := x.Shape().Dimensions
	indices = graph.Iota(x.Graph(), shapes.Make(dtypes.Int32, dims[1]*dims[2]), 0)
	indices = graph.BroadcastToDims(graph.Reshape(indices, 1, dims[1], dims[2], 1), dims...)
	y = x
	for i := len(axes) - 1; i >= 0; i-- { // columns first, as in maxPool, so that ties go by rows
		values := windowCells(y, i+1, axes[i], math.Inf(-1))
		places := windowCells(indices, i+1, axes[i], 0)
		y, indices = values[0], places[0]
		for cell := 1; cell < len(values); cell++ {
			indices = graph.Where(graph.GreaterThan(values[cell], y), places[cell], indices)
			y = graph.Max(y, values[cell])
		}
	}
	return y, indices
}

// MaxUnpool puts every value of y [N OH OW C] back to its place, as
// MaxPoolWithIndices returned it, in pictures of zeros [N h w C] ("unpooling with
// switches", M. Zeiler and R. Fergus, arXiv:1311.2901, §2.1; section 5.17.2 of the
// book). Values with the same place, as windows that overlap can have, are summed.
//
// The gradient of a value of y is that of its place; indices have none. It panics
// if y and indices differ in shape. A place that is not in the picture has no
// defined result.
func MaxUnpool(y, indices *graph.Node, h, w int) *graph.Node {
	if !slices.Equal(y.Shape().Dimensions, indices.Shape().Dimensions) || y.Rank() != 4 {
		panic(fmt.Errorf("cnnlib: MaxUnpool: values %v with indices %v: want both [N OH OW C], as MaxPoolWithIndices returns them", y.Shape(), indices.Shape()))
	}
	g, dims := y.Graph(), y.Shape().Dimensions
	n, c := dims[0], dims[3]
	// Everything in one row, the place of row r, column q, channel k of picture i
	// being ((i·h + r)·w + q)·c + k.
	of := func(axis int) *graph.Node { return graph.Iota(g, indices.Shape(), axis) }
	places := graph.Add(graph.MulScalar(of(0), h*w), graph.StopGradient(indices))
	places = graph.Add(graph.MulScalar(places, c), of(3))
	size := y.Shape().Size()
	out := graph.Scatter(graph.Reshape(places, size, 1), graph.Reshape(y, size), shapes.Make(y.DType(), n*h*w*c), false, false)
	return graph.Reshape(out, n, h, w, c)
}

// Switches pools with Pool, runs the layers Inside on what is left, and puts their
// results back to the places that the pooling took its values from; everything
// else is 0. So the second half of an autoencoder gets back where things were
// (arXiv:1311.2901, §2.1; section 5.17.2). The shape [H W C] stays.
//
// Inside must keep the shape, since each of its results goes back through a place
// of its own. A Switches can stand inside another: poolings and unpoolings then
// mirror each other. The variables of Inside are in the scope of the Switches
// itself.
type Switches struct {
	Pool   MaxPool2D // windows that overlap can take the same value; what goes back to it is summed
	Inside Layer     // nil means nothing: all but the largest value of each window becomes 0
}

// OutShape returns the shape of the input, [H W C].
func (l Switches) OutShape(in Shape) (Shape, error) {
	pooled, err := l.Pool.OutShape(in)
	if err != nil {
		return nil, err
	}
	if l.Inside == nil {
		return in, nil
	}
	out, err := l.Inside.OutShape(pooled)
	if err != nil {
		return nil, err
	}
	if !out.Equal(pooled) {
		return nil, refuse(l, in, "Inside makes %v of the pooled %v, want the same shape", out, pooled)
	}
	return in, nil
}

// Params returns the parameters of Inside.
func (l Switches) Params(in Shape) int { return l.count(in, Layer.Params) }

// MACs returns the multiplications of Inside; comparisons are not counted.
func (l Switches) MACs(in Shape) int { return l.count(in, Layer.MACs) }

func (l Switches) count(in Shape, of func(Layer, Shape) int) int {
	if _, err := l.OutShape(in); err != nil || l.Inside == nil {
		return 0
	}
	pooled, _ := l.Pool.OutShape(in) // OutShape has checked it
	return of(l.Inside, pooled)
}

// Build writes pooling, layers and unpooling into the graph of x [N H W C] and
// returns [N H W C].
func (l Switches) Build(s *model.Scope, x *graph.Node) *graph.Node {
	if _, err := l.OutShape(shapeOf(x.Shape())); err != nil {
		panic(err)
	}
	y, indices := MaxPoolWithIndices(l.Pool, x)
	if l.Inside != nil {
		y = l.Inside.Build(s, y)
	}
	return MaxUnpool(y, indices, x.Shape().Dimensions[1], x.Shape().Dimensions[2])
}

// String returns the Go literal.
func (l Switches) String() string {
	var f fields
	f.add("Pool", l.Pool.String())
	if l.Inside != nil {
		f.add("Inside", l.Inside.String())
	}
	return f.literal("Switches")
}
