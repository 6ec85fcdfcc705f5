package cnnlib

import (
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
)

// withGradient returns y with a gradient of its own: back makes, of the gradient v by y,
// the gradient by one of the inputs.
//
// GoMLX gives an own gradient only to an identity, whose gradient has the shape of its
// input. So there is an identity for each input, in which the input has zeros in the size
// of y before it. These are added to y: that is where its gradient comes in, and that of
// the input leaves behind it. An input that nobody wants the gradient of costs nothing.
func withGradient(y *graph.Node, back func(input int, v *graph.Node) *graph.Node, inputs ...*graph.Node) *graph.Node {
	size := y.Shape().Size()
	zeros := func(n int) *graph.Node { return graph.Zeros(y.Graph(), shapes.Make(y.DType(), n)) }
	some := func(x *graph.Node) *graph.Node {
		return graph.Reshape(graph.SliceAxis(x, 0, graph.AxisRange(0, size)), y.Shape().Dimensions...)
	}
	room := 0 // for the largest input
	for _, x := range inputs {
		room = max(room, x.Shape().Size())
	}
	result := graph.StopGradient(y)
	for i, input := range inputs {
		// All identities have the same size: the backend sees that what comes in is the
		// same, and does not compute twice what two gradients begin with.
		row := func(x *graph.Node) *graph.Node {
			list := []*graph.Node{zeros(size), graph.Reshape(x, -1)}
			if rest := room - x.Shape().Size(); rest > 0 {
				list = append(list, zeros(rest))
			}
			return graph.Concatenate(list, 0)
		}
		tied := graph.IdentityWithCustomGradient(row(input), func(_, v *graph.Node) *graph.Node { return row(back(i, some(v))) })
		result = graph.Add(result, some(tied))
	}
	return result
}
