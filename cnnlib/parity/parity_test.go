package parity_test

import (
	"math"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/parity"
)

func goBackend(t *testing.T) compute.Backend {
	t.Helper()
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(backend.Finalize)
	return backend
}

// Every row of every grid, forward and all gradients, on the pure-Go backend.
func TestTable(t *testing.T) {
	var printed strings.Builder
	for _, err := range parity.Table(&printed, goBackend(t), math.MaxInt) {
		t.Error(err)
	}
	t.Logf("worst errors as shares of 2·n·u·Σ|a·b|, pure-Go backend, float32\n%s", printed.String())
}

// Rounding must show somewhere: otherwise nothing was compared.
func TestTableComparesSomething(t *testing.T) {
	c := parity.Conv2DGrid()[100] // any row
	got, err := c.Check(goBackend(t))
	if err != nil || got.Result == 0 || got.Input == 0 || got.Params == 0 {
		t.Errorf("%+v, %v: no rounding error at all in %v", got, err, c)
	}
}

// Central differences know nothing of package ref. One layer for each thing that
// Conv2D works round, and a chain in which gradients pass through all of them.
func TestDifferences(t *testing.T) {
	backend := goBackend(t)
	for _, layer := range []cnnlib.Layer{
		cnnlib.Conv2D{Channels: 2, Kernel: 3, Activation: cnnlib.Sigmoid},
		cnnlib.Conv2D{Channels: 2, Kernel: 2, Stride: 2, Activation: cnnlib.Tanh},
		cnnlib.Conv2D{Channels: 2, Kernel: 4, Padding: cnnlib.Same, NoBias: true},
		cnnlib.Conv2D{Channels: 2, Kernel: 2, Dilation: 3},
		cnnlib.Conv2D{Channels: 2, Kernel: 2, Stride: 2, Dilation: 2, Padding: cnnlib.Full},
		cnnlib.Conv2D{Channels: 4, Kernel: 2, Groups: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: 3, Right: 2}},
		cnnlib.Conv2D{Channels: 2, Kernel: 3, Activation: cnnlib.ReLU},
		cnnlib.MaxPool2D{Window: 3, Stride: 2, Padding: cnnlib.Same},
		cnnlib.Sequential{ // the kinds of layers of section 5.23
			cnnlib.Conv2D{Channels: 3, Kernel: 2, Activation: cnnlib.Sigmoid}, cnnlib.MaxPool2D{Window: 2},
			cnnlib.Flatten{}, cnnlib.Dropout{Rate: 0.5, Classic: true}, cnnlib.Dense{Units: 4, Activation: cnnlib.Tanh}, cnnlib.Dense{Units: 3, NoBias: true},
		},
		cnnlib.Sequential{
			cnnlib.Conv2D{Channels: 2, Kernel: 2, Padding: cnnlib.Same}, cnnlib.Tanh,
			cnnlib.Sequential{cnnlib.Conv2D{Channels: 3, Kernel: 4, Stride: 2, Padding: cnnlib.Full, Activation: cnnlib.Sigmoid}},
			cnnlib.Conv2D{Channels: 1, Kernel: 1, Padding: cnnlib.Full},
		},
	} {
		got, err := parity.Differences(backend, layer, 2, cnnlib.Shape{5, 6, 2})
		if err != nil {
			t.Error(err)
			continue
		}
		t.Logf("%.1e %v", got, layer)
		if got > parity.Tolerance {
			t.Errorf("%v: gradients differ from central differences by %g, allowed %g", layer, got, parity.Tolerance)
		}
	}
}

// wrong multiplies its input by itself, but hides one of the two from the gradient.
type wrong struct{ cnnlib.Activation }

func (wrong) Build(_ *model.Scope, x *graph.Node) *graph.Node {
	return graph.Mul(x, graph.StopGradient(x))
}

func TestDifferencesSeeAWrongGradient(t *testing.T) {
	got, err := parity.Differences(goBackend(t), wrong{}, 1, cnnlib.Shape{3, 3, 1})
	if err != nil || got < 1e-3 { // x itself, from -1 to 1, is missing
		t.Errorf("difference %g, %v: the wrong gradient was not seen", got, err)
	}
}

// An activation that package ref knows nothing of makes all of them wrong.
func TestCheckSeesAWrongResult(t *testing.T) {
	c := parity.Conv2DGrid()[100] // any row
	layer := c.Layer.(cnnlib.Conv2D)
	layer.Activation = cnnlib.Tanh
	c.Layer = layer
	got, err := c.Check(goBackend(t))
	if err != nil || got.Result <= 1 || got.Input <= 1 || got.Params <= 1 {
		t.Errorf("%+v, %v: wrong values were not seen", got, err)
	}
}
