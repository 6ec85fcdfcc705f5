package ref

import (
	"fmt"
	"math"
	"slices"
)

// UpsampleNearest makes r × rw cells of every cell of x [N H W C], r below one another and
// rw side by side: [N r·H rw·W C].
func UpsampleNearest(x Array, r, rw int) (Array, error) { return resample(x, r, rw, nearest) }

// UpsampleNearestGrad is the chain rule for UpsampleNearest. shape is that of x.
func UpsampleNearestGrad(shape []int, grad Array, r, rw int) (Array, error) {
	return resampleGrad(shape, grad, r, rw, nearest)
}

// UpsampleBilinear makes r·H × rw·W cells of x [N H W C] by linear interpolation on
// both axes. The cells are rectangles that share the picture: row o of the result has
// its middle at (o + ½)/r - ½ of the input, likewise a column. Beyond the middles of the outermost
// cells their values continue (PyTorch's align_corners=False).
func UpsampleBilinear(x Array, r, rw int) (Array, error) { return resample(x, r, rw, linear) }

// UpsampleBilinearGrad is the chain rule for UpsampleBilinear. shape is that of x.
func UpsampleBilinearGrad(shape []int, grad Array, r, rw int) (Array, error) {
	return resampleGrad(shape, grad, r, rw, linear)
}

// share is a cell of the input and its weight in a cell of the result.
type share struct {
	cell   int
	weight float64
}

// nearest and linear return the shares in cell o of the result, on an axis of in
// cells that is enlarged r times.
func nearest(in, r, o int) []share { return []share{{o / r, 1}} }

func linear(in, r, o int) []share {
	at := (float64(o)+0.5)/float64(r) - 0.5
	at = min(max(at, 0), float64(in-1))
	before := math.Floor(at)
	if at == before { // no share of the neighbour: none of its NaN either
		return []share{{int(before), 1}}
	}
	return []share{
		{int(before), 1 - (at - before)},
		{int(before) + 1, at - before},
	}
}

func resample(x Array, r, rw int, shares func(in, r, o int) []share) (Array, error) {
	out, err := enlarged(x, r, rw)
	if err != nil {
		return out, err
	}
	eachShare(x, out, r, rw, shares, func(xi, yi int, weight float64) {
		out.Data[yi] += float64(weight * x.Data[xi])
	})
	return out, nil
}

func resampleGrad(shape []int, grad Array, r, rw int, shares func(in, r, o int) []share) (Array, error) {
	dx := NewArray(shape...)
	out, err := enlarged(dx, r, rw)
	if err != nil {
		return out, err
	}
	if !slices.Equal(out.Shape, grad.Shape) || len(out.Data) != len(grad.Data) {
		return Array{}, fmt.Errorf("ref: the gradient has shape %v, the result has %v", grad.Shape, out.Shape)
	}
	eachShare(dx, grad, r, rw, shares, func(xi, yi int, weight float64) {
		dx.Data[xi] += float64(weight * grad.Data[yi])
	})
	return dx, nil
}

// enlarged returns the zeros that the result is written into.
func enlarged(x Array, r, rw int) (Array, error) {
	if err := x.check("input", 4); err != nil {
		return Array{}, err
	}
	if min(r, rw) < 1 {
		return Array{}, fmt.Errorf("ref: factor %d is below 1", min(r, rw))
	}
	return NewArray(x.Shape[0], r*x.Shape[1], rw*x.Shape[2], x.Shape[3]), nil
}

// eachShare calls f for every product weight·input that is summed into a cell of
// the result.
func eachShare(x, y Array, r, rw int, shares func(in, r, o int) []share, f func(xi, yi int, weight float64)) {
	for yi := range y.Data {
		at := indexOf(y.Shape, yi)
		for _, row := range shares(x.Shape[1], r, at[1]) {
			for _, col := range shares(x.Shape[2], rw, at[2]) {
				f(x.Index(at[0], row.cell, col.cell, at[3]), yi, float64(row.weight*col.weight))
			}
		}
	}
}
