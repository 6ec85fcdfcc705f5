package plots

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"cnnbook/cnnlib/arith"
)

// networkFigures are those of Diagram, Volumes, Wiring, Sparse and Coverage, for
// the tests of all figures.
func networkFigures() map[string]*Picture {
	wires := func(w Wiring, err error) *Picture {
		if err != nil {
			return Failed(err)
		}
		w.Title = "A title that is much wider than the few cells of this picture are"
		return w.Picture()
	}
	conv := func(name string, lines ...string) Block { return Block{Name: name, Lines: lines, Kind: Convolution} }
	relu := Block{Name: "ReLU", Kind: Activation}
	pool := Block{Name: "3×3 max pool", Kind: Pooling, Lines: []string{"28×28×192"}}
	inception := []Block{{Name: "previous layer", Kind: Input, Lines: []string{"28×28×192"}},
		{Branches: [][]Block{{conv("1×1 conv", "28×28×64", "12,352 parameters")}, {conv("1×1 conv", "28×28×96"), conv("3×3 conv", "28×28×128", "110,720 parameters")},
			{conv("1×1 conv"), conv("5×5 conv", "28×28×32")}, {pool, conv("1×1 conv")}}},
		{Name: "concatenation", Kind: Join, Lines: []string{"28×28×256"}}}
	residual := []Block{{Name: "input", Kind: Input}, {Name: "bottleneck", Branches: [][]Block{{conv("1×1 conv", "256→64"), relu, conv("3×3 conv")}, {}}}, {Name: "sum", Kind: Join}, relu}
	chain := []Block{{Name: "input", Kind: Input, Lines: []string{"28×28×1"}}}
	for range 3 {
		chain = append(chain, conv("a convolution with a long name that is broken", "24×24×20"), relu, pool, Block{Name: "dropout"}, Block{Name: "fully connected", Kind: Dense})
	}
	return map[string]*Picture{
		"coverage":       Coverage{Counts: [][]int{{0, 1, 2}, {12, 0, 4}}, Title: "A title wider than the map", Windows: []Window{{Rows: 2, Cols: 2, Label: "A"}}}.Picture(),
		"coverage rows":  Coverage{Counts: [][]int{{0, 1, 2}, {1000, 1}}, Rows: []string{"k=3", "k=4, s=2"}, Unit: "inputs"}.Picture(),
		"coverage zero":  Coverage{Counts: [][]int{{0}}}.Picture(),
		"wires":          wires(WiringOfConv(arith.Conv{In: 7, Kernel: 5, Padding: arith.Full})),
		"wires few":      wires(WiringOfConv(arith.Conv{In: 3, Kernel: 3})),
		"wires back":     wires(WiringOfTransposed(arith.Transposed{In: 8, Kernel: 6, Stride: 3})),
		"sparse":         Sparse{Terms: []SparseTerm{{Cells: [][]string{{"a", "c"}, {"", "b"}}, Title: "A title wider than the matrix", RowSums: true, ColumnSums: true, Windows: []Window{{Dashed: true}}}, {Cells: [][]string{{"−0.5a", "1"}}}}, Operators: []string{"→"}}.Picture(),
		"sparse one":     Sparse{Terms: []SparseTerm{{Cells: [][]string{{"1"}}, ColumnSums: true}}}.Picture(),
		"diagram":        Diagram{Blocks: inception, Title: "Inception"}.Picture(),
		"diagram skip":   Diagram{Blocks: residual}.Picture(),
		"diagram long":   Diagram{Blocks: chain, Title: "long"}.Picture(),
		"diagram three":  Diagram{Blocks: chain, Columns: 3}.Picture(),
		"diagram inside": Diagram{Blocks: []Block{{Name: "two blocks", Branches: [][]Block{residual, inception}}}}.Picture(),
		"volumes": Volumes{Title: "volumes", Volumes: []Volume{{H: 32, W: 32, C: 3, Name: "input", Window: &Cuboid{H: 5, W: 5}}, {H: 32, W: 32, C: 12, Name: "a volume with a long name", Before: "conv 3×3, 12 kernels"},
			{H: 1, W: 1, C: 10, Before: "fully connected", Role: RoleOutput}, {H: 1, W: 1, C: 1, Before: "→"}}}.Picture(),
		"volumes copies": Volumes{Volumes: []Volume{{H: 12, W: 12, C: 3}, {H: 5, W: 5, C: 3, Copies: 3, Before: "*", Role: RoleKernel}, {H: 8, W: 8, C: 3, Before: "=", Role: RoleOutput}, {H: 1, W: 1, C: 3, Copies: 256, Before: "*", Name: "kernels", Role: RoleKernel}}}.Picture(),
		"volumes planes": Volumes{Volumes: []Volume{{H: 227, W: 227, C: 3, Planes: true, Window: &Cuboid{Row: 2, Col: 2, H: 5, W: 5}}, {H: 5, W: 5, C: 3, Planes: true, Role: RoleKernel, Before: "*"}, {H: 8, W: 8, C: 512, Role: RoleOutput, Before: "=", Axes: [3]string{"H", "W", "T"}}}}.Picture(),
	}
}

