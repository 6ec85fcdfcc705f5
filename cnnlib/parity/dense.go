package parity

import (
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
)

// DenseGrid returns inputs and units from 1 to 33, batches of 1 and 3, with and
// without biases.
func DenseGrid() []Case {
	var grid []Case
	for _, in := range []int{1, 2, 7, 33} {
		for _, units := range []int{1, 3, 16, 33} {
			for _, n := range []int{1, 3} {
				for _, noBias := range []bool{false, true} {
					grid = append(grid, denseCase(cnnlib.Dense{Units: units, NoBias: noBias}, n, in))
				}
			}
		}
	}
	return grid
}

// LargeDenseGrid returns layers so large, with batches so small, that XLA has the
// gradient by the weights as outer products in training: 208,000 weights, 1 to 16 rows; and one row
// more than that.
func LargeDenseGrid() []Case {
	var grid []Case
	for _, n := range []int{1, 3, 16, 17} {
		c := denseCase(cnnlib.Dense{Units: 260}, n, 800)
		c.Layer = Training(c.Layer)
		grid = append(grid, c)
	}
	return grid
}

func denseCase(layer cnnlib.Dense, n, in int) Case {
	return Case{Layer: layer, N: n, In: cnnlib.Shape{in}, Oracle: denseOracle,
		Terms: Terms{Result: in + 1, Input: layer.Units, Params: n}} // +1: the bias
}

func denseOracle(x ref.Array, params map[string]ref.Array, grad ref.Array) (v Values, err error) {
	if v.Result, err = ref.Dense(x, params["weights"], params["biases"].Data); err != nil {
		return v, err
	}
	dx, dweights, dbias, err := ref.DenseGrad(x, params["weights"], grad)
	if err != nil {
		return v, err
	}
	v.Input = dx
	v.Params = map[string]ref.Array{"weights": dweights}
	if _, ok := params["biases"]; ok {
		v.Params["biases"] = vector(dbias)
	}
	return v, nil
}

func vector(numbers []float64) ref.Array {
	return ref.Array{Shape: []int{len(numbers)}, Data: numbers}
}
