package cnnlib

import (
	"slices"
	"strconv"
	"strings"
)

// view says which cells of a network's input one value depends on: its receptive
// field, on every axis but N and the channels (section 5.8 of the book).
type view struct {
	kind  viewKind
	reach []int // cells; only with window
	jump  []int // cells of the input from one value to the next; only with window
}

type viewKind int

const (
	window  viewKind = iota // a block of neighbouring cells
	all                     // the whole input
	unknown                 // not computed for a layer on the way
)

// firstView is that of the input's own values.
func firstView(in Shape) view {
	v := view{}
	for range max(0, len(in)-1) {
		v.reach, v.jump = append(v.reach, 1), append(v.jump, 1)
	}
	return v
}

// through returns the view of the layer's result, v being that of its input. The
// layer must accept in.
func (v view) through(layer Layer, in Shape) view {
	switch l := layer.(type) {
	case Sequential:
		for _, next := range l {
			v = v.through(next, in)
			in, _ = next.OutShape(in) // accepted
		}
		return v
	case Parallel:
		return v.widest(l, in)
	case Residual:
		branches := l.branches()
		return v.widest(branches[:], in)
	case Conv1D:
		return v.convolved(l.core())
	case Conv2D:
		return v.convolved(l.core())
	case Conv3D:
		return v.convolved(l.core())
	case DepthwiseConv2D:
		return v.convolved(l.core(l, in))
	case SeparableConv2D:
		depthwise, _ := l.halves() // the other half works cell by cell
		return v.convolved(depthwise.core(l, in))
	case interface{ pooling() pooling }:
		p := l.pooling()
		return v.moved(len(p.axes), func(axis int) (reach, stride int) {
			w := p.windows(axis, in[axis])
			return w.Window, w.Stride
		})
	case Dense, GlobalAvgPool, GlobalMaxPool:
		return view{kind: all}
	case Activation:
		if l == Softmax && len(in) == 1 { // over all values that there are
			return view{kind: all}
		}
		return v
	case Flatten, Leaky, Dropout, BatchNorm, LocalResponseNorm:
		return v // cell by cell; BatchNorm as it is in use
	}
	return view{kind: unknown}
}

func (v view) convolved(c convolution) view {
	return v.moved(len(c.axes), func(axis int) (reach, stride int) {
		a := c.axes[axis]
		return (a.Kernel-1)*max(a.Dilation, 1) + 1, a.Stride
	})
}

// moved is the view through windows of the given reach and stride: on every axis
// reach grows by (reach-1)·jump, jump by the factor stride.
func (v view) moved(axes int, of func(axis int) (reach, stride int)) view {
	if v.kind != window {
		return v
	}
	if len(v.reach) != axes { // the axes are not those of the input any more
		return view{kind: unknown}
	}
	var next view
	for axis := range axes {
		reach, stride := of(axis)
		next.reach = append(next.reach, v.reach[axis]+(reach-1)*v.jump[axis])
		next.jump = append(next.jump, v.jump[axis]*stride)
	}
	return next
}

// widest returns the largest of what the branches see.
func (v view) widest(branches []Layer, in Shape) view {
	var widest view
	for i, branch := range branches {
		next := v.through(branch, in)
		if i == 0 || next.kind > widest.kind {
			widest = next
			continue
		}
		if next.kind < widest.kind {
			continue
		}
		widest = view{kind: next.kind, reach: slices.Clone(widest.reach), jump: slices.Clone(widest.jump)}
		for axis := range next.reach {
			widest.reach[axis] = max(widest.reach[axis], next.reach[axis])
			widest.jump[axis] = max(widest.jump[axis], next.jump[axis])
		}
	}
	return widest
}

// String returns the sizes, "5×5", "all", or "?".
func (v view) String() string {
	switch {
	case v.kind == all:
		return "all"
	case v.kind == unknown:
		return "?"
	case len(v.reach) == 0: // a value of a vector sees itself
		return "1"
	}
	sizes := make([]string, len(v.reach))
	for i, n := range v.reach {
		sizes[i] = strconv.Itoa(n)
	}
	return strings.Join(sizes, "×")
}
