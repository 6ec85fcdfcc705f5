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

// A form says what is returned of the network's results.
type form int

const (
	asNumbers form = iota // all, float32 [N outputs]
	asClasses             // the place of the largest, the first of equals, uint8 [N]: what Predict needs, and 40 times fewer bytes
)

type result interface{ float32 | uint8 }

// of writes the form of the network's outputs [N outputs] into the graph.
func (f form) of(outputs *graph.Node) *graph.Node {
	if f == asNumbers {
		return outputs
	}
	return graph.ArgMax(outputs, 1, dtypes.Uint8)
}

// An asker is a graph that runs the network on many batches of pictures in one call, since
// the call itself costs 0.3 ms: it loops, turn after turn. The batches of a turn stand
// abreast in the graph: none waits for another one, so that each core has work while the
// other one is at something that cannot be shared. That is also why XLA's own
// convolutions, which run on one core in a loop, lose nothing here. Newer XLA is faster yet
// with a single turn of many batches (straight).
type asker struct {
	m       *Model
	exec    *model.Exec
	form    form
	batch   int
	abreast int  // batches of a turn
	turns   int  // that a call has room for
	loops   bool // else there is one turn of one batch
	exact   bool // the graph is made for as many pictures as there are
}

// How many pictures go into a call: those that come from Go, and those that are on the
// device already, where only places come and only classes go back. And how many batches
// stand abreast: 16 are a third faster than 4 where the network is small, but take up to a
// second to compile, which is for pictures that are asked about again. More than so many
// bytes of results leave the cache: then fewer are as fast (`go run . bench infer`).
const (
	callOf        = 2000
	callLoaded    = 8000
	abreastOf     = 4
	abreastLoaded = 16
	turnBytes     = 64 << 20
)

// The same of a call without a loop. 80 batches take XLA up to two seconds to compile; 20 are
// a tenth slower, and 160 hardly faster. A network of many variables, and so of many layers,
// gets fewer, for the sake of the compiler. Of the bytes of results Fused writes only a part.
const (
	abreastStraight   = 80
	straightVariables = 800 // of all batches together; drop of `go run . bench` has 10
	straightBytes     = 600 << 20
)

// straightFrom was measured with plugins of versions 0.81 and 0.106, where a loop is as fast or
// faster, and 0.115, where it is slower by 5 to 25 % (`go run . bench infer`).
const straightFrom = 115

// straight says that many batches are best answered without a loop.
func (m *Model) straight() bool {
	traits := lower.TraitsOf(m.backend)
	return traits.Compiles && traits.CPU && traits.PJRTMinor >= straightFrom
}

// abreastStraight is how many batches may stand abreast without a loop, for the sake of the
// compiler.
func (m *Model) abreastStraight() int {
	most, variables := abreastStraight, 0
	for range m.store.RootScope().At(netScope).IterVariables() {
		variables++
	}
	for most > 1 && most*variables > straightVariables {
		most /= 2
	}
	return most
}

// A source is where an asker's pictures come from.
type source int

const (
	fromGo source = iota
	loaded
	loadedMany // fill a call without a loop
	loadedFew  // no more than one batch
)

type askerKey struct {
	batch int
	form  form
	from  source
}

