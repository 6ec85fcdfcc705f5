package pooling

import (
	"fmt"
	"slices"

	"cnnbook/chapters"
	"cnnbook/chapters/mistakes"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
)

// What plausible mistakes compute, and how they are told to the reader. Cases hold small
// integers, so that results are compared to 1e-9.

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

func meanPool(x [][]float64, size, stride int) [][]float64 {
	return pooledBy(x, size, stride, false, func(cells []float64) float64 {
		sum := 0.0
		for _, v := range cells {
			sum += v
		}
		return sum / float64(len(cells))
	})
}

// maxPoolCut counts windows that do not fit.
func maxPoolCut(x [][]float64, size, stride int) [][]float64 {
	return pooledBy(x, size, stride, true, slices.Max[[]float64])
}

// maxPoolFrom begins the search for the largest value with a number.
func maxPoolFrom(first float64) func(x [][]float64, size, stride int) [][]float64 {
	return func(x [][]float64, size, stride int) [][]float64 {
		return pooledBy(x, size, stride, false, func(cells []float64) float64 { return max(first, slices.Max(cells)) })
	}
}

func maxPoolFromZero(x [][]float64, size, stride int) [][]float64 {
	return maxPoolFrom(0)(x, size, stride)
}

func maxPoolSideBySide(x [][]float64, size, _ int) [][]float64 { return maxPoolLoop(x, size, size) }

func maxPoolEverywhere(x [][]float64, size, _ int) [][]float64 { return maxPoolLoop(x, size, 1) }

// maxPoolExchanged takes windows of stride cells, size apart.
func maxPoolExchanged(x [][]float64, size, stride int) [][]float64 {
	return maxPoolLoop(x, stride, size)
}

// frequentMaxPools are the wrong loops that more than one exercise knows.
func frequentMaxPools() (wrong []chapters.WrongAnswer) {
	for _, m := range mistakes.OfPooling() {
		wrong = append(wrong, chapters.WrongAnswer{Name: m.Name, Answer: m.Answer, Says: m.Says})
	}
	return wrong
}

// asMatrix returns a result as a matrix, nil if it is none or has no numbers.
func asMatrix(v any) [][]float64 {
	m, _ := v.([][]float64)
	if len(m) == 0 || len(m[0]) == 0 {
		return nil
	}
	return m
}

