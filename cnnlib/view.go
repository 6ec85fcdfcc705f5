package cnnlib

import (
	"slices"
	"strconv"
	"strings"

	"cnnbook/cnnlib/arith"
)

// view says which cells of a network's input one value depends on: its receptive
// field, on every axis but N and the channels (section 5.8 of the book).
type view struct {
	kind   viewKind
	fields []arith.Field // one for each axis; only with window
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
		v.fields = append(v.fields, arith.Field{Size: 1, Jump: 1})
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
		return v.moved(len(p.axes), func(axis int) arith.Sliding { return p.windows(axis, in[axis]) })
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
	return v.moved(len(c.axes), func(axis int) arith.Sliding { return c.axes[axis] })
}

// moved is the view through what moves over each axis.
func (v view) moved(axes int, of func(axis int) arith.Sliding) view {
	if v.kind != window {
		return v
	}
	if len(v.fields) != axes { // the axes are not those of the input any more
		return view{kind: unknown}
	}
	next := view{fields: make([]arith.Field, axes)}
	for axis := range axes {
		var err error
		if next.fields[axis], err = v.fields[axis].Through(of(axis)); err != nil {
			return view{kind: unknown} // too large to count
		}
	}
	return next
}

// widest returns what the branches see together.
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
		fields := slices.Clone(widest.fields)
		for axis, f := range next.fields {
			g := &fields[axis]
			first, end := min(g.Start, f.Start), max(g.Start+g.Size, f.Start+f.Size)
			*g = arith.Field{Size: end - first, Jump: max(g.Jump, f.Jump), Start: first}
		}
		widest = view{kind: next.kind, fields: fields}
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
	case len(v.fields) == 0: // a value of a vector sees itself
		return "1"
	}
	sizes := make([]string, len(v.fields))
	for i, f := range v.fields {
		sizes[i] = strconv.Itoa(f.Size)
	}
	return strings.Join(sizes, "×")
}
