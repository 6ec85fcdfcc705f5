package hyperparameters

import (
	"math/rand/v2"

	"cnnbook/chapters"
)

func exercises() []chapters.Exercise {
	return []chapters.Exercise{outputSizeExercise(), countParametersExercise()}
}

func outputSizeExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.2b", Kind: chapters.Compute, Title: "The size of the result", TitleZH: "输出的尺寸",
		Task:   "Write func(i, k, s, p int) int: the number of positions of a kernel of size k on an axis of i cells, with p zeros on both sides and stride s.",
		TaskZH: "编写 func(i, k, s, p int) int：一个方向上有 i 个像素，两端各补 p 个零，卷积核大小为 k，步长为 s，返回卷积核的位置个数。",
		Args:   []string{"i", "k", "s", "p"},
		Hints: []string{
			"How long is the axis once the zeros are added?",
			"The first position is at 0. What is the last one at which the kernel still fits?",
			"Between the first and the last position the kernel moves s cells at a time: count the moves, then count the positions.",
		},
		Stub:     func(i, k, s, p int) int { return 0 },
		Solution: outputSize,
		Lesson:   "The division rounds down, so that up to s−1 cells at the end are read at no position. Section 5.19 looks at when they are zeros of the padding, and when they are cells of the image.",
		LessonZH: "除法向下取整，所以末尾最多有 s−1 个像素在任何位置都读不到。它们何时只是补上的零、何时是图像本身的像素，见 5.19 节。",
		Wrong:    wrongOutputSize,
		Cases:    outputSizeCases,
		Explain:  explainOutputSize,
	}
}

// outputSizeCases begin with the smallest on which each mistake shows and gives a number of
// its own: the plainest; a stride of 3 that leaves cells over (one too many, the stride
// forgotten and one too few are 3, 5 and 1, not 2); two zeros on each side (zeros on one
// side only give 3, not 5, and the first position forgotten gives 4).
func outputSizeCases(r *rand.Rand) [][]any {
	cases := [][]any{{3, 3, 1, 0}, {7, 3, 3, 0}, {3, 3, 1, 2}, {6, 3, 1, 0}, {28, 5, 1, 0}, {227, 11, 4, 0}}
	for range 20 {
		k := 1 + r.IntN(7)
		cases = append(cases, []any{k + r.IntN(60), k, 1 + r.IntN(4), r.IntN(k)})
	}
	return cases
}

func countParametersExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.2b-2", Kind: chapters.Compute, Title: "Count the parameters of a layer", TitleZH: "计算一层的参数个数",
		Task:   "Write func(in, out, k, groups int, bias bool) int: the parameters of a layer with k×k kernels that takes in channels and makes out channels. With groups above 1 the channels are divided into that many blocks, and each output sees only the inputs of its own block. Where bias is true, each output channel has a bias.",
		TaskZH: "编写 func(in, out, k, groups int, bias bool) int：卷积核为 k×k，输入 in 个通道，输出 out 个通道，通道分为 groups 组，每个输出只看本组的输入；bias 为 true 时每个输出通道有一个偏置。返回参数个数。",
		Args:   []string{"in", "out", "k", "groups", "bias"},
		Hints: []string{
			"How many numbers are in one plane of a kernel, with k rows and k columns?",
			"How many inputs does one output see? With 1 group all of them, with 2 groups half of them.",
			"Count the weights of one output channel first, then of all. The biases come last, and do not depend on the groups.",
		},
		Stub:     func(in, out, k, groups int, bias bool) int { return 0 },
		Solution: countParameters,
		Lesson:   "The book's I·O·K is the case of one group and no biases. With as many groups as channels a layer costs a channel's share only: that is the depthwise convolution of 5.11.",
		LessonZH: "书中的 I·O·K 对应一组且不含偏置的情形；组数等于通道数时就是 5.11 节的逐通道（depthwise）卷积。",
		Wrong:    wrongCountParameters,
		Cases:    countParametersCases,
		Explain:  explainCountParameters,
	}
}

// countParametersCases change one thing at a time, so that each mistake fails first on a
// case that gives it a number of its own. The fourth is the layer of the chapter, 3→12 with
// 3×3.
func countParametersCases(r *rand.Rand) [][]any {
	cases := [][]any{{1, 1, 3, 1, false}, {2, 3, 1, 1, true}, {4, 6, 1, 2, false}, {3, 12, 3, 1, true}, {8, 8, 3, 8, true}}
	for range 15 {
		g := 1 + r.IntN(4)
		cases = append(cases, []any{g * (1 + r.IntN(8)), g * (1 + r.IntN(8)), 1 + r.IntN(5), g, r.IntN(2) == 1})
	}
	return cases
}
