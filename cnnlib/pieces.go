package cnnlib

import (
	"runtime"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
)

// inPieces applies f, which treats the pictures of x [N …] one by one, to as many pieces
// of the batch as there are cores, where the backend computes them side by side. XLA
// shares out the work of an operation by itself.
func inPieces(x *graph.Node, f func(x *graph.Node) *graph.Node) *graph.Node {
	n := x.Shape().Dimensions[0]
	count := min(n, runtime.GOMAXPROCS(0))
	if count < 2 || !sideBySide(x.Graph().Backend()) {
		return f(x)
	}
	pieces := make([]*graph.Node, count)
	for i := range pieces {
		pieces[i] = f(graph.SliceAxis(x, 0, graph.AxisRange(i*n/count, (i+1)*n/count)))
	}
	return graph.Concatenate(pieces, 0)
}

// pureGo tells whether the backend is GoMLX's own.
func pureGo(backend compute.Backend) bool { return backend.Name() == "Go Backend" }

// sideBySide tells whether the backend is the pure-Go one and may run any number of
// operations at once. With its default bound (compute v0.1.3) each of them holds a worker
// while it waits for more, and where several are products of matrices all can wait for ever.
func sideBySide(backend compute.Backend) bool {
	return pureGo(backend) && strings.Contains(backend.Description(), "parallelism=-1")
}
