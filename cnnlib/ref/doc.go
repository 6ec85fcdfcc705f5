// Package ref computes convolution in plain float64 loops that one can read
// aloud. It is the oracle: whatever a backend computes is held against it.
// Nothing here is fast, and nothing here is shared with the code it judges.
//
// Like nearly all libraries the package calls cross-correlation what it is: the
// kernel is laid over the input as it stands. True convolution, which turns the
// kernel by 180° first (section 5.17 of the book), has its own name, Convolve2D.
//
// Planes are matrices [][]float64, row by row. Batches of images with channels
// are an Array of shape [N H W C]; kernels are [KH KW Cin/groups Cout]. The
// functions with an N take any number of axes, [N L C] and [N D H W C] too.
package ref
