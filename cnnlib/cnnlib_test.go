package cnnlib_test

import (
	"errors"
	"math"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
)

// One backend for all tests: a tensor stays with the backend that used it first.
var openGo = sync.OnceValues(func() (compute.Backend, error) { return compute.NewWithConfig("go:ops_sequential") })

func goBackend(t testing.TB) compute.Backend {
	t.Helper()
	backend, err := openGo()
	if err != nil {
		t.Fatal(err)
	}
	return backend
}

// Section 5.2 of the book: its 6×6 image and its filter for vertical edges.
var (
	bookImage = [][]float64{
		{3, 0, 1, 2, 7, 4},
		{1, 5, 8, 9, 3, 1},
		{2, 7, 2, 5, 1, 3},
		{0, 1, 3, 1, 7, 8},
		{4, 2, 1, 6, 2, 8},
		{2, 4, 5, 2, 3, 9},
	}
	vertical = [][]float64{{1, 0, -1}, {1, 0, -1}, {1, 0, -1}}
)

func run(t *testing.T, layer cnnlib.Layer, x *tensors.Tensor) *tensors.Tensor {
	t.Helper()
	y, err := cnnlib.Run(goBackend(t), layer, x)
	if err != nil {
		t.Fatal(err)
	}
	return y
}

func fromMatrix(t *testing.T, m ...[][]float64) *tensors.Tensor {
	t.Helper()
	x, err := cnnlib.FromMatrix(m...)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestChapterValues(t *testing.T) {
	horizontal := ref.Rotate90(vertical)
	y := run(t, cnnlib.Conv2D{Weights: cnnlib.Filters(vertical, horizontal)}, fromMatrix(t, bookImage))
	want := [][]float64{{-5, -4, 0, 8}, {-10, -2, 2, 3}, {0, -2, -4, -7}, {-3, -2, -3, -16}}
	if got, err := cnnlib.ToMatrix(y, 0); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("vertical edges: %v, %v, want %v", got, err, want)
	}
	want, err := ref.CrossCorrelate2D(bookImage, horizontal, ref.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := cnnlib.ToMatrix(y, 1); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("horizontal edges: %v, %v, want %v", got, err, want)
	}
}

// One filter over an image of two channels sums both results and adds its bias.
func TestFilterOverChannels(t *testing.T) {
	a, b := [][]float64{{1, 2}, {3, 4}}, [][]float64{{10, 20}, {30, 40}}
	y := run(t, cnnlib.Conv2D{Weights: cnnlib.Filter([][]float64{{1}}, [][]float64{{2}}), Biases: []float64{0.5}}, fromMatrix(t, a, b))
	want := [][]float64{{21.5, 42.5}, {63.5, 84.5}} // 1·a + 2·b + 0.5
	if got, err := cnnlib.ToMatrix(y, 0); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
}

func TestSequential(t *testing.T) {
	// The two convolutions of section 5.23 (3), without its pools.
	net := cnnlib.Sequential{
		cnnlib.Conv2D{Channels: 20, Kernel: 5, Activation: cnnlib.Sigmoid},
		cnnlib.Sequential{cnnlib.Conv2D{Channels: 40, Kernel: 5, Stride: 2}, cnnlib.ReLU},
	}
	in := cnnlib.Shape{28, 28, 1}
	out, err := net.OutShape(in)
	if want := (cnnlib.Shape{10, 10, 40}); err != nil || !out.Equal(want) { // 28 → 24 → (24-5)/2+1
		t.Errorf("OutShape = %v, %v, want %v", out, err, want)
	}
	if got, want := net.Params(in), (25*20+20)+(25*20*40+40); got != want {
		t.Errorf("Params = %d, want %d", got, want)
	}
	if got, want := net.MACs(in), 25*20*24*24+25*20*40*10*10; got != want {
		t.Errorf("MACs = %d, want %d", got, want)
	}
	if got, want := net.String(), "Sequential{Conv2D{Channels: 20, Kernel: 5, Activation: Sigmoid}, Sequential{Conv2D{Channels: 40, Kernel: 5, Stride: 2}, ReLU}}"; got != want {
		t.Errorf("String = %s, want %s", got, want)
	}

	store := model.NewStore()
	y, err := model.CallOnce(goBackend(t), store, func(s *model.Scope, x *graph.Node) *graph.Node { return net.Build(s, x) },
		tensors.FromScalarAndDimensions(float32(1), 2, 28, 28, 1))
	if err != nil || !reflect.DeepEqual(y.Shape().Dimensions, []int{2, 10, 10, 40}) {
		t.Fatalf("built: %v, %v", y, err)
	}
	trained, paths := 0, ""
	for v := range store.IterVariables() {
		if v.Trainable {
			trained += v.Shape().Size()
			paths += v.Path() + " "
		}
	}
	if want := "/0/weights /0/biases /1/0/weights /1/0/biases "; trained != net.Params(in) || paths != want {
		t.Errorf("built %d parameters in %s; Params says %d, want %s", trained, paths, net.Params(in), want)
	}
}

