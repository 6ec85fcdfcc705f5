package lower

import (
	"iter"

	"github.com/gomlx/gomlx/core/graph"

	"cnnbook/cnnlib/arith"
)

// Taps cuts x [N H W C] into the parts that each tap of a kernel meets on its way:
// it yields the tap's number, row by row, and what lies under it at all positions
// [N OH OW C].
func Taps(x *graph.Node, rows, cols arith.Conv) iter.Seq2[int, *graph.Node] {
	oh, ow := mustOut(rows), mustOut(cols)
	x = padded(x, rows, cols)
	under := func(a arith.Conv, tap, positions int) graph.SliceAxisSpec {
		first := tap * a.Dilation
		return graph.AxisRange(first, first+(positions-1)*a.Stride+1).Stride(a.Stride)
	}
	return func(yield func(int, *graph.Node) bool) {
		for i := range rows.Kernel {
			for j := range cols.Kernel {
				part := graph.Slice(x, graph.AxisRange(), under(rows, i, oh), under(cols, j, ow)) // [N OH OW C]
				if !yield(i*cols.Kernel+j, part) {
					return
				}
			}
		}
	}
}

// mustOut returns the positions on an axis that OutShape has checked.
func mustOut(a arith.Conv) int {
	o, err := a.Out()
	if err != nil {
		panic(err)
	}
	return o
}
