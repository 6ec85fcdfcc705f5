package pooling

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
)

func exercises() []chapters.Exercise {
	return []chapters.Exercise{maxPoolExercise(), maxPoolBackExercise(), paperLevelExercise(), adaptiveEdgesExercise(), anySizeExercise()}
}

func maxPoolExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.5", Kind: chapters.Build, Title: "Write the max-pooling loop", TitleZH: "编写最大池化的循环",
		Task:   "Write func(x [][]float64, size, stride int) [][]float64: windows of size × size cells, stride cells apart, and the largest value of each. A window that does not fit into x is left out.",
		TaskZH: "编写 func(x [][]float64, size, stride int) [][]float64：窗口为 size × size 个像素，每次移动 stride 个像素，取每个窗口的最大值。放不下的窗口舍去。",
		Args:   []string{"x", "size", "stride"},
		Hints: []string{
			"How many windows of 3 cells, 2 apart, fit on 7 cells? And on 8? The count is that of a convolution without padding.",
			"The upper left cell of the window for result cell (i, j) is not (i, j): it moves stride cells at a time.",
			"Begin the search for the largest value with a value of the window itself. What happens with 0 if all are negative?",
		},
		Stub:     func(x [][]float64, size, stride int) [][]float64 { return nil },
		Solution: maxPoolLoop,
		Lesson:   "The size is that of a convolution without padding. Take out the comparison and divide the sum instead, and it is mean pooling.",
		LessonZH: "输出尺寸与不填充的卷积相同。把“取最大”换成“求和再除以像素个数”，就是平均池化。",
		Wrong: append([]chapters.WrongAnswer{
			{Name: "mean for max", Answer: meanPool, Says: "mean of each window"},
			{Name: "a window that does not fit", Answer: maxPoolCut, Says: "does not fit"},
			{Name: "the search begins at 0", Answer: maxPoolFromZero, Says: "begins with 0"},
			{Name: "the search begins at −100", Answer: maxPoolFrom(-100), Says: "with a cell of the window"},
			{Name: "windows side by side", Answer: maxPoolSideBySide, Says: "size cells apart"},
			{Name: "windows at every cell", Answer: maxPoolEverywhere, Says: "one cell apart"},
			{Name: "size and stride exchanged", Answer: maxPoolExchanged, Says: "Size and stride are exchanged."},
		}, frequentMaxPools()...),
		Cases:   maxPoolCases,
		Explain: explainMaxPool,
	}
}

// maxPoolCases begin with the smallest on which each mistake shows alone: one
// window (the mean), negative numbers only (a search from 0), numbers below any with which
// a search is likely to begin (−100, the smallest int), windows that
// overlap (a stride of size), windows apart (a stride of 1), a cell left over.
func maxPoolCases(r *rand.Rand) [][]any {
	cases := [][]any{
		{[][]float64{{1, 2}, {3, 5}}, 2, 2},
		{[][]float64{{-4, -2}, {-3, -1}}, 2, 2},
		{[][]float64{{-4e20, -2e20, -6e20, -5e20}, {-3e20, -1e20, -8e20, -7e20}}, 2, 2},
		{[][]float64{{1, 4, 2}, {3, 0, 7}, {6, 5, 8}}, 2, 1},
		{[][]float64{{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}, {13, 14, 15, 16}}, 2, 2},
		{[][]float64{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}, 2, 2},
		{fiveByFive, 3, 2},
	}
	for _, s := range [][4]int{{7, 7, 3, 2}, {6, 8, 2, 2}, {9, 5, 3, 3}, {5, 9, 2, 3}, {8, 8, 8, 1}} {
		cases = append(cases, []any{grid.RandomIntegers(r, s[0], s[1]), s[2], s[3]})
	}
	return cases
}

// fiveByFive has five rows and columns of whole numbers: windows of 3, 2 apart,
// fit twice and share their middle row and column.
var fiveByFive = [][]float64{{3, 1, 0, 2, 5}, {2, 4, 1, 0, 1}, {0, 9, 6, 3, 2}, {1, 0, 2, 8, 0}, {7, 2, 1, 4, 3}}

func maxPoolBackExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.5-2", Kind: chapters.Build, Title: "Send the gradient back through max pooling", TitleZH: "最大池化的反向传播",
		Task:   "Write func(x, dy [][]float64, size, stride int) [][]float64: x is what was pooled, dy holds the derivative of the loss by each number of the result. Return the derivative by each cell of x. Of equal largest values, the first one, row by row, is the one that was taken.",
		TaskZH: "编写 func(x, dy [][]float64, size, stride int) [][]float64：x 是池化的输入，dy 是损失对每个池化结果的导数。返回损失对 x 中每个像素的导数。若有几个相等的最大值，取用的是按行数第一个。",
		Args:   []string{"x", "dy", "size", "stride"},
		Hints: []string{
			"A cell of x that is nowhere the largest can change a little, and the result stays the same. What is its derivative?",
			"Go through the windows as in the forward pass and find, for each, the place of its largest value.",
			"Where windows overlap, one cell can be the largest of several. What does the chain rule do with several paths?",
			"Only a value that is really larger may take the place of the best one so far: then the first of equals stays.",
		},
		Stub:     func(x, dy [][]float64, size, stride int) [][]float64 { return nil },
		Solution: maxPoolBack,
		Lesson:   "The cells that are nowhere the largest get 0: they learn nothing from this picture. With mean pooling every cell of a window gets the same share.",
		LessonZH: "从未成为最大值的像素导数为 0，这幅图像对它们没有影响；平均池化则把导数平均分给窗口内的每个像素。",
		Wrong: []chapters.WrongAnswer{
			{Name: "the last of equals", Answer: backToLast, Says: "the last of them"},
			{Name: "all of equals", Answer: backToAll, Says: "all of them"},
			{Name: "equals share", Answer: backShared, Says: "Equal largest values share the derivative. Only one was taken: the first, row by row."},
			{Name: "the last window wins", Answer: backFromLastWindow, Says: "add them up"},
			{Name: "spread evenly", Answer: backToEveryCell, Says: "mean pooling"},
			{Name: "the value for the derivative", Answer: backWithValues, Says: "value itself"},
		},
		Cases:   maxPoolBackCases,
		Explain: explainMaxPoolBack,
	}
}

// maxPoolBackCases: one window without equals, one below any number with which a search is
// likely to begin, two equal values, and windows that
// share their largest cell; then random ones, with few different values, so that
// equals are common.
func maxPoolBackCases(r *rand.Rand) [][]any {
	cases := [][]any{
		{[][]float64{{1, 2}, {3, 0}}, [][]float64{{5}}, 2, 2},
		{[][]float64{{-2e20, -4e20}, {-3e20, -1e20}}, [][]float64{{4}}, 2, 2},
		{[][]float64{{1, 4}, {4, 0}}, [][]float64{{3}}, 2, 2},
		{[][]float64{{1, 2, 0}, {3, 9, 1}, {2, 0, 4}}, [][]float64{{1, 2}, {3, 5}}, 2, 1},
	}
	for _, s := range [][4]int{{5, 5, 3, 2}, {4, 6, 2, 2}, {7, 7, 3, 2}, {6, 4, 2, 1}} {
		x := grid.RandomIntegers(r, s[0], s[1])
		for _, row := range x {
			for j := range row {
				row[j] = math.Round(row[j] / 3)
			}
		}
		rows, cols := (s[0]-s[2])/s[3]+1, (s[1]-s[2])/s[3]+1
		cases = append(cases, []any{x, grid.RandomIntegers(r, rows, cols), s[2], s[3]})
	}
	return cases
}

func paperLevelExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.5-3", Kind: chapters.Compute, Title: "The windows of a pyramid level", TitleZH: "金字塔一层的窗口",
		Task:    "Write func(a, n int) (window, stride, count, lost int): the windows that the book lays on an axis of a cells to get n of them. Return the window ⌈a/n⌉, the stride ⌊a/n⌋, how many windows these really are, and how many cells at the end are in none of them. n is at most a.",
		TaskZH:  "编写 func(a, n int) (window, stride, count, lost int)：书中在长度为 a 的方向上取 n 个窗口。依次返回窗口大小 ⌈a/n⌉、步长 ⌊a/n⌋、实际得到的窗口个数，以及末尾不属于任何窗口的像素个数。n 不大于 a。",
		Args:    []string{"a", "n"},
		Results: []string{"window", "stride", "count", "lost"},
		Hints: []string{
			"In Go a / n with whole numbers rounds down. To round up, add something to a before you divide.",
			"How many windows of that size and stride fit is the formula of exercise 5.2b, without padding. It need not be n.",
			"Where does the last window end? What lies behind that is lost.",
		},
		Stub:     func(a, n int) (window, stride, count, lost int) { return 0, 0, 0, 0 },
		Solution: paperLevel,
		Lesson:   "14 cells with n = 4: windows of 4, 3 apart; they are 4 and lose one cell, the doubt of section 5.5.3. 7 cells with n = 4: they are 6.",
		LessonZH: "a = 14、n = 4 时窗口为 4、步长为 3，共 4 个，丢失 1 个像素，这正是 5.5.3 节的疑问；a = 7、n = 4 时则有 6 个窗口。",
		Wrong: []chapters.WrongAnswer{
			{Name: "floor for ceil", Answer: levelFloor, Says: "rounded up"},
			{Name: "one too many", Answer: levelOneMore, Says: "divides"},
			{Name: "ceil for floor in the stride", Answer: levelCeilStride, Says: "stride"},
			{Name: "n believed", Answer: levelBelieved, Says: "need not be n"},
			{Name: "rest of the division", Answer: levelRest, Says: "last window ends"},
		},
		Cases:   paperLevelCases,
		Explain: explainPaperLevel,
	}
}

func paperLevelCases(r *rand.Rand) [][]any {
	cases := [][]any{{2, 1}, {4, 2}, {3, 2}, {5, 3}, {13, 3}, {13, 2}, {13, 1}, {14, 4}, {7, 4}}
	for range 20 {
		a := 1 + r.IntN(40)
		cases = append(cases, []any{a, 1 + r.IntN(min(a, 8))})
	}
	return cases
}

func adaptiveEdgesExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.5-4", Kind: chapters.Compute, Title: "Bins that lose nothing", TitleZH: "不丢失任何像素的划分",
		Task:   "Write func(a, n int) [][]int: divide an axis of a cells into n bins so that every cell is in a bin. Bin i, counted from 0, begins with cell ⌊i·a/n⌋ and ends before cell ⌈(i+1)·a/n⌉. Return begin and end of each bin.",
		TaskZH: "编写 func(a, n int) [][]int：把长度为 a 的方向划分为 n 个区域，使每个像素都属于某个区域。第 i 个区域（从 0 数起）从第 ⌊i·a/n⌋ 个像素开始，到第 ⌈(i+1)·a/n⌉ 个像素之前结束。返回每个区域的起点和终点。",
		Args:   []string{"a", "n"},
		Hints: []string{
			"Do it by hand for 5 cells and 2 bins. Which cell is in both?",
			"Multiply before you divide: i·a/n is not i times the rounded a/n.",
			"To round a division of whole numbers up, add the divisor minus one to the number above the line.",
		},
		Stub:     func(a, n int) [][]int { return nil },
		Solution: adaptiveEdges,
		Lesson:   "These are the bins of cnnlib.AdaptivePool2D and of PyTorch's AdaptiveMaxPool2d: there are n of them at every size, and no cell is lost.",
		LessonZH: "这就是 cnnlib.AdaptivePool2D 与 PyTorch 的 AdaptiveMaxPool2d 的划分方式：无论尺寸多大都恰好 n 个区域，而且不丢失任何像素。",
		Wrong: []chapters.WrongAnswer{
			{Name: "floor at the end", Answer: edgesFloor, Says: "rounded up"},
			{Name: "divided first", Answer: edgesDivided, Says: "Multiply before you divide"},
			{Name: "the paper's windows", Answer: edgesPaper, Says: "fixed stride"},
			{Name: "last cell for the end", Answer: edgesLastCell, Says: "first cell behind"},
		},
		Cases:   adaptiveEdgesCases,
		Explain: explainAdaptiveEdges,
	}
}

// adaptiveEdgesCases: on 4 cells ends that lie one cell too early show; on 5, with 3 bins, each
// of the other mistakes has numbers of its own.
func adaptiveEdgesCases(r *rand.Rand) [][]any {
	cases := [][]any{{1, 1}, {4, 2}, {5, 3}, {14, 4}, {13, 3}}
	for range 20 {
		a := 1 + r.IntN(30)
		cases = append(cases, []any{a, 1 + r.IntN(8)})
	}
	return cases
}

func anySizeExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.5-5", Kind: chapters.Design, Title: "A network for pictures of any size", TitleZH: "接受任意尺寸图像的网络",
		Task:   "Write func() cnnlib.Sequential: a network that gives 10 numbers for a picture of 28×28, of 20×40 and of 7×7 cells (one channel), with the same weights for all of them. It begins with a convolution and ends with a dense layer.",
		TaskZH: "编写 func() cnnlib.Sequential：网络对 28×28、20×40、7×7 的单通道图像都输出 10 个数，并且使用同一组权重。网络以卷积层开始，以全连接层结束。",
		Hints: []string{
			"A convolution takes any size. What does the dense layer need?",
			"Between the two stands a layer that always gives the same number of numbers. Which layers of section 5.5 do?",
			"A map of 7×7 is small: look at what the paper's windows make of 7 cells with n of 4. Which mode is the zero value?",
		},
		Stub:     func() cnnlib.Sequential { return cnnlib.Sequential{} },
		Solution: anySizeNet,
		Lesson:   "GlobalAvgPool in place of the pyramid works too: it is a pyramid of one bin with the mean. It is smaller, and no longer knows where in the picture something was.",
		LessonZH: "用 GlobalAvgPool 代替金字塔池化也可以：它相当于只有一个区域、取平均值的金字塔。参数更少，但不再知道特征出现在图像的什么位置。",
		Wrong: []chapters.WrongAnswer{
			{Name: "flatten", Answer: flattenNet, Says: "same weights cannot serve"},
			{Name: "the paper's windows", Answer: paperWindowsNet, Says: "use AdaptiveBins"},
			{Name: "no dense layer", Answer: noDenseNet, Says: "want [10]"},
			{Name: "no convolution", Answer: noConvolutionNet, Says: "begins with"},
			{Name: "a window that does not fit", Answer: largeWindowNet, Says: "7×7"},
		},
		Judge: judgeAnySize,
	}
}

// anySizes are pictures that the network must take: MNIST's, a wide one, and one so small
// that the paper's windows fail on its map.
var anySizes = [][2]int{{28, 28}, {20, 40}, {7, 7}}

// judgeAnySize asks the layers for their shapes and parameters, then runs the
// network on a piece of the computed scene of each size.
func judgeAnySize(_ context.Context, backend compute.Backend, answer any) (bool, string) {
	net := answer.(func() cnnlib.Sequential)()
	if len(net) == 0 {
		return false, "the network has no layers; expected a convolution, something that gives a fixed number of numbers, and a dense layer."
	}
	if _, ok := net[0].(cnnlib.Conv2D); !ok {
		return false, fmt.Sprintf("the network begins with %v, want a Conv2D.", net[0])
	}
	first := 0
	for i, size := range anySizes {
		in := cnnlib.Shape{size[0], size[1], 1}
		out, err := net.OutShape(in)
		if err != nil {
			return false, fmt.Sprintf("a picture of %d×%d cells is refused: %v", size[0], size[1], err)
		}
		if !out.Equal(cnnlib.Shape{10}) {
			return false, fmt.Sprintf("of a picture of %d×%d cells the network makes %v, want [10].", size[0], size[1], []int(out))
		}
		params := net.Params(in)
		if i == 0 {
			first = params
		}
		if params != first {
			return false, fmt.Sprintf("the network needs %d parameters for %d×%d cells and %d for %d×%d: the same weights cannot serve both. The dense layer gets vectors of different length.",
				first, anySizes[0][0], anySizes[0][1], params, size[0], size[1])
		}
	}
	if _, ok := net[len(net)-1].(cnnlib.Dense); !ok {
		return false, fmt.Sprintf("the network ends with %v, want a Dense.", net[len(net)-1])
	}
	for _, size := range anySizes {
		scene, err := data.Scene(size[0], size[1])
		if err != nil {
			return false, err.Error()
		}
		x, err := cnnlib.FromMatrix(scene)
		if err != nil {
			return false, err.Error()
		}
		if _, err := cnnlib.Run(backend, net, x); err != nil {
			return false, err.Error()
		}
	}
	return true, fmt.Sprintf("10 numbers for each of %d sizes, from the same %d parameters.", len(anySizes), first)
}
