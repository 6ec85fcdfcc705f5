package cnnlib

import (
	"cmp"
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/lower"
)

// DepthwiseConv2D gives each channel kernels of its own, which see no other
// channel. It takes [H W C] and returns [OH OW C·Multiplier], with the sizes of
// Conv2D; result channels c·Multiplier to (c+1)·Multiplier - 1 come from input
// channel c. It is Conv2D with as many groups as channels, and the first half of
// SeparableConv2D (section 5.11 of the book; F. Chollet 2016, arXiv:1610.02357).
//
// Its variables are "weights" [Kernel KernelW 1 C·Multiplier] and "biases"
// [C·Multiplier], drawn by Init unless Weights and Biases are given.
type DepthwiseConv2D struct {
	Multiplier int // kernels for each channel; 0 means 1, or with Weights as many as they hold
	Kernel     int // rows of the kernel, and columns unless KernelW is set; 0 with Weights means their size
	KernelW    int // columns of the kernel; 0 means the same as Kernel

	Stride    int     // rows from one position to the next, and columns unless StrideW is set; 0 means 1
	StrideW   int     // columns from one position to the next; 0 means the same as Stride
	Padding   Padding // Valid (the zero value), Same, Full, or Explicit with Pads
	Pads      Pads    // zeros around the input; only with Padding: Explicit
	Dilation  int     // rows from one tap to the next, and columns unless DilationW is set; 0 means 1
	DilationW int     // columns from one tap to the next; 0 means the same as Dilation

	NoBias     bool        // leave the biases out
	Activation Activation  // applied to the result; None is the zero value
	Init       Initializer // what weights and biases start from; nil means HeNormal

	// Weights are the kernels to start from, one for each output channel as Filters makes
	// them; nil means drawn by Init. Biases likewise, one number for each output channel.
	Weights Weights
	Biases  []float64
}

// core translates the fields for an input, whose channels are the groups.
func (d DepthwiseConv2D) core(layer Layer, in Shape) convolution {
	f := d // with zeros replaced by what they mean
	if d.Weights != nil {
		if _, _, _, _, err := d.Weights.size(); err != nil {
			return convolution{layer: layer, wrong: err}
		}
		f.Kernel, f.KernelW = d.Weights.kernel(d.Kernel, d.KernelW)
		if d.Multiplier == 0 && len(in) == 3 && in[2] > 0 {
			f.Multiplier = len(d.Weights) / in[2] // check refuses a rest
		}
	}
	f.KernelW, f.Multiplier = cmp.Or(f.KernelW, f.Kernel), cmp.Or(f.Multiplier, 1)
	f.Stride, f.Dilation = cmp.Or(d.Stride, 1), cmp.Or(d.Dilation, 1)
	f.StrideW, f.DilationW = cmp.Or(d.StrideW, f.Stride), cmp.Or(d.DilationW, f.Dilation)
	axes := plane{kernel: [2]int{f.Kernel, f.KernelW}, stride: [2]int{f.Stride, f.StrideW}, dilation: [2]int{f.Dilation, f.DilationW}}
	wrong := axes.positive(number{"Multiplier", f.Multiplier})
	channels, groups := 1, 1
	if len(in) == 3 && wrong == nil { // otherwise the input or the layer is refused for that
		groups = in[2]
		if wrong = positive(number{"the number of input channels", groups}); wrong == nil {
			channels, wrong = checkedProduct(groups, f.Multiplier)
		}
	}
	return convolution{
		layer: layer, wrong: wrong,
		names: []string{"rows", "columns"}, axes: axes.convs(d.Padding, d.Pads), groups: groups,
		channels: channels, noBias: d.NoBias, activation: d.Activation, init: d.Init,
		weights: d.Weights.flatOrNil(), biases: d.Biases,
		check: func(int) error {
			g := given{d.Weights, d.Biases, d.NoBias, f.Kernel, f.KernelW, channels}
			return g.check(channels, fmt.Sprintf("the input has %d channels and Multiplier is %d, which makes", groups, f.Multiplier), 1, "channel that a kernel sees: use Filters")
		},
	}
}

// OutShape returns [OH OW C·Multiplier] for an input [H W C].
func (d DepthwiseConv2D) OutShape(in Shape) (Shape, error) { return d.core(d, in).outShape(in) }

// Params returns Kernel·KernelW·C·Multiplier, plus C·Multiplier unless NoBias.
func (d DepthwiseConv2D) Params(in Shape) int { return d.core(d, in).params(in) }

// MACs returns Kernel·KernelW·C·Multiplier·OH·OW, counted as by Conv2D.
func (d DepthwiseConv2D) MACs(in Shape) int { return d.core(d, in).macs(in) }

// Build writes the convolution into the graph of x [N H W C] and returns
// [N OH OW C·Multiplier].
//
// It sums, tap by tap, the part of the input under the tap times the weights of
// the tap. A grouped convolution would give the same, but GoMLX takes its gradient
// group by group: two convolutions for each of maybe a thousand channels.
func (d DepthwiseConv2D) Build(s *model.Scope, x *graph.Node) *graph.Node {
	in := shapeOf(x.Shape())
	c := d.core(d, in)
	out, err := c.outShape(in)
	if err != nil {
		panic(err)
	}
	n, count, multiplier := x.Shape().Dimensions[0], in[2], c.channels/in[2]
	kernel := graph.Reshape(c.kernelNode(s, x), -1, 1, 1, count, multiplier) // [KH·KW 1 1 C M]
	axes := c.at(in)
	var y *graph.Node
	for tap, part := range lower.Taps(x, axes[0], axes[1]) {
		part = graph.Reshape(part, n, out[0], out[1], count, 1)
		part = graph.Mul(part, graph.Slice(kernel, graph.AxisElem(tap))) // [N OH OW C M]
		y = lower.Plus(y, part)
	}
	return c.finish(s, graph.Reshape(y, n, out[0], out[1], c.channels), c.fan(in))
}

// String returns the Go literal, with the fields that are not zero.
func (d DepthwiseConv2D) String() string {
	var f fields
	f.int("Multiplier", d.Multiplier)
	f.int("Kernel", d.Kernel)
	f.int("KernelW", d.KernelW)
	f.int("Stride", d.Stride)
	f.int("StrideW", d.StrideW)
	f.padding(d.Padding, d.Pads)
	f.int("Dilation", d.Dilation)
	f.int("DilationW", d.DilationW)
	f.result(d.NoBias, d.Activation, d.Init)
	f.given(d.Weights, d.Biases)
	return f.literal("DepthwiseConv2D")
}
