package parity

import (
	"math"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
)

// Training returns the layer as it is built in a graph for training: Check and
// Differences build all others in graphs for use.
func Training(layer cnnlib.Layer) cnnlib.Layer { return training{layer} }

type training struct{ cnnlib.Layer }

func (t training) Build(s *model.Scope, x *graph.Node) *graph.Node {
	s.Store().SetTraining(x.Graph(), true)
	return t.Layer.Build(s, x)
}

func (t training) String() string { return "Training(" + t.Layer.String() + ")" }

// function is the allowance for one call of exp or log in float32, in units of the
// unit roundoff: the libraries promise errors of a few units in the last place.
const function = 8

// shapes are the inputs of the grids of this file: vectors and pictures, one channel
// and several.
var shapes = []cnnlib.Shape{{1}, {2}, {9}, {3, 4, 1}, {4, 3, 7}, {6, 5, 12}}

// SoftmaxGrid returns softmax over 1 to 12 classes, of vectors and of the cells of
// pictures.
func SoftmaxGrid() []Case {
	var grid []Case
	for _, in := range shapes {
		c := in[len(in)-1]
		// x - max is rounded by 2u at most, for inputs from -1 to 1; then exp, the sum
		// of c positive numbers, and a division.
		terms := 2 + function + c + 1
		oracle := func(sign float64) Oracle {
			return func(x ref.Array, _ map[string]ref.Array, grad ref.Array) (v Values, err error) {
				if v.Result, err = ref.Softmax(x); err != nil {
					return v, err
				}
				if v.Input, err = ref.SoftmaxGrad(x, grad); err != nil || sign > 0 {
					return v, err
				}
				// The absolute values of y·g and y·Σg·y, which the gradient subtracts:
				// 2·|y·g| less their difference.
				if v.Input, err = ref.SoftmaxGrad(x, absolute(grad)); err != nil {
					return v, err
				}
				for i, g := range grad.Data {
					v.Input.Data[i] = 2*v.Result.Data[i]*math.Abs(g) - v.Input.Data[i]
				}
				return v, nil
			}
		}
		grid = append(grid, Case{Layer: cnnlib.Softmax, N: 2, In: in, Oracle: oracle(1), Sums: oracle(-1),
			// Each product of the gradient holds two results, and c of them are added up.
			Terms: Terms{Result: terms, Input: 2*terms + c}})
	}
	return grid
}

// BatchNormGrid returns batch normalisation in use and in training, with two
// epsilons.
func BatchNormGrid() []Case {
	var grid []Case
	for _, in := range shapes {
		for _, epsilon := range []float64{0, 0.01} {
			layer := cnnlib.BatchNorm{Epsilon: epsilon}
			grid = append(grid, batchNormInUse(layer, in), batchNormInTraining(layer, in))
		}
	}
	return grid
}

// epsilonOf returns the Epsilon of a BatchNorm; 0 means 1e-5.
func epsilonOf(layer cnnlib.BatchNorm) float64 {
	if layer.Epsilon == 0 {
		return 1e-5
	}
	return layer.Epsilon
}

// batchNormInUse is a case with the running averages that a layer starts from: mean
// 0, variance 1. It is linear in x, scale and shift.
func batchNormInUse(layer cnnlib.BatchNorm, in cnnlib.Shape) Case {
	const n = 3
	c := in[len(in)-1]
	factor := 1 / math.Sqrt(1+epsilonOf(layer))
	return Case{Layer: layer, N: n, In: in,
		Oracle: func(x ref.Array, params map[string]ref.Array, grad ref.Array) (v Values, err error) {
			mean, variance := make([]float64, c), make([]float64, c)
			for i := range variance {
				variance[i] = 1
			}
			scale, shift := params["scale"].Data, params["shift"].Data
			if v.Result, err = ref.Normalize(x, scale, shift, mean, variance, epsilonOf(layer)); err != nil {
				return v, err
			}
			v.Input = ref.NewArray(x.Shape...)
			dscale, dshift := ref.NewArray(c), ref.NewArray(c)
			for i, g := range grad.Data {
				v.Input.Data[i] = g * scale[i%c] * factor
				dscale.Data[i%c] += g * x.Data[i] * factor
				dshift.Data[i%c] += g
			}
			v.Params = map[string]ref.Array{"scale": dscale, "shift": dshift}
			return v, nil
		},
		// The constant epsilon, its sum, a root, a division, and then at most four
		// roundings for each product.
		Terms: Terms{Result: 8, Input: 8, Params: 8 + n*in.Size()/c},
	}
}

