package lower

import (
	"math"

	"github.com/gomlx/gomlx/core/graph"

	"cnnbook/cnnlib/arith"
)

// MaxPool takes the largest value of each window of x [N i… C]. Of equal values
// the first, row by row, gets the gradient.
//
// The largest of a window is the largest of its rows' largest. The last axis goes
// first, so that the first row wins, and in it the first column. GoMLX has a max
// pooling of its own; this one is several times faster on both backends, forward
// and backward, and can be differentiated twice.
func MaxPool(x *graph.Node, axes []arith.Pool) *graph.Node {
	for i := len(axes) - 1; i >= 0; i-- {
		// Max gives the gradient of a tie to its first operand.
		x = FoldWindows(x, i+1, axes[i], math.Inf(-1), graph.Max)
	}
	return x
}

// AvgPool takes the mean of each window of x [N i… C]; padding does not count.
//
// GoMLX's own mean pooling is avoided: with padding, its gradient ends the process
// on the pure-Go backend.
func AvgPool(x *graph.Node, axes []arith.Pool) *graph.Node {
	cells := make([][]float64, len(axes))
	for i, w := range axes {
		x = FoldWindows(x, i+1, w, 0, graph.Add)
		cells[i] = realCells(w)
	}
	return DivideByCells(x, cells)
}

// DivideByCells makes means of the sums x [N o… C]: each is divided by the product
// of its numbers of cells on the axes between N and C.
func DivideByCells(x *graph.Node, cells [][]float64) *graph.Node {
	sizes, products := []int{1}, []float64{1} // [1 o… 1]
	for _, axis := range cells {
		sizes = append(sizes, len(axis))
		outer := make([]float64, 0, len(products)*len(axis))
		for _, a := range products {
			for _, b := range axis {
				outer = append(outer, a*b)
			}
		}
		products = outer
	}
	return graph.Div(x, graph.Reshape(graph.ConstAs(x, products), append(sizes, 1)...))
}

// FoldWindows combines the cells of each window on one axis, from the first to the
// last. Padding has the value fill.
func FoldWindows(x *graph.Node, axis int, w arith.Pool, fill float64, combine func(a, b *graph.Node) *graph.Node) *graph.Node {
	cells := windowCells(x, axis, w, fill)
	folded := cells[0]
	for _, next := range cells[1:] {
		folded = combine(folded, next)
	}
	return folded
}

// windowCells returns, for each cell of the window, that cell of all windows on one
// axis. Padding has the value fill.
func windowCells(x *graph.Node, axis int, w arith.Pool, fill float64) []*graph.Node {
	o, start := placed(w)
	reach := (o-1)*w.Stride + 1 // from the first cell of the first window to that of the last
	x = fillAxis(x, axis, start, max(0, reach+w.Window-1-start-w.In), fill)
	cells := make([]*graph.Node, w.Window)
	for i := range cells {
		cells[i] = graph.SliceAxis(x, axis, graph.AxisRange(i, i+reach).Stride(w.Stride))
	}
	return cells
}

// realCells returns how many cells of the input each window holds.
func realCells(w arith.Pool) []float64 {
	o, start := placed(w)
	cells := make([]float64, o)
	for j := range cells {
		from := j*w.Stride - start
		cells[j] = float64(min(from+w.Window, w.In) - max(from, 0))
	}
	return cells
}

// placed returns the number of windows, and how far before the input the first of
// them begins.
func placed(w arith.Pool) (o, start int) {
	o, err := w.Out()
	if err != nil {
		panic(err)
	}
	if start, _, err = w.Pads(); err != nil {
		panic(err)
	}
	return o, start
}
