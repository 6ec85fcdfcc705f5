package checkerboard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
)

// causeClaims are the statements of 5.20.1, why there is a checkerboard.
func causeClaims() []chapters.Claim {
	return []chapters.Claim{
		{
			ID: "5.20/1", Quote: "图像生成网络的上采样部分通常用反卷积网络", Book: "generators usually enlarge by transposed convolutions", Verdict: chapters.Opinion,
			Note: "A statement about habit; nothing to compute.",
		},
		{
			ID: "5.20/2", Quote: "不合理的卷积核大小和步长会使反卷积操作产生棋盘效应", Book: "some kernel sizes and strides make the result uneven", Verdict: chapters.Holds,
			Note:  "With equal weights the bad ones are those whose stride does not divide the kernel size, and no others.",
			Check: checkUnevenSettings,
		},
		{
			ID: "5.20/3", Quote: "stride = 2, size = 3", Book: "1 1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 1", Verdict: chapters.Holds,
			Want:  []int{1, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 1},
			Check: checkStampCounts(3, 2),
		},
		{
			ID: "5.20/4", Quote: "Stride=2,size=5", Book: "1 1 2 2 3 2 3 2 3 2 3 2 3 2 3 2 2 1 1", Verdict: chapters.Holds,
			Want:  []int{1, 1, 2, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 2, 1, 1},
			Check: checkStampCounts(5, 2),
		},
		{
			ID: "5.20/5", Quote: "两个轴上的不均匀重叠相乘", Book: "counts of the rows times counts of the columns: 1, 2, 4 for size 3, stride 2", Verdict: chapters.Holds,
			Want:  []int{1, 2, 4},
			Check: checkAxesMultiply,
		},
		{
			ID: "5.20/6", Quote: "所以它的不均匀性是原来的平方", Book: "the ratio of most to fewest is squared in 2-D", Verdict: chapters.Holds,
			Check: checkRatioSquared,
		},
		{
			ID: "5.20/7", Quote: "反卷积的输出是其输入的两倍", Book: "stride 2, size 3: every output is 2 times the input in 1-D, 4 times in 2-D", Verdict: chapters.Differs, Erratum: "E02",
			Note:   "A mistranslation of Distill's article: some outputs get twice as many inputs as others in 1-D, and four times as many in 2-D. Read as sizes, 2 and 4 times would hold for every kernel at stride 2 and would say nothing about the checkerboard.",
			NoteZH: "这是对 Distill 原文的误译：原意是一维时某些输出接收到的输入个数是其他输出的两倍，二维时是四倍。若理解为尺寸，则步长为 2 时任何卷积核都是 2 倍和 4 倍，与棋盘效应无关。",
			Check:  checkTwiceTheInput,
		},
		{
			ID: "5.20/8", Quote: "这些堆栈的反卷积可以消除棋盘效应", Book: "a stack can cancel the pattern", Verdict: chapters.Holds,
			Check: checkStackCancels,
		},
		{
			ID: "5.20/9", Quote: "但它们经常混合,在更多尺度上产生棋盘效应", Book: "stacks often have the pattern on several scales", Verdict: chapters.Holds,
			Note:  "Two layers with stride 2 can have periods of 2 and of 4 cells.",
			Check: checkStackScales,
		},
		{
			ID: "5.20/10", Quote: "该部分却有深深浅浅的近黑方块组成", Book: "an even area comes out as squares of several greys", Verdict: chapters.Holds,
			Check: checkEvenAreaOfGreys,
		},
		{
			ID: "5.20/11", Quote: "很像棋盘的网格,即棋盘效应", Book: "generated pictures show a grid like that of a chessboard", Verdict: chapters.Holds,
			Note:  "Strong before training. Training on digits makes it small, since it costs squared error, but not zero.",
			Check: checkTrainedDrawGrid,
		},
	}
}

// bookInputs is how many inputs the book's pictures of stamps have.
const bookInputs = 8

// checkUnevenSettings tries every kernel size up to 7 with every stride up to 4.
func checkUnevenSettings(c chapters.Check) chapters.Finding {
	even, uneven, exceptions := 0, 0, 0
	for k := 1; k <= 7; k++ {
		for s := 1; s <= 4; s++ {
			m := chapters.Must(Stamps(c.Backend, 1, 2*bookInputs, k, s))
			flat := len(innerLevels(m, k)) == 1 // k cells from the border no stamp is missing
			if flat {
				even++
			} else {
				uneven++
			}
			if flat != (k%s == 0) {
				exceptions++
			}
		}
	}
	return chapters.HoldsIf(uneven > 0 && exceptions == 0,
		"sizes 1 to 7, strides 1 to 4: %d even, %d uneven; the stride divides the size exactly in the even ones, with %d exceptions", even, uneven, exceptions)
}

func checkStampCounts(kernel, stride int) func(chapters.Check) chapters.Finding {
	return func(c chapters.Check) chapters.Finding {
		m := chapters.Must(Stamps(c.Backend, 1, bookInputs, kernel, stride))
		return c.Found(m[0])
	}
}

