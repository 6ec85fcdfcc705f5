package parity_test

import (
	"testing"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/parity"
	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"
)

func goBackend(t *testing.T) compute.Backend {
	t.Helper()
	backend, err := compute.NewWithConfig("go")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(backend.Finalize)
	return backend
}

// Every row of the grid, forward and all gradients, on the pure-Go backend.
func TestConv2DGrid(t *testing.T) {
	backend := goBackend(t)
	var worst parity.Shares
	for _, c := range parity.Conv2DGrid() {
		got, err := c.Check(backend)
		if err != nil {
			t.Error(err)
			continue
		}
		if got.Worst() > 1 {
			t.Errorf("%v: errors are %+v of what rounding allows", c, got)
		}
		worst = parity.Shares{
			Result: max(worst.Result, got.Result), Input: max(worst.Input, got.Input),
			Kernel: max(worst.Kernel, got.Kernel), Bias: max(worst.Bias, got.Bias),
		}
	}
	t.Logf("%d rows, worst shares of the allowed error: %+v", len(parity.Conv2DGrid()), worst)
	if worst.Result == 0 || worst.Input == 0 || worst.Kernel == 0 {
		t.Errorf("no rounding error at all in %+v: nothing was compared", worst)
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
