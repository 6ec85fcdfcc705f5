package transposed

import (
	"math/rand/v2"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib/ref"
)

func exercises() []chapters.Exercise {
	return []chapters.Exercise{
		turnedExercise(),
		stampExercise(),
		wayBackExercise(),
		unpoolExercise(),
	}
}

func turnedExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.17", Kind: chapters.Build, Title: "Convolution with the kernel turned", TitleZH: "旋转卷积核的卷积",
		Task:   "Write func(image, kernel [][]float64) [][]float64: convolution as section 5.17 defines it. Turn the kernel by 180°, lay its centre on each cell of the image, multiply and add up. Outside the image everything is 0, and the result has the size of the image. The kernel has an odd number of rows and of columns.",
		TaskZH: "编写 func(image, kernel [][]float64) [][]float64，按 5.17 节的定义做卷积：先把卷积核旋转 180°，再把它的中心依次对准图像的每个像素，逐项相乘并求和。图像之外按 0 处理，输出与图像同样大小。卷积核的行数和列数都是奇数。",
		Args:   []string{"image", "kernel"},
		Hints: []string{
			"What stands under the top left cell of the turned kernel when its centre lies on the cell (i, j) of the image?",
			"Instead of turning the kernel you can read it backwards: from the last row to the first, from the last column to the first.",
			"Ask for every cell under the kernel whether it lies in the image. If it does not, it adds nothing.",
		},
		Stub: trueConvolutionStub, Solution: trueConvolution,
		Lesson:   "A CNN does not turn the kernel: it learns the weights, so it would only learn them turned. Frameworks therefore compute a cross-correlation and call it convolution.",
		LessonZH: "卷积神经网络不旋转卷积核：权重是学出来的，旋转与否只是学到的权重朝向不同。因此各框架实际计算的是互相关，却称之为卷积。",
		Wrong: []chapters.WrongAnswer{
			{Name: "kernel not turned", Answer: func(image, kernel [][]float64) [][]float64 { return trueConvolution(image, ref.Rotate180(kernel)) }, Says: "not turned"},
			{Name: "rows reversed only", Answer: func(image, kernel [][]float64) [][]float64 { return trueConvolution(image, grid.Mirrored(kernel)) }, Says: "upside down"},
			{Name: "columns reversed only", Answer: func(image, kernel [][]float64) [][]float64 {
				return trueConvolution(image, ref.Rotate180(grid.Mirrored(kernel)))
			}, Says: "left and right"},
			{Name: "kernel transposed", Answer: func(image, kernel [][]float64) [][]float64 {
				return trueConvolution(image, ref.Rotate180(grid.Transposed(kernel)))
			}, Says: "rows and columns of the kernel exchanged"},
			{Name: "no zeros outside", Answer: func(image, kernel [][]float64) [][]float64 {
				return correlateWithStride(image, ref.Rotate180(kernel), 1)
			}, Says: "size"},
			{Name: "image turned", Answer: func(image, kernel [][]float64) [][]float64 {
				return trueConvolution(ref.Rotate180(image), ref.Rotate180(kernel))
			}, Says: "The image is turned in place of the kernel, so that the result stands on its head."},
			{Name: "edges repeated", Answer: edgesRepeated, Says: "Outside the image the nearest cell is repeated; there everything is 0."},
			{Name: "corner instead of centre", Answer: func(image, kernel [][]float64) [][]float64 {
				return cornered(image, ref.Rotate180(kernel))
			}, Says: "corner"},
		},
		Cases:   turnedCases,
		Explain: explainTurned,
	}
}

// trueConvolutionStub is where the reader starts.
func trueConvolutionStub(image, kernel [][]float64) [][]float64 { return nil }

// turnedCases begin with the smallest on which each mistake shows; the two examples
// of the section follow.
func turnedCases(r *rand.Rand) [][]any {
	cases := [][]any{
		{[][]float64{{1, 2}, {3, 4}}, [][]float64{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}},
		{turnImage, turnKernel},
		{embossImage, embossKernel},
	}
	for _, size := range [][4]int{{3, 4, 1, 3}, {4, 3, 5, 1}, {5, 6, 3, 5}} {
		cases = append(cases, []any{grid.RandomIntegers(r, size[0], size[1]), grid.RandomIntegers(r, size[2], size[3])})
	}
	return cases
}

func stampExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.17-2", Kind: chapters.Build, Title: "Transposed convolution by stamps", TitleZH: "用“盖章”的方式实现转置卷积",
		Task:   "Write func(x, kernel [][]float64, stride int) [][]float64: the transposed convolution without padding. Each cell of x stamps the kernel, times its value, on the result; neighbouring stamps are stride cells apart; where stamps overlap, they are added up.",
		TaskZH: "编写 func(x, kernel [][]float64, stride int) [][]float64，实现无填充的转置卷积：x 的每个像素把整个卷积核乘以自己的值，“盖”在输出上；相邻的“章”相距 stride 个像素；重叠的部分相加。",
		Args:   []string{"x", "kernel", "stride"},
		Hints: []string{
			"How large is the result? Where does the last stamp begin, and how many cells does it cover?",
			"Make the result first, full of zeros. Then go over the cells of x, and for each over the cells of the kernel.",
			"The cell (i, j) of x reaches the cells of the result that begin at row i times stride, column j times stride.",
		},
		Stub: stampsStub, Solution: stamps,
		Lesson:   "This is also the gradient of a convolution by its input: each result of the convolution hands its gradient back to the cells under its window, and windows overlap.",
		LessonZH: "这也正是卷积对输入的梯度：卷积的每个输出把自己的梯度按权重传回窗口内的像素，窗口重叠处相加。",
		Wrong: []chapters.WrongAnswer{
			{Name: "overlap overwritten", Answer: func(x, kernel [][]float64, stride int) [][]float64 {
				return stampWith(x, kernel, stride, 1, overwrite)
			}, Says: "overwrite"},
			{Name: "larger of two kept", Answer: func(x, kernel [][]float64, stride int) [][]float64 {
				return stampWith(x, kernel, stride, 1, keepLarger)
			}, Says: "larger"},
			{Name: "kernel turned", Answer: func(x, kernel [][]float64, stride int) [][]float64 {
				return stamps(x, ref.Rotate180(kernel), stride)
			}, Says: "turned"},
			{Name: "stride ignored", Answer: func(x, kernel [][]float64, stride int) [][]float64 { return stamps(x, kernel, 1) }, Says: "stride 1"},
			{Name: "stride inside the kernel", Answer: func(x, kernel [][]float64, stride int) [][]float64 {
				return stampWith(x, kernel, 1, stride, add)
			}, Says: "between the cells of the kernel"},
			{Name: "size i·s", Answer: stampsOfSizeTimesStride, Says: "last stamp"},
			{Name: "convolution instead", Answer: correlateWithStride, Says: "last stamp"},
		},
		Cases:   stampCases,
		Explain: explainStamps,
	}
}

// stampsStub is where the reader starts.
func stampsStub(x, kernel [][]float64, stride int) [][]float64 { return nil }

// stampCases begin with one row, on which all can be seen; then the example of the
// section.
func stampCases(r *rand.Rand) [][]any {
	cases := [][]any{
		{[][]float64{{2, 1}}, [][]float64{{3, 4, 5}}, 2},
		{stampInput, [][]float64{{1, 2}, {3, 4}}, 1},
		{stampInput, stampKernel, stampStride},
	}
	for _, c := range [][5]int{{2, 3, 3, 2, 2}, {3, 2, 1, 1, 3}, {4, 4, 3, 3, 1}, {3, 3, 5, 5, 2}} {
		cases = append(cases, []any{grid.RandomIntegers(r, c[0], c[1]), grid.RandomIntegers(r, c[2], c[3]), c[4]})
	}
	return cases
}

func wayBackExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.17-3", Kind: chapters.Compute, Title: "Back to the same size", TitleZH: "变回原来的大小",
		Task:   "A convolution with kernel k, stride s and p zeros on both sides takes an axis of i cells to some other size. A transposed convolution with the same k, s and p goes back. Write func(i, k, s, p int) int: the output padding a that it needs to end at i cells again.",
		TaskZH: "普通卷积（卷积核 k、步长 s、两边各补 p 个零）把 i 个像素变成若干个像素；转置卷积用相同的 k、s、p 往回走。编写 func(i, k, s, p int) int，求输出填充 a，使结果恰好又是 i 个像素。",
		Args:   []string{"i", "k", "s", "p"},
		Hints: []string{
			"Try it with small numbers: 5, 6 and 7 cells, kernel 3, stride 2. How many cells does the convolution make of each?",
			"Without output padding, a transposed convolution ends where the last window of the convolution ended. Which cells of the convolution lie behind its last window?",
			"The windows begin s cells apart. Count the cells that are left over behind the last one that fits.",
		},
		Stub: outputPaddingStub, Solution: outputPadding,
		Lesson:   "A convolution with stride s takes s neighbouring sizes to the same one, so that the way back is not unique. Frameworks therefore ask for the output padding; it adds cells at the end that few stamps, or none, reach.",
		LessonZH: "步长为 s 的卷积会把相邻的 s 种大小变成同一个大小，所以往回走时结果不唯一。各框架因此让使用者指定输出填充（output padding）：它在末尾加上像素，这些像素只被很少的“章”盖到，甚至完全盖不到。",
		Wrong: []chapters.WrongAnswer{
			{Name: "always 0", Answer: func(i, k, s, p int) int { return 0 }, Says: "left over"},
			{Name: "quotient instead of rest", Answer: func(i, k, s, p int) int { return (i + 2*p - k) / s }, Says: "moves"},
			{Name: "padding on one side", Answer: func(i, k, s, p int) int { return (i + p - k) % s }, Says: "both sides"},
			{Name: "padding forgotten", Answer: func(i, k, s, p int) int { return (i - k) % s }, Says: "zeros p"},
			{Name: "kernel forgotten", Answer: func(i, k, s, p int) int { return (i + 2*p) % s }, Says: "first window"},
			{Name: "what is missing to the next window", Answer: func(i, k, s, p int) int { return (s - (i+2*p-k)%s) % s }, Says: "next window"},
		},
		Cases:   outputPaddingCases,
		Explain: explainOutputPadding,
	}
}

