package cnnlib

import (
	"cmp"
	"fmt"

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
// "pointwise/weights" [1 1 C·Multiplier Channels] and "pointwise/biases" [Channels],
// drawn by Init unless Depthwise, Pointwise and Biases are given.
type SeparableConv2D struct {
	Channels   int // output channels; 0 with Pointwise means its number of rows
	Kernel     int // rows of the depthwise kernel, and columns unless KernelW is set; 0 with Depthwise means their size
	KernelW    int // columns of the depthwise kernel; 0 means the same as Kernel
	Multiplier int // depthwise kernels for each channel; 0 means 1, or with Depthwise as many as they hold

	Stride    int     // rows from one position to the next, and columns unless StrideW is set; 0 means 1
	StrideW   int     // columns from one position to the next; 0 means the same as Stride
	Padding   Padding // Valid (the zero value), Same, Full, or Explicit with Pads
	Pads      Pads    // zeros around the input; only with Padding: Explicit
	Dilation  int     // rows from one tap to the next, and columns unless DilationW is set; 0 means 1
	DilationW int     // columns from one tap to the next; 0 means the same as Dilation

	NoBias     bool        // leave the biases out
	Activation Activation  // applied to the result; None is the zero value
	Init       Initializer // what weights and biases of both start from; nil means HeNormal

	// What to start from; nil means drawn by Init. Depthwise are the kernels, as the Weights
	// of a DepthwiseConv2D. Pointwise[o][c] is the weight of channel c, of C·Multiplier, in
	// output channel o. Biases has one number for each output channel.
	Depthwise Weights
	Pointwise [][]float64
	Biases    []float64
}

// halves returns the two convolutions.
func (c SeparableConv2D) halves() (depthwise DepthwiseConv2D, pointwise Conv2D) {
	return DepthwiseConv2D{Multiplier: c.Multiplier, Kernel: c.Kernel, KernelW: c.KernelW, Stride: c.Stride, StrideW: c.StrideW, Padding: c.Padding, Pads: c.Pads, Dilation: c.Dilation, DilationW: c.DilationW, NoBias: true, Init: c.Init, Weights: c.Depthwise},
		Conv2D{Channels: cmp.Or(c.Channels, len(c.Pointwise)), Kernel: 1, NoBias: c.NoBias, Activation: c.Activation, Init: c.Init, Weights: c.pointwise(), Biases: c.Biases}
}

// pointwise returns the weights of the 1×1 convolution; nil means drawn.
func (c SeparableConv2D) pointwise() Weights {
	if c.Pointwise == nil {
		return nil
	}
	w := make(Weights, len(c.Pointwise))
	for o, row := range c.Pointwise {
		for _, v := range row {
			w[o] = append(w[o], [][]float64{{v}})
		}
	}
	return w
}

// OutShape returns [OH OW Channels] for an input [H W C].
func (c SeparableConv2D) OutShape(in Shape) (Shape, error) {
	depthwise, pointwise := c.halves()
	first, second := depthwise.core(c, in), pointwise.core()
	if err := positive(number{"Channels", pointwise.Channels}); err != nil {
		first.wrong = err
	}
	if check := first.check; check != nil {
		first.check = func(channels int) error {
			if err := check(channels); err != nil {
				return fmt.Errorf("field Depthwise: %w", err)
			}
			return nil
		}
	}
	first.activation = c.Activation // checked here, so that the message has this input
	middle, err := first.outShape(in)
	if err != nil {
		return nil, err
	}
	if c.Pointwise != nil && len(c.Pointwise) != pointwise.Channels {
		return nil, refuse(c, in, "Pointwise has %d rows for %d output channels", len(c.Pointwise), pointwise.Channels)
	}
	for o, row := range c.Pointwise {
		if len(row) != middle[2] {
			return nil, refuse(c, in, "row %d of Pointwise has %d numbers for the %d channels of the depthwise result", o, len(row), middle[2])
		}
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
	f.int("StrideW", c.StrideW)
	f.padding(c.Padding, c.Pads)
	f.int("Dilation", c.Dilation)
	f.int("DilationW", c.DilationW)
	f.result(c.NoBias, c.Activation, c.Init)
	if c.Depthwise != nil {
		f.add("Depthwise", c.Depthwise.String())
	}
	if len(c.Pointwise) > 0 {
		f.matrix("Pointwise", c.Pointwise, len(c.Pointwise[0]))
	}
	f.biases(c.Biases)
	return f.literal("SeparableConv2D")
}
