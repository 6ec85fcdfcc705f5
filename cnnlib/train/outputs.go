package train

import (
	"fmt"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// How many pictures the network sees at once when it is used, and how many go into a
// call of the loop over such batches. Larger batches leave the cache of a core; without
// a loop they save calls. To compile the loop takes a second, so that it is for many
// pictures, or where a reader has set the batch.
const (
	usedBatch  = 50
	aloneBatch = 500
	callOf     = 2000 // the call itself costs 0.3 ms
	loopFrom   = 1000
)

// outputs returns the results of the network for every picture.
func (m *Model) outputs(images *data.Images) ([][]float32, error) {
	if err := m.accepts(images); err != nil {
		return nil, err
	}
	batch := m.Batch
	if batch == 0 {
		batch = usedBatch
	}
	if batch < 1 {
		return nil, fmt.Errorf("train: Batch is %d, want at least 1, or 0 for %d", batch, usedBatch)
	}
	if images.N >= loopFrom || m.Batch > 0 && images.N > batch {
		loop, err := m.loopOver(batch)
		if err != nil {
			return nil, err
		}
		if loop != nil {
			return m.callLoop(loop, images, batch)
		}
	}
	if m.Batch == 0 {
		batch = aloneBatch
	}
	all := make([][]float32, 0, images.N)
	size := m.In.Size()
	for first := 0; first < images.N; first += batch {
		n := min(batch, images.N-first)
		x := tensors.FromFlatDataAndDimensions(images.Pixels[first*size:(first+n)*size], append([]int{n}, m.In...)...)
		rows, err := m.call(m.predict, x)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// call runs a graph whose result is [N outputs].
func (m *Model) call(exec *model.Exec, inputs ...any) (rows [][]float32, err error) {
	err = cnnlib.Guard("running "+m.Net.String(), func() error {
		results, err := exec.Call(inputs...)
		if err != nil {
			return err
		}
		rows = results[0].Value().([][]float32)
		for _, t := range append(results, tensorsOf(inputs)...) { // otherwise their memory waits for the garbage collector
			if err := t.FinalizeAll(); err != nil {
				return err
			}
		}
		return nil
	})
	return rows, err
}

func tensorsOf(inputs []any) (list []*tensors.Tensor) {
	for _, input := range inputs {
		if t, ok := input.(*tensors.Tensor); ok {
			list = append(list, t)
		}
	}
	return list
}

// callLoop gives all pictures to the loop, callOf at a time.
func (m *Model) callLoop(loop *model.Exec, images *data.Images, batch int) ([][]float32, error) {
	all := make([][]float32, 0, images.N)
	size, room := m.In.Size(), loopBatches(batch)*batch
	for first := 0; first < images.N; first += room {
		n := min(room, images.N-first)
		pixels := make([]uint8, room*size) // zeros behind the last picture; what comes of them is cut off
		copy(pixels, images.Pixels[first*size:(first+n)*size])
		x := tensors.FromFlatDataAndDimensions(pixels, append([]int{room}, m.In...)...)
		rows, err := m.call(loop, x, tensors.FromScalar(int32((n+batch-1)/batch)))
		if err != nil {
			return nil, err
		}
		all = append(all, rows[:n]...)
	}
	return all, nil
}

// loopBatches is how many batches a call has room for.
func loopBatches(batch int) int { return max(1, callOf/batch) }

// loopOver returns the graph that runs the network on batch after batch, or nil where
// the backend cannot loop over it (sketch). It is made once.
func (m *Model) loopOver(batch int) (*model.Exec, error) {
	if m.loops == nil {
		loops, err := m.sketch(func(g *graph.Graph) {
			m.output(m.store.RootScope(), m.scaled(graph.Parameter(g, "pixels", shapes.Make(dtypes.Uint8, append([]int{batch}, m.In...)...))))
		})
		if err != nil {
			return nil, err
		}
		m.loops = &loops
	}
	if !*m.loops {
		return nil, nil
	}
	if exec := m.overBatches[batch]; exec != nil {
		return exec, nil
	}
	exec, err := model.NewExec(m.backend, m.store, func(s *model.Scope, in []*graph.Node) *graph.Node {
		return m.overAll(s, in[0], in[1], batch)
	})
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	if m.overBatches == nil {
		m.overBatches = map[int]*model.Exec{}
	}
	m.overBatches[batch] = exec
	return exec, nil
}

// overAll writes the loop: pixels [N H W C] and the number of batches to results
// [N outputs].
func (m *Model) overAll(s *model.Scope, pixels, count *graph.Node, batch int) *graph.Node {
	g := pixels.Graph()
	out, err := m.Net.OutShape(m.In)
	if err != nil {
		panic(err)
	}
	results := graph.Const(g, tensors.FromShape(shapes.Make(dtypes.Float32, pixels.Shape().Dimensions[0], out.Size())))
	end := m.repeat(g, count, []*graph.Node{pixels, results}, func(g *graph.Graph, i *graph.Node, p []*graph.Node) []*graph.Node {
		pixels, results, zero := p[0], p[1], graph.Const(g, int32(0))
		from := graph.Mul(i, graph.Const(g, int32(batch)))
		x := graph.DynamicSlice(pixels, []*graph.Node{from, zero, zero, zero}, append([]int{batch}, m.In...))
		return []*graph.Node{pixels, graph.DynamicUpdateSlice(results, m.output(s, m.scaled(x)), []*graph.Node{from, zero})}
	})
	return end[1]
}
