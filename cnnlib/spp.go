package cnnlib

import (
	"fmt"
	"strconv"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/lower"
)

// PyramidMode says where the bins of a SpatialPyramidPool lie. The zero value is
// AdaptiveBins.
type PyramidMode int

const (
	// AdaptiveBins are the bins of AdaptivePool2D: every cell is in a bin, at any size
	// of the picture.
	AdaptiveBins PyramidMode = iota
	// PaperWindows are the paper's (§2.3): windows of ⌈a/n⌉ cells, ⌊a/n⌋ apart, on an
	// axis of a cells. They can lose cells at the end: 14 cells with n = 4 make windows of 4
	// cells, 3 apart, that leave the last row and column out. And they need not be n:
	// 7 cells with n = 4 would make 6 of them, which is refused.
	PaperWindows
)

var pyramidModeNames = [...]string{AdaptiveBins: "AdaptiveBins", PaperWindows: "PaperWindows"}

func (m PyramidMode) known() bool { return m >= 0 && int(m) < len(pyramidModeNames) }

// String returns the name of the constant.
func (m PyramidMode) String() string {
	if !m.known() {
		return fmt.Sprintf("PyramidMode(%d)", int(m))
	}
	return pyramidModeNames[m]
}

// SpatialPyramidPool makes a vector of fixed length of a picture of any size: for
// each n of Bins it takes the largest value of each of n × n bins, channel by
// channel, [H W C] → [Σn²·C] (section 5.5.3 of the book; K. He et al.,
// arXiv:1406.4729, §2.2). With Bins 4, 2, 1 and 256 channels that is 21·256 = 5376
// numbers.
//
// The vector holds the pyramids in the order of Bins; in each the bins row by row,
// and of each bin its C channels.
type SpatialPyramidPool struct {
	Bins []int       // n of each level; at least one
	Mode PyramidMode // where the bins lie; AdaptiveBins is the zero value
}

// OutShape returns [Σn²·C] for an input [H W C].
func (p SpatialPyramidPool) OutShape(in Shape) (Shape, error) {
	if len(in) != 3 {
		return nil, refuse(p, in, "the input has %d axes beside N, want 3: rows, columns, channels", len(in))
	}
	if !p.Mode.known() {
		return nil, refuse(p, in, "%v is none of %v", p.Mode, pyramidModeNames)
	}
	if len(p.Bins) == 0 {
		return nil, refuse(p, in, "Bins is empty, want at least one number, for instance 4, 2 and 1")
	}
	for _, n := range p.Bins {
		if n < 1 {
			return nil, refuse(p, in, "%d bins, want at least 1", n)
		}
		for axis, name := range []string{"rows", "columns"} {
			var err error
			switch p.Mode {
			case AdaptiveBins:
				_, err = arith.AdaptiveBins(in[axis], n)
			case PaperWindows:
				_, err = paperWindows(in[axis], n)
			}
			if err != nil {
				return nil, refuse(p, in, "%s: %s", name, reason(err))
			}
		}
	}
	length, err := arith.PyramidLength(in[2], p.Bins...)
	if err != nil {
		return nil, refuse(p, in, "%s", reason(err))
	}
	return fits(p, in, Shape{length})
}

// paperWindows returns the paper's windows on an axis of a cells, if they are n.
func paperWindows(a, n int) (arith.Pool, error) {
	w, err := arith.PaperWindow(a, n)
	if err != nil {
		return w, err
	}
	o, err := w.Out()
	if err == nil && o != n {
		err = fmt.Errorf("windows of %d cells, %d apart, are %d on %d cells, not %d: use AdaptiveBins", w.Window, w.Stride, o, a, n)
	}
	return w, err
}

// Params returns 0.
func (SpatialPyramidPool) Params(Shape) int { return 0 }

// MACs returns 0: comparisons are not counted.
func (SpatialPyramidPool) MACs(Shape) int { return 0 }

// Build writes the poolings into the graph of x [N H W C] and returns [N Σn²·C].
func (p SpatialPyramidPool) Build(s *model.Scope, x *graph.Node) *graph.Node {
	if _, err := p.OutShape(shapeOf(x.Shape())); err != nil {
		panic(err)
	}
	dims := x.Shape().Dimensions
	levels := make([]*graph.Node, len(p.Bins))
	for i, n := range p.Bins {
		var y *graph.Node // [N n n C]
		switch p.Mode {
		case AdaptiveBins:
			y = AdaptivePool2D{Bins: n, Max: true}.Build(s, x)
		case PaperWindows:
			axes := make([]arith.Pool, 2)
			for axis := range axes {
				axes[axis], _ = paperWindows(dims[axis+1], n) // OutShape has checked it
			}
			y = lower.MaxPool(x, axes)
		}
		levels[i] = Flatten{}.Build(s, y)
	}
	return graph.Concatenate(levels, 1)
}

// String returns the Go literal.
func (p SpatialPyramidPool) String() string {
	var f fields
	if p.Bins != nil {
		f.add("Bins", "[]int{"+list(p.Bins, strconv.Itoa)+"}")
	}
	if p.Mode != AdaptiveBins {
		f.add("Mode", p.Mode.String())
	}
	return f.literal("SpatialPyramidPool")
}
