package cnnlib

import (
	"cmp"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/lower"
)

// ConvTranspose2D is a transposed convolution: it goes the way back of a Conv2D
// with the same Kernel, Stride, Padding, Pads, Dilation and Groups, from the size
// of its result to the size of its input. It restores the size, not the values
// ("deconvolution" is a misnomer). It takes [H W C] and returns [OH OW Channels]
// with OH = (H-1)·Stride + (Kernel-1)·Dilation + 1 - pads + OutputPadding, likewise
// OW (sections 5.3.3, 5.17 and 5.20 of the book; V. Dumoulin, F. Visin,
// arXiv:1603.07285, Relationships 8 to 14).
//
// Each cell of the input stamps the kernel, times its value, on the result, Stride
// cells from the stamp beside it; where stamps overlap they are summed, and the
// padding is cut off. With a Kernel that Stride does not divide, cells get
// different numbers of stamps: the checkerboard of section 5.20 (see
// arith.Transposed).
//
// Its variables are "weights" [Kernel KernelW Channels/Groups C], the shape of the
// kernel of the Conv2D from Channels to C, and "biases" [Channels], drawn by Init unless
// Weights and Biases are given.
type ConvTranspose2D struct {
	Channels int // output channels; 0 with Weights means their number
	Kernel   int // rows of the kernel, and columns unless KernelW is set; 0 with Weights means their size
	KernelW  int // columns of the kernel; 0 means the same as Kernel

	Stride    int     // rows from one stamp to the next, and columns unless StrideW is set; 0 means 1
	StrideW   int     // columns from one stamp to the next; 0 means the same as Stride
	Padding   Padding // Valid (the zero value), Same, Full, or Explicit with Pads: what the convolution adds, so what is cut off here
	Pads      Pads    // rows and columns cut off; only with Padding: Explicit
	Dilation  int     // rows from one tap to the next, and columns unless DilationW is set; 0 means 1
	DilationW int     // columns from one tap to the next; 0 means the same as Dilation
	Groups    int     // blocks of channels that do not see each other; 0 means 1

	// OutputPadding is the number of rows at the bottom, and of columns on the right unless
	// OutputPaddingW is set, that are added to the result, from 0 to below Stride or below
	// Dilation, whichever is larger: a convolution takes Stride different sizes to the same
	// one, and this says which of them is meant.
	OutputPadding  int
	OutputPaddingW int // columns; 0 means the same as OutputPadding, -1 means none

	NoBias     bool        // leave the biases out
	Activation Activation  // applied to the result; None is the zero value
	Init       Initializer // what weights and biases start from; nil means HeNormal

	// Weights are the kernels to start from: Weights[c][o] is the matrix that input channel
	// c stamps on output channel o of its group, as in the Conv2D that goes the way forth.
	// For one input channel Filter makes them. nil means drawn by Init. Biases likewise, one
	// number for each output channel.
	Weights Weights
	Biases  []float64
}

// filled replaces zeros by what they mean.
func (c ConvTranspose2D) filled() ConvTranspose2D {
	c.Groups = cmp.Or(c.Groups, 1)
	if len(c.Weights) > 0 {
		c.Channels = cmp.Or(c.Channels, len(c.Weights[0])*c.Groups)
		c.Kernel, c.KernelW = c.Weights.kernel(c.Kernel, c.KernelW)
	}
	c.KernelW = cmp.Or(c.KernelW, c.Kernel)
	c.Stride, c.Dilation = cmp.Or(c.Stride, 1), cmp.Or(c.Dilation, 1)
	c.StrideW, c.DilationW = cmp.Or(c.StrideW, c.Stride), cmp.Or(c.DilationW, c.Dilation)
	c.OutputPaddingW = cmp.Or(c.OutputPaddingW, c.OutputPadding)
	return c
}

// axes returns the geometry of rows and columns. The layer must be filled.
func (c ConvTranspose2D) axes(in Shape) [2]arith.Transposed {
	outputW := c.OutputPaddingW
	if outputW == -1 {
		outputW = 0
	}
	return [2]arith.Transposed{
		{In: in[0], Kernel: c.Kernel, Stride: c.Stride, Dilation: c.Dilation, Padding: c.Padding, Start: c.Pads.Top, End: c.Pads.Bottom, Output: c.OutputPadding},
		{In: in[1], Kernel: c.KernelW, Stride: c.StrideW, Dilation: c.DilationW, Padding: c.Padding, Start: c.Pads.Left, End: c.Pads.Right, Output: outputW},
	}
}

