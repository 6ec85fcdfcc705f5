package edges

import (
	"fmt"
	"math"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/book"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
)

const (
	turnedNote   = "The number is that of cross-correlation, which CNNs use and call convolution. Section 5.17 defines convolution with the kernel turned by 180°; this kernel turned is its own negative, so by that definition the sign is the opposite."
	turnedNoteZH = "书中的数值是互相关的结果，卷积神经网络中习惯把互相关称为“卷积”。5.17 节定义的卷积要先把卷积核旋转 180°；这个卷积核旋转后恰好等于自身取负，因此按该定义符号相反。"
)

// claims are the statements of the section in the book's order; each check stands below
// the list, in the same order.
func claims() []chapters.Claim {
	return []chapters.Claim{
		{
			ID: "5.2a/1", Quote: "神经网络的前几层首先检测边缘", Book: "first layers detect edges, later ones parts, then whole objects", Verdict: chapters.Opinion,
			Note: "A statement about trained networks in general; nothing to compute in this section.",
		},
		{
			ID: "5.2a/2", Quote: "把这个图像与过滤器进行卷积运算", Book: "−5 by convolution", Want: -5, Verdict: chapters.Differs, Erratum: "E06",
			Note: turnedNote, NoteZH: turnedNoteZH,
			Check: checkTurnedOnGrey,
		},
		{
			ID: "5.2a/3", Quote: "逐一相乘并相加,得到-5", Book: "−5", Verdict: chapters.Holds,
			Check: checkTopLeft,
		},
		{
			ID: "5.2a/4", Quote: "依次运算得到一个4*4的矩阵", Book: "6×6 with a 3×3 filter gives 4×4", Want: []int{4, 4}, Verdict: chapters.Holds,
			Check: checkSize,
		},
		{
			ID: "5.2a/5", Quote: "依次运算", Book: "the top left cell is −5; the other 15 cells are not printed", Verdict: chapters.Holds,
			Note: "The companion fills in all sixteen cells.", NoteZH: "配套程序给出了全部 16 个数值。",
			Check: checkAllSixteen,
		},
		{
			ID: "5.2a/6", Quote: "6*6图像中红框标出来的部分", Book: "the boxed window over the edge gives 30, in rows 4–6 and columns 2–4", Verdict: chapters.Holds,
			Note:   "The figure has a blue box over the edge too, in rows 1–3 and columns 3–5; it also gives 30, which the text does not mention.",
			NoteZH: "图中还有一个跨越分界线的蓝框（第 1–3 行、第 3–5 列），结果同样是 30，正文没有提到。",
			Check:  checkBoxes,
		},
		{
			ID: "5.2a/7", Quote: "与过滤器进行卷积,结果是30", Book: "30 by convolution", Want: 30, Verdict: chapters.Differs, Erratum: "E06",
			Note: turnedNote, NoteZH: turnedNoteZH,
			Check: checkTurnedOnHalves,
		},
		{
			ID: "5.2a/8", Quote: "结果是30", Book: "[0 30 30 0; 0 30 30 0; 0 30 30 0; 0 30 30 0]", Verdict: chapters.Holds,
			Check: checkHalves,
		},
		{
			ID: "5.2a/9", Quote: "不是分界线的所有部分进行卷积,结果都为0", Book: "30 in every window with both halves in it, 0 in every other", Verdict: chapters.Holds,
			Check: checkOnlyAtTheEdge,
		},
		{
			ID: "5.2a/10", Quote: "若是换成1000*1000的图像…分界线不粗", Book: "at 6×6 the line is wide, at 1000×1000 it is not", Verdict: chapters.Holds,
			Note:  "The line is always k−1 = 2 cells wide; what falls is its share of the result.",
			Check: checkLineWidth,
		},
		{
			ID: "5.2a/11", Quote: "水平边缘的话只需将过滤器旋转90度", Book: "turning the filter by 90° detects horizontal edges", Verdict: chapters.Unclear,
			Note:   "Both turns find horizontal edges, but with opposite signs; the book does not say which way to turn.",
			NoteZH: "顺时针和逆时针旋转都能检测水平边缘，但符号相反；书中没有说明旋转方向。",
			Check:  checkTurnedBy90,
		},
	}
}

// filtered is what a kernel [K K] makes of an image [H W]: [H−K+1 W−K+1].
func filtered(backend compute.Backend, image, kernel [][]float64) [][]float64 {
	return chapters.Must(cnnlib.RunPlane(backend, cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filter(kernel)}, image))
}

// checkTurnedOnGrey convolves as section 5.17 defines it: the kernel is turned by 180°.
func checkTurnedOnGrey(c chapters.Check) chapters.Finding {
	y := filtered(c.Backend, book.GreyImage, ref.Rotate180(book.VerticalEdges))
	return c.Found(y[0][0])
}

