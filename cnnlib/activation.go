package cnnlib

import (
	"fmt"
	"math"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Activation is a function applied to every value on its own; only Softmax looks at
// several. It can be set on a layer that has a field for it, or stand as a Layer of
// its own. The zero value is None. All of them are finite, with finite derivatives,
// for every finite input.
type Activation int

const (
	None    Activation = iota // x
	ReLU                      // max(0, x), with derivative 0 at x = 0
	Sigmoid                   // 1/(1+e^-x)
	Tanh                      // (e^x - e^-x)/(e^x + e^-x)

	// LeakyReLU is x above 0 and x/100 elsewhere, with derivative 1/100 at x = 0
	// (A. Maas et al. 2013, "Rectifier nonlinearities improve neural network acoustic
	// models"). Leaky is the same with another slope.
	LeakyReLU
	// ELU is x above 0 and e^x - 1 elsewhere; the derivative is continuous, 1 at x = 0
	// (D.-A. Clevert et al., arXiv:1511.07289, with α = 1).
	ELU
	// GELU is x·Φ(x), Φ being the distribution function of N(0, 1)
	// (D. Hendrycks, K. Gimpel, arXiv:1606.08415); not the approximation by tanh.
	GELU
	// Softplus is log(1 + e^x), a ReLU without a corner (X. Glorot et al. 2011, "Deep
	// sparse rectifier neural networks").
	Softplus
	// Softmax is e^x_i / Σ e^x_j over the last axis: over the classes of [n], over the
	// channels of each cell of [H W C]. The results are above or at 0 and add up to 1
	// (section 5.23). Training needs no layer for it: the loss contains it.
	Softmax
)

// activationNames are the names of the constants.
var activationNames = [...]string{
	None: "None", ReLU: "ReLU", Sigmoid: "Sigmoid", Tanh: "Tanh",
	LeakyReLU: "LeakyReLU", ELU: "ELU", GELU: "GELU", Softplus: "Softplus", Softmax: "Softmax",
}

func (a Activation) known() bool { return a >= 0 && int(a) < len(activationNames) }

// monotone says that a larger value never gives a smaller result.
func (a Activation) monotone() bool {
	switch a {
	case None, ReLU, Sigmoid, Tanh, LeakyReLU, ELU, Softplus:
		return true
	}
	return false // GELU falls below 0; Softmax looks at several values
}

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
	return fits(a, in, in)
}

// Params returns 0.
func (a Activation) Params(Shape) int { return 0 }

// MACs returns 0: an activation does not multiply weights.
func (a Activation) MACs(Shape) int { return 0 }

// Build applies the function to x [N …]; the shape stays.
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
	case LeakyReLU:
		return leaky(x, leakySlope)
	case ELU:
		positive := graph.GreaterThan(x, graph.ZerosLike(x))
		// The branch that Where leaves out gets a zero: there e^x could be infinite,
		// and infinite times no gradient is NaN.
		return graph.Where(positive, x, expm1(graph.Where(positive, graph.ZerosLike(x), x)))
	case GELU:
		return gelu(x)
	case Softplus:
		// max(0, x) + log(1 + e^-|x|) cannot overflow. As (x + |x|)/2 the maximum has
		// the derivative 1/2 at 0, which is right, since the rest has 0 there.
		size := graph.Abs(x)
		return graph.Add(graph.MulScalar(graph.Add(x, size), 0.5), graph.Log1P(graph.Exp(graph.Neg(size))))
	case Softmax:
		return graph.Softmax(x, -1)
	}
	panic(refuse(a, nil, "it is none of %v", activationNames))
}

// gelu returns x·Φ(x) = x·(1 + erf(x/√2))/2. Far below 0 the sum would be a difference of
// nearly equal numbers, and of XLA's erf, which does not reach -1, even a wrong one: there
// it is x·erfc(-x/√2)/2.
func gelu(x *graph.Node) *graph.Node {
	limit := func(v float64) *graph.Node { return graph.Scalar(x.Graph(), x.DType(), v) }
	// The branch that a Where leaves out gets a harmless number, so that its gradient is
	// finite. Below -40 Φ is 0 in float64 too, and ∞·0 would be NaN.
	far := graph.LessThan(x, limit(-tailFrom*math.Sqrt2))
	none := graph.LessThan(x, limit(-40))
	same := func(v float64) *graph.Node { return graph.BroadcastToShape(limit(v), x.Shape()) }
	near := graph.Where(far, graph.ZerosLike(x), x)
	tail := graph.Where(far, graph.Where(none, same(-40), x), same(-40))
	return graph.Where(far,
		graph.Mul(graph.MulScalar(tail, 0.5), erfcTail(graph.MulScalar(tail, -math.Sqrt2/2))),
		graph.Mul(graph.MulScalar(near, 0.5), graph.AddScalar(graph.Erf(graph.MulScalar(near, math.Sqrt2/2)), 1)))
}

// tailFrom is where erfcTail begins. There 16 levels are right to 3e-10.
const tailFrom = 2.5

// erfcTail returns erfc(z) = 1 - erf(z) for z from tailFrom on, by its continued fraction
// e^(-z²)/√π · 1/(z + ½/(z + 1/(z + (3/2)/(z + …)))) (M. Abramowitz, I. Stegun, "Handbook of
// mathematical functions", 7.1.14).
func erfcTail(z *graph.Node) *graph.Node {
	const levels = 16
	below := z
	for k := levels; k > 0; k-- {
		below = graph.Add(z, graph.Div(graph.Scalar(z.Graph(), z.DType(), float64(k)/2), below))
	}
	return graph.Div(graph.MulScalar(graph.Exp(graph.Neg(graph.Square(z))), 1/math.Sqrt(math.Pi)), below)
}

// expm1 returns e^x - 1 for x up to 0, without the cancellation near 0. GoMLX's own
// has no gradient.
func expm1(x *graph.Node) *graph.Node {
	// With t = tanh(x/2), e^x = (1+t)/(1-t).
	t := graph.Tanh(graph.MulScalar(x, 0.5))
	return graph.Div(graph.MulScalar(t, 2), graph.OneMinus(t))
}
