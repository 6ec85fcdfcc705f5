package train

import (
	"fmt"
	"math"
	"strings"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// Optimizer turns a gradient into a step.
type Optimizer interface {
	// Update returns the new value of the parameter w. rate is the learning rate, a
	// scalar; step counts the updates before this one, an int32 scalar. What the
	// optimizer remembers of w it keeps in variables of s. It is graph code: it may
	// panic.
	Update(s *model.Scope, w, gradient, rate, step *graph.Node) *graph.Node
	// String returns the Go literal.
	String() string
}

// SGD is stochastic gradient descent. With Momentum m it keeps a velocity,
//
//	v ← m·v + gradient,  w ← w - rate·v
//
// and with Nesterov it steps by gradient + m·v instead (I. Sutskever et al. 2013,
// in the form of PyTorch). The zero value is plain descent, as in section 5.23.
type SGD struct {
	Momentum float64 // 0 to below 1
	Nesterov bool
}

func (o SGD) check() error {
	if !(o.Momentum >= 0 && o.Momentum < 1) { // also NaN
		return fmt.Errorf("train: the Momentum of SGD is %v, want 0 to below 1", o.Momentum)
	}
	return nil
}

// Update is the step above.
func (o SGD) Update(s *model.Scope, w, gradient, rate, _ *graph.Node) *graph.Node {
	if o.Momentum != 0 {
		v := remembered(s, "velocity", w.Shape())
		velocity := graph.Add(graph.MulScalar(v.NodeValue(w.Graph()), o.Momentum), gradient)
		v.SetNodeValue(velocity)
		if o.Nesterov {
			gradient = graph.Add(gradient, graph.MulScalar(velocity, o.Momentum))
		} else {
			gradient = velocity
		}
	}
	return graph.Sub(w, graph.Mul(rate, gradient))
}

// String returns the Go literal.
func (o SGD) String() string {
	var f []string
	if o.Momentum != 0 {
		f = append(f, fmt.Sprintf("Momentum: %v", o.Momentum))
	}
	if o.Nesterov {
		f = append(f, "Nesterov: true")
	}
	return "SGD{" + strings.Join(f, ", ") + "}"
}

// Adam divides each gradient by the running size of its past (D. Kingma, J. Ba
// 2014, arXiv:1412.6980, algorithm 1), with β₁ = 0.9, β₂ = 0.999, ε = 1e-8. With
// Decay it is AdamW: w shrinks by rate·Decay·w beside the step (I. Loshchilov,
// F. Hutter 2017, arXiv:1711.05101, algorithm 2).
type Adam struct {
	Decay float64 // 0 means plain Adam
}

func (o Adam) check() error {
	if !(o.Decay >= 0 && o.Decay <= math.MaxFloat32) { // also NaN
		return fmt.Errorf("train: the Decay of Adam is %v, want a finite number not below 0", o.Decay)
	}
	return nil
}

// The constants that the paper proposes.
const (
	beta1   = 0.9
	beta2   = 0.999
	epsilon = 1e-8
)

// Update is the step of the papers.
func (o Adam) Update(s *model.Scope, w, gradient, rate, step *graph.Node) *graph.Node {
	g := w.Graph()
	mean, square := remembered(s, "mean", w.Shape()), remembered(s, "square", w.Shape())
	m := graph.Add(graph.MulScalar(mean.NodeValue(g), beta1), graph.MulScalar(gradient, 1-beta1))
	v := graph.Add(graph.MulScalar(square.NodeValue(g), beta2), graph.MulScalar(graph.Square(gradient), 1-beta2))
	mean.SetNodeValue(m)
	square.SetNodeValue(v)
	// Both start from 0 and are too small by 1-βᵗ, t = 1, 2, ... As written it would lose four
	// digits of 1-β₂ = 0.001 in float32; as -(e^(t·log β) - 1) none.
	t := graph.AddScalar(graph.ConvertDType(step, w.DType()), 1)
	correct := func(x *graph.Node, beta float64) *graph.Node {
		return graph.Div(x, graph.Neg(graph.Expm1(graph.MulScalar(t, math.Log(beta)))))
	}
	direction := graph.Div(correct(m, beta1), graph.AddScalar(graph.Sqrt(correct(v, beta2)), epsilon))
	if o.Decay != 0 {
		direction = graph.Add(direction, graph.MulScalar(w, o.Decay))
	}
	return graph.Sub(w, graph.Mul(rate, direction))
}

// String returns the Go literal.
func (o Adam) String() string {
	if o.Decay == 0 {
		return "Adam{}"
	}
	return fmt.Sprintf("Adam{Decay: %v}", o.Decay)
}

// remembered returns a variable of the optimizer, which starts from 0.
func remembered(s *model.Scope, name string, shape shapes.Shape) *model.Variable {
	if v := s.GetVariable(name); v != nil {
		return v
	}
	v := s.VariableWithValue(name, tensors.FromShape(shape))
	v.Trainable = false
	return v
}
