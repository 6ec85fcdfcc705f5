package transposed

import (
	"fmt"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
)

// turnedClaims are those of 5.17.1, convolution with the kernel turned by 180°.
func turnedClaims() []chapters.Claim {
	table := chapters.FormatMatrix([][]float64{{-13, -20, -17}, {-18, -24, -18}, {13, 20, 17}})
	slid := chapters.FormatMatrix([][]float64{{4, 3, 4}, {2, 4, 3}, {2, 3, 4}})
	return []chapters.Claim{
		{
			ID: "5.17/1", Quote: "首先给出一个输入输出结果", Book: table, Verdict: chapters.Holds,
			Check: checkConvolved(turnImage, turnKernel, cnnlib.Same),
		},
		{
			ID: "5.17/2", Quote: "计算例子如下", Verdict: chapters.Holds,
			Book:  "y[0,0] = 0·1+0·2+0·1+0·0+1·0+2·0+0·(−1)+4·(−2)+5·(−1) = −13",
			Check: checkTerms,
		},
		{
			ID: "5.17/3", Quote: "需要对卷积核进行 180 的旋转", Book: "the table needs the turn: without it the result is another", Verdict: chapters.Holds,
			Note:   "This kernel turned is its own negative: without the turn every sign of the table is reversed. The layers of a CNN do not turn (section 5.2).",
			NoteZH: "这个卷积核旋转 180° 后恰好等于自身取负：不旋转时，表中每个数的符号都相反。卷积神经网络的卷积层并不旋转卷积核（见 5.2 节）。",
			Check:  checkTableNeedsTheTurn,
		},
		{
			ID: "5.17/4", Quote: "卷积核中心与需计算的图像像素对齐", Book: "3×3 gives 3×3; a kernel of one 1 in its centre gives the picture itself", Verdict: chapters.Holds,
			Check: checkCentre,
		},
		{
			ID: "5.17/5", Quote: "原像素经过卷积由1变成-8", Book: "−8 by the products as they are drawn", Verdict: chapters.Holds,
			Note:  "The drawing multiplies cell by cell without turning the kernel: a cross-correlation.",
			Check: checkEmboss(embossKernel, " by the products as they are drawn"),
		},
		{
			ID: "5.17/6", Quote: "由1变成-8", Book: "−8 by the section's own definition", Verdict: chapters.Differs, Erratum: "E05",
			Note:   "The section has just said that the kernel has to be turned by 180°. Turned, the 4 stands at the bottom right and the pixel becomes +8.",
			NoteZH: "本节刚说过卷积核要旋转 180°。旋转之后 4 位于右下角，该像素应变为 +8。",
			Check:  checkEmboss(ref.Rotate180(embossKernel), " by the section's own definition"),
		},
		{
			ID: "5.17/7", Quote: "通过滑动卷积核", Book: slid, Verdict: chapters.Holds,
			Check: checkConvolved(slideImage, slideKernel, cnnlib.Valid),
		},
		{
			ID: "5.17/8", Quote: "Convolved Feature", Book: slid + " without the turn, too", Verdict: chapters.Holds,
			Note:   "The kernel looks the same after half a turn, so that this example cannot show whether it was turned.",
			NoteZH: "这个卷积核旋转 180° 后不变，所以此例看不出是否做了旋转。",
			Check: func(c chapters.Check) chapters.Finding {
				y := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filter(slideKernel)}, slideImage))
				return chapters.Same(c.Book, chapters.FormatMatrix(y)+" without the turn, too")
			},
		},
		{
			ID: "5.17/9", Quote: "就可以得到整张图片的卷积结果", Book: "sliding gives the result for the whole picture", Verdict: chapters.Unclear,
			Note:   "The first example puts zeros around the picture and keeps its size; the third does not, and the border gets no result. The section does not name the two ways: they are “same” and “valid” (section 5.18).",
			NoteZH: "第一个例子在图像四周补零，输出尺寸不变；第三个例子不补零，边缘像素没有结果。本节没有指出这两种做法的区别，它们分别是 same 卷积和 valid 卷积（见 5.18 节）。",
			Check:  checkWholePicture,
		},
	}
}

// convolveTurned is convolution as the section defines it: the backend's layer, which
// does not turn, with the kernel turned.
func convolveTurned(b compute.Backend, image, kernel [][]float64, padding cnnlib.Padding) [][]float64 {
	return chapters.Must(cnnlib.RunPlane(b, cnnlib.Conv2D{Padding: padding, NoBias: true, Weights: cnnlib.Filter(ref.Rotate180(kernel))}, image))
}