// checkAxesMultiply compares the counts of a plane with the products of the counts of its axes.
func checkAxesMultiply(c chapters.Check) chapters.Finding {
	axis := chapters.Must(Stamps(c.Backend, 1, bookInputs, 3, 2))[0]
	plane := chapters.Must(Stamps(c.Backend, bookInputs, bookInputs, 3, 2))
	products := make([][]float64, len(axis))
	for i, row := range axis {
		for _, column := range axis {
			products[i] = append(products[i], row*column)
		}
	}
	if !ref.EqualWithin(plane, products, 0) {
		return chapters.HoldsIf(false, "the counts %v are not the products of %v", plane, axis)
	}
	return c.Found(innerLevels(plane, 3))
}

// checkRatioSquared compares the ratios on one and two axes.
func checkRatioSquared(check chapters.Check) chapters.Finding {
	squared := true
	var parts []string
	for _, c := range []struct{ k, s int }{{3, 2}, {5, 2}, {5, 3}, {4, 2}, {6, 3}, {2, 2}} {
		ratio := func(h int) float64 {
			l := innerLevels(chapters.Must(Stamps(check.Backend, h, bookInputs, c.k, c.s)), c.k)
			return l[len(l)-1] / l[0]
		}
		axis, plane := ratio(1), ratio(bookInputs)
		squared = squared && plane == axis*axis
		parts = append(parts, fmt.Sprintf("size %d, stride %d: %s → %s", c.k, c.s, chapters.FormatNumber(axis), chapters.FormatNumber(plane)))
	}
	return chapters.HoldsIf(squared, "%s", strings.Join(parts, "; "))
}

func checkTwiceTheInput(c chapters.Check) chapters.Finding {
	one := innerLevels(chapters.Must(Stamps(c.Backend, 1, bookInputs, 3, 2)), 3)
	two := innerLevels(chapters.Must(Stamps(c.Backend, bookInputs, bookInputs, 3, 2)), 3)
	return chapters.HoldsIf(slices.Equal(one, []float64{2}) && slices.Equal(two, []float64{4}),
		"outputs get %s inputs in 1-D, %s in 2-D: some get %s times as many as others in 1-D, %s times in 2-D",
		chapters.FormatValue(one), chapters.FormatValue(two), chapters.FormatNumber(one[len(one)-1]/one[0]), chapters.FormatNumber(two[len(two)-1]/two[0]))
}

// stackedStamps returns one period of a stack of two layers.
func stackedStamps(backend compute.Backend, kernels ...int) []float64 {
	return stackMiddle(backend, 4, kernels...)
}

func checkStackCancels(c chapters.Check) chapters.Finding {
	alone, both := stackedStamps(c.Backend, 3), stackedStamps(c.Backend, 3, 4)
	return chapters.HoldsIf(!constant(alone) && constant(both),
		"stride 2, equal weights: size 3 alone %s; size 3, then size 4: %s", chapters.FormatValue(alone), chapters.FormatValue(both))
}

// constant reports whether all numbers are the same.
func constant(values []float64) bool { return slices.Min(values) == slices.Max(values) }

// checkStackScales counts the stacks of two layers with a pattern, and with one of
// period 4 that a single layer with stride 2 cannot have.
func checkStackScales(c chapters.Check) chapters.Finding {
	sizes := []int{2, 3, 4, 5, 6}
	uneven, coarse, all := 0, 0, 0
	for _, first := range sizes {
		for _, second := range sizes {
			p := stackedStamps(c.Backend, first, second)
			all++
			if !constant(p) {
				uneven++
			}
			if p[0] != p[2] || p[1] != p[3] {
				coarse++
			}
		}
	}
	return chapters.HoldsIf(2*uneven > all && coarse > 0, // "often": more than half
		"two layers of sizes 2 to 6, stride 2: %d of %d stacks are uneven, %d of them with period 4; size 3 twice: %s",
		uneven, all, coarse, chapters.FormatValue(stackedStamps(c.Backend, 3, 3)))
}

// checkEvenAreaOfGreys sends an even, nearly black area through a layer of size 3
// and stride 2 with equal weights.
func checkEvenAreaOfGreys(c chapters.Check) chapters.Finding {
	const grey = 1.0 / 8 // exact in binary; 0 is black, 1 is white
	y := chapters.Must(cnnlib.RunPlane(c.Backend, equalStamps(3, 3, 2), grid.Filled(bookInputs, bookInputs, grey)))
	greys := innerLevels(y, 3)
	return chapters.HoldsIf(len(greys) > 1, "all cells %v before; the greys %s behind size 3, stride 2", grey, chapters.FormatValue(greys))
}

// measuredShare returns a measured share of the power, in per cent.
func measuredShare(arm, value string) chapters.Estimate {
	m := chapters.Must(Measured(experimentID))
	return chapters.Must(m.Estimate(arm, value)).Times(100)
}

// even reports whether a share in per cent is no more than rounding.
func even(share chapters.Estimate) bool { return share.Mean < 100*roundingShare }

// checkTrainedDrawGrid reads what the networks with size 3 and stride 2 draw of even areas.
func checkTrainedDrawGrid(chapters.Check) chapters.Finding {
	before, after := measuredShare(transposedThree, "even area before"), measuredShare(transposedThree, "even area after")
	return chapters.HoldsIf(!even(before) && !even(after),
		"size 3, stride 2, twice, on even areas: of the power, %v per cent has period 2 before training on digits, %v after it", before, after)
}