// outputPaddingStub is where the reader starts; no output padding is negative.
func outputPaddingStub(i, k, s, p int) int { return -1 }

// outputPaddingCases begin with the hint's sizes. Then comes the smallest stride at which
// every wrong formula gives a number of its own (right 6; the wrong ones 0 to 5).
func outputPaddingCases(r *rand.Rand) [][]any {
	cases := [][]any{{5, 3, 2, 0}, {6, 3, 2, 0}, {7, 3, 2, 0}, {22, 4, 7, 1}, {12, 5, 4, 2}}
	for range 20 {
		k, s := 1+r.IntN(7), 1+r.IntN(5)
		cases = append(cases, []any{k + r.IntN(30), k, s, r.IntN((k + 1) / 2)})
	}
	return cases
}

func unpoolExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.17-4", Kind: chapters.Build, Title: "Unpooling with recorded places", TitleZH: "利用池化索引做反池化",
		Task:   "Write func(values [][]float64, places [][]int, h, w int) [][]float64: put every value back to its place in a picture of h rows and w columns that is 0 everywhere else. A place is row·w + column, counted from 0. Values with the same place are added up.",
		TaskZH: "编写 func(values [][]float64, places [][]int, h, w int) [][]float64：把每个值放回 h 行 w 列图像中它原来的位置，其余位置为 0。位置的编号为 行·w + 列，从 0 开始。位置相同的值相加。",
		Args:   []string{"values", "places", "h", "w"},
		Hints: []string{
			"The result has h rows and w columns, whatever the size of values.",
			"How many whole rows of w cells come before the place? That is its row; what is left over is its column.",
			"In Go, / and % between whole numbers give the quotient and the rest.",
		},
		Stub: unpoolStub, Solution: unpool,
		Lesson:   "With windows of 2×2 that do not overlap, three of four cells stay 0. That is why a convolution follows: it fills them from their neighbours.",
		LessonZH: "2×2 不重叠的窗口反池化后，四个像素中有三个仍为 0；所以后面要接卷积，用邻近的值把它们填满。",
		Wrong: []chapters.WrongAnswer{
			{Name: "first cell of each window", Answer: func(values [][]float64, places [][]int, h, w int) [][]float64 { return firstCells(values, h, w) }, Says: "first cell"},
			{Name: "value copied to the whole window", Answer: func(values [][]float64, places [][]int, h, w int) [][]float64 { return copied(values, h, w) }, Says: "whole window"},
			{Name: "rows and columns exchanged", Answer: func(values [][]float64, places [][]int, h, w int) [][]float64 {
				return grid.Transposed(unpool(values, places, w, h))
			}, Says: "exchanged"},
			{Name: "same place overwritten", Answer: func(values [][]float64, places [][]int, h, w int) [][]float64 {
				return unpoolWith(values, places, h, w, overwrite)
			}, Says: "added up"},
			{Name: "nothing moved", Answer: func(values [][]float64, places [][]int, h, w int) [][]float64 { return values }, Says: "size"},
		},
		Cases:   unpoolCases,
		Explain: explainUnpool,
	}
}

// unpoolStub is where the reader starts.
func unpoolStub(values [][]float64, places [][]int, h, w int) [][]float64 { return nil }

// unpoolCases begin with one value; the last one has windows that overlap, so that
// some values have the same place.
func unpoolCases(r *rand.Rand) [][]any {
	cases := [][]any{{[][]float64{{5}}, [][]int{{1}}, 2, 2}}
	for _, c := range []struct{ h, w, window, stride int }{{4, 4, 2, 2}, {2, 6, 2, 2}, {6, 4, 2, 2}, {5, 5, 3, 2}, {7, 5, 3, 1}} {
		values, places := pooledCase(grid.RandomIntegers(r, c.h, c.w), c.window, c.stride)
		cases = append(cases, []any{values, places, c.h, c.w})
	}
	return cases
}

// pooledCase returns the largest values of the windows that fit, and their places.
func pooledCase(image [][]float64, window, stride int) (values [][]float64, places [][]int) {
	w := len(image[0])
	for i := 0; i+window <= len(image); i += stride {
		var row []float64
		var from []int
		for j := 0; j+window <= w; j += stride {
			best := i*w + j
			for a := range window {
				for b := range window {
					if at := (i+a)*w + j + b; image[at/w][at%w] > image[best/w][best%w] {
						best = at
					}
				}
			}
			row, from = append(row, image[best/w][best%w]), append(from, best)
		}
		values, places = append(values, row), append(places, from)
	}
	return values, places
}
