package train

import (
	"fmt"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/lower"
)

// The loop is a graph that takes many steps: the step is compiled once, and what a
// call of a graph costs (about 0.3 ms, as much as several steps of a small network)
// is paid once for all of them.
//
// GoMLX v0.28.2 has three habits that the code below goes by. A constant or a
// reduction that was written into one function of a graph is taken from there in
// all others, which do not know it: so nothing but parameters and constants of
// their own stand outside the body. A body does not know the values
// around it: so everything it needs is handed on from turn to turn. And the
// variables must be there before: makeVariables.

// repeat writes a loop of count turns, an int32, into the graph. A turn gets its number
// and what the turn before handed on, beginning with state, and hands on as much; the
// variables of the model go with it. XLA copies none of what no turn changes.
func (m *Model) repeat(g *graph.Graph, count *graph.Node, state []*graph.Node, turn func(g *graph.Graph, i *graph.Node, state []*graph.Node) []*graph.Node) []*graph.Node {
	all := append([]*graph.Node{graph.Const(g, int32(0)), count}, state...)
	variables, first := m.variables(), len(all)
	for _, v := range variables {
		all = append(all, v.NodeValue(g))
	}
	parameters := func(g *graph.Graph) []*graph.Node {
		list := make([]*graph.Node, len(all))
		for i, n := range all {
			list[i] = graph.Parameter(g, fmt.Sprintf("state%d", i), n.Shape())
		}
		return list
	}
	body := graph.NewClosure(g, func(g *graph.Graph) []*graph.Node {
		p := parameters(g)
		for i, v := range variables {
			v.SetNodeValue(p[first+i])
		}
		next := []*graph.Node{graph.Add(p[0], graph.Const(g, int32(1))), p[1]}
		next = append(next, turn(g, p[0], p[2:first])...)
		for _, v := range variables {
			next = append(next, v.NodeValue(g))
		}
		return next
	})
	more := graph.NewClosure(g, func(g *graph.Graph) []*graph.Node {
		p := parameters(g)
		return []*graph.Node{graph.LessThan(p[0], p[1])}
	})
	end := graph.While(more, body, all...)
	for i, v := range variables {
		v.SetNodeValue(end[first+i])
	}
	return end[2:first]
}

// looped returns the graph of up to the given number of steps: from pictures [N H W C], labels
// [N], places [steps batch], rates [steps] and the number of steps to take, an int32,
// to losses [steps]. What lies behind that number is not looked at.
func (m *Model) looped(o Options, batches int) (*model.Exec, error) {
	return model.NewExec(m.backend, m.store, func(s *model.Scope, in []*graph.Node) *graph.Node {
		x, y, places, rates, count := in[0], in[1], in[2], in[3], in[4]
		g := x.Graph()
		s.Store().SetTraining(g, true)
		losses := graph.Const(g, make([]float32, places.Shape().Dimensions[0]))
		end := m.repeat(g, count, []*graph.Node{x, y, places, rates, losses}, func(g *graph.Graph, i *graph.Node, p []*graph.Node) []*graph.Node {
			x, y, places, rates, losses := p[0], p[1], p[2], p[3], p[4]
			place := graph.DynamicSlice(places, []*graph.Node{i, graph.Const(g, int32(0))}, []int{1, o.Batch})
			place = graph.Reshape(place, o.Batch, 1)
			rate := graph.Reshape(graph.DynamicSlice(rates, []*graph.Node{i}, []int{1}))
			loss := m.step(s, o, batches, graph.Gather(x, place), graph.Gather(y, place), rate)
			return []*graph.Node{x, y, places, rates, graph.DynamicUpdateSlice(losses, graph.Reshape(loss, 1), []*graph.Node{i})}
		})
		return end[4]
	})
}

// variables returns all variables of the store, in the order in which they were made.
func (m *Model) variables() []*model.Variable {
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
	err = lower.Guard("building "+m.Net.String(), func() error {
		g := graph.NewGraph(m.backend, "a sketch")
		defer g.Finalize()
		write(g)
		traits := lower.TraitsOf(m.backend)
		loops = traits.Compiles
		for _, n := range g.Nodes() {
			if n.Type() == graph.NodeTypeConvGeneral && traits.CPU {
				loops = false
			}
		}
		return nil
	})
	return loops, err
}
