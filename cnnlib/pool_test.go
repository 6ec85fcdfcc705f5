package cnnlib_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
)

// pooledMatrix runs the layer on one image of one channel.
func pooledMatrix(t *testing.T, layer cnnlib.Layer, m [][]float64) [][]float64 {
	t.Helper()
	got, err := cnnlib.ToMatrix(run(t, layer, fromMatrix(t, m)), 0)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

var bookMatrix = [][]float64{{1, 1, 2, 4}, {5, 6, 7, 8}, {3, 2, 1, 0}, {1, 2, 3, 4}} // section 5.16

func TestPoolValues(t *testing.T) {
	for _, c := range []struct {
		layer cnnlib.Layer
		want  [][]float64
	}{
		{cnnlib.MaxPool2D{Window: 2, Stride: 1}, [][]float64{{6, 7, 8}, {6, 7, 8}, {3, 3, 4}}}, // section 5.5.2: overlapping
		{cnnlib.MaxPool2D{Window: 3}, [][]float64{{7}}},
		{cnnlib.MaxPool2D{Window: 3, Ceil: true}, [][]float64{{7, 8}, {3, 4}}},
		{cnnlib.MaxPool2D{Window: 1, WindowW: 4}, [][]float64{{4}, {8}, {3}, {4}}},
		{cnnlib.AvgPool2D{Window: 2}, [][]float64{{3.25, 5.25}, {2, 2}}}, // section 5.16
		// Corners of one cell, edges of two, the middle of four.
		{cnnlib.AvgPool2D{Window: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: 1, Bottom: 1, Left: 1, Right: 1}}, [][]float64{{1, 1.5, 4}, {4, 4, 4}, {1, 2.5, 4}}},
		{cnnlib.AvgPool2D{Window: 4, WindowW: 1}, [][]float64{{2.5, 2.75, 3.25, 4}}},
	} {
		if got := pooledMatrix(t, c.layer, bookMatrix); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v: %v, want %v", c.layer, got, c.want)
		}
	}
	negative := [][]float64{{-3, -2}, {-1, -4}}
	padded := cnnlib.MaxPool2D{Window: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: 1, Bottom: 1, Left: 1, Right: 1}}
	if got, want := pooledMatrix(t, padded, negative), [][]float64{{-3, -2}, {-1, -4}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v of negative numbers: %v, want %v: the padding won", padded, got, want)
	}
}

func TestPoolAlongOneAndThreeAxes(t *testing.T) {
	signal := func() *tensors.Tensor {
		return tensors.FromFlatDataAndDimensions([]float32{1, 5, 2, 4, 3}, 1, 5, 1)
	}
	film := func() *tensors.Tensor { // two frames of 2×2
		return tensors.FromFlatDataAndDimensions([]float32{1, 2, 3, 4, 9, 7, 5, 3}, 1, 2, 2, 2, 1)
	}
	for _, c := range []struct {
		layer cnnlib.Layer
		x     *tensors.Tensor
		want  any
	}{
		{cnnlib.MaxPool1D{Window: 2}, signal(), [][][]float32{{{5}, {4}}}}, // the 3 is lost
		{cnnlib.MaxPool1D{Window: 2, Ceil: true}, signal(), [][][]float32{{{5}, {4}, {3}}}},
		{cnnlib.AvgPool1D{Window: 3, Stride: 2, Padding: cnnlib.Explicit, Start: 1}, signal(), [][][]float32{{{3}, {11. / 3}}}},
		{cnnlib.MaxPool3D{Window: 2}, film(), [][][][][]float32{{{{{9}}}}}},
		{cnnlib.MaxPool3D{Window: 2, WindowD: 1}, film(), [][][][][]float32{{{{{4}}}, {{{9}}}}}},
		{cnnlib.AvgPool3D{Window: 1, WindowD: 2}, film(), [][][][][]float32{{{{{5}, {4.5}}, {{4}, {3.5}}}}}},
	} {
		if got := run(t, c.layer, c.x).Value(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v: %v, want %v", c.layer, got, c.want)
		}
	}
}

// gradient returns ∂(Σ y)/∂x.
func gradient(t *testing.T, layer cnnlib.Layer, x any) any {
	t.Helper()
	got, err := graph.CallOnce(goBackend(t), func(x *graph.Node) *graph.Node {
		return graph.Gradient(graph.ReduceAllSum(layer.Build(nil, x)), x)[0]
	}, x)
	if err != nil {
		t.Fatal(err)
	}
	return got.Value()
}

