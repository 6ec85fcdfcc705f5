package separable

import (
	"math/rand/v2"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
)

func exercises() []chapters.Exercise {
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
		Stub:     func(in, out, k int) (standard, separable int) { return 0, 0 },
		Solution: separableWeights,
		Lesson:   "The share is 1/out + 1/k². With 3×3 it cannot fall below 1/9, however many channels there are, and most of the weights are in the 1×1 step.",
		LessonZH: "两者之比为 1/out + 1/k²。对 3×3 卷积，无论通道多少，比例都不会低于 1/9；而且大部分权重都在 1×1 那一步。",
		Wrong: []chapters.WrongAnswer{
			{Name: "first step alone", Answer: firstStepWeights, Says: "second step"},
			{Name: "second step alone", Answer: secondStepWeights, Says: "first step"},
			{Name: "multiplied", Answer: multipliedWeights, Says: "add"},
			{Name: "a kernel for each output", Answer: outputKernelWeights, Says: "each input channel"},
			{Name: "k for k×k", Answer: oneRowWeights, Says: "k rows of k"},
			{Name: "flat kernels in the standard layer", Answer: flatKernelWeights, Says: "as deep as the input"},
			{Name: "biases counted", Answer: weightsAndBiases, Says: "biases"},
		},
		Cases:   separableWeightsCases,
		Explain: explainSeparableWeights,
	}
}

// separableWeightsCases begin with the smallest on which all mistakes give numbers of
// their own, then the example of the section.
func separableWeightsCases(r *rand.Rand) [][]any {
	cases := [][]any{{2, 3, 3}, {3, 5, 2}, {3, 256, 3}, {728, 728, 3}, {1, 4, 5}, {4, 1, 3}}
	for range 14 {
		cases = append(cases, []any{1 + r.IntN(64), 1 + r.IntN(256), 1 + r.IntN(7)})
	}
	return cases
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
		Stub:     func(maps, kernels [][][]float64) [][][]float64 { return nil },
		Solution: depthwise,
		Lesson:   "No channel learns of another here. That is left to the 1×1 convolution behind it (exercise 5.11-3).",
		LessonZH: "这一步中各通道互不相见；通道之间的组合由其后的 1×1 卷积完成（练习 5.11-3）。",
		Wrong: []chapters.WrongAnswer{
			{Name: "added over the channels", Answer: depthwiseAdded, Says: "standard convolution"},
			{Name: "sum in every map", Answer: depthwiseAddedInAll, Says: "standard convolution"},
			{Name: "first kernel for all", Answer: depthwiseFirstKernel, Says: "kernel 0"},
			{Name: "first map for all", Answer: depthwiseFirstMap, Says: "map 0"},
			{Name: "kernels turned", Answer: depthwiseTurned, Says: "turned"},
			{Name: "one row and column short", Answer: depthwiseShort, Says: "rows and columns"},
		},
		Cases:   depthwiseCases,
		Explain: explainDepthwise,
	}
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
		Stub:     func(maps [][][]float64, weights [][]float64) [][][]float64 { return nil },
		Solution: pointwise,
		Lesson:   "With exercise 5.11-2 before it, this is a whole depthwise separable convolution. At each cell it is a dense layer over the channels, the same at every cell.",
		LessonZH: "接在练习 5.11-2 之后，就是完整的深度可分离卷积。在每个像素上，它就是对通道做的全连接层，且所有像素共用权重。",
		Wrong: []chapters.WrongAnswer{
			{Name: "weights exchanged", Answer: pointwiseExchanged, Says: "weights[o][c]"},
			{Name: "not added", Answer: pointwiseLast, Says: "last map"},
			{Name: "mean instead of sum", Answer: pointwiseMean, Says: "divided"},
			{Name: "as many maps as came in", Answer: pointwiseAsMany, Says: "rows of weights"},
		},
		Cases:   pointwiseCases,
		Explain: explainPointwise,
	}
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
