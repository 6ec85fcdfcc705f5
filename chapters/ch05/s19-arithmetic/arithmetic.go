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

// printedFigures are the book's captions of figures 2.1 to 2.7 in numbers.
var printedFigures = []struct{ figure, quote, book string }{
	{"2.1", "i = 4, k = 3, s = 1 and p = 0", "4×4 → 2×2"},
	{"2.2", "i = 5, k = 4, s = 1 and p = 2", "5×5 → 6×6"},
	{"2.3", "i = 5, k = 3, s = 1 and p = 1", "5×5 → 5×5"},
	{"2.4", "i = 5, k = 3, s = 1 and p = 2", "5×5 → 7×7"},
	{"2.5", "i = 5, k = 3, s = 2 and p = 0", "5×5 → 2×2"},
	{"2.6", "i = 5, k = 3, s = 2 and p = 1", "5×5 → 3×3"},
	{"2.7", "i = 6, k = 3, s = 2 and p = 1", "6×6 → 3×3"},
}

func arithmeticClaims() []chapters.Claim {
	claims := []chapters.Claim{
		{
			ID: "5.19/1", Quote: "这里简化下，约定", Book: "square inputs and kernels, one stride and one padding for both axes", Verdict: chapters.Holds,
			Note:  "Nothing is lost by it: the axes do not see each other, and each follows the formulas on its own.",
			Check: checkAxesApart,
		},
		{
			ID: "5.19/2", Quote: "Relationship 1", Book: "s = 1, p = 0: o = (i − k) + 1", Verdict: chapters.Holds,
			Check: checkRelationship(1),
		},
		{
			ID: "5.19/3", Quote: "Relationship 2", Book: "s = 1: o = (i − k) + 2p + 1", Verdict: chapters.Holds,
			Note:  "In print a stray text cursor stands behind the equals sign; it is not part of the formula.",
			Check: checkRelationship(2),
		},
		{
			ID: "5.19/4", Quote: "Relationship 3", Book: "k odd, s = 1, p = ⌊k/2⌋: o = i", Verdict: chapters.Holds,
			Note:  "The condition is needed: an even kernel with p = k/2 gives i+1.",
			Check: checkHalf,
		},
		{
			ID: "5.19/5", Quote: "Relationship 4", Book: "p = k − 1, s = 1: o = i + (k − 1)", Verdict: chapters.Holds,
			Check: checkRelationship(4),
		},
		{
			ID: "5.19/6", Quote: "Relationship 5", Book: "p = 0: o = ⌊(i − k)/s⌋ + 1", Verdict: chapters.Holds,
			Extracted: "o = |(i − k)/s| + 1", Erratum: "E32",
			Note:  "The bars of the extracted text are a damaged floor; as absolute values they leave fractions.",
			Check: checkFloor(5),
		},
		{
			ID: "5.19/7", Quote: "Relationship 6", Book: "any p and s: o = ⌊(i + 2p − k)/s⌋ + 1", Verdict: chapters.Holds,
			Extracted: "o = |(i + 2p − k)/s| + 1", Erratum: "E32",
			Note:  "It contains the other five. The bars of the extracted text are a damaged floor.",
			Check: checkFloor(6),
		},
		{
			ID: "5.19/8", Quote: "For any i and k", Book: "any i and k", Verdict: chapters.Differs,
			Note:   "The kernel must fit: k ≤ i + 2p. Where it does not, the formulas give 0 or less, and there is no output. Integer division in Go and C rounds towards 0, not down, and makes 1 of some of these.",
			NoteZH: "前提是卷积核放得下，即 k ≤ i + 2p；否则公式给出 0 或负数，此时没有输出。还要注意：Go 和 C 的整数除法向零取整而不是向下取整，其中一些情形会被错误地算成 1。",
			Check:  checkAnyInput,
		},
	}
	for n, f := range printedFigures {
		claims = append(claims, chapters.Claim{
			ID: fmt.Sprintf("5.19/%d", 9+n), Quote: f.quote, Book: f.book, Verdict: chapters.Holds, Check: checkPrintedFigure(f.figure),
		})
	}
	return append(claims,
		chapters.Claim{
			ID: "5.19/16", Quote: "the bottom row and right column … are not covered", Book: "row 8 and column 8 of the padded 8×8 input are never read, all others are", Verdict: chapters.Holds,
			Note:  "They are padding: of the 6×6 image itself every cell is read. So the stride makes the padding one-sided; it is only without padding that the image loses its last row and column.",
			Check: checkNotCovered,
		},
		chapters.Claim{
			ID: "5.19/17", Quote: "two steps to the right to touch the right side", Book: "(a) stride 1: 2 steps, and one for the start: 3×3", Verdict: chapters.Holds,
			Check: checkSteps("(a)", 1),
		},
		chapters.Claim{
			ID: "5.19/18", Quote: "one step of size two", Book: "(b) stride 2: 1 step, and one for the start: 2×2", Verdict: chapters.Holds,
			Check: checkSteps("(b)", 2),
		},
		chapters.Claim{
			ID: "5.19/19", Quote: "Figure 2.5 … Figure 2.7", Book: "each figure once", Verdict: chapters.Differs, Erratum: "E34",
			Note:   "Figures 2.5 to 2.7 stand there a second time after the links. The captions (a) and (b) belong to Figure 2.8 of the source, “Counting kernel positions”, whose title is missing.",
			NoteZH: "图 2.5~2.7 在链接之后又重复印了一遍；（a）、（b）两段说明属于原文的图 2.8（数卷积核的位置），该图的标题缺失。",
			Check:  checkPrintedOnce,
		},
		chapters.Claim{
			ID: "5.19/20", Quote: "参考图如下图所示", Book: "4 frames a figure", Verdict: chapters.Unclear,
			Note:   "Four frames are all there is only in Figures 2.1 and 2.5; the others show the first four positions of 9 to 49, and no caption says so.",
			NoteZH: "只有图 2.1 和图 2.5 的四帧是完整的；其余各图只画出 9~49 个位置中的前四个，图注没有说明。",
			Check:  checkFourFrames,
		},
		chapters.Claim{
			ID: "5.19/21", Quote: "方便得到各层的参数", Book: "the formulas give the parameters of the layers", Verdict: chapters.Unclear,
			Note:   "They give sizes. If “parameters” (参数) means kernel size, stride and padding, they help to choose them; the number of weights to learn is in none of them.",
			NoteZH: "这些公式给出的是尺寸。如果“参数”指卷积核大小、步长和填充，公式有助于选定它们；而需要学习的权重个数与这些公式无关。",
			Check:  checkSizesNotParameters,
		},
	)
}

