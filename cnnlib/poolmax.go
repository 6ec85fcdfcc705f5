package cnnlib

import (
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/lower"
)

// MaxPool2D takes the largest value of each window of Window × Window cells, channel
// by channel, from [H W C] to [OH OW C] with OH = floor((H + pads - Window)/Stride) + 1,
// likewise OW (sections 5.5 and 5.16 of the book). Rows and columns at the end that
// fill no window are lost, unless Ceil. With a Stride below Window the windows
// overlap (section 5.5.2; A. Krizhevsky et al. 2012, §3.4).
//
// Padding never wins: it counts as -∞. Of equal values the first, row by row, gets
// the whole gradient, as in PyTorch. A padding so large that a window would hold
// nothing else is refused.
type MaxPool2D struct {
	Window  int     // rows of the window, and columns unless WindowW is set
	WindowW int     // columns of the window; 0 means the same as Window
	Stride  int     // rows from one window to the next, and columns unless StrideW is set; 0 means the size of the window on each axis
	StrideW int     // columns from one window to the next; 0 means the same as Stride
	Padding Padding // Valid (the zero value), Same, or Explicit with Pads
	Pads    Pads    // rows and columns around the input, fewer than the window has; only with Padding: Explicit
	Ceil    bool    // one window more if cells at the end are left over; it is cut off by the edge
}

func (p MaxPool2D) pooling() pooling {
	return pooling{layer: p, window: p.Window, stride: p.Stride, pad: p.Padding, ceil: p.Ceil, axes: []poolAxis{
		{name: "rows", start: p.Pads.Top, end: p.Pads.Bottom},
		{name: "columns", window: p.WindowW, stride: p.StrideW, start: p.Pads.Left, end: p.Pads.Right},
	}}
}

// OutShape returns [OH OW C] for an input [H W C].
func (p MaxPool2D) OutShape(in Shape) (Shape, error) { return p.pooling().outShape(in) }

// Params returns 0.
func (MaxPool2D) Params(Shape) int { return 0 }

// MACs returns 0: comparisons are not counted.
func (MaxPool2D) MACs(Shape) int { return 0 }

// Build writes the pooling into the graph of x [N H W C] and returns [N OH OW C].
func (p MaxPool2D) Build(_ *model.Scope, x *graph.Node) *graph.Node {
	return lower.MaxPool(x, p.pooling().geometry(x))
}

// WithIndices pools x [N H W C] as Build does and returns, beside the result y
// [N OH OW C], the places its values came from: indices [N OH OW C], int32, hold
// row·W + column, of equal values the first, and of a window with NaN the first NaN.
// lower.MaxUnpool puts values back to these places; Switches does both. It panics if
// OutShape returns an error.
func (p MaxPool2D) WithIndices(x *graph.Node) (y, indices *graph.Node) {
	return lower.MaxPoolIndices(x, p.pooling().geometry(x))
}

// String returns the Go literal.
func (p MaxPool2D) String() string {
	var f fields
	f.int("Window", p.Window)
	f.int("WindowW", p.WindowW)
	f.int("Stride", p.Stride)
	f.int("StrideW", p.StrideW)
	if p.Padding != Valid {
		f.add("Padding", p.Padding.String())
	}
	if p.Pads != (Pads{}) {
		f.add("Pads", p.Pads.String())
	}
	if p.Ceil {
		f.add("Ceil", "true")
	}
	return f.literal("MaxPool2D")
}

// MaxPool1D is MaxPool2D on [L C], to [OL C]: windows of Window neighbouring cells of a sequence or signal.
type MaxPool1D struct {
	Window     int     // cells of the window
	Stride     int     // cells from one window to the next; 0 means the size of the window
	Padding    Padding // Valid (the zero value), Same, or Explicit with Start and End
	Start, End int     // cells of padding before and after the input, each below Window; only with Padding: Explicit
	Ceil       bool    // one window more if cells at the end are left over; it is cut off by the edge
}

