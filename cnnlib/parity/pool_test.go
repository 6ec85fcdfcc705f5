package parity_test

import (
	"testing"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/parity"
)

// Central differences of the poolings and of what undoes them. The inputs are drawn at random; no two of
// them are so near to each other that a step of the difference changes which is
// the larger.
func TestPoolDifferences(t *testing.T) {
	backend := goBackend(t)
	line, picture, film := cnnlib.Shape{7, 2}, cnnlib.Shape{5, 6, 2}, cnnlib.Shape{3, 4, 5, 2}
	for _, c := range []struct {
		layer cnnlib.Layer
		in    cnnlib.Shape
	}{
		{cnnlib.MaxPool1D{Window: 3, Stride: 1, Padding: cnnlib.Same}, line},
		{cnnlib.MaxPool2D{Window: 3, WindowW: 2, Stride: 2, Ceil: true}, picture},
		{cnnlib.MaxPool3D{Window: 2, Stride: 1}, film},
		{cnnlib.AvgPool1D{Window: 3, Ceil: true}, line},
		{cnnlib.AvgPool2D{Window: 2, Stride: 1, Padding: cnnlib.Same}, picture}, // ends the process with GoMLX's MeanPool
		{cnnlib.AvgPool3D{Window: 2, Stride: 1, Padding: cnnlib.Explicit, Front: 1}, film},
		{cnnlib.GlobalAvgPool{}, picture},
		{cnnlib.GlobalMaxPool{}, film},
		{cnnlib.AdaptivePool2D{Bins: 3, BinsW: 4}, picture},
		{cnnlib.AdaptivePool2D{Bins: 3, BinsW: 4, Max: true}, picture},
		{cnnlib.SpatialPyramidPool{Bins: []int{2, 1}}, picture},
		{cnnlib.SpatialPyramidPool{Bins: []int{2, 1}, Mode: cnnlib.PaperWindows}, picture},
		{cnnlib.Switches{Pool: cnnlib.MaxPool2D{Window: 2}}, picture},
		{cnnlib.Switches{Pool: cnnlib.MaxPool2D{Window: 3, Stride: 2}, Inside: cnnlib.Conv2D{Channels: 2, Kernel: 3, Padding: cnnlib.Same, Activation: cnnlib.Tanh}}, picture},
		{cnnlib.Upsample{Factor: 3}, picture},
		{cnnlib.Upsample{Factor: 2, Mode: cnnlib.Bilinear}, cnnlib.Shape{1, 3, 2}},
		{cnnlib.Upsample{Factor: 3, Mode: cnnlib.Bilinear}, picture},
		{cnnlib.PixelShuffle{Factor: 2}, cnnlib.Shape{2, 3, 8}},
	} {
		checkDifferences(t, backend, c.layer, c.in)
	}
}

// checkDifferences holds the gradients of a layer against central differences.
func checkDifferences(t *testing.T, backend compute.Backend, layer cnnlib.Layer, in cnnlib.Shape) {
	t.Helper()
	got, err := parity.Differences(backend, layer, 2, in)
	if err != nil || got > parity.Tolerance {
		t.Errorf("%v: gradients differ from central differences by %g, allowed %g; %v", layer, got, parity.Tolerance, err)
	}
}
