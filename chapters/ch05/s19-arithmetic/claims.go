package arithmetic

import (
	"fmt"
	"math"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/settings"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
)

func claims() []chapters.Claim {
	return []chapters.Claim{
		{
			ID: "5.19/1", Quote: "方便得到各层的参数", Book: "the formulas give the parameters of the layers", Verdict: chapters.Unclear,
			Note:   "They give sizes. If “parameters” (参数) means kernel size, stride and padding, they help to choose them; the number of weights to learn is in none of them.",
			NoteZH: "这些公式给出的是尺寸。如果“参数”指卷积核大小、步长和填充，公式有助于选定它们；而需要学习的权重个数与这些公式无关。",
			Check:  checkSizesNotParameters,
		},
		{
			ID: "5.19/2", Quote: "这里简化下，约定", Book: "square inputs and kernels, one stride and one padding for both axes", Verdict: chapters.Holds,
			Note:  "Nothing is lost by it: the axes do not see each other, and each follows the formulas on its own.",
			Check: checkAxesApart,
		},
		{
			ID: "5.19/3", Quote: "Relationship 1", Book: "s = 1, p = 0: o = (i − k) + 1", Verdict: chapters.Holds,
			Check: checkRelationship(1),
		},
		{
			ID: "5.19/4", Quote: "For any i and k", Book: "any i and k", Verdict: chapters.Differs,
			Note:   "The kernel must fit: k ≤ i + 2p. If it does not, the formulas give 0 or less, and there is no output. Integer division in Go and C rounds towards 0, not down, and makes 1 of some of these.",
			NoteZH: "前提是卷积核放得下，即 k ≤ i + 2p；否则公式给出 0 或负数，此时没有输出。还要注意：Go 和 C 的整数除法向零取整而不是向下取整，其中一些情形会被错误地算成 1。",
			Check:  checkAnyInput,
		},
		{
			ID: "5.19/5", Quote: "Relationship 2", Book: "s = 1: o = (i − k) + 2p + 1", Verdict: chapters.Holds,
			Note:  "In print a stray text cursor stands behind the equals sign; it is not part of the formula.",
			Check: checkRelationship(2),
		},
		{
			ID: "5.19/6", Quote: "Relationship 3", Book: "k odd, s = 1, p = ⌊k/2⌋: o = i", Verdict: chapters.Holds,
			Note:  "The condition is needed: an even kernel with p = k/2 gives i+1.",
			Check: checkHalf,
		},
		{
			ID: "5.19/7", Quote: "Relationship 4", Book: "p = k − 1, s = 1: o = i + (k − 1)", Verdict: chapters.Holds,
			Check: checkRelationship(4),
		},
		{
			ID: "5.19/8", Quote: "参考图如下图所示", Book: "4 frames a figure", Verdict: chapters.Unclear,
			Note:   "Four frames are all there is only in Figures 2.1 and 2.5; the others show the first four positions of 9 to 49, and no caption says so.",
			NoteZH: "只有图 2.1 和图 2.5 的四帧是完整的；其余各图只画出 9~49 个位置中的前四个，图注没有说明。",
			Check:  checkFourFrames,
		},
		{
			ID: "5.19/9", Quote: "i = 4, k = 3, s = 1 and p = 0", Book: "4×4 → 2×2", Want: settings.Sides{In: 4, Out: 2}, Verdict: chapters.Holds,
			Check: checkFigure("2.1"),
		},
		{
			ID: "5.19/10", Quote: "i = 5, k = 4, s = 1 and p = 2", Book: "5×5 → 6×6", Want: settings.Sides{In: 5, Out: 6}, Verdict: chapters.Holds,
			Check: checkFigure("2.2"),
		},
		{
			ID: "5.19/11", Quote: "i = 5, k = 3, s = 1 and p = 1", Book: "5×5 → 5×5", Want: settings.Sides{In: 5, Out: 5}, Verdict: chapters.Holds,
			Check: checkFigure("2.3"),
		},
		{
			ID: "5.19/12", Quote: "i = 5, k = 3, s = 1 and p = 2", Book: "5×5 → 7×7", Want: settings.Sides{In: 5, Out: 7}, Verdict: chapters.Holds,
			Check: checkFigure("2.4"),
		},
		{
			ID: "5.19/13", Quote: "Relationship 5", Book: "p = 0: o = ⌊(i − k)/s⌋ + 1", Verdict: chapters.Holds,
			Extracted: "o = |(i − k)/s| + 1", Erratum: "E32",
			Note:  "The bars of the extracted text are a damaged floor; as absolute values they leave fractions.",
			Check: checkNoPadding,
		},
		{
			ID: "5.19/14", Quote: "Relationship 6", Book: "any p and s: o = ⌊(i + 2p − k)/s⌋ + 1", Verdict: chapters.Holds,
			Extracted: "o = |(i + 2p − k)/s| + 1", Erratum: "E32",
			Note:  "It contains the other five. The bars of the extracted text are a damaged floor.",
			Check: checkGeneral,
		},
		{
			ID: "5.19/15", Quote: "i = 5, k = 3, s = 2 and p = 0", Book: "5×5 → 2×2", Want: settings.Sides{In: 5, Out: 2}, Verdict: chapters.Holds,
			Check: checkFigure("2.5"),
		},
		{
			ID: "5.19/16", Quote: "i = 5, k = 3, s = 2 and p = 1", Book: "5×5 → 3×3", Want: settings.Sides{In: 5, Out: 3}, Verdict: chapters.Holds,
			Check: checkFigure("2.6"),
		},
		{
			ID: "5.19/17", Quote: "i = 6, k = 3, s = 2 and p = 1", Book: "6×6 → 3×3", Want: settings.Sides{In: 6, Out: 3}, Verdict: chapters.Holds,
			Check: checkFigure("2.7"),
		},
		{
			ID: "5.19/18", Quote: "the bottom row and right column … are not covered", Book: "row 8 and column 8 of the padded 8×8 input are never read, all others are",
			Want: unreadLines{lines: "8", of: 8}, Verdict: chapters.Holds,
			Note:  "They are padding: of the 6×6 image itself every cell is read. So the stride makes the padding one-sided; it is only without padding that the image loses its last row and column.",
			Check: checkNotCovered,
		},
		{
			ID: "5.19/19", Quote: "two steps to the right to touch the right side", Book: "(a) stride 1: 2 steps, and one for the start: 3×3",
			Want: slide{stride: 1, steps: 2, side: 3}, Verdict: chapters.Holds,
			Check: checkSteps(1),
		},
		{
			ID: "5.19/20", Quote: "one step of size two", Book: "(b) stride 2: 1 step, and one for the start: 2×2",
			Want: slide{stride: 2, steps: 1, side: 2}, Verdict: chapters.Holds,
			Check: checkSteps(2),
		},
		{
			ID: "5.19/21", Quote: "Figure 2.5 … Figure 2.7", Book: "each figure once", Verdict: chapters.Misprint, Page: 204, Erratum: "E34",
			Note:   "Figures 2.5 to 2.7 stand there a second time after the links. The captions (a) and (b) belong to Figure 2.8 of the source, “Counting kernel positions”, whose title is missing.",
			NoteZH: "图 2.5~2.7 在链接之后又重复印了一遍；（a）、（b）两段说明属于原文的图 2.8（数卷积核的位置），该图的标题缺失。",
		},
	}
}

