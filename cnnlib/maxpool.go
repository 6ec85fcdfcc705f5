package cnnlib

import (
	"cnnbook/cnnlib/arith"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// MaxPool2D takes the largest value of each Window × Window window, channel by
// channel, from [H W C] to [OH OW C] with OH = floor((H + pads - Window)/Stride) + 1,
// likewise OW (sections 5.5 and 5.16). Rows and columns at the end that fill no
// window are lost. With a Stride below Window the windows overlap (A. Krizhevsky
// et al. 2012, §3.4).
//
// Padding never wins: it counts as -∞. Of equal values the first, row by row, gets
// the gradient.
type MaxPool2D struct {
	Window  int     // rows and columns of the window
	Stride  int     // cells from one window to the next; 0 means Window
	Padding Padding // Valid (the zero value), Same, or Explicit with Pads
	Pads    Pads    // rows and columns around the input, each below Window; only with Padding: Explicit
}

func (p MaxPool2D) axes(h, w int) (rows, cols arith.Conv) {
	stride := p.Stride
	if stride == 0 {
		stride = p.Window
	}
	return arith.Conv{In: h, Kernel: p.Window, Stride: stride, Padding: p.Padding, Start: p.Pads.Top, End: p.Pads.Bottom},
		arith.Conv{In: w, Kernel: p.Window, Stride: stride, Padding: p.Padding, Start: p.Pads.Left, End: p.Pads.Right}
}

// OutShape returns [OH OW C] for an input [H W C].
func (p MaxPool2D) OutShape(in Shape) (Shape, error) {
	if len(in) != 3 {
		return nil, refuse(p, in, "the input has %d axes beside N, want 3: rows, columns, channels", len(in))
	}
	if p.Window < 1 || p.Stride < 0 {
		return nil, refuse(p, in, "Window is %d and Stride %d, want Window at least 1 and Stride not below 0", p.Window, p.Stride)
	}
	if p.Padding == Full {
		return nil, refuse(p, in, "Padding is Full, want Valid, Same or Explicit")
	}
	for _, n := range []int{p.Pads.Top, p.Pads.Bottom, p.Pads.Left, p.Pads.Right} {
		if n >= p.Window {
			return nil, refuse(p, in, "padding %d is not below the window %d: a window would hold nothing but padding", n, p.Window)
		}
	}
	rows, cols := p.axes(in[0], in[1])
	oh, err := rows.Out()
	if err != nil {
		return nil, refuse(p, in, "rows: %s", reason(err))
	}
	ow, err := cols.Out()
	if err != nil {
		return nil, refuse(p, in, "columns: %s", reason(err))
	}
	return Shape{oh, ow, in[2]}, nil
}

// Params returns 0.
func (MaxPool2D) Params(Shape) int { return 0 }

// MACs returns 0: comparisons are not counted.
func (MaxPool2D) MACs(Shape) int { return 0 }

// Build writes the pooling into the graph of x [N H W C] and returns [N OH OW C].
func (p MaxPool2D) Build(_ *model.Scope, x *graph.Node) *graph.Node {
	if _, err := p.OutShape(shapeOf(x.Shape())); err != nil {
		panic(err)
	}
	dims := x.Shape().Dimensions
	rows, cols := p.axes(dims[1], dims[2])
	pads := make([][2]int, 2)
	for i, axis := range []arith.Conv{rows, cols} {
		start, end, err := axis.Pads()
		if err != nil {
			panic(err)
		}
		pads[i] = [2]int{start, end}
	}
	return graph.MaxPool(x).Window(p.Window).Strides(rows.Stride).PaddingPerDim(pads).Done()
}

// String returns the Go literal.
func (p MaxPool2D) String() string {
	var f fields
	f.int("Window", p.Window)
	f.int("Stride", p.Stride)
	if p.Padding != Valid {
		f.add("Padding", p.Padding.String())
	}
	if p.Pads != (Pads{}) {
		f.add("Pads", p.Pads.String())
	}
	return f.literal("MaxPool2D")
}
