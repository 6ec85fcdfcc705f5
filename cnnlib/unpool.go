package cnnlib

import (
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/lower"
)

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
	y, indices := l.Pool.WithIndices(x)
	if l.Inside != nil {
		y = l.Inside.Build(s, y)
	}
	return lower.MaxUnpool(y, indices, x.Shape().Dimensions[1], x.Shape().Dimensions[2])
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
