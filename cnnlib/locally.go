package cnnlib

import (
	"cmp"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/lower"
)

// LocallyConnected2D is Conv2D with weights and biases of their own at every
// position: nothing is shared, so a filter can look for eyes only where eyes are.
// That costs parameters, not multiplications. It takes [H W C] and returns
// [OH OW Channels] with the sizes of Conv2D (Y. Taigman et al. 2014, "DeepFace:
// Closing the Gap to Human-Level Performance in Face Verification", §2.2; sections
// 5.26 and 5.27 of the book).
//
// Its variables are "weights" [OH OW Kernel·KernelW·C Channels], in each block row
// by row of the kernel, the channels running fastest, and "biases" [OH OW Channels].
// Weights over padding exist, but are multiplied by zeros only.
type LocallyConnected2D struct {
	Channels int // output channels
	Kernel   int // rows of the kernels, and columns unless KernelW is set
	KernelW  int // columns of the kernels; 0 means the same as Kernel

	Stride  int     // rows from one position to the next, and columns unless StrideW is set; 0 means 1
	StrideW int     // columns from one position to the next; 0 means the same as Stride
	Padding Padding // Valid (the zero value), Same, Full, or Explicit with Pads
	Pads    Pads    // zeros around the input; only with Padding: Explicit

	NoBias     bool        // leave the biases out
	Activation Activation  // applied to the result; None is the zero value
	Init       Initializer // what weights and biases start from; nil means HeNormal
}

// core translates the fields.
func (l LocallyConnected2D) core() convolution {
	stride := cmp.Or(l.Stride, 1)
	axes := plane{kernel: [2]int{l.Kernel, cmp.Or(l.KernelW, l.Kernel)}, stride: [2]int{stride, cmp.Or(l.StrideW, stride)}, dilation: [2]int{1, 1}}
	return convolution{
		layer: l,
		wrong: axes.positive(number{"Channels", l.Channels}),
		names: []string{"rows", "columns"}, axes: axes.convs(l.Padding, l.Pads), groups: 1,
		channels: l.Channels, activation: l.Activation,
	}
}

// OutShape returns [OH OW Channels] for an input [H W C].
func (l LocallyConnected2D) OutShape(in Shape) (Shape, error) { return l.core().outShape(in) }

// Params returns OH·OW·Kernel·KernelW·C·Channels, plus OH·OW·Channels unless NoBias.
func (l LocallyConnected2D) Params(in Shape) int {
	out, err := l.OutShape(in)
	if err != nil {
		return 0
	}
	n := l.MACs(in) // each weight is used once
	if !l.NoBias {
		n += out.Size()
	}
	return n
}

// MACs returns Kernel·KernelW·C·Channels·OH·OW, as many as a Conv2D has.
func (l LocallyConnected2D) MACs(in Shape) int { return l.core().macs(in) }

// Build writes the layer into the graph of x [N H W C] and returns
// [N OH OW Channels].
func (l LocallyConnected2D) Build(s *model.Scope, x *graph.Node) *graph.Node {
	c, g, in := l.core(), x.Graph(), shapeOf(x.Shape())
	out, err := c.outShape(in)
	if err != nil {
		panic(err)
	}
	axes, fan := c.at(in), c.fan(in)
	var parts []*graph.Node
	for _, part := range lower.Taps(x, axes[0], axes[1]) {
		parts = append(parts, part) // [N OH OW C]
	}
	patches := graph.Concatenate(parts, -1) // [N OH OW KH·KW·C]
	w := weights(s, g, shapes.Make(x.DType(), out[0], out[1], fan.In, l.Channels), nil, l.Init, fan)
	y := graph.Einsum("nhwk,hwko->nhwo", patches, w) // [N OH OW Channels]
	if !l.NoBias {
		b := biases(s, g, shapes.Make(x.DType(), out...), nil, l.Init, fan) // [OH OW Channels]
		y = graph.Add(y, graph.ExpandLeftToRank(b, 4))
	}
	return l.Activation.Build(s, y)
}

// String returns the Go literal, with the fields that are not zero.
func (l LocallyConnected2D) String() string {
	var f fields
	f.int("Channels", l.Channels)
	f.int("Kernel", l.Kernel)
	f.int("KernelW", l.KernelW)
	f.int("Stride", l.Stride)
	f.int("StrideW", l.StrideW)
	f.padding(l.Padding, l.Pads)
	f.result(l.NoBias, l.Activation, l.Init)
	return f.literal("LocallyConnected2D")
}
