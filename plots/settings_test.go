package plots

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// ramp has its own number in every cell.
func ramp(h, w int) [][]float64 { return stepCase{h: h, w: w, kh: 1, kw: 1}.steps().Input }

// stampsOf517 is the picture of section 5.17 of the book, with numbers.
func stampsOf517() Scatter {
	return Scatter{Input: ramp(2, 2), Kernel: ramp(4, 4), Options: ref.TransposedOptions{Options: ref.Options{Stride: 3}}}
}

// settingFigures are those of TransposedSteps, Scatter, Isometric and ContactSheet,
// for the tests of all figures.
func settingFigures() map[string]*Picture {
	odd := ref.TransposedOptions{Options: ref.Options{Stride: 2, Top: 1, Bottom: 1, Left: 1, Right: 1}, Output: 1}
	all := arith.Settings()
	return map[string]*Picture{
		"transposed":      TransposedSteps{Input: ramp(3, 3), Kernel: ramp(3, 3), Options: odd, Frames: []int{0, 35}}.Picture(),
		"transposed far":  TransposedSteps{Input: ramp(2, 2), Kernel: ramp(2, 2), Options: ref.TransposedOptions{Options: ref.Options{Stride: 3, Dilation: 2}}, Frames: []int{3}}.Picture(),
		"scatter":         stampsOf517().Picture(),
		"scatter cut":     Scatter{Input: ramp(2, 3), Kernel: ramp(3, 3), Options: odd}.Picture(),
		"scatter dilated": Scatter{Input: [][]float64{{0.5}}, Kernel: [][]float64{{1, -2}}, Options: ref.TransposedOptions{Options: ref.Options{Dilation: 2}}}.Picture(),
		"isometric":       Isometric{Setting: all[2], Input: ramp(5, 5), Kernel: vertical, Frames: []int{12}}.Picture(),
		"isometric bare":  Isometric{Setting: all[13]}.Picture(),
		"isometric pool":  Isometric{Setting: arith.Setting{Operation: arith.Pooling, In: 4, Kernel: 2}, Input: ramp(4, 4)}.Picture(),
		"contact":         ContactSheet{Settings: all, Title: "Fifteen settings"}.Picture(),
		"contact one":     ContactSheet{Settings: []arith.Setting{{In: 20, Kernel: 3, Padding: 2}}}.Picture(),
	}
}

// subpaths counts the rectangles or polygons of a colour in a file, also those
// that share an element.
func (d drawing) subpaths(color string) int {
	n := len(d.filled(color))
	for _, l := range d.paths {
		if l.attr["fill"] == color {
			n += max(strings.Count(l.attr["d"], "z"), strings.Count(l.attr["d"], "Z"))
		}
	}
	return n
}

func randomSetting(r *rand.Rand) arith.Setting {
	return arith.Setting{Operation: arith.Operation(r.IntN(3)), In: 1 + r.IntN(8), Kernel: 1 + r.IntN(4), Stride: 1 + r.IntN(3),
		Padding: r.IntN(4), Dilation: 1 + r.IntN(2), Output: r.IntN(2)}
}

// TestSettingsDrawn counts what is drawn for random settings: the output's cells
// against arith, the input's, and those the kernel reads.
func TestSettingsDrawn(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 19))
	drawn := make(map[arith.Operation]int)
	for range 600 {
		s := randomSetting(r)
		want, err := s.Size()
		sheet := ContactSheet{Settings: []arith.Setting{s}}.Picture()
		iso := Isometric{Setting: s, Frames: []int{0}}.Picture()
		if err != nil || s.Operation == arith.TransposedConvolution && s.Padding > (s.Kernel-1)*s.Dilation {
			if sheet.Err() == nil || iso.Err() == nil {
				t.Errorf("%+v was drawn (%v)", s, err)
			}
			continue
		}
		for _, p := range []*Picture{sheet, iso} {
			if p.Err() != nil {
				t.Fatalf("%+v: %v", s, p.Err())
			}
			d := parseSVG(t, p)
			if out := d.subpaths(hex(outGreen)) + d.subpaths(hex(cellGreen)); out != want*want {
				t.Errorf("%+v: %d output cells drawn, the formula gives %d²", s, out, want)
			}
			if in := d.subpaths(hex(inputBlue)) + d.subpaths(hex(windowBlue)); in != s.In*s.In {
				t.Errorf("%+v: %d input cells drawn, want %d²", s, in, s.In)
			}
			if taps := d.subpaths(hex(windowBlue)) + d.subpaths(hex(padBlue)); taps != s.Kernel*s.Kernel {
				t.Errorf("%+v: %d cells under the kernel, want %d²", s, taps, s.Kernel)
			}
		}
		drawn[s.Operation]++
		data := sheet.Data.([]SettingData)[0]
		if data.Out != want {
			t.Errorf("%+v: data %+v", s, data)
		}
		if s.Operation == arith.Convolution {
			visits, err := arith.Conv{In: s.In, Kernel: s.Kernel, Stride: s.Stride, Dilation: s.Dilation, Padding: arith.Explicit, Start: s.Padding, End: s.Padding}.Visits()
			if err != nil {
				t.Fatal(err)
			}
			read := 0
			for _, n := range visits {
				read += min(n, 1)
			}
			if data.Never != s.In*s.In-read*read {
				t.Errorf("%+v: %d cells never read, arith counts %d read of %d a side", s, data.Never, read, s.In)
			}
		}
	}
	for op := range arith.Operation(3) {
		if drawn[op] < 30 { // a third of 600 each, of which too large kernels and paddings drop most
			t.Errorf("%v: only %d settings were drawn", op, drawn[op])
		}
	}
}

