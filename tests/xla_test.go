package tests

import (
	"testing"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib/parity"
	"cnnbook/xla"
)

// openXLA opens the real XLA backend.
func openXLA(t *testing.T) compute.Backend {
	t.Helper()
	engine, err := xla.Open(t.Context(), "xla:cpu")
	mustHave(t, err == nil, "the XLA plugin", "go run . xla install")
	t.Cleanup(engine.Close)
	return engine.Backend
}

// TestParityOnXLA holds the layers against the oracle on XLA: every seventh row
// of the grid, which meets every value of every setting. (All rows run on the
// pure-Go backend in package parity; on XLA compiling them takes a minute.)
func TestParityOnXLA(t *testing.T) {
	backend := openXLA(t)
	grid := parity.Conv2DGrid()
	for i := 0; i < len(grid); i += 7 {
		shares, err := grid[i].Check(backend)
		if err != nil {
			t.Fatalf("%+v: %v", grid[i], err)
		}
		if shares.Worst() > 1 {
			t.Errorf("%+v: an error is %.2f of its bound", grid[i], shares.Worst())
		}
	}
}
