package cnnlib

import (
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Activation is a function applied to every value on its own. It can be set on a
// layer that has a field for it, or stand as a Layer of its own. The zero value
// is None.
type Activation int

const (
	None    Activation = iota // x
	ReLU                      // max(0, x), with derivative 0 at x = 0
	Sigmoid                   // 1/(1+e^-x)
	Tanh                      // (e^x - e^-x)/(e^x + e^-x)
)

var activationNames = [...]string{None: "None", ReLU: "ReLU", Sigmoid: "Sigmoid", Tanh: "Tanh"}

func (a Activation) known() bool { return a >= 0 && int(a) < len(activationNames) }

// String returns the name of the constant.
func (a Activation) String() string {
	if !a.known() {
		return fmt.Sprintf("Activation(%d)", int(a))
	}
	return activationNames[a]
}

// OutShape returns the shape of the input.
func (a Activation) OutShape(in Shape) (Shape, error) {
	if !a.known() {
		return nil, refuse(a, in, "it is none of %v", activationNames)
	}
	return in, nil
}

// Params returns 0.
func (a Activation) Params(Shape) int { return 0 }

// MACs returns 0: an activation does not multiply weights.
func (a Activation) MACs(Shape) int { return 0 }

// Build applies the function to every value of x; the shape stays.
func (a Activation) Build(_ *model.Scope, x *graph.Node) *graph.Node {
	switch a {
	case None:
		return x
	case ReLU:
		// GoMLX gives the gradient of a tie to the first operand: with the zeros in
		// front a value of exactly 0 gets none, as in PyTorch and JAX.
		return graph.Max(graph.ZerosLike(x), x)
	case Sigmoid:
		return graph.Logistic(x)
	case Tanh:
		// The package's own function, not this constant.
		return graph.Tanh(x)
	}
	panic(refuse(a, nil, "it is none of %v", activationNames))
}
