package hyperparameters

import (
	"fmt"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/book"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// claims are the statements of the section in the book's order; each check stands below
// the list, in the same order.
func claims() []chapters.Claim {
	return []chapters.Claim{
		{
			ID: "5.2b/1", Quote: "卷积核的大小定义了卷积的视图范围", Book: "kernel size k sees k×k cells", Verdict: chapters.Holds,
			Note:   "With dilation (section 5.3.2) the same kernel size sees more: the span is k + (k−1)(d−1).",
			NoteZH: "有扩张时（5.3.2 节）同样大小的卷积核看得更广：跨度为 k + (k−1)(d−1)。",
			Check:  checkFieldOfView,
		},
		{
			ID: "5.2b/2", Quote: "二维的常见选择大小是3", Book: "3×3 is a common size", Verdict: chapters.Opinion,
			Note: "A statement about habit; nothing to compute.",
		},
		{
			ID: "5.2b/3", Quote: "它的默认值通常为1", Book: "stride 1 is the default", Verdict: chapters.Holds,
			Check: checkDefaultStride,
		},
		{
			ID: "5.2b/4", Quote: "对类似于MaxPooling的图像进行向下采样", Book: "stride 2 downsamples “images like MaxPooling”", Verdict: chapters.Unclear, Erratum: "E28",
			Note:   "What is meant is: stride 2 downsamples, as max-pooling does. The sizes are the same, the values are not.",
			NoteZH: "原意应为：步长 2 会像最大池化那样下采样。两者输出尺寸相同，但数值不同。",
			Check:  checkStrideLikePooling,
		},
		{
			ID: "5.2b/5", Quote: "一个(半)填充的卷积将使空间输出维度与输入相等", Book: "padding by half of the kernel keeps the size", Verdict: chapters.Differs, Erratum: "E29",
			Note:   "It keeps the size only for odd kernels at stride 1: k = 4 with p = 2 on every side gives i+1, and with stride 2 half padding gives half of the size (28→14; 15 for even kernels).",
			NoteZH: "只有卷积核为奇数且步长为 1 时才成立：k = 4、每边 p = 2 时输出为 i+1；步长为 2 时，半填充也只能得到一半的尺寸（28→14，偶数卷积核为 15）。",
			Check:  checkHalfPadding,
		},
		{
			ID: "5.2b/6", Quote: "未被填充的卷积将会使一些边界消失", Book: "without padding a kernel larger than 1 loses borders", Verdict: chapters.Holds,
			Check: checkUnpaddedShrinks,
		},
		{
			ID: "5.2b/7", Quote: "所需的参数可以由I*O*K计算", Book: "I·O·K parameters: 3→12 channels with 3×3 have 324", Want: 324, Verdict: chapters.Differs, Erratum: "E30",
			Note:   "I·O·K counts the weights. A layer with biases, the usual one, has O parameters more.",
			NoteZH: "I·O·K 只是权重的个数；通常的卷积层还有 O 个偏置。",
			Check:  checkParameters,
		},
	}
}

// convolved is what a convolution with given weights [K K] and no bias makes of an image
// [H W].
func convolved(backend compute.Backend, conv cnnlib.Conv2D, image, kernel [][]float64) [][]float64 {
	conv.NoBias, conv.Weights = true, cnnlib.Filter(kernel)
	return chapters.Must(cnnlib.RunPlane(backend, conv, image))
}

// checkFieldOfView counts the cells that one cell of the result sees. The image has a
// single 1, in the middle, and the kernel is all ones, so that the result is 1 in each
// window that sees it: as many windows see a cell as a window sees cells.
func checkFieldOfView(c chapters.Check) chapters.Finding {
	const n = 11
	dot := grid.Zeros(n, n)
	dot[n/2][n/2] = 1
	square, cells := true, ""
	for k := 1; k <= 5; k++ {
		seen := int(grid.SumAbs(convolved(c.Backend, cnnlib.Conv2D{}, dot, grid.Ones(k))))
		square = square && seen == k*k
		cells += fmt.Sprintf("; k=%d: %d", k, seen)
	}
	return chapters.HoldsIf(square, "cells seen, %s", cells[len("; "):])
}

func checkDefaultStride(c chapters.Check) chapters.Finding {
	unset := convolved(c.Backend, cnnlib.Conv2D{}, book.GreyImage, book.VerticalEdges)
	one := convolved(c.Backend, cnnlib.Conv2D{Stride: 1}, book.GreyImage, book.VerticalEdges)
	return chapters.HoldsIf(ref.EqualWithin(unset, one, 0), "cnnlib: no stride gives %d×%d with the first row %s, stride 1 %d×%d with %s",
		len(unset), len(unset[0]), chapters.FormatValue(unset[0]), len(one), len(one[0]), chapters.FormatValue(one[0]))
}

// checkStrideLikePooling tries both readings of the sentence: that the size is that of
// max-pooling, and that the values are. If only one is true, it depends on the reading.
func checkStrideLikePooling(c chapters.Check) chapters.Finding {
	mean := [][]float64{{0.25, 0.25}, {0.25, 0.25}}
	strided := convolved(c.Backend, cnnlib.Conv2D{Stride: 2}, book.GreyImage, mean)
	pooled := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.MaxPool2D{Window: 2}, book.GreyImage))
	f := chapters.Finding{Value: fmt.Sprintf("6×6: stride 2 gives %d×%d, max-pooling gives %d×%d; top left %s and %s",
		len(strided), len(strided[0]), len(pooled), len(pooled[0]), chapters.FormatNumber(strided[0][0]), chapters.FormatNumber(pooled[0][0]))}
	switch {
	case len(strided) != len(pooled) || len(strided[0]) != len(pooled[0]):
		f.Verdict = chapters.Differs
	case ref.EqualWithin(strided, pooled, 0):
		f.Verdict = chapters.Holds
	default:
		f.Verdict = chapters.Unclear
	}
	return f
}

// checkHalfPadding tries every kernel size up to 7 and every stride up to 3.
func checkHalfPadding(chapters.Check) chapters.Finding {
	const i = 28
	kept, tried, exceptions := 0, 0, ""
	for k := 1; k <= 7; k++ {
		for s := 1; s <= 3; s++ {
			o := chapters.Must(arith.ConvSize(i, k, s, k/2))
			tried++
			if o == i {
				kept++
			} else if k == 4 && s == 1 || k == 3 && s == 2 {
				exceptions += fmt.Sprintf("; k=%d p=%d s=%d: %d→%d", k, k/2, s, i, o)
			}
		}
	}
	return chapters.HoldsIf(kept == tried, "kept in %d of %d cases%s", kept, tried, exceptions)
}

// checkUnpaddedShrinks tries every kernel size from 2 to 7.
func checkUnpaddedShrinks(chapters.Check) chapters.Finding {
	const i = 28
	lost := true // k−1 cells
	var sizes []int
	for k := 2; k <= 7; k++ {
		o := chapters.Must(arith.ConvSize(i, k, 1, 0))
		lost = lost && i-o == k-1
		sizes = append(sizes, o)
	}
	return chapters.HoldsIf(lost, "%d becomes %s for k = 2 to 7", i, chapters.FormatValue(sizes))
}

func checkParameters(c chapters.Check) chapters.Finding {
	return c.Found(cnnlib.Conv2D{Channels: 12, Kernel: 3}.Params(cnnlib.Shape{32, 32, 3}))
}
