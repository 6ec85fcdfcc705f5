package cnnlib_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/lower"
)

// panicking is a layer whose Build panics with any value.
type panicking struct {
	cnnlib.Activation
	with any
}

func (p panicking) Build(*model.Scope, *graph.Node) *graph.Node { panic(p.with) }

// Whatever a layer of the reader's own panics with, Run ends and tells it.
func TestRunTellsWhatALayerPanicsWith(t *testing.T) {
	backend, err := openGo()
	if err != nil {
		t.Fatal(err)
	}
	x, err := cnnlib.FromMatrix([][]float64{{1, 2}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		with any
		want string
	}{
		{"the kernel is empty", "cnnlib: running None: the kernel is empty"},
		{7, "cnnlib: running None: 7"},
		{errors.New("cnnlib: too few channels"), "cnnlib: running None: too few channels"}, // the prefix once
	} {
		done := make(chan error, 1)
		go func() {
			_, err := cnnlib.Run(backend, panicking{with: c.with}, x)
			done <- err
		}()
		select {
		case err := <-done:
			if err == nil || err.Error() != c.want {
				t.Errorf("%v: %v, want %q", c.with, err, c.want)
			}
		case <-time.After(30 * time.Second):
			t.Fatalf("%v: Run hangs", c.with)
		}
	}
}

// A tensor of a closed backend, and a closed backend itself: GoMLX prints the tensor first.
func TestRunTellsOfAClosedBackend(t *testing.T) {
	closed, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		t.Fatal(err)
	}
	open, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		t.Fatal(err)
	}
	x, err := cnnlib.FromMatrix([][]float64{{1, 2}, {3, 4}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cnnlib.Run(closed, cnnlib.ReLU, x); err != nil {
		t.Fatal(err)
	}
	closed.Finalize()
	_, err = cnnlib.Run(open, cnnlib.ReLU, x)
	if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "finalized backend") || !strings.Contains(err.Error(), "make a new tensor") {
		t.Errorf("a tensor of a closed backend: %v", err)
	}
	fresh, err := cnnlib.FromMatrix([][]float64{{1, 2}, {3, 4}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = cnnlib.Run(closed, cnnlib.ReLU, fresh)
	if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "finalized") || !strings.Contains(err.Error(), "open a backend") {
		t.Errorf("a closed backend: %v", err)
	}
}

// 2⁴⁶ weights are more than any memory holds.
func TestRunRefusesMoreWeightsThanFit(t *testing.T) {
	backend, err := openGo()
	if err != nil {
		t.Fatal(err)
	}
	rows := make([][]float64, 256)
	for i := range rows {
		rows[i] = make([]float64, 256)
	}
	x, err := cnnlib.FromMatrix(rows)
	if err != nil {
		t.Fatal(err)
	}
	_, err = cnnlib.Run(backend, cnnlib.Sequential{cnnlib.Flatten{}, cnnlib.Dense{Units: 1 << 30}}, x)
	if err == nil || !strings.Contains(err.Error(), "use fewer units") || strings.Contains(err.Error(), "\n") {
		t.Errorf("2⁴⁶ weights: %v", err)
	}
}

// A value with a place outside of the picture goes nowhere, not into the next picture.
func TestMaxUnpoolLeavesOutWhatIsOutside(t *testing.T) {
	backend, err := openGo()
	if err != nil {
		t.Fatal(err)
	}
	y := [][][][]float32{{{{1}, {2}, {3}}}, {{{4}, {5}, {6}}}} // two pictures
	at := [][][][]int32{{{{-1}, {3}, {0}}}, {{{1 << 30}, {4}, {-7}}}}
	got, err := graph.CallOnce(backend, func(y, at *graph.Node) *graph.Node { return lower.MaxUnpool(y, at, 2, 2) }, y, at)
	if err != nil {
		t.Fatal(err)
	}
	var flat []float32
	got.MustConstFlatData(func(data any) { flat = append(flat, data.([]float32)...) })
	want := []float32{3, 0, 0, 2, 0, 0, 0, 0}
	for i := range want {
		if flat[i] != want[i] {
			t.Fatalf("%v, want %v", flat, want)
		}
	}
}