// side returns how many batches may stand abreast, at most that many: halved until the
// results of all layers are no more than so many bytes.
func (m *Model) side(batch, most, bytes int) (int, error) {
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

// compiles says that the backend compiles graphs, which takes its time, and can loop. The
// pure-Go one does neither: there a call costs little, and graphs of any size are made
// at once.
func (m *Model) compiles() bool { return lower.TraitsOf(m.backend).Compiles }

// asker returns the graph for batches of that size. It is made once.
func (m *Model) asker(batch int, f form, from source) (a *asker, err error) {
	if !m.compiles() {
		from = loadedFew
	}
	key := askerKey{batch, f, from}
	if a := m.askers[key]; a != nil {
		return a, nil
	}
	a = &asker{m: m, form: f, batch: batch, loops: from == fromGo || from == loaded, exact: !m.compiles()}
	most, bytes, call := 1, turnBytes, 0 // a call of no pictures has one turn
	switch from {
	case fromGo:
		most, call = abreastOf, callOf
	case loaded:
		most, call = abreastLoaded, callLoaded
	case loadedMany:
		most, bytes = m.abreastStraight(), straightBytes
	}
	if a.abreast, err = m.side(batch, most, bytes); err != nil {
		return nil, err
	}
	a.turns = max(1, call/(a.abreast*batch))
	a.exec, err = model.NewExec(m.backend, m.store, func(s *model.Scope, in []*graph.Node) *graph.Node {
		return lower.With(m.store, lower.Forward(m.backend), func() *graph.Node { return a.build(s, in) })
	})
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	a.exec.SetMaxCache(-1) // GoMLX refuses to make graphs of more than 32 sizes: of sets of pictures, or where exact
	if m.askers == nil {
		m.askers = map[askerKey]*asker{}
	}
	m.askers[key] = a
	return a, nil
}

// room is how many pictures a call has room for.
func (a *asker) room() int { return a.turns * a.abreast * a.batch }

// build writes the graph: from pixels [M H W C], places [batches batch] and, with a loop,
// the number of turns to results [batches·batch outputs] or [batches·batch].
func (a *asker) build(s *model.Scope, in []*graph.Node) *graph.Node {
	x, places := in[0], in[1]
	if !a.loops {
		return a.turn(s, x, places)
	}
	g, m := x.Graph(), a.m
	var before []*graph.Node
	for _, v := range m.variables() {
		before = append(before, v.NodeValue(g))
	}
	shape := shapes.Make(dtypes.Uint8, a.turns*a.abreast*a.batch)
	if a.form == asNumbers {
		width, err := m.width()
		if err != nil {
			panic(err)
		}
		shape = shapes.Make(dtypes.Float32, shape.Dimensions[0], width)
	}
	results := graph.Const(g, tensors.FromShape(shape))
	end := m.repeat(g, in[2], []*graph.Node{x, places, results}, func(g *graph.Graph, i *graph.Node, p []*graph.Node) []*graph.Node {
		x, places, results, zero := p[0], p[1], p[2], graph.Const(g, int32(0))
		from := graph.Mul(i, graph.Const(g, int32(a.abreast)))
		here := graph.DynamicSlice(places, []*graph.Node{from, zero}, []int{a.abreast, a.batch})
		at := []*graph.Node{graph.Mul(from, graph.Const(g, int32(a.batch))), zero}
		return []*graph.Node{x, places, graph.DynamicUpdateSlice(results, a.turn(s, x, here), at[:results.Rank()])}
	})
	for i, v := range m.variables() { // the loop has changed none: so none is written back
		v.SetNodeValue(before[i])
	}
	return end[2]
}

// turn writes the batches of one turn: places [abreast batch].
func (a *asker) turn(s *model.Scope, x, places *graph.Node) *graph.Node {
	all := make([]*graph.Node, places.Shape().Dimensions[0])
	for i := range all {
		place := graph.Reshape(graph.Slice(places, graph.AxisElem(i)), -1, 1)
		all[i] = a.form.of(a.m.output(s, a.m.scaled(graph.Gather(x, place))))
	}
	return graph.Concatenate(all, 0)
}

// ask appends to all what the network gives for the pictures at these places of x, which
// stays on the device.
func ask[T result](a *asker, x *tensors.Tensor, places []int32, all []T) ([]T, error) {
	turn := a.abreast * a.batch
	for len(places) > 0 {
		room, batch := a.room(), a.batch
		n := min(room, len(places))
		if a.exact {
			room, batch = n, n
		}
		part := make([]int32, room) // what comes of the places behind the last is cut off
		copy(part, places[:n])
		inputs := []*tensors.Tensor{tensors.FromFlatDataAndDimensions(part, room/batch, batch)}
		if a.loops {
			inputs = append(inputs, tensors.FromScalar(int32((n+turn-1)/turn)))
		}
		err := a.m.call(a.exec, func(flat any) {
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
