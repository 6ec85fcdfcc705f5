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

func TestConv2DErrors(t *testing.T) {
	in := cnnlib.Shape{12, 12, 20}
	filter := cnnlib.Filter([][]float64{{1, 2}, {3, 4}})
	for _, c := range []struct {
		layer cnnlib.Layer
		in    cnnlib.Shape
		want  string
	}{
		{cnnlib.Conv2D{Channels: 40, Kernel: 5, Groups: 3}, in,
			"cnnlib: Conv2D{Channels: 40, Kernel: 5, Groups: 3}: input channels 20 not divisible by groups 3 (input [N 12 12 20])"},
		{cnnlib.Sequential{cnnlib.ReLU, cnnlib.None, cnnlib.Conv2D{Channels: 40, Kernel: 5, Groups: 3}}, in,
			"cnnlib: layer 2 Conv2D{Channels: 40, Kernel: 5, Groups: 3}: input channels 20 not divisible by groups 3 (input [N 12 12 20])"},
		{cnnlib.Sequential{cnnlib.ReLU, cnnlib.Sequential{cnnlib.Conv2D{Channels: 40, Kernel: 5, Groups: 3}}}, in,
			"cnnlib: layer 1.0 Conv2D{Channels: 40, Kernel: 5, Groups: 3}: input channels 20 not divisible by groups 3 (input [N 12 12 20])"},
		{cnnlib.Sequential{nil}, in, "cnnlib: layer 0 nil: the layer is nil (input [N 12 12 20])"},
		{cnnlib.Conv2D{}, in, "cnnlib: Conv2D{}: Channels is 0, want at least 1 (input [N 12 12 20])"},
		{cnnlib.Conv2D{Channels: 1}, in, "cnnlib: Conv2D{Channels: 1}: Kernel is 0, want at least 1 (input [N 12 12 20])"},
		{cnnlib.Conv2D{Channels: 1, Kernel: 3, Stride: -1}, in, "cnnlib: Conv2D{Channels: 1, Kernel: 3, Stride: -1}: Stride is -1, want at least 1 (input [N 12 12 20])"},
		{cnnlib.Conv2D{Channels: 1, Kernel: 3}, cnnlib.Shape{640}, "cnnlib: Conv2D{Channels: 1, Kernel: 3}: the input has 1 axes beside N, want 3: rows, columns, channels (input [N 640])"},
		{cnnlib.Conv2D{Channels: 21, Kernel: 5, Groups: 4}, in, "cnnlib: Conv2D{Channels: 21, Kernel: 5, Groups: 4}: output channels 21 not divisible by groups 4 (input [N 12 12 20])"},
		{cnnlib.Conv2D{Channels: 1, Kernel: 7, Dilation: 3}, in,
			"cnnlib: Conv2D{Channels: 1, Kernel: 7, Dilation: 3}: rows: kernel of 19 cells does not fit into 12 (input 12, padding 0 and 0): use a smaller kernel or more padding (input [N 12 12 20])"},
		{cnnlib.Conv2D{Channels: 1, Kernel: 3, KernelW: 13}, in,
			"cnnlib: Conv2D{Channels: 1, Kernel: 3, KernelW: 13}: columns: kernel of 13 cells does not fit into 12 (input 12, padding 0 and 0): use a smaller kernel or more padding (input [N 12 12 20])"},
		{cnnlib.Conv2D{Channels: 1, Kernel: 3, Pads: cnnlib.Pads{Top: 1}}, in,
			"cnnlib: Conv2D{Channels: 1, Kernel: 3, Pads: Pads{Top: 1}}: rows: padding 1 and 0 given with Padding Valid: use Padding Explicit, or give none (input [N 12 12 20])"},
		{cnnlib.Conv2D{Channels: 1, Kernel: 3, Activation: 77}, in, "cnnlib: Conv2D{Channels: 1, Kernel: 3, Activation: Activation(77)}: Activation(77) is none of [None ReLU Sigmoid Tanh LeakyReLU ELU GELU Softplus Softmax] (input [N 12 12 20])"},
		{cnnlib.Conv2D{Weights: filter}, in,
			"cnnlib: Conv2D{Weights: Filter([][]float64{{1, 2}, {3, 4}})}: each filter of the weights has 1 matrices for 20 input channels per group (input [N 12 12 20])"},
		{cnnlib.Conv2D{Weights: filter, Channels: 2}, cnnlib.Shape{5, 5, 1},
			"cnnlib: Conv2D{Channels: 2, Weights: Filter([][]float64{{1, 2}, {3, 4}})}: the weights hold 1 filters, Channels is 2 (input [N 5 5 1])"},
		{cnnlib.Conv2D{Weights: filter, Kernel: 3}, cnnlib.Shape{5, 5, 1},
			"cnnlib: Conv2D{Kernel: 3, Weights: Filter([][]float64{{1, 2}, {3, 4}})}: the weights are 2×2, the kernel is 3×3 (input [N 5 5 1])"},
		{cnnlib.Conv2D{Weights: cnnlib.Filter([][]float64{{1, 2}, {3}})}, cnnlib.Shape{5, 5, 1},
			"cnnlib: Conv2D{Weights: Weights{{{{1, 2}, {3}}}}}: row 1 of matrix 0 of filter 0 of the weights has 1 numbers, the first has 2 (input [N 5 5 1])"},
		{cnnlib.Conv2D{Weights: cnnlib.Filter()}, cnnlib.Shape{5, 5, 1},
			"cnnlib: Conv2D{Weights: Weights{{}}}: the weights are empty: give at least one matrix with one number (input [N 5 5 1])"},
		{cnnlib.Conv2D{Weights: filter, Biases: []float64{1, 2}}, cnnlib.Shape{5, 5, 1},
			"cnnlib: Conv2D{Weights: Filter([][]float64{{1, 2}, {3, 4}}), Biases: []float64{1, 2}}: 2 biases given for 1 output channels (input [N 5 5 1])"},
		{cnnlib.Conv2D{Weights: filter, NoBias: true, Biases: []float64{1}}, cnnlib.Shape{5, 5, 1},
			"cnnlib: Conv2D{NoBias: true, Weights: Filter([][]float64{{1, 2}, {3, 4}}), Biases: []float64{1}}: 1 biases given with NoBias: leave one of them out (input [N 5 5 1])"},
	} {
		_, err := c.layer.OutShape(c.in)
		if err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
			continue
		}
		var shape *cnnlib.ShapeError
		if !errors.As(err, &shape) || !shape.Input.Equal(c.in) {
			t.Errorf("%v: the error is not a ShapeError with the input", err)
		}
		if c.layer.Params(c.in) != 0 || c.layer.MACs(c.in) != 0 {
			t.Errorf("%v: counts %d parameters and %d MACs for an input it refuses", c.layer, c.layer.Params(c.in), c.layer.MACs(c.in))
		}
	}
}

