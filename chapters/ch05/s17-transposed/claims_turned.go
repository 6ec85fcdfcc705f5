package transposed

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

// turnedClaims are the statements of 5.17.1, convolution with the kernel turned by 180°.
func turnedClaims() []chapters.Claim {
	table := [][]float64{{-13, -20, -17}, {-18, -24, -18}, {13, 20, 17}}
	feature := [][]float64{{4, 3, 4}, {2, 4, 3}, {2, 3, 4}}
	return []chapters.Claim{
		{
			ID: "5.17/1", Quote: "首先给出一个输入输出结果", Book: chapters.FormatMatrix(table), Want: table, Verdict: chapters.Holds,
			Check: checkConvolution(turnImage, turnKernel, cnnlib.Same),
		},
		{
			ID: "5.17/2", Quote: "需要对卷积核进行 180 的旋转", Book: "the table needs the turn: without it the result is another", Verdict: chapters.Holds,
			Note:   "This kernel turned is its own negative: without the turn every sign of the table is reversed. The layers of a CNN do not turn (section 5.2).",
			NoteZH: "这个卷积核旋转 180° 后恰好等于自身取负：不旋转时，表中每个数的符号都相反。卷积神经网络的卷积层并不旋转卷积核（见 5.2 节）。",
			Check:  checkTableNeedsTheTurn,
		},
		{
			ID: "5.17/3", Quote: "卷积核中心与需计算的图像像素对齐", Book: "3×3 gives 3×3; a kernel of one 1 in its centre gives the picture itself", Verdict: chapters.Holds,
			Want:  turnImage,
			Check: checkCentre,
		},
		{
			ID: "5.17/4", Quote: "计算例子如下", Verdict: chapters.Holds,
			Book:  "y[0,0] = 0·1+0·2+0·1+0·0+1·0+2·0+0·(−1)+4·(−2)+5·(−1) = −13",
			Want:  products{{0, 1}, {0, 2}, {0, 1}, {0, 0}, {1, 0}, {2, 0}, {0, -1}, {4, -2}, {5, -1}},
			Check: checkTerms,
		},
		{
			ID: "5.17/5", Quote: "原像素经过卷积由1变成-8", Book: "−8 by the products as they are drawn", Want: -8, Verdict: chapters.Holds,
			Note:  "The drawing multiplies cell by cell without turning the kernel: a cross-correlation.",
			Check: checkEmboss(embossKernel),
		},
		{
			ID: "5.17/6", Quote: "由1变成-8", Book: "−8 by the section's own definition", Want: -8, Verdict: chapters.Differs, Erratum: "E05",
			Note:   "The section has just said that the kernel has to be turned by 180°. Turned, the 4 stands at the bottom right and the pixel becomes +8.",
			NoteZH: "本节刚说过卷积核要旋转 180°。旋转之后 4 位于右下角，该像素应变为 +8。",
			Check:  checkEmboss(ref.Rotate180(embossKernel)),
		},
		{
			ID: "5.17/7", Quote: "通过滑动卷积核", Book: chapters.FormatMatrix(feature), Want: feature, Verdict: chapters.Holds,
			Check: checkConvolution(slideImage, slideKernel, cnnlib.Valid),
		},
		{
			ID: "5.17/8", Quote: "就可以得到整张图片的卷积结果", Book: "sliding gives the result for the whole picture", Verdict: chapters.Unclear,
			Note:   "The first example puts zeros around the picture and keeps its size; the third does not, and the border gets no result. The section does not name the two ways: they are “same” and “valid” (section 5.18).",
			NoteZH: "第一个例子在图像四周补零，输出尺寸不变；第三个例子不补零，边缘像素没有结果。本节没有指出这两种做法的区别，它们分别是 same 卷积和 valid 卷积（见 5.18 节）。",
			Check:  checkWholePicture,
		},
		{
			ID: "5.17/9", Quote: "Convolved Feature", Book: chapters.FormatMatrix(feature) + " without the turn, too", Want: feature, Verdict: chapters.Holds,
			Note:   "The kernel looks the same after half a turn, so that this example cannot show whether it was turned.",
			NoteZH: "这个卷积核旋转 180° 后不变，所以此例看不出是否做了旋转。",
			Check:  checkWithoutTheTurn,
		},
	}
}

