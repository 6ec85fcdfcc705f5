package cnnlib_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
)

// scaled is a convolution of one cell that multiplies one channel by the factors.
func scaled(factors ...float64) cnnlib.Conv2D {
	kernels := make([][][]float64, len(factors))
	for i, f := range factors {
		kernels[i] = [][]float64{{f}}
	}
	return cnnlib.Conv2D{Weights: cnnlib.Filters(kernels...), NoBias: true}
}

// The channels stand in the order of the branches, also behind nested ones.
func TestParallelOrder(t *testing.T) {
	layer := cnnlib.Parallel{scaled(10, 20), cnnlib.Sequential{}, cnnlib.Parallel{scaled(-1)}}
	y := run(t, layer, fromMatrix(t, [][]float64{{1, 2}}))
	if want := [][][][]float32{{{{10, 20, 1, -1}, {20, 40, 2, -2}}}}; !reflect.DeepEqual(y.Value(), want) {
		t.Errorf("%v, want %v", y.Value(), want)
	}
	vectors := cnnlib.Parallel{cnnlib.None, cnnlib.Dense{Weights: [][]float64{{1}, {1}}}}
	y = run(t, vectors, tensors.FromValue([][]float32{{3, 4}}))
	if want := [][]float32{{3, 4, 7}}; !reflect.DeepEqual(y.Value(), want) {
		t.Errorf("%v, want %v", y.Value(), want)
	}
}

func TestResidualValues(t *testing.T) {
	for _, c := range []struct {
		layer cnnlib.Residual
		want  [][][][]float32
	}{
		{cnnlib.Residual{Body: scaled(2)}, [][][][]float32{{{{3}, {-6}}}}}, // x + 2x for x = 1, -2
		{cnnlib.Residual{Body: scaled(2), Activation: cnnlib.ReLU}, [][][][]float32{{{{3}, {0}}}}},
		{cnnlib.Residual{Body: scaled(2, 3), Shortcut: scaled(10, 100)}, [][][][]float32{{{{12, 103}, {-24, -206}}}}},
	} {
		y := run(t, c.layer, fromMatrix(t, [][]float64{{1, -2}}))
		if !reflect.DeepEqual(y.Value(), c.want) {
			t.Errorf("%v: %v, want %v", c.layer, y.Value(), c.want)
		}
	}
}

// What is counted without a graph is what a graph has, and every branch has a scope
// of its own.
func TestBranchesMatchTheGraph(t *testing.T) {
	in := cnnlib.Shape{6, 6, 2}
	conv := cnnlib.Conv2D{Channels: 3, Kernel: 3, Padding: cnnlib.Same}
	for _, c := range []struct {
		layer cnnlib.Layer
		paths string
	}{
		{cnnlib.Parallel{conv, cnnlib.Sequential{conv, cnnlib.BatchNorm{}}},
			"/0/weights /0/biases /1/0/weights /1/0/biases /1/1/scale /1/1/shift "},
		{cnnlib.Residual{Body: conv, Shortcut: cnnlib.Conv2D{Channels: 3, Kernel: 1, NoBias: true}},
			"/0/weights /0/biases /1/weights "},
		{cnnlib.Residual{Body: cnnlib.Residual{Body: cnnlib.Conv2D{Channels: 2, Kernel: 1}}},
			"/0/0/weights /0/0/biases "},
	} {
		store := model.NewStore()
		y, err := model.CallOnce(goBackend(t), store, func(s *model.Scope, x *graph.Node) *graph.Node { return c.layer.Build(s, x) },
			tensors.FromScalarAndDimensions(float32(1), 2, 6, 6, 2))
		if err != nil {
			t.Fatal(err)
		}
		out, err := c.layer.OutShape(in)
		if got := y.Shape().Dimensions; err != nil || !reflect.DeepEqual(got, append([]int{2}, out...)) {
			t.Errorf("%v: OutShape %v, %v, the graph gives %v", c.layer, out, err, got)
		}
		paths, trained := "", 0
		for v := range store.IterVariables() {
			if v.Trainable {
				paths += v.Path() + " "
				trained += v.Shape().Size()
			}
		}
		if paths != c.paths || trained != c.layer.Params(in) {
			t.Errorf("%v: %d parameters in %s, Params says %d, want %s", c.layer, trained, paths, c.layer.Params(in), c.paths)
		}
	}
}

