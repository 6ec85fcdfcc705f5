package parity

import (
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// MaxPool2DGrid returns all combinations of windows 1 to 4, strides 1 to 4, valid,
// same and uneven explicit padding, odd and even input sizes.
func MaxPool2DGrid() []Case {
	var grid []Case
	for window := 1; window <= 4; window++ {
		for stride := 1; stride <= 4; stride++ {
			for _, padding := range []cnnlib.Padding{cnnlib.Valid, cnnlib.Same, cnnlib.Explicit} {
				for _, in := range []cnnlib.Shape{{7, 8, 2}, {6, 9, 1}} {
					layer := cnnlib.MaxPool2D{Window: window, Stride: stride, Padding: padding}
					if padding == cnnlib.Explicit {
						layer.Pads = cnnlib.Pads{Top: window - 1, Right: window / 2}
					}
					grid = append(grid, maxPoolCase(layer, in))
				}
			}
		}
	}
	return grid
}

func maxPoolCase(layer cnnlib.MaxPool2D, in cnnlib.Shape) Case {
	oracle := func(x, grad ref.Array) (v Values, from []int, err error) {
		o := ref.Options{Stride: layer.Stride}
		if o.Top, o.Bottom, err = (arith.Conv{Kernel: layer.Window, Padding: layer.Padding, Start: layer.Pads.Top, End: layer.Pads.Bottom}).Pads(); err != nil {
			return v, nil, err
		}
		if o.Left, o.Right, err = (arith.Conv{Kernel: layer.Window, Padding: layer.Padding, Start: layer.Pads.Left, End: layer.Pads.Right}).Pads(); err != nil {
			return v, nil, err
		}
		if v.Result, from, err = ref.MaxPool(x, layer.Window, o); err != nil {
			return v, nil, err
		}
		v.Input, err = ref.MaxPoolGrad(x.Shape, from, grad)
		return v, from, err
	}
	return Case{
		Layer: layer, N: 2, In: in,
		Oracle: func(x ref.Array, _ map[string]ref.Array, grad ref.Array) (Values, error) {
			v, _, err := oracle(x, grad)
			return v, err
		},
		// The result is one of the inputs: no error is allowed. A gradient is the sum
		// of those of all windows that the value won.
		Sums: func(x ref.Array, _ map[string]ref.Array, grad ref.Array) (Values, error) {
			v, from, err := oracle(x, grad)
			if err != nil {
				return v, err
			}
			v.Result = ref.NewArray(v.Result.Shape...)
			v.Input, err = ref.MaxPoolGrad(x.Shape, from, absolute(grad))
			return v, err
		},
		Terms: Terms{Input: layer.Window * layer.Window},
	}
}
