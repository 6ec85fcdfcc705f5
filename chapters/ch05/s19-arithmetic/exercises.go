package arithmetic

import (
	"math/rand/v2"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/settings"
	"cnnbook/cnnlib/arith"
)

func exercises() []chapters.Exercise {
	return []chapters.Exercise{dilatedSizeExercise(), neverReadExercise(), inputSizesExercise()}
}

func dilatedSizeExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.19", Kind: chapters.Compute, Title: "One formula for every size", TitleZH: "一个公式算出所有尺寸",
		Task:   "Write func(i, k, s, p, d int) int: the size of a convolution of i cells with kernel size k, stride s, p zeros on both sides and dilation d (1: the weights stand side by side). Where the kernel does not fit, return 0.",
		TaskZH: "编写 func(i, k, s, p, d int) int：长度为 i 的一个方向经过卷积后的尺寸，其中卷积核大小为 k，步长为 s，两端各补 p 个零，扩张率为 d（1 表示权重紧挨着）。卷积核放不下时返回 0。",
		Args:   []string{"i", "k", "s", "p", "d"},
		Hints: []string{
			"How many cells does the kernel span when its weights are d cells apart? There are k−1 gaps between k weights.",
			"With that span for k, Relationship 6 is what you need.",
			"What should happen with a kernel of 3 on 2 cells? Try what Go makes of −1 divided by 2.",
		},
		Stub:     func(i, k, s, p, d int) int { return -1 },
		Solution: dilatedSize,
		Lesson:   "“For any i and k” needs a kernel that fits. A formula with floor gives 0 or less where it does not; integer division in Go gives 1 for most of these.",
		LessonZH: "“对任意 i 和 k”成立的前提是卷积核放得下。放不下时，带向下取整的公式给出 0 或负数，而 Go 的整数除法在多数情况下却会给出 1。",
		Wrong:    wrongDilatedSizes,
		Cases:    dilatedSizeCases,
		Explain:  explainDilatedSize,
	}
}

// dilatedSizeCases change one thing at a time, so that each mistake fails first on
// a case where its number is its own: bare (first position), padding 2 (6; one side
// 4), stride 3 that leaves two cells over (right 2, up 3, not used 6), dilation 2
// (3; not used 5; span k·d 2), and a kernel that does not fit.
// The settings of the book follow.
func dilatedSizeCases(r *rand.Rand) [][]any {
	cases := [][]any{{3, 3, 1, 0, 1}, {4, 3, 1, 2, 1}, {8, 3, 3, 0, 1}, {7, 3, 1, 0, 2}, {2, 3, 2, 0, 1}, {3, 3, 1, 0, 2}}
	for _, s := range settings.Of(arith.Convolution) {
		cases = append(cases, []any{s.In, s.Kernel, s.Stride, s.Padding, s.Dilation})
	}
	for range 25 {
		cases = append(cases, []any{1 + r.IntN(30), 1 + r.IntN(7), 1 + r.IntN(4), r.IntN(4), 1 + r.IntN(3)})
	}
	return cases
}

func neverReadExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.19-2", Kind: chapters.Build, Title: "Cells that are never read", TitleZH: "从未被读取的像素",
		Task:   "Write func(i, k, s, p int) int: how many cells of an i×i image does a k×k kernel read at no position, with stride s and p zeros on every side? Count cells of the image only, not zeros of the padding. The kernel always fits.",
		TaskZH: "编写 func(i, k, s, p int) int：在 i×i 的图像上，k×k 卷积核以步长 s、每边补 p 个零滑动时，有多少个像素在任何位置都没有被读取？只数图像的像素，不数补上的零。卷积核一定放得下。",
		Args:   []string{"i", "k", "s", "p"},
		Hints: []string{
			"Begin with one axis: mark the cells that some position reads. The formula for the size is not even needed.",
			"On the padded axis the image begins at cell p.",
			"A cell of the plane is read only if its row is read and its column is read. So count what is read, and take it from all.",
		},
		Stub:     func(i, k, s, p int) int { return -1 },
		Solution: neverRead,
		Lesson:   "What the floor drops is padding first: with k ≥ 2, p ≥ 1 and stride 2 no cell of the image is lost, and the padding has become one-sided.",
		LessonZH: "向下取整先舍去的是填充：k ≥ 2、p ≥ 1、步长为 2 时，图像本身一个像素也不会丢，只是填充变成了单侧的。",
		Wrong:    wrongNeverReads,
		Cases:    neverReadCases,
		Explain:  explainNeverRead,
	}
}

