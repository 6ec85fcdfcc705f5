package cnnlib_test

import (
	"reflect"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/cnnlib"
)

func TestGlobalPoolValues(t *testing.T) {
	for _, c := range []struct {
		layer cnnlib.Layer
		want  [][]float32
	}{
		{cnnlib.GlobalAvgPool{}, [][]float32{{2.5, 25}}},
		{cnnlib.GlobalMaxPool{}, [][]float32{{4, 40}}},
	} {
		x := fromMatrix(t, [][]float64{{1, 2}, {3, 4}}, [][]float64{{40, 20}, {30, 10}})
		if got := run(t, c.layer, x).Value(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v: %v, want %v", c.layer, got, c.want)
		}
	}
}

// One value in a whole picture of equal ones takes the gradient, and not all.
func TestGlobalAndAdaptiveMaxTies(t *testing.T) {
	x := [][][][]float32{{{{0}, {7}}, {{7}, {7}}}}
	want := any([][][][]float32{{{{0}, {1}}, {{0}, {0}}}})
	for _, layer := range []cnnlib.Layer{cnnlib.GlobalMaxPool{}, cnnlib.AdaptivePool2D{Bins: 1, Max: true}, cnnlib.SpatialPyramidPool{Bins: []int{1}}} {
		if got := gradient(t, layer, x); !reflect.DeepEqual(got, want) {
			t.Errorf("%v: %v, want %v", layer, got, want)
		}
	}
}

// Channels run fastest, then columns, then rows, then levels.
func TestPyramidOrder(t *testing.T) {
	x := fromMatrix(t, [][]float64{{1, 2}, {3, 4}}, [][]float64{{10, 20}, {30, 40}})
	got := run(t, cnnlib.SpatialPyramidPool{Bins: []int{2, 1}}, x).Value()
	if want := [][]float32{{1, 10, 2, 20, 3, 30, 4, 40, 4, 40}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Section 5.5.3: on 14×14 the paper's windows for n = 4 (4 cells, 3 apart) do not
// see the last row and column; the adaptive bins do.
func TestPaperWindowsLoseTheLastRow(t *testing.T) {
	flat := make([]float32, 14*14)
	flat[len(flat)-1] = 1 // the last row and column
	for mode, want := range map[cnnlib.PyramidMode]float32{cnnlib.PaperWindows: 0, cnnlib.AdaptiveBins: 1} {
		y := run(t, cnnlib.SpatialPyramidPool{Bins: []int{4}, Mode: mode}, tensors.FromFlatDataAndDimensions(append([]float32{}, flat...), 1, 14, 14, 1))
		if got := y.Value().([][]float32)[0]; len(got) != 16 || got[15] != want {
			t.Errorf("%v: %v, want 16 numbers, the last %v", mode, got, want)
		}
	}
}

func TestBinPoolsRefuse(t *testing.T) {
	picture := cnnlib.Shape{6, 6, 2}
	for _, c := range []struct {
		layer cnnlib.Layer
		in    cnnlib.Shape
		want  string
	}{
		{cnnlib.GlobalAvgPool{}, cnnlib.Shape{6}, "1 axes beside N, want at least 2"},
		{cnnlib.GlobalMaxPool{}, cnnlib.Shape{6}, "1 axes beside N, want at least 2"},
		{cnnlib.AdaptivePool2D{}, picture, "Bins is 0"},
		{cnnlib.AdaptivePool2D{Bins: 2, BinsW: -1}, picture, "BinsW -1"},
		{cnnlib.AdaptivePool2D{Bins: 2}, cnnlib.Shape{6, 2}, "2 axes beside N, want 3"},
		{cnnlib.AdaptivePool2D{Bins: 2}, cnnlib.Shape{6, 0, 2}, "columns: input 0 is below 1"},
		{cnnlib.SpatialPyramidPool{Bins: []int{2}}, cnnlib.Shape{0, 6, 2}, "rows: input 0 is below 1"},
		{cnnlib.SpatialPyramidPool{Bins: []int{2}}, cnnlib.Shape{6, 6, 0}, "channels 0 is below 1"},
		{cnnlib.SpatialPyramidPool{}, picture, "Bins is empty"},
		{cnnlib.SpatialPyramidPool{Bins: []int{2, 0}}, picture, "0 bins, want at least 1"},
		{cnnlib.SpatialPyramidPool{Bins: []int{2}}, cnnlib.Shape{6}, "1 axes beside N, want 3"},
		{cnnlib.SpatialPyramidPool{Bins: []int{2}, Mode: 7}, picture, "PyramidMode(7) is none of"},
		{cnnlib.SpatialPyramidPool{Bins: []int{7}, Mode: cnnlib.PaperWindows}, picture, "rows: 7 windows on 6 cells"},
		{cnnlib.SpatialPyramidPool{Bins: []int{4}, Mode: cnnlib.PaperWindows}, cnnlib.Shape{13, 7, 1}, "columns: windows of 2 cells, 1 apart, are 6 on 7 cells, not 4"},
	} {
		checkRefuses(t, c.layer, c.in, c.want)
	}
}

func TestBinPoolString(t *testing.T) {
	for want, layer := range map[string]cnnlib.Layer{
		"GlobalAvgPool{}": cnnlib.GlobalAvgPool{},
		"GlobalMaxPool{}": cnnlib.GlobalMaxPool{},
		"AdaptivePool2D{Bins: 2, BinsW: 3, Max: true}":           cnnlib.AdaptivePool2D{Bins: 2, BinsW: 3, Max: true},
		"SpatialPyramidPool{Bins: []int{4, 2, 1}}":               cnnlib.SpatialPyramidPool{Bins: []int{4, 2, 1}},
		"SpatialPyramidPool{Bins: []int{1}, Mode: PaperWindows}": cnnlib.SpatialPyramidPool{Bins: []int{1}, Mode: cnnlib.PaperWindows},
	} {
		if layer.String() != want {
			t.Errorf("%v, want %s", layer, want)
		}
	}
}
