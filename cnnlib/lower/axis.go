package lower

import "github.com/gomlx/gomlx/core/graph"

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

// Plus returns sum + term; a sum that has not begun is nil.
func Plus(sum, term *graph.Node) *graph.Node {
	if sum == nil {
		return term
	}
	return graph.Add(sum, term)
}

// resized cuts cells off the end of an axis or puts zeros there.
func resized(x *graph.Node, axis, size int) *graph.Node {
	have := x.Shape().Dimensions[axis]
	if have > size {
		return graph.SliceAxis(x, axis, graph.AxisRange(0, size))
	}
	return padAxis(x, axis, 0, size-have)
}

// reverseAxis turns the order on one axis around. GoMLX's Reverse has no gradient.
func reverseAxis(x *graph.Node, axis int) *graph.Node {
	n := x.Shape().Dimensions[axis]
	if n == 1 {
		return x
	}
	parts := make([]*graph.Node, n)
	for i := range parts {
		parts[n-1-i] = graph.SliceAxis(x, axis, graph.AxisElem(i))
	}
	return graph.Concatenate(parts, axis)
}
