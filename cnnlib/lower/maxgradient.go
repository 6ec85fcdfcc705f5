package lower

import "github.com/gomlx/gomlx/core/graph"

// maxWithGradient returns the largest of several arrays at each place, and the function that
// hands the gradient by it to the first of the largest: one array for each of them.
func maxWithGradient(list []*graph.Node) (most *graph.Node, slopes func(v *graph.Node) []*graph.Node) {
	most = list[0]
	for _, z := range list[1:] {
		most = graph.Max(most, z)
	}
	return most, func(v *graph.Node) []*graph.Node {
		none, last := graph.ZerosLike(v), len(list)-1
		by := make([]*graph.Node, len(list))
		for i := range last {
			wins := graph.Equal(list[i], most)
			by[i] = graph.Where(wins, v, none)
			v = graph.Where(wins, none, v) // what is left for those behind
		}
		by[last] = v
		return by
	}
}

// largest returns the largest of z [A M B] along M, as [A B]. The first of equals gets the
// gradient. GoMLX's own, of a chain of Max over slices, would be a sum of as many padded
// arrays; put together from the places where each part wins, it is several times faster on XLA.
func largest(z *graph.Node) *graph.Node {
	a, m, b := z.Shape().Dimensions[0], z.Shape().Dimensions[1], z.Shape().Dimensions[2]
	parts := make([]*graph.Node, m)
	for i := range parts {
		parts[i] = graph.Reshape(graph.SliceAxis(z, 1, graph.AxisElem(i)), a, b)
	}
	most, slopes := maxWithGradient(parts)
	return WithGradient(most, func(_ int, v *graph.Node) *graph.Node {
		by := slopes(v)
		for i := range by {
			by[i] = graph.ExpandAxes(by[i], 1)
		}
		return graph.Concatenate(by, 1)
	}, z)
}

// windowPlaces cuts z [A s B t any], of A × B windows, into what is at each place of a
// window: s·t arrays [A 1 B 1 any].
func windowPlaces(z *graph.Node) []*graph.Node {
	var list []*graph.Node
	for i := range z.Shape().Dimensions[1] {
		for j := range z.Shape().Dimensions[3] {
			list = append(list, graph.Slice(z, graph.AxisRange(), graph.AxisElem(i), graph.AxisRange(), graph.AxisElem(j)))
		}
	}
	return list
}

// joinPlaces puts together what windowPlaces has cut, t places in each row of a window.
func joinPlaces(list []*graph.Node, t int) *graph.Node {
	var rows []*graph.Node
	for ; len(list) > 0; list = list[t:] {
		rows = append(rows, graph.Concatenate(list[:t], 3))
	}
	return graph.Concatenate(rows, 1)
}
