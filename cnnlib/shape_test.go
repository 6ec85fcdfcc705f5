package cnnlib_test

import (
	"math"
	"strings"
	"testing"

	"cnnbook/cnnlib"
)

// No layer takes a shape with nothing in it or makes one that an int cannot count.
func TestShapesThatCannotBe(t *testing.T) {
	picture := []cnnlib.Layer{
		cnnlib.ReLU, cnnlib.Softmax, cnnlib.Leaky{}, cnnlib.Dropout{Rate: 0.5}, cnnlib.BatchNorm{}, cnnlib.LocalResponseNorm{}, cnnlib.Flatten{},
		cnnlib.MaxPool2D{Window: 1}, cnnlib.AvgPool2D{Window: 1}, cnnlib.GlobalAvgPool{}, cnnlib.GlobalMaxPool{},
		cnnlib.AdaptivePool2D{Bins: 1}, cnnlib.SpatialPyramidPool{Bins: []int{1}}, cnnlib.Switches{Pool: cnnlib.MaxPool2D{Window: 1}},
		cnnlib.Upsample{Factor: 2}, cnnlib.Upsample{Factor: 2, Mode: cnnlib.Bilinear}, cnnlib.PixelShuffle{Factor: 1},
		cnnlib.Conv2D{Channels: 1, Kernel: 1}, cnnlib.DepthwiseConv2D{Kernel: 1}, cnnlib.SeparableConv2D{Channels: 1, Kernel: 1},
		cnnlib.ConvTranspose2D{Channels: 1, Kernel: 1}, cnnlib.LocallyConnected2D{Channels: 1, Kernel: 1},
		cnnlib.Parallel{cnnlib.ReLU, cnnlib.Tanh}, cnnlib.Residual{Body: cnnlib.ReLU},
	}
	for _, layer := range picture {
		if _, err := layer.OutShape(cnnlib.Shape{3, 4, 4}); err != nil {
			t.Errorf("%v on [N 3 4 4]: %v", layer, err)
		}
		for _, in := range []cnnlib.Shape{{3, 4, 0}, {3, 0, 4}, {0, 4, 4}, {-3, 4, 4}, {3, -4, 4}, {3, 4, -4}, {-3, -4, 4}} {
			if out, err := layer.OutShape(in); err == nil {
				t.Errorf("%v takes %v and makes %v", layer, in, out)
			}
		}
	}
	const half = math.MaxInt/2 + 1
	for _, c := range []struct {
		layer cnnlib.Layer
		in    cnnlib.Shape
	}{
		{cnnlib.Flatten{}, cnnlib.Shape{half, 2, 2}},
		{cnnlib.Flatten{}, cnnlib.Shape{1 << 32, 1 << 32, 1}},
		{cnnlib.Upsample{Factor: half}, cnnlib.Shape{2, 2, 1}},
		{cnnlib.Upsample{Factor: 4}, cnnlib.Shape{half, 1, 1}},
		{cnnlib.Upsample{Factor: 1 << 31}, cnnlib.Shape{2, 2, 1}}, // its sizes can be counted, its cells not
		{cnnlib.PixelShuffle{Factor: 2}, cnnlib.Shape{half, 1, 4}},
		{cnnlib.Parallel{cnnlib.Dense{Units: half}, cnnlib.Dense{Units: half}}, cnnlib.Shape{1}},
		{cnnlib.Dense{Units: half}, cnnlib.Shape{2}},
		{cnnlib.ReLU, cnnlib.Shape{half, 4}},
	} {
		out, err := c.layer.OutShape(c.in)
		if err == nil || !strings.Contains(err.Error(), "more than an int can count") {
			t.Errorf("%v on %v: %v, %v, want it refused", c.layer, c.in, out, err)
		}
		if n, m := c.layer.Params(c.in), c.layer.MACs(c.in); n < 0 || m < 0 {
			t.Errorf("%v on %v: %d parameters and %d MACs", c.layer, c.in, n, m)
		}
	}
}
