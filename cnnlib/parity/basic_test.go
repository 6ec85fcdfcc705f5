package parity_test

import (
	"testing"

	"cnnbook/cnnlib"
)

func TestActivationDifferences(t *testing.T) {
	backend := goBackend(t)
	for _, layer := range []cnnlib.Layer{cnnlib.LeakyReLU, cnnlib.Leaky{Slope: 3}, cnnlib.ELU, cnnlib.GELU, cnnlib.Softplus, cnnlib.Softmax} {
		checkDifferences(t, backend, layer, cnnlib.Shape{3, 4, 2})
	}
}
