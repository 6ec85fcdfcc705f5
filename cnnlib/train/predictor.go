package train

import (
	"fmt"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/lower"
)

// outputKind says what is returned of the network's results.
type outputKind int

const (
	asNumbers outputKind = iota // all, float32 [N outputs]
	asClasses                   // the place of the largest, the first of equals, uint8 [N]: what Predict needs, and 40 times fewer bytes
)

type result interface{ float32 | uint8 }

// of writes this kind of output into the graph, from the network's results [N outputs].
func (k outputKind) of(outputs *graph.Node) *graph.Node {
	if k == asNumbers {
		return outputs
	}
	return graph.ArgMax(outputs, 1, dtypes.Uint8)
}

// predictor is a graph that runs the network on many batches of pictures in one call, since
// a call costs 0.3 ms: it loops, turn after turn. The batches of one turn are independent, so
// XLA can run them in parallel: each core has work while another one is at something that
// cannot be shared. That is also why XLA's own convolutions, which run on one core in a
// loop, lose nothing here. Newer XLA is even faster with a single turn of many batches
// (answersUnrolled).
type predictor struct {
	m        *Model
	exec     *model.Exec
	output   outputKind
	batch    int
	parallel int  // batches of a turn
	turns    int  // that a call has room for
	loops    bool // if false there is one turn
	exact    bool // the graph is made for as many pictures as there are
}

// Pictures of a call that come from Go, and of one for pictures on the device, which takes
// only places and returns only classes. Then the batches that run in parallel: 16 are a third
// faster than 4 if the network is small, but take up to a second to compile, which pays for
// pictures that are used again. Last the bytes of results that stay in the cache: beyond them
// fewer batches are as fast (`go run . bench infer`).
const (
	callGo         = 2000
	callLoaded     = 8000
	parallelGo     = 4
	parallelLoaded = 16
	turnBytes      = 64 << 20
)

// The same for a call without a loop. 80 batches take XLA up to two seconds to compile; 20 are
// a tenth slower, and 160 hardly faster. A network of many variables, and so of many layers,
// gets fewer, for the sake of the compiler. Of the bytes of results lower.Fused writes only a
// part.
const (
	parallelUnrolled  = 80
	unrolledVariables = 800 // of all batches together; drop of `go run . bench` has 10
	unrolledBytes     = 600 << 20
)

// unrolledFrom was measured with plugins of versions 0.81 and 0.106, with which a loop is as fast
// or faster, and 0.115, with which it is slower by 5 to 25 % (`go run . bench infer`).
const unrolledFrom = 115

// answersUnrolled tells whether many batches are best answered without a loop.
func (m *Model) answersUnrolled() bool {
	traits := lower.TraitsOf(m.backend)
	return traits.Compiles && traits.CPU && traits.PJRTMinor >= unrolledFrom
}

// unrolledBatches returns how many batches a call without a loop may have, for the sake of the
// compiler.
func (m *Model) unrolledBatches() int {
	most, variables := parallelUnrolled, 0
	for range m.store.RootScope().At(netScope).IterVariables() {
		variables++
	}
	for most > 1 && most*variables > unrolledVariables {
		most /= 2
	}
	return most
}

// inputKind says where a predictor's pictures come from.
type inputKind int

const (
	fromGo inputKind = iota
	loaded
	loadedMany // they fill a call without a loop
	loadedFew  // no more than one batch
)

type predictorKey struct {
	batch  int
	output outputKind
	input  inputKind
}

// batchesPerTurn returns how many batches may run in parallel: at most that many, halved
// until the results of all layers take no more than that many bytes.
func (m *Model) batchesPerTurn(batch, most, bytes int) (int, error) {
	layers, ok := m.Net.(cnnlib.Sequential)
	if !ok {
		layers = cnnlib.Sequential{m.Net}
	}
	values, shape := 0, m.In
	for _, layer := range layers {
		var err error
		if shape, err = layer.OutShape(shape); err != nil {
			return 0, err
		}
		values += shape.Size()
	}
	for most > 1 && most*batch*values*4 > bytes { // 4 bytes a number
		most /= 2
	}
	return most, nil
}

// compiles tells whether the backend compiles graphs, which takes its time, and can loop. The
// pure-Go one does neither: there a call costs little, and graphs of any size are made
// at once.
func (m *Model) compiles() bool { return lower.TraitsOf(m.backend).Compiles }