// most is the largest i, k, s and p of the search: every relationship is compared
// with counting in all 12·12·12·13 settings (a padding may be 0).
const most = 12

// eachSetting calls f with every setting of i, k, s up to most and p from 0 to
// most, without dilation.
func eachSetting(f func(s arith.Setting)) {
	for i := 1; i <= most; i++ {
		for k := 1; k <= most; k++ {
			for s := 1; s <= most; s++ {
				for p := 0; p <= most; p++ {
					f(arith.Setting{In: i, Kernel: k, Stride: s, Padding: p, Dilation: 1})
				}
			}
		}
	}
}

// against compares a relationship with counting, wherever it applies.
func against(r arith.Relationship) (cases, exceptions int) {
	eachSetting(func(s arith.Setting) {
		if !r.Applies(s) {
			return
		}
		cases++
		if chapters.Must(r.Size(s)) != settings.Count(s) {
			exceptions++
		}
	})
	return cases, exceptions
}

// relationFinding says how often a relationship of the book is right.
func relationFinding(n int) chapters.Finding {
	cases, exceptions := against(arith.Relationships()[n-1])
	f := chapters.Finding{Value: fmt.Sprintf("%d settings up to %d counted, %d exceptions", cases, most, exceptions), Verdict: chapters.Holds}
	if exceptions > 0 || cases == 0 {
		f.Verdict = chapters.Differs
	}
	return f
}

