package twelve

import (
	"fmt"
	"slices"
	"strings"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/settings"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

func claims() []chapters.Claim {
	return []chapters.Claim{
		{
			ID: "5.3b/1", Quote: "12 种不同类型的 2D 卷积", Book: "12 kinds of convolution", Verdict: chapters.Differs, Erratum: "E31",
			Note:   "They are twelve settings of one operation: the transposed ones too are convolutions with stride 1, of a padded input and with the kernel turned.",
			NoteZH: "它们不是 12 种卷积，而是同一种运算的 12 组参数：转置卷积也可以写成对补零后的输入、用旋转 180° 的卷积核、以步长 1 进行的卷积。",
			Check:  checkOneOperation,
		},
		{
			ID: "5.3b/2", Quote: "12 种", Book: "12 settings in the set", Want: 12, Verdict: chapters.Differs, Erratum: "E31",
			Note:   "The set the drawings come from (V. Dumoulin and F. Visin, arXiv:1603.07285) has fifteen; the three transposed convolutions with stride 2 are left out.",
			NoteZH: "这些图的出处（Dumoulin 与 Visin，arXiv:1603.07285）共有 15 组，书中漏掉了三种步长为 2 的转置卷积。",
			Check:  checkFifteen,
		},
		{
			ID: "5.3b/3", Quote: "5.3 图解 12 种", Book: "28 topics, numbered 5.1 to 5.28", Verdict: chapters.Misprint, Page: 178, Erratum: "E56",
			Note:   "The numbers 5.2 and 5.3 stand on two headings each, so there are thirty topics. The companion calls the second ones 5.2b and 5.3b.",
			NoteZH: "5.2 和 5.3 这两个编号各出现了两次，因此共有 30 个主题；配套程序把后出现的分别记作 5.2b 和 5.3b。",
		},
		{
			ID: "5.3b/4", Quote: "图解 12 种", Book: "12 captions, 12 with their picture", Want: 12, Verdict: chapters.Differs, Erratum: "E31",
			Note:   "In print 02, 05, 06, 07, 09 and 10 have no picture, and the picture after the last caption is that of 03 once more.",
			NoteZH: "印刷版中 02、05、06、07、09、10 没有图，最后一个标题之后的图只是 03 的重复。",
			Check:  checkPictures,
		},
		{
			ID: "5.3b/5", Quote: "01 无 padding 无步幅", Book: "01: 4×4 → 2×2", Want: settings.Sides{In: 4, Out: 2}, Verdict: chapters.Holds,
			Check: checkCaption("01"),
		},
		{
			ID: "5.3b/6", Quote: "无步幅", Book: "no stride", Verdict: chapters.Differs, Erratum: "E31",
			Note:   "What is meant is unit stride, s = 1, as section 5.19 says it (单位步长). A kernel without any stride would stay at its first position.",
			NoteZH: "应为“单位步长”（s = 1），5.19 节的说法是正确的；真正“没有步幅”的卷积核只会停在第一个位置。",
			Check:  checkNoStride,
		},
		{
			ID: "5.3b/7", Quote: "02 随机 padding 无步幅", Book: "02: 5×5 → 6×6", Want: settings.Sides{In: 5, Out: 6}, Verdict: chapters.Holds,
			Note:   "The picture is missing here; Figure 2.2 of section 5.19 shows it. The kernel is 4×4, in all other rows 3×3.",
			NoteZH: "此处缺图，5.19 节的图 2.2 即为此图；本例卷积核为 4×4，其余各例均为 3×3。",
			Check:  checkCaption("02"),
		},
		{
			ID: "5.3b/8", Quote: "随机 padding", Book: "the padding is random", Verdict: chapters.Differs, Erratum: "E31",
			Note:   "“Arbitrary” padding, any number one likes, was translated as “random” (随机). Nothing is drawn by lot: the same padding gives the same numbers every time.",
			NoteZH: "原文 arbitrary 意为“任意”，不是“随机”：填充数可以任意选定，选定之后每次结果都相同，没有任何随机成分。",
			Check:  checkNotRandom,
		},
		{
			ID: "5.3b/9", Quote: "03 半 padding 无步幅", Book: "03: 5×5 → 5×5", Want: settings.Sides{In: 5, Out: 5}, Verdict: chapters.Holds,
			Check: checkCaption("03"),
		},
		{
			ID: "5.3b/10", Quote: "04 全 padding 无步幅", Book: "04: 5×5 → 7×7", Want: settings.Sides{In: 5, Out: 7}, Verdict: chapters.Holds,
			Check: checkCaption("04"),
		},
		{ // in 05 to 08 the extracted text has the letter O for the figure 0
			ID: "5.3b/11", Quote: "05 无 padding 无步幅转置", Book: "05: 2×2 → 4×4", Want: settings.Sides{In: 2, Out: 4}, Verdict: chapters.Holds,
			Extracted: "O5", Erratum: "E31",
			Note:   "The picture is missing here; the first picture of section 5.18 (full) has its sizes.",
			NoteZH: "此处缺图，5.18 节 full 卷积的图与其尺寸相同。",
			Check:  checkCaption("05"),
		},
		{
			ID: "5.3b/12", Quote: "转置", Book: "05 to 08 take the results of 01 to 04 back to their size", Verdict: chapters.Holds,
			Note:  "The size comes back, the numbers do not.",
			Check: checkTransposedBack,
		},
		{
			ID: "5.3b/13", Quote: "06 随机 padding 无步幅转置", Book: "06: no sizes, no picture", Verdict: chapters.Unclear,
			Extracted: "O6", Erratum: "E31",
			Note:   "There is no picture anywhere in the book, and the caption alone fixes no size.",
			NoteZH: "全书都没有这张图，仅凭标题无法确定任何尺寸。",
			Check:  checkCaption("06"),
		},
		{
			ID: "5.3b/14", Quote: "07 半 padding 无步幅转置", Book: "07: 5×5 → 5×5", Want: settings.Sides{In: 5, Out: 5}, Verdict: chapters.Holds,
			Extracted: "O7", Erratum: "E31",
			Note:   "The picture is missing here; the picture without a caption at the end of the section, that of 03 once more, has its sizes.",
			NoteZH: "此处缺图；本节末尾有一张没有标题的图（与 03 的图相同），其尺寸与此例一致。",
			Check:  checkCaption("07"),
		},
		{
			ID: "5.3b/15", Quote: "08 全 padding 无步幅转置", Book: "08: 7×7 → 5×5", Want: settings.Sides{In: 7, Out: 5}, Verdict: chapters.Holds,
			Extracted: "O8", Erratum: "E31",
			Check: checkCaption("08"),
		},
		{
			ID: "5.3b/16", Quote: "全 padding 无步幅转置", Book: "05 no padding, 07 half padding, 08 full padding", Verdict: chapters.Unclear,
			Note:   "The captions 05 to 08 name the padding of the convolution that is transposed. What is added around the input of the transposed one is k−1−p: full if the caption says no padding, and none if it says full.",
			NoteZH: "05~08 的标题说的是“被转置的那个卷积”的填充。转置卷积在自己的输入四周补的零是 k−1−p：标题写“无 padding”时补满，写“全 padding”时反而不补。",
			Check:  checkDrawnPadding,
		},
		{
			ID: "5.3b/17", Quote: "09 无 padding 有步幅", Book: "09: 5×5 → 2×2", Want: settings.Sides{In: 5, Out: 2}, Verdict: chapters.Holds,
			Note:   "The picture is missing here; Figure 2.5 of section 5.19 shows it.",
			NoteZH: "此处缺图，5.19 节的图 2.5 即为此图。",
			Check:  checkCaption("09"),
		},
		{
			ID: "5.3b/18", Quote: "10 有 padding 有步幅", Book: "10: 5×5 → 3×3", Want: settings.Sides{In: 5, Out: 3}, Verdict: chapters.Holds,
			Note:   "The picture is missing here; Figure 2.6 of section 5.19 shows it.",
			NoteZH: "此处缺图，5.19 节的图 2.6 即为此图。",
			Check:  checkCaption("10"),
		},
		{
			ID: "5.3b/19", Quote: "11 有 padding 有步幅（奇数）", Book: "11: 6×6 → 3×3", Want: settings.Sides{In: 6, Out: 3}, Verdict: chapters.Holds,
			Check: checkCaption("11"),
		},
		{
			ID: "5.3b/20", Quote: "有 padding 有步幅（奇数）", Book: "odd", Verdict: chapters.Unclear,
			Note:   "Neither the input (6) nor the padded input (8) is odd. Odd is what is left for the kernel to move: i+2p−k = 5, which the stride 2 does not divide.",
			NoteZH: "输入（6）和填充后的输入（8）都不是奇数；奇数的是卷积核可移动的距离 i+2p−k = 5，不能被步长 2 整除。",
			Check:  checkOdd,
		},
		{
			ID: "5.3b/21", Quote: "12 扩张", Book: "12: 7×7 → 3×3", Want: settings.Sides{In: 7, Out: 3}, Verdict: chapters.Holds,
			Note:   "Dilation 2, which the caption does not say: nine weights span 5×5 cells.",
			NoteZH: "扩张率为 2（标题未说明）：九个权重覆盖 5×5 个像素。",
			Check:  checkCaption("12"),
		},
	}
}

// captioned returns the setting with a caption of section 5.3b.
func captioned(number string) arith.Setting {
	for _, s := range arith.Settings() {
		if s.Book == number {
			return s
		}
	}
	panic(chapters.Failure(fmt.Errorf("twelve: section 5.3b has no caption %q: it has 01 to 12", number)))
}

// inBook returns the twelve settings that section 5.3b names, in the order of its captions.
func inBook() []arith.Setting {
	named := slices.DeleteFunc(arith.Settings(), func(s arith.Setting) bool { return s.Book == "" })
	slices.SortFunc(named, func(a, b arith.Setting) int { return strings.Compare(a.Book, b.Book) })
	return named
}

// checkOneOperation runs each of the twelve as Conv2D: the transposed ones as the direct
// convolution with the kernel turned.
func checkOneOperation(c chapters.Check) chapters.Finding {
	named, equal := inBook(), 0
	for _, s := range named {
		image, kernel := settings.Image(s.In), settings.Kernel(s.Kernel)
		own := chapters.Must(settings.Run(c.Backend, s, image, kernel))
		direct := chapters.Must(s.Direct())
		if s.Operation == arith.TransposedConvolution {
			kernel = ref.Rotate180(kernel)
		}
		// The transposed ones of the twelve have stride 1: no zeros stand between cells.
		asConv := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.Conv2D{
			Weights: cnnlib.Filter(kernel), NoBias: true,
			Stride: direct.Stride, Dilation: direct.Dilation, Padding: cnnlib.Explicit,
			Pads: cnnlib.Pads{Top: direct.Start, Bottom: direct.End, Left: direct.Start, Right: direct.End},
		}, image))
		if ref.EqualWithin(own, asConv, 0) {
			equal++
		}
	}
	return chapters.HoldsIf(equal < len(named), "%d of %d settings equal a Conv2D, number by number", equal, len(named))
}

