package cnnlib

import (
	"math"

	"cnnbook/cnnlib/arith"
	"github.com/gomlx/gomlx/core/graph"
)

// pooling is what the pooling layers of one, two and three axes have in common:
// windows that move over the axes between N and the channels.
type pooling struct {
	layer  Layer
	window int // the fields of the layer
	stride int
	pad    Padding
	ceil   bool
	axes   []poolAxis
}

// poolAxis is what a layer says about one axis alone.
type poolAxis struct {
	name       string // for messages: "rows"
	window     int    // cells of the window on this axis; 0 means pooling.window
	start, end int    // padding; only with Explicit
}

// windows returns the geometry of one axis of in cells.
func (p pooling) windows(axis, in int) arith.Pool {
	a := p.axes[axis]
	window := a.window
	if window == 0 {
		window = p.window
	}
	stride := p.stride
	if stride == 0 {
		stride = window
	}
	return arith.Pool{In: in, Window: window, Stride: stride, Padding: p.pad, Start: a.start, End: a.end, Ceil: p.ceil}
}

// outShape returns [o… C] for an input [i… C].
func (p pooling) outShape(in Shape) (Shape, error) {
	if len(in) != len(p.axes)+1 {
		want := ""
		for _, a := range p.axes {
			want += a.name + ", "
		}
		return nil, refuse(p.layer, in, "the input has %d axes beside N, want %d: %schannels", len(in), len(p.axes)+1, want)
	}
	if p.window < 1 || p.stride < 0 {
		return nil, refuse(p.layer, in, "Window is %d and Stride %d, want Window at least 1 and Stride not below 0", p.window, p.stride)
	}
	for _, a := range p.axes {
		if a.window < 0 {
			return nil, refuse(p.layer, in, "%s: the window is %d, want at least 1, or 0 for Window", a.name, a.window)
		}
	}
	if p.pad == Full {
		return nil, refuse(p.layer, in, "Padding is Full, want Valid, Same or Explicit")
	}
	out := append(Shape{}, in...)
	for axis, a := range p.axes {
		w := p.windows(axis, in[axis])
		if n := max(a.start, a.end); n >= w.Window {
			return nil, refuse(p.layer, in, "%s: padding %d is not below the window %d: a window would hold nothing but padding", a.name, n, w.Window)
		}
		var err error
		if out[axis], err = w.Out(); err != nil {
			return nil, refuse(p.layer, in, "%s: %s", a.name, reason(err))
		}
	}
	return out, nil
}

// geometry returns the windows of all axes of x [N i… C]; it panics where
// outShape errors.
func (p pooling) geometry(x *graph.Node) []arith.Pool {
	in := shapeOf(x.Shape())
	if _, err := p.outShape(in); err != nil {
		panic(err)
	}
	list := make([]arith.Pool, len(p.axes))
	for axis := range list {
		list[axis] = p.windows(axis, in[axis])
	}
	return list
}

// maxPool takes the largest value of each window of x [N i… C]. Of equal values
// the first, row by row, gets the gradient.
//
// The largest of a window is the largest of its rows' largest. The last axis goes
// first, so that the first row wins, and in it the first column. GoMLX has a max
// pooling of its own; this one is several times faster on both backends, forward
// and backward, and can be differentiated twice.
func maxPool(x *graph.Node, axes []arith.Pool) *graph.Node {
	for i := len(axes) - 1; i >= 0; i-- {
		// Max gives the gradient of a tie to its first operand.
		x = foldWindows(x, i+1, axes[i], math.Inf(-1), graph.Max)
	}
	return x
}

// avgPool takes the mean of each window of x [N i… C]; padding does not count.
//
// GoMLX's own mean pooling is avoided: with padding, its gradient ends the process
// on the pure-Go backend.
func avgPool(x *graph.Node, axes []arith.Pool) *graph.Node {
	cells := make([][]float64, len(axes))
	for i, w := range axes {
		x = foldWindows(x, i+1, w, 0, graph.Add)
		cells[i] = realCells(w)
	}
	return divideByCells(x, cells)
}

// divideByCells makes means of the sums x [N o… C]: each is divided by the product
// of its numbers of cells on the axes between N and C.
func divideByCells(x *graph.Node, cells [][]float64) *graph.Node {
	sizes, products := []int{1}, []float64{1} // [1 o… 1]
	for _, axis := range cells {
		sizes = append(sizes, len(axis))
		outer := make([]float64, 0, len(products)*len(axis))
		for _, a := range products {
			for _, b := range axis {
				outer = append(outer, a*b)
			}
		}
		products = outer
	}
	return graph.Div(x, graph.Reshape(graph.ConstAs(x, products), append(sizes, 1)...))
}

// foldWindows combines the cells of each window on one axis, from the first to the
// last. Padding has the value fill.
func foldWindows(x *graph.Node, axis int, w arith.Pool, fill float64, combine func(a, b *graph.Node) *graph.Node) *graph.Node {
	cells := windowCells(x, axis, w, fill)
	folded := cells[0]
	for _, next := range cells[1:] {
		folded = combine(folded, next)
	}
	return folded
}

// windowCells returns, for each cell of the window, that cell of all windows on one
// axis. Padding has the value fill.
func windowCells(x *graph.Node, axis int, w arith.Pool, fill float64) []*graph.Node {
	o, start := placed(w)
	reach := (o-1)*w.Stride + 1 // from the first cell of the first window to that of the last
	x = fillAxis(x, axis, start, max(0, reach+w.Window-1-start-w.In), fill)
	cells := make([]*graph.Node, w.Window)
	for i := range cells {
		cells[i] = graph.SliceAxis(x, axis, graph.AxisRange(i, i+reach).Stride(w.Stride))
	}
	return cells
}

// realCells returns how many cells of the input each window holds.
func realCells(w arith.Pool) []float64 {
	o, start := placed(w)
	cells := make([]float64, o)
	for j := range cells {
		from := j*w.Stride - start
		cells[j] = float64(min(from+w.Window, w.In) - max(from, 0))
	}
	return cells
}

// placed returns the number of windows, and how far before the input the first of
// them begins.
func placed(w arith.Pool) (o, start int) {
	o, err := w.Out()
	if err != nil {
		panic(err)
	}
	if start, _, err = w.Pads(); err != nil {
		panic(err)
	}
	return o, start
}
