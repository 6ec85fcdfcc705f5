package cnnlib

import (
	"slices"
	"strconv"
	"strings"

	"cnnbook/cnnlib/arith"
)

// receptiveField says which cells of a network's input one value depends on, on
// every axis but N and the channels (section 5.8 of the book).
type receptiveField struct {
	kind fieldKind
	axes []arith.Field // one for each axis; only with window
}

type fieldKind int

const (
	window  fieldKind = iota // a block of neighbouring cells
	all                      // the whole input
	unknown                  // not computed for a layer on the way
)

// firstField is that of the input's own values.
func firstField(in Shape) receptiveField {
	r := receptiveField{}
	for range max(0, len(in)-1) {
		r.axes = append(r.axes, arith.Field{Size: 1, Jump: 1})
	}
	return r
}

// through returns the field of the layer's result, r being that of its input. The
// layer must accept in.
func (r receptiveField) through(layer Layer, in Shape) receptiveField {
	switch l := layer.(type) {
	case Sequential:
		for _, next := range l {
			r = r.through(next, in)
			in, _ = next.OutShape(in) // accepted
		}
		return r
	case Parallel:
		return r.widest(l, in)
	case Residual:
		branches := l.branches()
		return r.widest(branches[:], in)
	case Conv1D:
		return r.convolved(l.core())
	case Conv2D:
		return r.convolved(l.core())
	case Conv3D:
		return r.convolved(l.core())
	case DepthwiseConv2D:
		return r.convolved(l.core(l, in))
	case SeparableConv2D:
		depthwise, _ := l.halves() // the other half works cell by cell
		return r.convolved(depthwise.core(l, in))
	case interface{ pooling() pooling }:
		p := l.pooling()
		return r.moved(len(p.axes), func(axis int) arith.Sliding { return p.windows(axis, in[axis]) })
	case Dense, GlobalAvgPool, GlobalMaxPool:
		return receptiveField{kind: all}
	case Activation:
		if l == Softmax && len(in) == 1 { // over all values that there are
			return receptiveField{kind: all}
		}
		return r
	case Flatten, Leaky, Dropout, BatchNorm, LocalResponseNorm:
		return r // cell by cell; BatchNorm as it is in use
	}
	return receptiveField{kind: unknown}
}

func (r receptiveField) convolved(c convolution) receptiveField {
	return r.moved(len(c.axes), func(axis int) arith.Sliding { return c.axes[axis] })
}

// moved returns the field through what moves over each axis.
func (r receptiveField) moved(axes int, of func(axis int) arith.Sliding) receptiveField {
	if r.kind != window {
		return r
	}
	if len(r.axes) != axes { // the axes no longer match the input's
		return receptiveField{kind: unknown}
	}
	next := receptiveField{axes: make([]arith.Field, axes)}
	for axis := range axes {
		var err error
		if next.axes[axis], err = r.axes[axis].Through(of(axis)); err != nil {
			return receptiveField{kind: unknown} // too large to count
		}
	}
	return next
}

// widest returns what the branches see together.
func (r receptiveField) widest(branches []Layer, in Shape) receptiveField {
	var widest receptiveField
	for i, branch := range branches {
		next := r.through(branch, in)
		if i == 0 || next.kind > widest.kind {
			widest = next
			continue
		}
		if next.kind < widest.kind {
			continue
		}
		list := slices.Clone(widest.axes)
		for axis, f := range next.axes {
			g := &list[axis]
			first, end := min(g.Start, f.Start), max(g.Start+g.Size, f.Start+f.Size)
			*g = arith.Field{Size: end - first, Jump: max(g.Jump, f.Jump), Start: first}
		}
		widest = receptiveField{kind: next.kind, axes: list}
	}
	return widest
}

// String returns the sizes, "5×5", "all", or "?".
func (r receptiveField) String() string {
	switch {
	case r.kind == all:
		return "all"
	case r.kind == unknown:
		return "?"
	case len(r.axes) == 0: // a value of a vector sees itself
		return "1"
	}
	sizes := make([]string, len(r.axes))
	for i, f := range r.axes {
		sizes[i] = strconv.Itoa(f.Size)
	}
	return strings.Join(sizes, "×")
}
