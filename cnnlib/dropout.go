package cnnlib

import (
	"fmt"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/random"
)

// Dropout sets values to 0 at random while a network is trained, each with
// probability Rate (N. Srivastava et al. 2014, JMLR 15). By itself it divides what
// stays by 1-Rate, so that nothing changes when the network is used.
//
// It can stand before or behind any layer. The networks of section 5.23 drop the
// inputs of a layer, so it stands before it there.
type Dropout struct {
	Rate float64 // share of the values that become 0, from 0 to below 1

	// Classic leaves what stays as it is in training and multiplies by 1-Rate in
	// use: the form of the paper and of section 5.23 (network3.py).
	Classic bool
}

// OutShape returns the shape of the input.
func (d Dropout) OutShape(in Shape) (Shape, error) {
	if !(d.Rate >= 0 && d.Rate < 1) { // also NaN
		return nil, refuse(d, in, "Rate is %v, want 0 to below 1", d.Rate)
	}
	return fits(d, in, in)
}

// Params returns 0.
func (Dropout) Params(Shape) int { return 0 }

// MACs returns 0.
func (Dropout) MACs(Shape) int { return 0 }

// Build drops values of x if the graph is one for training (model.Store.SetTraining).
// The choice is a function of the seed, the step and the place of the layer.
func (d Dropout) Build(s *model.Scope, x *graph.Node) *graph.Node {
	if _, err := d.OutShape(shapeOf(x.Shape())); err != nil {
		panic(err)
	}
	g := x.Graph()
	if !s.IsTraining(g) {
		if d.Classic {
			return graph.MulScalar(x, 1-d.Rate)
		}
		return x
	}
	u := random.Uniform(s, g, "dropout", shapes.Make(x.DType(), x.Shape().Dimensions...))
	stays := graph.GreaterOrEqual(u, graph.Scalar(g, x.DType(), d.Rate))
	if !d.Classic {
		x = graph.DivScalar(x, 1-d.Rate)
	}
	return graph.Where(stays, x, graph.ZerosLike(x))
}

// String returns the Go literal.
func (d Dropout) String() string {
	f := fields{fmt.Sprintf("Rate: %v", d.Rate)}
	if d.Classic {
		f.add("Classic", "true")
	}
	return f.literal("Dropout")
}
