package cnnlib

import (
	"cmp"
	"math"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// leakySlope is that of the paper and of the activation LeakyReLU.
const leakySlope = 0.01

// Leaky is x above 0 and Slope·x elsewhere, with derivative Slope at x = 0. It
// keeps the shape. With the slope 0.01 it is the activation LeakyReLU, whose doc
// names the source; a network whose slopes are not all the same needs the layer.
type Leaky struct {
	Slope float64 // of the line below 0; 0 means 0.01 (for a slope of 0 use ReLU)
}

// OutShape returns the shape of the input.
func (l Leaky) OutShape(in Shape) (Shape, error) {
	if math.IsNaN(l.Slope) || math.IsInf(l.Slope, 0) {
		return nil, refuse(l, in, "Slope is %v, want a number", l.Slope)
	}
	return fits(l, in, in)
}

// Params returns 0: the slope is not trained.
func (Leaky) Params(Shape) int { return 0 }

// MACs returns 0, as activations do.
func (Leaky) MACs(Shape) int { return 0 }

// Build applies the function to every value of x [N …]; the shape stays.
func (l Leaky) Build(_ *model.Scope, x *graph.Node) *graph.Node {
	if _, err := l.OutShape(shapeOf(x.Shape())); err != nil {
		panic(err)
	}
	return leaky(x, cmp.Or(l.Slope, leakySlope))
}

func leaky(x *graph.Node, slope float64) *graph.Node {
	return graph.Where(graph.GreaterThan(x, graph.ZerosLike(x)), x, graph.MulScalar(x, slope))
}

// String returns the Go literal.
func (l Leaky) String() string {
	var f fields
	f.float("Slope", l.Slope)
	return f.literal("Leaky")
}
