package pooling

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib/ref"
)

func poolingExercises() []chapters.Exercise {
	return []chapters.Exercise{maxPoolExercise(), maxPoolGradientExercise(), paperWindowExercise(), adaptiveBinsExercise(), anySizeExercise()}
}

func maxPoolExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.5", Kind: chapters.Build, Title: "Write the max-pooling loop", TitleZH: "编写最大池化的循环",
		TaskZH:   "编写 func(x [][]float64, size, stride int) [][]float64：窗口为 size × size 个像素，每次移动 stride 个像素，取每个窗口的最大值。放不下的窗口舍去。",
		Lesson:   "The size is that of a convolution without padding. Take out the comparison and divide the sum instead, and it is mean pooling.",
		LessonZH: "输出尺寸与不填充的卷积相同。把“取最大”换成“求和再除以像素个数”，就是平均池化。",
		Task:     "Write func(x [][]float64, size, stride int) [][]float64: windows of size × size cells, stride cells apart, and the largest value of each. A window that does not fit into x is left out.",
		Args:     []string{"x", "size", "stride"},
		Hints: []string{
			"How many windows of 3 cells, 2 apart, fit on 7 cells? And on 8? The count is that of a convolution without padding.",
			"The upper left cell of the window for result cell (i, j) is not (i, j): it moves stride cells at a time.",
			"Begin the search for the largest value with a value of the window itself. What happens with 0 if all are negative?",
		},
		Stub:     func(x [][]float64, size, stride int) [][]float64 { return nil },
		Solution: maxPoolLoop,
		Wrong: []chapters.WrongAnswer{
			{Name: "mean for max", Answer: meanPoolLoop, Says: "mean of each window"},
			{Name: "a window that does not fit", Answer: maxPoolCut, Says: "does not fit"},
			{Name: "the search begins at 0", Answer: func(x [][]float64, size, stride int) [][]float64 {
				return atLeastZero(maxPoolLoop(x, size, stride))
			}, Says: "begins with 0"},
			{Name: "windows side by side", Answer: func(x [][]float64, size, stride int) [][]float64 { return maxPoolLoop(x, size, size) }, Says: "size cells apart"},
			{Name: "windows at every cell", Answer: func(x [][]float64, size, stride int) [][]float64 { return maxPoolLoop(x, size, 1) }, Says: "one cell apart"},
		},
		Cases:   maxPoolCases,
		Explain: explainMaxPool,
	}
}

// pooledBy slides windows over x and makes one number of the cells of each. With
// cut, windows that begin inside x but reach over its end are counted too.
func pooledBy(x [][]float64, size, stride int, cut bool, combine func(cells []float64) float64) [][]float64 {
	starts := func(n int) (list []int) {
		for at := 0; at+size <= n || cut && at < n; at += stride {
			list = append(list, at)
		}
		return list
	}
	var out [][]float64
	for _, top := range starts(len(x)) {
		var row []float64
		for _, left := range starts(len(x[0])) {
			var cells []float64
			for _, line := range x[top:min(top+size, len(x))] {
				cells = append(cells, line[left:min(left+size, len(line))]...)
			}
			row = append(row, combine(cells))
		}
		out = append(out, row)
	}
	return out
}

func meanPoolLoop(x [][]float64, size, stride int) [][]float64 {
	return pooledBy(x, size, stride, false, meanOfWindow)
}

func meanOfWindow(cells []float64) float64 {
	sum := 0.0
	for _, v := range cells {
		sum += v
	}
	return sum / float64(len(cells))
}

// maxPoolCut counts windows that do not fit.
func maxPoolCut(x [][]float64, size, stride int) [][]float64 {
	return pooledBy(x, size, stride, true, slices.Max[[]float64])
}

func atLeastZero(m [][]float64) [][]float64 {
	for _, row := range m {
		for j := range row {
			row[j] = max(row[j], 0)
		}
	}
	return m
}

// maxPoolCases begin with the smallest on which each mistake shows alone: one
// window (the mean), negative numbers only (a search from 0), windows that
// overlap (a stride of size), windows apart (a stride of 1), a cell left over.
func maxPoolCases(r *rand.Rand) [][]any {
	cases := [][]any{
		{[][]float64{{1, 2}, {3, 5}}, 2, 2},
		{[][]float64{{-4, -2}, {-3, -1}}, 2, 2},
		{[][]float64{{1, 4, 2}, {3, 0, 7}, {6, 5, 8}}, 2, 1},
		{[][]float64{{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}, {13, 14, 15, 16}}, 2, 2},
		{[][]float64{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}, 2, 2},
		{pooledBook, 3, 2},
	}
	for _, s := range [][4]int{{7, 7, 3, 2}, {6, 8, 2, 2}, {9, 5, 3, 3}, {5, 9, 2, 3}, {8, 8, 8, 1}} {
		cases = append(cases, []any{grid.RandomIntegers(r, s[0], s[1]), s[2], s[3]})
	}
	return cases
}