// checkFifteen counts the settings, and lists those that the book leaves out.
func checkFifteen(c chapters.Check) chapters.Finding {
	var missing []string
	transposed := 0
	for _, s := range arith.Settings() {
		chapters.Must(settings.Verify(c.Backend, s))
		if s.Book != "" {
			continue
		}
		if s.Operation == arith.TransposedConvolution {
			transposed++
		}
		missing = append(missing, fmt.Sprintf("%d→%d (k = %d, s = %d, p = %d, a = %d)", s.In, s.Out, s.Kernel, s.Stride, s.Padding, s.Output))
	}
	f := c.Found(len(arith.Settings()))
	f.Value += fmt.Sprintf("; %d are not in the book, %d of them transposed: %s", len(missing), transposed, strings.Join(missing, ", "))
	return f
}

// checkPictures counts the captions below a picture that has the sizes of their setting.
func checkPictures(c chapters.Check) chapters.Finding {
	var with, without []string
	for _, s := range inBook() {
		fit := chapters.Must(settings.DrawingsOf(s))
		if slices.ContainsFunc(fit, func(d settings.Drawing) bool { return d.Under == s.Book }) {
			with = append(with, s.Book)
		} else {
			without = append(without, s.Book)
		}
	}
	f := c.Found(len(with))
	f.Value += " with their picture; without: " + strings.Join(without, ", ")
	return f
}

