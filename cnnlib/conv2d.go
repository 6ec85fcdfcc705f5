package cnnlib

import (
	"cmp"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/lower"
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

	Stride    int     // rows from one position to the next, and columns unless StrideW is set; 0 means 1
	StrideW   int     // columns from one position to the next; 0 means the same as Stride
	Padding   Padding // Valid (the zero value), Same, Full, or Explicit with Pads
	Pads      Pads    // zeros around the input; only with Padding: Explicit
	Dilation  int     // rows from one tap to the next, and columns unless DilationW is set; 0 means 1
	DilationW int     // columns from one tap to the next; 0 means the same as Dilation
	Groups    int     // blocks of channels that do not see each other; 0 means 1

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
		if _, _, _, _, err := c.Weights.size(); err != nil {
			return convolution{layer: c, wrong: err}
		}
		f.Channels = cmp.Or(c.Channels, len(c.Weights))
		f.Kernel, f.KernelW = c.Weights.kernel(c.Kernel, c.KernelW)
	}
	f.KernelW = cmp.Or(f.KernelW, f.Kernel)
	f.Stride, f.Dilation, f.Groups = cmp.Or(c.Stride, 1), cmp.Or(c.Dilation, 1), cmp.Or(c.Groups, 1)
	f.StrideW, f.DilationW = cmp.Or(c.StrideW, f.Stride), cmp.Or(c.DilationW, f.Dilation)
	axes := plane{kernel: [2]int{f.Kernel, f.KernelW}, stride: [2]int{f.Stride, f.StrideW}, dilation: [2]int{f.Dilation, f.DilationW}}
	return convolution{
		layer: c,
		wrong: axes.positive(number{"Channels", f.Channels}, number{"Groups", f.Groups}),
		names: []string{"rows", "columns"}, axes: axes.convs(f.Padding, f.Pads), groups: f.Groups,
		channels: f.Channels, noBias: c.NoBias, activation: c.Activation, init: c.Init,
		weights: c.Weights.flatOrNil(), biases: c.Biases,
		check: func(channelsPerGroup int) error {
			g := given{c.Weights, c.Biases, c.NoBias, f.Kernel, f.KernelW, f.Channels}
			return g.check(f.Channels, "Channels is", channelsPerGroup, "input channels per group")
		},
	}
}

// plane is the geometry of a kernel that moves over rows and columns, zeros replaced by what
// they mean.
type plane struct{ kernel, stride, dilation [2]int }

// positive returns an error that names the first setting below 1, the others first.
func (p plane) positive(others ...number) error {
	return positive(append(others, number{"Kernel", p.kernel[0]}, number{"KernelW", p.kernel[1]},
		number{"Stride", p.stride[0]}, number{"StrideW", p.stride[1]}, number{"Dilation", p.dilation[0]}, number{"DilationW", p.dilation[1]})...)
}

// convs returns the axes, In left open.
func (p plane) convs(padding Padding, pads Pads) []arith.Conv {
	return []arith.Conv{
		{Kernel: p.kernel[0], Stride: p.stride[0], Dilation: p.dilation[0], Padding: padding, Start: pads.Top, End: pads.Bottom},
		{Kernel: p.kernel[1], Stride: p.stride[1], Dilation: p.dilation[1], Padding: padding, Start: pads.Left, End: pads.Right},
	}
}

// OutShape returns [OH OW Channels] for an input [H W C].
func (c Conv2D) OutShape(in Shape) (Shape, error) { return c.core().outShape(in) }

// Params returns Kernel·KernelW·(C/Groups)·Channels, plus Channels unless NoBias.
func (c Conv2D) Params(in Shape) int { return c.core().params(in) }

// MACs returns Kernel·KernelW·(C/Groups)·Channels·OH·OW. Taps that fall on padding
// count; the zeros that dilation leaves between the taps do not.
func (c Conv2D) MACs(in Shape) int { return c.core().macs(in) }

// Build writes the convolution into the graph of x [N H W C] and returns
// [N OH OW Channels].
func (c Conv2D) Build(s *model.Scope, x *graph.Node) *graph.Node {
	if _, err := c.OutShape(shapeOf(x.Shape())); err != nil {
		panic(err)
	}
	y, _ := c.buildPooled(s, x, MaxPool2D{})
	return y
}

// buildPooled writes the convolution and, if done, also the max-pooling behind it, for
// which pooled has said that they can be one.
func (c Conv2D) buildPooled(s *model.Scope, x *graph.Node, pool MaxPool2D) (y *graph.Node, done bool) {
	core, in := c.core(), shapeOf(x.Shape())
	y, done = c.Work(pool, in, x.Shape().Dimensions[0]).Build(s, x, core.kernelNode(s, x))
	return core.finish(s, y, core.fan(in)), done
}

// Work describes the convolution of a batch of inputs [H W C] to package lower, which
// chooses how it is written into a graph. pool is the max-pooling behind it that may be
// written together with it, the zero value if there is none.
func (c Conv2D) Work(pool MaxPool2D, in Shape, batch int) lower.Work {
	core := c.core()
	axes := core.at(in)
	w := lower.Work{
		Rows: axes[0], Cols: axes[1], In: in[2], Out: core.channels, Groups: core.groups, Batch: batch,
		Layers: Sequential{c},
	}
	named := c // without what the speed does not depend on
	named.NoBias, named.Activation, named.Init, named.Biases = false, None, nil, nil
	if c.Weights != nil {
		named.Channels, named.Kernel, named.KernelW, named.Weights = core.channels, axes[0].Kernel, axes[1].Kernel, nil
	}
	w.Name = named.String()
	if pool != (MaxPool2D{}) {
		p := pool.pooling()
		w.PoolRows, w.PoolCols = p.windows(0, axes[0].In).Window, p.windows(1, axes[1].In).Window
		w.Layers = Sequential{c, pool}
		w.Name += ", " + pool.String()
	}
	return w
}

// pooled returns the max-pooling that can be written together with the convolution: one
// whose windows lie side by side without padding, behind an activation that does not
// change the order of values, so that the largest of the activations is the activation of
// the largest.
func (c Conv2D) pooled(next Layer, in Shape) (MaxPool2D, bool) {
	p, ok := next.(MaxPool2D)
	if !ok || p.Padding != Valid || p.Ceil || !c.Activation.monotone() {
		return MaxPool2D{}, false
	}
	core := c.core()
	for _, axis := range core.axes {
		if core.groups != 1 || axis.Dilation > 1 || axis.Stride > 1 {
			return MaxPool2D{}, false
		}
	}
	mid, err := c.OutShape(in)
	if err != nil {
		return MaxPool2D{}, false
	}
	if _, err := p.OutShape(mid); err != nil {
		return MaxPool2D{}, false
	}
	for axis := range 2 {
		if w := p.pooling().windows(axis, mid[axis]); w.Stride != w.Window {
			return MaxPool2D{}, false
		}
	}
	return p, true
}

// String returns the literal that makes the layer, with the fields that are not
// zero. Given weights of more than 75 numbers are printed by their sizes only.
func (c Conv2D) String() string {
	var f fields
	f.int("Channels", c.Channels)
	f.int("Kernel", c.Kernel)
	f.int("KernelW", c.KernelW)
	f.int("Stride", c.Stride)
	f.int("StrideW", c.StrideW)
	f.padding(c.Padding, c.Pads)
	f.int("Dilation", c.Dilation)
	f.int("DilationW", c.DilationW)
	f.int("Groups", c.Groups)
	f.result(c.NoBias, c.Activation, c.Init)
	f.given(c.Weights, c.Biases)
	return f.literal("Conv2D")
}
