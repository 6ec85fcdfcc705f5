package train

import (
	"fmt"

	"cnnbook/cnnlib"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// The loop is a graph that takes many steps: the step is compiled once, and what a
// call of a graph costs (about 0.3 ms, as much as several steps of a small network)
// is paid once for all of them.
//
// GoMLX v0.28.2 has three habits that the code below goes by. A constant or a
// reduction that was written into one function of a graph is taken from there in
// all others, where it is not known: so nothing but parameters and constants of
// their own stand outside the body. A body does not know the values
// around it: so everything it needs is handed on from turn to turn. And the
// variables must be there before: makeVariables.

// looped returns the graph of up to so many steps: from pictures [N H W C], labels
// [N], places [steps batch], rates [steps] and the number of steps to take, an int32,
// to losses [steps]. What lies behind that number is not looked at.
func (m *Model) looped(o Options, batches int) (*model.Exec, error) {
	return model.NewExec(m.backend, m.store, func(s *model.Scope, in []*graph.Node) *graph.Node {
		x, y, places, rates, count := in[0], in[1], in[2], in[3], in[4]
		g := x.Graph()
		s.Store().SetTraining(g, true)
		// What is handed on: the turn, how many there are, the inputs, the losses, and all
		// variables. XLA copies none of what no turn changes.
		state := []*graph.Node{graph.Const(g, int32(0)), count, x, y, places, rates, graph.Const(g, make([]float32, places.Shape().Dimensions[0]))}
		const turn, turns, pixels, labels, place, rate, losses = 0, 1, 2, 3, 4, 5, 6
		fixed := len(state)
		variables := m.stepVariables()
		for _, v := range variables {
			state = append(state, v.NodeValue(g))
		}
		parameters := func(g *graph.Graph) []*graph.Node {
			list := make([]*graph.Node, len(state))
			for i, n := range state {
				list[i] = graph.Parameter(g, fmt.Sprintf("state%d", i), n.Shape())
			}
			return list
		}
		body := graph.NewClosure(g, func(g *graph.Graph) []*graph.Node {
			p := parameters(g)
			for i, v := range variables {
				v.SetNodeValue(p[fixed+i])
			}
			zero := graph.Const(g, int32(0))
			where := graph.Reshape(graph.DynamicSlice(p[place], []*graph.Node{p[turn], zero}, []int{1, o.Batch}), o.Batch, 1)
			picture, label := graph.Gather(p[pixels], where), graph.Gather(p[labels], where)
			loss := m.step(s, o, batches, picture, label, graph.Reshape(graph.DynamicSlice(p[rate], []*graph.Node{p[turn]}, []int{1})))

			next := append([]*graph.Node{}, p...)
			next[turn] = graph.Add(p[turn], graph.Const(g, int32(1)))
			next[losses] = graph.DynamicUpdateSlice(p[losses], graph.Reshape(loss, 1), []*graph.Node{p[turn]})
			for i, v := range variables {
				next[fixed+i] = v.NodeValue(g)
			}
			return next
		})
		more := graph.NewClosure(g, func(g *graph.Graph) []*graph.Node {
			p := parameters(g)
			return []*graph.Node{graph.LessThan(p[turn], p[turns])}
		})
		end := graph.While(more, body, state...)
		for i, v := range variables {
			v.SetNodeValue(end[fixed+i])
		}
		return end[losses]
	})
}

// stepVariables returns the variables that a step reads or changes.
func (m *Model) stepVariables() []*model.Variable {
	var list []*model.Variable
	for v := range m.store.IterVariables() {
		list = append(list, v)
	}
	return list
}

// makeVariables writes a step into a graph that is thrown away. That makes the
// variables of the optimizer, and tells whether the step can be looped.
func (m *Model) makeVariables(o Options, batches int) (loops bool, err error) {
	return m.sketch(func(g *graph.Graph) {
		m.store.SetTraining(g, true)
		pixels := graph.Parameter(g, "pixels", shapes.Make(dtypes.Uint8, append([]int{o.Batch}, m.In...)...))
		labels := graph.Parameter(g, "labels", shapes.Make(dtypes.Uint8, o.Batch))
		m.step(m.store.RootScope(), o, batches, pixels, labels, graph.Parameter(g, "rate", shapes.Make(dtypes.Float32)))
	})
}

// sketch writes into a graph that is thrown away and tells whether what was written can
// be looped: the pure-Go backend cannot do it at all, and XLA's convolutions run on one
// core, many times slower, in a loop on the processor.
func (m *Model) sketch(write func(g *graph.Graph)) (loops bool, err error) {
	err = cnnlib.Guard("building "+m.Net.String(), func() error {
		g := graph.NewGraph(m.backend, "a sketch")
		defer g.Finalize()
		write(g)
		loops = m.backend.Name() == "xla"
		for _, n := range g.Nodes() {
			if n.Type() == graph.NodeTypeConvGeneral && cnnlib.OnCPU(m.backend) {
				loops = false
			}
		}
		return nil
	})
	return loops, err
}