// checkCaption runs the setting of a caption. If no picture of the book fits the setting,
// the caption leaves its sizes open.
func checkCaption(number string) func(chapters.Check) chapters.Finding {
	return func(c chapters.Check) chapters.Finding {
		s := captioned(number)
		sides := chapters.Must(settings.Verify(c.Backend, s))
		if len(chapters.Must(settings.DrawingsOf(s))) == 0 {
			return chapters.Finding{Value: fmt.Sprintf("%v, with k = %d, s = %d, p = %d", sides, s.Kernel, s.Stride, s.Padding), Verdict: chapters.Unclear}
		}
		return c.Found(sides)
	}
}

// checkNoStride lays the kernel of caption 01 down ten times and counts the different
// positions, with a stride of 0 and of 1. The book's word holds if no stride gives the side
// that is drawn.
func checkNoStride(chapters.Check) chapters.Finding {
	s := captioned("01")
	var positions [2]int
	for stride := range positions {
		at := map[int]bool{}
		for step := range 10 {
			if step*stride+s.Kernel <= s.In {
				at[step*stride] = true
			}
		}
		positions[stride] = len(at)
	}
	return chapters.HoldsIf(positions[0] == s.Out, "stride 0 gives %d×%d, stride 1 gives %d×%d; the drawing is %d×%d",
		positions[0], positions[0], positions[1], positions[1], s.Out, s.Out)
}