func TestWiresAreThoseOfArith(t *testing.T) {
	for k := 1; k <= 6; k++ {
		for s := 1; s <= 3; s++ {
			c := arith.Conv{In: 9, Kernel: k, Stride: s, Padding: arith.Explicit, Start: k / 2}
			w, err := WiringOfConv(c)
			if err != nil {
				t.Fatal(err)
			}
			visits, err := c.Visits()
			if err != nil {
				t.Fatal(err)
			}
			checkCounts(t, w, visits, true)
			back := arith.Transposed{In: 5, Kernel: k, Stride: s}
			if w, err = WiringOfTransposed(back); err != nil {
				t.Fatal(err)
			}
			if visits, err = back.Contributions(); err != nil {
				t.Fatal(err)
			}
			checkCounts(t, w, visits, false)
		}
	}
}

func checkCounts(t *testing.T, w Wiring, want []int, inputs bool) {
	t.Helper()
	p := w.Picture()
	if p.Err() != nil {
		t.Fatal(p.Err())
	}
	got := p.Data.(WiringData).Outputs
	if inputs {
		got = p.Data.(WiringData).Inputs
	}
	if len(got) != len(want) {
		t.Fatalf("%v, want %v", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%v, want %v", got, want)
		}
	}
}

// TestCoverageCells: every count in its cell, more is darker, and the cells with 0
// are hatched and outlined, as many as arith says are lost.
func TestCoverageCells(t *testing.T) {
	pool := arith.Pool{In: 14, Window: 4, Stride: 3} // the doubt of section 5.5.3
	visits, err := pool.Visits()
	if err != nil {
		t.Fatal(err)
	}
	lost, err := pool.Lost()
	if err != nil {
		t.Fatal(err)
	}
	counts, err := arith.Outer(visits, visits)
	if err != nil {
		t.Fatal(err)
	}
	p := Coverage{Counts: counts}.Picture()
	data := p.Data.(CoverageData)
	want := 14*14 - (14-lost)*(14-lost)
	if data.Empty != want || data.Cells != 196 || data.Fewest != 0 || data.Most != 4 || want != 27 {
		t.Errorf("data %+v, want %d empty", data, want)
	}
	d := parseSVG(t, p)
	hatched, outlined := 0, 0
	for _, l := range d.paths {
		if l.attr["stroke-width"] == "0.6" {
			hatched++
		}
	}
	for _, r := range d.rects {
		if r.attr["stroke-width"] == "1.5" && r.attr["fill"] == "none" {
			outlined++
		}
	}
	if hatched != want || outlined != want {
		t.Errorf("%d cells hatched, %d outlined, want %d", hatched, outlined, want)
	}
	of := make(map[string]int)
	for _, s := range d.strings() {
		of[s]++
	}
	for n := range 5 {
		cells := 0
		for _, row := range counts {
			for _, m := range row {
				if m == n {
					cells++
				}
			}
		}
		if s := string('0' + rune(n)); of[s] != cells {
			t.Errorf("%d cells have the number %s, want %d", of[s], s, cells)
		}
		if n > 0 {
			c := Scale{Palette: Sequential, High: 4}.color(float64(n))
			if before := (Scale{Palette: Sequential, High: 4}).color(float64(n) - 1); luminance(c) >= luminance(before) {
				t.Errorf("%d is no darker than %d", n, n-1)
			}
			if cells > 0 && len(d.filled(hex(c))) != cells {
				t.Errorf("%d cells have the colour of %d, want %d", len(d.filled(hex(c))), n, cells)
			}
		}
	}
	if !strings.Contains(p.Alt, "0 on 27, 1 on 100, 2 on 60, 4 on 9") { // a row has 1 at 10 places, 2 at 3: 10², 2·10·3, 3²
		t.Errorf("the description is %q", p.Alt)
	}
}

