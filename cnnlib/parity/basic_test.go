package parity_test

import (
	"testing"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/parity"
)

// checkAll holds the gradients of the layers against central differences.
func checkAll(t *testing.T, in cnnlib.Shape, layers ...cnnlib.Layer) {
	t.Helper()
	backend := goBackend(t)
	for _, layer := range layers {
		checkDifferences(t, backend, layer, in)
	}
}

func TestActivationDifferences(t *testing.T) {
	checkAll(t, cnnlib.Shape{3, 4, 2}, cnnlib.LeakyReLU, cnnlib.Leaky{Slope: 3}, cnnlib.ELU, cnnlib.GELU, cnnlib.Softplus, cnnlib.Softmax)
}

func TestNormDifferences(t *testing.T) {
	checkAll(t, cnnlib.Shape{3, 4, 2},
		cnnlib.BatchNorm{},
		parity.Training(cnnlib.BatchNorm{}),
		parity.Training(cnnlib.Sequential{
			cnnlib.Conv2D{Channels: 3, Kernel: 2, NoBias: true}, cnnlib.BatchNorm{Epsilon: 0.01}, cnnlib.Tanh,
			cnnlib.Flatten{}, cnnlib.Dense{Units: 2}, cnnlib.BatchNorm{Epsilon: 0.01, Momentum: 1},
		}),
		cnnlib.LocalResponseNorm{},
		cnnlib.LocalResponseNorm{Size: 3, K: 1, Alpha: 0.5, Beta: 2},
	)
}

// A dropped value passes no gradient, one that stays passes it with its factor.
func TestDropoutDifferences(t *testing.T) {
	checkAll(t, cnnlib.Shape{3, 4, 2}, parity.Training(cnnlib.Dropout{Rate: 0.4}), parity.Training(cnnlib.Dropout{Rate: 0.4, Classic: true}), cnnlib.Dropout{Rate: 0.4, Classic: true})
}

func TestBranchDifferences(t *testing.T) {
	conv := cnnlib.Conv2D{Channels: 2, Kernel: 2, Padding: cnnlib.Same, Activation: cnnlib.Tanh}
	checkAll(t, cnnlib.Shape{3, 4, 2},
		cnnlib.Parallel{conv, cnnlib.Sequential{}, cnnlib.Sequential{conv, conv}},
		cnnlib.Residual{Body: conv, Activation: cnnlib.Sigmoid},
		cnnlib.Residual{Body: cnnlib.Conv2D{Channels: 3, Kernel: 3, Stride: 2, Padding: cnnlib.Same}, Shortcut: cnnlib.Conv2D{Channels: 3, Kernel: 1, Stride: 2}},
	)
}
