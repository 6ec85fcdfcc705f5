package cnnlib

import (
	"slices"

	"cnnbook/cnnlib/arith"
	"github.com/gomlx/gomlx/core/graph"
)

// convolve is GoMLX's Convolve with right gradients, along any number of axes. x is
// [N axes... C], the kernel [kernel... C/groups Cout], the result [N axes... Cout].
//
// GoMLX v0.28.2 (core/graph/ops_convolve.go, convVJPWrtX) gives a wrong gradient
// by x where the effective kernel size is even, and panics where some window lies
// wholly in the padding; it also refuses stride and dilation together. All three
// are brought back to a case that it does right. TestGoMLX… in this package tell
// when that is no longer needed.
func convolve(x, kernel *graph.Node, axes []arith.Conv, groups int) *graph.Node {
	strides, dilations, pads := make([]int, len(axes)), make([]int, len(axes)), make([][2]int, len(axes))
	strided := slices.ContainsFunc(axes, func(a arith.Conv) bool { return a.Stride > 1 })
	for i, axis := range axes {
		start, end, err := axis.Pads()
		if err != nil {
			panic(err)
		}
		span, err := axis.Effective()
		if err != nil {
			panic(err)
		}
		stride, dilation := max(axis.Stride, 1), max(axis.Dilation, 1)

		// More zeros than k-1 on a side: put them into the input itself.
		if start > span-1 || end > span-1 {
			x = padAxis(x, 1+i, start, end) // +start+end cells on this axis
			start, end = 0, 0
		}
		// Stride and dilation together, also of two axes: put the zeros of the dilation into the kernel.
		if strided && dilation > 1 {
			kernel = dilateAxis(kernel, i, dilation) // k → k + (k-1)(d-1) taps
			dilation = 1
		}
		// Even effective size: one more tap at the end, of weight 0, makes it odd.
		// Its reach is made up for by as much padding at the end.
		if span%2 == 0 {
			kernel = padAxis(kernel, i, 0, 1) // +1 tap
			end += dilation
		}
		strides[i], dilations[i], pads[i] = stride, dilation, [2]int{start, end}
	}
	return graph.Convolve(x, kernel).
		StridePerAxis(strides...).
		DilationPerAxis(dilations...).
		PaddingPerDim(pads).
		ChannelGroupCount(groups).
		Done() // [N axes... Cout]
}

// padAxis puts zeros before and after x on one axis.
func padAxis(x *graph.Node, axis, start, end int) *graph.Node {
	return fillAxis(x, axis, start, end, 0)
}

// fillAxis puts cells of one value before and after x on one axis. GoMLX's Pad has
// no gradient.
func fillAxis(x *graph.Node, axis, start, end int, value float64) *graph.Node {
	parts := make([]*graph.Node, 0, 3)
	add := func(n int) {
		if n > 0 {
			shape := x.Shape().Clone()
			shape.Dimensions[axis] = n
			parts = append(parts, graph.BroadcastToShape(graph.Scalar(x.Graph(), x.DType(), value), shape))
		}
	}
	add(start)
	parts = append(parts, x)
	add(end)
	if len(parts) == 1 {
		return x
	}
	return graph.Concatenate(parts, axis)
}

// dilateAxis puts d-1 zeros between neighbouring cells of one axis, so that n
// cells become (n-1)d + 1.
func dilateAxis(x *graph.Node, axis, d int) *graph.Node {
	dims := x.Shape().Dimensions
	n := dims[axis]
	if n == 1 || d == 1 {
		return x
	}
	split := append(append(append([]int{}, dims[:axis+1]...), 1), dims[axis+1:]...)
	x = graph.Reshape(x, split...) // [.. n 1 ..]
	x = padAxis(x, axis+1, 0, d-1) // [.. n d ..]
	joined := append([]int{}, dims...)
	joined[axis] = n * d
	x = graph.Reshape(x, joined...) // [.. n·d ..], the last d-1 cells are zeros too many
	keep := make([]graph.SliceAxisSpec, len(joined))
	for i := range keep {
		keep[i] = graph.AxisRange()
	}
	keep[axis] = graph.AxisRange(0, (n-1)*d+1)
	return graph.Slice(x, keep...) // [.. (n-1)d+1 ..]
}

// plus returns sum + term; a sum that has not begun is nil.
func plus(sum, term *graph.Node) *graph.Node {
	if sum == nil {
		return term
	}
	return graph.Add(sum, term)
}