func TestCoverageRows(t *testing.T) {
	p := Coverage{Counts: [][]int{{1, 2, 1}, {1, 1}}, Rows: []string{"k=3", "k=2"}, Unit: "inputs"}.Picture()
	texts := parseSVG(t, p).strings()
	if want := []string{"k=3", "1", "2", "1", "k=2", "1", "1", "numbers: inputs on the cell"}; !slices.Equal(texts, want) {
		t.Errorf("texts %q, want %q", texts, want)
	}
	if want := "Number of inputs on each of 5 cells: 1 on 4, 2 on 1; rows k=3: 1 2 1 / k=2: 1 1."; p.Alt != want {
		t.Errorf("the description is %q", p.Alt)
	}
}

// TestWires: a line for each wire, in the pen of its weight, ending in its cells.
func TestWires(t *testing.T) {
	w, err := WiringOfConv(arith.Conv{In: 7, Kernel: 5})
	if err != nil {
		t.Fatal(err)
	}
	w.InputsBelow = true
	p := w.Picture()
	var lines, pens int
	for _, m := range p.marks {
		if s, ok := m.(segments); ok && s.bounds().h > 50 {
			pens++
			lines += len(s.lines)
			for _, l := range s.lines {
				if l[0].y <= l[1].y {
					t.Errorf("a wire runs from %v to %v: inputs belong below", l[0], l[1])
				}
			}
		}
	}
	if lines != 3*5 || pens != 5 {
		t.Errorf("%d lines in %d pens, want 15 in 5", lines, pens)
	}
	data := p.Data.(WiringData)
	if !slices.Equal(data.Inputs, []int{1, 2, 3, 3, 3, 2, 1}) || !slices.Equal(data.Outputs, []int{5, 5, 5}) || data.Weights != 5 { // section 5.12: the end samples are used once
		t.Errorf("data %+v", data)
	}
	texts := parseSVG(t, p).strings()
	for _, name := range []string{"a", "b", "c", "d", "e"} { // legend and label
		if n := len(slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return s != name })); n != 2 {
			t.Errorf("%q stands %d times, want in the legend and on a line", name, n)
		}
	}
	w.Label = -1
	if n := len(w.Picture().marks); n != len(p.marks)-10 { // five labels with their paper
		t.Errorf("%d marks without labels, %d with", n, len(p.marks))
	}
	for i, a := range wireStyles { // told apart without colour
		for _, b := range wireStyles[:i] {
			if slices.Equal(a.dash, b.dash) && a.width == b.width {
				t.Errorf("two weights have the dashes %v at width %v", a.dash, a.width)
			}
		}
		if r := contrast(a.ink, background); r < 4.5 {
			t.Errorf("weight %d: contrast %.2f", i, r)
		}
	}
}

