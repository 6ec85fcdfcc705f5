package parity_test

import (
	"testing"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/parity"
)

// checkDifferences holds the gradients of the layers against central differences.
func checkDifferences(t *testing.T, in cnnlib.Shape, layers ...cnnlib.Layer) {
	t.Helper()
	backend := goBackend(t)
	for _, layer := range layers {
		got, err := parity.Differences(backend, layer, 2, in)
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

func TestActivationDifferences(t *testing.T) {
	checkDifferences(t, cnnlib.Shape{3, 4, 2}, cnnlib.LeakyReLU, cnnlib.Leaky{Slope: 3}, cnnlib.ELU, cnnlib.GELU, cnnlib.Softplus, cnnlib.Softmax)
}
