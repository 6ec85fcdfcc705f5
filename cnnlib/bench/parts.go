package bench

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/lower"
)

// partTask measures a part of a training step (call, gather, forward, gradient), or the
// machine through the backend (matmul, stream).
func partTask(ctx context.Context, backend compute.Backend, t task, g *gate) error {
	return lower.Guard("measuring "+t.Measure, func() error {
		switch t.Measure {
		case "matmul":
			return matmul(ctx, backend, t.Size, g)
		case "stream":
			return stream(ctx, backend, t.Size, g)
		}
		for _, p := range stepParts {
			if p.name == t.Measure {
				return stepPart(ctx, backend, t, p, g)
			}
		}
		return fmt.Errorf("bench: nothing measures %q: give train, infer, matmul, stream or a part of a step", t.Measure)
	})
}

// matmulChain is how many products are in one call of matmul, so that the call costs
// little beside them.
const matmulChain = 4

// matmul multiplies matrices [n n], each product by the same matrix again. That matrix
// is 1/n everywhere, so the values stay what they are.
func matmul(ctx context.Context, backend compute.Backend, n int, g *gate) error {
	store := model.NewStore()
	exec, err := model.NewExec(backend, store, func(s *model.Scope, by *graph.Node) *graph.Node {
		v := s.At("matmul").VariableWithValue("x", filled(1, n, n))
		x := v.NodeValue(by.Graph())
		for range matmulChain {
			x = graph.MatMul(x, by)
		}
		v.SetNodeValue(x)            // the result stays on the device
		return graph.ReduceAllSum(x) // and one number says that it is complete
	})
	if err != nil {
		return err
	}
	by := filled(1/float32(n), n, n)
	return g.run(ctx, matmulChain, func() error { return callOnce(exec, by) })
}

// stream adds up the columns of an array of the given MB, which reads it once and writes
// next to nothing: XLA does it with whole vectors, and shares the blocks of rows among
// its threads. (A copy would measure the system instead: XLA takes new memory for the
// result of every call, and to be given a page costs more than to fill it.)
func stream(ctx context.Context, backend compute.Backend, mb int, g *gate) error {
	const blocks, columns = 16, 1 << 10
	exec, err := model.NewExec(backend, model.NewStore(), func(_ *model.Scope, x *graph.Node) *graph.Node {
		return graph.ReduceSum(graph.ReduceSum(x, 1), 0)
	})
	if err != nil {
		return err
	}
	x := filled(1, blocks, mb<<20/4/blocks/columns, columns)
	return g.run(ctx, 1, func() error { return callOnce(exec, x) })
}

// filled returns a tensor with the same value everywhere.
func filled(value float32, dims ...int) *tensors.Tensor {
	t := tensors.FromShape(shapes.Make(dtypes.Float32, dims...))
	t.MustMutableFlatData(func(flat any) {
		values := flat.([]float32)
		for i := range values {
			values[i] = value
		}
	})
	return t
}

// callOnce runs a graph and waits for its first result.
func callOnce(exec *model.Exec, inputs ...any) error {
	results, err := exec.Call(inputs...)
	if err != nil {
		return err
	}
	results[0].MustConstFlatData(func(any) {})
	for _, t := range results {
		if err := t.FinalizeAll(); err != nil {
			return err
		}
	}
	return nil
}

// A stepPartKind is one of graphs that do more and more of what a training step does.
type stepPartKind struct {
	name, says string
	// build returns the results of the graph, given the pictures of the batch [N H W C],
	// bytes, their labels [N], and the network.
	build func(s *model.Scope, net cnnlib.Layer, pictures, labels *graph.Node) []*graph.Node
}

// stepParts go from little to much: the difference of two neighbours is what the later
// one adds. train.Run adds the update of the weights and the loop.
var stepParts = []stepPartKind{
	{"call", "an empty graph is called", nil},
	{"gather", "+ the batch is taken out of all pictures", func(_ *model.Scope, _ cnnlib.Layer, pictures, labels *graph.Node) []*graph.Node {
		return []*graph.Node{scaled(pictures), labels}
	}},
	{"forward", "+ the network's results and the loss", func(s *model.Scope, net cnnlib.Layer, pictures, labels *graph.Node) []*graph.Node {
		return []*graph.Node{loss(s, net, pictures, labels)}
	}},
	{"gradient", "+ the gradients of all weights", func(s *model.Scope, net cnnlib.Layer, pictures, labels *graph.Node) []*graph.Node {
		cost := loss(s, net, pictures, labels)
		var weights []*graph.Node
		for v := range s.At("net").IterVariables() {
			if v.Trainable {
				weights = append(weights, v.NodeValue(pictures.Graph()))
			}
		}
		return append([]*graph.Node{cost}, graph.Gradient(cost, weights...)...)
	}},
}

func scaled(x *graph.Node) *graph.Node {
	return graph.DivScalar(graph.ConvertDType(x, dtypes.Float32), data.NielsenDivisor)
}

// loss is the mean of -log softmax(logits)[label], as in package train.
func loss(s *model.Scope, net cnnlib.Layer, pictures, labels *graph.Node) *graph.Node {
	x := scaled(pictures)
	logits := graph.Reshape(net.Build(s.At("net"), x), x.Shape().Dimensions[0], -1)
	targets := graph.OneHot(graph.ConvertDType(labels, dtypes.Int32), 10, logits.DType())
	return graph.Neg(graph.ReduceAllMean(graph.ReduceSum(graph.Mul(targets, graph.LogSoftmax(logits)), -1)))
}

// stepPart runs one of the parts on random batches.
func stepPart(ctx context.Context, backend compute.Backend, t task, part stepPartKind, g *gate) error {
	net, err := t.Net.Build()
	if err != nil {
		return err
	}
	if part.build == nil {
		exec, err := model.NewExec(backend, model.NewStore(), func(_ *model.Scope, x *graph.Node) *graph.Node { return graph.AddScalar(x, 1) })
		if err != nil {
			return err
		}
		x := tensors.FromScalar(float32(1))
		return g.run(ctx, t.Batch, func() error { return callOnce(exec, x) })
	}
	images, err := t.Net.pictures()
	if err != nil {
		return err
	}
	exec, err := model.NewExec(backend, model.NewStore(), func(s *model.Scope, in []*graph.Node) []*graph.Node {
		x, y, places := in[0], in[1], in[2]
		s.Store().SetTraining(x.Graph(), true)
		return part.build(s, net, graph.Gather(x, places), graph.Gather(y, places))
	})
	if err != nil {
		return err
	}
	x := tensors.FromFlatDataAndDimensions(images.Pixels, images.N, images.H, images.W, images.C)
	y := tensors.FromFlatDataAndDimensions(images.Labels, images.N)
	random := rand.New(rand.NewPCG(0, 0))
	return g.run(ctx, t.Batch, func() error {
		places := make([]int32, t.Batch)
		for i := range places {
			places[i] = random.Int32N(int32(images.N))
		}
		return callOnce(exec, x, y, tensors.FromFlatDataAndDimensions(places, t.Batch, 1))
	})
}
