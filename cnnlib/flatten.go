package cnnlib

import (
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Flatten writes the values of an example in one row, [H W C] → [H·W·C]: row by
// row, column by column, the channels running fastest. (PyTorch, with its channels
// first, has another order: a Dense behind it needs its rows exchanged.)
type Flatten struct{}

// OutShape returns [n], n being the number of values.
func (f Flatten) OutShape(in Shape) (Shape, error) {
	if _, err := fits(f, in, in); err != nil {
		return nil, err
	}
	return Shape{in.Size()}, nil
}

// Params returns 0.
func (Flatten) Params(Shape) int { return 0 }

// MACs returns 0.
func (Flatten) MACs(Shape) int { return 0 }

// Build returns x as [N n].
func (f Flatten) Build(_ *model.Scope, x *graph.Node) *graph.Node {
	if _, err := f.OutShape(shapeOf(x.Shape())); err != nil {
		panic(err)
	}
	n := x.Shape().Dimensions[0]
	return graph.Reshape(x, n, x.Shape().Size()/n)
}

// String returns the Go literal.
func (Flatten) String() string { return "Flatten{}" }