// pooledBook has five rows and columns of whole numbers: windows of 3, 2 apart,
// fit twice and share their middle row and column.
var pooledBook = [][]float64{{3, 1, 0, 2, 5}, {2, 4, 1, 0, 1}, {0, 9, 6, 3, 2}, {1, 0, 2, 8, 0}, {7, 2, 1, 4, 3}}

// asMatrix returns a result as a matrix, nil where it is none or has no numbers.
func asMatrix(v any) [][]float64 {
	m, _ := v.([][]float64)
	if len(m) == 0 || len(m[0]) == 0 {
		return nil
	}
	return m
}

func explainMaxPool(args []any, want, got any) string {
	x, size, stride := args[0].([][]float64), args[1].(int), args[2].(int)
	g := asMatrix(got)
	is := func(m [][]float64) bool { return ref.EqualWithin(m, g, 1e-9) } // cases hold small integers
	switch {
	case is(meanPoolLoop(x, size, stride)):
		return "These are the numbers of mean pooling, the mean of each window. Take the largest value of each."
	case is(maxPoolCut(x, size, stride)):
		return fmt.Sprintf("A window is counted that does not fit: of %d rows only windows that end in row %d or before are used.", len(x), len(x))
	case is(atLeastZero(maxPoolLoop(x, size, stride))):
		return "The search for the largest value begins with 0, which is larger than a negative number. Begin with a cell of the window."
	case is(maxPoolLoop(x, size, size)):
		return "The windows are size cells apart, side by side. They should be stride cells apart, so that they overlap where stride is smaller."
	case is(maxPoolLoop(x, size, 1)):
		return "The windows are one cell apart, as in a convolution without stride. They should be stride cells apart."
	}
	return ""
}

func maxPoolGradientExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.5-2", Kind: chapters.Build, Title: "Send the gradient back through max pooling", TitleZH: "最大池化的反向传播",
		TaskZH:   "编写 func(x, dy [][]float64, size, stride int) [][]float64：x 是池化的输入，dy 是损失对每个池化结果的导数。返回损失对 x 中每个像素的导数。若有几个相等的最大值，取用的是按行数第一个。",
		Lesson:   "The cells that are nowhere the largest get 0: they learn nothing from this picture. With mean pooling every cell of a window gets the same share.",
		LessonZH: "从未成为最大值的像素导数为 0，这幅图像对它们没有影响；平均池化则把导数平均分给窗口内的每个像素。",
		Task:     "Write func(x, dy [][]float64, size, stride int) [][]float64: x is what was pooled, dy holds the derivative of the loss by each number of the result. Return the derivative by each cell of x. Of equal largest values, the first one, row by row, is the one that was taken.",
		Args:     []string{"x", "dy", "size", "stride"},
		Hints: []string{
			"A cell of x that is nowhere the largest can change a little, and the result stays the same. What is its derivative?",
			"Go through the windows as in the forward pass and find, for each, the place of its largest value.",
			"Where windows overlap, one cell can be the largest of several. What does the chain rule do with several paths?",
			"Only a value that is really larger may take the place of the best one so far: then the first of equals stays.",
		},
		Stub:     func(x, dy [][]float64, size, stride int) [][]float64 { return nil },
		Solution: maxPoolBack,
		Wrong: []chapters.WrongAnswer{
			{Name: "the last of equals", Answer: func(x, dy [][]float64, size, stride int) [][]float64 {
				return poolBack(x, dy, size, stride, lastLargest, true)
			}, Says: "the last of them"},
			{Name: "all of equals", Answer: func(x, dy [][]float64, size, stride int) [][]float64 {
				return poolBack(x, dy, size, stride, allLargest, true)
			}, Says: "all of them"},
			{Name: "the last window wins", Answer: func(x, dy [][]float64, size, stride int) [][]float64 {
				return poolBack(x, dy, size, stride, firstLargest, false)
			}, Says: "add them up"},
			{Name: "spread evenly", Answer: func(x, dy [][]float64, size, stride int) [][]float64 {
				return poolBack(x, dy, size, stride, everyCell, true)
			}, Says: "mean pooling"},
			{Name: "the value for the derivative", Answer: func(x, dy [][]float64, size, stride int) [][]float64 {
				return poolBack(x, maxPoolLoop(x, size, stride), size, stride, firstLargest, true)
			}, Says: "value itself"},
		},
		Cases:   maxPoolBackCases,
		Explain: explainMaxPoolBack,
	}
}

