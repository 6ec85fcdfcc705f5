package train

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"runtime"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/lower"
	"cnnbook/internal/atomicfile"
	"cnnbook/internal/home"
)

// Measured is what Tune found out about one convolution.
type Measured struct {
	Work     string             `json:"work"`     // lower.Work, and whether its input has a gradient
	Lowering string             `json:"lowering"` // the fastest
	Seconds  map[string]float64 `json:"seconds"`  // a training step of this convolution alone, by lowering
}

// Tune measures, for each convolution of a network that is trained with these options,
// which lowering is fastest on the backend, keeps the answers in the file
// .cnnbook/lowerings.json, and returns them in the order of the network. What is known
// there is not measured again: delete the file to do so. in is the shape [H W C] of a
// picture.
//
// A run of tuneFrom steps or more tunes by itself.
func Tune(ctx context.Context, backend compute.Backend, net cnnlib.Layer, in cnnlib.Shape, options Options) ([]Measured, error) {
	if ctx == nil {
		return nil, errContext
	}
	if backend == nil || net == nil {
		return nil, errNothing
	}
	o := options.filled()
	if out, err := net.OutShape(in); err == nil && !o.Reconstruct && options.Classes == 0 {
		o.Classes = out.Size()
	}
	m, err := newModel(backend, net, in, o.Classes, o.White, o.Seed)
	if err != nil {
		return nil, err
	}
	works, err := m.works(o)
	if err != nil {
		return nil, err
	}
	known := readLowerings(backend)
	var list []Measured
	for _, w := range works {
		found, ok := known[w.key()]
		if !ok {
			if found, err = w.measure(ctx, backend); err != nil {
				return list, err
			}
			if err := keepLowering(backend, found); err != nil {
				return list, err
			}
			known[found.Work] = found
		}
		list = append(list, found)
	}
	return list, nil
}

// tuneFrom is the number of steps of a run that tunes by itself: tuning takes a second
// or two a convolution, such a run minutes.
const tuneFrom = 100_000

// lowerings returns the choice for a run: that of the options, or what is known of this
// machine; a long run finds out first.
func (m *Model) lowerings(ctx context.Context, o Options, batches int) (func(work) lower.Lowering, error) {
	if o.Lowerings != nil {
		return func(w work) lower.Lowering { return o.Lowerings(w.Work) }, nil
	}
	if o.Devices == 1 && o.networks == 1 && o.Epochs*batches >= tuneFrom {
		if _, err := Tune(ctx, m.backend, m.Net, m.In, o); err != nil {
			return nil, err
		}
	}
	known := readLowerings(m.backend)
	return func(w work) lower.Lowering {
		l, _ := lower.Parse(known[w.key()].Lowering) // Auto if nothing is known
		return l
	}, nil
}

// work is a convolution of a network, and whether its input has a gradient.
type work struct {
	lower.Work
	inner bool
}

// workOf tells whether the input has a gradient: the pictures have none. Where another
// layer gets the shape of a picture it is taken for the first, which only makes the
// guess worse.
func (m *Model) workOf(w lower.Work) work { return work{w, !m.In.Equal(shapeOf(w))} }

// shapeOf returns the shape of one input.
func shapeOf(w lower.Work) cnnlib.Shape { return cnnlib.Shape{w.Rows.In, w.Cols.In, w.In} }

func (w work) key() string {
	if w.inner {
		return w.String() + ", with the gradient by the input"
	}
	return w.String()
}

// works writes a step into a graph that is thrown away, and lists the convolutions that
// can be written in more than one way.
func (m *Model) works(o Options) (list []work, err error) {
	seen := map[string]bool{}
	lower.Set(m.store, func(w lower.Work) lower.Lowering {
		next := m.workOf(w)
		if key := next.key(); !seen[key] && len(w.Lowerings()) > 1 {
			seen[key] = true
			list = append(list, next)
		}
		return lower.Auto
	})
	_, err = m.makeVariables(o, 1)
	return list, err
}

// measure times a training step of the convolution alone, in each lowering.
func (w work) measure(ctx context.Context, backend compute.Backend) (Measured, error) {
	found := Measured{Work: w.key(), Seconds: map[string]float64{}}
	best := math.Inf(1)
	list := w.LoweringsOn(backend)
	for i := len(list) - 1; i >= 0; i-- { // the likeliest first, so that hopeless ones are given up early
		if err := ctx.Err(); err != nil {
			return found, fmt.Errorf("train: stopped while lowerings were measured: %w", err)
		}
		seconds, err := w.time(backend, list[i], best)
		if err != nil {
			return found, err
		}
		found.Seconds[list[i].String()] = seconds
		if seconds < best {
			best, found.Lowering = seconds, list[i].String()
		}
	}
	return found, nil
}