// searchLimit is the largest i, k, s and p of the search: every relationship is compared
// with counting in all 12·12·12·13 settings (a padding may be 0).
const searchLimit = 12

// eachSetting calls f with every setting of i, k and s from 1 to searchLimit and p from 0
// to searchLimit, without dilation.
func eachSetting(f func(s arith.Setting)) {
	for i := 1; i <= searchLimit; i++ {
		for k := 1; k <= searchLimit; k++ {
			for s := 1; s <= searchLimit; s++ {
				for p := 0; p <= searchLimit; p++ {
					f(arith.Setting{In: i, Kernel: k, Stride: s, Padding: p, Dilation: 1})
				}
			}
		}
	}
}

// checkSizesNotParameters counts the weights of a layer for many sizes, strides and
// paddings.
func checkSizesNotParameters(chapters.Check) chapters.Finding {
	sizes, counts := map[int]bool{}, map[int]bool{}
	const kernel = 3
	for i := kernel; i <= searchLimit; i++ {
		for s := 1; s <= 3; s++ {
			for p := 0; p < kernel; p++ {
				layer := cnnlib.Conv2D{Channels: 1, Kernel: kernel, Stride: s, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: p, Bottom: p, Left: p, Right: p}}
				out := chapters.Must(layer.OutShape(cnnlib.Shape{i, i, 1}))
				sizes[out[0]] = true
				counts[layer.Params(cnnlib.Shape{i, i, 1})] = true
			}
		}
	}
	f := chapters.HoldsIf(len(counts) > 1, "a 3×3 layer: different sizes: %d, numbers of parameters: %d", len(sizes), len(counts))
	if len(counts) == 1 && len(sizes) > 1 { // right for one reading of the word, wrong for the other
		f.Verdict = chapters.Unclear
	}
	return f
}

