package lower

import (
	"github.com/gomlx/gomlx/core/graph"

	"cnnbook/cnnlib/arith"
)

// convolveWinograd is convolvePhases with fewer multiplications: x [N H W C], the kernels
// of winogradKernels, the result [N PH PW Cout]. See Winograd.
//
// It is for the pure-Go backend, which is fast where long runs of numbers lie side by side
// and slow where it transposes: the channels go first here, what a tap meets at all tiles is
// one run, and the gradient, which GoMLX's own would make of transposed arrays, is
// written by hand.
func convolveWinograd(x, kernels *graph.Node, rows, cols arith.Conv, s, t int) *graph.Node {
	down, right := tileOf(rows, s), tileOf(cols, t)
	x = padded(x, rows, cols)
	x = resized(x, 1, (down.count+blocks(rows.Kernel, down.m)-1)*down.m) // as in convolvePhases
	x = resized(x, 2, (right.count+blocks(cols.Kernel, right.m)-1)*right.m)
	n, h, w, c := x.Shape().Dimensions[0], x.Shape().Dimensions[1], x.Shape().Dimensions[2], x.Shape().Dimensions[3]
	places, channels, tiles := down.n*right.n, kernels.Shape().Dimensions[2], n*down.count*right.count

	field := graph.Transpose(graph.Reshape(x, n*h*w, c), 0, 1)                                           // [C N·H·W]
	field = multiplied(right.input, cutTaps(field, c*n*h, right.m, 1, right.n, right.count))             // [WN C·N·H·TW]
	field = multiplied(down.input, cutTaps(field, right.n*c*n, down.m, right.count, down.n, down.count)) // [HN WN·C·N·TH·TW]
	field = graph.Reshape(field, places, c, tiles)                                                       // place i·WN + j
	turned := graph.Transpose(kernels, 1, 2)                                                             // [places Cout C]
	products := graph.DotGeneral(turned, []int{2}, []int{0}, field, []int{1}, []int{0})                  // [places Cout tiles]
	z := multiplied(down.output, graph.Reshape(products, down.n, right.n*channels*tiles))                // [HM WN·Cout·tiles]
	z = multipliedEach(right.output, graph.Reshape(z, down.m, right.n, channels*tiles))                  // [HM WM Cout·tiles]
	most, slopes := maxWithGradient(windowPlaces(graph.Reshape(z, down.windows, s, right.windows, t, channels*tiles)))
	y := graph.Reshape(most, down.windows, right.windows, channels, n, down.count, right.count)
	y = graph.Reshape(graph.TransposeAllAxes(y, 3, 4, 0, 5, 1, 2), n, down.count*down.windows, right.count*right.windows, channels)

	y = WithGradient(y, func(input int, v *graph.Node) *graph.Node {
		v = graph.Reshape(v, n, down.count, down.windows, right.count, right.windows, channels)
		v = graph.TransposeAllAxes(v, 2, 4, 5, 0, 1, 3)
		slope := joinPlaces(slopes(graph.Reshape(v, down.windows, 1, right.windows, 1, channels*tiles)), t)
		slope = multipliedEach(transpose(right.output), graph.Reshape(slope, down.m, right.m, channels*tiles))
		slope = multiplied(transpose(down.output), graph.Reshape(slope, down.m, right.n*channels*tiles))
		slope = graph.Reshape(slope, places, channels, tiles)
		if input == 1 {
			return graph.DotGeneral(field, []int{2}, []int{0}, slope, []int{2}, []int{0}) // [places C Cout]
		}
		back := graph.DotGeneral(kernels, []int{2}, []int{0}, slope, []int{1}, []int{0}) // [places C tiles]
		back = multiplied(transpose(down.input), graph.Reshape(back, down.n, right.n*c*tiles))
		back = joinTaps(back, right.n*c*n, down.m, right.count, down.n, down.count)
		back = multiplied(transpose(right.input), graph.Reshape(back, right.n, c*n*h*right.count))
		back = joinTaps(back, c*n*h, right.m, 1, right.n, right.count)
		return graph.Transpose(graph.Reshape(back, c, n*h*w), 0, 1)
	}, x, kernels)
	return resized(resized(y, 1, mustOut(rows)/s), 2, mustOut(cols)/t) // without the half tiles
}

// winogradKernels transforms kernels [KH KW C Cout] by rows and by columns, to
// [places C Cout].
func winogradKernels(kernel *graph.Node, down, right tile) *graph.Node {
	k := kernel.Shape().Dimensions
	kh, kw, size := k[0], k[1], k[2]*k[3]
	rows := multiplied(down.kernel, graph.Reshape(kernel, kh, kw*size))        // [HN KW·C·Cout]
	all := multipliedEach(right.kernel, graph.Reshape(rows, down.n, kw, size)) // [HN WN C·Cout]
	return WithGradient(graph.Reshape(all, down.n*right.n, k[2], k[3]), func(_ int, v *graph.Node) *graph.Node {
		rows := multipliedEach(transpose(right.kernel), graph.Reshape(v, down.n, right.n, size)) // [HN KW C·Cout]
		return multiplied(transpose(down.kernel), graph.Reshape(rows, down.n, kw*size))
	}, kernel)
}
