package cnnlib

import (
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/lower"
)

// GlobalAvgPool takes the mean of each feature map: [H W C] → [C], likewise [L C]
// and [D H W C] → [C]. It stands where a classifier begins and needs no weights and
// no fixed size of the picture (M. Lin et al., "Network In Network",
// arXiv:1312.4400, §3.2; GoogLeNet and ResNet end with it, against what section
// 5.16 says of mean pooling).
type GlobalAvgPool struct{}

// OutShape returns [C]. The input must have at least one axis before the channels.
func (p GlobalAvgPool) OutShape(in Shape) (Shape, error) { return globalShape(p, in) }

// Params returns 0.
func (GlobalAvgPool) Params(Shape) int { return 0 }

// MACs returns 0: there are no weights, and additions are not counted.
func (GlobalAvgPool) MACs(Shape) int { return 0 }

// Build returns the means of x [N i… C] as [N C].
func (p GlobalAvgPool) Build(_ *model.Scope, x *graph.Node) *graph.Node {
	if _, err := p.OutShape(shapeOf(x.Shape())); err != nil {
		panic(err)
	}
	axes := make([]int, x.Rank()-2)
	for i := range axes {
		axes[i] = i + 1
	}
	return graph.ReduceMean(x, axes...)
}

// String returns the Go literal.
func (GlobalAvgPool) String() string { return "GlobalAvgPool{}" }

// GlobalMaxPool takes the largest value of each feature map: [H W C] → [C],
// likewise [L C] and [D H W C] → [C]. On a text it keeps, for each filter, the one
// place that answers most (Y. Kim, arXiv:1408.5882; section 5.24). Of equal values
// the first, row by row, gets the gradient.
type GlobalMaxPool struct{}

// OutShape returns [C]. The input must have at least one axis before the channels.
func (p GlobalMaxPool) OutShape(in Shape) (Shape, error) { return globalShape(p, in) }

// Params returns 0.
func (GlobalMaxPool) Params(Shape) int { return 0 }

// MACs returns 0: comparisons are not counted.
func (GlobalMaxPool) MACs(Shape) int { return 0 }

// Build returns the largest values of x [N i… C] as [N C].
func (p GlobalMaxPool) Build(_ *model.Scope, x *graph.Node) *graph.Node {
	if _, err := p.OutShape(shapeOf(x.Shape())); err != nil {
		panic(err)
	}
	// One window over everything. GoMLX's ReduceMax would give the whole gradient to
	// every one of several equal values.
	dims := x.Shape().Dimensions
	var axes []arith.Pool
	for _, d := range dims[1 : len(dims)-1] {
		axes = append(axes, arith.Pool{In: d, Window: d, Stride: d})
	}
	return graph.Reshape(lower.MaxPool(x, axes), dims[0], dims[len(dims)-1])
}

// String returns the Go literal.
func (GlobalMaxPool) String() string { return "GlobalMaxPool{}" }

func globalShape(layer Layer, in Shape) (Shape, error) {
	if len(in) < 2 {
		return nil, refuse(layer, in, "the input has %d axes beside N, want at least 2: the channels behind one or more others", len(in))
	}
	return fits(layer, in, Shape{in[len(in)-1]})
}