// checkAxesApart runs a layer with other numbers on each axis.
func checkAxesApart(c chapters.Check) chapters.Finding {
	image := settings.Image(7)[:5] // 5 rows, 7 columns
	kernel := [][]float64{{1, 2}, {0, 1}, {2, 0}}
	y := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.Conv2D{Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Left: 1, Right: 1}, NoBias: true, Weights: cnnlib.Filter(kernel)}, image))
	rows := chapters.Must(arith.ConvSize(5, 3, 1, 0))
	cols := chapters.Must(arith.ConvSize(7, 2, 1, 1))
	return chapters.HoldsIf(len(y) == rows && len(y[0]) == cols,
		"5×7 with a 3×2 kernel and padding 0 and 1 gives %d×%d, axis by axis %d and %d", len(y), len(y[0]), rows, cols)
}

// checkRelationship compares a relationship of the book with counting.
func checkRelationship(n int) func(chapters.Check) chapters.Finding {
	return func(chapters.Check) chapters.Finding { return compareRelationship(n) }
}

// compareRelationship says how often a relationship of the book is right, among the
// settings to which it applies.
func compareRelationship(n int) chapters.Finding {
	r, cases, exceptions := relationship(n), 0, 0
	eachSetting(func(s arith.Setting) {
		if !r.Applies(s) {
			return
		}
		cases++
		if chapters.Must(r.Size(s)) != settings.Count(s) {
			exceptions++
		}
	})
	return chapters.HoldsIf(cases > 0 && exceptions == 0, "%d settings up to %d counted, %d exceptions", cases, searchLimit, exceptions)
}

// relationship returns a relationship of arXiv:1603.07285 by its number.
func relationship(n int) arith.Relationship { return arith.Relationships()[n-1] }

// checkAnyInput looks at the settings in which the kernel does not fit: what the most
// general formula says, with a true floor and with Go's division.
func checkAnyInput(chapters.Check) chapters.Finding {
	all, noFit, above, division := 0, 0, 0, 0
	eachSetting(func(s arith.Setting) {
		all++
		if settings.Count(s) > 0 {
			return
		}
		noFit++
		moves := s.In + 2*s.Padding - s.Kernel
		if math.Floor(float64(moves)/float64(s.Stride))+1 > 0 {
			above++
		}
		if moves/s.Stride+1 > 0 {
			division++
		}
	})
	return chapters.HoldsIf(noFit == 0, "of %d settings up to %d the kernel does not fit in %d; there the formula is above 0 in %d, Go's division in %d",
		all, searchLimit, noFit, above, division)
}

// checkHalf also counts what an even kernel does with the same padding.
func checkHalf(chapters.Check) chapters.Finding {
	f := compareRelationship(3)
	even, kept := 0, 0
	eachSetting(func(s arith.Setting) {
		if s.Kernel%2 == 0 && s.Stride == 1 && s.Padding == s.Kernel/2 {
			even++
			if settings.Count(s) == s.In {
				kept++
			}
		}
	})
	f.Value += fmt.Sprintf("; even k keeps the size in %d of %d", kept, even)
	return f
}

// checkFourFrames counts the positions of each figure.
func checkFourFrames(chapters.Check) chapters.Finding {
	var counts []string
	complete := 0
	for _, f := range paperFigures {
		n := settings.Count(chapters.Must(settings.Named(f.figure)))
		if n*n == 4 {
			complete++
		}
		counts = append(counts, fmt.Sprintf("%s: %d", f.figure, n*n))
	}
	f := chapters.HoldsIf(complete == len(paperFigures), "positions %s", strings.Join(counts, ", "))
	if f.Verdict == chapters.Differs { // four of more positions are right as far as they go
		f.Verdict = chapters.Unclear
	}
	return f
}

