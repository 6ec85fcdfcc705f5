package separable

import (
	"fmt"
	"slices"

	"cnnbook/chapters/grid"
	"cnnbook/cnnlib/ref"
)

// What plausible mistakes compute, and how they are told to the reader.

func firstStepWeights(in, out, k int) (standard, separable int) { return in * out * k * k, in * k * k }

func secondStepWeights(in, out, k int) (standard, separable int) { return in * out * k * k, in * out }

func multipliedWeights(in, out, k int) (standard, separable int) {
	return in * out * k * k, in * k * k * in * out
}

// outputKernelWeights gives the first step a kernel for each output channel.
func outputKernelWeights(in, out, k int) (standard, separable int) {
	return in * out * k * k, out*k*k + in*out
}

// oneRowWeights takes a kernel for k numbers.
func oneRowWeights(in, out, k int) (standard, separable int) { return in * out * k, in*k + in*out }

// flatKernelWeights forgets the depth of the standard kernels.
func flatKernelWeights(in, out, k int) (standard, separable int) { return out * k * k, in*k*k + in*out }

func weightsAndBiases(in, out, k int) (standard, separable int) {
	return in*out*k*k + out, in*k*k + in*out + out
}

func explainSeparableWeights(args []any, want, got any) string {
	in, out, k := args[0].(int), args[1].(int), args[2].(int)
	w, g := want.([]any), got.([]any)
	standard, separable := g[0].(int), g[1].(int)
	if standard != w[0].(int) {
		switch standard {
		case out * k * k:
			return "A kernel of the standard layer is as deep as the input: it has k·k numbers for each input channel."
		case in * out * k:
			return "A kernel has k rows of k numbers."
		case in*out*k*k + out:
			return "The biases are counted too; the task asks for the weights alone."
		}
		return ""
	}
	switch separable {
	case in * k * k:
		return "This is the depthwise step alone: the second step, 1×1, has weights too."
	case in * out:
		return "This is the 1×1 step alone: the first step, depthwise, has weights too."
	case in * k * k * in * out:
		return "The numbers of both steps are multiplied; the weights of two layers add up."
	case out*k*k + in*out:
		return "The depthwise step has one kernel for each input channel, not for each output channel."
	}
	return ""
}

// depthwiseAdded is the standard convolution.
func depthwiseAdded(maps, kernels [][][]float64) [][][]float64 {
	return [][][]float64{grid.Added(depthwise(maps, kernels)...)}
}

func depthwiseAddedInAll(maps, kernels [][][]float64) [][][]float64 {
	return slices.Repeat(depthwiseAdded(maps, kernels), len(maps))
}

func depthwiseFirstKernel(maps, kernels [][][]float64) [][][]float64 {
	return depthwise(maps, slices.Repeat(kernels[:1], len(maps)))
}

func depthwiseFirstMap(maps, kernels [][][]float64) [][][]float64 {
	return depthwise(slices.Repeat(maps[:1], len(maps)), kernels)
}

func depthwiseTurned(maps, kernels [][][]float64) [][][]float64 {
	turned := make([][][]float64, len(kernels))
	for c := range kernels {
		turned[c] = ref.Rotate180(kernels[c])
	}
	return depthwise(maps, turned)
}

// depthwiseShort leaves out the last place of the kernel on both axes.
func depthwiseShort(maps, kernels [][][]float64) [][][]float64 {
	result := depthwise(maps, kernels)
	for c, m := range result {
		result[c] = grid.Resized(m, len(m)-1, len(m[0])-1)
	}
	return result
}

// sameMaps compares maps to 1e-9: cases hold small integers.
func sameMaps(a, b [][][]float64) bool {
	return slices.EqualFunc(a, b, func(x, y [][]float64) bool { return ref.EqualWithin(x, y, 1e-9) })
}

func explainDepthwise(args []any, want, got any) string {
	maps, kernels := args[0].([][][]float64), args[1].([][][]float64)
	w, g := want.([][][]float64), got.([][][]float64)
	is := func(wrong func(maps, kernels [][][]float64) [][][]float64) bool {
		return sameMaps(g, wrong(maps, kernels))
	}
	switch {
	case len(maps) > 1 && (is(depthwiseAdded) || is(depthwiseAddedInAll)):
		return "The maps are added up over the channels: that is the standard convolution. Depthwise, each map has a result of its own."
	case len(g) != len(w):
		return fmt.Sprintf("%d maps come in, so %d must come out.", len(w), len(w))
	case len(g[0]) != len(w[0]) || len(g[0][0]) != len(w[0][0]):
		return fmt.Sprintf("Wrong number of rows and columns: a kernel of %d×%d has %d×%d places on a map of %d×%d.",
			len(kernels[0]), len(kernels[0][0]), len(w[0]), len(w[0][0]), len(maps[0]), len(maps[0][0]))
	case is(depthwiseFirstKernel):
		return "All maps were given kernel 0: map c has kernel c."
	case is(depthwiseFirstMap):
		return "All kernels were laid on map 0: kernel c belongs to map c."
	case is(depthwiseTurned):
		return "The kernels are turned by 180°: layers do not turn them."
	}
	return ""
}

// pointwiseExchanged takes rows of the weights for columns.
func pointwiseExchanged(maps [][][]float64, weights [][]float64) [][][]float64 {
	return pointwise(maps, grid.Resized(grid.Transposed(weights), len(weights), len(maps)))
}

// pointwiseLast overwrites where it should add.
func pointwiseLast(maps [][][]float64, weights [][]float64) [][][]float64 {
	last := grid.Zeros(len(weights), len(maps))
	for o, row := range weights {
		last[o][len(maps)-1] = row[len(maps)-1]
	}
	return pointwise(maps, last)
}

func pointwiseMean(maps [][][]float64, weights [][]float64) [][][]float64 {
	divided := grid.Zeros(len(weights), len(maps))
	for o, row := range weights {
		for c, w := range row {
			divided[o][c] = w / float64(len(maps))
		}
	}
	return pointwise(maps, divided)
}

// pointwiseAsMany makes as many maps as there are in the input.
func pointwiseAsMany(maps [][][]float64, weights [][]float64) [][][]float64 {
	return pointwise(maps, grid.Resized(weights, len(maps), len(maps)))
}

func explainPointwise(args []any, want, got any) string {
	maps, weights := args[0].([][][]float64), args[1].([][]float64)
	w, g := want.([][][]float64), got.([][][]float64)
	is := func(wrong func(maps [][][]float64, weights [][]float64) [][][]float64) bool {
		return sameMaps(g, wrong(maps, weights))
	}
	if len(g) != len(w) {
		return fmt.Sprintf("%d maps come out, want one for each of the %d rows of weights.", len(g), len(w))
	}
	if len(g[0]) != len(w[0]) || len(g[0][0]) != len(w[0][0]) {
		return "A 1×1 kernel has a place on every cell: rows and columns stay as they are."
	}
	switch {
	case is(pointwiseExchanged):
		return "Rows and columns of the weights are exchanged: weights[o][c] belongs to map o of the result and map c of the input."
	case is(pointwiseLast):
		return "Only the last map of the input is in the result: each cell is the sum over all of them."
	case is(pointwiseMean):
		return "The sum is divided by the number of maps: nothing is averaged."
	}
	return ""
}
