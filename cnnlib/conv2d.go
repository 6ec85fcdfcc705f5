package cnnlib

import (
	"fmt"
	"strings"

	"cnnbook/cnnlib/arith"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Padding says how many zeros stand around the input. The zero value is Valid.
type Padding = arith.Padding

// The paddings; see package arith for their numbers of zeros.
const (
	Valid    = arith.Valid    // no zeros
	Same     = arith.Same     // (k-1)/2 before and k/2 after the input: keeps the size at stride 1
	Full     = arith.Full     // k-1 on each side
	Explicit = arith.Explicit // as given in Conv2D.Pads
)

// Pads are rows and columns of zeros around an image.
type Pads struct{ Top, Bottom, Left, Right int }

// String returns the literal, with the sides that are not 0.
func (p Pads) String() string {
	var f fields
	f.int("Top", p.Top)
	f.int("Bottom", p.Bottom)
	f.int("Left", p.Left)
	f.int("Right", p.Right)
	return f.literal("Pads")
}

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

// filled replaces zeros by what they mean.
func (c Conv2D) filled() (Conv2D, error) {
	if c.Weights != nil {
		out, _, h, w, err := c.Weights.size()
		if err != nil {
			return c, err
		}
		if c.KernelW == 0 && c.Kernel == 0 {
			c.KernelW = w
		}
		if c.Kernel == 0 {
			c.Kernel = h
		}
		if c.Channels == 0 {
			c.Channels = out
		}
	}
	if c.KernelW == 0 {
		c.KernelW = c.Kernel
	}
	for _, v := range []*int{&c.Stride, &c.Dilation, &c.Groups} {
		if *v == 0 {
			*v = 1
		}
	}
	return c, nil
}

// axes returns the geometry of rows and columns. The layer must be filled.
func (c Conv2D) axes(h, w int) (rows, cols arith.Conv) {
	return arith.Conv{In: h, Kernel: c.Kernel, Stride: c.Stride, Dilation: c.Dilation, Padding: c.Padding, Start: c.Pads.Top, End: c.Pads.Bottom},
		arith.Conv{In: w, Kernel: c.KernelW, Stride: c.Stride, Dilation: c.Dilation, Padding: c.Padding, Start: c.Pads.Left, End: c.Pads.Right}
}

// OutShape returns [OH OW Channels] for an input [H W C].
func (c Conv2D) OutShape(in Shape) (Shape, error) {
	f, err := c.filled()
	if err != nil {
		return nil, refuse(c, in, "%v", err)
	}
	if len(in) != 3 {
		return nil, refuse(c, in, "the input has %d axes beside N, want 3: rows, columns, channels", len(in))
	}
	for _, v := range []struct {
		name  string
		value int
	}{{"Channels", f.Channels}, {"Kernel", f.Kernel}, {"KernelW", f.KernelW}, {"Stride", f.Stride}, {"Dilation", f.Dilation}, {"Groups", f.Groups}} {
		if v.value < 1 {
			return nil, refuse(c, in, "%s is %d, want at least 1", v.name, v.value)
		}
	}
	if !c.Activation.known() {
		return nil, refuse(c, in, "%v is none of %v", c.Activation, activationNames)
	}
	rows, cols := f.axes(in[0], in[1])
	oh, err := rows.Out()
	if err != nil {
		return nil, refuse(c, in, "rows: %s", reason(err))
	}
	ow, err := cols.Out()
	if err != nil {
		return nil, refuse(c, in, "columns: %s", reason(err))
	}
	if _, err := arith.MACs(in[2], f.Channels, f.Kernel*f.KernelW, f.Groups, oh*ow); err != nil {
		return nil, refuse(c, in, "%s", reason(err))
	}
	if err := f.checkGiven(in[2] / f.Groups); err != nil {
		return nil, refuse(c, in, "%v", err)
	}
	return Shape{oh, ow, f.Channels}, nil
}

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

// reason returns the text of an error of package arith without its prefix.
func reason(err error) string { return strings.TrimPrefix(err.Error(), "arith: ") }

// Params returns Kernel·KernelW·(C/Groups)·Channels, plus Channels unless NoBias.
func (c Conv2D) Params(in Shape) int {
	if _, err := c.OutShape(in); err != nil {
		return 0
	}
	f, _ := c.filled() // OutShape has checked it, and the counts below
	count := arith.Params
	if c.NoBias {
		count = arith.Weights
	}
	n, _ := count(in[2], f.Channels, f.Kernel*f.KernelW, f.Groups)
	return n
}

// MACs returns Kernel·KernelW·(C/Groups)·Channels·OH·OW. Taps that fall on padding
// count; the zeros that dilation leaves between the taps do not.
func (c Conv2D) MACs(in Shape) int {
	out, err := c.OutShape(in)
	if err != nil {
		return 0
	}
	f, _ := c.filled() // OutShape has checked it, and the count below
	n, _ := arith.MACs(in[2], f.Channels, f.Kernel*f.KernelW, f.Groups, out[0]*out[1])
	return n
}

// Build writes the convolution into the graph of x [N H W C] and returns
// [N OH OW Channels].
func (c Conv2D) Build(s *model.Scope, x *graph.Node) *graph.Node {
	if _, err := c.OutShape(shapeOf(x.Shape())); err != nil {
		panic(err)
	}
	f, err := c.filled()
	if err != nil {
		panic(err)
	}
	g, dims := x.Graph(), x.Shape().Dimensions
	kernelShape := shapes.Make(x.DType(), f.Kernel, f.KernelW, dims[3]/f.Groups, f.Channels)
	taps := f.Kernel * f.KernelW
	fan := Fan{In: taps * dims[3] / f.Groups, Out: taps * f.Channels / f.Groups}
	kernel := weights(s, g, kernelShape, f.Weights.flatOrNil(), c.Init, fan) // [KH KW Cin/groups Cout]
	rows, cols := f.axes(dims[1], dims[2])
	y := convolve(x, kernel, rows, cols, f.Groups) // [N OH OW Cout]
	if !c.NoBias {
		b := biases(s, g, shapes.Make(x.DType(), f.Channels), f.Biases, c.Init, fan) // [Cout]
		y = graph.Add(y, graph.Reshape(b, 1, 1, 1, f.Channels))
	}
	return c.Activation.Build(s, y)
}

// String returns the literal that makes the layer, with the fields that are not
// zero. Given weights of more than 75 numbers are printed by their sizes only.
func (c Conv2D) String() string {
	var f fields
	f.int("Channels", c.Channels)
	f.int("Kernel", c.Kernel)
	f.int("KernelW", c.KernelW)
	f.int("Stride", c.Stride)
	if c.Padding != Valid {
		f.add("Padding", c.Padding.String())
	}
	if c.Pads != (Pads{}) {
		f.add("Pads", c.Pads.String())
	}
	f.int("Dilation", c.Dilation)
	f.int("Groups", c.Groups)
	if c.NoBias {
		f.add("NoBias", "true")
	}
	if c.Activation != None {
		f.add("Activation", c.Activation.String())
	}
	if c.Init != nil {
		f.add("Init", c.Init.String())
	}
	if c.Weights != nil {
		f.add("Weights", c.Weights.String())
	}
	if c.Biases != nil {
		f.add("Biases", "[]float64{"+numbers(c.Biases)+"}")
	}
	return f.literal("Conv2D")
}
