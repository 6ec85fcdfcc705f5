package cnnlib

import (
	"cmp"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/arith"
)

// Conv1D is Conv2D for sequences: sound, text, measurements over time. It takes
// [L C] and returns [OL Channels] with
// OL = floor((L + pads - ((Kernel-1)·Dilation + 1)) / Stride) + 1
// (section 5.19 of the book; arXiv:1603.07285, which treats each axis on its own).
//
// Its variables are "weights" [Kernel C/Groups Channels] and "biases" [Channels].
type Conv1D struct {
	Channels int // output channels
	Kernel   int // taps of the kernel

	Stride   int     // cells from one position to the next; 0 means 1
	Padding  Padding // Valid (the zero value), Same, Full, or Explicit with Pads
	Pads     Pads1D  // zeros before and after the sequence; only with Padding: Explicit
	Dilation int     // cells from one tap to the next; 0 means 1
	Groups   int     // blocks of channels that do not see each other; 0 means 1

	NoBias     bool        // leave the biases out
	Activation Activation  // applied to the result; None is the zero value
	Init       Initializer // what weights and biases start from; nil means HeNormal
}

// core translates the fields.
func (c Conv1D) core() convolution {
	stride, dilation, groups := cmp.Or(c.Stride, 1), cmp.Or(c.Dilation, 1), cmp.Or(c.Groups, 1)
	return convolution{
		layer: c,
		wrong: positive(number{"Channels", c.Channels}, number{"Kernel", c.Kernel},
			number{"Stride", stride}, number{"Dilation", dilation}, number{"Groups", groups}),
		names:  []string{"length"},
		axes:   []arith.Conv{{Kernel: c.Kernel, Stride: stride, Dilation: dilation, Padding: c.Padding, Start: c.Pads.Start, End: c.Pads.End}},
		groups: groups, channels: c.Channels, noBias: c.NoBias, activation: c.Activation, init: c.Init,
	}
}

// OutShape returns [OL Channels] for an input [L C].
func (c Conv1D) OutShape(in Shape) (Shape, error) { return c.core().outShape(in) }

// Params returns Kernel·(C/Groups)·Channels, plus Channels unless NoBias.
func (c Conv1D) Params(in Shape) int { return c.core().params(in) }

// MACs returns Kernel·(C/Groups)·Channels·OL, counted as by Conv2D.
func (c Conv1D) MACs(in Shape) int { return c.core().macs(in) }

// Build writes the convolution into the graph of x [N L C] and returns
// [N OL Channels].
func (c Conv1D) Build(s *model.Scope, x *graph.Node) *graph.Node { return c.core().build(s, x) }

// String returns the Go literal, with the fields that are not zero.
func (c Conv1D) String() string {
	var f fields
	f.int("Channels", c.Channels)
	f.int("Kernel", c.Kernel)
	f.int("Stride", c.Stride)
	f.padding(c.Padding, c.Pads)
	f.int("Dilation", c.Dilation)
	f.int("Groups", c.Groups)
	f.result(c.NoBias, c.Activation, c.Init)
	return f.literal("Conv1D")
}
