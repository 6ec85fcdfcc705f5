package cnnlib

import "github.com/gomlx/gomlx/core/graph"

// winner returns the largest values of z along an axis, in one row, and what gives the
// gradient by them to the first of the largest, in the shape of z.
func winner(z *graph.Node, axis int) (most *graph.Node, slopes func(v *graph.Node) *graph.Node) {
	parts := make([]*graph.Node, z.Shape().Dimensions[axis])
	for i := range parts {
		parts[i] = graph.Reshape(graph.SliceAxis(z, axis, graph.AxisElem(i)), -1)
		if i == 0 {
			most = parts[i]
		} else {
			most = graph.Max(most, parts[i])
		}
	}
	return most, func(v *graph.Node) *graph.Node {
		shape := append([]int{}, z.Shape().Dimensions...)
		shape[axis] = 1
		none, last := graph.ZerosLike(v), len(parts)-1
		list := make([]*graph.Node, len(parts))
		for i := range last {
			wins := graph.Equal(parts[i], most)
			list[i] = graph.Reshape(graph.Where(wins, v, none), shape...)
			v = graph.Where(wins, none, v) // what is left for those behind
		}
		list[last] = graph.Reshape(v, shape...)
		return graph.Concatenate(list, axis)
	}
}
