package train

import (
	"fmt"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/lower"
	"cnnbook/cnnlib/random"
)

// Model is a network with its weights, on a backend.
type Model struct {
	Net     cnnlib.Layer
	In      cnnlib.Shape // [H W C] of a picture
	Classes int          // 0 if the network reconstructs its input
	History []Epoch      // one entry for each whole epoch
	Skipped []error      // damaged checkpoints that Run passed over
	Batch   int          // pictures that the network sees at once when it is used; 0 means 50. It changes results by rounding only

	white      float64
	backend    compute.Backend
	store      *model.Store
	alone      map[outputKind]*model.Exec  // of one batch, from pictures [batch H W C]
	predictors map[predictorKey]*predictor // of many batches
}

// netScope is where the variables of the network are in the store.
const netScope = "net"

// newModel makes the weights that training starts from. No classes mean a network that
// reconstructs its input.
func newModel(backend compute.Backend, net cnnlib.Layer, in cnnlib.Shape, classes int, white float64, seed int64) (*Model, error) {
	out, err := net.OutShape(in)
	if err != nil {
		return nil, err
	}
	if classes == 0 && !out.Equal(in) {
		return nil, fmt.Errorf("train: the network makes %v of %v, and a reconstruction must have the shape of the picture: change the layers that set the size", out, in)
	}
	if classes > 0 && out.Size() != classes {
		return nil, fmt.Errorf("train: the network gives %v, which are %d numbers, for %d classes: end it with one number for each class", out, out.Size(), classes)
	}
	m := &Model{Net: net, In: in, Classes: classes, white: white, backend: backend, store: model.NewStore()}
	random.SetSeed(m.store, seed)
	m.alone = map[outputKind]*model.Exec{}
	for _, output := range []outputKind{asNumbers, asClasses} {
		exec, err := model.NewExec(backend, m.store, func(s *model.Scope, x *graph.Node) *graph.Node {
			return lower.With(m.store, lower.Once(backend), func() *graph.Node { return output.of(m.output(s, m.scaled(x))) })
		})
		if err != nil {
			return nil, fmt.Errorf("train: %w", err)
		}
		m.alone[output] = exec.SetMaxCache(-1) // GoMLX refuses to make graphs of more than 32 sizes
	}
	return m, m.build()
}

// build compiles the network once for a single picture, which makes its variables.
func (m *Model) build() error {
	return lower.Guard("building "+m.Net.String(), func() error {
		_, err := m.alone[asNumbers].Compile(shapes.Make(dtypes.Uint8, append([]int{1}, m.In...)...))
		return err
	})
}

// trains says that the network has variables that training changes.
func (m *Model) trains() bool {
	for v := range m.store.RootScope().At(netScope).IterVariables() {
		if v.Trainable {
			return true
		}
	}
	return false
}

// scaled returns bytes as numbers from 0 to 1.
func (m *Model) scaled(x *graph.Node) *graph.Node {
	return graph.DivScalar(graph.ConvertDType(x, dtypes.Float32), m.white)
}

// reconstructs says that the network gives pictures, not classes.
func (m *Model) reconstructs() bool { return m.Classes == 0 }

// output returns logits [batch classes], or the values of pictures [batch H·W·C], for
// scaled pictures [batch H W C].
func (m *Model) output(s *model.Scope, x *graph.Node) *graph.Node {
	y := lower.Written(func() *graph.Node { return m.Net.Build(s.At(netScope), x) })
	return graph.Reshape(y, x.Shape().Dimensions[0], -1)
}

// accepts refuses pictures that do not fit the network.
func (m *Model) accepts(images *data.Images) error {
	if images == nil || images.N == 0 {
		return fmt.Errorf("train: there are no pictures: give at least one")
	}
	if got := (cnnlib.Shape{images.H, images.W, images.C}); !got.Equal(m.In) {
		return fmt.Errorf("train: the pictures are %v, the network was built for %v", got, m.In)
	}
	if m.reconstructs() {
		if len(images.Pixels) != images.N*m.In.Size() {
			return fmt.Errorf("train: %d pictures with %d pixel values: want %d values each", images.N, len(images.Pixels), m.In.Size())
		}
		return nil
	}
	if len(images.Labels) != images.N || len(images.Pixels) != images.N*m.In.Size() {
		return fmt.Errorf("train: %d pictures with %d labels and %d pixel values: want one label and %d values each", images.N, len(images.Labels), len(images.Pixels), m.In.Size())
	}
	if l := slices.Max(images.Labels); int(l) >= m.Classes {
		return fmt.Errorf("train: a label is %d, want 0 to %d: set Classes", l, m.Classes-1)
	}
	return nil
}

// onDevice returns the pixels [N H W C] and the labels [N] as tensors, which the
// backend copies to its device at the first use and keeps there. Pictures that have no
// labels get zeros.
func onDevice(images *data.Images) (x, y *tensors.Tensor) {
	labels := images.Labels
	if len(labels) != images.N {
		labels = make([]uint8, images.N)
	}
	return tensors.FromFlatDataAndDimensions(images.Pixels, images.N, images.H, images.W, images.C),
		tensors.FromFlatDataAndDimensions(labels, images.N)
}

// notFiniteLayer returns the first layer of the network that makes a number which
// is not finite of these pictures, or "".
func (m *Model) notFiniteLayer(images *data.Images, places []int32) (string, error) {
	batch, err := images.Take(places)
	if err != nil {
		return "", err
	}
	layers, ok := m.Net.(cnnlib.Sequential)
	if !ok {
		layers = cnnlib.Sequential{m.Net}
	}
	for i := range layers {
		var first cnnlib.Layer = layers[:i+1]
		if !ok {
			first = m.Net
		}
		y, err := m.front(first, batch)
		if err != nil {
			return "", err
		}
		var bad bool
		err = y.ConstFlatData(func(flat any) {
			for _, v := range flat.([]float32) {
				bad = bad || !finite(v)
			}
		})
		if err != nil {
			return "", err
		}
		if bad {
			return fmt.Sprintf("layer %d %v", i, layers[i]), nil
		}
	}
	return "", nil
}
