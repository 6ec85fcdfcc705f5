package lower

import (
	"github.com/gomlx/gomlx/core/graph"

	"cnnbook/cnnlib/arith"
)

// im2colPooled is convolveIm2col and the max-pooling s × t behind it, on the pure-Go
// backend: x [N H W C], the kernel [KH KW C Cout], the result [N PH PW Cout]. As in
// convolveWinograd, and for the same reason, the channels go first and the gradient is
// written by hand.
//
// There is a product for each place of a window, so that the largest of them is found
// without cutting. What they multiply is put together from the same pieces: first the taps
// of a row of the field under a window are cut out at all windows, then the rows are cut
// out of those taps that one kernel's width spans.
func im2colPooled(x, kernel *graph.Node, rows, cols arith.Conv, s, t int) *graph.Node {
	ph, pw := mustOut(rows)/s, mustOut(cols)/t
	kh, kw := rows.Kernel, cols.Kernel
	down, right := kh+s-1, kw+t-1 // of the field
	x = padded(x, rows, cols)
	x = resized(x, 1, (ph+blocks(kh, s)-1)*s) // as in convolvePhases
	x = resized(x, 2, (pw+blocks(kw, t)-1)*t)
	n, h, w, c := x.Shape().Dimensions[0], x.Shape().Dimensions[1], x.Shape().Dimensions[2], x.Shape().Dimensions[3]
	taps, channels, windows := kh*kw*c, kernel.Shape().Dimensions[3], n*ph*pw
	matrix := graph.Reshape(kernel, taps, channels)
	turned := graph.Transpose(matrix, 0, 1)
	places, results := make([]*graph.Node, s*t), make([]*graph.Node, s*t)
	field := graph.Transpose(graph.Reshape(x, n*h*w, c), 0, 1) // [C N·H·W]
	columns := tapsOf(field, c*n*h, t, 1, right, pw)           // [1 C·N·H·PW] each
	for j := range t {
		across := graph.Concatenate(columns[j:j+kw], 0)  // [KW C·N·H·PW]
		lines := tapsOf(across, kw*c*n, s, pw, down, ph) // [1 KW·C·N·PH·PW] each
		for i := range s {
			patches := graph.Reshape(graph.Concatenate(lines[i:i+kh], 0), taps, windows)
			places[i*t+j], results[i*t+j] = patches, graph.Dot(turned, patches).MatMul() // [Cout windows]
		}
	}
	most, slopes := maxWithGradient(results)
	y := graph.Reshape(graph.Transpose(graph.Reshape(most, channels, windows), 0, 1), n, ph, pw, channels)

	return WithGradient(y, func(input int, v *graph.Node) *graph.Node {
		var sum *graph.Node
		for k, slope := range slopes(graph.Transpose(graph.Reshape(v, windows, channels), 0, 1)) {
			var part *graph.Node
			if input == 1 {
				part = graph.DotGeneral(places[k], []int{1}, nil, slope, []int{1}, nil) // [taps Cout]
			} else {
				i, j := k/t, k%t
				part = graph.Reshape(graph.Dot(matrix, slope).MatMul(), kh, kw, c*windows)
				part = padAxis(padAxis(part, 0, i, s-1-i), 1, j, t-1-j) // [down right C·windows]
			}
			sum = Plus(sum, part)
		}
		if input == 1 {
			return sum
		}
		sum = joinTaps(graph.Reshape(sum, down, right*c*windows), right*c*n, s, pw, down, ph)
		sum = joinTaps(graph.Reshape(sum, right, c*n*h*pw), c*n*h, t, 1, right, pw)
		return graph.Transpose(graph.Reshape(sum, c, n*h*w), 0, 1)
	}, x, matrix)
}