// TestFifteenSettings: all of arith are drawn, and the one whose last zeros are not
// read says so (figure 2.7: 8² cells, 7² of them read).
func TestFifteenSettings(t *testing.T) {
	p := ContactSheet{Settings: arith.Settings()}.Picture()
	data := p.Data.([]SettingData)
	for i, s := range arith.Settings() {
		want := 0
		if s.Figure == "2.7" {
			want = 8*8 - 7*7
		}
		if data[i].Out != s.Out || data[i].Unread != want || data[i].Never != 0 {
			t.Errorf("%s: %+v, want o=%d, %d unread", s.Name, data[i], s.Out, want)
		}
	}
	texts := parseSVG(t, p).strings()
	if all := strings.Join(texts, " "); !strings.Contains(all, "second place; dashed cells: zeros; hatched: never read") {
		t.Errorf("the legend lacks a sign: %s", all)
	}
	plain := ContactSheet{Settings: []arith.Setting{{In: 3, Kernel: 3}}}.Picture()
	if all := strings.Join(parseSVG(t, plain).strings(), " "); strings.Contains(all, "dashed") || strings.Contains(all, "hatched") || !strings.Contains(all, "solid frames") {
		t.Errorf("the legend has signs that the sheet lacks: %s", all)
	}
	for _, want := range []string{"i=5 k=3 s=2 p=1 → o=3", "i'=3 k=3 s=2 p=1 a=1 → o'=6", "zeros: 1 between, 1 before, 2 after", "i=7 k=3 s=1 p=0 d=2 → o=3"} {
		if !slices.Contains(texts, want) {
			t.Errorf("the sheet lacks %q", want)
		}
	}
}

// TestTransposedTwoWays: inserted zeros and stamps give the numbers of ref, by its
// two ways, for many geometries. All numbers are whole: sums are exact.
func TestTransposedTwoWays(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 17))
	cases := 0
	for range 200 {
		h, w, kh, kw := 1+r.IntN(3), 1+r.IntN(4), 1+r.IntN(3), 1+r.IntN(3)
		o := ref.TransposedOptions{Options: ref.Options{Stride: 1 + r.IntN(3), Dilation: 1 + r.IntN(2), Top: r.IntN(2), Bottom: r.IntN(2), Left: r.IntN(2), Right: r.IntN(2)}}
		o.Output = r.IntN(o.Stride)
		input, kernel := ramp(h, w), ramp(kh, kw)
		x, k := ref.NewArray(1, h, w, 1), ref.NewArray(kh, kw, 1, 1)
		copy(x.Data, slices.Concat(input...))
		copy(k.Data, slices.Concat(kernel...))
		y, err := ref.TransposedByInsertion(x, k, nil, o)
		scatter := Scatter{Input: input, Kernel: kernel, Options: o}.Picture()
		steps := TransposedSteps{Input: input, Kernel: kernel, Options: o, Frames: []int{0}}.Picture()
		if err != nil {
			if scatter.Err() == nil || steps.Err() == nil {
				t.Errorf("%d×%d, %d×%d, %+v was drawn, although %v", h, w, kh, kw, o, err)
			}
			continue
		}
		if scatter.Err() != nil {
			t.Fatalf("%d×%d, %d×%d, %+v: %v", h, w, kh, kw, o, scatter.Err())
		}
		data := scatter.Data.(ScatterData)
		if got := slices.Concat(data.Output...); !slices.Equal(got, y.Data) {
			t.Errorf("%+v: stamps give %v, ref %v", o, got, y.Data)
		}
		last := data.Frames[len(data.Frames)-1]
		if last.Row != h-1 || last.Col != w-1 || last.Stamp[0][0] != float64(h*w) {
			t.Errorf("%+v: the last frame is %+v", o, last)
		}
		if steps.Err() != nil {
			if padding := max(o.Top, o.Bottom, o.Left, o.Right); padding <= min(kh-1, kw-1)*o.Dilation {
				t.Errorf("%+v: %v", o, steps.Err())
			}
			continue
		}
		cases++
		if got := slices.Concat(steps.Data.(TransposedStepsData).Output...); !slices.Equal(got, y.Data) {
			t.Errorf("%+v: inserted zeros give %v, ref %v", o, got, y.Data)
		}
		d := parseSVG(t, steps)
		if out := len(d.filled(hex(outGreen))) + len(d.filled(hex(cellGreen))); out != len(y.Data) {
			t.Errorf("%+v: %d output cells drawn, want %d", o, out, len(y.Data))
		}
		if in := len(d.filled(hex(inputBlue))) + len(d.filled(hex(windowBlue))); in != h*w {
			t.Errorf("%+v: %d solid input cells, want %d", o, in, h*w)
		}
	}
	if cases < 50 {
		t.Errorf("only %d geometries were drawn", cases)
	}
}

