package checkerboard

import (
	"fmt"
	"math/rand/v2"

	"cnnbook/cnnlib"
)

// ICNR starts a convolution before PixelShuffle: the Factor² channels that become the
// cells of one square get the same weights, drawn by Of. At the start the layer then
// repeats cells like Upsample, and makes no checkerboard (A. Aitken et al. 2017,
// "Checkerboard artifact free sub-pixel convolution", arXiv:1707.02937, §3).
type ICNR struct {
	Factor int                // of the PixelShuffle behind the layer
	Of     cnnlib.Initializer // nil means cnnlib.HeNormal
}

func (n ICNR) of() cnnlib.Initializer {
	if n.Of == nil {
		return cnnlib.HeNormal{}
	}
	return n.Of
}

// Weights draws one number for each Factor² neighbours on the last axis.
func (n ICNR) Weights(r *rand.Rand, fan cnnlib.Fan, w []float64) { n.repeat(r, fan, w, n.of().Weights) }

// Biases draws in the same way.
func (n ICNR) Biases(r *rand.Rand, fan cnnlib.Fan, b []float64) { n.repeat(r, fan, b, n.of().Biases) }

func (n ICNR) repeat(r *rand.Rand, fan cnnlib.Fan, values []float64, draw func(*rand.Rand, cnnlib.Fan, []float64)) {
	square := max(1, n.Factor*n.Factor)
	drawn := make([]float64, len(values)/square)
	draw(r, fan, drawn)
	for i := range values {
		values[i] = drawn[i/square]
	}
}

// String returns the Go literal.
func (n ICNR) String() string {
	if n.Of == nil {
		return fmt.Sprintf("ICNR{Factor: %d}", n.Factor)
	}
	return fmt.Sprintf("ICNR{Factor: %d, Of: %v}", n.Factor, n.Of)
}
