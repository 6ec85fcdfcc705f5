package plots

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// TestEquationOf52 is the golden test of the figure of section 5.2: every number
// in its place, in its colour.
func TestEquationOf52(t *testing.T) {
	p := Equation{
		Terms: []Matrix{
			{Values: greyImage, Title: "Image", Scale: Scale{Palette: Grey, Low: 0, High: 9}, Windows: []Window{{Rows: 3, Cols: 3}}},
			{Values: vertical, Title: "Kernel"},
			{Values: response, Title: "Result", Windows: []Window{{}}},
		},
		Operators: []string{"*", "="},
	}.Picture()
	d := parseSVG(t, p)
	want := strings.Fields(`3 0 1 2 7 4 1 5 8 9 3 1 2 7 2 5 1 3 0 1 3 1 7 8 4 2 1 6 2 8 2 4 5 2 3 9 Image 6×6
		* 1 0 −1 1 0 −1 1 0 −1 Kernel 3×3
		= −5 −4 0 8 −10 −2 2 3 0 −2 −4 −7 −3 −2 −3 −16 Result 4×4`)
	if got := d.strings(); !slices.Equal(got, want) {
		t.Errorf("texts\n%q, want\n%q", got, want)
	}

	var cells []element // those with a thin outline; the paper has none, windows are thicker
	for _, r := range d.rects {
		if r.attr["stroke-width"] == "0.75" {
			cells = append(cells, r)
		}
	}
	if len(cells) != 36+9+16 {
		t.Fatalf("%d cells, want 36+9+16", len(cells))
	}
	for i, want := range map[int]string{
		1:           "#000000", // 0 of 0..9
		9:           "#ffffff", // 9
		36:          "#c8590a", // kernel 1: the orange end
		37:          "#ffffff", // kernel 0
		38:          "#1f5fa8", // kernel −1: the blue end
		36 + 9 + 15: "#1f5fa8", // −16, the largest
		36 + 9 + 3:  "#f9b87a", // 8 is half of 16: the middle stop
		36 + 9 + 2:  "#ffffff",
	} {
		if got := cells[i].attr["fill"]; got != want {
			t.Errorf("cell %d is %s, want %s", i, got, want)
		}
	}

	// Every number stands in the middle of its cell.
	cell := 0
	for _, x := range d.texts {
		if x.attr["font-size"] != "12" || x.attr["font-weight"] == "bold" {
			continue
		}
		c := cells[cell]
		cell++
		midX, midY := c.num(t, "x")+c.num(t, "width")/2, c.num(t, "y")+c.num(t, "height")/2
		if math.Abs(x.num(t, "x")-midX) > 0.02 || math.Abs(x.num(t, "y")-12*capHalf-midY) > 0.02 || x.attr["text-anchor"] != "middle" {
			t.Errorf("%q stands at %s, %s; its cell has its middle at %v, %v", x.s, x.attr["x"], x.attr["y"], midX, midY)
		}
		if c.attr["fill"] == "#000000" && x.attr["fill"] != "#ffffff" || c.attr["fill"] == "#ffffff" && x.attr["fill"] != "#000000" {
			t.Errorf("%q is %s on %s", x.s, x.attr["fill"], c.attr["fill"])
		}
		if w := width(x.s, 12, false); w > c.num(t, "width")-4 {
			t.Errorf("%q is %v wide in a cell of %s", x.s, w, c.attr["width"])
		}
	}
	if cell != len(cells) {
		t.Errorf("%d numbers in %d cells", cell, len(cells))
	}

	data := p.Data.([]MatrixData)
	if data[2].Low != -16 || data[2].High != 16 || data[2].Values[3][3] != -16 || data[0].Windows[0].Rows != 3 {
		t.Errorf("data %+v", data)
	}
	for _, part := range []string{"−10 −2 2 3", "6×6 matrix “Image”", "boxed: rows 1 to 3, columns 1 to 3", "boxed: row 1, column 1"} {
		if !strings.Contains(p.Alt, part) {
			t.Errorf("the description lacks %q: %s", part, p.Alt)
		}
	}
}

