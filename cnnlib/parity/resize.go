package parity

import (
	"cmp"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
)

// UpsampleGrid returns factors 1 to 4, and other ones of the columns, in both modes on input
// sizes from 1.
func UpsampleGrid() (grid []Case) {
	for factor := 1; factor <= 4; factor++ {
		for _, factorW := range []int{0, factor%4 + 1} {
			rw := cmp.Or(factorW, factor)
			for _, in := range []cnnlib.Shape{{1, 1, 1}, {1, 4, 2}, {2, 3, 1}, {5, 4, 2}} {
				nearest := linearCase(cnnlib.Upsample{Factor: factor, FactorW: factorW}, in,
					func(x ref.Array) (ref.Array, error) { return ref.UpsampleNearest(x, factor, rw) },
					func(shape []int, grad ref.Array) (ref.Array, error) {
						return ref.UpsampleNearestGrad(shape, grad, factor, rw)
					})
				nearest.Terms = Terms{Input: factor * rw} // the result is copies: no error is allowed
				bilinear := linearCase(cnnlib.Upsample{Factor: factor, FactorW: factorW, Mode: cnnlib.Bilinear}, in,
					func(x ref.Array) (ref.Array, error) { return ref.UpsampleBilinear(x, factor, rw) },
					func(shape []int, grad ref.Array) (ref.Array, error) {
						return ref.UpsampleBilinearGrad(shape, grad, factor, rw)
					})
				// Two cells on each axis make one. A cell has a share in its own factor cells
				// and in half of its neighbours' cells; at the edge it has two shares in half
				// of its own. (Three roundings an axis, of weight, product and sum, are fewer than
				// the 2·4 that Result: 4 allows for.)
				bilinear.Terms = Terms{Result: 4, Input: 4 * factor * rw}
				grid = append(grid, nearest, bilinear)
			}
		}
	}
	return grid
}

// PixelShuffleGrid returns factors 1 to 3 with one and more channels.
func PixelShuffleGrid() (grid []Case) {
	for factor := 1; factor <= 3; factor++ {
		for _, in := range []cnnlib.Shape{{1, 1, factor * factor}, {3, 2, 2 * factor * factor}} {
			grid = append(grid, linearCase(cnnlib.PixelShuffle{Factor: factor}, in,
				func(x ref.Array) (ref.Array, error) { return ref.PixelShuffle(x, factor) },
				func(_ []int, grad ref.Array) (ref.Array, error) { return ref.PixelUnshuffle(grad, factor) }))
		}
	}
	return grid
}

// linearCase is the row of a layer without parameters. With no Terms set, values
// are only moved and no error is allowed.
func linearCase(layer cnnlib.Layer, in cnnlib.Shape, forward func(x ref.Array) (ref.Array, error), back func(shape []int, grad ref.Array) (ref.Array, error)) Case {
	return Case{
		Layer: layer, N: 2, In: in,
		Oracle: func(x ref.Array, _ map[string]ref.Array, grad ref.Array) (v Values, err error) {
			if v.Result, err = forward(x); err != nil {
				return v, err
			}
			v.Input, err = back(x.Shape, grad)
			return v, err
		},
	}
}