// TestSparseSums: sums are computed from the cells, in symbols and numbers.
func TestSparseSums(t *testing.T) {
	p := Sparse{Terms: []SparseTerm{{Cells: [][]string{{"a", "c", ""}, {"·", "b", "0"}, {"", "a", "c"}}, RowSums: true, ColumnSums: true}}}.Picture()
	data := p.Data.([]SparseData)[0]
	if !slices.Equal(data.RowSums, []string{"a+c", "b", "a+c"}) || !slices.Equal(data.ColumnSums, []string{"a", "a+b+c", "c"}) || data.NonZero != 5 {
		t.Errorf("data %+v", data)
	}
	texts := parseSVG(t, p).strings()
	dots := slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return s != "·" })
	if len(dots) != 4 {
		t.Errorf("%d dots, want 9 − 5", len(dots))
	}
	for cell, want := range map[string]string{
		"a+b/2+a": "2a+b/2", "½b+½b": "b", "2a − 3a": "−a", "a−a": "0", "0.5+1/4": "0.75", "−w₀₁": "−w₀₁", "3b/2": "3b/2", "": "0", "·": "0", "1/3": "1/3", "b+a": "a+b",
	} {
		l, err := parseLinear(cell)
		if err != nil || l.String() != want {
			t.Errorf("%q is %v (%v), want %s", cell, l, err, want)
		}
	}
}

// TestSparseEquationMustHold: bilinear upsampling before a convolution is, row by
// row, the deconvolution plus half of it shifted down and half shifted up (section
// 5.20.2; on a ring, so that no row is lost).
func TestSparseEquationMustHold(t *testing.T) {
	deconvolution := [][]string{{"a", "c", ""}, {"", "b", ""}, {"", "a", "c"}, {"", "", "b"}, {"c", "", "a"}, {"b", "", ""}}
	half := func(shift int) [][]string {
		out := make([][]string, 6)
		for r := range out {
			for _, cell := range deconvolution[(r+6-shift)%6] {
				if cell != "" {
					cell += "/2"
				}
				out[r] = append(out[r], cell)
			}
		}
		return out
	}
	bilinear := [][]string{{"a+b/2", "b/2+c", ""}, {"a/2", "a/2+b+c/2", "c/2"}, {"", "a+b/2", "b/2+c"}, {"c/2", "a/2", "a/2+b+c/2"}, {"b/2+c", "", "a+b/2"}, {"a/2+b+c/2", "c/2", "a/2"}}
	// Row 2 of the deconvolution is b alone; its neighbours are rows 1 and 3, both
	// of a and c, so that a/2 + c/2 of each are added, at their places.
	sum := Sparse{Terms: []SparseTerm{{Cells: bilinear, RowSums: true}, {Cells: deconvolution}, {Cells: half(1)}, {Cells: half(-1)}}, Operators: []string{"=", "+", "+"}}
	p := sum.Picture()
	if p.Err() != nil {
		t.Fatal(p.Err())
	}
	for _, s := range p.Data.([]SparseData)[0].RowSums {
		if s != "a+b+c" {
			t.Errorf("a row sums to %s: the checkerboard is back", s)
		}
	}
	bilinear[1][1] = "a+b+c/2"
	oneLine(t, "wrong", sum.Picture().Err(), "row 2, column 2 of the equation is a+b+c/2 on the left and a/2+b+c/2 on the right")
}

// TestDiagram: every text in the picture, an arrow into every box but the first,
// and the kinds in the data by name.
func TestDiagram(t *testing.T) {
	blocks := []Block{{Name: "x", Kind: Input, Lines: []string{"8×8×1"}},
		{Name: "skip", Branches: [][]Block{{{Name: "conv", Kind: Convolution}, {Name: "relu", Kind: Activation}}, {}}},
		{Name: "sum", Kind: Join}, {Name: "pool", Kind: Pooling}, {Name: "scores", Kind: Dense, Lines: []string{"10", "170 parameters"}}}
	p := Diagram{Blocks: blocks, Title: "small"}.Picture()
	if want := "small: x (8×8×1) → skip [conv → relu | identity] → sum → pool → scores (10; 170 parameters)."; p.Alt != want {
		t.Errorf("the description is %q", p.Alt)
	}
	texts := parseSVG(t, p).strings()
	for _, want := range []string{"small", "x", "8×8×1", "skip", "conv", "relu", "identity", "sum", "pool", "scores", "10", "170 parameters"} {
		if !slices.Contains(texts, want) {
			t.Errorf("the picture lacks %q: %q", want, texts)
		}
	}
	heads := 0
	for _, m := range p.marks {
		if l, ok := m.(path); ok && l.closed && len(l.points) == 3 && l.fill == ink {
			heads++
		}
	}
	if heads != 5+1 { // conv, relu, sum, pool, scores; and the one in the icon of sum
		t.Errorf("%d arrow heads, want 6", heads)
	}
	data, err := json.Marshal(p.Data)
	if err != nil || !strings.Contains(string(data), `"kind":"convolution"`) {
		t.Errorf("%s (%v)", data, err)
	}
	looks := make(map[string]Kind) // no two kinds look the same without colour and text
	for k := range Kind(len(kindNames)) {
		d := parseSVG(t, Diagram{Blocks: []Block{{Name: "n", Kind: k}}}.Picture())
		var look strings.Builder
		for _, e := range slices.Concat(d.rects[1:], d.paths) {
			look.WriteString(e.attr["stroke-width"] + e.attr["stroke-dasharray"] + e.attr["width"] + e.attr["d"] + ";")
		}
		if other, same := looks[look.String()]; same {
			t.Errorf("%v looks as %v does", k, other)
		}
		looks[look.String()] = k
	}
}