// Two equal values, the first by column in the second row: the one in the first row
// takes the gradient.
func TestMaxPoolTiesGoByRows(t *testing.T) {
	x := [][][][]float32{{{{0}, {7}}, {{7}, {0}}}}
	if got, want := gradient(t, cnnlib.MaxPool2D{Window: 2}, x), any([][][][]float32{{{{0}, {1}}, {{0}, {0}}}}); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestPoolRefuses(t *testing.T) {
	picture, film := cnnlib.Shape{6, 6, 2}, cnnlib.Shape{4, 6, 6, 2}
	for _, c := range []struct {
		layer cnnlib.Layer
		in    cnnlib.Shape
		want  string
	}{
		{cnnlib.MaxPool2D{Window: 2, Stride: -1}, picture, "Stride -1"},
		{cnnlib.MaxPool2D{Window: 2, WindowW: -1}, picture, "columns: the window is -1"},
		{cnnlib.MaxPool2D{Window: 3, WindowW: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Right: 2}}, picture, "columns: padding 2 is not below the window 2"},
		{cnnlib.MaxPool2D{Window: 2, Pads: cnnlib.Pads{Top: 1}}, picture, "use Padding Explicit"},
		{cnnlib.AvgPool2D{Window: 2, Padding: cnnlib.Full}, picture, "AvgPool2D{Window: 2, Padding: Full}: Padding is Full"},
		{cnnlib.AvgPool2D{Window: 2}, film, "4 axes beside N, want 3: rows, columns, channels"},
		{cnnlib.MaxPool1D{Window: 2}, picture, "3 axes beside N, want 2: length, channels"},
		{cnnlib.AvgPool1D{Window: 8}, cnnlib.Shape{7, 1}, "does not fit into 7"},
		{cnnlib.MaxPool3D{Window: 2}, picture, "3 axes beside N, want 4: frames, rows, columns, channels"},
		{cnnlib.AvgPool3D{Window: 5}, film, "frames: window of 5 cells does not fit into 4"},
		{cnnlib.AvgPool3D{Window: 2, Padding: cnnlib.Explicit, Back: 2}, film, "frames: padding 2 is not below the window 2"},
	} {
		checkRefuses(t, c.layer, c.in, c.want)
	}
}

// checkRefuses wants an error from OutShape, and no counts.
func checkRefuses(t *testing.T, layer cnnlib.Layer, in cnnlib.Shape, want string) {
	t.Helper()
	out, err := layer.OutShape(in)
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v on %v: %v, %v, want %q", layer, in, out, err, want)
	}
	if n := layer.Params(in) + layer.MACs(in); n != 0 {
		t.Errorf("%v refuses %v, but counts %d", layer, in, n)
	}
}

func TestPoolString(t *testing.T) {
	for want, layer := range map[string]cnnlib.Layer{
		"MaxPool2D{Window: 3, WindowW: 2, Stride: 2, Padding: Same, Ceil: true}":           cnnlib.MaxPool2D{Window: 3, WindowW: 2, Stride: 2, Padding: cnnlib.Same, Ceil: true},
		"AvgPool2D{Window: 2, Padding: Explicit, Pads: Pads{Top: 1}}":                      cnnlib.AvgPool2D{Window: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: 1}},
		"MaxPool1D{Window: 3, Stride: 1, Padding: Explicit, Start: 1, End: 2, Ceil: true}": cnnlib.MaxPool1D{Window: 3, Stride: 1, Padding: cnnlib.Explicit, Start: 1, End: 2, Ceil: true},
		"AvgPool1D{Window: 3}": cnnlib.AvgPool1D{Window: 3},
		"MaxPool3D{Window: 2, WindowD: 1, WindowW: 3, Padding: Explicit, Front: 1, Back: 2, Pads: Pads{Left: 1}, Ceil: true}": cnnlib.MaxPool3D{Window: 2, WindowD: 1, WindowW: 3, Padding: cnnlib.Explicit, Front: 1, Back: 2, Pads: cnnlib.Pads{Left: 1}, Ceil: true},
		"AvgPool3D{Window: 2}": cnnlib.AvgPool3D{Window: 2},
	} {
		if layer.String() != want {
			t.Errorf("%v, want %s", layer, want)
		}
	}
}

// The number of windows, and whether they are refused, must be those that package
// ref finds by walking.
func FuzzPoolShape(f *testing.F) {
	f.Add(5, 3, 2, 1, 1, true)
	f.Add(6, 2, 4, 1, 0, true) // the last window would begin behind the input
	f.Add(4, 5, 1, 0, 0, false)
	f.Add(4, 2, 0, 2, 0, false)
	f.Fuzz(func(t *testing.T, in, window, stride, start, end int, ceil bool) {
		const most = 1000 // ref walks cell by cell
		if in > most || window > most || stride > most || start > most || end > most {
			t.Skip()
		}
		layer := cnnlib.MaxPool1D{Window: window, Stride: stride, Padding: cnnlib.Explicit, Start: start, End: end, Ceil: ceil}
		got, err := layer.OutShape(cnnlib.Shape{in, 3})
		if stride == 0 {
			stride = window
		}
		bins, refErr := ref.Windows(in, window, stride, start, end, ceil)
		if err == nil && (refErr != nil || !got.Equal(cnnlib.Shape{len(bins), 3})) {
			t.Errorf("%v on %d cells: %v, ref finds %d windows, %v", layer, in, got, len(bins), refErr)
		}
		// The layer refuses padding that is not below the window, even if the stride
		// happens to leave no window in it.
		if err != nil && refErr == nil && max(start, end) < window {
			t.Errorf("%v on %d cells: %v, ref finds %d windows", layer, in, err, len(bins))
		}
	})
}
