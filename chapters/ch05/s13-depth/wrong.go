package depth

import "cnnbook/cnnlib"

// The plausible wrong answers to the exercises. Those to 5.13 also tell Explain which
// mistake gives a wrong result.

// flatKernels forgets that a kernel has a matrix for each channel it reads.
func flatKernels(channels, size int, kernels []int) (depth, weights int) {
	depth = channels
	for _, n := range kernels {
		weights += n * size * size
		depth = n
	}
	return depth, weights
}

// pictureDeep makes every layer read the picture, not the layer before it.
func pictureDeep(channels, size int, kernels []int) (depth, weights int) {
	for _, n := range kernels {
		weights += n * size * size * channels
		depth = n
	}
	return depth, weights
}

// mapsPerChannel lets each kernel give a map for each channel instead of adding them up.
func mapsPerChannel(channels, size int, kernels []int) (depth, weights int) {
	depth = channels
	for _, n := range kernels {
		weights += n * size * size * depth
		depth *= n
	}
	return depth, weights
}

// stacked puts the maps of a layer behind its input.
func stacked(channels, size int, kernels []int) (depth, weights int) {
	depth = channels
	for _, n := range kernels {
		weights += n * size * size * depth
		depth += n
	}
	return depth, weights
}

// depthStays believes that a convolution keeps the depth of its input.
func depthStays(channels, size int, kernels []int) (depth, weights int) {
	for _, n := range kernels {
		weights += n * size * size * channels
	}
	return channels, weights
}

// oneRow takes the number of cells in a kernel's matrix for its side.
func oneRow(channels, size int, kernels []int) (depth, weights int) {
	depth = channels
	for _, n := range kernels {
		weights += n * size * depth
		depth = n
	}
	return depth, weights
}

// withBiases counts a bias for each kernel.
func withBiases(channels, size int, kernels []int) (depth, weights int) {
	depth, weights = ChainDepth(channels, size, kernels)
	for _, n := range kernels {
		weights += n
	}
	return depth, weights
}

// lastLayer counts the weights of the last layer only.
func lastLayer(channels, size int, kernels []int) (depth, weights int) {
	depth = channels
	for _, n := range kernels {
		weights = n * size * size * depth
		depth = n
	}
	return depth, weights
}

// filtersOf returns 1×1 kernels from rows of numbers, a row for each kernel.
func filtersOf(rows ...[]float64) cnnlib.Weights {
	w := make(cnnlib.Weights, len(rows))
	for o, row := range rows {
		for _, v := range row {
			w[o] = append(w[o], [][]float64{{v}})
		}
	}
	return w
}

const third = 1.0 / 3

// channelsFirst lists the channels outside and the maps inside.
func channelsFirst() cnnlib.Layer {
	return cnnlib.Conv2D{Weights: filtersOf([]float64{third, 1}, []float64{third, 0}, []float64{third, -1})}
}

// kernelPerChannel gives each channel a kernel of its own, which no sum joins.
func kernelPerChannel() cnnlib.Layer {
	return cnnlib.DepthwiseConv2D{Weights: cnnlib.Filters([][]float64{{third}}, [][]float64{{third}}, [][]float64{{third}})}
}

// oneKernel writes all six numbers into one kernel, as if it gave a map for each three.
func oneKernel() cnnlib.Layer {
	return cnnlib.Conv2D{Weights: filtersOf([]float64{third, third, third, 1, 0, -1})}
}

// greyOnly has one kernel.
func greyOnly() cnnlib.Layer {
	return cnnlib.Conv2D{Weights: filtersOf([]float64{third, third, third})}
}

// sumOfChannels adds the channels and does not divide.
func sumOfChannels() cnnlib.Layer {
	return cnnlib.Conv2D{Weights: filtersOf([]float64{1, 1, 1}, []float64{1, 0, -1})}
}

// exchanged has the kernels in the other order.
func exchanged() cnnlib.Layer {
	return cnnlib.Conv2D{Weights: filtersOf([]float64{1, 0, -1}, []float64{third, third, third})}
}

// blueLessRed subtracts the wrong way round.
func blueLessRed() cnnlib.Layer {
	return cnnlib.Conv2D{Weights: filtersOf([]float64{third, third, third}, []float64{-1, 0, 1})}
}

// withReLU cuts off what is negative.
func withReLU() cnnlib.Layer {
	return cnnlib.Conv2D{Weights: filtersOf([]float64{third, third, third}, []float64{1, 0, -1}), Activation: cnnlib.ReLU}
}

// blurred takes the mean over 3×3 cells too, and loses the border.
func blurred() cnnlib.Layer {
	box := [][]float64{{third / 9, third / 9, third / 9}, {third / 9, third / 9, third / 9}, {third / 9, third / 9, third / 9}}
	centre, none := [][]float64{{0, 0, 0}, {0, 1, 0}, {0, 0, 0}}, [][]float64{{0, 0, 0}, {0, 0, 0}, {0, 0, 0}}
	minus := [][]float64{{0, 0, 0}, {0, -1, 0}, {0, 0, 0}}
	return cnnlib.Conv2D{Weights: cnnlib.Weights{{box, box, box}, {centre, none, minus}}}
}

// drawnWeights leaves the weights to chance.
func drawnWeights() cnnlib.Layer { return cnnlib.Conv2D{Channels: 2, Kernel: 1} }