// checkConvolved compares the whole result.
func checkConvolved(image, kernel [][]float64, padding cnnlib.Padding) func(chapters.Check) chapters.Finding {
	return func(c chapters.Check) chapters.Finding {
		y := convolveTurned(c.Backend, image, kernel, padding)
		return chapters.Same(c.Book, chapters.FormatMatrix(y))
	}
}

// checkTerms writes out the sum of the definition for the first pixel,
// y[0,0] = Σ x[i,j]·h[−i,−j], with h[0,0] in the kernel's centre, i the column and
// j the row as the section counts them.
func checkTerms(c chapters.Check) chapters.Finding {
	y := convolveTurned(c.Backend, turnImage, turnKernel, cnnlib.Same)
	var terms []string
	sum := 0.0
	for j := -1; j <= 1; j++ {
		for i := -1; i <= 1; i++ {
			x := 0.0 // outside the picture
			if i >= 0 && j >= 0 {
				x = turnImage[j][i]
			}
			h := turnKernel[1-j][1-i]
			sum += x * h
			terms = append(terms, factor(x)+"·"+factor(h))
		}
	}
	if sum != y[0][0] {
		panic(chapters.Failure(fmt.Errorf("transposed: the nine products add up to %v, the backend computes %v", sum, y[0][0])))
	}
	return chapters.Same(c.Book, "y[0,0] = "+strings.Join(terms, "+")+" = "+chapters.FormatNumber(sum))
}

// factor writes a number of a product, a negative one in parentheses.
func factor(v float64) string {
	if v < 0 {
		return "(" + chapters.FormatNumber(v) + ")"
	}
	return chapters.FormatNumber(v)
}

func checkTableNeedsTheTurn(c chapters.Check) chapters.Finding {
	planes := chapters.Must(cnnlib.RunPlanes(c.Backend, cnnlib.Conv2D{Padding: cnnlib.Same, NoBias: true, Weights: cnnlib.Filters(turnKernel, ref.Rotate180(turnKernel))}, turnImage))
	reversed := 0
	for i, row := range planes[0] {
		for j, v := range row {
			if v == -planes[1][i][j] && v != 0 {
				reversed++
			}
		}
	}
	f := chapters.Finding{Value: fmt.Sprintf("without the turn %s: %d of 9 signs reversed", chapters.FormatMatrix(planes[0]), reversed), Verdict: chapters.Holds}
	if ref.EqualWithin(planes[0], planes[1], 0) {
		f.Verdict = chapters.Differs
	}
	return f
}

func checkCentre(c chapters.Check) chapters.Finding {
	y := convolveTurned(c.Backend, turnImage, [][]float64{{0, 0, 0}, {0, 1, 0}, {0, 0, 0}}, cnnlib.Same)
	what := chapters.FormatMatrix(y)
	if ref.EqualWithin(y, turnImage, 0) {
		what = "the picture itself"
	}
	return chapters.Same(c.Book, fmt.Sprintf("%d×%d gives %d×%d; a kernel of one 1 in its centre gives %s",
		len(turnImage), len(turnImage[0]), len(y), len(y[0]), what))
}

// checkEmboss looks at the pixel that the section follows.
func checkEmboss(kernel [][]float64, how string) func(chapters.Check) chapters.Finding {
	return func(c chapters.Check) chapters.Finding {
		y := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.Conv2D{Padding: cnnlib.Same, NoBias: true, Weights: cnnlib.Filter(kernel)}, embossSource))
		return chapters.Same(c.Book, chapters.FormatNumber(y[1][1])+how)
	}
}

// checkWholePicture tries both readings: a result for each pixel, or for each
// position of the kernel inside the picture.
func checkWholePicture(c chapters.Check) chapters.Finding {
	same := convolveTurned(c.Backend, slideImage, slideKernel, cnnlib.Same)
	valid := convolveTurned(c.Backend, slideImage, slideKernel, cnnlib.Valid)
	f := chapters.Finding{
		Value:   fmt.Sprintf("%d×%d: with zeros around it %d×%d, without %d×%d", len(slideImage), len(slideImage[0]), len(same), len(same[0]), len(valid), len(valid[0])),
		Verdict: chapters.Unclear,
	}
	if len(same) == len(valid) {
		f.Verdict = chapters.Holds
	}
	return f
}
