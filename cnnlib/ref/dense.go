package ref

import "fmt"

// Dense returns y = x·W + b for x [N In] and weights [In Out]: each result is the
// sum of all inputs, each with its own weight. bias is nil or Out numbers.
func Dense(x, weights Array, bias []float64) (Array, error) {
	if err := checkDense(x, weights); err != nil {
		return Array{}, err
	}
	n, in, out := x.Shape[0], x.Shape[1], weights.Shape[1]
	if bias != nil && len(bias) != out {
		return Array{}, fmt.Errorf("ref: %d biases for %d results: give one each, or nil", len(bias), out)
	}
	y := NewArray(n, out)
	for i := range n {
		for o := range out {
			sum := 0.0
			for j := range in {
				sum += float64(x.At(i, j) * weights.At(j, o))
			}
			if bias != nil {
				sum += bias[o]
			}
			y.Set(sum, i, o)
		}
	}
	return y, nil
}

// DenseGrad is the chain rule for Dense: from the derivatives grad [N Out] of some
// scalar by the result to those by x [N In], by the weights [In Out] and by the
// biases [Out].
func DenseGrad(x, weights, grad Array) (dx, dweights Array, dbias []float64, err error) {
	if err := checkDense(x, weights); err != nil {
		return dx, dweights, nil, err
	}
	if err := grad.check("gradient", 2); err != nil {
		return dx, dweights, nil, err
	}
	n, in, out := x.Shape[0], x.Shape[1], weights.Shape[1]
	if grad.Shape[0] != n || grad.Shape[1] != out {
		return dx, dweights, nil, fmt.Errorf("ref: the gradient has shape %v, the result has [%d %d]", grad.Shape, n, out)
	}
	dx, dweights, dbias = NewArray(n, in), NewArray(in, out), make([]float64, out)
	for i := range n {
		for o := range out {
			g := grad.At(i, o)
			dbias[o] += g
			for j := range in {
				dx.Data[dx.Index(i, j)] += float64(g * weights.At(j, o))
				dweights.Data[dweights.Index(j, o)] += float64(g * x.At(i, j))
			}
		}
	}
	return dx, dweights, dbias, nil
}

func checkDense(x, weights Array) error {
	if err := x.check("input", 2); err != nil {
		return err
	}
	if err := weights.check("weight matrix", 2); err != nil {
		return err
	}
	if x.Shape[1] != weights.Shape[0] {
		return fmt.Errorf("ref: the weight matrix has %d rows for %d inputs: want one row for each", weights.Shape[0], x.Shape[1])
	}
	return nil
}
