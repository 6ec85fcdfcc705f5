package cnnlib

import (
	"cmp"
	"fmt"

	"cnnbook/cnnlib/arith"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Conv2D cross-correlates images with learned kernels, adds a bias to each output
// channel and applies an activation. It takes [H W C] and returns [OH OW Channels]
// with OH = floor((H + pads - ((Kernel-1)·Dilation + 1)) / Stride) + 1, likewise OW
// (sections 5.2 and 5.19 of the book; arXiv:1603.07285).
//
// Its variables are "weights" [Kernel KernelW C/Groups Channels] and "biases"
// [Channels], drawn by Init unless Weights and Biases are given. All of them are
// trained, given ones too.
type Conv2D struct {
	Channels int // output channels; 0 with Weights means their number of filters
	Kernel   int // rows of the kernel, and columns unless KernelW is set; 0 with Weights means their size
	KernelW  int // columns of the kernel; 0 means the same as Kernel

	Stride   int     // cells from one position to the next on both axes; 0 means 1
	Padding  Padding // Valid (the zero value), Same, Full, or Explicit with Pads
	Pads     Pads    // zeros around the input; only with Padding: Explicit
	Dilation int     // cells from one tap to the next on both axes; 0 means 1
	Groups   int     // blocks of channels that do not see each other; 0 means 1

	NoBias     bool        // leave the biases out
	Activation Activation  // applied to the result; None is the zero value
	Init       Initializer // what weights and biases start from; nil means HeNormal

	Weights Weights   // the kernels to start from; nil means drawn by Init
	Biases  []float64 // the biases to start from, one for each output channel; nil means drawn by Init
}

// core translates the fields.
func (c Conv2D) core() convolution {
	f := c // with zeros replaced by what they mean
	if c.Weights != nil {
		out, _, h, w, err := c.Weights.size()
		if err != nil {
			return convolution{layer: c, wrong: err}
		}
		if c.KernelW == 0 && c.Kernel == 0 {
			f.KernelW = w
		}
		f.Kernel = cmp.Or(c.Kernel, h)
		f.Channels = cmp.Or(c.Channels, out)
	}
	f.KernelW = cmp.Or(f.KernelW, f.Kernel)
	f.Stride, f.Dilation, f.Groups = cmp.Or(c.Stride, 1), cmp.Or(c.Dilation, 1), cmp.Or(c.Groups, 1)
	rows, cols := plane(f.Kernel, f.KernelW, f.Stride, f.Dilation, f.Padding, f.Pads)
	return convolution{
		layer: c,
		wrong: positive(number{"Channels", f.Channels}, number{"Kernel", f.Kernel}, number{"KernelW", f.KernelW},
			number{"Stride", f.Stride}, number{"Dilation", f.Dilation}, number{"Groups", f.Groups}),
		names: []string{"rows", "columns"}, axes: []arith.Conv{rows, cols}, groups: f.Groups,
		channels: f.Channels, noBias: c.NoBias, activation: c.Activation, init: c.Init,
		weights: c.Weights.flatOrNil(), biases: c.Biases, check: f.checkGiven,
	}
}

// plane returns the geometry of rows and columns, In left open.
func plane(kh, kw, stride, dilation int, padding Padding, pads Pads) (rows, cols arith.Conv) {
	return arith.Conv{Kernel: kh, Stride: stride, Dilation: dilation, Padding: padding, Start: pads.Top, End: pads.Bottom},
		arith.Conv{Kernel: kw, Stride: stride, Dilation: dilation, Padding: padding, Start: pads.Left, End: pads.Right}
}

// OutShape returns [OH OW Channels] for an input [H W C].
func (c Conv2D) OutShape(in Shape) (Shape, error) { return c.core().outShape(in) }

// checkGiven compares the given weights and biases with the settings.
func (c Conv2D) checkGiven(channelsPerGroup int) error {
	if c.Weights != nil {
		out, in, h, w, err := c.Weights.size()
		if err != nil {
			return err
		}
		if out != c.Channels {
			return fmt.Errorf("the weights hold %d filters, Channels is %d", out, c.Channels)
		}
		if h != c.Kernel || w != c.KernelW {
			return fmt.Errorf("the weights are %d×%d, the kernel is %d×%d", h, w, c.Kernel, c.KernelW)
		}
		if in != channelsPerGroup {
			return fmt.Errorf("each filter of the weights has %d matrices for %d input channels per group", in, channelsPerGroup)
		}
	}
	if c.Biases != nil && c.NoBias {
		return fmt.Errorf("%d biases given with NoBias: leave one of them out", len(c.Biases))
	}
	if c.Biases != nil && len(c.Biases) != c.Channels {
		return fmt.Errorf("%d biases given for %d output channels", len(c.Biases), c.Channels)
	}
	return nil
}

// Params returns Kernel·KernelW·(C/Groups)·Channels, plus Channels unless NoBias.
func (c Conv2D) Params(in Shape) int { return c.core().params(in) }

// MACs returns Kernel·KernelW·(C/Groups)·Channels·OH·OW. Taps that fall on padding
// count; the zeros that dilation leaves between the taps do not.
func (c Conv2D) MACs(in Shape) int { return c.core().macs(in) }

// Build writes the convolution into the graph of x [N H W C] and returns
// [N OH OW Channels].
func (c Conv2D) Build(s *model.Scope, x *graph.Node) *graph.Node {
	in := shapeOf(x.Shape())
	if _, err := c.OutShape(in); err != nil {
		panic(err)
	}
	return c.buildAs(ConvWork{Conv: c, In: in, Batch: x.Shape().Dimensions[0]}.choose(s, x), s, x)
}

// buildAs is Build with the lowering Direct or Im2col.
func (c Conv2D) buildAs(l Lowering, s *model.Scope, x *graph.Node) *graph.Node {
	core, in := c.core(), shapeOf(x.Shape())
	if l != Im2col {
		return core.build(s, x)
	}
	axes := core.at(in)
	kernel := core.kernelNode(s, x)
	y := inPieces(x, func(x *graph.Node) *graph.Node { return convolveIm2col(x, kernel, axes[0], axes[1]) })
	return core.finish(s, y, core.fan(in))
}

// buildPooled writes the convolution and, where done, also the max-pooling behind it,
// for which pooled has said that they can be one.
func (c Conv2D) buildPooled(s *model.Scope, x *graph.Node, pool MaxPool2D) (y *graph.Node, done bool) {
	core, in := c.core(), shapeOf(x.Shape())
	l := ConvWork{Conv: c, Pool: pool, In: in, Batch: x.Shape().Dimensions[0]}.choose(s, x)
	pure := pureGo(x.Graph().Backend())
	ours, fused := l == Im2col && pure, l == Fused && !pure
	if l != Phases && l != Winograd && !ours && !fused {
		return c.buildAs(l, s, x), false
	}
	axes := core.at(in)
	rows, cols := pool.pooling().windows(0, in[0]).Window, pool.pooling().windows(1, in[1]).Window
	if fused {
		y = convolve(x, core.kernelNode(s, x), axes, core.groups)
		y = graph.MaxPool(y).WindowPerAxis(rows, cols).NoPadding().Done() // its stride is the window
		return core.finish(s, y, core.fan(in)), true
	}
	write, kernel := convolvePhases, core.kernelNode(s, x)
	if ours {
		write = im2colPooled
	}
	if l == Winograd {
		write, kernel = convolveWinograd, winogradKernels(kernel, tileOf(axes[0], rows), tileOf(axes[1], cols))
	}
	y = inPieces(x, func(x *graph.Node) *graph.Node { return write(x, kernel, axes[0], axes[1], rows, cols) })
	return core.finish(s, y, core.fan(in)), true
}

// String returns the literal that makes the layer, with the fields that are not
// zero. Given weights of more than 75 numbers are printed by their sizes only.
func (c Conv2D) String() string {
	var f fields
	f.int("Channels", c.Channels)
	f.int("Kernel", c.Kernel)
	f.int("KernelW", c.KernelW)
	f.int("Stride", c.Stride)
	f.padding(c.Padding, c.Pads)
	f.int("Dilation", c.Dilation)
	f.int("Groups", c.Groups)
	f.result(c.NoBias, c.Activation, c.Init)
	if c.Weights != nil {
		f.add("Weights", c.Weights.String())
	}
	if c.Biases != nil {
		f.add("Biases", "[]float64{"+numbers(c.Biases)+"}")
	}
	return f.literal("Conv2D")
}
