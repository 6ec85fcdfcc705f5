package train

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/lower"
	"cnnbook/cnnlib/random"
)

// unrolled returns the graph of some steps one after the other: from pictures
// [N H W C], labels [N], places [steps batch] and rates [steps] to losses [steps].
// It is compiled anew for each number of steps.
func (m *Model) unrolled(o Options, batches int) (*model.Exec, error) {
	return model.NewExec(m.backend, m.store, func(s *model.Scope, in []*graph.Node) *graph.Node {
		x, y, places, rates := in[0], in[1], in[2], in[3]
		s.Store().SetTraining(x.Graph(), true)
		var losses []*graph.Node
		for i := range places.Shape().Dimensions[0] {
			place := graph.Reshape(graph.Slice(places, graph.AxisElem(i)), o.Batch, 1)
			rate := graph.Reshape(graph.Slice(rates, graph.AxisElem(i)))
			loss := m.step(s, o, batches, graph.Gather(x, place), graph.Gather(y, place), rate)
			losses = append(losses, graph.Reshape(loss, 1))
		}
		return graph.Concatenate(losses, 0)
	})
}

// step writes one step into a graph, from a batch of bytes [batch H W C] and its
// labels [batch] to the loss []. The new values of the variables are set.
func (m *Model) step(s *model.Scope, o Options, batches int, pixels, classes, rate *graph.Node) *graph.Node {
	g := pixels.Graph()
	pictures := o.Augment.build(s, m.scaled(pixels)) // [batch H W C]
	output := m.output(s, pictures)                  // [batch networks·classes] or [batch H·W·C]
	var loss *graph.Node                             // []
	if o.Reconstruct {
		loss = meanSquare(output, pictures)
	} else {
		labels := graph.OneHot(graph.ConvertDType(classes, dtypes.Int32), o.Classes, output.DType())
		if o.networks > 1 { // one row for each picture and network
			labels = graph.Reshape(graph.Concatenate(repeated(graph.ExpandAxes(labels, 1), o.networks), 1), -1, o.Classes)
			output = graph.Reshape(output, -1, o.Classes)
		}
		loss = crossEntropy(output, labels, o.Smoothing)
	}
	cost := loss
	if o.networks > 1 { // each network gets the gradient it has alone
		cost = graph.MulScalar(loss, float64(o.networks))
	}
	var list []*model.Variable
	var values []*graph.Node
	for v := range s.At(netScope).IterVariables() {
		if !v.Trainable {
			continue
		}
		w := v.NodeValue(g)
		list, values = append(list, v), append(values, w)
		if o.L2 > 0 && v.Name() == "weights" {
			// In two stages: the pure-Go backend adds one number after the other.
			squares := graph.ReduceAllSum(graph.ReduceSum(graph.Square(w), -1))
			cost = graph.Add(cost, graph.MulScalar(squares, o.L2/2/float64(batches)))
		}
	}
	count := random.Step(s)
	stepNode := count.NodeValue(g)
	for j, slope := range graph.Gradient(cost, values...) {
		state := s.At("optimizer").At("%d", j)
		w := lower.Written(func() *graph.Node { return o.Optimizer.Update(state, values[j], slope, rate, stepNode) })
		list[j].SetNodeValue(w)
		if o.Average > 0 {
			average := m.store.GetVariable(averageOf(list[j]))
			average.SetNodeValue(graph.Add(graph.MulScalar(average.NodeValue(g), o.Average), graph.MulScalar(w, 1-o.Average)))
		}
	}
	count.SetNodeValue(graph.AddScalar(stepNode, 1))
	return loss
}

func repeated(x *graph.Node, n int) []*graph.Node {
	list := make([]*graph.Node, n)
	for i := range list {
		list[i] = x
	}
	return list
}

// meanSquare returns the mean of (output - picture)² over the batch and all values of a
// picture. It goes in two stages: the pure-Go backend adds one number after the other.
func meanSquare(output, pictures *graph.Node) *graph.Node {
	difference := graph.Sub(output, graph.Reshape(pictures, output.Shape().Dimensions...))
	return graph.ReduceAllMean(graph.ReduceMean(graph.Square(difference), -1))
}

// crossEntropy returns the mean over the batch of -Σ target·log softmax(logits).
func crossEntropy(logits, targets *graph.Node, smoothing float64) *graph.Node {
	classes := float64(logits.Shape().Dimensions[1])
	if smoothing > 0 {
		targets = graph.AddScalar(graph.MulScalar(targets, 1-smoothing), smoothing/classes)
	}
	return graph.Neg(graph.ReduceAllMean(graph.ReduceSum(graph.Mul(targets, graph.LogSoftmax(logits)), -1)))
}
