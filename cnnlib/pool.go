package cnnlib

import (
	"cmp"

	"github.com/gomlx/gomlx/core/graph"

	"cnnbook/cnnlib/arith"
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
	stride     int    // cells from one window to the next; 0 means pooling.stride
	start, end int    // padding; only with Explicit
}

// windows returns the geometry of one axis of in cells.
func (p pooling) windows(axis, in int) arith.Pool {
	a := p.axes[axis]
	window := cmp.Or(a.window, p.window)
	stride := cmp.Or(a.stride, p.stride, window)
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
		if a.stride < 0 {
			return nil, refuse(p.layer, in, "%s: the stride is %d, want at least 1, or 0 for Stride", a.name, a.stride)
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
	return fits(p.layer, in, out)
}

// geometry returns the windows of all axes of x [N i… C]; it panics if
// outShape returns an error.
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
