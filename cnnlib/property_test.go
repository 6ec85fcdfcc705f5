package cnnlib_test

import (
	"fmt"
	"go/parser"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
)

// randomLayer returns a layer of every kind with settings from 0 up, sensible or
// not, and an input for it.
func randomLayer(r *rand.Rand) (cnnlib.Layer, cnnlib.Shape) {
	n := func(most int) int { return r.IntN(most + 1) }
	padding := cnnlib.Padding(r.IntN(4))
	image := cnnlib.Shape{1 + n(8), 1 + n(8), 1 + n(5)}
	sequence := cnnlib.Shape{1 + n(8), 1 + n(5)}
	volume := cnnlib.Shape{1 + n(4), 1 + n(4), 1 + n(4), 1 + n(3)}
	var pads cnnlib.Pads
	if padding == cnnlib.Explicit {
		pads = cnnlib.Pads{Top: n(4), Bottom: n(4), Left: n(4), Right: n(4)}
	}
	switch r.IntN(23) {
	case 0:
		return cnnlib.Conv1D{Channels: n(6), Kernel: n(4), Stride: n(3), Padding: padding % 3, Dilation: n(3), Groups: n(3)}, sequence
	case 1:
		return cnnlib.Conv2D{Channels: n(6), Kernel: n(4), KernelW: n(4), Stride: n(3), StrideW: n(3), Padding: padding, Pads: pads, Dilation: n(3), DilationW: n(3), Groups: n(3), NoBias: n(1) == 1}, image
	case 2:
		return cnnlib.Conv3D{Channels: n(6), Kernel: n(3), Stride: n(3), StrideH: n(2), StrideW: n(2), Padding: padding % 3, Dilation: n(2), DilationH: n(2), DilationW: n(2), Groups: n(3)}, volume
	case 3:
		return cnnlib.DepthwiseConv2D{Multiplier: n(3), Kernel: n(4), Stride: n(3), StrideW: n(3), Padding: padding, Pads: pads, Dilation: n(3), DilationW: n(3)}, image
	case 4:
		return cnnlib.SeparableConv2D{Channels: n(6), Kernel: n(4), Stride: n(3), StrideW: n(3), DilationW: n(2), Padding: padding, Pads: pads, Multiplier: n(2)}, image
	case 5:
		return cnnlib.ConvTranspose2D{Channels: n(6), Kernel: n(4), Stride: n(3), StrideW: n(3), Padding: padding, Pads: pads, OutputPadding: n(2), OutputPaddingW: n(3) - 1, Dilation: n(2), DilationW: n(2), Groups: n(3)}, image
	case 6:
		return cnnlib.LocallyConnected2D{Channels: n(6), Kernel: n(4), Stride: n(3), StrideW: n(3), Padding: padding, Pads: pads}, image
	case 7:
		return cnnlib.MaxPool1D{Window: n(4), Stride: n(4), Padding: padding % 3, Ceil: n(1) == 1}, sequence
	case 8:
		return cnnlib.MaxPool2D{Window: n(4), WindowW: n(4), Stride: n(4), StrideW: n(3), Padding: padding, Pads: pads, Ceil: n(1) == 1}, image
	case 9:
		return cnnlib.MaxPool3D{Window: n(3), Stride: n(4), StrideD: n(2), StrideW: n(2), Padding: padding % 3, Ceil: n(1) == 1}, volume
	case 10:
		return cnnlib.AvgPool1D{Window: n(4), Stride: n(4), Padding: padding % 3, Ceil: n(1) == 1}, sequence
	case 11:
		return cnnlib.AvgPool2D{Window: n(4), WindowW: n(4), Stride: n(4), StrideW: n(3), Padding: padding, Pads: pads, Ceil: n(1) == 1}, image
	case 12:
		return cnnlib.AvgPool3D{Window: n(3), Stride: n(4), StrideD: n(2), StrideW: n(2), Padding: padding % 3, Ceil: n(1) == 1}, volume
	case 13:
		return cnnlib.AdaptivePool2D{Bins: n(4), BinsW: n(4), Max: n(1) == 1}, image
	case 14:
		return cnnlib.SpatialPyramidPool{Bins: []int{1 + n(3), n(3)}, Mode: cnnlib.PyramidMode(n(1))}, image
	case 15:
		return cnnlib.Switches{Pool: cnnlib.MaxPool2D{Window: n(3), Stride: n(3)}, Inside: cnnlib.Conv2D{Channels: image[2], Kernel: 1}}, image
	case 16:
		return cnnlib.Upsample{Factor: n(3), FactorW: n(3), Mode: cnnlib.UpsampleMode(n(1))}, image
	case 17:
		return cnnlib.PixelShuffle{Factor: n(3)}, image
	case 18:
		return cnnlib.Sequential{cnnlib.Flatten{}, cnnlib.Dropout{Rate: 0.5}, cnnlib.Dense{Units: n(4), Activation: cnnlib.Softmax}}, image
	case 19:
		return cnnlib.Sequential{cnnlib.BatchNorm{}, cnnlib.LocalResponseNorm{Size: n(5)}, cnnlib.Leaky{}, cnnlib.GlobalMaxPool{}}, image
	case 20:
		return cnnlib.Parallel{cnnlib.Conv2D{Channels: 2, Kernel: n(3), Padding: padding}, cnnlib.MaxPool2D{Window: n(3), Stride: 1, Padding: padding}}, image
	case 21:
		return cnnlib.Residual{Body: cnnlib.Conv2D{Channels: n(5), Kernel: n(3), Padding: padding}, Activation: cnnlib.GELU}, image
	}
	return cnnlib.GlobalAvgPool{}, image
}

// What OutShape accepts can be built and run, gives exactly that shape, and has as
// many parameters as Params says; what it refuses counts 0. Every layer prints
// itself as a Go expression.
func TestAnyLayerKeepsItsWord(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4)) // any fixed seed
	accepted := map[string]int{}
	for range 10_000 {
		layer, in := randomLayer(r)
		if _, err := parser.ParseExpr(layer.String()); err != nil {
			t.Errorf("%v is no Go expression: %v", layer, err)
		}
		out, err := layer.OutShape(in)
		if err != nil {
			if n := layer.Params(in) + layer.MACs(in); n != 0 {
				t.Errorf("%v refuses %v, but counts %d", layer, in, n)
			}
			continue
		}
		kind := fmt.Sprintf("%T", layer)
		if accepted[kind]++; accepted[kind] > 60 { // enough of each kind to build
			continue
		}
		store := model.NewStore()
		x := tensors.FromShape(shapes.Make(dtypes.Float32, append([]int{2}, in...)...))
		y, err := model.CallOnce(goBackend(t), store, func(s *model.Scope, x *graph.Node) *graph.Node { return layer.Build(s, x) }, x)
		if err != nil {
			t.Errorf("%v accepts %v, but: %v", layer, in, err)
			continue
		}
		if got := cnnlib.Shape(y.Shape().Dimensions[1:]); !got.Equal(out) {
			t.Errorf("%v on %v gives %v, OutShape says %v", layer, in, got, out)
		}
		trainable := 0
		for v := range store.IterVariables() {
			if v.Trainable {
				trainable += v.Shape().Size()
			}
		}
		if trainable != layer.Params(in) {
			t.Errorf("%v on %v has %d parameters, Params says %d", layer, in, trainable, layer.Params(in))
		}
	}
	if len(accepted) != 22 {
		t.Errorf("%v were accepted, want 22 kinds of layers", accepted)
	}
	t.Log(accepted)
}
