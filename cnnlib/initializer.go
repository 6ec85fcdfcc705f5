package cnnlib

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Fan counts the connections of one neuron: In, the values it sums (for a
// convolution k·k·Cin/groups), and Out, the neurons that one value of the input
// feeds (k·k·Cout/groups), as in K. He et al. 2015 (arXiv:1502.01852, §2.2).
type Fan struct{ In, Out int }

// Initializer draws the values that a layer's parameters start from. A layer
// without one uses HeNormal. The numbers come from r, which is fixed by the seed
// of the run and the place of the layer: they are the same on every backend.
type Initializer interface {
	// Weights fills w, the weights of one variable.
	Weights(r *rand.Rand, fan Fan, w []float64)
	// Biases fills b.
	Biases(r *rand.Rand, fan Fan, b []float64)
	// String returns the Go literal.
	String() string
}

// HeNormal draws weights from N(0, 2/fan.In), biases 0: keeps the size of the
// signal through ReLU layers (He et al. 2015, arXiv:1502.01852, eq. 10).
type HeNormal struct{}

// GlorotUniform draws weights from U(-a, a), a = √(6/(fan.In+fan.Out)), biases 0
// (X. Glorot, Y. Bengio 2010, eq. 16).
type GlorotUniform struct{}

// LeCunNormal draws weights from N(0, 1/fan.In), biases 0 (Y. LeCun et al. 1998,
// "Efficient BackProp", §4.6).
type LeCunNormal struct{}

// TorchUniform draws weights and biases from U(-a, a), a = 1/√fan.In: what
// PyTorch's Linear and Conv layers start from.
type TorchUniform struct{}

// Normal draws weights from N(0, Std²), biases 0, as AlexNet did with 0.01.
type Normal struct{ Std float64 }

// Zeros starts weights and biases from 0: right for the last layer of a
// classifier, useless elsewhere since all neurons stay equal.
type Zeros struct{}

func (HeNormal) Weights(r *rand.Rand, fan Fan, w []float64) {
	normal(r, math.Sqrt(2/float64(fan.In)), w)
}
func (HeNormal) Biases(_ *rand.Rand, _ Fan, b []float64) { clear(b) }
func (HeNormal) String() string                          { return "HeNormal{}" }

func (GlorotUniform) Weights(r *rand.Rand, fan Fan, w []float64) {
	uniform(r, math.Sqrt(6/float64(fan.In+fan.Out)), w)
}
func (GlorotUniform) Biases(_ *rand.Rand, _ Fan, b []float64) { clear(b) }
func (GlorotUniform) String() string                          { return "GlorotUniform{}" }

func (LeCunNormal) Weights(r *rand.Rand, fan Fan, w []float64) {
	normal(r, 1/math.Sqrt(float64(fan.In)), w)
}
func (LeCunNormal) Biases(_ *rand.Rand, _ Fan, b []float64) { clear(b) }
func (LeCunNormal) String() string                          { return "LeCunNormal{}" }

func (TorchUniform) Weights(r *rand.Rand, fan Fan, w []float64) {
	uniform(r, 1/math.Sqrt(float64(fan.In)), w)
}
func (TorchUniform) Biases(r *rand.Rand, fan Fan, b []float64) {
	uniform(r, 1/math.Sqrt(float64(fan.In)), b)
}
func (TorchUniform) String() string { return "TorchUniform{}" }

func (n Normal) Weights(r *rand.Rand, _ Fan, w []float64) { normal(r, n.Std, w) }
func (Normal) Biases(_ *rand.Rand, _ Fan, b []float64)    { clear(b) }
func (n Normal) String() string                           { return fmt.Sprintf("Normal{Std: %v}", n.Std) }

func (Zeros) Weights(_ *rand.Rand, _ Fan, w []float64) { clear(w) }
func (Zeros) Biases(_ *rand.Rand, _ Fan, b []float64)  { clear(b) }
func (Zeros) String() string                           { return "Zeros{}" }

func normal(r *rand.Rand, std float64, values []float64) {
	for i := range values {
		values[i] = std * r.NormFloat64()
	}
}

func uniform(r *rand.Rand, bound float64, values []float64) {
	for i := range values {
		values[i] = bound * (2*r.Float64() - 1)
	}
}