func explainMaxPool(args []any, want, got any) string {
	x, g := args[0].([][]float64), asMatrix(got)
	size, stride := args[1].(int), args[2].(int)
	is := func(wrong func([][]float64, int, int) [][]float64) bool {
		return ref.EqualWithin(wrong(x, size, stride), g, 1e-9)
	}
	switch {
	case is(meanPool):
		return "These are the numbers of mean pooling, the mean of each window. Take the largest value of each."
	case is(maxPoolCut):
		return fmt.Sprintf("A window is counted that does not fit: of %d rows only windows that end in row %d or before are used.", len(x), len(x))
	case is(maxPoolFromZero):
		return "The search for the largest value begins with 0, which is larger than a negative number. Begin with a cell of the window."
	case g != nil && g[0][0] > slices.Max(slices.Concat(x...)) && is(maxPoolFrom(g[0][0])):
		return fmt.Sprintf("%s is no number of x: the search for the largest value begins with it, and all of the window are smaller. Begin with a cell of the window.", chapters.FormatNumber(g[0][0]))
	case is(maxPoolSideBySide):
		return "The windows are size cells apart, side by side. They should be stride cells apart, so that they overlap if stride is smaller."
	case is(maxPoolEverywhere):
		return "The windows are one cell apart, as in a convolution without stride. They should be stride cells apart."
	}
	return ""
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

func sharedLargest(cells []float64) []float64 {
	shares, sum := allLargest(cells), 0.0
	for _, v := range shares {
		sum += v
	}
	for i := range shares {
		shares[i] /= sum
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

func backToLast(x, dy [][]float64, size, stride int) [][]float64 {
	return poolBack(x, dy, size, stride, lastLargest, true)
}

func backToAll(x, dy [][]float64, size, stride int) [][]float64 {
	return poolBack(x, dy, size, stride, allLargest, true)
}

func backShared(x, dy [][]float64, size, stride int) [][]float64 {
	return poolBack(x, dy, size, stride, sharedLargest, true)
}

func backFromLastWindow(x, dy [][]float64, size, stride int) [][]float64 {
	return poolBack(x, dy, size, stride, firstLargest, false)
}

func backToEveryCell(x, dy [][]float64, size, stride int) [][]float64 {
	return poolBack(x, dy, size, stride, everyCell, true)
}

// backWithValues sends the pooled values back, not their derivatives.
func backWithValues(x, _ [][]float64, size, stride int) [][]float64 {
	return poolBack(x, maxPoolLoop(x, size, stride), size, stride, firstLargest, true)
}

func explainMaxPoolBack(args []any, want, got any) string {
	x, dy, size, stride := args[0].([][]float64), args[1].([][]float64), args[2].(int), args[3].(int)
	g := asMatrix(got)
	is := func(wrong func(x, dy [][]float64, size, stride int) [][]float64) bool {
		return ref.EqualWithin(wrong(x, dy, size, stride), g, 1e-9)
	}
	switch {
	case is(backToEveryCell):
		return "The derivative is spread evenly over the window. That is the gradient of mean pooling; here only the largest cell made the result."
	case is(backToLast):
		return "Of equal largest values, the last of them gets the derivative. It belongs to the first: replace the best value only by a larger one, not by an equal one."
	case is(backToAll):
		return "Of equal largest values, all of them get the whole derivative. Only one was taken: the first, row by row."
	case is(backFromLastWindow):
		return "A cell is the largest of several windows, and only the last derivative is kept. By the chain rule, add them up."
	case is(backWithValues):
		return "The value itself stands where its derivative should: take the number from dy."
	}
	return ""
}

// levelOf lays windows on an axis of a cells, and counts them and the cells behind them.
func levelOf(a, window, stride int) (int, int, int, int) {
	count := (a-window)/stride + 1
	return window, stride, count, a - (count-1)*stride - window
}

func levelFloor(a, n int) (window, stride, count, lost int) { return levelOf(a, a/n, a/n) }

func levelOneMore(a, n int) (window, stride, count, lost int) { return levelOf(a, a/n+1, a/n) }

func levelCeilStride(a, n int) (window, stride, count, lost int) {
	up := (a + n - 1) / n
	return levelOf(a, up, up)
}

func levelBelieved(a, n int) (window, stride, count, lost int) {
	window, stride, _, _ = paperLevel(a, n)
	return window, stride, n, max(0, a-(n-1)*stride-window)
}

func levelRest(a, n int) (window, stride, count, lost int) {
	window, stride, count, _ = paperLevel(a, n)
	return window, stride, count, a % n
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

// edgesOf lists begin and end of n bins.
func edgesOf(n int, bin func(i int) (from, to int)) (bins [][]int) {
	for i := range n {
		from, to := bin(i)
		bins = append(bins, []int{from, to})
	}
	return bins
}

func edgesFloor(a, n int) [][]int {
	return edgesOf(n, func(i int) (int, int) { return i * a / n, (i + 1) * a / n })
}

func edgesDivided(a, n int) [][]int {
	return edgesOf(n, func(i int) (int, int) { return i * (a / n), (i + 1) * (a / n) })
}

func edgesPaper(a, n int) [][]int {
	return edgesOf(n, func(i int) (int, int) { return i * (a / n), i*(a/n) + (a+n-1)/n })
}

func edgesLastCell(a, n int) [][]int {
	return edgesOf(n, func(i int) (int, int) { return i * a / n, ((i+1)*a+n-1)/n - 1 })
}

func explainAdaptiveEdges(args []any, want, got any) string {
	a, n := args[0].(int), args[1].(int)
	g, _ := got.([][]int)
	if len(g) != n {
		return fmt.Sprintf("Return begin and end of each of the %d bins: %d rows of two numbers.", n, n)
	}
	is := func(wrong func(a, n int) [][]int) bool { return slices.EqualFunc(g, wrong(a, n), slices.Equal) }
	switch {
	case is(edgesLastCell):
		return "Each end is one too small: it is the first cell behind the bin, as in a slice of Go."
	case is(edgesFloor):
		return "The ends are rounded down; they should be rounded up."
	case is(edgesDivided):
		return "a/n is rounded before it is multiplied, so that the rest of the division is lost at the end. Multiply before you divide."
	case is(edgesPaper):
		return "These are the windows of the paper, with a fixed stride; cells at the end can be lost. Here every bin has its own place."
	}
	return ""
}

func flattenNet() cnnlib.Sequential {
	return cnnlib.Sequential{cnnlib.Conv2D{Channels: 8, Kernel: 3}, cnnlib.Flatten{}, cnnlib.Dense{Units: 10}}
}

func paperWindowsNet() cnnlib.Sequential {
	return cnnlib.Sequential{
		cnnlib.Conv2D{Channels: 8, Kernel: 3, Padding: cnnlib.Same},
		cnnlib.SpatialPyramidPool{Bins: []int{4, 2, 1}, Mode: cnnlib.PaperWindows},
		cnnlib.Dense{Units: 10},
	}
}

func noDenseNet() cnnlib.Sequential { return anySizeNet()[:2] }

func noConvolutionNet() cnnlib.Sequential { return anySizeNet()[1:] }

func largeWindowNet() cnnlib.Sequential {
	return append(cnnlib.Sequential{cnnlib.Conv2D{Channels: 8, Kernel: 5}, cnnlib.MaxPool2D{Window: 4}}, anySizeNet()[1:]...)
}
