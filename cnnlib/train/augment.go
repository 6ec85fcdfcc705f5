package train

import (
	"fmt"
	"math"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/random"
)

// Augment changes the pictures of each batch at random, on the device: no picture is
// seen twice in the same way. What comes into a picture from outside is 0.
type Augment struct {
	Shift  int     // maximum shift in whole cells up, down, left and right
	Rotate float64 // maximum turn in degrees around the centre, at most 45
	Flip   bool    // exchanges left and right in half of the pictures
	Erase  int     // side, in cells, of a square that is set to 0 (T. DeVries, G. Taylor 2017, arXiv:1708.04552); it may reach over the edge
}

// check refuses what cannot be done with pictures of h rows and w columns, or what leaves
// nothing of them.
func (a Augment) check(h, w int) error {
	if a.Shift < 0 || a.Erase < 0 || !(a.Rotate >= 0 && a.Rotate <= 45) {
		return fmt.Errorf("train: Augment is %+v, want Shift and Erase not below 0, and Rotate from 0 to 45 degrees", a)
	}
	if side := min(h, w); a.Shift >= side || a.Erase > side {
		return fmt.Errorf("train: Augment is %+v for pictures of %d×%d, want Shift below %d and Erase at most %d: more would leave nothing of a picture", a, h, w, side, side)
	}
	return nil
}

// build returns the changed pictures [N H W C].
//
// A picture is sheared along its rows, then along its columns, then along its rows
// again: three shears make a turn (A. Paeth 1986, "A fast algorithm for general
// raster rotation"), and shifts and flips ride along. A shear moves each line as a
// whole, by a fraction of a cell, which is a product with a matrix that holds the
// weights of linear interpolation: fast on every backend.
func (a Augment) build(s *model.Scope, x *graph.Node) *graph.Node {
	if a == (Augment{}) {
		return x
	}
	s = s.At("augment")
	g, dims := x.Graph(), x.Shape().Dimensions
	n, h, w := dims[0], dims[1], dims[2]
	uniform := func(name string) *graph.Node { // [N 1 1]
		return random.Uniform(s, g, name, shapes.Make(x.DType(), n, 1, 1))
	}
	// A whole number from -Shift to Shift, each equally likely.
	shift := func(name string) *graph.Node {
		return graph.AddScalar(graph.Floor(graph.MulScalar(uniform(name), float64(2*a.Shift+1))), float64(-a.Shift))
	}
	iota := func(h, w, axis int) *graph.Node { return graph.Iota(g, shapes.Make(x.DType(), 1, h, w), 1+axis) }
	row := graph.AddScalar(iota(h, w, 0), -float64(h-1)/2) // [1 H W], 0 at the centre
	col := graph.AddScalar(iota(h, w, 1), -float64(w-1)/2)

	// source is the column that each cell takes its value from, seen from the centre.
	source := col
	var shear, sine *graph.Node
	if a.Rotate > 0 {
		angle := graph.MulScalar(graph.AddScalar(graph.MulScalar(uniform("angle"), 2), -1), a.Rotate*math.Pi/180)
		half := graph.MulScalar(angle, 0.5)
		shear = graph.Neg(graph.Div(graph.Sin(half), graph.Cos(half))) // -tan(angle/2)
		sine = graph.Sin(angle)
		source = graph.Add(source, graph.Mul(shear, row))
	}
	if a.Flip {
		mirrored := graph.LessThan(uniform("flip"), graph.Scalar(g, x.DType(), 0.5)) // [N 1 1]
		shape := []int{n, h, w}
		source = graph.BroadcastToDims(source, shape...)
		source = graph.Where(graph.BroadcastToDims(mirrored, shape...), graph.Neg(source), source)
	}
	if a.Shift > 0 {
		source = graph.Add(source, shift("columns"))
	}
	if source != col {
		x = interpolate(x, source, true)
	}
	if a.Rotate > 0 || a.Shift > 0 {
		source := row
		if a.Rotate > 0 {
			source = graph.Add(source, graph.Mul(sine, col))
		}
		if a.Shift > 0 {
			source = graph.Add(source, shift("rows"))
		}
		x = interpolate(x, source, false)
	}
	if a.Rotate > 0 {
		x = interpolate(x, graph.Add(col, graph.Mul(shear, row)), true)
	}
	if a.Erase > 0 {
		inside := func(name string, size int, position *graph.Node) *graph.Node {
			centre := graph.AddScalar(graph.Floor(graph.MulScalar(uniform(name), float64(size))), -float64(size-1)/2)
			// From centre - Erase/2 on, Erase cells.
			from := graph.Sub(position, graph.AddScalar(centre, -float64(a.Erase/2)))
			return graph.LogicalAnd(graph.GreaterOrEqual(from, graph.ScalarZero(g, x.DType())), graph.LessThan(from, graph.Scalar(g, x.DType(), float64(a.Erase))))
		}
		erased := graph.LogicalAnd(inside("erase rows", h, row), inside("erase columns", w, col)) // [N H W]
		erased = graph.BroadcastToDims(graph.Reshape(erased, n, h, w, 1), dims...)
		x = graph.Where(erased, graph.ZerosLike(x), x)
	}
	return x
}

// interpolate moves values within the rows of x [N H W C], or within its columns:
// a cell gets the value at the place source [N or 1, H, W], seen from the centre,
// between two cells the weighted mean of both, outside 0.
func interpolate(x, source *graph.Node, inRows bool) *graph.Node {
	g, dims := x.Graph(), x.Shape().Dimensions
	n, h, w := dims[0], dims[1], dims[2]
	size := h
	if inRows {
		size = w
	}
	source = graph.BroadcastToDims(source, n, h, w)
	// weight[.. k] = max(0, 1 - |source - k|), k being a place on the axis.
	k := graph.AddScalar(graph.Iota(g, shapes.Make(x.DType(), n, h, w, size), 3), -float64(size-1)/2)
	distance := graph.Abs(graph.Sub(graph.Reshape(source, n, h, w, 1), k))
	weight := graph.Max(graph.OneMinus(distance), graph.ZerosLike(distance)) // [N H W size]
	if inRows {
		return graph.Einsum("nhwk,nhkc->nhwc", weight, x)
	}
	return graph.Einsum("nhwk,nkwc->nhwc", weight, x)
}
