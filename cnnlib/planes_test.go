package cnnlib_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib"
	"cnnbook/internal/purego"
)

func TestRunPlanesChannels(t *testing.T) {
	backend := purego.Open(t)
	a, b := [][]float64{{1, 2, 3}, {4, 5, 6}}, [][]float64{{0, -1, 0}, {7, 0, -2}}

	// Windows of one cell leave each channel as it is, in its place.
	same, err := cnnlib.RunPlanes(backend, cnnlib.MaxPool2D{Window: 1}, a, b)
	if want := [][][]float64{a, b}; err != nil || !reflect.DeepEqual(same, want) {
		t.Errorf("windows of one cell give %v, %v, want %v", same, err, want)
	}

	// Two kernels 1×1 on one channel: 2x and −x.
	kernels := cnnlib.Filters([][]float64{{2}}, [][]float64{{-1}})
	two, err := cnnlib.RunPlanes(backend, cnnlib.Conv2D{Kernel: 1, NoBias: true, Weights: kernels}, a)
	if want := [][][]float64{{{2, 4, 6}, {8, 10, 12}}, {{-1, -2, -3}, {-4, -5, -6}}}; err != nil || !reflect.DeepEqual(two, want) {
		t.Errorf("two kernels give %v, %v, want %v", two, err, want)
	}
}

func TestRunPlanesErrors(t *testing.T) {
	backend := purego.Open(t)
	plane := [][]float64{{1, 2}, {3, 4}}
	for _, c := range []struct {
		name    string
		backend compute.Backend
		layer   cnnlib.Layer
		planes  [][][]float64
		says    []string
	}{
		{"no plane", backend, cnnlib.MaxPool2D{Window: 2}, nil, []string{"empty"}},
		{"an empty plane", backend, cnnlib.MaxPool2D{Window: 2}, [][][]float64{{}}, []string{"empty"}},
		{"a short row", backend, cnnlib.MaxPool2D{Window: 2}, [][][]float64{{{1, 2}, {3}}}, []string{"row 1", "1 numbers", "2"}},
		{"planes of two sizes", backend, cnnlib.MaxPool2D{Window: 2}, [][][]float64{plane, {{1, 2}}}, []string{"matrix 1 has 1 rows", "2"}},
		{"no backend", nil, cnnlib.MaxPool2D{Window: 2}, [][][]float64{plane}, []string{"backend is nil"}},
		{"no layer", backend, nil, [][][]float64{plane}, []string{"layer is nil"}},
		{"a window that does not fit", backend, cnnlib.MaxPool2D{Window: 3}, [][][]float64{plane}, []string{"MaxPool2D{Window: 3}", "[N 2 2 1]"}},
		{"a layer that gives no image", backend, cnnlib.Flatten{}, [][][]float64{plane}, []string{"Flatten{}", "[N 4]", "[N H W C]"}},
	} {
		got, err := cnnlib.RunPlanes(c.backend, c.layer, c.planes...)
		if err == nil || got != nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, %v, want one line of error", c.name, got, err)
			continue
		}
		for _, word := range c.says {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%s: the error %q does not name %q", c.name, err, word)
			}
		}
	}
}

func ExampleRunPlanes() {
	backend := purego.Must()
	defer backend.Finalize()
	image := [][]float64{
		{1, 3, 2, 1},
		{0, 2, 4, 1},
	}
	largest, err := cnnlib.RunPlanes(backend, cnnlib.MaxPool2D{Window: 2}, image)
	fmt.Println(largest, err)
	// Output: [[[3 4]]] <nil>
}
