package nets

import (
	"fmt"
	"math"
	"math/rand/v2"

	"cnnbook/cnnlib"
)

// Network3 starts as the networks of section 5.23 did (M. Nielsen, network3.py):
// weights from N(0, 1/n), biases from N(0, 1). n is the number of neurons of a
// dense layer; for a convolution filters·k·k/Pool², Pool being the window of the
// max-pooling behind it; 0 means 1.
type Network3 struct{ Pool int }

// Weights draws the weights of a layer.
func (n Network3) Weights(r *rand.Rand, fan cnnlib.Fan, w []float64) {
	std := float64(max(n.Pool, 1)) / math.Sqrt(float64(fan.Out))
	cnnlib.Normal{Std: std}.Weights(r, fan, w)
}

// Biases draws the biases of a layer.
func (Network3) Biases(r *rand.Rand, fan cnnlib.Fan, b []float64) {
	cnnlib.Normal{Std: 1}.Weights(r, fan, b)
}

func (n Network3) String() string {
	if n.Pool == 0 {
		return "Network3{}"
	}
	return fmt.Sprintf("Network3{Pool: %d}", n.Pool)
}