func checkRelationship(n int) func(chapters.Check) chapters.Finding {
	return func(chapters.Check) chapters.Finding { return relationFinding(n) }
}

// checkHalf also counts what an even kernel does with the same padding.
func checkHalf(chapters.Check) chapters.Finding {
	f := relationFinding(3)
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

// checkFloor counts, beside the relationship, where a fraction is left that only
// the floor takes away; for the general one it also compares every special
// relationship with it, and runs a small grid on the backend.
func checkFloor(n int) func(chapters.Check) chapters.Finding {
	return func(c chapters.Check) chapters.Finding {
		f := relationFinding(n)
		r, fractions := arith.Relationships()[n-1], 0
		eachSetting(func(s arith.Setting) {
			if r.Applies(s) && (s.In+2*s.Padding-s.Kernel)%s.Stride != 0 {
				fractions++
			}
		})
		f.Value += fmt.Sprintf("; without the floor a fraction in %d", fractions)
		if n != 6 {
			return f
		}
		contained, different := contains(r)
		runs := runGrid(c.Backend)
		if different > 0 {
			f.Verdict = chapters.Differs
		}
		f.Value += fmt.Sprintf("; equal to 1 to 5 in %d of %d; %d run on the backend", contained-different, contained, runs)
		return f
	}
}

// contains compares the general relationship with each of the five special ones
// wherever that applies.
func contains(general arith.Relationship) (cases, different int) {
	for _, special := range arith.Relationships()[:5] {
		eachSetting(func(s arith.Setting) {
			if !special.Applies(s) {
				return
			}
			cases++
			a, err := special.Size(s)
			g, err2 := general.Size(s)
			if err != nil || err2 != nil || a != g {
				different++
			}
		})
	}
	return cases, different
}

// runGrid runs small settings as real layers, and returns how many. It is an error
// if a size differs from formula or count.
func runGrid(b compute.Backend) (runs int) {
	for k := 1; k <= 3; k++ {
		for s := 1; s <= 3; s++ {
			for p := 0; p <= 2; p++ {
				_ = chapters.Must(settings.ThreeWays(b, arith.Setting{Name: "grid", In: 6, Kernel: k, Stride: s, Padding: p, Dilation: 1}))
				runs++
			}
		}
	}
	return runs
}

// checkAnyInput looks at the settings in which the kernel does not fit: what the
// most general formula says, with a true floor and with Go's division.
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
	f := chapters.Finding{Verdict: chapters.Holds, Value: fmt.Sprintf(
		"of %d settings up to %d the kernel does not fit in %d; there the formula is above 0 in %d, Go's division in %d", all, most, noFit, above, division)}
	if noFit > 0 {
		f.Verdict = chapters.Differs
	}
	return f
}

// checkAxesApart runs a setting with other numbers on each axis.
func checkAxesApart(c chapters.Check) chapters.Finding {
	image := settings.Image(7)[:5] // 5 rows, 7 columns
	kernel := [][]float64{{1, 2}, {0, 1}, {2, 0}}
	y := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.Conv2D{Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Left: 1, Right: 1}, NoBias: true, Weights: cnnlib.Filter(kernel)}, image))
	rows := chapters.Must(arith.ConvSize(5, 3, 1, 0))
	cols := chapters.Must(arith.ConvSize(7, 2, 1, 1))
	f := chapters.Finding{Verdict: chapters.Holds, Value: fmt.Sprintf(
		"5×7 with a 3×2 kernel and padding 0 and 1 gives %d×%d, axis by axis %d and %d", len(y), len(y[0]), rows, cols)}
	if len(y) != rows || len(y[0]) != cols {
		f.Verdict = chapters.Differs
	}
	return f
}

