package cnnlib_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"cnnbook/cnnlib"
)

// Mean and variance are those of the papers, within five standard errors.
func TestInitializers(t *testing.T) {
	const n = 100_000
	fan := cnnlib.Fan{In: 25, Out: 500} // section 5.23: 20 kernels of 5×5 on one channel
	for _, c := range []struct {
		init            cnnlib.Initializer
		weights, biases float64 // standard deviations
	}{
		{cnnlib.HeNormal{}, math.Sqrt(2.0 / 25), 0},
		{cnnlib.GlorotUniform{}, math.Sqrt(2.0 / 525), 0}, // U(-a, a) has the variance a²/3
		{cnnlib.LeCunNormal{}, 1.0 / 5, 0},
		{cnnlib.TorchUniform{}, 1 / math.Sqrt(3*25), 1 / math.Sqrt(3*25)},
		{cnnlib.Normal{Std: 0.01}, 0.01, 0},
		{cnnlib.Zeros{}, 0, 0},
		{cnnlib.Network3{Pool: 2}, 1 / math.Sqrt(125), 1}, // 20·25/4 = 125
		{cnnlib.Network3{}, 1 / math.Sqrt(500), 1},
	} {
		values := make([]float64, n)
		check := func(what string, want float64) {
			sum, squares := 0.0, 0.0
			for _, v := range values {
				sum += v
				squares += v * v
			}
			mean, std := sum/n, math.Sqrt(squares/n)
			// The standard error of a mean is σ/√n, that of σ itself at most as large.
			if bound := 5 * want / math.Sqrt(n); math.Abs(mean) > bound || math.Abs(std-want) > bound {
				t.Errorf("%v: %s have mean %v and standard deviation %v, want 0 and %v", c.init, what, mean, std, want)
			}
		}
		r := rand.New(rand.NewPCG(1, 2)) // any fixed seed
		c.init.Weights(r, fan, values)
		check("weights", c.weights)
		c.init.Biases(r, fan, values)
		check("biases", c.biases)
	}
}
