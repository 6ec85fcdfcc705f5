package cnnlib

import (
	"cmp"
	"math"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/lower"
)

// LocalResponseNorm divides each value a_i by (K + Alpha·Σ a_j²)^Beta, the sum going
// over the Size channels around channel i in the same cell, as far as they exist: a
// strong channel dampens its neighbours (A. Krizhevsky et al. 2012, "ImageNet
// classification with deep convolutional neural networks", §3.3). It keeps the shape,
// [H W C] or [n].
//
// The zero value has the constants of that paper. Alpha is the factor of the sum, as
// there; PyTorch divides its alpha by the size first, so that its 5e-4 at size 5 is
// 1e-4 here.
type LocalResponseNorm struct {
	Size  int     // channels in the sum, the one in the middle included; odd; 0 means 5
	K     float64 // above 0; 0 means 2
	Alpha float64 // above 0; 0 means 1e-4
	Beta  float64 // above 0; 0 means 0.75
}

// filled replaces zeros by what they mean.
func (l LocalResponseNorm) filled() LocalResponseNorm {
	if l.Size == 0 {
		l.Size = 5
	}
	return LocalResponseNorm{l.Size, cmp.Or(l.K, 2), cmp.Or(l.Alpha, 1e-4), cmp.Or(l.Beta, 0.75)}
}

// OutShape returns the shape of the input.
func (l LocalResponseNorm) OutShape(in Shape) (Shape, error) {
	if len(in) == 0 {
		return nil, refuse(l, in, "the input has no axes beside N, want the channels last")
	}
	if l.Size < 0 || l.Size != 0 && l.Size%2 == 0 {
		return nil, refuse(l, in, "Size is %d, want an odd number: as many channels on both sides", l.Size)
	}
	for _, v := range []struct {
		name  string
		value float64
	}{{"K", l.K}, {"Alpha", l.Alpha}, {"Beta", l.Beta}} {
		if !(v.value >= 0 && v.value <= math.MaxFloat64) { // also NaN
			return nil, refuse(l, in, "%s is %v, want above 0, or 0 for the paper's", v.name, v.value)
		}
	}
	return fits(l, in, in)
}

// Params returns 0.
func (LocalResponseNorm) Params(Shape) int { return 0 }

// MACs returns 0: nothing is multiplied with weights.
func (LocalResponseNorm) MACs(Shape) int { return 0 }

// Build divides the values of x [N … C]; the shape stays.
func (l LocalResponseNorm) Build(_ *model.Scope, x *graph.Node) *graph.Node {
	if _, err := l.OutShape(shapeOf(x.Shape())); err != nil {
		panic(err)
	}
	f := l.filled()
	last := x.Rank() - 1
	c := x.Shape().Dimensions[last]
	// Channels that no sum within the layer can reach would only lengthen the graph.
	side := min(f.Size/2, c-1)
	squares := graph.Square(x)
	if side > 0 {
		edge := x.Shape().Clone()
		edge.Dimensions[last] = side
		zeros := graph.Zeros(x.Graph(), edge)
		squares = graph.Concatenate([]*graph.Node{zeros, squares, zeros}, last) // [N … C+2·side]
	}
	var sum *graph.Node // [N … C]
	for i := range 2*side + 1 {
		sum = lower.Plus(sum, graph.SliceAxis(squares, last, graph.AxisRange(i, i+c)))
	}
	base := graph.AddScalar(graph.MulScalar(sum, f.Alpha), f.K) // K above 0, so that Log is finite
	return graph.Mul(x, graph.Exp(graph.MulScalar(graph.Log(base), -f.Beta)))
}

// String returns the Go literal.
func (l LocalResponseNorm) String() string {
	var f fields
	f.int("Size", l.Size)
	f.float("K", l.K)
	f.float("Alpha", l.Alpha)
	f.float("Beta", l.Beta)
	return f.literal("LocalResponseNorm")
}
