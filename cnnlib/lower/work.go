package lower

import (
	"fmt"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/arith"
)

// Work is a two-dimensional convolution that a lowering is chosen for, and the
// max-pooling behind it that can be written together with it.
type Work struct {
	Rows, Cols arith.Conv // with the size of the input
	In, Out    int        // channels
	Groups     int        // 0 means 1
	Batch      int

	// PoolRows and PoolCols are the rows and columns of the pooling windows. They lie
	// side by side, without padding. 0 means that there is no max-pooling.
	PoolRows, PoolCols int

	Name   string // the layers, with the fields that the speed depends on: "Conv2D{Channels: 20, Kernel: 5}"
	Layers any    // the layers themselves, to measure them; package lower does not look at them
}

// String names what the speed depends on: "Conv2D{Channels: 20, Kernel: 5},
// MaxPool2D{Window: 2} on 10 × [28 28 1]".
func (w Work) String() string {
	return fmt.Sprintf("%s on %d × %v", w.Name, w.Batch, []int{w.Rows.In, w.Cols.In, w.In})
}

// pooled tells whether there is a max-pooling behind the convolution.
func (w Work) pooled() bool { return w.PoolRows > 0 }

// Lowerings returns the ways in which the convolution can be written.
func (w Work) Lowerings() []Lowering {
	list := []Lowering{Direct}
	if w.Groups > 1 || w.Rows.Dilation > 1 || w.Cols.Dilation > 1 {
		return list
	}
	list = append(list, Im2col)
	if w.pooled() {
		list = append(list, Fused, Phases)
		if winogradExact(w.PoolRows, w.Rows.Kernel) && winogradExact(w.PoolCols, w.Cols.Kernel) {
			list = append(list, Winograd)
		}
	}
	return list
}

// LoweringsOn returns those that can be the fastest on the backend in a graph with
// gradients.
func (w Work) LoweringsOn(backend compute.Backend) []Lowering {
	pureGo := TraitsOf(backend).PureGo
	return slices.DeleteFunc(w.Lowerings(), func(l Lowering) bool {
		return l == Fused || l == Winograd && !pureGo
	})
}

// Build writes the convolution of x [N H W C] with the kernel [KH KW C/Groups Cout], in the
// lowering that the store or the rule chooses. The result is [N OH OW Cout]; if pooled is
// true the max-pooling has been written too, and the result is [N PH PW Cout].
func (w Work) Build(s *model.Scope, x, kernel *graph.Node) (y *graph.Node, pooled bool) {
	l, pureGo := w.choose(s, x), TraitsOf(x.Graph().Backend()).PureGo
	var write func(x *graph.Node) *graph.Node
	switch {
	case l == Phases:
		write, pooled = func(x *graph.Node) *graph.Node {
			return convolvePhases(x, kernel, w.Rows, w.Cols, w.PoolRows, w.PoolCols)
		}, true
	case l == Winograd:
		kernel = winogradKernels(kernel, tileOf(w.Rows, w.PoolRows), tileOf(w.Cols, w.PoolCols))
		write, pooled = func(x *graph.Node) *graph.Node {
			return convolveWinograd(x, kernel, w.Rows, w.Cols, w.PoolRows, w.PoolCols)
		}, true
	case l == Im2col && w.pooled() && pureGo:
		write, pooled = func(x *graph.Node) *graph.Node {
			return im2colPooled(x, kernel, w.Rows, w.Cols, w.PoolRows, w.PoolCols)
		}, true
	case l == Im2col:
		write = func(x *graph.Node) *graph.Node { return convolveIm2col(x, kernel, w.Rows, w.Cols) }
	default:
		y = Convolve(x, kernel, []arith.Conv{w.Rows, w.Cols}, max(w.Groups, 1))
		if l == Fused && !pureGo {
			return graph.MaxPool(y).WindowPerAxis(w.PoolRows, w.PoolCols).NoPadding().Done(), true // its stride is the window
		}
		return y, false
	}
	return inPieces(x, write), pooled
}
