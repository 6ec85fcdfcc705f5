package parity

import (
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
)

// DepthwiseConv2DGrid returns all combinations of kernels 1 to 4, strides 1 to 3,
// dilations 1 and 2, the four paddings and one to three kernels a channel. With two
// the kernels are not square; the explicit padding is wider than the kernel's reach. Each
// row stands there twice, the second time with another stride and dilation of the columns.
func DepthwiseConv2DGrid() []Case {
	var grid []Case
	each(func(kernel, stride, dilation int, padding cnnlib.Padding) {
		multiplier := 1 + (kernel+stride+dilation)%3
		layer := cnnlib.DepthwiseConv2D{Multiplier: multiplier, Kernel: kernel, Stride: stride, Padding: padding, Dilation: dilation, NoBias: stride == 3}
		layer.KernelW, layer.Pads = variety(kernel, dilation, padding, multiplier == 2)
		grid = append(grid, depthwiseCase(layer, 2, cnnlib.Shape{7, 8, 3}))
		layer.StrideW, layer.DilationW = otherColumns(stride, dilation)
		grid = append(grid, depthwiseCase(layer, 2, cnnlib.Shape{7, 8, 3}))
	})
	return grid
}

// each calls f with kernels 1 to 4, strides 1 to 3, dilations 1 and 2, and the four
// paddings.
func each(f func(kernel, stride, dilation int, padding cnnlib.Padding)) {
	for kernel := 1; kernel <= 4; kernel++ {
		for stride := 1; stride <= 3; stride++ {
			for dilation := 1; dilation <= 2; dilation++ {
				for _, padding := range paddings {
					f(kernel, stride, dilation, padding)
				}
			}
		}
	}
}

// variety returns the columns of a kernel that is not square, or 0, and uneven
// explicit padding, which at the top is wider than the kernel's reach.
func variety(kernel, dilation int, padding cnnlib.Padding, oblong bool) (kernelW int, pads cnnlib.Pads) {
	if oblong {
		kernelW = kernel%4 + 1
	}
	if padding == cnnlib.Explicit {
		pads = cnnlib.Pads{Top: (kernel-1)*dilation + 2, Left: 1, Right: 2}
	}
	return kernelW, pads
}

// depthwise returns the layer's geometry as that of a grouped Conv2D, for the oracle.
func depthwise(d cnnlib.DepthwiseConv2D, channels int) cnnlib.Conv2D {
	return cnnlib.Conv2D{Channels: channels * max(d.Multiplier, 1), Kernel: d.Kernel, KernelW: d.KernelW, Stride: d.Stride, StrideW: d.StrideW, Padding: d.Padding, Pads: d.Pads, Dilation: d.Dilation, DilationW: d.DilationW, Groups: channels, NoBias: d.NoBias}
}

// depthwiseCase holds the layer against the oracle of the grouped convolution.
func depthwiseCase(layer cnnlib.DepthwiseConv2D, n int, in cnnlib.Shape) Case {
	c := conv2DCase(depthwise(layer, in[2]), n, in)
	c.Layer = layer
	return c
}

// SeparableConv2DGrid returns the combinations of DepthwiseConv2DGrid with a 1×1
// convolution behind each.
func SeparableConv2DGrid() []Case {
	var grid []Case
	each(func(kernel, stride, dilation int, padding cnnlib.Padding) {
		layer := cnnlib.SeparableConv2D{Channels: 4, Kernel: kernel, Multiplier: 1 + (kernel+stride+dilation)%2, Stride: stride, Padding: padding, Dilation: dilation, NoBias: stride == 3}
		layer.KernelW, layer.Pads = variety(kernel, dilation, padding, layer.Multiplier == 2)
		grid = append(grid, separableCase(layer, 2, cnnlib.Shape{7, 8, 3}))
		layer.StrideW, layer.DilationW = otherColumns(stride, dilation)
		grid = append(grid, separableCase(layer, 2, cnnlib.Shape{7, 8, 3}))
	})
	return grid
}

func separableCase(layer cnnlib.SeparableConv2D, n int, in cnnlib.Shape) Case {
	first := depthwise(cnnlib.DepthwiseConv2D{Multiplier: layer.Multiplier, Kernel: layer.Kernel, KernelW: layer.KernelW, Stride: layer.Stride, StrideW: layer.StrideW, Padding: layer.Padding, Pads: layer.Pads, Dilation: layer.Dilation, DilationW: layer.DilationW}, in[2])
	kw := first.KernelW
	if kw == 0 {
		kw = first.Kernel
	}
	taps, positions := first.Kernel*kw, n
	if out, err := layer.OutShape(in); err == nil { // otherwise Check returns the error
		positions *= out[0] * out[1]
	}
	return Case{
		Layer: layer, N: n, In: in,
		Oracle: func(x ref.Array, params map[string]ref.Array, grad ref.Array) (v Values, err error) {
			o, err := refOptions(first, in)
			if err != nil {
				return v, err
			}
			o.Groups = in[2]
			depth, point, bias := params["depthwise/weights"], params["pointwise/weights"], params["pointwise/biases"]
			middle, err := ref.CrossCorrelate(x, depth, nil, o)
			if err != nil {
				return v, err
			}
			if v.Result, err = ref.CrossCorrelate(middle, point, bias.Data, ref.Options{}); err != nil {
				return v, err
			}
			dmiddle, dpoint, dbias, err := ref.CrossCorrelateGrad(middle, point, grad, ref.Options{})
			if err != nil {
				return v, err
			}
			dx, ddepth, _, err := ref.CrossCorrelateGrad(x, depth, dmiddle, o)
			v.Input, v.Params = dx, map[string]ref.Array{"depthwise/weights": ddepth, "pointwise/weights": dpoint}
			if bias.Data != nil {
				v.Params["pointwise/biases"] = ref.Array{Shape: bias.Shape, Data: dbias}
			}
			return v, err
		},
		// A sum of n products that themselves were multiplied with a sum of m has an
		// error of (n+m)·u, up to u²; the result of the first half goes into both
		// the result and the gradient by the 1×1 kernel, the gradient between the
		// halves (a sum over the output channels) into the other two.
		Terms: Terms{
			Result: taps + first.Channels + 1, // +1: the bias
			Input:  layer.Channels + taps*first.Channels/in[2],
			Params: positions + max(taps, layer.Channels),
		},
	}
}
