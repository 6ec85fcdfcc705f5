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
					grid = append(grid, Case{
						Layer:  cnnlib.Dense{Units: units, NoBias: noBias},
						N:      n,
						In:     cnnlib.Shape{in},
						Oracle: denseOracle,
						Terms:  Terms{Result: in + 1, Input: units, Params: n}, // +1: the bias
					})
				}
			}
		}
	}
	return grid
}

// denseOracle takes a dense layer for the convolution of a picture of one cell
// with a kernel of one cell, which it is.
func denseOracle(x ref.Array, params map[string]ref.Array, grad ref.Array) (v Values, err error) {
	n, in, units := x.Shape[0], x.Shape[1], grad.Shape[1]
	picture := ref.Array{Shape: []int{n, 1, 1, in}, Data: x.Data}
	kernel := ref.Array{Shape: []int{1, 1, in, units}, Data: params["weights"].Data}
	if v.Result, err = ref.CrossCorrelate(picture, kernel, params["biases"].Data, ref.Options{}); err != nil {
		return v, err
	}
	dx, dk, db, err := ref.CrossCorrelateGrad(picture, kernel, ref.Array{Shape: []int{n, 1, 1, units}, Data: grad.Data}, ref.Options{})
	if err != nil {
		return v, err
	}
	v.Input = dx
	v.Params = map[string]ref.Array{"weights": dk}
	if _, ok := params["biases"]; ok {
		v.Params["biases"] = ref.Array{Shape: []int{units}, Data: db}
	}
	return v, nil
}