// OutShape returns [OH OW Channels] for an input [H W C].
func (c ConvTranspose2D) OutShape(in Shape) (Shape, error) {
	f := c.filled()
	if len(in) != 3 {
		return nil, refuse(c, in, "the input has %d axes beside N, want 3: rows, columns, channels", len(in))
	}
	if c.Weights != nil {
		if _, _, _, _, err := c.Weights.size(); err != nil {
			return nil, refuse(c, in, "%v", err)
		}
	}
	axes := plane{kernel: [2]int{f.Kernel, f.KernelW}, stride: [2]int{f.Stride, f.StrideW}, dilation: [2]int{f.Dilation, f.DilationW}}
	err := axes.positive(number{"Channels", f.Channels}, number{"Groups", f.Groups})
	if err != nil {
		return nil, refuse(c, in, "%v", err)
	}
	if !c.Activation.known() {
		return nil, refuse(c, in, "%v is none of %v", c.Activation, activationNames)
	}
	out := Shape{0, 0, f.Channels}
	for i, axis := range f.axes(in) {
		if out[i], err = axis.Out(); err != nil {
			return nil, refuse(c, in, "%s: %s", [2]string{"rows", "columns"}[i], reason(err))
		}
	}
	taps, err := checkedProduct(f.Kernel, f.KernelW)
	if err != nil {
		return nil, refuse(c, in, "%v", err)
	}
	cells, err := checkedProduct(in[0], in[1])
	if err != nil {
		return nil, refuse(c, in, "%v", err)
	}
	if _, err := arith.MACs(in[2], f.Channels, taps, f.Groups, cells); err != nil {
		return nil, refuse(c, in, "%s", reason(err))
	}
	g := given{c.Weights, c.Biases, c.NoBias, f.Kernel, f.KernelW, f.Channels}
	if err := g.check(in[2], "the number of input channels is", f.Channels/f.Groups, "output channels per group"); err != nil {
		return nil, refuse(c, in, "%v", err)
	}
	return out, nil
}

// Params returns Kernel·KernelW·(Channels/Groups)·C, plus Channels unless NoBias.
func (c ConvTranspose2D) Params(in Shape) int {
	if _, err := c.OutShape(in); err != nil {
		return 0
	}
	f := c.filled()
	count := arith.Params
	if c.NoBias {
		count = arith.Weights
	}
	n, _ := count(in[2], f.Channels, f.Kernel*f.KernelW, f.Groups) // OutShape has checked it
	return n
}

// MACs returns Kernel·KernelW·(Channels/Groups)·C·H·W: each cell of the input
// stamps the whole kernel. Products that are cut off count; the zeros between the
// cells do not.
func (c ConvTranspose2D) MACs(in Shape) int {
	if _, err := c.OutShape(in); err != nil {
		return 0
	}
	f := c.filled()
	n, _ := arith.MACs(in[2], f.Channels, f.Kernel*f.KernelW, f.Groups, in[0]*in[1]) // OutShape has checked it
	return n
}

// Build writes the transposed convolution into the graph of x [N H W C] and returns
// [N OH OW Channels].
func (c ConvTranspose2D) Build(s *model.Scope, x *graph.Node) *graph.Node {
	in := shapeOf(x.Shape())
	if _, err := c.OutShape(in); err != nil {
		panic(err)
	}
	f := c.filled()
	taps, perGroup := f.Kernel*f.KernelW, f.Channels/f.Groups
	// Stamps of Stride cells by StrideW are laid for each cell of the input, so a cell of
	// the result sums 1/(Stride·StrideW) of taps·C/Groups products.
	fan := Fan{In: max(1, taps*in[2]/f.Groups/f.Stride/f.StrideW), Out: taps * perGroup}

	kernel := weights(s, x.Graph(), shapes.Make(x.DType(), f.Kernel, f.KernelW, perGroup, in[2]), c.Weights.flatOrNil(), c.Init, fan) // [KH KW Cout/G C]
	axes := f.axes(in)
	y := lower.Transposed(x, kernel, axes[:], f.Groups) // [N OH OW Cout]
	return convolution{channels: f.Channels, noBias: c.NoBias, activation: c.Activation, init: c.Init, biases: c.Biases}.finish(s, y, fan)
}

// String returns the Go literal, with the fields that are not zero.
func (c ConvTranspose2D) String() string {
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
	f.int("OutputPadding", c.OutputPadding)
	f.int("OutputPaddingW", c.OutputPaddingW)
	f.result(c.NoBias, c.Activation, c.Init)
	f.given(c.Weights, c.Biases)
	return f.literal("ConvTranspose2D")
}
