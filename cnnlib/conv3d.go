package cnnlib

import (
	"cmp"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/arith"
)

// Conv3D is Conv2D for volumes and films: the third axis is depth, or time. It
// takes [D H W C] and returns [OD OH OW Channels], each axis with
// o = floor((i + pads - ((k-1)·Dilation + 1)) / Stride) + 1 (S. Ji et al. 2013,
// "3D Convolutional Neural Networks for Human Action Recognition", eq. 2; for the
// sizes arXiv:1603.07285, which treats each axis on its own).
//
// Its variables are "weights" [Kernel KernelH KernelW C/Groups Channels] and
// "biases" [Channels].
type Conv3D struct {
	Channels int // output channels
	Kernel   int // depth of the kernel, and its rows and columns unless given
	KernelH  int // rows of the kernel; 0 means the same as Kernel
	KernelW  int // columns of the kernel; 0 means the same as Kernel

	Stride    int     // slices from one position to the next, and rows and columns unless given; 0 means 1
	StrideH   int     // rows; 0 means the same as Stride
	StrideW   int     // columns; 0 means the same as Stride
	Padding   Padding // Valid (the zero value), Same, Full, or Explicit with Pads
	Pads      Pads3D  // zeros around the input; only with Padding: Explicit
	Dilation  int     // slices from one tap to the next, and rows and columns unless given; 0 means 1
	DilationH int     // rows; 0 means the same as Dilation
	DilationW int     // columns; 0 means the same as Dilation
	Groups    int     // blocks of channels that do not see each other; 0 means 1

	NoBias     bool        // leave the biases out
	Activation Activation  // applied to the result; None is the zero value
	Init       Initializer // what weights and biases start from; nil means HeNormal
}

// core translates the fields.
func (c Conv3D) core() convolution {
	kh, kw := cmp.Or(c.KernelH, c.Kernel), cmp.Or(c.KernelW, c.Kernel)
	stride, dilation, groups := cmp.Or(c.Stride, 1), cmp.Or(c.Dilation, 1), cmp.Or(c.Groups, 1)
	p := c.Pads
	across := plane{ // rows and columns
		kernel:   [2]int{kh, kw},
		stride:   [2]int{cmp.Or(c.StrideH, stride), cmp.Or(c.StrideW, stride)},
		dilation: [2]int{cmp.Or(c.DilationH, dilation), cmp.Or(c.DilationW, dilation)},
	}
	depth := arith.Conv{Kernel: c.Kernel, Stride: stride, Dilation: dilation, Padding: c.Padding, Start: p.Front, End: p.Back}
	return convolution{
		layer: c,
		wrong: positive(number{"Channels", c.Channels}, number{"Kernel", c.Kernel}, number{"KernelH", kh}, number{"KernelW", kw},
			number{"Stride", stride}, number{"StrideH", across.stride[0]}, number{"StrideW", across.stride[1]},
			number{"Dilation", dilation}, number{"DilationH", across.dilation[0]}, number{"DilationW", across.dilation[1]}, number{"Groups", groups}),
		names:    []string{"depth", "rows", "columns"},
		axes:     append([]arith.Conv{depth}, across.convs(c.Padding, Pads{Top: p.Top, Bottom: p.Bottom, Left: p.Left, Right: p.Right})...),
		groups:   groups,
		channels: c.Channels, noBias: c.NoBias, activation: c.Activation, init: c.Init,
	}
}

// OutShape returns [OD OH OW Channels] for an input [D H W C].
func (c Conv3D) OutShape(in Shape) (Shape, error) { return c.core().outShape(in) }

// Params returns Kernel·KernelH·KernelW·(C/Groups)·Channels, plus Channels unless
// NoBias.
func (c Conv3D) Params(in Shape) int { return c.core().params(in) }

// MACs returns Kernel·KernelH·KernelW·(C/Groups)·Channels·OD·OH·OW, counted as by
// Conv2D.
func (c Conv3D) MACs(in Shape) int { return c.core().macs(in) }

// Build writes the convolution into the graph of x [N D H W C] and returns
// [N OD OH OW Channels].
func (c Conv3D) Build(s *model.Scope, x *graph.Node) *graph.Node { return c.core().build(s, x) }

// String returns the Go literal, with the fields that are not zero.
func (c Conv3D) String() string {
	var f fields
	f.int("Channels", c.Channels)
	f.int("Kernel", c.Kernel)
	f.int("KernelH", c.KernelH)
	f.int("KernelW", c.KernelW)
	f.int("Stride", c.Stride)
	f.int("StrideH", c.StrideH)
	f.int("StrideW", c.StrideW)
	f.padding(c.Padding, c.Pads)
	f.int("Dilation", c.Dilation)
	f.int("DilationH", c.DilationH)
	f.int("DilationW", c.DilationW)
	f.int("Groups", c.Groups)
	f.result(c.NoBias, c.Activation, c.Init)
	return f.literal("Conv3D")
}
