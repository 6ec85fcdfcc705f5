package tests

import (
	"testing"

	"cnnbook/xla"
)

// openXLA opens the real XLA backend.
func openXLA(t *testing.T) *xla.Backend {
	t.Helper()
	backend, err := xla.Open(t.Context(), "xla:cpu")
	mustHave(t, err == nil, "the XLA plugin", "go run . xla install")
	t.Cleanup(backend.Finalize)
	return backend
}
