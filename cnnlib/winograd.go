package cnnlib

import (
	"cnnbook/cnnlib/arith"
	"github.com/gomlx/gomlx/core/graph"
)

// convolveWinograd is convolvePhases with fewer multiplications: x [N H W C], the kernels
// of winogradKernels, the result [N PH PW Cout]. See Winograd.
//
// It is for the pure-Go backend, which is fast where long runs of numbers lie side by side
// and slow where it transposes: the channels go first here, what a tap meets at all windows
// is one run, and the gradient, which GoMLX's own would make of transposed arrays, is
// written by hand.
func convolveWinograd(x, kernels *graph.Node, rows, cols arith.Conv, s, t int) *graph.Node {
	ph, pw := mustOut(rows)/s, mustOut(cols)/t
	down, right := winogradOf(s, rows.Kernel), winogradOf(t, cols.Kernel)
	x = padded(x, rows, cols)
	x = resized(x, 1, (ph+blocks(rows.Kernel, s)-1)*s) // as in convolvePhases
	x = resized(x, 2, (pw+blocks(cols.Kernel, t)-1)*t)
	n, h, w, c := x.Shape().Dimensions[0], x.Shape().Dimensions[1], x.Shape().Dimensions[2], x.Shape().Dimensions[3]
	places, channels, windows := down.n*right.n, kernels.Shape().Dimensions[2], n*ph*pw

	field := graph.Transpose(graph.Reshape(x, n*h*w, c), 0, 1)                                       // [C N·H·W]
	field = multiplied(right.input, cutTaps(field, c*n*h, t, 1, right.n, pw))                        // [WN C·N·H·PW]
	field = multiplied(down.input, cutTaps(field, right.n*c*n, s, pw, down.n, ph))                   // [HN WN·C·N·PH·PW]
	field = graph.Reshape(field, places, c, windows)                                                 // place i·WN + j
	turned := graph.Transpose(kernels, 1, 2)                                                         // [places Cout C]
	products := graph.DotGeneral(turned, []int{2}, []int{0}, field, []int{1}, []int{0})              // [places Cout windows]
	output := combined(down.output, right.output)                                                    // [s·t places]
	most, slopes := winner(multiplied(output, graph.Reshape(products, places, channels*windows)), 0) // [Cout·windows]
	y := graph.Reshape(graph.Transpose(graph.Reshape(most, channels, windows), 0, 1), n, ph, pw, channels)

	return withGradient(y, func(input int, v *graph.Node) *graph.Node {
		v = graph.Transpose(graph.Reshape(v, windows, channels), 0, 1)
		slope := multiplied(transposed(output), slopes(graph.Reshape(v, channels*windows)))
		slope = graph.Reshape(slope, places, channels, windows)
		if input == 1 {
			return graph.DotGeneral(field, []int{2}, []int{0}, slope, []int{2}, []int{0}) // [places C Cout]
		}
		back := graph.DotGeneral(kernels, []int{2}, []int{0}, slope, []int{1}, []int{0}) // [places C windows]
		back = multiplied(transposed(down.input), graph.Reshape(back, down.n, right.n*c*windows))
		back = joinTaps(back, right.n*c*n, s, pw, down.n, ph)
		back = multiplied(transposed(right.input), graph.Reshape(back, right.n, c*n*h*pw))
		back = joinTaps(back, c*n*h, t, 1, right.n, pw)
		return graph.Transpose(graph.Reshape(back, c, n*h*w), 0, 1)
	}, x, kernels)
}

// winogradKernels transforms kernels [KH KW C Cout] for pooling windows s × t, by rows and
// by columns, to [places C Cout].
func winogradKernels(kernel *graph.Node, s, t int) *graph.Node {
	k := kernel.Shape().Dimensions
	kh, kw, size := k[0], k[1], k[2]*k[3]
	down, right := winogradOf(s, kh), winogradOf(t, kw)
	// The same matrix for each of the first axis of x [first n size].
	each := func(a [][]float64, x *graph.Node) *graph.Node {
		same := make([][][]float64, x.Shape().Dimensions[0])
		for i := range same {
			same[i] = a
		}
		return graph.DotGeneral(graph.ConstAs(x, same), []int{2}, []int{0}, x, []int{1}, []int{0})
	}
	rows := multiplied(down.kernel, graph.Reshape(kernel, kh, kw*size)) // [HN KW·C·Cout]
	all := each(right.kernel, graph.Reshape(rows, down.n, kw, size))    // [HN WN C·Cout]
	return withGradient(graph.Reshape(all, down.n*right.n, k[2], k[3]), func(_ int, v *graph.Node) *graph.Node {
		rows := each(transposed(right.kernel), graph.Reshape(v, down.n, right.n, size)) // [HN KW C·Cout]
		return multiplied(transposed(down.kernel), graph.Reshape(rows, down.n, kw*size))
	}, kernel)
}
