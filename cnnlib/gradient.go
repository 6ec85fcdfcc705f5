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
	result := graph.StopGradient(y)
	for i := range inputs {
		// All identities have room for all inputs: the backend sees that what comes in is
		// the same, and does not compute twice what two gradients begin with.
		row := func(x *graph.Node) *graph.Node {
			list := []*graph.Node{zeros(size)}
			for j, other := range inputs {
				if i == j {
					list = append(list, graph.Reshape(x, -1))
				} else {
					list = append(list, zeros(other.Shape().Size()))
				}
			}
			return graph.Concatenate(list, 0)
		}
		tied := graph.IdentityWithCustomGradient(row(inputs[i]), func(_, v *graph.Node) *graph.Node { return row(back(i, some(v))) })
		result = graph.Add(result, some(tied))
	}
	return result
}
