package parity

import (
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// paddings are all of them; explicit ones differ from side to side.
var paddings = []cnnlib.Padding{cnnlib.Valid, cnnlib.Same, cnnlib.Full, cnnlib.Explicit}

// Conv1DGrid returns all combinations of kernels 1 to 4, strides 1 to 3, dilations
// 1 and 2, the four paddings, one and two groups. The explicit padding is so large
// at the start that windows lie wholly in it.
func Conv1DGrid() []Case {
	var grid []Case
	for kernel := 1; kernel <= 4; kernel++ {
		for stride := 1; stride <= 3; stride++ {
			for dilation := 1; dilation <= 2; dilation++ {
				for _, padding := range paddings {
					for groups := 1; groups <= 2; groups++ {
						layer := cnnlib.Conv1D{Channels: 3 * groups, Kernel: kernel, Stride: stride, Padding: padding, Dilation: dilation, Groups: groups, NoBias: stride == 3}
						if padding == cnnlib.Explicit {
							layer.Pads = cnnlib.Pads1D{Start: (kernel-1)*dilation + 2, End: 1}
						}
						in := cnnlib.Shape{7 + groups, 2 * groups} // 7 is the reach of kernel 4 with dilation 2
						axis := arith.Conv{Kernel: kernel, Dilation: dilation, Padding: padding, Start: layer.Pads.Start, End: layer.Pads.End}
						grid = append(grid, convNCase(layer, 2, in, ref.OptionsN{Stride: stride, Dilation: dilation, Groups: groups}, axis))
					}
				}
			}
		}
	}
	return grid
}

// Conv3DGrid returns kernels 1 to 3, also such that differ on all axes, strides 1
// and 2, dilations 1 and 2, the four paddings, one and two groups; and each row again with
// strides and dilations that differ from axis to axis.
func Conv3DGrid() []Case {
	var grid []Case
	for kernel := 1; kernel <= 3; kernel++ {
		for stride := 1; stride <= 2; stride++ {
			for dilation := 1; dilation <= 2; dilation++ {
				for _, padding := range paddings {
					groups := 1 + (kernel+stride+dilation)%2
					layer := cnnlib.Conv3D{Channels: 2 * groups, Kernel: kernel, Stride: stride, Padding: padding, Dilation: dilation, Groups: groups}
					kh, kw := kernel, kernel
					if groups == 2 {
						kh, kw = kernel%3+1, (kernel+1)%3+1
						layer.KernelH, layer.KernelW = kh, kw
					}
					if padding == cnnlib.Explicit {
						layer.Pads = cnnlib.Pads3D{Front: (kernel-1)*dilation + 2, Bottom: 1, Right: 2}
					}
					p := layer.Pads
					row := func(layer cnnlib.Conv3D, strides, dilations []int) {
						grid = append(grid, convNCase(layer, 1, cnnlib.Shape{5, 6, 5, groups}, ref.OptionsN{Strides: strides, Dilations: dilations, Groups: groups},
							arith.Conv{Kernel: kernel, Dilation: dilations[0], Padding: padding, Start: p.Front, End: p.Back},
							arith.Conv{Kernel: kh, Dilation: dilations[1], Padding: padding, Start: p.Top, End: p.Bottom},
							arith.Conv{Kernel: kw, Dilation: dilations[2], Padding: padding, Start: p.Left, End: p.Right}))
					}
					row(layer, []int{stride, stride, stride}, []int{dilation, dilation, dilation})
					layer.StrideH, layer.StrideW = 3-stride, 3
					layer.DilationH, layer.DilationW = 3-dilation, dilation
					row(layer, []int{stride, 3 - stride, 3}, []int{dilation, 3 - dilation, dilation})
				}
			}
		}
	}
	return grid
}

// convNCase takes kernel and padding of each axis; the options lack the padding.
func convNCase(layer cnnlib.Layer, n int, in cnnlib.Shape, o ref.OptionsN, axes ...arith.Conv) Case {
	rank, taps, positions, channels := len(axes), 1, n, 0
	out, _ := layer.OutShape(in) // Check returns the error
	for i, axis := range axes {
		taps *= axis.Kernel
		if out != nil {
			positions, channels = positions*out[i], out[rank]
		}
	}
	return Case{
		Layer: layer, N: n, In: in,
		Oracle: func(x ref.Array, params map[string]ref.Array, grad ref.Array) (v Values, err error) {
			o := o
			for _, axis := range axes {
				start, end, err := axis.Pads()
				if err != nil {
					return v, err
				}
				o.Pads = append(o.Pads, [2]int{start, end})
			}
			if v.Result, err = ref.CrossCorrelateN(x, params["weights"], params["biases"].Data, o); err != nil {
				return v, err
			}
			dx, dk, db, err := ref.CrossCorrelateNGrad(x, params["weights"], grad, o)
			v.Input, v.Params = dx, withBiases(params, db, map[string]ref.Array{"weights": dk})
			return v, err
		},
		Terms: Terms{
			Result: taps*in[rank]/o.Groups + 1, // +1: the bias
			Input:  taps * channels / o.Groups,
			Params: positions,
		},
	}
}

// withBiases adds the gradient by the biases of a layer that has some.
func withBiases(params map[string]ref.Array, gradient []float64, gradients map[string]ref.Array) map[string]ref.Array {
	if b, ok := params["biases"]; ok {
		gradients["biases"] = ref.Array{Shape: b.Shape, Data: gradient}
	}
	return gradients
}
