package lower

import (
	"slices"

	"github.com/gomlx/gomlx/core/graph"

	"cnnbook/cnnlib/arith"
)

// Convolve is GoMLX's Convolve with right gradients, along any number of axes. x is
// [N axes... C], the kernel [kernel... C/groups Cout], the result [N axes... Cout].
//
// GoMLX v0.28.2 (core/graph/ops_convolve.go, convVJPWrtX) gives a wrong gradient
// by x if the effective kernel size is even, and panics if some window lies
// wholly in the padding; it also refuses stride and dilation together. All three
// are brought back to a case that it does right. TestGoMLX… in this package tell
// when that is no longer needed.
func Convolve(x, kernel *graph.Node, axes []arith.Conv, groups int) *graph.Node {
	strides, dilations, pads := make([]int, len(axes)), make([]int, len(axes)), make([][2]int, len(axes))
	strided := slices.ContainsFunc(axes, func(a arith.Conv) bool { return a.Stride > 1 })
	for i, axis := range axes {
		start, end, err := axis.Pads()
		if err != nil {
			panic(err)
		}
		span, err := axis.Effective()
		if err != nil {
			panic(err)
		}
		stride, dilation := max(axis.Stride, 1), max(axis.Dilation, 1)

		// More zeros than k-1 on a side: put them into the input itself.
		if start > span-1 || end > span-1 {
			x = padAxis(x, 1+i, start, end) // +start+end cells on this axis
			start, end = 0, 0
		}
		// Stride and dilation together, also of two axes: put the zeros of the dilation into the kernel.
		if strided && dilation > 1 {
			kernel = dilateAxis(kernel, i, dilation) // k → k + (k-1)(d-1) taps
			dilation = 1
		}
		// Even effective size: one more tap at the end, of weight 0, makes it odd.
		// Its reach is made up for by as much padding at the end.
		if span%2 == 0 {
			kernel = padAxis(kernel, i, 0, 1) // +1 tap
			end += dilation
		}
		strides[i], dilations[i], pads[i] = stride, dilation, [2]int{start, end}
	}
	return graph.Convolve(x, kernel).
		StridePerAxis(strides...).
		DilationPerAxis(dilations...).
		PaddingPerDim(pads).
		ChannelGroupCount(groups).
		Done() // [N axes... Cout]
}
