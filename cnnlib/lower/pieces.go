package lower

import (
	"runtime"

	"github.com/gomlx/gomlx/core/graph"
)

// inPieces applies f, which treats the pictures of x [N …] one by one, to as many pieces
// of the batch as there are cores, if the backend computes them side by side. XLA
// shares out the work of an operation by itself.
func inPieces(x *graph.Node, f func(x *graph.Node) *graph.Node) *graph.Node {
	n := x.Shape().Dimensions[0]
	count := min(n, runtime.GOMAXPROCS(0))
	if count < 2 || !TraitsOf(x.Graph().Backend()).SideBySide {
		return f(x)
	}
	pieces := make([]*graph.Node, count)
	for i := range pieces {
		pieces[i] = f(graph.SliceAxis(x, 0, graph.AxisRange(i*n/count, (i+1)*n/count)))
	}
	return graph.Concatenate(pieces, 0)
}