// TestWindows: a border lies on its cells, is dashed if asked, and shows on dark.
func TestWindows(t *testing.T) {
	p := Matrix{Values: halfWhite, Scale: Scale{Palette: Grey, Low: -10, High: 10},
		Windows: []Window{{Rows: 3, Cols: 3, Label: "A"}, {Row: 3, Col: 3, Rows: 2, Cols: 3, Dashed: true}}}.Picture()
	d := parseSVG(t, p)
	first := d.filled("#ffffff")[0] // the upper left cell, 10 = white
	side := first.num(t, "width")
	var borders []element
	for _, r := range d.rects {
		if r.attr["fill"] == "none" {
			borders = append(borders, r)
		}
	}
	if len(borders) != 4 { // a white line below each dark one
		t.Fatalf("%d borders, want 4", len(borders))
	}
	a, b := borders[1], borders[3]
	// The two touch at a corner, so each is drawn 2.75 pt inside its cells.
	if math.Abs(a.num(t, "x")-first.num(t, "x")-2.75) > 0.02 || math.Abs(a.num(t, "y")-first.num(t, "y")-2.75) > 0.02 || math.Abs(a.num(t, "width")-(3*side-5.5)) > 0.02 || a.attr["stroke-width"] != "2.25" || a.attr["stroke-dasharray"] != "" {
		t.Errorf("window A is %v", a.attr)
	}
	if math.Abs(b.num(t, "height")-(2*side-5.5)) > 0.02 || b.attr["stroke-dasharray"] == "" {
		t.Errorf("the second window is %v", b.attr)
	}
	if borders[0].attr["stroke"] != "#ffffff" || borders[0].num(t, "stroke-width") <= a.num(t, "stroke-width") {
		t.Errorf("no light line around a border: %v", borders[0].attr)
	}
	if !slices.Contains(d.strings(), "A") {
		t.Errorf("no label in %q", d.strings())
	}
}

func TestLevelsOfWindows(t *testing.T) {
	windows := []Window{{0, 0, 3, 3, false, ""}, {0, 2, 3, 3, false, ""}, {3, 1, 3, 3, false, ""}, {7, 7, 1, 1, false, ""}}
	// The second shares a column with the first; the third only touches both, which
	// moves all one step inwards.
	if got := levelsOf(windows); !slices.Equal(got, []int{1, 2, 1, 1}) {
		t.Errorf("levels %v", got)
	}
	if got := levelsOf(windows[:2]); !slices.Equal(got, []int{0, 1}) {
		t.Errorf("levels of two windows that share cells: %v", got)
	}
}

func TestDecimalsOfMatrix(t *testing.T) {
	d := parseSVG(t, Matrix{Values: [][]float64{{1, 0.25}}, HideSize: true}.Picture())
	if got := d.strings(); !slices.Equal(got, []string{"1.00", "0.25"}) {
		t.Errorf("%q", got)
	}
	d = parseSVG(t, Matrix{Values: [][]float64{{1, 1.0 / 3}}, Decimals: 4, HideSize: true}.Picture())
	if got := d.strings(); !slices.Equal(got, []string{"1.0000", "0.3333"}) {
		t.Errorf("%q", got)
	}
}

func TestAltCanBeReplaced(t *testing.T) {
	p := Matrix{Values: vertical, Alt: "left minus right"}.Picture()
	if d := parseSVG(t, p); p.Alt != "left minus right" || d.title != p.Alt {
		t.Errorf("alt %q, title %q", p.Alt, d.title)
	}
}

// TestInputIsNotChanged: the caller's windows and values stay as they were.
func TestInputIsNotChanged(t *testing.T) {
	m := Matrix{Values: vertical, Windows: []Window{{}}}
	Equation{Terms: []Matrix{m}}.Picture()
	if m.Windows[0] != (Window{}) {
		t.Errorf("the caller's window became %+v", m.Windows[0])
	}
}