// checkFigure runs the setting of a figure.
func checkFigure(figure string) func(chapters.Check) chapters.Finding {
	return func(c chapters.Check) chapters.Finding {
		return c.Found(chapters.Must(settings.Verify(c.Backend, chapters.Must(settings.Named(figure)))))
	}
}

// checkNoPadding holds relationship 5 against counting.
func checkNoPadding(chapters.Check) chapters.Finding { return compareFloor(5) }

// compareFloor is compareRelationship, and counts the settings in which a fraction is left
// that only the floor takes away.
func compareFloor(n int) chapters.Finding {
	f := compareRelationship(n)
	r, fractions := relationship(n), 0
	eachSetting(func(s arith.Setting) {
		if r.Applies(s) && (s.In+2*s.Padding-s.Kernel)%s.Stride != 0 {
			fractions++
		}
	})
	f.Value += fmt.Sprintf("; without the floor a fraction in %d", fractions)
	return f
}

// checkGeneral holds relationship 6 against counting and against each of the special
// relationships 1 to 5 if that applies, and runs a small grid on the backend.
func checkGeneral(c chapters.Check) chapters.Finding {
	f := compareFloor(6)
	general := relationship(6)
	applies, equal := 0, 0
	for n := 1; n <= 5; n++ {
		special := relationship(n)
		eachSetting(func(s arith.Setting) {
			if !special.Applies(s) {
				return
			}
			applies++
			if chapters.Must(general.Size(s)) == chapters.Must(special.Size(s)) {
				equal++
			}
		})
	}
	if equal < applies {
		f.Verdict = chapters.Differs
	}
	f.Value += fmt.Sprintf("; equal to 1 to 5 in %d of %d; %d run on the backend", equal, applies, runGrid(c.Backend))
	return f
}

// runGrid runs small settings as real layers, and returns how many. A size that differs
// from formula or count ends the check.
func runGrid(backend compute.Backend) (runs int) {
	for k := 1; k <= 3; k++ {
		for s := 1; s <= 3; s++ {
			for p := 0; p <= 2; p++ {
				chapters.Must(settings.Verify(backend, arith.Setting{Name: "grid", In: 6, Kernel: k, Stride: s, Padding: p, Dilation: 1}))
				runs++
			}
		}
	}
	return runs
}

// unreadLines are the rows and, alike, the columns of a padded input that no position of
// the kernel reads, counted from 1.
type unreadLines struct {
	lines string
	of    int // rows of the padded input
}

func (u unreadLines) String() string {
	return fmt.Sprintf("row %s and column %s of the padded %d×%d input are never read, all others are", u.lines, u.lines, u.of, u.of)
}

// checkNotCovered counts the visits of every cell of figure 2.7's padded input.
func checkNotCovered(c chapters.Check) chapters.Finding {
	s := chapters.Must(settings.Named("2.7"))
	direct := chapters.Must(s.Direct())
	visits := chapters.Must(direct.PaddedVisits())
	var missed []string
	for i, n := range visits {
		if n == 0 {
			missed = append(missed, fmt.Sprint(i+1))
		}
	}
	f := c.Found(unreadLines{lines: strings.Join(missed, ", "), of: len(visits)})
	all, image := chapters.Must2(settings.NeverRead(s))
	s.Padding = 0
	_, bare := chapters.Must2(settings.NeverRead(s))
	f.Value += fmt.Sprintf(": %d cells, %d of them of the image; without padding %d", all, image, bare)
	return f
}

// slide is the way of a kernel along an axis until it touches the end.
type slide struct {
	stride, steps int
	side          int // of the result
}

func (s slide) String() string {
	return fmt.Sprintf("stride %d, steps %d, and one for the start: %d×%d", s.stride, s.steps, s.side, s.side)
}

// checkSteps moves a kernel of 3 over 5 cells until it touches the right side, and runs it.
func checkSteps(stride int) func(chapters.Check) chapters.Finding {
	return func(c chapters.Check) chapters.Finding {
		const cells, kernel = 5, 3
		steps := 0
		for at := 0; at+kernel < cells; at += stride {
			steps++
		}
		sides := chapters.Must(settings.Verify(c.Backend, arith.Setting{Name: "figure 2.8", In: cells, Kernel: kernel, Stride: stride, Dilation: 1}))
		f := c.Found(slide{stride: stride, steps: steps, side: sides.Out})
		if sides.Out != steps+1 { // the rule "adding one" is wrong
			f.Verdict = chapters.Differs
		}
		return f
	}
}
