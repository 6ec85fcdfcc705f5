package cnnlib

import (
	"cmp"
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// UpsampleMode says what an Upsample puts into the new cells. The zero value is
// Nearest.
type UpsampleMode int

const (
	// Nearest repeats each cell Factor × FactorW times: the Kronecker product with
	// ones of section 5.21.
	Nearest UpsampleMode = iota
	// Bilinear interpolates linearly on both axes. The cells are squares that share
	// the picture, so that cell o of the result has its middle at (o + ½)/Factor - ½
	// of the input; beyond the middles of the outermost cells their values continue
	// (PyTorch's align_corners=False).
	Bilinear
)

var upsampleModeNames = [...]string{Nearest: "Nearest", Bilinear: "Bilinear"}

func (m UpsampleMode) known() bool { return m >= 0 && int(m) < len(upsampleModeNames) }

// String returns the name of the constant.
func (m UpsampleMode) String() string {
	if !m.known() {
		return fmt.Sprintf("UpsampleMode(%d)", int(m))
	}
	return upsampleModeNames[m]
}

// Upsample enlarges pictures Factor times on both axes, or FactorW times on the second,
// [H W C] → [Factor·H FactorW·W C], without weights. With a convolution behind it, it takes
// the place of a transposed convolution and makes no checkerboard (section 5.20;
// A. Odena et al. 2016, doi:10.23915/distill.00003).
type Upsample struct {
	Factor  int          // of the rows, and of the columns unless FactorW is set; 1 leaves the picture as it is
	FactorW int          // of the columns; 0 means the same as Factor
	Mode    UpsampleMode // Nearest (the zero value) or Bilinear
}

// factors returns the factors of rows and columns.
func (u Upsample) factors() [2]int { return [2]int{u.Factor, cmp.Or(u.FactorW, u.Factor)} }

// OutShape returns [Factor·H FactorW·W C] for an input [H W C].
func (u Upsample) OutShape(in Shape) (Shape, error) {
	if len(in) != 3 {
		return nil, refuse(u, in, "the input has %d axes beside N, want 3: rows, columns, channels", len(in))
	}
	if u.Factor < 1 {
		return nil, refuse(u, in, "Factor is %d, want at least 1", u.Factor)
	}
	if u.FactorW < 0 {
		return nil, refuse(u, in, "FactorW is %d, want at least 1, or 0 for Factor", u.FactorW)
	}
	if !u.Mode.known() {
		return nil, refuse(u, in, "%v is none of %v", u.Mode, upsampleModeNames)
	}
	factors := u.factors()
	if _, err := fits(u, in, in); err != nil {
		return nil, err
	}
	h, w := times(in[0], factors[0]), times(in[1], factors[1])
	if min(h, w) < 1 {
		return nil, refuse(u, in, "the result is too large: a factor times rows or columns is more than an int can count")
	}
	return fits(u, in, Shape{h, w, in[2]})
}

// Params returns 0.
func (Upsample) Params(Shape) int { return 0 }

// MACs returns 0: the shares of Bilinear are fixed numbers, not weights, and are not
// counted.
func (Upsample) MACs(Shape) int { return 0 }

// Build enlarges x [N H W C] to [N Factor·H FactorW·W C].
func (u Upsample) Build(_ *model.Scope, x *graph.Node) *graph.Node {
	if _, err := u.OutShape(shapeOf(x.Shape())); err != nil {
		panic(err)
	}
	for i, factor := range u.factors() {
		axis := 1 + i
		phases := make([]*graph.Node, factor) // cell phase of the factor cells that each cell becomes
		for phase := range phases {
			phases[phase] = x
			if u.Mode == Bilinear {
				phases[phase] = between(x, axis, (float64(phase)+0.5)/float64(factor)-0.5)
			}
		}
		dims := x.Shape().Clone().Dimensions
		dims[axis] *= factor
		x = graph.Reshape(graph.Stack(phases, axis+1), dims...) // [.. n factor ..] → [.. n·factor ..]
	}
	return x
}

// between returns, for each cell of an axis, the value at a distance of -½ to ½
// cells from its middle, on the straight line to the neighbour on that side. The
// outermost cells are their own neighbours.
//
// GoMLX's Interpolate is not used: its gradient is wrong on the pure-Go backend.
func between(x *graph.Node, axis int, distance float64) *graph.Node {
	n := x.Shape().Dimensions[axis]
	part := func(from, to int) *graph.Node { return graph.SliceAxis(x, axis, graph.AxisRange(from, to)) }
	var neighbour *graph.Node
	switch {
	case distance == 0 || n == 1:
		return x
	case distance < 0:
		neighbour = graph.Concatenate([]*graph.Node{part(0, 1), part(0, n-1)}, axis)
		distance = -distance
	default:
		neighbour = graph.Concatenate([]*graph.Node{part(1, n), part(n-1, n)}, axis)
	}
	return graph.Add(graph.MulScalar(x, 1-distance), graph.MulScalar(neighbour, distance))
}

// String returns the Go literal.
func (u Upsample) String() string {
	var f fields
	f.int("Factor", u.Factor)
	f.int("FactorW", u.FactorW)
	if u.Mode != Nearest {
		f.add("Mode", u.Mode.String())
	}
	return f.literal("Upsample")
}