// predictor returns the graph for batches of that size. It is made once.
func (m *Model) predictor(batch int, output outputKind, input inputKind) (p *predictor, err error) {
	if !m.compiles() {
		input = loadedFew
	}
	key := predictorKey{batch, output, input}
	if p := m.predictors[key]; p != nil {
		return p, nil
	}
	p = &predictor{m: m, output: output, batch: batch, loops: input == fromGo || input == loaded, exact: !m.compiles()}
	most, bytes, call := 1, turnBytes, 0 // a call of no pictures has one turn
	switch input {
	case fromGo:
		most, call = parallelGo, callGo
	case loaded:
		most, call = parallelLoaded, callLoaded
	case loadedMany:
		most, bytes = m.unrolledBatches(), unrolledBytes
	}
	if p.parallel, err = m.batchesPerTurn(batch, most, bytes); err != nil {
		return nil, err
	}
	p.turns = max(1, call/(p.parallel*batch))
	p.exec, err = model.NewExec(m.backend, m.store, func(s *model.Scope, in []*graph.Node) *graph.Node {
		return lower.With(m.store, lower.Forward(m.backend), func() *graph.Node { return p.build(s, in) })
	})
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	p.exec.SetMaxCache(-1) // GoMLX refuses to make graphs of more than 32 sizes: of sets of pictures, or if exact
	if m.predictors == nil {
		m.predictors = map[predictorKey]*predictor{}
	}
	m.predictors[key] = p
	return p, nil
}

// room is how many pictures a call has room for.
func (p *predictor) room() int { return p.turns * p.parallel * p.batch }

// build writes the graph: from pixels [M H W C], places [batches batch] and, with a loop,
// the number of turns to results [batches·batch outputs] or [batches·batch].
func (p *predictor) build(s *model.Scope, in []*graph.Node) *graph.Node {
	x, places := in[0], in[1]
	if !p.loops {
		return p.turn(s, x, places)
	}
	g, m := x.Graph(), p.m
	var before []*graph.Node
	for _, v := range m.variables() {
		before = append(before, v.NodeValue(g))
	}
	shape := shapes.Make(dtypes.Uint8, p.turns*p.parallel*p.batch)
	if p.output == asNumbers {
		width, err := m.width()
		if err != nil {
			panic(err)
		}
		shape = shapes.Make(dtypes.Float32, shape.Dimensions[0], width)
	}
	results := graph.Const(g, tensors.FromShape(shape))
	end := m.repeat(g, in[2], []*graph.Node{x, places, results}, func(g *graph.Graph, i *graph.Node, state []*graph.Node) []*graph.Node {
		x, places, results, zero := state[0], state[1], state[2], graph.Const(g, int32(0))
		from := graph.Mul(i, graph.Const(g, int32(p.parallel)))
		here := graph.DynamicSlice(places, []*graph.Node{from, zero}, []int{p.parallel, p.batch})
		at := []*graph.Node{graph.Mul(from, graph.Const(g, int32(p.batch))), zero}
		return []*graph.Node{x, places, graph.DynamicUpdateSlice(results, p.turn(s, x, here), at[:results.Rank()])}
	})
	for i, v := range m.variables() { // the loop has changed none: so none is written back
		v.SetNodeValue(before[i])
	}
	return end[2]
}

// turn writes the batches of one turn: places [parallel batch].
func (p *predictor) turn(s *model.Scope, x, places *graph.Node) *graph.Node {
	all := make([]*graph.Node, places.Shape().Dimensions[0])
	for i := range all {
		place := graph.Reshape(graph.Slice(places, graph.AxisElem(i)), -1, 1)
		all[i] = p.output.of(p.m.output(s, p.m.scaled(graph.Gather(x, place))))
	}
	return graph.Concatenate(all, 0)
}

// predict appends to all what the network gives for the pictures at these places of x, which
// stays on the device.
func predict[T result](p *predictor, x *tensors.Tensor, places []int32, all []T) ([]T, error) {
	turn := p.parallel * p.batch
	for len(places) > 0 {
		room, batch := p.room(), p.batch
		n := min(room, len(places))
		if p.exact {
			room, batch = n, n
		}
		part := make([]int32, room) // what comes of the places behind the last is cut off
		copy(part, places[:n])
		inputs := []*tensors.Tensor{tensors.FromFlatDataAndDimensions(part, room/batch, batch)}
		if p.loops {
			inputs = append(inputs, tensors.FromScalar(int32((n+turn-1)/turn)))
		}
		err := p.m.call(p.exec, func(flat any) {
			got := flat.([]T)
			all = append(all, got[:n*len(got)/room]...)
		}, x, inputs...)
		if err != nil {
			return nil, err
		}
		places = places[n:]
	}
	return all, nil
}