// checkNotRandom runs caption 02 several times, and with every padding that a kernel of 4
// can have.
func checkNotRandom(c chapters.Check) chapters.Finding {
	s := captioned("02")
	const runs = 5
	different := map[string]bool{}
	for range runs {
		y := chapters.Must(settings.Run(c.Backend, s, settings.Image(s.In), settings.Kernel(s.Kernel)))
		different[chapters.FormatMatrix(y)] = true
	}
	var sizes []string
	for s.Padding = 0; s.Padding < s.Kernel; s.Padding++ {
		sides := chapters.Must(settings.Verify(c.Backend, s))
		sizes = append(sizes, fmt.Sprintf("p = %d: %v", s.Padding, sides))
	}
	return chapters.HoldsIf(len(different) > 1, "different results in %d runs: %d; the padding may be any: %s", runs, len(different), strings.Join(sizes, ", "))
}

// checkTransposedBack sends an image through each of the first four settings and the result
// through the one that transposes it.
func checkTransposedBack(c chapters.Check) chapters.Finding {
	var values []string
	sizes, numbers := 0, 0
	for _, pair := range [][2]string{{"01", "05"}, {"02", "06"}, {"03", "07"}, {"04", "08"}} {
		forth, back := captioned(pair[0]), captioned(pair[1])
		image, kernel := settings.Image(forth.In), settings.Kernel(forth.Kernel)
		y := chapters.Must(settings.Run(c.Backend, forth, image, kernel))
		x := chapters.Must(settings.Run(c.Backend, back, y, kernel))
		if len(x) == len(image) {
			sizes++
		}
		if ref.EqualWithin(x, image, 0.5) { // whole numbers: half a unit tells them apart
			numbers++
		}
		values = append(values, fmt.Sprintf("%s and %s: %d→%d→%d", forth.Book, back.Book, len(image), len(y), len(x)))
	}
	return chapters.HoldsIf(sizes == len(values), "%s; the numbers come back in %d of %d", strings.Join(values, ", "), numbers, len(values))
}

// checkDrawnPadding tries both readings of the captions of the transposed convolutions:
// that their padding stands around the input that is drawn, and that it is the padding of
// the convolution that is transposed.
func checkDrawnPadding(chapters.Check) chapters.Finding {
	around, transposed := true, true
	var values []string
	for _, pair := range [][2]string{{"01", "05"}, {"03", "07"}, {"04", "08"}} {
		forth, s := captioned(pair[0]), captioned(pair[1])
		direct := chapters.Must(s.Direct())
		back := chapters.Must(forth.Transpose())
		around = around && direct.Start == s.Padding && direct.End == s.Padding
		transposed = transposed && back.In == s.In && back.Out == s.Out && back.Padding == s.Padding
		values = append(values, fmt.Sprintf("%s: p = %d, drawn with %d", s.Book, s.Padding, direct.Start))
	}
	f := chapters.HoldsIf(around, "%s", strings.Join(values, "; "))
	if !around && transposed { // the captions are right in the other reading
		f.Verdict = chapters.Unclear
	}
	return f
}

// checkOdd looks for an odd number among the sides that the drawing shows.
func checkOdd(chapters.Check) chapters.Finding {
	s := captioned("11")
	padded := s.In + 2*s.Padding
	moves := padded - s.Kernel
	f := chapters.HoldsIf(s.In%2 == 1 || padded%2 == 1, "input %d, padded %d, i+2p−k = %d", s.In, padded, moves)
	if f.Verdict == chapters.Differs && moves%2 == 1 { // the caption does not say what is odd
		f.Verdict = chapters.Unclear
	}
	return f
}