// poolBack sends each derivative back with the shares that a rule gives the cells
// of its window. Without add, a later window overwrites an earlier one.
func poolBack(x, dy [][]float64, size, stride int, shares func(cells []float64) []float64, add bool) [][]float64 {
	dx := make([][]float64, len(x))
	for i := range dx {
		dx[i] = make([]float64, len(x[i]))
	}
	for i := range dy {
		for j := range dy[i] {
			var cells []float64
			for a := range size {
				cells = append(cells, x[i*stride+a][j*stride:j*stride+size]...)
			}
			for k, share := range shares(cells) {
				cell := &dx[i*stride+k/size][j*stride+k%size]
				switch {
				case share == 0:
				case add:
					*cell += share * dy[i][j]
				default:
					*cell = share * dy[i][j]
				}
			}
		}
	}
	return dx
}

func firstLargest(cells []float64) []float64 {
	shares := make([]float64, len(cells))
	shares[slices.Index(cells, slices.Max(cells))] = 1
	return shares
}

func lastLargest(cells []float64) []float64 {
	shares, best := make([]float64, len(cells)), 0
	for i, v := range cells {
		if v >= cells[best] {
			best = i
		}
	}
	shares[best] = 1
	return shares
}

func allLargest(cells []float64) []float64 {
	shares, largest := make([]float64, len(cells)), slices.Max(cells)
	for i, v := range cells {
		if v == largest {
			shares[i] = 1
		}
	}
	return shares
}

func everyCell(cells []float64) []float64 {
	shares := make([]float64, len(cells))
	for i := range shares {
		shares[i] = 1 / float64(len(cells))
	}
	return shares
}

// maxPoolBackCases: one window without equals, two equal values, and windows that
// share their largest cell; then random ones, with few different values, so that
// equals are common.
func maxPoolBackCases(r *rand.Rand) [][]any {
	cases := [][]any{
		{[][]float64{{1, 2}, {3, 0}}, [][]float64{{5}}, 2, 2},
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

func explainMaxPoolBack(args []any, want, got any) string {
	x, dy, size, stride := args[0].([][]float64), args[1].([][]float64), args[2].(int), args[3].(int)
	g := asMatrix(got)
	is := func(shares func([]float64) []float64, add bool) bool {
		return ref.EqualWithin(poolBack(x, dy, size, stride, shares, add), g, 1e-9) // cases hold small integers
	}
	switch {
	case is(everyCell, true):
		return "The derivative is spread evenly over the window. That is the gradient of mean pooling; here only the largest cell made the result."
	case is(lastLargest, true):
		return "Of equal largest values, the last of them gets the derivative. It belongs to the first: replace the best value only by a larger one, not by an equal one."
	case is(allLargest, true):
		return "Of equal largest values, all of them get the whole derivative. Only one was taken: the first, row by row."
	case is(firstLargest, false):
		return "A cell is the largest of several windows, and only the last derivative is kept. By the chain rule, add them up."
	case ref.EqualWithin(poolBack(x, maxPoolLoop(x, size, stride), size, stride, firstLargest, true), g, 1e-9):
		return "The value itself stands where its derivative should: take the number from dy."
	}
	return ""
}

func paperWindowExercise() chapters.Exercise {
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
			{Name: "floor for ceil", Answer: func(a, n int) (int, int, int, int) { return levelOf(a, a/n, a/n) }, Says: "rounded up"},
			{Name: "one too many", Answer: func(a, n int) (int, int, int, int) { return levelOf(a, a/n+1, a/n) }, Says: "divides"},
			{Name: "ceil for floor in the stride", Answer: func(a, n int) (int, int, int, int) { return levelOf(a, (a+n-1)/n, (a+n-1)/n) }, Says: "stride"},
			{Name: "n believed", Answer: func(a, n int) (int, int, int, int) {
				w, s, _, _ := paperLevel(a, n)
				return w, s, n, max(0, a-(n-1)*s-w)
			}, Says: "need not be n"},
			{Name: "rest of the division", Answer: func(a, n int) (int, int, int, int) { w, s, c, _ := paperLevel(a, n); return w, s, c, a % n }, Says: "last window ends"},
		},
		Cases: func(r *rand.Rand) [][]any {
			cases := [][]any{{2, 1}, {4, 2}, {3, 2}, {5, 3}, {13, 3}, {13, 2}, {13, 1}, {14, 4}, {7, 4}}
			for range 20 {
				a := 1 + r.IntN(40)
				cases = append(cases, []any{a, 1 + r.IntN(min(a, 8))})
			}
			return cases
		},
		Explain: explainPaperLevel,
	}
}

