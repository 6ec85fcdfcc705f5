package parity

import (
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
)

// SwitchesGrid returns the pooling and unpooling of all rows of MaxPool2DGrid,
// overlapping windows included, with nothing between the two.
func SwitchesGrid() (grid []Case) {
	eachPool2D(func(layer cnnlib.MaxPool2D, in cnnlib.Shape, rows, cols side) {
		switches := cnnlib.Switches{Pool: layer}
		list, err := bins(in, []side{rows, cols})
		if err != nil {
			grid = append(grid, failing(switches, in, err))
			return
		}
		_, holders := most(list)
		grid = append(grid, Case{
			Layer: switches, N: 2, In: in,
			Oracle: func(x ref.Array, _ map[string]ref.Array, grad ref.Array) (Values, error) {
				return poolAndUnpool(x, grad, list)
			},
			// The same values are summed, but the choice is that among x, not among |x|.
			Sums: func(x ref.Array, _ map[string]ref.Array, grad ref.Array) (Values, error) {
				v, err := poolAndUnpool(x, absolute(grad), list)
				v.Result = absolute(v.Result)
				return v, err
			},
			Terms: Terms{Result: holders, Input: holders},
		})
	})
	return grid
}

func poolAndUnpool(x, grad ref.Array, list [][]ref.Bin) (v Values, err error) {
	y, from, err := ref.MaxPool(x, list...)
	if err != nil {
		return v, err
	}
	if v.Result, err = ref.Unpool(x.Shape, from, y); err != nil {
		return v, err
	}
	dy, err := ref.UnpoolGrad(y.Shape, from, grad)
	if err != nil {
		return v, err
	}
	v.Input, err = ref.MaxPoolGrad(x.Shape, from, dy)
	return v, err
}
