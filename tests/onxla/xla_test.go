package onxla

import (
	"os"
	"strings"
	"testing"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib/parity"
	"cnnbook/tests/checkout"
	"cnnbook/xla"
)

// openXLA opens the real XLA backend.
func openXLA(t *testing.T, options ...string) compute.Backend {
	t.Helper()
	engine, err := xla.Open(t.Context(), strings.Join(append([]string{"xla:cpu"}, options...), ","))
	checkout.MustHave(t, err == nil, "the XLA plugin", "go run . xla install")
	t.Cleanup(engine.Close)
	return engine.Backend
}

// TestParityOnXLA holds the layers against the oracle on XLA, up to 30 rows of
// each grid. (All rows run on the pure-Go backend in package parity; XLA compiles
// about seven rows a second.)
func TestParityOnXLA(t *testing.T) {
	var printed strings.Builder
	for _, err := range parity.Table(&printed, openXLA(t), 30) {
		t.Error(err)
	}
	t.Logf("worst errors as shares of 2·n·u·Σ|a·b|, XLA, float32\n%s", printed.String())
}

// TestSpecialValuesOnXLA is the same with NaN, ±∞ and -0 among the inputs. XLA's fast
// maximum drops NaN, so this can hold only with the switch that turns it off.
func TestSpecialValuesOnXLA(t *testing.T) {
	backend := openXLA(t) // sets the switches
	if !strings.Contains(os.Getenv("XLA_FLAGS"), "--xla_cpu_enable_fast_min_max=false") {
		t.Skip("xla sets no --xla_cpu_enable_fast_min_max=false: max-pooling drops NaN")
	}
	for _, err := range parity.Special(backend, 10) {
		t.Error(err)
	}
}
