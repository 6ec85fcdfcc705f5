package twelve

import (
	"fmt"
	"strings"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/settings"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// twelveCaptions are the book's captions in section 5.3b by their number, with
// the sizes as counted in the first picture of the book that shows the setting, and
// what the companion has to say about each.
var twelveCaptions = []struct{ number, quote, sizes, note, noteZH string }{
	{"01", "无 padding 无步幅", "4×4 → 2×2", "", ""},
	{"02", "随机 padding 无步幅", "5×5 → 6×6", "The picture is missing here; Figure 2.2 of section 5.19 shows it. The kernel is 4×4, in all other rows 3×3.", "此处缺图，5.19 节的图 2.2 即为此图；本例卷积核为 4×4，其余各例均为 3×3。"},
	{"03", "半 padding 无步幅", "5×5 → 5×5", "", ""},
	{"04", "全 padding 无步幅", "5×5 → 7×7", "", ""},
	{"05", "无 padding 无步幅转置", "2×2 → 4×4", "The picture is missing here; the first picture of section 5.18 (full) has its sizes.", "此处缺图，5.18 节 full 卷积的图与其尺寸相同。"},
	{"06", "随机 padding 无步幅转置", "no sizes, no picture", "There is no picture anywhere in the book, and the caption alone fixes no size.", "全书都没有这张图，仅凭标题无法确定任何尺寸。"},
	{"07", "半 padding 无步幅转置", "5×5 → 5×5", "The picture is missing here; the picture without a caption at the end of the section, that of 03 once more, has its sizes.", "此处缺图；本节末尾有一张没有标题的图（与 03 的图相同），其尺寸与此例一致。"},
	{"08", "全 padding 无步幅转置", "7×7 → 5×5", "", ""},
	{"09", "无 padding 有步幅", "5×5 → 2×2", "The picture is missing here; Figure 2.5 of section 5.19 shows it.", "此处缺图，5.19 节的图 2.5 即为此图。"},
	{"10", "有 padding 有步幅", "5×5 → 3×3", "The picture is missing here; Figure 2.6 of section 5.19 shows it.", "此处缺图，5.19 节的图 2.6 即为此图。"},
	{"11", "有 padding 有步幅（奇数）", "6×6 → 3×3", "", ""},
	{"12", "扩张", "7×7 → 3×3", "Dilation 2, which the caption does not say: nine weights span 5×5 cells.", "扩张率为 2（标题未说明）：九个权重覆盖 5×5 个像素。"},
}

func twelveClaims() []chapters.Claim {
	claims := []chapters.Claim{
		{
			ID: "5.3b/1", Quote: "12 种不同类型的 2D 卷积", Book: "12 kinds of convolution", Verdict: chapters.Differs, Erratum: "E31",
			Note:   "They are twelve settings of one operation: the transposed ones too are convolutions with stride 1, of a padded input and with the kernel turned.",
			NoteZH: "它们不是 12 种卷积，而是同一种运算的 12 组参数：转置卷积也可以写成对补零后的输入、用旋转 180° 的卷积核、以步长 1 进行的卷积。",
			Check:  checkOneOperation,
		},
		{
			ID: "5.3b/2", Quote: "12 种", Book: "12 settings in the set", Verdict: chapters.Differs, Erratum: "E31",
			Note:   "The set the drawings come from (V. Dumoulin and F. Visin, arXiv:1603.07285) has fifteen; the three transposed convolutions with stride 2 are left out.",
			NoteZH: "这些图的出处（Dumoulin 与 Visin，arXiv:1603.07285）共有 15 组，书中漏掉了三种步长为 2 的转置卷积。",
			Check:  checkFifteen,
		},
		{
			ID: "5.3b/3", Quote: "5.3 图解 12 种", Book: "28 topics, numbered 5.1 to 5.28", Verdict: chapters.Differs, Erratum: "E56",
			Note:   "The numbers 5.2 and 5.3 stand on two headings each. The companion calls the second ones 5.2b and 5.3b.",
			NoteZH: "5.2 和 5.3 这两个编号各出现了两次；配套程序把后出现的分别记作 5.2b 和 5.3b。",
			Check:  checkHeadings,
		},
		{
			ID: "5.3b/4", Quote: "随机 padding", Book: "the padding is random", Verdict: chapters.Differs, Erratum: "E31",
			Note:   "“Arbitrary” padding, any number one likes, was translated as “random” (随机). Nothing is drawn by lot: the same padding gives the same numbers every time.",
			NoteZH: "原文 arbitrary 意为“任意”，不是“随机”：填充数可以任意选定，选定之后每次结果都相同，没有任何随机成分。",
			Check:  checkNotRandom,
		},
		{
			ID: "5.3b/5", Quote: "无步幅", Book: "no stride", Verdict: chapters.Differs, Erratum: "E31",
			Note:   "What is meant is unit stride, s = 1, as section 5.19 says it (单位步长). A kernel without any stride would stay at its first position.",
			NoteZH: "应为“单位步长”（s = 1），5.19 节的说法是正确的；真正“没有步幅”的卷积核只会停在第一个位置。",
			Check:  checkNoStride,
		},
		{
			ID: "5.3b/6", Quote: "图解 12 种", Book: "12 captions, 12 with their picture", Verdict: chapters.Differs, Erratum: "E31",
			Note:   "In print 02, 05, 06, 07, 09 and 10 have no picture, and the picture after the last caption is that of 03 once more.",
			NoteZH: "印刷版中 02、05、06、07、09、10 没有图，最后一个标题之后的图只是 03 的重复。",
			Check:  checkPictures,
		},
	}
	for i, caption := range twelveCaptions {
		c := chapters.Claim{
			ID: fmt.Sprintf("5.3b/%d", 7+i), Quote: caption.number + " " + caption.quote,
			Book: caption.number + ": " + caption.sizes, Verdict: chapters.Holds,
			Note: caption.note, NoteZH: caption.noteZH, Check: checkCaption(captioned(caption.number)),
		}
		switch caption.number {
		case "06":
			c.Verdict = chapters.Unclear
			fallthrough
		case "05", "07", "08": // the extracted text has the letter O for the figure 0
			c.Extracted, c.Erratum = "O"+caption.number[1:], "E31"
		}
		claims = append(claims, c)
	}
	return append(claims,
		chapters.Claim{
			ID: "5.3b/19", Quote: "全 padding 无步幅转置", Book: "05 no padding, 07 half padding, 08 full padding", Verdict: chapters.Unclear,
			Note:   "The captions 05 to 08 name the padding of the convolution that is transposed. What is added around the input of the transposed one is k−1−p: full where the caption says no padding, and none where it says full.",
			NoteZH: "05~08 的标题说的是“被转置的那个卷积”的填充。转置卷积在自己的输入四周补的零是 k−1−p：标题写“无 padding”时补满，写“全 padding”时反而不补。",
			Check:  checkDrawnPadding,
		},
		chapters.Claim{
			ID: "5.3b/20", Quote: "有 padding 有步幅（奇数）", Book: "odd", Verdict: chapters.Unclear,
			Note:   "Neither the input (6) nor the padded input (8) is odd. Odd is what is left for the kernel to move: i+2p−k = 5, which the stride 2 does not divide.",
			NoteZH: "输入（6）和填充后的输入（8）都不是奇数；奇数的是卷积核可移动的距离 i+2p−k = 5，不能被步长 2 整除。",
			Check:  checkOdd,
		},
		chapters.Claim{
			ID: "5.3b/21", Quote: "转置", Book: "05 to 08 take the results of 01 to 04 back to their size", Verdict: chapters.Holds,
			Note:  "The size comes back, the numbers do not.",
			Check: checkTransposedBack,
		},
	)
}

// checkCaption is the check of one numbered caption. Where no picture of the book
// fits the setting, the caption leaves its sizes open.
func checkCaption(s arith.Setting) func(chapters.Check) chapters.Finding {
	return func(c chapters.Check) chapters.Finding {
		o := chapters.Must(settings.ThreeWays(c.Backend, s))
		fit := chapters.Must(settings.Drawn(s))
		value := fmt.Sprintf("%s: %d×%d → %d×%d", s.Book, s.In, s.In, o, o)
		if len(fit) == 0 {
			return chapters.Finding{Value: fmt.Sprintf("%s, with k = %d, s = %d, p = %d", value, s.Kernel, s.Stride, s.Padding), Verdict: chapters.Unclear}
		}
		return chapters.Same(c.Book, value)
	}
}

// captioned returns the setting with a caption of section 5.3b. The zero setting
// has no size, so that a number that is not there is an error of its claim.
func captioned(number string) arith.Setting {
	for _, s := range arith.Settings() {
		if s.Book == number {
			return s
		}
	}
	return arith.Setting{}
}

// inBook returns the twelve settings that section 5.3b names.
func inBook() []arith.Setting {
	var settings []arith.Setting
	for _, s := range arith.Settings() {
		if s.Book != "" {
			settings = append(settings, s)
		}
	}
	return settings
}

// checkOneOperation runs each of the twelve as Conv2D: the transposed ones as the
// direct convolution with the kernel turned.
func checkOneOperation(c chapters.Check) chapters.Finding {
	named, equal := inBook(), 0
	for _, s := range named {
		image, kernel := settings.Image(s.In), settings.Kernel(s.Kernel)
		own := chapters.Must(settings.Run(c.Backend, s, image, kernel))
		direct := chapters.Must(s.Direct())
		if s.Operation == arith.TransposedConvolution {
			kernel = ref.Rotate180(kernel)
		}
		// The twelve have stride 1 where they are transposed: no zeros to put in.
		conv := cnnlib.Conv2D{
			Stride: direct.Stride, Dilation: direct.Dilation, Padding: cnnlib.Explicit,
			Pads: cnnlib.Pads{Top: direct.Start, Bottom: direct.End, Left: direct.Start, Right: direct.End},
		}
		conv.NoBias, conv.Weights = true, cnnlib.Filter(kernel)
		asConv := chapters.Must(cnnlib.RunPlane(c.Backend, conv, image))
		if ref.EqualWithin(own, asConv, 0) {
			equal++
		}
	}
	if equal == len(named) {
		return chapters.Same(c.Book, fmt.Sprintf("1 operation with %d settings: all %d equal a Conv2D, number by number", len(named), equal))
	}
	return chapters.Finding{Value: fmt.Sprintf("%d of %d equal a Conv2D", equal, len(named)), Verdict: chapters.Unclear}
}

// checkFifteen transposes every convolution of the table that is not dilated and
// counts.
func checkFifteen(c chapters.Check) chapters.Finding {
	total, missing := 0, []string{}
	for _, s := range arith.Settings() {
		_ = chapters.Must(settings.ThreeWays(c.Backend, s))
		total++
		if s.Book == "" {
			missing = append(missing, fmt.Sprintf("%d→%d (k = %d, s = %d, p = %d, a = %d)", s.In, s.Out, s.Kernel, s.Stride, s.Padding, s.Output))
		}
	}
	f := chapters.Same(c.Book, fmt.Sprintf("%d settings in the set", total))
	if len(missing) > 0 {
		f.Value += "; not in the book, all transposed: " + strings.Join(missing, ", ")
	}
	return f
}

// headings are the numbers on the chapter's headings, in the order of the book.
var headings = strings.Fields(`5.1 5.2 5.2 5.3 5.3 5.4 5.5 5.6 5.7 5.8 5.9 5.10 5.11 5.12 5.13 5.14 5.15
	5.16 5.17 5.18 5.19 5.20 5.21 5.22 5.23 5.24 5.25 5.26 5.27 5.28`)

func checkHeadings(c chapters.Check) chapters.Finding {
	seen, twice := map[string]bool{}, []string{}
	for _, h := range headings {
		if seen[h] {
			twice = append(twice, h)
		}
		seen[h] = true
	}
	f := chapters.Same(c.Book, fmt.Sprintf("%d topics, numbered %s to %s", len(headings), headings[0], headings[len(headings)-1]))
	f.Value += fmt.Sprintf(": %d numbers, %s twice", len(seen), strings.Join(twice, " and "))
	return f
}

// checkNotRandom runs the row "arbitrary padding" several times, and every padding
// that a kernel of 4 can have.
func checkNotRandom(c chapters.Check) chapters.Finding {
	s := captioned("02")
	image, kernel := settings.Image(s.In), settings.Kernel(s.Kernel)
	first := chapters.Must(settings.Run(c.Backend, s, image, kernel))
	const runs = 5
	for range runs - 1 {
		again := chapters.Must(settings.Run(c.Backend, s, image, kernel))
		if !ref.EqualWithin(first, again, 0) {
			return chapters.Finding{Value: "two runs differ", Verdict: chapters.Holds}
		}
	}
	var sizes []string
	for s.Padding = 0; s.Padding < s.Kernel; s.Padding++ {
		o := chapters.Must(settings.ThreeWays(c.Backend, s))
		sizes = append(sizes, fmt.Sprintf("p = %d: %d→%d", s.Padding, s.In, o))
	}
	return chapters.Same(c.Book, fmt.Sprintf("%d runs give the same numbers; the padding may be any: %s", runs, strings.Join(sizes, ", ")))
}

// checkNoStride lays the kernel of the first row down ten times and counts the
// different positions, with a stride of 0 and of 1.
func checkNoStride(c chapters.Check) chapters.Finding {
	s := captioned("01")
	positions := map[int]int{}
	for _, stride := range []int{0, 1} {
		at := map[int]bool{}
		for step := range 10 {
			if step*stride+s.Kernel <= s.In {
				at[step*stride] = true
			}
		}
		positions[stride] = len(at)
	}
	f := chapters.Finding{Verdict: chapters.Differs, Value: fmt.Sprintf("stride 0 gives %d×%d, stride 1 gives %d×%d; the drawing is %d×%d",
		positions[0], positions[0], positions[1], positions[1], s.Out, s.Out)}
	if positions[0] == s.Out { // the book's word taken as it stands would give the drawing
		f = chapters.Same(c.Book, c.Book)
	}
	return f
}

// checkPictures counts the captions under which a picture of their own stands.
func checkPictures(c chapters.Check) chapters.Finding {
	named, with, without := inBook(), 0, []string{}
	for _, s := range named {
		fit := chapters.Must(settings.Drawn(s))
		own := false
		for _, d := range fit {
			own = own || d.Under == s.Book
		}
		if own {
			with++
		} else {
			without = append(without, s.Book)
		}
	}
	f := chapters.Same(c.Book, fmt.Sprintf("%d captions, %d with their picture", len(named), with))
	f.Value += "; without: " + strings.Join(without, ", ")
	return f
}

// checkDrawnPadding tries both readings of the captions of the transposed
// convolutions: that their padding stands around the input that is drawn, and that
// it is the padding of the convolution that is transposed.
func checkDrawnPadding(chapters.Check) chapters.Finding {
	around, transposed := true, true
	var values []string
	for _, number := range [][2]string{{"01", "05"}, {"03", "07"}, {"04", "08"}} {
		forth, s := captioned(number[0]), captioned(number[1])
		direct := chapters.Must(s.Direct())
		back := chapters.Must(forth.Transpose())
		around = around && direct.Start == s.Padding && direct.End == s.Padding
		transposed = transposed && back.In == s.In && back.Out == s.Out && back.Padding == s.Padding
		values = append(values, fmt.Sprintf("%s: p = %d, drawn with %d", number[1], s.Padding, direct.Start))
	}
	f := chapters.Finding{Value: strings.Join(values, "; ")}
	switch {
	case around:
		f.Verdict = chapters.Holds
	case transposed:
		f.Verdict = chapters.Unclear
	default:
		f.Verdict = chapters.Differs
	}
	return f
}

// checkOdd looks for the odd number among those that the drawing shows.
func checkOdd(chapters.Check) chapters.Finding {
	s := captioned("11")
	padded, moves := s.In+2*s.Padding, s.In+2*s.Padding-s.Kernel
	f := chapters.Finding{Verdict: chapters.Holds, Value: fmt.Sprintf("input %d, padded %d, i+2p−k = %d", s.In, padded, moves)}
	if s.In%2 == 0 && padded%2 == 0 {
		f.Verdict = chapters.Unclear
	}
	return f
}

// checkTransposedBack sends an image through each of the first four settings and
// the result through the one that transposes it.
func checkTransposedBack(c chapters.Check) chapters.Finding {
	f := chapters.Finding{Verdict: chapters.Holds}
	var values []string
	same := 0
	for i, number := range []string{"01", "02", "03", "04"} {
		s, back := captioned(number), captioned(fmt.Sprintf("%02d", i+5))
		image, kernel := settings.Image(s.In), settings.Kernel(s.Kernel)
		y := chapters.Must(settings.Run(c.Backend, s, image, kernel))
		x := chapters.Must(settings.Run(c.Backend, back, y, kernel))
		if len(x) != s.In {
			f.Verdict = chapters.Differs
		}
		if ref.EqualWithin(x, image, 0.5) { // whole numbers: half a unit tells them apart
			same++
		}
		values = append(values, fmt.Sprintf("%s and %s: %d→%d→%d", number, back.Book, s.In, len(y), len(x)))
	}
	f.Value = fmt.Sprintf("%s; the numbers come back in %d of %d", strings.Join(values, ", "), same, len(values))
	return f
}