// checkPrintedFigure runs the setting of a figure.
func checkPrintedFigure(figure string) func(chapters.Check) chapters.Finding {
	return func(c chapters.Check) chapters.Finding {
		s := chapters.Must(settings.Named(figure))
		o := chapters.Must(settings.ThreeWays(c.Backend, s))
		return chapters.Same(c.Book, fmt.Sprintf("%d×%d → %d×%d", s.In, s.In, o, o))
	}
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
	lines := strings.Join(missed, ", ")
	f := chapters.Same(c.Book, fmt.Sprintf("row %s and column %s of the padded %d×%d input are never read, all others are", lines, lines, len(visits), len(visits)))
	all, image := chapters.Must2(settings.NeverRead(s))
	s.Padding = 0
	_, bare := chapters.Must2(settings.NeverRead(s))
	f.Value += fmt.Sprintf(": %d cells, %d of them of the image; without padding %d", all, image, bare)
	return f
}

// checkSteps moves a kernel of 3 over 5 cells until it touches the right side.
func checkSteps(name string, stride int) func(chapters.Check) chapters.Finding {
	return func(c chapters.Check) chapters.Finding {
		const cells, kernel = 5, 3
		steps := 0
		for at := 0; at+kernel < cells; at += stride {
			steps++
		}
		word := "steps"
		if steps == 1 {
			word = "step"
		}
		f := chapters.Same(c.Book, fmt.Sprintf("%s stride %d: %d %s, and one for the start: %d×%d", name, stride, steps, word, steps+1, steps+1))
		o := chapters.Must(settings.ThreeWays(c.Backend, arith.Setting{Name: name, In: cells, Kernel: kernel, Stride: stride, Dilation: 1}))
		if o != steps+1 {
			f.Verdict = chapters.Differs
		}
		return f
	}
}

// checkPrintedOnce counts the captions "Figure 2.n" among the book's pictures.
func checkPrintedOnce(c chapters.Check) chapters.Finding {
	seen, twice, pictures := map[string]bool{}, []string{}, 0
	for _, d := range settings.Drawings {
		if !strings.HasPrefix(d.Under, "Figure ") {
			continue
		}
		pictures++
		if seen[d.Under] {
			twice = append(twice, strings.TrimPrefix(d.Under, "Figure "))
		}
		seen[d.Under] = true
	}
	if len(twice) == 0 {
		return chapters.Same(c.Book, "each figure once")
	}
	return chapters.Same(c.Book, fmt.Sprintf("%d figures in %d places: %s twice", len(seen), pictures, strings.Join(twice, ", ")))
}

// checkFourFrames counts the positions of each figure.
func checkFourFrames(chapters.Check) chapters.Finding {
	var counts []string
	complete := 0
	for _, f := range printedFigures {
		s := chapters.Must(settings.Named(f.figure))
		n := settings.Count(s)
		if n*n == 4 {
			complete++
		}
		counts = append(counts, fmt.Sprintf("%s: %d", f.figure, n*n))
	}
	f := chapters.Finding{Value: "positions " + strings.Join(counts, ", "), Verdict: chapters.Unclear}
	if complete == len(printedFigures) {
		f.Verdict = chapters.Holds
	}
	return f
}

// checkSizesNotParameters counts the weights of a layer for many sizes, strides
// and paddings.
func checkSizesNotParameters(chapters.Check) chapters.Finding {
	sizes, counts := map[int]bool{}, map[int]bool{}
	const kernel = 3
	for i := kernel; i <= most; i++ {
		for s := 1; s <= 3; s++ {
			for p := 0; p < kernel; p++ {
				layer := cnnlib.Conv2D{Channels: 1, Kernel: kernel, Stride: s, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: p, Bottom: p, Left: p, Right: p}}
				out := chapters.Must(layer.OutShape(cnnlib.Shape{i, i, 1}))
				sizes[out[0]] = true
				counts[layer.Params(cnnlib.Shape{i, i, 1})] = true
			}
		}
	}
	f := chapters.Finding{Verdict: chapters.Holds, Value: fmt.Sprintf("a 3×3 layer: %d different sizes, %d number of parameters", len(sizes), len(counts))}
	if len(counts) == 1 && len(sizes) > 1 { // right for one reading of the word, wrong for the other
		f.Verdict = chapters.Unclear
	}
	return f
}
