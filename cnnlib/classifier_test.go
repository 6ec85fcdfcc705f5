package cnnlib_test

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/random"
)

// Section 5.16: the 4×4 matrix and its largest values.
func ExampleMaxPool2D() {
	x, err := cnnlib.FromMatrix([][]float64{{1, 1, 2, 4}, {5, 6, 7, 8}, {3, 2, 1, 0}, {1, 2, 3, 4}})
	if err != nil {
		fmt.Println(err)
		return
	}
	backend, err := openGo()
	if err != nil {
		fmt.Println(err)
		return
	}
	y, err := cnnlib.Run(backend, cnnlib.MaxPool2D{Window: 2}, x)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(cnnlib.ToMatrix(y, 0))
	// Output: [[6 8] [3 4]] <nil>
}

// The network of section 5.23, item (3): the sizes 24, 12, 8 and 4 of its maps, and
// what it has to learn.
func ExampleDense() {
	net := cnnlib.Sequential{
		cnnlib.Conv2D{Channels: 20, Kernel: 5, Activation: cnnlib.Sigmoid}, cnnlib.MaxPool2D{Window: 2},
		cnnlib.Conv2D{Channels: 40, Kernel: 5, Activation: cnnlib.Sigmoid}, cnnlib.MaxPool2D{Window: 2},
		cnnlib.Flatten{}, cnnlib.Dense{Units: 100, Activation: cnnlib.Sigmoid}, cnnlib.Dense{Units: 10},
	}
	shape := cnnlib.Shape{28, 28, 1}
	fmt.Println(net.Params(shape), "parameters,", net.MACs(shape), "MACs")
	for _, layer := range net {
		shape, _ = layer.OutShape(shape) // Params would be 0 if a layer refused
		fmt.Print(shape, " ")
	}
	// Output:
	// 85670 parameters, 1633000 MACs
	// [N 24 24 20] [N 12 12 20] [N 8 8 40] [N 4 4 40] [N 640] [N 100] [N 10]
}

func ExampleDropout() {
	layer := cnnlib.Dropout{Rate: 0.5}
	fmt.Println(layer, layer.Params(cnnlib.Shape{640}))
	_, err := cnnlib.Dropout{Rate: 1}.OutShape(cnnlib.Shape{640})
	fmt.Println(err)
	// Output:
	// Dropout{Rate: 0.5} 0
	// cnnlib: Dropout{Rate: 1}: Rate is 1, want 0 to below 1 (input [N 640])
}

func TestFlattenOrder(t *testing.T) {
	// Two channels of a 2×2 picture.
	y := run(t, cnnlib.Flatten{}, fromMatrix(t, [][]float64{{1, 2}, {3, 4}}, [][]float64{{10, 20}, {30, 40}}))
	if want := [][]float32{{1, 10, 2, 20, 3, 30, 4, 40}}; !reflect.DeepEqual(y.Value(), want) {
		t.Errorf("%v, want %v", y.Value(), want)
	}
}

func TestDenseValues(t *testing.T) {
	layer := cnnlib.Dense{Weights: [][]float64{{1, 2, 3}, {10, 20, 30}}, Biases: []float64{0.5, 0, -100}, Activation: cnnlib.ReLU}
	y := run(t, layer, tensors.FromFlatDataAndDimensions([]float32{1, 2}, 1, 2))
	// 1·1+2·10+0.5, 1·2+2·20, 1·3+2·30-100 cut at 0
	if want := [][]float32{{21.5, 42, 0}}; !reflect.DeepEqual(y.Value(), want) {
		t.Errorf("%v, want %v", y.Value(), want)
	}
	if want := "Dense{Activation: ReLU, Weights: [][]float64{{1, 2, 3}, {10, 20, 30}}, Biases: []float64{0.5, 0, -100}}"; layer.String() != want {
		t.Errorf("%v, want %s", layer, want)
	}
}

