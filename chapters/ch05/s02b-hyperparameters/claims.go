package hyperparameters

import (
	"fmt"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/book"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

func hyperparameterClaims() []chapters.Claim {
	return []chapters.Claim{
		{
			ID: "5.2b/1", Quote: "二维的常见选择大小是3", Book: "3×3 is a common size", Verdict: chapters.Opinion,
			Note: "A statement about habit; nothing to compute.",
		},
		{
			ID: "5.2b/2", Quote: "卷积核的大小定义了卷积的视图范围", Book: "kernel size k sees k×k cells", Verdict: chapters.Holds,
			Note:   "With dilation (section 5.3.2) the same kernel size sees more: the span is k + (k−1)(d−1).",
			NoteZH: "有扩张时（5.3.2 节）同样大小的卷积核看得更广：跨度为 k + (k−1)(d−1)。",
			Check:  checkFieldOfView,
		},
		{
			ID: "5.2b/3", Quote: "它的默认值通常为1", Book: "stride 1 is the default", Verdict: chapters.Holds,
			Check: func(c chapters.Check) chapters.Finding {
				unset := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filter(book.VerticalEdges)}, book.GreyImage))
				one := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.Conv2D{Stride: 1, NoBias: true, Weights: cnnlib.Filter(book.VerticalEdges)}, book.GreyImage))
				f := chapters.Finding{Value: "cnnlib: no stride given equals stride 1", Verdict: chapters.Holds}
				if !ref.EqualWithin(unset, one, 0) {
					f = chapters.Finding{Value: "cnnlib: no stride given is not stride 1", Verdict: chapters.Differs}
				}
				return f
			},
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
			ID: "5.2b/7", Quote: "所需的参数可以由I*O*K计算", Book: "I·O·K parameters: 3→12 channels with 3×3 have 324", Verdict: chapters.Differs, Erratum: "E30",
			Note:   "I·O·K counts the weights. A layer with biases, the usual one, has O parameters more.",
			NoteZH: "I·O·K 只是权重的个数；通常的卷积层还有 O 个偏置。",
			Check: func(c chapters.Check) chapters.Finding {
				layer, in := cnnlib.Conv2D{Channels: 12, Kernel: 3}, cnnlib.Shape{32, 32, 3}
				return chapters.Same(c.Book,
					fmt.Sprintf("I·O·K + O parameters: 3→12 channels with 3×3 have %d", layer.Params(in)))
			},
		},
	}
}

// checkFieldOfView marks, for kernels of 1 to 5 cells of ones, which cells of the image
// change one cell of the result: they must be a square of that side.
func checkFieldOfView(c chapters.Check) chapters.Finding {
	f := chapters.Finding{Verdict: chapters.Holds}
	for k := 1; k <= 5; k++ {
		// The answer to a single 1 is 1 where a window holds it: as many windows see a cell
		// in the middle as a window sees cells.
		const n = 11
		dot := make([][]float64, n)
		for i := range dot {
			dot[i] = make([]float64, n)
		}
		dot[n/2][n/2] = 1
		y := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filter(grid.Ones(k))}, dot))
		seen := int(grid.SumAbs(y))
		f.Value += fmt.Sprintf("k=%d: %d; ", k, seen)
		if seen != k*k {
			f.Verdict = chapters.Differs
		}
	}
	f.Value = "cells seen, " + f.Value[:len(f.Value)-2]
	return f
}

// checkStrideLikePooling tries both readings of the sentence: that the size is
// that of max-pooling, and that the values are.
func checkStrideLikePooling(c chapters.Check) chapters.Finding {
	strided := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.Conv2D{Stride: 2, NoBias: true, Weights: cnnlib.Filter([][]float64{{0.25, 0.25}, {0.25, 0.25}})}, book.GreyImage))
	pooled := make([][]float64, len(book.GreyImage)/2)
	for i := range pooled {
		for j := 0; j < len(book.GreyImage[0]); j += 2 {
			r, s := book.GreyImage[2*i], book.GreyImage[2*i+1]
			pooled[i] = append(pooled[i], max(r[j], r[j+1], s[j], s[j+1]))
		}
	}
	size := chapters.Must(arith.PoolSize(len(book.GreyImage), 2, 2, 0))
	sameSize, sameValues := len(strided) == size, ref.EqualWithin(strided, pooled, 0)
	f := chapters.Finding{Value: fmt.Sprintf("6×6: stride 2 gives %d×%d, max-pooling gives %d×%d; top left %s and %s",
		len(strided), len(strided[0]), size, size, chapters.FormatNumber(strided[0][0]), chapters.FormatNumber(pooled[0][0]))}
	switch {
	case sameSize && sameValues:
		f.Verdict = chapters.Holds
	case sameSize:
		f.Verdict = chapters.Unclear // it depends on the reading
	default:
		f.Verdict = chapters.Differs
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
	f := chapters.Finding{Value: fmt.Sprintf("kept in %d of %d cases%s", kept, tried, exceptions), Verdict: chapters.Differs}
	if kept == tried {
		f.Verdict = chapters.Holds
	}
	return f
}

func checkUnpaddedShrinks(chapters.Check) chapters.Finding {
	const i = 28
	f := chapters.Finding{Value: "28 shrinks by k−1 for k = 2 to 7", Verdict: chapters.Holds}
	for k := 2; k <= 7; k++ {
		o := chapters.Must(arith.ConvSize(i, k, 1, 0))
		if i-o != k-1 {
			return chapters.Finding{Value: fmt.Sprintf("k=%d: %d→%d", k, i, o), Verdict: chapters.Differs}
		}
	}
	return f
}