// neverReadCases begin with those on which each mistake gives a number of its own:
// two lost rows and columns (right 16; one axis 2, its square 4, both 20), figure
// 2.7 (0; with the padding counted 15, with the padding ignored 11), and a stride
// above the kernel (16; without the gaps 0).
func neverReadCases(r *rand.Rand) [][]any {
	cases := [][]any{{5, 3, 3, 0}, {6, 3, 2, 1}, {5, 1, 2, 0}, {6, 3, 2, 0}}
	for _, s := range settings.Of(arith.Convolution) {
		if s.Dilation == 1 {
			cases = append(cases, []any{s.In, s.Kernel, s.Stride, s.Padding})
		}
	}
	for range 25 {
		k := 1 + r.IntN(5)
		cases = append(cases, []any{k + r.IntN(10), k, 1 + r.IntN(6), r.IntN(3)})
	}
	return cases
}

func inputSizesExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.19-3", Kind: chapters.Compute, Title: "Which inputs give this output?", TitleZH: "哪些输入得到这个输出？",
		Task:   "Write func(o, k, s, p int) []int: all sizes i of an input that a convolution with kernel size k, stride s and p zeros on both sides takes to a result of o cells, in ascending order. Sizes below 1 do not count.",
		TaskZH: "编写 func(o, k, s, p int) []int：按从小到大的顺序返回所有输入尺寸 i，使卷积（卷积核大小 k、步长 s、两端各补 p 个零）的结果恰好为 o。小于 1 的尺寸不算。",
		Args:   []string{"o", "k", "s", "p"},
		Hints: []string{
			"What is the smallest input on which the kernel has o positions? The last position begins (o−1)·s cells after the first.",
			"How many cells can be added at the end before there is room for one more position?",
			"The zeros of the padding are part of what the kernel covers, but not of the input.",
		},
		Stub:     func(o, k, s, p int) []int { return nil },
		Solution: inputSizes,
		Lesson:   "There are s of them. That is why a transposed convolution with stride s needs an output padding from 0 to s−1, and why AlexNet's first layer gives 55 for 227, and also for 228, 229 and 230, but not for 224.",
		LessonZH: "一共有 s 个。正因为如此，步长为 s 的转置卷积需要 0 到 s−1 的输出填充；AlexNet 第一层对 227 给出 55，对 228、229、230 也一样，对 224 则不然。",
		Wrong:    wrongInputSizes,
		Cases:    inputSizesCases,
		Explain:  explainInputSizes,
	}
}

// inputSizesCases begin with stride 1, then stride 2 (two inputs), then padding. Then come
// results of one cell, on which Go's division, which rounds −1/3 to 0, accepts inputs that
// are smaller than the kernel. Each has at least one answer.
func inputSizesCases(r *rand.Rand) [][]any {
	cases := [][]any{{2, 3, 1, 0}, {2, 3, 2, 0}, {3, 3, 2, 1}, {2, 3, 3, 2}, {1, 3, 2, 0}, {1, 5, 3, 0}, {1, 6, 4, 1}, {55, 11, 4, 0}}
	for range 20 {
		k := 2 + r.IntN(6)
		cases = append(cases, []any{2 + r.IntN(20), k, 1 + r.IntN(5), r.IntN(k/2 + 1)})
	}
	return cases
}
