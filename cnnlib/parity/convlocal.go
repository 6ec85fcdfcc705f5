package parity

import (
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
)

// LocallyConnected2DGrid returns all combinations of kernels 1 to 4, strides 1 to 3
// and the four paddings, with kernels that are not square and explicit padding
// wider than the kernel; and each row again with another stride of the columns.
func LocallyConnected2DGrid() []Case {
	var grid []Case
	each(func(kernel, stride, dilation int, padding cnnlib.Padding) {
		if dilation == 2 {
			return // the layer has none
		}
		layer := cnnlib.LocallyConnected2D{Channels: 3, Kernel: kernel, Stride: stride, Padding: padding, NoBias: stride == 3}
		layer.KernelW, layer.Pads = variety(kernel, dilation, padding, (kernel+stride)%2 == 0)
		grid = append(grid, localCase(layer, 2, cnnlib.Shape{5, 6, 2}))
		layer.StrideW, _ = otherColumns(stride, dilation)
		grid = append(grid, localCase(layer, 2, cnnlib.Shape{5, 6, 2}))
	})
	return grid
}

func localCase(layer cnnlib.LocallyConnected2D, n int, in cnnlib.Shape) Case {
	kw := layer.KernelW
	if kw == 0 {
		kw = layer.Kernel
	}
	shared := cnnlib.Conv2D{Kernel: layer.Kernel, KernelW: layer.KernelW, Stride: layer.Stride, StrideW: layer.StrideW, Padding: layer.Padding, Pads: layer.Pads}
	return Case{
		Layer: layer, N: n, In: in,
		Oracle: func(x ref.Array, params map[string]ref.Array, grad ref.Array) (v Values, err error) {
			o, err := refOptions(shared, in)
			if err != nil {
				return v, err
			}
			w := params["weights"] // [OH OW KH·KW·C Channels]
			kernels := ref.Array{Shape: []int{w.Shape[0], w.Shape[1], layer.Kernel, kw, in[2], layer.Channels}, Data: w.Data}
			if v.Result, err = ref.LocallyConnected(x, kernels, params["biases"].Data, o); err != nil {
				return v, err
			}
			dx, dk, db, err := ref.LocallyConnectedGrad(x, kernels, grad, o)
			v.Input, v.Params = dx, withBiases(params, db, map[string]ref.Array{"weights": {Shape: w.Shape, Data: dk.Data}})
			return v, err
		},
		Terms: Terms{
			Result: layer.Kernel*kw*in[2] + 1, // +1: the bias
			Input:  layer.Kernel * kw * layer.Channels,
			Params: n, // each weight is used once for each example
		},
	}
}
