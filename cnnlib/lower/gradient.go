package lower

import "github.com/gomlx/gomlx/core/graph"

// WithGradient returns y with a gradient of its own: back makes, of the gradient v by y,
// the gradient by one of the inputs, as an array of its size.
//
// GoMLX gives an own gradient only to an identity, whose gradient has the shape of its
// input. So there is one for y, which remembers v, and one for each input, which asks back.
// A choice of y that never falls on the input ties them together: gradients go from results
// to inputs, and pass y first. Nothing of what they carry in between is used, and what is
// not used is not computed.
func WithGradient(y *graph.Node, back func(input int, v *graph.Node) *graph.Node, inputs ...*graph.Node) *graph.Node {
	var v *graph.Node
	never := graph.Const(y.Graph(), false)
	y = graph.StopGradient(y)
	for i, input := range inputs {
		tied := graph.IdentityWithCustomGradient(input, func(_, _ *graph.Node) *graph.Node {
			return graph.Reshape(back(i, v), input.Shape().Dimensions...)
		})
		one := graph.Reshape(graph.SliceAxis(graph.Reshape(tied, -1), 0, graph.AxisElem(0)))
		y = graph.Where(never, one, y)
	}
	return graph.IdentityWithCustomGradient(y, func(_, by *graph.Node) *graph.Node {
		v = by
		return by
	})
}