// TestDiagramColumns: boxes of a chain in several columns keep their order and do
// not lie on each other or on the connecting lines.
func TestDiagramColumns(t *testing.T) {
	var blocks []Block
	for i := range 11 {
		blocks = append(blocks, Block{Name: "block " + string('a'+rune(i)), Kind: Dense})
	}
	for columns := 1; columns <= 4; columns++ {
		p := Diagram{Blocks: blocks, Columns: columns}.Picture()
		if p.Err() != nil {
			t.Fatal(p.Err())
		}
		var frames []rect
		for _, m := range p.marks {
			if b, ok := m.(box); ok && b.fill == padBlue {
				frames = append(frames, b.rect)
			}
		}
		if len(frames) != 11 {
			t.Fatalf("%d boxes, want 11", len(frames))
		}
		starts := make(map[float64]bool)
		for i, a := range frames {
			starts[a.x] = true
			if i > 0 && a.x == frames[i-1].x && a.y < frames[i-1].y+frames[i-1].h+7 {
				t.Errorf("%d columns: no room for an arrow above box %d", columns, i+1)
			}
			for _, m := range p.marks {
				if l, ok := m.(path); ok && !l.closed && len(l.points) > 2 && l.width == 1.1 {
					for k, q := range l.points[1:] {
						mid := point{(q.x + l.points[k].x) / 2, (q.y + l.points[k].y) / 2}
						if in := a.inset(1); mid.x > in.x && mid.x < in.x+in.w && mid.y > in.y && mid.y < in.y+in.h {
							t.Errorf("%d columns: a line crosses box %d", columns, i+1)
						}
					}
				}
			}
		}
		if len(starts) != columns {
			t.Errorf("%d columns, want %d", len(starts), columns)
		}
	}
}