// TestStampsOf517 holds the picture of section 5.17 against counts by hand: 2×2
// stamps of 4×4, 3 apart, share row 4 and column 4 of 7.
func TestStampsOf517(t *testing.T) {
	p := stampsOf517().Picture()
	data := p.Data.(ScatterData)
	for r, row := range data.Counts {
		for c, n := range row {
			want := 1
			if r == 3 {
				want *= 2
			}
			if c == 3 {
				want *= 2
			}
			if n != want {
				t.Errorf("row %d, column %d has %d stamps, want %d", r, c, n, want)
			}
		}
	}
	// The middle: the last number of the kernel times 1, and its neighbours' corners.
	if got, want := data.Output[3][3], 16.0*1+13*2+4*3+1*4; got != want {
		t.Errorf("the middle is %v, want %v", got, want)
	}
	texts := parseSVG(t, p).strings()
	for _, want := range []string{"stamp: 2 × kernel; overlap (hatched): 4+2=6, 8+10=18, 12+18=30, 16+26=42", "Stamp 4 of 4: input row 2, column 2", "7×7", "stride 3", "58"} {
		if !slices.Contains(texts, want) {
			t.Errorf("the figure lacks %q: %q", want, texts)
		}
	}
	hatched := 0
	for _, l := range parseSVG(t, p).paths {
		if l.attr["fill"] == "none" && l.attr["stroke-width"] == "0.6" {
			hatched++
		}
	}
	if want := 4 + 13; hatched != want { // after stamp 2: a column of 4; after the last: 7 + 7 − 1
		t.Errorf("%d cells are hatched, want %d", hatched, want)
	}
	a := stampsOf517().Animation()
	if a.Err() != nil || len(a.Frames) != 4 {
		t.Fatalf("%d frames: %v", len(a.Frames), a.Err())
	}
	for _, f := range a.Frames {
		if f.Width != a.Frames[0].Width || f.Height != a.Frames[0].Height {
			t.Error("frames of different sizes")
		}
	}
}

func TestIsometricNumbers(t *testing.T) {
	s := Isometric{Setting: arith.Settings()[2], Input: ramp(5, 5), Kernel: vertical, Frames: []int{24}}
	want, err := ref.CrossCorrelate2D(s.Input, vertical, ref.Options{Top: 1, Bottom: 1, Left: 1, Right: 1})
	if err != nil {
		t.Fatal(err)
	}
	p := s.Picture()
	data := p.Data.(IsometricData)
	if !slices.EqualFunc(data.Output, want, slices.Equal[[]float64]) {
		t.Errorf("output %v, want %v", data.Output, want)
	}
	texts := parseSVG(t, p).strings()
	if n := len(texts); n != 1+49+25+1 { // heading, input with its zeros, output, formula
		t.Errorf("%d texts, want 76", n)
	}
	for figure, want := range map[string]bool{"2.6": false, "2.7": true} { // 8 cells, of which 3 + 2·2 are read
		i := slices.IndexFunc(arith.Settings(), func(s arith.Setting) bool { return s.Figure == figure })
		p := Isometric{Setting: arith.Settings()[i]}.Picture()
		texts := strings.Join(parseSVG(t, p).strings(), " ")
		if strings.Contains(texts, "hatched: never read") != want {
			t.Errorf("figure %s: texts %q", figure, texts)
		}
	}
	pool := Isometric{Setting: arith.Setting{Operation: arith.Pooling, In: 4, Kernel: 2, Stride: 2}, Input: ramp(4, 4)}.Picture()
	if out := pool.Data.(IsometricData).Output; !slices.Equal(slices.Concat(out...), []float64{6, 8, 14, 16}) {
		t.Errorf("the largest of each window: %v", out)
	}
	if a := s.Animation(); a.Err() != nil || len(a.Frames) != 25 {
		t.Errorf("%d frames: %v", len(a.Frames), a.Err())
	}
	for name, a := range map[string]*Animation{"isometric": Isometric{Setting: arith.Settings()[0]}.Animation(), "scatter": stampsOf517().Animation()} {
		if data, err := a.GIF(); err != nil || len(data) > 150_000 { // 4 frames each
			t.Errorf("%s: GIF of %d bytes: %v", name, len(data), err)
		}
	}
	tr := TransposedSteps{Input: ramp(2, 2), Kernel: ramp(3, 3), Options: ref.TransposedOptions{Options: ref.Options{Stride: 2}}}.Animation()
	if d, ok := tr.Data.(TransposedStepsData); tr.Err() != nil || !ok || len(d.Frames) != 25 { // (2−1)·2+3 = 5 a side
		t.Errorf("%T: %v", tr.Data, tr.Err())
	}
}