func TestBranchErrors(t *testing.T) {
	in := cnnlib.Shape{6, 6, 2}
	one := cnnlib.Conv2D{Channels: 4, Kernel: 1}
	wide := cnnlib.Conv2D{Channels: 1, Kernel: 7}
	const tooWide = "Conv2D{Channels: 1, Kernel: 7}: rows: kernel of 7 cells does not fit into 6 (input 6, padding 0 and 0): use a smaller kernel or more padding (input [N 6 6 2])"
	for _, c := range []struct {
		layer cnnlib.Layer
		want  string
	}{
		{cnnlib.Parallel{}, "cnnlib: Parallel{}: it has no branches, want at least 1 (input [N 6 6 2])"},
		{cnnlib.Parallel{one, nil}, "cnnlib: layer 1 nil: the layer is nil (input [N 6 6 2])"},
		{cnnlib.Sequential{cnnlib.ReLU, cnnlib.Parallel{one, cnnlib.Sequential{wide}}}, "cnnlib: layer 1.1.0 " + tooWide},
		{cnnlib.Parallel{one, cnnlib.Conv2D{Channels: 4, Kernel: 3}},
			"cnnlib: Parallel{Conv2D{Channels: 4, Kernel: 1}, Conv2D{Channels: 4, Kernel: 3}}: branch 1 gives [N 4 4 4], branch 0 gives [N 6 6 4]: all sizes but the last must agree (input [N 6 6 2])"},
		{cnnlib.Parallel{one, cnnlib.Flatten{}},
			"cnnlib: Parallel{Conv2D{Channels: 4, Kernel: 1}, Flatten{}}: branch 1 gives [N 72], branch 0 gives [N 6 6 4]: all sizes but the last must agree (input [N 6 6 2])"},
		{cnnlib.Residual{}, "cnnlib: Residual{}: Body is nil, want a layer (input [N 6 6 2])"},
		{cnnlib.Residual{Body: cnnlib.Sequential{wide}}, "cnnlib: layer 0.0 " + tooWide},
		{cnnlib.Residual{Body: one, Shortcut: wide}, "cnnlib: layer 1 " + tooWide},
		{cnnlib.Residual{Body: one},
			"cnnlib: Residual{Body: Conv2D{Channels: 4, Kernel: 1}}: Body gives [N 6 6 4], the input is [N 6 6 2]: they cannot be added; give a Shortcut that makes [N 6 6 4] of the input (input [N 6 6 2])"},
		{cnnlib.Residual{Body: one, Shortcut: cnnlib.None},
			"cnnlib: Residual{Body: Conv2D{Channels: 4, Kernel: 1}, Shortcut: None}: Body gives [N 6 6 4], Shortcut gives [N 6 6 2]: they cannot be added (input [N 6 6 2])"},
		{cnnlib.Residual{Body: cnnlib.None, Activation: 77},
			"cnnlib: Residual{Body: None, Activation: Activation(77)}: Activation(77) is none of [None ReLU Sigmoid Tanh LeakyReLU ELU GELU Softplus Softmax] (input [N 6 6 2])"},
	} {
		_, err := c.layer.OutShape(in)
		var shape *cnnlib.ShapeError
		if err == nil || err.Error() != c.want || !errors.As(err, &shape) {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
		if c.layer.Params(in) != 0 || c.layer.MACs(in) != 0 {
			t.Errorf("%v counts for an input it refuses", c.layer)
		}
	}
}