func TestConv2DString(t *testing.T) {
	many := make([][]float64, 9)
	for r := range many {
		many[r] = make([]float64, 9)
	}
	for want, layer := range map[string]cnnlib.Layer{
		"Conv2D{}": cnnlib.Conv2D{},
		"Conv2D{Channels: 20, Kernel: 5, Activation: Sigmoid}":                                         cnnlib.Conv2D{Channels: 20, Kernel: 5, Activation: cnnlib.Sigmoid},
		"Conv2D{Channels: 1, Kernel: 3, KernelW: 5, Stride: 2, Padding: Same, NoBias: true}":           cnnlib.Conv2D{Channels: 1, Kernel: 3, KernelW: 5, Stride: 2, Padding: cnnlib.Same, NoBias: true},
		"Conv2D{Channels: 1, Kernel: 3, Padding: Explicit, Pads: Pads{Top: 1, Right: 2}, Dilation: 2}": cnnlib.Conv2D{Channels: 1, Kernel: 3, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: 1, Right: 2}, Dilation: 2},
		"Conv2D{Weights: Filter([][]float64{{0.5, -1}})}":                                              cnnlib.Conv2D{Weights: cnnlib.Filter([][]float64{{0.5, -1}})},
		"Conv2D{Weights: Filter([][]float64{{1}}, [][]float64{{2}})}":                                  cnnlib.Conv2D{Weights: cnnlib.Filter([][]float64{{1}}, [][]float64{{2}})},
		"Conv2D{Weights: Filters([][]float64{{1}}, [][]float64{{2}})}":                                 cnnlib.Conv2D{Weights: cnnlib.Filters([][]float64{{1}}, [][]float64{{2}})},
		"Conv2D{Weights: Weights{{{{1}}, {{2}}}, {{{3}}, {{4}}}}}":                                     cnnlib.Conv2D{Weights: cnnlib.Weights{{{{1}}, {{2}}}, {{{3}}, {{4}}}}},
		"Conv2D{Weights: Weights{ /* 1 filters of 1 9×9 */ }}":                                         cnnlib.Conv2D{Weights: cnnlib.Filter(many)},
	} {
		if got := layer.String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// The static answers must be what a graph really gives, also for kernels larger
// than the input, for which only padding leaves room.
func TestConv2DStaticAnswersMatchTheGraph(t *testing.T) {
	for _, layer := range []cnnlib.Conv2D{
		{Channels: 6, Kernel: 3, Groups: 2},
		{Channels: 4, Kernel: 9, Padding: cnnlib.Full, NoBias: true},
		{Channels: 2, Kernel: 4, KernelW: 1, Stride: 3, Dilation: 2, Padding: cnnlib.Same},
	} {
		in := cnnlib.Shape{6, 7, 4}
		want, err := layer.OutShape(in)
		if err != nil {
			t.Fatal(err)
		}
		store := model.NewStore()
		y, err := model.CallOnce(goBackend(t), store, func(s *model.Scope, x *graph.Node) *graph.Node { return layer.Build(s, x) },
			tensors.FromScalarAndDimensions(float32(1), 2, in[0], in[1], in[2]))
		if err != nil {
			t.Fatal(err)
		}
		if got := y.Shape().Dimensions; !reflect.DeepEqual(got, append([]int{2}, want...)) {
			t.Errorf("%v: OutShape %v, the graph gives %v", layer, want, got)
		}
		n := 0
		for v := range store.IterVariables() {
			if v.Trainable {
				n += v.Shape().Size()
			}
		}
		if n != layer.Params(in) {
			t.Errorf("%v: Params %d, the graph has %d", layer, layer.Params(in), n)
		}
	}
}

// Given weights are a start, not a constant: the variables are trainable, and
// biases that were not given start at 0.
func TestGivenWeightsAreVariables(t *testing.T) {
	store := model.NewStore()
	layer := cnnlib.Conv2D{Weights: cnnlib.Filters([][]float64{{1, 2}, {3, 4}}, [][]float64{{5, 6}, {7, 8}})}
	_, err := model.CallOnce(goBackend(t), store, func(s *model.Scope, x *graph.Node) *graph.Node { return layer.Build(s, x) },
		tensors.FromScalarAndDimensions(float32(1), 1, 3, 3, 1))
	if err != nil {
		t.Fatal(err)
	}
	w := store.GetVariable("/weights")
	got, err := w.Value()
	// [KH KW Cin Cout]: the two filters alternate.
	want := [][][][]float32{{{{1, 5}}, {{2, 6}}}, {{{3, 7}}, {{4, 8}}}}
	if err != nil || !w.Trainable || !reflect.DeepEqual(got.Value(), want) {
		t.Errorf("weights %v, trainable %v, %v, want %v", got, w.Trainable, err, want)
	}
	b, err := store.GetVariable("/biases").Value()
	if err != nil || !reflect.DeepEqual(b.Value(), []float32{0, 0}) {
		t.Errorf("biases %v, %v", b, err)
	}
}
