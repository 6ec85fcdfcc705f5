package lower

import (
	"github.com/gomlx/gomlx/core/graph"

	"cnnbook/cnnlib/arith"
)

// Transposed is the transposed convolution of x [N H W C] with the kernel
// [KH KW Cout/groups C] of the convolution that it goes the way back of. The result is
// [N OH OW Cout].
//
// GoMLX has no gradient for a convolution with zeros between the cells of its input.
// So the zeros are put in, Stride-1 between neighbours, and the kernel, turned by
// 180°, moves over that with stride 1.
func Transposed(x, kernel *graph.Node, axes []arith.Transposed, groups int) *graph.Node {
	k := kernel.Shape().Dimensions
	kh, kw, perGroup, in := k[0], k[1], k[2], k[3]
	kernel = graph.Reshape(kernel, kh, kw, perGroup, groups, in/groups)
	kernel = graph.TransposeAllAxes(kernel, 0, 1, 4, 3, 2)
	kernel = graph.Reshape(kernel, kh, kw, in/groups, perGroup*groups) // [KH KW C/G Cout]

	direct, keep := make([]arith.Conv, len(axes)), []graph.SliceAxisSpec{graph.AxisRange()}
	for i, axis := range axes {
		kernel = reverseAxis(kernel, i)
		x = dilateAxis(x, 1+i, max(axis.Stride, 1)) // i → (i-1)s + 1 cells
		before, after, err := axis.EquivalentPads()
		if err != nil {
			panic(err)
		}
		out, err := axis.Out()
		if err != nil {
			panic(err)
		}
		direct[i] = arith.Conv{In: x.Shape().Dimensions[1+i], Kernel: axis.Kernel, Dilation: axis.Dilation, Padding: arith.Explicit, Start: max(before, 0), End: max(after, 0)}
		// Padding above k-1 makes the zeros around the input negative: cut off.
		first := max(-before, 0)
		keep = append(keep, graph.AxisRange(first, first+out))
	}
	return graph.Slice(Convolve(x, kernel, direct, groups), keep...) // [N OH OW Cout]
}