// Of equal values in a window the first takes the whole gradient.
func TestMaxPoolTies(t *testing.T) {
	got, err := graph.CallOnce(goBackend(t), func(x *graph.Node) *graph.Node {
		return graph.Gradient(graph.ReduceAllSum(cnnlib.MaxPool2D{Window: 2}.Build(nil, x)), x)[0]
	}, [][][][]float32{{{{7}, {7}}, {{7}, {7}}}})
	if want := [][][][]float32{{{{1}, {0}}, {{0}, {0}}}}; err != nil || !reflect.DeepEqual(got.Value(), want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
}

// dropped runs the layer on ones, in a graph for training or for use.
func dropped(t *testing.T, layer cnnlib.Dropout, training bool, step int32) []float64 {
	t.Helper()
	store := model.NewStore()
	if err := random.Step(store.RootScope()).SetValue(tensors.FromScalar(step)); err != nil {
		t.Fatal(err)
	}
	const n = 10_000
	y, err := model.CallOnce(goBackend(t), store, func(s *model.Scope, g *graph.Graph) *graph.Node {
		store.SetTraining(g, training)
		return layer.Build(s, graph.AddScalar(graph.IotaFull(g, shapes.Make(dtypes.Float64, 1, n)), 1))
	})
	if err != nil {
		t.Fatal(err)
	}
	return y.Value().([][]float64)[0]
}

func TestDropout(t *testing.T) {
	const rate = 0.3
	for _, c := range []struct {
		classic     bool
		stays, used float64 // factors of what stays in training, and of all values in use
	}{{false, 1 / (1 - rate), 1}, {true, 1, 1 - rate}} {
		layer := cnnlib.Dropout{Rate: rate, Classic: c.classic}
		zeros := 0
		for i, v := range dropped(t, layer, true, 0) {
			if v == 0 {
				zeros++
			} else if want := float64(i+1) * c.stays; math.Abs(v-want) > 1e-9 { // float64, values up to 10,000/0.7
				t.Fatalf("%v: value %d is %v, want 0 or %v", layer, i, v, want)
			}
		}
		// The number of zeros is binomial: 3,000 with a standard deviation of 45.8.
		if math.Abs(float64(zeros)-3000) > 5*45.8 {
			t.Errorf("%v: %d of 10,000 values dropped", layer, zeros)
		}
		for i, v := range dropped(t, layer, false, 0) {
			if want := float64(i+1) * c.used; math.Abs(v-want) > 1e-9 {
				t.Fatalf("%v in use: value %d is %v, want %v", layer, i, v, want)
			}
		}
		if reflect.DeepEqual(dropped(t, layer, true, 0), dropped(t, layer, true, 1)) {
			t.Errorf("%v drops the same values at steps 0 and 1", layer)
		}
		if !reflect.DeepEqual(dropped(t, layer, true, 1), dropped(t, layer, true, 1)) {
			t.Errorf("%v drops other values when step 1 is done again", layer)
		}
	}
}

func TestClassifierLayersRefuse(t *testing.T) {
	picture := cnnlib.Shape{6, 6, 2}
	for _, c := range []struct {
		layer cnnlib.Layer
		in    cnnlib.Shape
		want  string
	}{
		{cnnlib.Dense{Units: 3}, picture, "put Flatten{} before it"},
		{cnnlib.Dense{}, cnnlib.Shape{4}, "Units is 0"},
		{cnnlib.Dense{Units: 2, Weights: [][]float64{{1, 2}}}, cnnlib.Shape{4}, "1 rows for 4 inputs"},
		{cnnlib.Dense{Units: 2, Weights: [][]float64{{1}}}, cnnlib.Shape{1}, "1 numbers for 2 units"},
		{cnnlib.Dense{Units: 2, Biases: []float64{1}}, cnnlib.Shape{1}, "1 biases given for 2 units"},
		{cnnlib.Dense{Units: 2, NoBias: true, Biases: []float64{1, 2}}, cnnlib.Shape{1}, "leave one of them out"},
		{cnnlib.MaxPool2D{}, picture, "Window is 0"},
		{cnnlib.MaxPool2D{Window: 7}, picture, "window of 7 cells does not fit into 6"},
		{cnnlib.MaxPool2D{Window: 2, Padding: cnnlib.Full}, picture, "Padding is Full"},
		{cnnlib.MaxPool2D{Window: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: 2}}, picture, "padding 2 is not below the window 2"},
		{cnnlib.MaxPool2D{Window: 2}, cnnlib.Shape{4}, "1 axes beside N, want 3"},
		{cnnlib.Dropout{Rate: math.NaN()}, picture, "Rate is NaN"},
		{cnnlib.Dropout{Rate: -0.1}, picture, "Rate is -0.1"},
	} {
		out, err := c.layer.OutShape(c.in)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v on %v: %v, %v, want %q", c.layer, c.in, out, err, c.want)
		}
		if n := c.layer.Params(c.in) + c.layer.MACs(c.in); n != 0 {
			t.Errorf("%v refuses %v, but counts %d", c.layer, c.in, n)
		}
	}
}
