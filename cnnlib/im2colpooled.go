package cnnlib

import (
	"cnnbook/cnnlib/arith"
	"github.com/gomlx/gomlx/core/graph"
)

// im2colPooled is convolveIm2col and the max-pooling s × t behind it, on the pure-Go
// backend: x [N H W C], the kernel [KH KW C Cout], the result [N PH PW Cout]. As in
// convolveWinograd, and for the same reason, the channels go first and the gradient is
// written by hand.
//
// What the taps of the field under a window meet at all windows is cut out once; the
// matrix holds, for each tap of the kernel, what it meets at the s·t places of the windows.
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

	field := graph.Transpose(graph.Reshape(x, n*h*w, c), 0, 1) // [C N·H·W]
	field = cutTaps(field, c*n*h, t, 1, right, pw)             // [right C·N·H·PW]
	field = cutTaps(field, right*c*n, s, pw, down, ph)         // [down right·C·N·PH·PW]
	field = graph.Reshape(field, down, right, c*windows)
	var places []*graph.Node
	for i := range s {
		for j := range t {
			part := graph.Slice(field, graph.AxisRange(i, i+kh), graph.AxisRange(j, j+kw))
			places = append(places, graph.Reshape(part, taps, 1, windows))
		}
	}
	patches := graph.Reshape(graph.Concatenate(places, 1), taps, s*t*windows)
	z := graph.Dot(graph.Transpose(matrix, 0, 1), patches).MatMul() // [Cout s·t·windows]
	most, slopes := winner(graph.Reshape(z, channels, s*t, windows), 1)
	y := graph.Reshape(graph.Transpose(graph.Reshape(most, channels, windows), 0, 1), n, ph, pw, channels)

	return withGradient(y, func(input int, v *graph.Node) *graph.Node {
		v = graph.Transpose(graph.Reshape(v, windows, channels), 0, 1)
		slope := graph.Reshape(slopes(graph.Reshape(v, channels*windows)), channels, s*t*windows)
		if input == 1 {
			return graph.DotGeneral(patches, []int{1}, nil, slope, []int{1}, nil) // [taps Cout]
		}
		byPatches := graph.Reshape(graph.Dot(matrix, slope).MatMul(), kh, kw, c, s*t, windows)
		var back *graph.Node // [down right C windows]
		for i := range s {
			for j := range t {
				part := graph.Reshape(graph.SliceAxis(byPatches, 3, graph.AxisElem(i*t+j)), kh, kw, c, windows)
				part = padAxis(padAxis(part, 0, i, s-1-i), 1, j, t-1-j)
				if back == nil {
					back = part
				} else {
					back = graph.Add(back, part)
				}
			}
		}
		back = joinTaps(graph.Reshape(back, down, right*c*windows), right*c*n, s, pw, down, ph)
		back = joinTaps(graph.Reshape(back, right, c*n*h*pw), c*n*h, t, 1, right, pw)
		return graph.Transpose(graph.Reshape(back, c, n*h*w), 0, 1)
	}, x, matrix)
}