// TestVolumes: three faces each, longer edges for larger sizes, the texts, the data.
func TestVolumes(t *testing.T) {
	v := Volumes{Volumes: []Volume{{H: 32, W: 32, C: 3, Name: "input", Window: &Cuboid{Row: 1, H: 3, W: 3}}, {H: 16, W: 16, C: 3, Before: "max pool 2×2"}, {H: 1, W: 1, C: 10, Before: "→", Role: RoleOutput}}}
	p := v.Picture()
	var faces []path
	for _, m := range p.marks {
		if l, ok := m.(path); ok && l.closed && len(l.points) == 4 && l.fill.A > 0 {
			faces = append(faces, l)
		}
	}
	if len(faces) != 9 {
		t.Fatalf("%d faces, want 3 of 3 volumes", len(faces))
	}
	height := func(i int) float64 { return faces[3*i].points[3].y - faces[3*i].points[0].y }
	long := func(i int) float64 { return faces[3*i].points[1].x - faces[3*i].points[0].x }
	if a, b, c := height(0), height(1), height(2); !(a > b && b > c) || a*a/(b*b) < 1.99 || a*a/(b*b) > 2.01 {
		t.Errorf("the heights are %v, %v, %v: want √32 : √16 and less", a, b, c)
	}
	if math.Abs(long(0)-long(1)) > 1e-9 || long(2) <= long(0) {
		t.Errorf("the lengths of the channels are %v, %v, %v, want as 3, 3, 10", long(0), long(1), long(2))
	}
	texts := parseSVG(t, p).strings()
	for _, want := range []string{"input", "32×32×3", "H 32", "W 32", "C 3", "max pool 2×2", "→", "1×1×10", "C 10"} {
		if !slices.Contains(texts, want) {
			t.Errorf("the picture lacks %q", want)
		}
	}
	data := p.Data.([]VolumeData)
	if data[0].Values != 3072 || data[0].Window.C != 3 || data[2].Role != RoleOutput {
		t.Errorf("data %+v", data)
	}
	copies := Volumes{Volumes: []Volume{{H: 5, W: 5, C: 1, Name: "kernels", Copies: 32, Role: RoleKernel}}}.Picture()
	faces3 := 0
	for _, m := range copies.marks {
		if l, ok := m.(path); ok && l.closed && len(l.points) == 4 {
			faces3++
		}
	}
	if d := copies.Data.([]VolumeData)[0]; faces3 != 9 || d.Copies != 32 || d.Values != 800 || copies.Alt != "kernels 32 times 5×5×1." {
		t.Errorf("%d faces, %+v, %q: want three copies and 32·25 values", faces3, d, copies.Alt)
	}
	if v.Volumes[0].Window.C != 0 {
		t.Error("the caller's window was changed")
	}
	if want := "input 32×32×3 (marked: 3×3×3) → max pool 2×2 → 16×16×3 → 1×1×10."; p.Alt != want {
		t.Errorf("the description is %q", p.Alt)
	}
}

