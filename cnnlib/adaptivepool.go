package cnnlib

import (
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/lower"
)

// AdaptivePool2D divides a picture of any size into Bins × BinsW bins and takes the
// mean of each, or its largest value, channel by channel: [H W C] → [Bins BinsW C].
//
// Bin i of n on an axis of a cells holds the cells from ⌊i·a/n⌋ to below
// ⌈(i+1)·a/n⌉, as in PyTorch. So every cell is in a bin, unlike with the windows of
// section 5.5.3 (see PaperWindows). Where n does not divide a, neighbouring bins can
// share a cell; with more bins than cells they repeat.
type AdaptivePool2D struct {
	Bins  int  // bins from top to bottom, and from left to right unless BinsW is set
	BinsW int  // bins from left to right; 0 means the same as Bins
	Max   bool // the largest value in place of the mean; of equal values the first, row by row, gets the gradient
}

// OutShape returns [Bins BinsW C] for an input [H W C].
func (p AdaptivePool2D) OutShape(in Shape) (Shape, error) {
	if len(in) != 3 {
		return nil, refuse(p, in, "the input has %d axes beside N, want 3: rows, columns, channels", len(in))
	}
	if p.Bins < 1 || p.BinsW < 0 {
		return nil, refuse(p, in, "Bins is %d and BinsW %d, want Bins at least 1 and BinsW not below 0", p.Bins, p.BinsW)
	}
	rows, cols := p.bins()
	if _, err := arith.AdaptiveBins(in[0], rows); err != nil {
		return nil, refuse(p, in, "rows: %s", reason(err))
	}
	if _, err := arith.AdaptiveBins(in[1], cols); err != nil {
		return nil, refuse(p, in, "columns: %s", reason(err))
	}
	return fits(p, in, Shape{rows, cols, in[2]})
}

func (p AdaptivePool2D) bins() (rows, cols int) {
	if p.BinsW == 0 {
		return p.Bins, p.Bins
	}
	return p.Bins, p.BinsW
}

// Params returns 0.
func (AdaptivePool2D) Params(Shape) int { return 0 }

// MACs returns 0: there are no weights, and additions and comparisons are not
// counted.
func (AdaptivePool2D) MACs(Shape) int { return 0 }

// Build writes the pooling into the graph of x [N H W C] and returns
// [N Bins BinsW C].
func (p AdaptivePool2D) Build(_ *model.Scope, x *graph.Node) *graph.Node {
	if _, err := p.OutShape(shapeOf(x.Shape())); err != nil {
		panic(err)
	}
	rows, cols := p.bins()
	dims := x.Shape().Dimensions
	combine := graph.Add
	if p.Max {
		combine = graph.Max
	}
	// As in lower.MaxPool the columns go first, so that ties go by rows.
	x, inRow := foldBins(x, 2, dims[2], cols, combine)
	x, inColumn := foldBins(x, 1, dims[1], rows, combine)
	if p.Max {
		return x
	}
	return lower.DivideByCells(x, [][]float64{inColumn, inRow})
}

// foldBins combines the cells of each of n bins on an axis of in cells, and returns
// how many cells each has.
func foldBins(x *graph.Node, axis, in, n int, combine func(a, b *graph.Node) *graph.Node) (*graph.Node, []float64) {
	bins, err := arith.AdaptiveBins(in, n)
	if err != nil {
		panic(err) // OutShape has checked it
	}
	parts, cells := make([]*graph.Node, n), make([]float64, n)
	for i, bin := range bins {
		size := bin.To - bin.From
		whole := arith.Pool{In: size, Window: size, Stride: 1}
		parts[i] = lower.FoldWindows(graph.SliceAxis(x, axis, graph.AxisRange(bin.From, bin.To)), axis, whole, 0, combine)
		cells[i] = float64(size)
	}
	return graph.Concatenate(parts, axis), cells
}

// String returns the Go literal.
func (p AdaptivePool2D) String() string {
	var f fields
	f.int("Bins", p.Bins)
	f.int("BinsW", p.BinsW)
	if p.Max {
		f.add("Max", "true")
	}
	return f.literal("AdaptivePool2D")
}