// A second graph over the same store, as for evaluation beside training, uses the
// variables of the first.
func TestBuildTwiceSharesVariables(t *testing.T) {
	store := model.NewStore()
	net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 2, Kernel: 3}, cnnlib.Conv2D{Weights: cnnlib.Filter(vertical, vertical)}}
	var results [2]*tensors.Tensor
	for i := range results {
		y, err := model.CallOnce(goBackend(t), store, func(s *model.Scope, x *graph.Node) *graph.Node { return net.Build(s, x) }, fromMatrix(t, bookImage))
		if err != nil {
			t.Fatal(err)
		}
		results[i] = y
		if got, want := store.NumParameters(), net.Params(cnnlib.Shape{6, 6, 1}); got != want {
			t.Errorf("build %d: %d numbers in the store, want %d", i, got, want)
		}
	}
	if !results[0].Equal(results[1]) {
		t.Errorf("the two graphs differ: %v and %v", results[0], results[1])
	}
}

func TestEmptySequentialReturnsItsInput(t *testing.T) {
	x := fromMatrix(t, bookImage)
	if got, err := cnnlib.ToMatrix(run(t, cnnlib.Sequential{}, x), 0); err != nil || !reflect.DeepEqual(got, bookImage) {
		t.Errorf("%v, %v, want the input", got, err)
	}
}

func TestRunIsRepeatable(t *testing.T) {
	layer := cnnlib.Conv2D{Channels: 3, Kernel: 3}
	a, b := run(t, layer, fromMatrix(t, bookImage)), run(t, layer, fromMatrix(t, bookImage))
	if !a.Equal(b) {
		t.Error("two runs of the same layer with drawn weights differ")
	}
	if m, err := cnnlib.ToMatrix(a, 0); err != nil || m[0][0] == m[1][1] {
		t.Errorf("the drawn weights look constant: %v, %v", m, err)
	}
}

// The drawn weights have mean 0 and variance 2/(inputs of a neuron), biases are 0.
func TestDrawnWeights(t *testing.T) {
	store := model.NewStore()
	store.SetParam(model.ParamInitialSeed, int64(1))
	layer := cnnlib.Conv2D{Channels: 64, Kernel: 5, Groups: 2}
	_, err := model.CallOnce(goBackend(t), store, func(s *model.Scope, x *graph.Node) *graph.Node { return layer.Build(s, x) },
		tensors.FromScalarAndDimensions(0.0, 1, 5, 5, 32))
	if err != nil {
		t.Fatal(err)
	}
	w, err := store.GetVariable("/weights").Value()
	if err != nil {
		t.Fatal(err)
	}
	sum, squares, n := 0.0, 0.0, 0.0
	w.MustConstFlatData(func(data any) {
		for _, v := range data.([]float64) {
			sum, squares, n = sum+v, squares+v*v, n+1
		}
	})
	want := 2.0 / (5 * 5 * 16)
	// n = 25,600 draws: the mean has a standard error of sqrt(want/n), the variance
	// one of want·sqrt(2/n); five of them is a chance of one in a million, once, for
	// this seed.
	if mean := sum / n; math.Abs(mean) > 5*math.Sqrt(want/n) {
		t.Errorf("mean of the weights %v, want 0", mean)
	}
	if variance := squares / n; math.Abs(variance-want) > 5*want*math.Sqrt(2/n) {
		t.Errorf("variance of the weights %v, want %v", variance, want)
	}
	b, err := store.GetVariable("/biases").Value()
	if err != nil || !reflect.DeepEqual(b.Value(), make([]float64, 64)) {
		t.Errorf("biases %v, %v, want zeros", b, err)
	}
}

func TestMatrixErrors(t *testing.T) {
	is := func(name string, err error, want ...string) {
		t.Helper()
		for _, w := range append(want, "cnnlib: ") {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %v does not say %q", name, err, w)
			}
		}
	}
	_, err := cnnlib.FromMatrix()
	is("no matrix", err, "empty")
	_, err = cnnlib.FromMatrix([][]float64{{}})
	is("empty matrix", err, "empty")
	_, err = cnnlib.FromMatrix([][]float64{{1, 2}, {3}})
	is("ragged", err, "row 1 of matrix 0", "1 numbers", "has 2")
	_, err = cnnlib.FromMatrix([][]float64{{1}}, [][]float64{{1}, {2}})
	is("two sizes", err, "matrix 1 has 2 rows", "has 1")
	x := fromMatrix(t, bookImage)
	_, err = cnnlib.ToMatrix(x, 1)
	is("channel", err, "channel 1", "1 channels")
	_, err = cnnlib.ToMatrix(x, -1)
	is("negative channel", err, "channel -1")
	_, err = cnnlib.ToMatrix(nil, 0)
	is("nil", err, "nil")
	_, err = cnnlib.ToMatrix(tensors.FromScalarAndDimensions(float32(0), 2, 3, 3, 1), 0)
	is("two images", err, "[2 3 3 1]", "one image")
	_, err = cnnlib.ToMatrix(tensors.FromScalarAndDimensions(int32(0), 1, 3, 3, 1), 0)
	is("whole numbers", err, "Int32", "Float32")
}

