package cnnlib

import (
	"cmp"
	"math/rand/v2"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// BatchNorm gives every channel mean 0 and variance 1 and then a learned scale and
// shift: y = scale·(x - mean)/√(variance + Epsilon) + shift (S. Ioffe, C. Szegedy,
// arXiv:1502.03167). It keeps the shape, [H W C] or [n]; a channel is what shares the
// place on the last axis.
//
// In training mean and variance are taken of the batch, over all axes but the last,
// and gradients pass through them. Running averages are kept beside: mean and
// variance of the batch enter them with the share Momentum, the variance multiplied
// by m/(m-1), m being the number of values of a channel, so that it estimates that of
// all data without bias, as in PyTorch. In use the running averages take the place of
// the batch: the result for one example does not depend on the others.
//
// Its variables are "scale" and "shift" [C], which start from 1 and 0, and the
// running averages "mean" and "variance" [C], which are not trained and start from 0
// and 1. A bias in the layer before has no effect: set NoBias there.
type BatchNorm struct {
	// Momentum is the share of the newest batch in the running averages, above 0 to 1;
	// 0 means 0.1, as in PyTorch. (Keras and the paper call 1 minus this the momentum.)
	Momentum float64
	Epsilon  float64 // added to the variance, against division by 0; 0 means 1e-5, as in PyTorch
}

// OutShape returns the shape of the input.
func (b BatchNorm) OutShape(in Shape) (Shape, error) {
	switch {
	case len(in) == 0:
		return nil, refuse(b, in, "the input has no axes beside N, want the channels last")
	case !(b.Momentum >= 0 && b.Momentum <= 1): // also NaN
		return nil, refuse(b, in, "Momentum is %v, want above 0 to 1, or 0 for 0.1", b.Momentum)
	case !(b.Epsilon >= 0 && b.Epsilon < 1):
		return nil, refuse(b, in, "Epsilon is %v, want above 0 to below 1, or 0 for 1e-5", b.Epsilon)
	}
	return fits(b, in, in)
}

// Params returns 2·C: scale and shift. The running averages are not trained.
func (b BatchNorm) Params(in Shape) int {
	if _, err := b.OutShape(in); err != nil {
		return 0
	}
	return 2 * in[len(in)-1]
}

// MACs returns 0: in use scale and shift can be multiplied into the weights of the
// layer before.
func (BatchNorm) MACs(Shape) int { return 0 }

// Build normalises x [N … C]. If the graph is one for training
// (model.Store.SetTraining), every run of it also moves the running averages; the
// batch must then hold more than one value of each channel, and Build panics if
// it does not.
//
// GoMLX's own layer is avoided: its gradient in training leaves out that mean and
// variance depend on x.
func (b BatchNorm) Build(s *model.Scope, x *graph.Node) *graph.Node {
	in := shapeOf(x.Shape())
	if _, err := b.OutShape(in); err != nil {
		panic(err)
	}
	g, c := x.Graph(), in[len(in)-1]
	perChannel := shapes.Make(x.DType(), c)
	variable := func(name string, start float64) *graph.Node {
		return parameter(s, g, name, perChannel, nil, func(_ *rand.Rand, values []float64) {
			for i := range values {
				values[i] = start
			}
		})
	}
	scale, shift := variable("scale", 1), variable("shift", 0)                   // [C]
	runningMean, runningVariance := variable("mean", 0), variable("variance", 1) // [C]
	for _, name := range []string{"mean", "variance"} {
		s.GetVariable(name).Trainable = false
	}
	if !s.IsTraining(g) {
		return b.normalize(x, runningMean, runningVariance, scale, shift)
	}

	m := x.Shape().Size() / c
	if m < 2 {
		panic(refuse(b, in, "in training the batch has one value of each channel, want at least 2: a single value has no variance"))
	}
	axes := make([]int, x.Rank()-1) // all but the last
	for i := range axes {
		axes[i] = i
	}
	mean := graph.ReduceMean(x, axes...)                                              // [C]
	variance := graph.ReduceMean(graph.Square(graph.Sub(x, along(mean, x))), axes...) // [C]
	momentum := cmp.Or(b.Momentum, 0.1)
	move := func(name string, running, batch *graph.Node) {
		s.GetVariable(name).SetNodeValue(graph.Add(graph.MulScalar(running, 1-momentum), graph.MulScalar(batch, momentum)))
	}
	move("mean", runningMean, mean)
	move("variance", runningVariance, graph.MulScalar(variance, float64(m)/float64(m-1)))
	return b.normalize(x, mean, variance, scale, shift)
}

// normalize returns scale·(x - mean)/√(variance + Epsilon) + shift.
func (b BatchNorm) normalize(x, mean, variance, scale, shift *graph.Node) *graph.Node {
	factor := graph.Div(scale, graph.Sqrt(graph.AddScalar(variance, cmp.Or(b.Epsilon, 1e-5)))) // [C]
	return graph.Add(graph.Mul(graph.Sub(x, along(mean, x)), along(factor, x)), along(shift, x))
}

// along gives a vector [C] the axes of x [N … C], so that it repeats on all but the
// last.
func along(v, x *graph.Node) *graph.Node {
	sizes := make([]int, x.Rank())
	for i := range sizes {
		sizes[i] = 1
	}
	sizes[len(sizes)-1] = v.Shape().Size()
	return graph.Reshape(v, sizes...)
}

// String returns the Go literal.
func (b BatchNorm) String() string {
	var f fields
	f.float("Momentum", b.Momentum)
	f.float("Epsilon", b.Epsilon)
	return f.literal("BatchNorm")
}