// time trains a network of the convolution and ten units behind it for some steps, the
// same way a run does, and returns the seconds of a step.
func (w work) time(backend compute.Backend, l lower.Lowering, best float64) (seconds float64, err error) {
	var net cnnlib.Sequential
	if w.inner {
		net = append(net, scale{})
	}
	net = append(net, w.Layers.(cnnlib.Sequential)...)
	in := shapeOf(w.Work)
	net = append(net, cnnlib.Flatten{}, cnnlib.Dense{Units: 10, Init: cnnlib.Zeros{}})
	images := &data.Images{N: 2 * w.Batch, H: in[0], W: in[1], C: in[2]}
	images.Pixels, images.Labels = make([]uint8, images.N*in.Size()), make([]uint8, images.N)
	for i := range images.Pixels {
		images.Pixels[i] = uint8(i * 37) // any numbers that are not all equal
	}
	o := Options{Batch: w.Batch, Lowerings: lower.Force(l)}.filled()
	m, err := newModel(backend, net, in, o.Classes, o.White, 0)
	if err != nil {
		return 0, err
	}
	r, err := newRun(context.Background(), m, images, o)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	places := make([]int32, max(r.pace.most, 1)*w.Batch) // the first picture, again and again
	call := func(steps int) (float64, error) {
		start := time.Now()
		_, err := r.call(places, 1, 0, steps)
		return time.Since(start).Seconds() / float64(steps), err
	}
	if _, err := call(1); err != nil { // compiles
		return 0, err
	}
	once, err := call(1)
	if err != nil || once > hopeless*best {
		return once, err
	}
	steps := max(1, min(r.pace.most, int(tuneTime.Seconds()/once)))
	seconds = math.Inf(1)
	for range tuneTimes {
		each, err := call(steps)
		if err != nil {
			return 0, err
		}
		seconds = min(seconds, each) // other programs only make it longer
	}
	return seconds, nil
}

const (
	tuneTime  = 50 * time.Millisecond // of a call: a thousand times what the clock can tell
	tuneTimes = 4
	hopeless  = 10 // times slower than the best so far in its first call: not measured further
)

// scale multiplies its input by a variable, so that the layer behind it needs its
// gradient by the input.
type scale struct{}

func (scale) OutShape(in cnnlib.Shape) (cnnlib.Shape, error) { return in, nil }
func (scale) Params(cnnlib.Shape) int                        { return 1 }
func (scale) MACs(in cnnlib.Shape) int                       { return in.Size() }
func (scale) String() string                                 { return "scale{}" }
func (scale) Build(s *model.Scope, x *graph.Node) *graph.Node {
	v := s.GetVariable("weights")
	if v == nil {
		one := tensors.FromShape(shapes.Make(x.DType()))
		one.MustMutableFlatData(func(flat any) { flat.([]float32)[0] = 1 })
		v = s.VariableWithValue("weights", one)
	}
	return graph.Mul(x, v.NodeValue(x.Graph()))
}

// loweringsFile holds what was measured, by engine and then by work.
func loweringsFile() (string, error) { return home.Folder("lowerings.json") }

// engineKey names what else the speed depends on: the backend with its version, the
// number of cores it may use, and whether the pure-Go one was built with SIMD.
func engineKey(backend compute.Backend) string {
	key := fmt.Sprintf("%s on %d cores, %s", backend.Description(), runtime.NumCPU(), runtime.GOARCH)
	if lower.SIMD && !lower.TraitsOf(backend).Compiles {
		key += " with SIMD"
	}
	return key
}

func readAllLowerings() map[string]map[string]Measured {
	all := map[string]map[string]Measured{}
	path, err := loweringsFile()
	if err != nil {
		return all
	}
	content, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(content, &all) != nil {
		return map[string]map[string]Measured{} // missing or damaged: nothing is known
	}
	return all
}

// readLowerings returns what is known for a backend.
func readLowerings(backend compute.Backend) map[string]Measured {
	known := readAllLowerings()[engineKey(backend)]
	if known == nil {
		known = map[string]Measured{}
	}
	return known
}

// keepLowering adds a measurement to the file. Of two programs that write at once one
// may be lost; it is measured again.
func keepLowering(backend compute.Backend, found Measured) error {
	path, err := loweringsFile()
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	all, key := readAllLowerings(), engineKey(backend)
	if all[key] == nil {
		all[key] = map[string]Measured{}
	}
	all[key][found.Work] = found
	text, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	if err := atomicfile.Write(path, append(text, '\n'), fs.FileMode(0o644)); err != nil {
		return fmt.Errorf("train: keeping what was measured: %w: free some space, or delete the file", err)
	}
	return nil
}
