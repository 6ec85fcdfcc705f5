package cnnlib

import (
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Layer is a function with parameters. A layer is a plain value that holds
// settings only: the parameters live in the model.Store that Build writes to.
type Layer interface {
	// OutShape returns the shape of the result for an input of the given shape, or
	// an error that names the rule broken. It needs no backend.
	OutShape(in Shape) (Shape, error)
	// Params returns the number of trainable scalars, biases included; 0 if
	// OutShape refuses the input.
	Params(in Shape) int
	// MACs returns the multiply-accumulate operations for one example; 0 if
	// OutShape refuses the input.
	MACs(in Shape) int
	// Build writes the layer into the graph of x [N in...], with its variables in s,
	// and returns the result [N out...]. It panics if OutShape returns an error.
	Build(s *model.Scope, x *graph.Node) *graph.Node
	// String returns the Go literal that makes the layer.
	String() string
}