func (p MaxPool1D) pooling() pooling {
	return pooling{layer: p, window: p.Window, stride: p.Stride, pad: p.Padding, ceil: p.Ceil, axes: []poolAxis{{name: "length", start: p.Start, end: p.End}}}
}

// OutShape returns [OL C] for an input [L C].
func (p MaxPool1D) OutShape(in Shape) (Shape, error) { return p.pooling().outShape(in) }

// Params returns 0.
func (MaxPool1D) Params(Shape) int { return 0 }

// MACs returns 0: comparisons are not counted.
func (MaxPool1D) MACs(Shape) int { return 0 }

// Build writes the pooling into the graph of x [N L C] and returns [N OL C].
func (p MaxPool1D) Build(_ *model.Scope, x *graph.Node) *graph.Node {
	return lower.MaxPool(x, p.pooling().geometry(x))
}

// String returns the Go literal.
func (p MaxPool1D) String() string {
	var f fields
	f.int("Window", p.Window)
	f.int("Stride", p.Stride)
	if p.Padding != Valid {
		f.add("Padding", p.Padding.String())
	}
	f.int("Start", p.Start)
	f.int("End", p.End)
	if p.Ceil {
		f.add("Ceil", "true")
	}
	return f.literal("MaxPool1D")
}

// MaxPool3D is MaxPool2D on [D H W C], to [OD OH OW C]: windows of frames, rows and columns of a film or a volume.
type MaxPool3D struct {
	Window      int     // rows of the window, and frames and columns unless the next two are set
	WindowD     int     // frames of the window; 0 means the same as Window
	WindowW     int     // columns of the window; 0 means the same as Window
	Stride      int     // rows from one window to the next, and frames and columns unless the next two are set; 0 means the size of the window on each axis
	StrideD     int     // frames from one window to the next; 0 means the same as Stride
	StrideW     int     // columns from one window to the next; 0 means the same as Stride
	Padding     Padding // Valid (the zero value), Same, or Explicit with Front, Back and Pads
	Front, Back int     // frames of padding before and after the input, fewer than the window has; only with Padding: Explicit
	Pads        Pads    // rows and columns around each frame, likewise
	Ceil        bool    // one window more if cells at the end are left over; it is cut off by the edge
}

func (p MaxPool3D) pooling() pooling {
	return pooling{layer: p, window: p.Window, stride: p.Stride, pad: p.Padding, ceil: p.Ceil, axes: []poolAxis{
		{name: "frames", window: p.WindowD, stride: p.StrideD, start: p.Front, end: p.Back},
		{name: "rows", start: p.Pads.Top, end: p.Pads.Bottom},
		{name: "columns", window: p.WindowW, stride: p.StrideW, start: p.Pads.Left, end: p.Pads.Right},
	}}
}

// OutShape returns [OD OH OW C] for an input [D H W C].
func (p MaxPool3D) OutShape(in Shape) (Shape, error) { return p.pooling().outShape(in) }

// Params returns 0.
func (MaxPool3D) Params(Shape) int { return 0 }

// MACs returns 0: comparisons are not counted.
func (MaxPool3D) MACs(Shape) int { return 0 }

// Build writes the pooling into the graph of x [N D H W C] and returns [N OD OH OW C].
func (p MaxPool3D) Build(_ *model.Scope, x *graph.Node) *graph.Node {
	return lower.MaxPool(x, p.pooling().geometry(x))
}

// String returns the Go literal.
func (p MaxPool3D) String() string {
	var f fields
	f.int("Window", p.Window)
	f.int("WindowD", p.WindowD)
	f.int("WindowW", p.WindowW)
	f.int("Stride", p.Stride)
	f.int("StrideD", p.StrideD)
	f.int("StrideW", p.StrideW)
	if p.Padding != Valid {
		f.add("Padding", p.Padding.String())
	}
	f.int("Front", p.Front)
	f.int("Back", p.Back)
	if p.Pads != (Pads{}) {
		f.add("Pads", p.Pads.String())
	}
	if p.Ceil {
		f.add("Ceil", "true")
	}
	return f.literal("MaxPool3D")
}