func TestBadSettings(t *testing.T) {
	conv := arith.Setting{In: 5, Kernel: 3}
	back := arith.Setting{Operation: arith.TransposedConvolution, In: 5, Kernel: 3, Padding: 3}
	for name, c := range map[string]struct {
		p    *Picture
		want string
	}{
		"none":           {ContactSheet{}.Picture(), "no settings"},
		"too large":      {ContactSheet{Settings: []arith.Setting{{In: 3, Kernel: 5}}}.Picture(), "setting 1"},
		"many":           {ContactSheet{Settings: []arith.Setting{{In: 50, Kernel: 5}}}.Picture(), "at most 40"},
		"padding":        {Isometric{Setting: back}.Picture(), "padding"},
		"input":          {Isometric{Setting: conv, Input: ramp(4, 4), Kernel: vertical}.Picture(), "give 5×5"},
		"kernel":         {Isometric{Setting: conv, Input: ramp(5, 5), Kernel: ramp(2, 2)}.Picture(), "give 3×3"},
		"no kernel":      {Isometric{Setting: conv, Input: ramp(5, 5)}.Picture(), "the kernel has no values"},
		"frame":          {Isometric{Setting: conv, Frames: []int{9}}.Picture(), "use 0 to 8"},
		"pool kernel":    {Isometric{Setting: arith.Setting{Operation: arith.Pooling, In: 4, Kernel: 2}, Input: ramp(4, 4), Kernel: vertical}.Picture(), "leave it out"},
		"long animation": {Failed(Isometric{Setting: arith.Setting{In: 21, Kernel: 1}}.Animation().Err()), "441 cells"},
		"scatter":        {Scatter{Kernel: vertical}.Picture(), "the input has no values"},
		"scatter moving": {Failed(Scatter{Kernel: vertical}.Animation().Err()), "the input has no values"},
		"scatter frame":  {Scatter{Input: vertical, Kernel: vertical, Frames: []int{9}}.Picture(), "use 0 to 8"},
		"scatter stride": {Scatter{Input: vertical, Kernel: vertical, Options: ref.TransposedOptions{Options: ref.Options{Stride: -1}}}.Picture(), "stride"},
		"scatter many":   {Scatter{Input: ramp(21, 21), Kernel: vertical}.Picture(), "441 cells"},
		"steps":          {TransposedSteps{Kernel: vertical}.Picture(), "the input has no values"},
		"steps padding":  {TransposedSteps{Input: vertical, Kernel: vertical, Options: ref.TransposedOptions{Options: ref.Options{Top: 3}}}.Picture(), "padding"},
		"steps output":   {TransposedSteps{Input: vertical, Kernel: vertical, Options: ref.TransposedOptions{Output: 1}}.Picture(), "output padding"},
		"scatter axes":   {Scatter{Input: vertical, Kernel: vertical, Options: ref.TransposedOptions{Options: ref.Options{StrideW: 2}}}.Picture(), "StrideW 2"},
		"steps axes":     {TransposedSteps{Input: vertical, Kernel: vertical, Options: ref.TransposedOptions{OutputW: -1}}.Picture(), "OutputW -1"},
		"forward axes":   {Steps{Input: vertical, Kernel: vertical, Options: ref.Options{DilationW: 2}}.Picture(), "DilationW 2"},
		"steps groups":   {TransposedSteps{Input: vertical, Kernel: vertical, Options: ref.TransposedOptions{Options: ref.Options{Groups: 2}}}.Picture(), "groups"},
		"scatter groups": {Scatter{Input: vertical, Kernel: vertical, Options: ref.TransposedOptions{Options: ref.Options{Groups: 2}}}.Picture(), "groups"},
	} {
		oneLine(t, name, c.p.Err(), c.want)
	}
}

func oneLine(t *testing.T, name string, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "plots: ") || strings.Contains(err.Error(), "\n") {
		t.Errorf("%s: error %v, want %q", name, err, want)
	}
}
