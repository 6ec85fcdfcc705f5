package parity

import (
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
)

// ConvTranspose2DGrid returns all combinations of kernels 1 to 4, strides 1 to 3,
// dilations 1 and 2 and the four paddings, with one and two groups, every output
// padding, kernels that are not square, and explicit padding above the kernel's
// reach; and each row again with another stride, dilation and output padding of the columns.
// The oracle stamps the kernel; the layer inserts zeros.
func ConvTranspose2DGrid() []Case {
	var grid []Case
	each(func(kernel, stride, dilation int, padding cnnlib.Padding) {
		for output := range max(stride, dilation) {
			groups := 1 + (kernel+output+dilation)%2
			layer := cnnlib.ConvTranspose2D{Channels: 3 * groups, Kernel: kernel, Stride: stride, Padding: padding, Dilation: dilation, Groups: groups, OutputPadding: output, NoBias: output == 2}
			layer.KernelW, layer.Pads = variety(kernel, dilation, padding, groups == 2)
			// At stride 1 the widest kernel with full padding leaves one of 7 columns,
			// with explicit padding 7 of 9 rows.
			grid = append(grid, transposeCase(layer, 2, cnnlib.Shape{9, 7, 2 * groups}))
			layer.StrideW, layer.DilationW = otherColumns(stride, dilation)
			layer.OutputPaddingW = (output + 1) % layer.StrideW
			if layer.OutputPaddingW == 0 {
				layer.OutputPaddingW = -1
			}
			grid = append(grid, transposeCase(layer, 2, cnnlib.Shape{9, 9, 2 * groups}))
		}
	})
	return grid
}

func transposeCase(layer cnnlib.ConvTranspose2D, n int, in cnnlib.Shape) Case {
	kw := layer.KernelW
	if kw == 0 {
		kw = layer.Kernel
	}
	taps, groups := layer.Kernel*kw, max(layer.Groups, 1)
	// The geometry is that of the convolution on its way forth.
	forth := cnnlib.Conv2D{Kernel: layer.Kernel, KernelW: layer.KernelW, Stride: layer.Stride, StrideW: layer.StrideW, Padding: layer.Padding, Pads: layer.Pads, Dilation: layer.Dilation, DilationW: layer.DilationW, Groups: layer.Groups}
	return Case{
		Layer: layer, N: n, In: in,
		Oracle: func(x ref.Array, params map[string]ref.Array, grad ref.Array) (v Values, err error) {
			padding, err := refOptions(forth, in)
			if err != nil {
				return v, err
			}
			o := ref.TransposedOptions{Options: padding, Output: layer.OutputPadding, OutputW: layer.OutputPaddingW}
			if v.Result, err = ref.Transposed(x, params["weights"], params["biases"].Data, o); err != nil {
				return v, err
			}
			dx, dk, db, err := ref.TransposedGrad(x, params["weights"], grad, o)
			v.Input, v.Params = dx, withBiases(params, db, map[string]ref.Array{"weights": dk})
			return v, err
		},
		Terms: Terms{
			Result: taps*in[2]/groups + 1, // +1: the bias; products with inserted zeros add no error
			Input:  taps * layer.Channels / groups,
			Params: n * in[0] * in[1],
		},
	}
}