func TestBadNetworks(t *testing.T) {
	wires := func(edit func(*Wiring)) *Picture {
		w, err := WiringOfConv(arith.Conv{In: 4, Kernel: 2})
		if err != nil {
			t.Fatal(err)
		}
		edit(&w)
		return w.Picture()
	}
	_, tooLarge := WiringOfConv(arith.Conv{In: 1, Kernel: 2})
	_, cut := WiringOfTransposed(arith.Transposed{In: 1, Kernel: 1, Padding: arith.Explicit, Start: 3})
	many, _ := WiringOfConv(arith.Conv{In: 20, Kernel: 9})
	cube := Volume{H: 2, W: 2, C: 2}
	two := func(v Volume) *Picture { return Volumes{Volumes: []Volume{cube, v}}.Picture() }
	for name, c := range map[string]struct {
		p    *Picture
		want string
	}{
		"no counts":     {Coverage{}.Picture(), "no counts"},
		"empty row":     {Coverage{Counts: [][]int{{}}}.Picture(), "row 1 of the counts is empty"},
		"negative":      {Coverage{Counts: [][]int{{1, -1}}}.Picture(), "column 2 of the counts is -1"},
		"ragged":        {Coverage{Counts: [][]int{{1, 1}, {1}}}.Picture(), "equally long"},
		"row names":     {Coverage{Counts: [][]int{{1}}, Rows: []string{"a", "b"}}.Picture(), "2 names for 1 rows"},
		"named windows": {Coverage{Counts: [][]int{{1}}, Rows: []string{"a"}, Windows: []Window{{}}}.Picture(), "windows on 1 named rows"},
		"window":        {Coverage{Counts: [][]int{{1}}, Windows: []Window{{Col: 1}}}.Picture(), "leaves"},
		"high":          {Coverage{Counts: [][]int{{3}}, High: 2}.Picture(), "widen the scale"},
		"high of rows":  {Coverage{Counts: [][]int{{3}}, Rows: []string{"a"}, High: 2}.Picture(), "widen the scale"},

		"no matrix":   {Sparse{}.Picture(), "0 matrices"},
		"operators":   {Sparse{Terms: make([]SparseTerm, 2)}.Picture(), "one operator between"},
		"no cells":    {Sparse{Terms: make([]SparseTerm, 1)}.Picture(), "no cells"},
		"ragged rows": {Sparse{Terms: []SparseTerm{{Cells: [][]string{{"1"}, {}}}}}.Picture(), "equally long"},
		"no number":   {Sparse{Terms: []SparseTerm{{Cells: [][]string{{"1", "a*b/"}}}}}.Picture(), "row 1, column 2"},
		"no sum":      {Sparse{Terms: []SparseTerm{{Cells: [][]string{{"1++"}}}}}.Picture(), "no sum of terms"},
		"by zero":     {Sparse{Terms: []SparseTerm{{Cells: [][]string{{"a/0"}}}}}.Picture(), "no sum of terms"},
		"box":         {Sparse{Terms: []SparseTerm{{Cells: [][]string{{"a"}}, Windows: []Window{{Row: 2}}}}}.Picture(), "leaves"},
		"sizes":       {Sparse{Terms: []SparseTerm{{Cells: [][]string{{"a"}}}, {Cells: [][]string{{"a", "b"}}}}, Operators: []string{"="}}.Picture(), "equal sizes"},

		"conv":       {Failed(tooLarge), "arith"},
		"transposed": {Failed(cut), "arith"},
		"no cell":    {Wiring{}.Picture(), "at least one of each"},
		"no wire":    {Wiring{Inputs: 1, Outputs: 1}.Picture(), "no wires"},
		"far wire":   {wires(func(w *Wiring) { w.Wires = append(w.Wires, Wire{Input: 4}) }), "count from 0"},
		"weights":    {many.Picture(), "cannot be told apart"},
		"places":     {wires(func(w *Wiring) { w.InputAt = w.InputAt[1:] }), "3 places for 4 inputs"},
		"order":      {wires(func(w *Wiring) { w.OutputAt = []float64{0, 2, 1} }), "grow by 1"},
		"names":      {wires(func(w *Wiring) { w.Weights = []string{"a"} }), "1 names for 2 weights"},
		"label":      {wires(func(w *Wiring) { w.Label = 4 }), "use 1 to 3"},

		"no block":    {Diagram{}.Picture(), "without blocks"},
		"columns":     {Diagram{Blocks: []Block{{Name: "a"}}, Columns: 2}.Picture(), "use 1 to 1"},
		"no name":     {Diagram{Blocks: []Block{{}}}.Picture(), "give a name"},
		"deep":        {Diagram{Blocks: []Block{{Branches: [][]Block{{{}}}}}}.Picture(), "block of a branch 1"},
		"kind":        {Diagram{Blocks: []Block{{Name: "a", Kind: 7}}}.Picture(), "kind 7"},
		"both":        {Diagram{Blocks: []Block{{Name: "a", Lines: []string{"b"}, Branches: [][]Block{{}}}}}.Picture(), "lines and branches"},
		"no glyph":    {Diagram{Blocks: []Block{{Name: "卷积"}}}.Picture(), "the font has no"},
		"no volume":   {Volumes{}.Picture(), "no volumes"},
		"copies":      {Volumes{Volumes: []Volume{{H: 1, W: 1, C: 1, Copies: -1}}}.Picture(), "-1 copies"},
		"no size":     {Volumes{Volumes: []Volume{{H: 1, W: 1}}}.Picture(), "1, 1, 0"},
		"role":        {Volumes{Volumes: []Volume{{H: 1, W: 1, C: 1, Role: 3}}}.Picture(), "role 3"},
		"planes":      {Volumes{Volumes: []Volume{{H: 1, W: 1, C: 17, Planes: true}}}.Picture(), "at most 16"},
		"first":       {Volumes{Volumes: []Volume{{H: 1, W: 1, C: 1, Before: "="}}}.Picture(), "begin with the second"},
		"nothing":     {two(cube), "nothing stands before volume 2"},
		"window out":  {two(Volume{H: 2, W: 2, C: 2, Before: "=", Window: &Cuboid{Row: 1, H: 2}}), "leaves volume 2"},
		"window none": {two(Volume{H: 2, W: 2, C: 2, Name: "y", Before: "=", Window: &Cuboid{Row: 2}}), `leaves volume "y"`},
		"panels":      {ContactSheet{Settings: arith.Settings(), Columns: 7}.Picture(), "use 1 to 6"},
	} {
		oneLine(t, name, c.p.Err(), c.want)
	}
}
