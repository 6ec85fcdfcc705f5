package separable

import (
	"fmt"
	"math/rand/v2"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib/ref"
)

func separableExercises() []chapters.Exercise {
	return []chapters.Exercise{separableWeightsExercise(), depthwiseExercise(), pointwiseExercise()}
}

func separableWeightsExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.11", Kind: chapters.Compute, Title: "The weights of a separable layer", TitleZH: "可分离卷积层的权重个数",
		Task:   "Write func(in, out, k int) (standard, separable int): the numbers of weights, without biases, of a k×k convolution from in to out channels, and of the two steps that take its place: a depthwise k×k convolution with one kernel for each channel, then a 1×1 convolution.",
		TaskZH: "编写 func(in, out, k int) (standard, separable int)：分别返回从 in 个通道到 out 个通道的 k×k 标准卷积的权重个数，以及代替它的两步（每个通道一个 k×k 卷积核的逐通道卷积，再接 1×1 卷积）的权重个数，均不计偏置。",
		Args:   []string{"in", "out", "k"}, Results: []string{"standard", "separable"},
		Hints: []string{
			"How many numbers does one kernel of the standard layer hold, which is as deep as the input? How many such kernels are there?",
			"The first step has one flat kernel for each input channel: how many maps come out of it?",
			"The second step is a standard convolution too, with kernels of 1×1. Count both steps, and put them together: do the weights of two layers add or multiply?",
		},
		Stub: separableWeightsStub, Solution: separableWeights,
		Lesson:   "The share is 1/out + 1/k². With 3×3 it cannot fall below 1/9, however many channels there are, and most of the weights are in the 1×1 step.",
		LessonZH: "两者之比为 1/out + 1/k²。对 3×3 卷积，无论通道多少，比例都不会低于 1/9；而且大部分权重都在 1×1 那一步。",
		Wrong: []chapters.WrongAnswer{
			{Name: "first step alone", Answer: func(in, out, k int) (int, int) { return in * out * k * k, in * k * k }, Says: "second step"},
			{Name: "second step alone", Answer: func(in, out, k int) (int, int) { return in * out * k * k, in * out }, Says: "first step"},
			{Name: "multiplied", Answer: func(in, out, k int) (int, int) { return in * out * k * k, in * k * k * in * out }, Says: "add"},
			{Name: "a kernel for each output", Answer: func(in, out, k int) (int, int) { return in * out * k * k, out*k*k + in*out }, Says: "each input channel"},
			{Name: "k for k×k", Answer: func(in, out, k int) (int, int) { return in * out * k, in*k + in*out }, Says: "k rows of k"},
			{Name: "flat kernels in the standard layer", Answer: func(in, out, k int) (int, int) { return out * k * k, in*k*k + in*out }, Says: "as deep as the input"},
			{Name: "biases counted", Answer: func(in, out, k int) (int, int) { return in*out*k*k + out, in*k*k + in*out + out }, Says: "biases"},
		},
		Cases:   separableWeightsCases,
		Explain: explainSeparableWeights,
	}
}

// separableWeightsStub is where the reader starts.
func separableWeightsStub(in, out, k int) (standard, separable int) { return 0, 0 }

// separableWeightsCases begin with the smallest on which all mistakes give numbers of
// their own, then the example of the section.
func separableWeightsCases(r *rand.Rand) [][]any {
	cases := [][]any{{2, 3, 3}, {3, 5, 2}, {3, 256, 3}, {728, 728, 3}, {1, 4, 5}, {4, 1, 3}}
	for range 14 {
		cases = append(cases, []any{1 + r.IntN(64), 1 + r.IntN(256), 1 + r.IntN(7)})
	}
	return cases
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

func depthwiseExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.11-2", Kind: chapters.Build, Title: "Depthwise convolution", TitleZH: "逐通道卷积",
		Task:   "Write func(maps, kernels [][][]float64) [][][]float64: each map under the kernel of the same number, without padding, one cell at a time, the kernel not turned. maps is [channel][row][column]; there are as many kernels as maps.",
		TaskZH: "编写 func(maps, kernels [][][]float64) [][][]float64：每个特征图用同编号的卷积核做卷积，不填充，步长为 1，不旋转卷积核。maps 的下标依次为通道、行、列；卷积核与特征图一样多。",
		Args:   []string{"maps", "kernels"},
		Hints: []string{
			"How many maps come out? What does map 1 of the result have to do with map 0 of the input?",
			"For one channel it is the convolution of section 5.2: a loop over the rows and columns of the result, and inside it one over those of the kernel.",
			"Put a loop over the channels around it. Nothing is added up across channels.",
		},
		Stub: depthwiseStub, Solution: depthwise,
		Lesson:   "No channel learns of another here. That is left to the 1×1 convolution behind it (exercise 5.11-3).",
		LessonZH: "这一步中各通道互不相见；通道之间的组合由其后的 1×1 卷积完成（练习 5.11-3）。",
		Wrong: []chapters.WrongAnswer{
			{Name: "added over the channels", Answer: func(maps, kernels [][][]float64) [][][]float64 {
				return [][][]float64{summed(depthwise(maps, kernels))}
			}, Says: "standard convolution"},
			{Name: "sum in every map", Answer: func(maps, kernels [][][]float64) [][][]float64 {
				result := depthwise(maps, kernels)
				total := summed(result)
				for c := range result {
					result[c] = total
				}
				return result
			}, Says: "standard convolution"},
			{Name: "first kernel for all", Answer: func(maps, kernels [][][]float64) [][][]float64 {
				return depthwise(maps, repeated(kernels[0], len(maps)))
			}, Says: "kernel 0"},
			{Name: "first map for all", Answer: func(maps, kernels [][][]float64) [][][]float64 {
				return depthwise(repeated(maps[0], len(maps)), kernels)
			}, Says: "map 0"},
			{Name: "kernels turned", Answer: func(maps, kernels [][][]float64) [][][]float64 {
				turned := make([][][]float64, len(kernels))
				for c := range kernels {
					turned[c] = ref.Rotate180(kernels[c])
				}
				return depthwise(maps, turned)
			}, Says: "turned"},
			{Name: "one row and column short", Answer: func(maps, kernels [][][]float64) [][][]float64 {
				result := depthwise(maps, kernels)
				for c := range result {
					result[c] = result[c][:len(result[c])-1]
					for i := range result[c] {
						result[c][i] = result[c][i][:len(result[c][i])-1]
					}
				}
				return result
			}, Says: "rows and columns"},
		},
		Cases:   depthwiseCases,
		Explain: explainDepthwise,
	}
}

