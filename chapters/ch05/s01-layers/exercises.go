package layers

import (
	"math/rand/v2"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/book"
	"cnnbook/chapters/grid"
)

func exercises() []chapters.Exercise {
	return []chapters.Exercise{parametersExercise(), reluPoolExercise()}
}

func parametersExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.1", Kind: chapters.Compute, Title: "How many numbers does a convolution learn?", TitleZH: "卷积层要学习多少个数？",
		Task:   "Write func(kernel, in, out int) int: the number of parameters of a convolution with a square kernel of this side, from in channels to out channels. Every output channel also has one bias.",
		TaskZH: "编写 func(kernel, in, out int) int：卷积核边长为 kernel，输入 in 个通道，输出 out 个通道，每个输出通道还有一个偏置。返回参数个数。",
		Args:   []string{"kernel", "in", "out"},
		Hints: []string{
			"One output channel has one kernel. How many numbers does it hold if the picture has one channel?",
			"With in channels a kernel is a block: a square for each of them.",
			"Biases come last: one for each output channel, however large its kernel.",
		},
		Stub:     func(kernel, in, out int) int { return 0 },
		Solution: parameters,
		Lesson:   "The size of the picture is not in it: on 32×32 and on 1000×1000 pixels the layer learns the same numbers. A fully connected layer is the case of a kernel as large as its input.",
		LessonZH: "式中没有图像的大小：无论是 32×32 还是 1000×1000，这一层要学习的数都一样多。全连接层相当于卷积核与输入同样大的情形。",
		Wrong:    wrongParameters,
		Cases:    parametersCases,
		Explain:  explainParameters,
	}
}

// parametersCases begin with one that has a number of its own for each mistake: right 65,
// wrong 60, 61, 25, 35 and 75.
func parametersCases(r *rand.Rand) [][]any {
	cases := [][]any{{2, 3, 5}, {3, 3, 12}, {5, 3, 12}, {1, 64, 128}, {16, 12, 10}}
	for range 10 {
		cases = append(cases, []any{1 + r.IntN(11), 2 + r.IntN(60), 2 + r.IntN(60)})
	}
	return cases
}

func reluPoolExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.1-2", Kind: chapters.Build, Title: "RELU, then POOL", TitleZH: "先 RELU，再 POOL",
		Task:   "Write func(x [][]float64) [][]float64: the RELU and the POOL of the section. RELU replaces every negative number by 0. POOL then cuts the result into 2×2 squares that do not overlap and keeps the largest number of each. The numbers of rows and columns are even.",
		TaskZH: "编写 func(x [][]float64) [][]float64，依次完成本节的 RELU 和 POOL：RELU 把每个负数换成 0；POOL 再把结果分成互不重叠的 2×2 小块，每块只保留最大的数。行数和列数都是偶数。",
		Args:   []string{"x"},
		Hints: []string{
			"The result has half of the rows and half of the columns.",
			"Result cell (i, j) comes from four cells. Which is the one at their upper left?",
			"RELU and then the largest of four: the largest of the four and 0 is the same.",
		},
		Stub:     func(x [][]float64) [][]float64 { return nil },
		Solution: reluPool,
		Lesson:   "RELU and max pooling can change places, since RELU keeps the order of numbers: the largest stays the largest. With mean pooling they cannot.",
		LessonZH: "RELU 与最大池化可以交换顺序，因为 RELU 不改变数的大小次序，最大的仍是最大的；换成平均池化则不能交换。",
		Wrong:    wrongReluPool,
		Cases:    reluPoolCases,
		Explain:  explainReluPool,
	}
}

// reluPoolCases begin with small integers on which each mistake shows.
func reluPoolCases(r *rand.Rand) [][]any {
	return [][]any{
		{[][]float64{{-3, -1}, {-2, -4}}}, // no RELU −1, absolute value 4, right 0
		{[][]float64{{1, 2}, {3, -9}}},    // absolute value 9, mean 1.5, right 3
		{[][]float64{{1, 2, -4, -4}, {3, -9, -4, -4}}},
		{book.GreyImage},
		{grid.RandomIntegers(r, 4, 6)}, {grid.RandomIntegers(r, 8, 8)},
	}
}
