package cnnlib

import (
	"strings"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/lower"
)

// AvgPool2D takes the mean of each window of Window × Window cells, channel by
// channel, from [H W C] to [OH OW C], with the sizes of MaxPool2D (sections
// 5.5.1 and 5.16 of the book).
//
// It divides by the number of cells of the input in the window: padding is no cell
// and does not draw the mean towards 0 (PyTorch's count_include_pad=False).
type AvgPool2D struct {
	Window  int     // rows of the window, and columns unless WindowW is set
	WindowW int     // columns of the window; 0 means the same as Window
	Stride  int     // rows from one window to the next, and columns unless StrideW is set; 0 means the size of the window on each axis
	StrideW int     // columns from one window to the next; 0 means the same as Stride
	Padding Padding // Valid (the zero value), Same, or Explicit with Pads
	Pads    Pads    // rows and columns around the input, fewer than the window has; only with Padding: Explicit
	Ceil    bool    // one window more if cells at the end are left over; it is cut off by the edge
}

// pooling is that of the largest value: the fields are the same.
func (p AvgPool2D) pooling() pooling {
	same := MaxPool2D(p).pooling()
	same.layer = p
	return same
}

// OutShape returns [OH OW C] for an input [H W C].
func (p AvgPool2D) OutShape(in Shape) (Shape, error) { return p.pooling().outShape(in) }

// Params returns 0.
func (AvgPool2D) Params(Shape) int { return 0 }

// MACs returns 0: there are no weights, and additions and one division a window are not counted.
func (AvgPool2D) MACs(Shape) int { return 0 }

// Build writes the pooling into the graph of x [N H W C] and returns [N OH OW C].
func (p AvgPool2D) Build(_ *model.Scope, x *graph.Node) *graph.Node {
	return lower.AvgPool(x, p.pooling().geometry(x))
}

// String returns the Go literal.
func (p AvgPool2D) String() string {
	return strings.Replace(MaxPool2D(p).String(), "Max", "Avg", 1)
}

// AvgPool1D is AvgPool2D on [L C], to [OL C].
type AvgPool1D struct {
	Window     int     // cells of the window
	Stride     int     // cells from one window to the next; 0 means the size of the window
	Padding    Padding // Valid (the zero value), Same, or Explicit with Start and End
	Start, End int     // cells of padding before and after the input, each below Window; only with Padding: Explicit
	Ceil       bool    // one window more if cells at the end are left over; it is cut off by the edge
}

// pooling is that of the largest value: the fields are the same.
func (p AvgPool1D) pooling() pooling {
	same := MaxPool1D(p).pooling()
	same.layer = p
	return same
}

// OutShape returns [OL C] for an input [L C].
func (p AvgPool1D) OutShape(in Shape) (Shape, error) { return p.pooling().outShape(in) }

// Params returns 0.
func (AvgPool1D) Params(Shape) int { return 0 }

// MACs returns 0: there are no weights, and additions and one division a window are not counted.
func (AvgPool1D) MACs(Shape) int { return 0 }

// Build writes the pooling into the graph of x [N L C] and returns [N OL C].
func (p AvgPool1D) Build(_ *model.Scope, x *graph.Node) *graph.Node {
	return lower.AvgPool(x, p.pooling().geometry(x))
}

// String returns the Go literal.
func (p AvgPool1D) String() string {
	return strings.Replace(MaxPool1D(p).String(), "Max", "Avg", 1)
}

// AvgPool3D is AvgPool2D on [D H W C], to [OD OH OW C].
type AvgPool3D struct {
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

// pooling is that of the largest value: the fields are the same.
func (p AvgPool3D) pooling() pooling {
	same := MaxPool3D(p).pooling()
	same.layer = p
	return same
}

// OutShape returns [OD OH OW C] for an input [D H W C].
func (p AvgPool3D) OutShape(in Shape) (Shape, error) { return p.pooling().outShape(in) }

// Params returns 0.
func (AvgPool3D) Params(Shape) int { return 0 }

// MACs returns 0: there are no weights, and additions and one division a window are not counted.
func (AvgPool3D) MACs(Shape) int { return 0 }

// Build writes the pooling into the graph of x [N D H W C] and returns [N OD OH OW C].
func (p AvgPool3D) Build(_ *model.Scope, x *graph.Node) *graph.Node {
	return lower.AvgPool(x, p.pooling().geometry(x))
}

// String returns the Go literal.
func (p AvgPool3D) String() string {
	return strings.Replace(MaxPool3D(p).String(), "Max", "Avg", 1)
}
