package cnnlib

import (
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// PixelShuffle makes Factor × Factor cells of every Factor² channels, [H W C·r²] →
// [r·H r·W C] with r = Factor. A convolution before it so computes an enlarged
// picture at the cost of the small one, without the zeros of a transposed
// convolution ("sub-pixel convolution", W. Shi et al., arXiv:1609.05158, eq. 4).
//
// Cell (r·h + i, r·w + j) of channel c is cell (h, w) of channel c·r² + i·r + j:
// PyTorch's order. (TensorFlow's depth_to_space has c run fastest.)
type PixelShuffle struct {
	Factor int // at least 1; 1 leaves the picture as it is
}

// OutShape returns [r·H r·W C] for an input [H W C·r²].
func (p PixelShuffle) OutShape(in Shape) (Shape, error) {
	if len(in) != 3 {
		return nil, refuse(p, in, "the input has %d axes beside N, want 3: rows, columns, channels", len(in))
	}
	r := p.Factor
	if r < 1 {
		return nil, refuse(p, in, "Factor is %d, want at least 1", r)
	}
	if r > in[2] || in[2]%(r*r) != 0 { // a factor above C would have a square that an int may not hold
		return nil, refuse(p, in, "input channels %d not divisible by Factor² = %d²", in[2], r)
	}
	if _, err := fits(p, in, in); err != nil {
		return nil, err
	}
	h, w := times(in[0], r), times(in[1], r)
	if min(h, w) < 1 {
		return nil, refuse(p, in, "the result is too large: Factor times rows or columns is more than an int can count")
	}
	return fits(p, in, Shape{h, w, in[2] / (r * r)})
}

// Params returns 0.
func (PixelShuffle) Params(Shape) int { return 0 }

// MACs returns 0: values are moved, not multiplied.
func (PixelShuffle) MACs(Shape) int { return 0 }

// Build moves the values of x [N H W C·r²] to [N r·H r·W C].
func (p PixelShuffle) Build(_ *model.Scope, x *graph.Node) *graph.Node {
	out, err := p.OutShape(shapeOf(x.Shape()))
	if err != nil {
		panic(err)
	}
	r, dims := p.Factor, x.Shape().Dimensions
	x = graph.Reshape(x, dims[0], dims[1], dims[2], out[2], r, r) // [N H W C i j]
	x = graph.TransposeAllAxes(x, 0, 1, 4, 2, 5, 3)               // [N H i W j C]
	return graph.Reshape(x, dims[0], out[0], out[1], out[2])
}

// String returns the Go literal.
func (p PixelShuffle) String() string {
	var f fields
	f.int("Factor", p.Factor)
	return f.literal("PixelShuffle")
}