// crossCorrelate runs a Conv2D with the given kernel, which it does not turn.
func crossCorrelate(backend compute.Backend, image, kernel [][]float64, padding cnnlib.Padding) [][]float64 {
	return chapters.Must(cnnlib.RunPlane(backend, cnnlib.Conv2D{Padding: padding, NoBias: true, Weights: cnnlib.Filter(kernel)}, image))
}

// convolve is convolution as the section defines it: with the kernel turned.
func convolve(backend compute.Backend, image, kernel [][]float64, padding cnnlib.Padding) [][]float64 {
	return crossCorrelate(backend, image, ref.Rotate180(kernel), padding)
}

// checkConvolution computes a whole result of the section.
func checkConvolution(image, kernel [][]float64, padding cnnlib.Padding) func(chapters.Check) chapters.Finding {
	return func(c chapters.Check) chapters.Finding {
		return c.Found(convolve(c.Backend, image, kernel, padding))
	}
}

func checkTableNeedsTheTurn(c chapters.Check) chapters.Finding {
	plain := crossCorrelate(c.Backend, turnImage, turnKernel, cnnlib.Same)
	turned := grid.Flat(convolve(c.Backend, turnImage, turnKernel, cnnlib.Same))
	reversed := 0
	for i, v := range grid.Flat(plain) {
		if v == -turned[i] && v != 0 {
			reversed++
		}
	}
	return chapters.HoldsIf(!slices.Equal(grid.Flat(plain), turned),
		"without the turn %s: %d of %d signs reversed", chapters.FormatMatrix(plain), reversed, len(turned))
}

// checkCentre convolves with a kernel that is 1 in its centre and 0 elsewhere.
func checkCentre(c chapters.Check) chapters.Finding {
	return c.Found(convolve(c.Backend, turnImage, [][]float64{{0, 0, 0}, {0, 1, 0}, {0, 0, 0}}, cnnlib.Same))
}

// products is a sum of products; it prints as the section writes it.
type products [][2]float64

func (p products) sum() (sum float64) {
	for _, f := range p {
		sum += f[0] * f[1]
	}
	return sum
}

// String writes "0·1+4·(−2) = −8".
func (p products) String() string {
	terms := make([]string, len(p))
	for i, f := range p {
		terms[i] = formatFactor(f[0]) + "·" + formatFactor(f[1])
	}
	return strings.Join(terms, "+") + " = " + chapters.FormatNumber(p.sum())
}

// formatFactor writes a number of a product, a negative one in parentheses.
func formatFactor(v float64) string {
	if v < 0 {
		return "(" + chapters.FormatNumber(v) + ")"
	}
	return chapters.FormatNumber(v)
}

// checkTerms writes out the sum of the definition for the first pixel,
// y[0,0] = Σ x[i,j]·h[−i,−j], with h[0,0] in the kernel's centre, i the column and j the
// row, as the section counts them.
func checkTerms(c chapters.Check) chapters.Finding {
	var terms products
	for j := -1; j <= 1; j++ {
		for i := -1; i <= 1; i++ {
			x := 0.0 // outside the picture
			if i >= 0 && j >= 0 {
				x = turnImage[j][i]
			}
			terms = append(terms, [2]float64{x, turnKernel[1-j][1-i]})
		}
	}
	if y := convolve(c.Backend, turnImage, turnKernel, cnnlib.Same); y[0][0] != terms.sum() {
		panic(chapters.Failure(fmt.Errorf("transposed: the nine products add up to %v, the backend computes %v", terms.sum(), y[0][0])))
	}
	return c.Found(terms)
}

// checkEmboss looks at the pixel that the section follows.
func checkEmboss(kernel [][]float64) func(chapters.Check) chapters.Finding {
	return func(c chapters.Check) chapters.Finding {
		y := crossCorrelate(c.Backend, embossImage, kernel, cnnlib.Same)
		return c.Found(y[embossPixel][embossPixel])
	}
}

// checkWholePicture tries both ways of the section: with zeros around the picture, as in
// its first example, and without, as in its third.
func checkWholePicture(c chapters.Check) chapters.Finding {
	picture := sizeOf(slideImage)
	same := sizeOf(convolve(c.Backend, slideImage, slideKernel, cnnlib.Same))
	valid := sizeOf(convolve(c.Backend, slideImage, slideKernel, cnnlib.Valid))
	return twoReadings(same == picture, valid == picture, "%v: with zeros around it %v, without %v", picture, same, valid)
}

func checkWithoutTheTurn(c chapters.Check) chapters.Finding {
	return c.Found(crossCorrelate(c.Backend, slideImage, slideKernel, cnnlib.Valid))
}
