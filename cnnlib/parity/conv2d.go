package parity

import (
	"cmp"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// Conv2DGrid returns, in each lowering that is possible, all combinations of kernels 1 to 4, strides 1 to 3, dilations
// 1 and 2, the four paddings, one and two groups, odd and even input sizes. The
// explicit padding differs on every side and is so large at the top that windows
// lie wholly in it. With two groups the kernels are not square. The last third has another
// stride and dilation of the columns.
func Conv2DGrid() []Case {
	var grid []Case
	for kernel := 1; kernel <= 4; kernel++ {
		for stride := 1; stride <= 3; stride++ {
			for dilation := 1; dilation <= 2; dilation++ {
				for _, padding := range paddings {
					for groups := 1; groups <= 2; groups++ {
						// 7 is the reach of kernel 4 with dilation 2, the largest of the grid.
						for i, in := range []cnnlib.Shape{{7, 8, 2 * groups}, {8, 9, 2 * groups}, {7, 8, 2 * groups}} {
							layer := cnnlib.Conv2D{Channels: 3 * groups, Kernel: kernel, Stride: stride, Padding: padding, Dilation: dilation, Groups: groups}
							if i == 2 {
								layer.StrideW, layer.DilationW = otherColumns(stride, dilation)
							}
							if padding == cnnlib.Explicit {
								reach := (kernel-1)*dilation + 1
								layer.Pads = cnnlib.Pads{Top: reach + 1, Bottom: 0, Left: 1, Right: 2}
							}
							if groups == 2 {
								layer.KernelW = kernel%4 + 1
							}
							for _, l := range layer.Work(cnnlib.MaxPool2D{}, in, 2).Lowerings() {
								c := conv2DCase(layer, 2, in)
								c.Lowering = l
								grid = append(grid, c)
							}
						}
					}
				}
			}
		}
	}
	return grid
}

// otherColumns returns a stride and a dilation of the columns that differ from the rows',
// of the same range.
func otherColumns(stride, dilation int) (strideW, dilationW int) { return stride%3 + 1, dilation%2 + 1 }

func conv2DCase(layer cnnlib.Conv2D, n int, in cnnlib.Shape) Case {
	kw := layer.KernelW
	if kw == 0 {
		kw = layer.Kernel
	}
	taps, positions := layer.Kernel*kw, n
	if out, err := layer.OutShape(in); err == nil { // otherwise Check returns the error
		positions *= out[0] * out[1]
	}
	groups := max(layer.Groups, 1)
	return Case{
		Layer: layer, N: n, In: in,
		Oracle: func(x ref.Array, params map[string]ref.Array, grad ref.Array) (v Values, err error) {
			o, err := refOptions(layer, in)
			if err != nil {
				return v, err
			}
			kernel, bias := params["weights"], params["biases"]
			if v.Result, err = ref.CrossCorrelate(x, kernel, bias.Data, o); err != nil {
				return v, err
			}
			dx, dk, db, err := ref.CrossCorrelateGrad(x, kernel, grad, o)
			v.Input = dx
			v.Params = withBiases(params, db, map[string]ref.Array{"weights": dk})
			return v, err
		},
		Terms: Terms{
			Result: taps*in[2]/groups + 1, // +1: the bias
			Input:  taps * layer.Channels / groups,
			Params: positions,
		},
	}
}

// refOptions writes the settings of a layer in the words of package ref.
func refOptions(c cnnlib.Conv2D, in cnnlib.Shape) (ref.Options, error) {
	kw := c.KernelW
	if kw == 0 {
		kw = c.Kernel
	}
	top, bottom, err := arith.Conv{In: in[0], Kernel: c.Kernel, Dilation: c.Dilation, Padding: c.Padding, Start: c.Pads.Top, End: c.Pads.Bottom}.Pads()
	if err != nil {
		return ref.Options{}, err
	}
	left, right, err := arith.Conv{In: in[1], Kernel: kw, Dilation: cmp.Or(c.DilationW, c.Dilation), Padding: c.Padding, Start: c.Pads.Left, End: c.Pads.Right}.Pads()
	return ref.Options{Stride: c.Stride, StrideW: c.StrideW, Dilation: c.Dilation, DilationW: c.DilationW, Groups: c.Groups, Top: top, Bottom: bottom, Left: left, Right: right}, err
}