func checkTopLeft(c chapters.Check) chapters.Finding {
	y := filtered(c.Backend, book.GreyImage, book.VerticalEdges)
	return c.Found(y[0][0])
}

func checkSize(c chapters.Check) chapters.Finding {
	y := filtered(c.Backend, book.GreyImage, book.VerticalEdges)
	return c.Found([]int{len(y), len(y[0])})
}

func checkAllSixteen(c chapters.Check) chapters.Finding {
	y := filtered(c.Backend, book.GreyImage, book.VerticalEdges)
	return chapters.HoldsIf(y[0][0] == -5, "%s", chapters.FormatMatrix(y))
}

// checkBoxes looks at the results of the two boxed windows, by their upper left corners.
func checkBoxes(c chapters.Check) chapters.Finding {
	y := filtered(c.Backend, book.WhiteGrey(6), book.VerticalEdges)
	red, blue := y[3][1], y[0][2]
	return chapters.HoldsIf(red == 30, "red box %s, blue box %s", chapters.FormatNumber(red), chapters.FormatNumber(blue))
}

// checkTurnedOnHalves convolves as section 5.17 defines it, at a window with both halves.
func checkTurnedOnHalves(c chapters.Check) chapters.Finding {
	y := filtered(c.Backend, book.WhiteGrey(6), ref.Rotate180(book.VerticalEdges))
	return c.Found(y[0][1])
}

func checkHalves(c chapters.Check) chapters.Finding {
	return c.Found(filtered(c.Backend, book.WhiteGrey(6), book.VerticalEdges))
}

// checkOnlyAtTheEdge compares, window by window, whether a window holds both halves with
// what the filter answers there.
func checkOnlyAtTheEdge(c chapters.Check) chapters.Finding {
	image := book.WhiteGrey(6)
	both, other, wrong := 0, 0, 0
	for i, row := range filtered(c.Backend, image, book.VerticalEdges) {
		for j, v := range row {
			want := 0.0
			if image[i][j] != image[i][j+2] { // left and right column of the window
				want, both = 30, both+1
			} else {
				other++
			}
			if v != want {
				wrong++
			}
		}
	}
	return chapters.HoldsIf(wrong == 0, "30 in %d windows with both halves, 0 in the %d others, %d exceptions", both, other, wrong)
}

// lineWidth is how many cells of a row the line of the edge takes in the result for an n×n
// image, and how many cells the row has.
func lineWidth(backend compute.Backend, n int) (line, row int) {
	y := filtered(backend, book.WhiteGrey(n), book.VerticalEdges)
	for _, v := range y[0] {
		if v != 0 {
			line++
		}
	}
	return line, len(y[0])
}

// checkLineWidth takes "wide" for at least half of the result and "not wide" for at most
// one cell in a hundred.
func checkLineWidth(c chapters.Check) chapters.Finding {
	small, smallRow := lineWidth(c.Backend, 6)
	large, largeRow := lineWidth(c.Backend, 1000)
	smallShare, largeShare := float64(small)/float64(smallRow), float64(large)/float64(largeRow)
	return chapters.HoldsIf(smallShare >= 0.5 && largeShare <= 0.01, "6×6: %d of %d cells (%.1f %%) 1000×1000: %d of %d cells (%.1f %%)",
		small, smallRow, 100*smallShare, large, largeRow, 100*largeShare)
}

// checkTurnedBy90 tries both turns on an image that is white above and grey below, so that
// its only edge is horizontal.
func checkTurnedBy90(c chapters.Check) chapters.Finding {
	kernels := cnnlib.Filters(book.VerticalEdges, ref.Rotate90(book.VerticalEdges), ref.Rotate90Counter(book.VerticalEdges))
	planes := chapters.Must(cnnlib.RunPlanes(c.Backend, cnnlib.Conv2D{NoBias: true, Weights: kernels}, ref.Rotate90(book.WhiteGrey(6))))
	vertical, clockwise, counter := planes[0][1][1], planes[1][1][1], planes[2][1][1]
	f := chapters.Finding{Value: fmt.Sprintf("clockwise %s, counter-clockwise %s, not turned %s",
		chapters.FormatNumber(clockwise), chapters.FormatNumber(counter), chapters.FormatNumber(vertical))}
	switch {
	case vertical != 0 || clockwise == 0 || counter == 0:
		f.Verdict = chapters.Differs
	case math.Signbit(clockwise) != math.Signbit(counter):
		f.Verdict = chapters.Unclear
	default:
		f.Verdict = chapters.Holds
	}
	return f
}
