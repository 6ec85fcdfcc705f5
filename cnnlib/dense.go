package cnnlib

import (
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/lower"
)

// Dense connects every input with every unit: y = activation(x·W + b), from [n] to
// [Units]. It is the fully connected layer of sections 5.1 and 5.23.
//
// Its variables are "weights" [n Units] and "biases" [Units].
type Dense struct {
	Units      int         // neurons; 0 with Weights means their number of columns
	NoBias     bool        // leave the biases out
	Activation Activation  // applied to the result; None is the zero value
	Init       Initializer // what weights and biases start from; nil means HeNormal

	Weights [][]float64 // the weights [n][Units] to start from; nil means drawn by Init
	Biases  []float64   // the biases to start from, one for each unit; nil means drawn by Init
}

func (d Dense) units() int {
	if d.Units == 0 && len(d.Weights) > 0 {
		return len(d.Weights[0])
	}
	return d.Units
}

// OutShape returns [Units] for an input [n].
func (d Dense) OutShape(in Shape) (Shape, error) {
	units := d.units()
	switch {
	case len(in) != 1:
		return nil, refuse(d, in, "the input has %d axes beside N, want 1: put Flatten{} before it", len(in))
	case in[0] < 1:
		return nil, refuse(d, in, "the input has %d values, want at least 1", in[0])
	case units < 1:
		return nil, refuse(d, in, "Units is %d, want at least 1", units)
	case !d.Activation.known():
		return nil, refuse(d, in, "%v is none of %v", d.Activation, activationNames)
	case d.Biases != nil && d.NoBias:
		return nil, refuse(d, in, "%d biases given with NoBias: leave one of them out", len(d.Biases))
	case d.Biases != nil && len(d.Biases) != units:
		return nil, refuse(d, in, "%d biases given for %d units", len(d.Biases), units)
	case d.Weights != nil && len(d.Weights) != in[0]:
		return nil, refuse(d, in, "the weights have %d rows for %d inputs", len(d.Weights), in[0])
	}
	for r, row := range d.Weights {
		if len(row) != units {
			return nil, refuse(d, in, "row %d of the weights has %d numbers for %d units", r, len(row), units)
		}
	}
	if _, err := checkedProduct(in[0], units); err != nil {
		return nil, refuse(d, in, "too many weights: %v", err)
	}
	return Shape{units}, nil
}

// Params returns n·Units, plus Units unless NoBias.
func (d Dense) Params(in Shape) int {
	if d.NoBias {
		return d.MACs(in)
	}
	return d.MACs(in) + d.biasCount(in)
}

func (d Dense) biasCount(in Shape) int {
	out, err := d.OutShape(in)
	if err != nil {
		return 0
	}
	return out[0]
}

// MACs returns n·Units.
func (d Dense) MACs(in Shape) int { return d.biasCount(in) * in.Size() }

// Build writes the layer into the graph of x [N n] and returns [N Units].
func (d Dense) Build(s *model.Scope, x *graph.Node) *graph.Node {
	out, err := d.OutShape(shapeOf(x.Shape()))
	if err != nil {
		panic(err)
	}
	g, n, units := x.Graph(), x.Shape().Dimensions[1], out[0]
	fan := Fan{In: n, Out: units}
	var given []float64
	for _, row := range d.Weights {
		given = append(given, row...)
	}
	w := weights(s, g, shapes.Make(x.DType(), n, units), given, d.Init, fan)
	y := product(s, x, w) // [N Units]
	if !d.NoBias {
		b := biases(s, g, shapes.Make(x.DType(), units), d.Biases, d.Init, fan)
		y = graph.Add(y, graph.Reshape(b, 1, units))
	}
	return d.Activation.Build(s, y)
}

// String returns the Go literal; given weights of more than 75 numbers by their
// sizes only.
func (d Dense) String() string {
	var f fields
	f.int("Units", d.Units)
	if d.NoBias {
		f.add("NoBias", "true")
	}
	if d.Activation != None {
		f.add("Activation", d.Activation.String())
	}
	if d.Init != nil {
		f.add("Init", d.Init.String())
	}
	f.matrix("Weights", d.Weights, d.units())
	f.biases(d.Biases)
	return f.literal("Dense")
}

// product returns x·w for x [N n] and w [n Units]. In training with few rows in a batch the
// gradient by a large w is written as a sum of N outer products, and not as a product of
// matrices: XLA then computes it in the same pass over the memory in which the weights
// are changed, and never writes it down. The result is the same but for rounding.
func product(s *model.Scope, x, w *graph.Node) *graph.Node {
	rows, n := x.Shape().Dimensions[0], x.Shape().Dimensions[1]
	if !s.IsTraining(x.Graph()) || rows > outerRows || w.Shape().Size() < outerWeights || pictures(x) || !lower.TraitsOf(x.Graph().Backend()).Compiles {
		return graph.Dot(x, w).MatMul()
	}
	return lower.WithGradient(graph.Dot(x, w).MatMul(), func(input int, v *graph.Node) *graph.Node {
		if input == 0 {
			return graph.DotGeneral(v, []int{1}, nil, w, []int{1}, nil) // v·wᵀ [N n]
		}
		var sum *graph.Node
		for i := range rows {
			column := graph.Reshape(graph.SliceAxis(x, 0, graph.AxisElem(i)), n, 1)
			sum = lower.Plus(sum, graph.Mul(column, graph.SliceAxis(v, 0, graph.AxisElem(i)))) // [n Units]
		}
		return sum
	}, x, w)
}

// pictures tells whether x was only read and scaled, and not computed by a layer. XLA
// would read and scale it again for each outer product.
func pictures(x *graph.Node) bool {
	switch x.Type() {
	case graph.NodeTypeParameter, graph.NodeTypeGather, graph.NodeTypeDynamicSlice:
		return true
	case graph.NodeTypeReshape, graph.NodeTypeConvertDType, graph.NodeTypeMul, graph.NodeTypeDiv:
		return pictures(x.Inputs()[0])
	}
	return false
}

// Measured on XLA's CPU engine: below these sizes, or with more rows, the product of
// matrices is faster (`go run . bench train`).
const (
	outerRows    = 16
	outerWeights = 50_000
)