func TestRunErrors(t *testing.T) {
	backend := goBackend(t)
	layer := cnnlib.Conv2D{Channels: 1, Kernel: 3}
	x := fromMatrix(t, bookImage)
	for _, c := range []struct {
		name    string
		backend compute.Backend
		layer   cnnlib.Layer
		x       *tensors.Tensor
		want    string
	}{
		{"no backend", nil, layer, x, "cnnlib: the backend is nil: open one first"},
		{"no layer", backend, nil, x, "cnnlib: the layer is nil"},
		{"no input", backend, layer, nil, "cnnlib: the input tensor is nil or was given away: make a new one"},
		{"whole numbers", backend, layer, tensors.FromScalarAndDimensions(int32(0), 1, 6, 6, 1), "cnnlib: the input tensor is Int32, want Float32 or Float64"},
		{"no batch", backend, layer, tensors.FromScalarAndDimensions(float32(0), 6), "cnnlib: the input tensor has 1 axes, want at least 2: the examples, then the shape of one"},
		{"no example", backend, layer, tensors.FromScalarAndDimensions(float32(0), 0, 6, 6, 1), "cnnlib: the input tensor has shape [0 6 6 1], want at least one example"},
		{"shape", backend, layer, fromMatrix(t, [][]float64{{1, 2}, {3, 4}}),
			"cnnlib: Conv2D{Channels: 1, Kernel: 3}: rows: kernel of 3 cells does not fit into 2 (input 2, padding 0 and 0): use a smaller kernel or more padding (input [N 2 2 1])"},
		{"no panic in the graph", backend, panics{func(x *graph.Node) *graph.Node { return graph.Add(x, graph.Ones(x.Graph(), x.Shape().Clone())) }}, x, ""},
		{"panic in the graph", backend, panics{func(x *graph.Node) *graph.Node { return graph.Reshape(x, 7) }}, x,
			"cnnlib: running panics{}: total requested size 7 (dimensions=[7]) doesnt match original size 36 (dimensions [1 6 6 1])"},
	} {
		_, err := cnnlib.Run(c.backend, c.layer, c.x)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v, want none", c.name, err)
			}
			continue
		}
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one line that begins with %q", c.name, err, c.want)
		}
	}
}

// panics is a layer that accepts every shape and builds what it is told to.
type panics struct {
	build func(x *graph.Node) *graph.Node
}

func (panics) OutShape(in cnnlib.Shape) (cnnlib.Shape, error)    { return in, nil }
func (panics) Params(cnnlib.Shape) int                           { return 0 }
func (panics) MACs(cnnlib.Shape) int                             { return 0 }
func (p panics) Build(_ *model.Scope, x *graph.Node) *graph.Node { return p.build(x) }
func (panics) String() string                                    { return "panics{}" }

// A mistake in the program must not look like a mistake in the network.
func TestRuntimeErrorsPanicOn(t *testing.T) {
	for name, build := range map[string]func(x *graph.Node) *graph.Node{
		"index out of range": func(x *graph.Node) *graph.Node { return []*graph.Node{x}[len(x.Shape().Dimensions)] },
		"nil pointer":        func(*graph.Node) *graph.Node { var none *[1]*graph.Node; return none[0] },
	} {
		func() {
			defer func() {
				switch p := recover().(type) {
				case nil:
					t.Errorf("%s: no panic", name)
				case runtime.Error:
				case string:
					if !strings.Contains(p, name) {
						t.Errorf("%s: panic %q", name, p)
					}
				default:
					t.Errorf("%s: panic %v", name, p)
				}
			}()
			_, err := cnnlib.Run(goBackend(t), panics{build}, fromMatrix(t, bookImage))
			t.Errorf("%s: Run returned %v", name, err)
		}()
	}
}

func TestErrorsKeepTheirCause(t *testing.T) {
	_, err := cnnlib.Run(goBackend(t), panics{func(x *graph.Node) *graph.Node { return graph.Reshape(x, 7) }}, fromMatrix(t, bookImage))
	if errors.Unwrap(err) == nil {
		t.Errorf("%v wraps nothing", err)
	}
}
