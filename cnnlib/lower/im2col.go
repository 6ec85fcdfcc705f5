package lower

import (
	"github.com/gomlx/gomlx/core/graph"

	"cnnbook/cnnlib/arith"
)

// convolveIm2col is convolve on two axes, without groups and dilation, as one
// product of matrices: x [N H W C], the kernel [KH KW C Cout], the result
// [N OH OW Cout].
//
// The patches are cut along the columns first, then along the rows, so that KH + KW
// pieces are copied and not KH·KW; the second cut, which is the large one, moves
// runs of KW·C numbers.
func convolveIm2col(x, kernel *graph.Node, rows, cols arith.Conv) *graph.Node {
	x = padded(x, rows, cols)
	oh, ow := mustOut(rows), mustOut(cols)
	in, k := x.Shape().Dimensions, kernel.Shape().Dimensions
	n, h, taps := in[0], in[1], k[0]*k[1]*k[2]

	right := make([]*graph.Node, k[1])
	for j := range right {
		right[j] = graph.SliceAxis(x, 2, positions(j, ow, cols.Stride)) // [N H OW C]
	}
	x = graph.Reshape(graph.Concatenate(right, 3), n, h, ow, k[1]*k[2]) // [N H OW KW·C]
	down := make([]*graph.Node, k[0])
	for i := range down {
		down[i] = graph.SliceAxis(x, 1, positions(i, oh, rows.Stride)) // [N OH OW KW·C]
	}
	patches := graph.Reshape(graph.Concatenate(down, 3), n*oh*ow, taps)
	matrix := graph.Reshape(kernel, taps, k[3])
	return graph.Reshape(graph.Dot(patches, matrix).MatMul(), n, oh, ow, k[3])
}

// positions is what one tap meets on its way along an axis.
func positions(tap, count, stride int) graph.SliceAxisSpec {
	return graph.AxisRange(tap, tap+(count-1)*max(stride, 1)+1).Stride(max(stride, 1))
}

// padded puts the zeros of a convolution around x [N H W C].
func padded(x *graph.Node, rows, cols arith.Conv) *graph.Node {
	for axis, a := range []arith.Conv{rows, cols} {
		start, end, err := a.Pads()
		if err != nil {
			panic(err)
		}
		x = padAxis(x, 1+axis, start, end)
	}
	return x
}
