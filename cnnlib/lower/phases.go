package lower

import (
	"github.com/gomlx/gomlx/core/graph"

	"cnnbook/cnnlib/arith"
)

// convolvePhases is convolve on two axes with stride 1, without groups and dilation,
// and the max-pooling s × t behind it: x [N H W C], the kernel [KH KW C Cout], the
// result [N PH PW Cout]. See Phases.
//
// The rows of x are seen as blocks of s, the columns as blocks of t. Under one
// pooling window lie BH·s ≥ KH+s-1 rows and BW·t ≥ KW+t-1 columns; they are cut out
// as whole blocks, which are long runs of numbers. The kernel is put into a field of
// that size at the s·t places (phases) of the window, zeros around it. The axes t and C
// stay apart until the end: joined earlier, XLA divides by C to find each number.
func convolvePhases(x, kernel *graph.Node, rows, cols arith.Conv, s, t int) *graph.Node {
	k := kernel.Shape().Dimensions
	kh, kw, c, channels := k[0], k[1], k[2], k[3]
	ph, pw := mustOut(rows)/s, mustOut(cols)/t
	n := x.Shape().Dimensions[0]
	bh, bw := blocks(kh, s), blocks(kw, t)
	down, right := kh+s-1, bw*t // of the field under a window; rows that only fill a block are left out

	x = padded(x, rows, cols)
	x = resized(x, 1, (ph+bh-1)*s) // more than H only if rows that fill a block are missing; less if they are lost to the pooling
	x = resized(x, 2, (pw+bw-1)*t)
	x = graph.Reshape(x, n, ph+bh-1, s, pw+bw-1, t, c)
	cut := make([]*graph.Node, down)
	for i := range cut {
		cut[i] = graph.Slice(x, graph.AxisRange(), graph.AxisRange(i/s, i/s+ph), graph.AxisElem(i%s))
	}
	x = graph.Concatenate(cut, 2) // [N PH down PW+BW-1 t C]
	cut = make([]*graph.Node, bw)
	for j := range cut {
		columns := graph.Transpose(graph.SliceAxis(x, 3, graph.AxisRange(j, j+pw)), 2, 3)
		cut[j] = graph.ExpandAxes(columns, 4) // [N PH PW down 1 t C]
	}
	field := down * right * c
	patches := graph.Reshape(graph.Concatenate(cut, 4), n*ph*pw, field) // [N·PH·PW down·BW·t·C]

	var wide []*graph.Node
	for i := range s {
		for j := range t {
			one := padAxis(padAxis(kernel, 0, i, s-1-i), 1, j, right-kw-j) // [down right C Cout]
			wide = append(wide, graph.Reshape(one, field, 1, channels))
		}
	}
	matrix := graph.Reshape(graph.Concatenate(wide, 1), field, s*t*channels)
	z := graph.Reshape(graph.Dot(patches, matrix).MatMul(), n*ph*pw, s*t, channels)
	return graph.Reshape(largest(z), n, ph, pw, channels)
}

// blocks returns how many blocks of s cells hold what the kernel meets at s
// neighbouring positions.
func blocks(kernel, s int) int { return (kernel + s - 1 + s - 1) / s }
