package cnnlib_test

import (
	"reflect"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/cnnlib"
)

// Channel c·r² + i·r + j goes to row i, column j of channel c.
func TestPixelShuffleOrder(t *testing.T) {
	x := tensors.FromFlatDataAndDimensions([]float32{1, 2, 3, 4, 10, 20, 30, 40}, 1, 1, 1, 8)
	got := run(t, cnnlib.PixelShuffle{Factor: 2}, x).Value()
	if want := [][][][]float32{{{{1, 10}, {2, 20}}, {{3, 30}, {4, 40}}}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestUpsampleKeepsConstantPictures(t *testing.T) {
	flat := [][]float64{{3, 3, 3}, {3, 3, 3}}
	for _, row := range pooledMatrix(t, cnnlib.Upsample{Factor: 4, Mode: cnnlib.Bilinear}, flat) { // factor 4: shares of 1/8 are exact
		for _, v := range row {
			if v != 3 {
				t.Fatalf("%v, want 3 everywhere", row)
			}
		}
	}
}

func TestResizeRefuses(t *testing.T) {
	picture := cnnlib.Shape{6, 6, 4}
	for _, c := range []struct {
		layer cnnlib.Layer
		in    cnnlib.Shape
		want  string
	}{
		{cnnlib.Upsample{}, picture, "Factor is 0, want at least 1"},
		{cnnlib.Upsample{Factor: 2}, cnnlib.Shape{4}, "1 axes beside N, want 3"},
		{cnnlib.Upsample{Factor: 2, Mode: 5}, picture, "UpsampleMode(5) is none of [Nearest Bilinear]"},
		{cnnlib.PixelShuffle{}, picture, "Factor is 0, want at least 1"},
		{cnnlib.PixelShuffle{Factor: 3}, picture, "input channels 4 not divisible by Factor² = 3²"},
		{cnnlib.PixelShuffle{Factor: 1 << 32}, picture, "input channels 4 not divisible"}, // its square overflows to 0
		{cnnlib.PixelShuffle{Factor: 2}, cnnlib.Shape{4}, "1 axes beside N, want 3"},
	} {
		checkRefuses(t, c.layer, c.in, c.want)
	}
}

func TestResizeString(t *testing.T) {
	for want, layer := range map[string]cnnlib.Layer{
		"Upsample{Factor: 2}":                 cnnlib.Upsample{Factor: 2},
		"Upsample{Factor: 2, Mode: Bilinear}": cnnlib.Upsample{Factor: 2, Mode: cnnlib.Bilinear},
		"PixelShuffle{Factor: 2}":             cnnlib.PixelShuffle{Factor: 2},
	} {
		if layer.String() != want {
			t.Errorf("%v, want %s", layer, want)
		}
	}
}
