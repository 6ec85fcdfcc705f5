package cnnlib

import (
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// SeparableConv2D is a depthwise separable convolution: first each channel on its
// own under kernels of its own (DepthwiseConv2D, without biases), then all channels
// mixed, cell by cell, by a 1×1 convolution with biases. There is no activation
// between the two. It takes [H W C] and returns [OH OW Channels] with the sizes of
// Conv2D (section 5.11 of the book; F. Chollet 2016, arXiv:1610.02357, §3.1 and
// §4.7).
//
// Its variables are "depthwise/weights" [Kernel KernelW 1 C·Multiplier],
// "pointwise/weights" [1 1 C·Multiplier Channels] and "pointwise/biases" [Channels].
type SeparableConv2D struct {
	Channels   int // output channels
	Kernel     int // rows of the depthwise kernel, and columns unless KernelW is set
	KernelW    int // columns of the depthwise kernel; 0 means the same as Kernel
	Multiplier int // depthwise kernels for each channel; 0 means 1

	Stride   int     // cells from one position to the next on both axes; 0 means 1
	Padding  Padding // Valid (the zero value), Same, Full, or Explicit with Pads
	Pads     Pads    // zeros around the input; only with Padding: Explicit
	Dilation int     // cells from one tap to the next on both axes; 0 means 1

	NoBias     bool        // leave the biases out
	Activation Activation  // applied to the result; None is the zero value
	Init       Initializer // what weights and biases of both start from; nil means HeNormal
}

// halves returns the two convolutions.
func (c SeparableConv2D) halves() (depthwise DepthwiseConv2D, pointwise Conv2D) {
	return DepthwiseConv2D{Multiplier: c.Multiplier, Kernel: c.Kernel, KernelW: c.KernelW, Stride: c.Stride, Padding: c.Padding, Pads: c.Pads, Dilation: c.Dilation, NoBias: true, Init: c.Init},
		Conv2D{Channels: c.Channels, Kernel: 1, NoBias: c.NoBias, Activation: c.Activation, Init: c.Init}
}

// OutShape returns [OH OW Channels] for an input [H W C].
func (c SeparableConv2D) OutShape(in Shape) (Shape, error) {
	depthwise, pointwise := c.halves()
	first, second := depthwise.core(c, in), pointwise.core()
	if err := positive(number{"Channels", c.Channels}); err != nil {
		first.wrong = err
	}
	first.activation = c.Activation // checked here, so that the message has this input
	middle, err := first.outShape(in)
	if err != nil {
		return nil, err
	}
	second.layer = c
	return second.outShape(middle)
}

// Params returns Kernel·KernelW·C·Multiplier + C·Multiplier·Channels, plus Channels
// unless NoBias.
func (c SeparableConv2D) Params(in Shape) int { return c.sum(in, Layer.Params) }

// MACs returns (Kernel·KernelW·C·Multiplier + C·Multiplier·Channels)·OH·OW, counted
// as by Conv2D.
func (c SeparableConv2D) MACs(in Shape) int { return c.sum(in, Layer.MACs) }

func (c SeparableConv2D) sum(in Shape, count func(Layer, Shape) int) int {
	if _, err := c.OutShape(in); err != nil {
		return 0
	}
	depthwise, pointwise := c.halves()
	return Sequential{depthwise, pointwise}.sum(in, count)
}

// Build writes both convolutions into the graph of x [N H W C] and returns
// [N OH OW Channels].
func (c SeparableConv2D) Build(s *model.Scope, x *graph.Node) *graph.Node {
	if _, err := c.OutShape(shapeOf(x.Shape())); err != nil {
		panic(err)
	}
	depthwise, pointwise := c.halves()
	x = depthwise.Build(s.In("depthwise"), x) // [N OH OW C·Multiplier]
	return pointwise.Build(s.In("pointwise"), x)
}

// String returns the Go literal, with the fields that are not zero.
func (c SeparableConv2D) String() string {
	var f fields
	f.int("Channels", c.Channels)
	f.int("Kernel", c.Kernel)
	f.int("KernelW", c.KernelW)
	f.int("Multiplier", c.Multiplier)
	f.int("Stride", c.Stride)
	f.padding(c.Padding, c.Pads)
	f.int("Dilation", c.Dilation)
	f.result(c.NoBias, c.Activation, c.Init)
	return f.literal("SeparableConv2D")
}
