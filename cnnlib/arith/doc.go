// Package arith is the arithmetic of convolution and pooling: output sizes,
// padding, parameters and multiplications, receptive fields, bins and bytes. It
// needs no arrays and no backend.
//
// A size is a number of cells along one axis. Every formula is stated for one
// axis and holds for each axis of a 1-D, 2-D or 3-D array on its own. Divisions
// of sizes round down (floor) unless a name says Ceil.
//
// The notation is that of V. Dumoulin and F. Visin, "A guide to convolution
// arithmetic for deep learning", arXiv:1603.07285: input i, kernel k, stride s,
// padding p, dilation d, output o. Settings are the drawings of that guide and
// Relationships its formulas.
package arith