// depthwiseStub is where the reader starts.
func depthwiseStub(maps, kernels [][][]float64) [][][]float64 { return nil }

// summed adds maps of one size.
func summed(maps [][][]float64) [][]float64 {
	total := grid.Zeros(len(maps[0]), len(maps[0][0]))
	for _, m := range maps {
		for i := range m {
			for j, v := range m[i] {
				total[i][j] += v
			}
		}
	}
	return total
}

// repeated is a list of the same matrix n times.
func repeated(m [][]float64, n int) [][][]float64 {
	list := make([][][]float64, n)
	for i := range list {
		list[i] = m
	}
	return list
}

// depthwiseCases begin with two maps of 2×2 under kernels of 1×2, on which each
// mistake has results of its own; the figure's four maps follow.
func depthwiseCases(r *rand.Rand) [][]any {
	cases := [][]any{
		{[][][]float64{{{1, 2}, {3, 5}}, {{0, 7}, {4, 1}}}, [][][]float64{{{1, 3}}, {{2, -1}}}},
		{sumMaps, sumKernel},
	}
	for _, size := range [][5]int{{1, 3, 4, 2, 2}, {3, 4, 5, 2, 3}, {3, 5, 5, 3, 3}, {2, 6, 4, 1, 1}} {
		maps, kernels := make([][][]float64, size[0]), make([][][]float64, size[0])
		for c := range maps {
			maps[c], kernels[c] = grid.RandomIntegers(r, size[1], size[2]), grid.RandomIntegers(r, size[3], size[4])
		}
		cases = append(cases, []any{maps, kernels})
	}
	return cases
}

func explainDepthwise(args []any, want, got any) string {
	maps, kernels := args[0].([][][]float64), args[1].([][][]float64)
	w, g := want.([][][]float64), got.([][][]float64)
	same := func(a, b [][][]float64) bool {
		if len(a) != len(b) {
			return false
		}
		for c := range a {
			if !ref.EqualWithin(a[c], b[c], 1e-9) { // cases hold small integers
				return false
			}
		}
		return true
	}
	total := [][][]float64{summed(w)}
	turned := make([][][]float64, len(kernels))
	for c := range kernels {
		turned[c] = ref.Rotate180(kernels[c])
	}
	switch {
	case len(maps) > 1 && (same(g, total) || same(g, repeated(total[0], len(maps)))):
		return "The maps are added up over the channels: that is the standard convolution. Depthwise, each map has a result of its own."
	case len(g) != len(w):
		return fmt.Sprintf("%d maps come in, so %d must come out.", len(w), len(w))
	case len(g[0]) != len(w[0]) || len(g[0][0]) != len(w[0][0]):
		return fmt.Sprintf("Wrong number of rows and columns: a kernel of %d×%d has %d×%d places on a map of %d×%d.",
			len(kernels[0]), len(kernels[0][0]), len(w[0]), len(w[0][0]), len(maps[0]), len(maps[0][0]))
	case same(g, depthwise(maps, repeated(kernels[0], len(maps)))):
		return "All maps were given kernel 0: map c has kernel c."
	case same(g, depthwise(repeated(maps[0], len(maps)), kernels)):
		return "All kernels were laid on map 0: kernel c belongs to map c."
	case same(g, depthwise(maps, turned)):
		return "The kernels are turned by 180°: layers do not turn them."
	}
	return ""
}

func pointwiseExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.11-3", Kind: chapters.Build, Title: "Pointwise convolution", TitleZH: "1×1 卷积（逐点卷积）",
		Task:   "Write func(maps [][][]float64, weights [][]float64) [][][]float64: the second step. Map o of the result is, cell by cell, the sum of all maps of the input, map c times weights[o][c]. maps is [channel][row][column].",
		TaskZH: "编写 func(maps [][][]float64, weights [][]float64) [][][]float64，实现第二步：结果的第 o 个图，逐像素等于输入的所有特征图的加权和，第 c 个图的权重为 weights[o][c]。maps 的下标依次为通道、行、列。",
		Args:   []string{"maps", "weights"},
		Hints: []string{
			"How many maps come out: as many as come in, or as many as weights has rows?",
			"Look at a single cell of the result: which cells of the input does it depend on?",
			"Four loops: the maps of the result, the rows, the columns, and for each cell the maps of the input.",
		},
		Stub: pointwiseStub, Solution: pointwise,
		Lesson:   "With exercise 5.11-2 before it, this is a whole depthwise separable convolution. At each cell it is a dense layer over the channels, the same at every cell.",
		LessonZH: "接在练习 5.11-2 之后，就是完整的深度可分离卷积。在每个像素上，它就是对通道做的全连接层，且所有像素共用权重。",
		Wrong: []chapters.WrongAnswer{
			{Name: "weights exchanged", Answer: func(maps [][][]float64, weights [][]float64) [][][]float64 {
				return pointwise(maps, resized(grid.Transposed(weights), len(weights), len(maps)))
			}, Says: "weights[o][c]"},
			{Name: "not added", Answer: func(maps [][][]float64, weights [][]float64) [][][]float64 {
				last := make([][]float64, len(weights))
				for o := range last {
					last[o] = make([]float64, len(maps))
					last[o][len(maps)-1] = weights[o][len(maps)-1]
				}
				return pointwise(maps, last)
			}, Says: "last map"},
			{Name: "mean instead of sum", Answer: func(maps [][][]float64, weights [][]float64) [][][]float64 {
				divided := make([][]float64, len(weights))
				for o := range divided {
					for _, w := range weights[o] {
						divided[o] = append(divided[o], w/float64(len(maps)))
					}
				}
				return pointwise(maps, divided)
			}, Says: "divided"},
			{Name: "as many maps as came in", Answer: func(maps [][][]float64, weights [][]float64) [][][]float64 {
				return pointwise(maps, resized(weights, len(maps), len(maps)))
			}, Says: "rows of weights"},
		},
		Cases:   pointwiseCases,
		Explain: explainPointwise,
	}
}

// pointwiseStub is where the reader starts.
func pointwiseStub(maps [][][]float64, weights [][]float64) [][][]float64 { return nil }

// resized is a matrix cut, or filled up with zeros, to a size.
func resized(m [][]float64, rows, cols int) [][]float64 {
	out := grid.Zeros(rows, cols)
	for i := range out {
		if i < len(m) {
			copy(out[i], m[i])
		}
	}
	return out
}

// pointwiseCases begin with two maps of one cell that become two, on which rows and
// columns of the weights can be exchanged; then two that become three.
func pointwiseCases(r *rand.Rand) [][]any {
	cases := [][]any{
		{[][][]float64{{{1}}, {{10}}}, [][]float64{{1, 2}, {3, 4}}},
		{[][][]float64{{{1, 2}}, {{10, 20}}}, [][]float64{{1, 2}, {3, 4}, {5, 6}}},
	}
	for _, size := range [][4]int{{3, 2, 2, 1}, {3, 3, 2, 4}, {4, 2, 3, 4}, {1, 2, 2, 3}} {
		maps := make([][][]float64, size[0])
		for c := range maps {
			maps[c] = grid.RandomIntegers(r, size[1], size[2])
		}
		cases = append(cases, []any{maps, grid.RandomIntegers(r, size[3], size[0])})
	}
	return cases
}

func explainPointwise(args []any, want, got any) string {
	maps, weights := args[0].([][][]float64), args[1].([][]float64)
	w, g := want.([][][]float64), got.([][][]float64)
	is := func(weights [][]float64) bool {
		for o, m := range pointwise(maps, weights) {
			if !ref.EqualWithin(m, g[o], 1e-9) { // cases hold small integers
				return false
			}
		}
		return true
	}
	if len(g) != len(w) {
		return fmt.Sprintf("%d maps come out, want one for each of the %d rows of weights.", len(g), len(w))
	}
	if len(g[0]) != len(w[0]) || len(g[0][0]) != len(w[0][0]) {
		return "A 1×1 kernel has a place on every cell: rows and columns stay as they are."
	}
	last, divided := grid.Zeros(len(weights), len(maps)), grid.Zeros(len(weights), len(maps))
	for o := range weights {
		last[o][len(maps)-1] = weights[o][len(maps)-1]
		for c := range weights[o] {
			divided[o][c] = weights[o][c] / float64(len(maps))
		}
	}
	switch {
	case is(resized(grid.Transposed(weights), len(weights), len(maps))):
		return "Rows and columns of the weights are exchanged: weights[o][c] belongs to map o of the result and map c of the input."
	case is(last):
		return "Only the last map of the input is in the result: each cell is the sum over all of them."
	case is(divided):
		return "The sum is divided by the number of maps: nothing is averaged."
	}
	return ""
}