// batchNormInTraining is a case with mean and variance of the batch.
//
// What rounding allows: let A be the mean of |x| in a channel with m values, s the
// root of its variance plus epsilon, and X = (|x|+A)/s, an upper bound of the
// normalised value d/s, d = x - mean. The mean is wrong by (m+1)·u·A, so d by
// (m+2)·u·(|x|+A), and the variance, a mean of d², relatively by
// (m+2)·u·(1+V), V = mean of 2·|d|·(|x|+A), over s². Half of that is the relative
// error of s. So a product of numbers that stay as they are with a factor d/s, or 1/s,
// has an error of at most (m+8)·u·(2+V) times its value with X for d/s.
func batchNormInTraining(layer cnnlib.BatchNorm, in cnnlib.Shape) Case {
	const n = 3
	c := in[len(in)-1]
	m := n * in.Size() / c
	epsilon := epsilonOf(layer)
	oracle := func(x ref.Array, params map[string]ref.Array, grad ref.Array) (v Values, err error) {
		scale, shift := params["scale"].Data, params["shift"].Data
		if v.Result, err = ref.BatchNorm(x, scale, shift, epsilon); err != nil {
			return v, err
		}
		dx, dscale, dshift, err := ref.BatchNormGrad(x, scale, epsilon, grad)
		v.Input, v.Params = dx, map[string]ref.Array{"scale": vector(dscale), "shift": vector(dshift)}
		return v, err
	}
	sums := func(x ref.Array, params map[string]ref.Array, grad ref.Array) (v Values, err error) {
		mean, variance, err := ref.Moments(x)
		if err != nil {
			return v, err
		}
		size, _, err := ref.Moments(absolute(x)) // A
		if err != nil {
			return v, err
		}
		root, spread := make([]float64, c), make([]float64, c) // s and V
		for i, value := range variance {
			root[i] = math.Sqrt(value + epsilon)
		}
		for i, value := range x.Data {
			ch := i % c
			spread[ch] += 2 * math.Abs(value-mean[ch]) * (math.Abs(value) + size[ch]) / (root[ch] * root[ch]) / float64(m)
		}
		// X, and means over the channel of X, |g| and |g|·X.
		bound := ref.NewArray(x.Shape...)
		meanX, meanG, meanGX := make([]float64, c), make([]float64, c), make([]float64, c)
		for i, value := range x.Data {
			ch := i % c
			bound.Data[i] = (math.Abs(value) + size[ch]) / root[ch]
			g := math.Abs(grad.Data[i])
			meanX[ch] += bound.Data[i] / float64(m)
			meanG[ch] += g / float64(m)
			meanGX[ch] += g * bound.Data[i] / float64(m)
		}
		v.Result, v.Input = ref.NewArray(x.Shape...), ref.NewArray(x.Shape...)
		dscale, dshift := make([]float64, c), make([]float64, c)
		for i, xBound := range bound.Data {
			ch := i % c
			g, scale := math.Abs(grad.Data[i]), math.Abs(params["scale"].Data[ch])
			v.Result.Data[i] = scale*xBound*(2+spread[ch]) + math.Abs(params["shift"].Data[ch])
			// g·scale/s less its mean, and d·(mean of g·scale·d)/s³ less its mean.
			v.Input.Data[i] = scale / root[ch] * (2 + spread[ch]) * (g + meanG[ch] + (xBound+meanX[ch])*meanGX[ch])
			dscale[ch] += g * xBound * (2 + spread[ch])
			dshift[ch] += g
		}
		v.Params = map[string]ref.Array{"scale": vector(dscale), "shift": vector(dshift)}
		return v, nil
	}
	return Case{Layer: Training(layer), N: n, In: in, Oracle: oracle, Sums: sums,
		// The gradient's products hold up to five of the factors above, and two sums of m.
		Terms: Terms{Result: m + 8, Input: 5*(m+8) + 2*m, Params: 2*m + 8}}
}

// LocalResponseNormGrid returns sums over 1 to 7 channels, more and fewer than there
// are, with the constants of the paper and with others that weigh the sum more.
func LocalResponseNormGrid() []Case {
	var grid []Case
	for _, in := range shapes {
		for _, layer := range []cnnlib.LocalResponseNorm{{}, {Size: 1, Alpha: 1, Beta: 1}, {Size: 3, K: 1, Alpha: 0.5, Beta: 0.5}, {Size: 7, K: 0.5, Alpha: 0.2, Beta: 2}} {
			grid = append(grid, localResponseNormCase(layer, in))
		}
	}
	return grid
}

func localResponseNormCase(layer cnnlib.LocalResponseNorm, in cnnlib.Shape) Case {
	size, k, alpha, beta := 5, 2.0, 1e-4, 0.75 // the paper's, used if a field is 0
	if layer.Size != 0 {
		size = layer.Size
	}
	for _, v := range []struct {
		given float64
		to    *float64
	}{{layer.K, &k}, {layer.Alpha, &alpha}, {layer.Beta, &beta}} {
		if v.given != 0 {
			*v.to = v.given
		}
	}
	oracle := func(x ref.Array, _ map[string]ref.Array, grad ref.Array) (v Values, err error) {
		if v.Result, err = ref.LocalResponseNorm(x, size, k, alpha, beta); err != nil {
			return v, err
		}
		v.Input, err = ref.LocalResponseNormGrad(x, size, k, alpha, beta, grad)
		return v, err
	}
	// The sum of squares, all positive, is right to (size+4)·u; beta times that, the
	// error of log and that of exp make the one of a factor base^-beta. The exponent
	// itself, of size 3 at most in the grid, is rounded twice.
	factor := int(math.Ceil(beta*float64(size+4))) + 2*function + 2*3
	return Case{Layer: layer, N: 2, In: in, Oracle: oracle,
		Sums: func(x ref.Array, params map[string]ref.Array, grad ref.Array) (v Values, err error) {
			if v, err = oracle(absolute(x), params, absolute(grad)); err != nil {
				return v, err
			}
			// The gradient subtracts products of the neighbours from g·base^-beta, which
			// is g·y/x: the sum of the absolute values is twice that less the difference.
			for i, g := range grad.Data {
				v.Input.Data[i] = 2*math.Abs(g)*v.Result.Data[i]/math.Abs(x.Data[i]) - v.Input.Data[i]
			}
			return v, nil
		},
		// A product of the gradient holds that factor and one over the base.
		Terms: Terms{Result: factor + 1, Input: factor + 2*size + 10}}
}