// levelOf lays windows on an axis of a cells.
func levelOf(a, window, stride int) (int, int, int, int) {
	count := (a-window)/stride + 1
	return window, stride, count, a - (count-1)*stride - window
}

func explainPaperLevel(args []any, want, got any) string {
	a, n := args[0].(int), args[1].(int)
	var w, g [4]int // window, stride, count, lost
	for i := range w {
		w[i], g[i] = want.([]any)[i].(int), got.([]any)[i].(int)
	}
	switch {
	case g[0] == a/n+1 && w[0] == a/n:
		return fmt.Sprintf("n divides %d, so that ⌈%d/%d⌉ is %d and not one more.", a, a, n, w[0])
	case g[0] == a/n && w[0] != a/n:
		return fmt.Sprintf("The window is ⌈a/n⌉, rounded up: %d/%d lies between %d and %d.", a, n, a/n, a/n+1)
	case g[0] != w[0]:
		return "The window is wrong: it is ⌈a/n⌉."
	case g[1] != w[1]:
		return fmt.Sprintf("The stride is ⌊a/n⌋, rounded down: %d.", w[1])
	case g[2] != w[2] && g[2] == n:
		return fmt.Sprintf("The windows need not be n: count how many windows of %d cells, %d apart, fit on %d.", w[0], w[1], a)
	case g[2] != w[2]:
		return "The number of windows is wrong: it is that of a convolution without padding."
	}
	return "The lost cells are those behind the place where the last window ends: count from there, not from a division."
}

func adaptiveBinsExercise() chapters.Exercise {
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
			{Name: "floor at the end", Answer: func(a, n int) [][]int {
				return edgesOf(n, func(i int) (int, int) { return i * a / n, (i + 1) * a / n })
			}, Says: "rounded up"},
			{Name: "divided first", Answer: func(a, n int) [][]int {
				return edgesOf(n, func(i int) (int, int) { return i * (a / n), (i + 1) * (a / n) })
			}, Says: "Multiply before you divide"},
			{Name: "the paper's windows", Answer: func(a, n int) [][]int {
				return edgesOf(n, func(i int) (int, int) { return i * (a / n), i*(a/n) + (a+n-1)/n })
			}, Says: "fixed stride"},
			{Name: "last cell for the end", Answer: func(a, n int) [][]int {
				return edgesOf(n, func(i int) (int, int) { return i * a / n, ((i+1)*a+n-1)/n - 1 })
			}, Says: "first cell behind"},
		},
		Cases: func(r *rand.Rand) [][]any {
			// On 4 cells ends that lie one cell too early show; on 5, with 3 bins, each of the
			// other mistakes has numbers of its own.
			cases := [][]any{{1, 1}, {4, 2}, {5, 3}, {14, 4}, {13, 3}}
			for range 20 {
				a := 1 + r.IntN(30)
				cases = append(cases, []any{a, 1 + r.IntN(8)})
			}
			return cases
		},
		Explain: explainAdaptiveEdges,
	}
}

// edgesOf lists begin and end of n bins.
func edgesOf(n int, bin func(i int) (from, to int)) (bins [][]int) {
	for i := range n {
		from, to := bin(i)
		bins = append(bins, []int{from, to})
	}
	return bins
}

func explainAdaptiveEdges(args []any, want, got any) string {
	a, n := args[0].(int), args[1].(int)
	g, _ := got.([][]int)
	if len(g) != n {
		return fmt.Sprintf("Return begin and end of each of the %d bins: %d rows of two numbers.", n, n)
	}
	whole, up := a/n, (a+n-1)/n
	is := func(bin func(i int) (int, int)) bool {
		return slices.EqualFunc(g, edgesOf(n, bin), slices.Equal[[]int])
	}
	switch {
	case is(func(i int) (int, int) { return i * a / n, ((i+1)*a+n-1)/n - 1 }):
		return "Each end is one too small: it is the first cell behind the bin, as in a slice of Go."
	case is(func(i int) (int, int) { return i * a / n, (i + 1) * a / n }):
		return "The ends are rounded down; they should be rounded up."
	case is(func(i int) (int, int) { return i * whole, (i + 1) * whole }):
		return "a/n is rounded before it is multiplied, so that the rest of the division is lost at the end. Multiply before you divide."
	case is(func(i int) (int, int) { return i * whole, i*whole + up }):
		return "These are the windows of the paper, with a fixed stride; cells at the end can be lost. Here every bin has its own place."
	}
	return ""
}
