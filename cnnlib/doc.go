// Package cnnlib builds convolutional networks from layers written as struct
// literals, and runs them with GoMLX on any of its backends.
//
//	edges := cnnlib.Conv2D{Weights: cnnlib.Filter([][]float64{{1, 0, -1}, {1, 0, -1}, {1, 0, -1}})}
//	y, err := cnnlib.Run(backend, edges, x)
//
// # Words
//
//   - Kernel: the array of weights that moves over the input. Kernel size: its
//     rows and columns. Tap: one of its cells.
//   - Filter: the kernels that together make one output channel, one per input channel.
//   - Channels: the last axis of an image or of a result. Feature map: one channel of
//     a result.
//   - Stride: how many cells the kernel moves at a time.
//   - Padding: zeros around the input. Valid: none. Same: half of the kernel, which
//     keeps the size if the stride is 1. Full: k-1. Explicit: as given.
//   - Dilation: the distance of neighbouring taps. Dilation 2 leaves one cell between
//     them; the kernel then spans k + (k-1)(d-1) cells, its effective size.
//   - Groups: blocks of channels that do not see each other.
//   - Pooling: one number, the largest or the mean, for each window of a map. Windows
//     overlap if the stride is smaller than the window. Bin: a window whose size
//     follows from the number of windows wanted.
//   - Unpooling: putting pooled values back to the places they came from.
//   - Upsampling: more cells by repeating or interpolating, with nothing to learn.
//   - Logits: what a classifier gives before softmax makes probabilities of it.
//   - Receptive field: the cells of the input that one cell of a result depends on.
//   - Transposed convolution: the map that takes a convolution's output size back to
//     its input size, o = (i-1)s + k - 2p + a. "Deconvolution" only in quotes: it does
//     not undo a convolution.
//
// # Conventions
//
//   - Images are [N H W C] (NHWC): example, row, column, channel. A Shape leaves N out.
//   - Kernels are [KH KW Cin/groups Cout].
//   - Layers cross-correlate: the kernel is not turned by 180°. The turned form of
//     section 5.17 of the book is ref.Convolve2D.
//   - Sizes round down: o = floor((i + pads - k_effective) / s) + 1.
//   - A MAC is one multiplication with its addition, so two FLOPs.
//   - Parameters count the biases, unless a text says that it leaves them out.
//
// # Errors
//
// OutShape returns errors and needs no backend. Build, which writes the graph,
// panics, as GoMLX's graph functions do; Run calls OutShape first and turns what
// is left into errors.
//
// # What else there is
//
// How a layer becomes graph operations is in package cnnlib/lower, what its random
// numbers are in cnnlib/random; a student needs neither. Training is cnnlib/train.
package cnnlib
