package lower

import "cnnbook/cnnlib/arith"

// tile is what convolveWinograd transforms at once on an axis: what lies under one pooling
// window or under two, side by side. The more results a tile has, the fewer products each of
// them needs, and the more digits are lost.
type tile struct {
	winograd
	windows int // of a tile
	count   int // of tiles on the axis; half of the last one may lie behind the last window
}

// tileOf returns the tile for the pooling windows behind a convolution, on one axis. An odd
// number of windows leaves half a tile over; two windows pay if they still save an eighth
// of the products (measured with kernels 3 to 5 and 2 to 12 windows, 2×2).
func tileOf(axis arith.Conv, window int) tile {
	all := mustOut(axis) / window
	one, two, pairs := window+axis.Kernel-1, 2*window+axis.Kernel-1, (all+1)/2
	if winogradExact(2*window, axis.Kernel) && 8*pairs*two < 7*all*one {
		return tile{winogradOf(2*window, axis.Kernel), 2, pairs}
	}
	return tile{winogradOf(window, axis.Kernel), 1, all}
}