func TestBadMatrices(t *testing.T) {
	for name, c := range map[string]struct {
		p    *Picture
		want string
	}{
		"empty":       {Matrix{}.Picture(), "no values"},
		"empty row":   {Matrix{Values: [][]float64{{}}}.Picture(), "no values"},
		"ragged":      {Matrix{Values: [][]float64{{1, 2}, {3}}, Title: "T"}.Picture(), `row 2 of matrix "T" has 1 numbers, the first row 2`},
		"NaN":         {Matrix{Values: [][]float64{{1, math.NaN()}}}.Picture(), "row 1, column 2"},
		"window":      {Matrix{Values: vertical, Windows: []Window{{Row: 1, Rows: 3}}}.Picture(), "leaves the 3×3 cells"},
		"decimals":    {Matrix{Values: vertical, Decimals: 9}.Picture(), "0 to 6"},
		"operators":   {Equation{Terms: []Matrix{{Values: vertical}}, Operators: []string{"="}}.Picture(), "one operator between"},
		"no terms":    {Equation{}.Picture(), "0 matrices"},
		"second term": {Equation{Terms: []Matrix{{Values: vertical}, {}}, Operators: []string{"="}}.Picture(), "matrix 2"},
	} {
		if err := c.p.Err(); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "plots: ") {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

// TestEquationLines: what is wider than a page is divided evenly, and no matrix is
// lost or stands outside.
func TestEquationLines(t *testing.T) {
	five := Matrix{Values: [][]float64{{1, 2, 3, 4, 55}}}
	for _, c := range []struct{ terms, lines int }{{1, 1}, {2, 1}, {3, 1}, {4, 2}, {5, 2}, {12, 4}} {
		e := Equation{Terms: []Matrix{five}}
		for range c.terms - 1 {
			e.Terms, e.Operators = append(e.Terms, five), append(e.Operators, "=")
		}
		p := e.Picture()
		if p.err != nil {
			t.Fatal(p.err)
		}
		heights, numbers, signs := map[float64]bool{}, 0, 0
		for _, m := range p.marks {
			switch m := m.(type) {
			case text:
				if m.s == "55" {
					heights[m.y] = true
					numbers++
				}
				if m.s == "=" {
					signs++
				}
			}
			if b := m.bounds(); b.x < 0 || b.x+b.w > p.Width.Points() || b.y+b.h > p.Height.Points() {
				t.Errorf("%d matrices: %+v leaves the picture", c.terms, m)
			}
		}
		if len(heights) != c.lines || numbers != c.terms || signs != c.terms-1 || p.Width > fullSize {
			t.Errorf("%d matrices: %d lines with %d matrices and %d operators, %v wide; want %d lines, at most %d wide", c.terms, len(heights), numbers, signs, p.Width, c.lines, fullSize)
		}
	}
}

// TestMatrixNames: names stand beside their rows and above their columns, and the
// description has them.
func TestMatrixNames(t *testing.T) {
	m := Matrix{Values: [][]float64{{1, 2}, {3, 4}}, Title: "stride", Rows: []string{"kernel 1", "kernel 2"}, Columns: []string{"s1", "s2"}}
	p := m.Picture()
	at := map[string]rect{}
	for _, mark := range p.marks {
		if w, ok := mark.(text); ok {
			at[w.s] = w.bounds()
		}
		if b := mark.bounds(); b.x < 0 || b.y < 0 {
			t.Errorf("%+v leaves the picture", mark)
		}
	}
	if p.err != nil || at["kernel 2"].x+at["kernel 2"].w >= at["3"].x || at["s1"].y+at["s1"].h >= at["1"].y || at["stride"].y+at["stride"].h > at["s1"].y {
		t.Errorf("error %v, texts at %v", p.err, at)
	}
	if want := "down kernel 1, kernel 2; across s1, s2; rows 1 2 / 3 4"; !strings.Contains(p.Alt, want) {
		t.Errorf("alt %q lacks %q", p.Alt, want)
	}
	m.Rows = m.Rows[:1]
	if err := m.Picture().Err(); err == nil || !strings.Contains(err.Error(), "1 names for 2 rows") {
		t.Errorf("too few names give %v", err)
	}
}
