package plots

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestCurvePoints: positions on the paper are linear in the numbers, or in their
// logarithms.
func TestCurvePoints(t *testing.T) {
	x, y := []float64{1, 10, 1000}, []float64{2, 8, 4}
	for _, log := range []bool{false, true} {
		p := Curves{LogX: log, Curves: []Curve{{X: x, Y: y}}}.Picture()
		var way []point
		for _, m := range p.marks {
			if l, ok := m.(path); ok && l.width == 1.5 {
				way = l.points
			}
		}
		if len(way) != 3 {
			t.Fatalf("the line has %d points", len(way))
		}
		share := (way[1].x - way[0].x) / (way[2].x - way[0].x)
		want := 9.0 / 999
		if log {
			want = 1.0 / 3 // log 10 of log 1000
		}
		if math.Abs(share-want) > 1e-9 {
			t.Errorf("log %v: 10 lies %v of the way from 1 to 1000, want %v", log, share, want)
		}
		if got := (way[0].y - way[1].y) / (way[0].y - way[2].y); math.Abs(got-3) > 1e-9 { // (8−2)/(4−2)
			t.Errorf("log %v: heights are in the ratio %v, want 3", log, got)
		}
	}
}

// TestCurvesDiffer: markers and dashes tell curves apart without colour.
func TestCurvesDiffer(t *testing.T) {
	seen := make(map[string]bool)
	for _, s := range styles {
		for _, key := range []string{s.marker, fmt.Sprint(s.dash)} {
			if seen[key] {
				t.Errorf("%q is used twice", key)
			}
			seen[key] = true
		}
	}
	five := everyFigure()["curves"]
	d := parseSVG(t, five)
	for k := range 5 {
		if !slices.Contains(d.strings(), "curve "+string(rune('0'+k))) {
			t.Errorf("curve %d is not in the legend %q", k, d.strings())
		}
	}
	markers := 0
	for _, e := range d.paths {
		if e.attr["stroke"] == hex(background) {
			markers++
		}
	}
	if markers != 4*(3+1) { // four filled kinds: three points and one in the legend each
		t.Errorf("%d filled markers, want 16", markers)
	}
	crosses := 0
	for _, e := range d.paths {
		if e.attr["stroke"] == hex(styles[4].ink) && e.attr["stroke-width"] == "1.8" {
			crosses++
		}
	}
	if crosses != 2*(3+1) {
		t.Errorf("%d strokes of crosses, want 8", crosses)
	}
}

func TestErrorBars(t *testing.T) {
	p := Curves{Curves: []Curve{{X: []float64{1, 2}, Y: []float64{5, 7}, Err: []float64{1, 0}}}}.Picture()
	var upright []path
	for _, m := range p.marks {
		if l, ok := m.(path); ok && l.stroke == styles[0].ink && l.width == 1 && l.points[0].x == l.points[1].x {
			upright = append(upright, l)
		}
	}
	if len(upright) != 1 {
		t.Fatalf("%d error bars, want 1", len(upright))
	}
	_, y, err := Curves{Curves: []Curve{{X: []float64{1, 2}, Y: []float64{5, 7}, Err: []float64{1, 0}}}}.axes()
	if err != nil {
		t.Fatal(err)
	}
	if y.low > 4 || y.high < 7 {
		t.Errorf("the axis runs from %v to %v: 5 ± 1 and 7 do not fit", y.low, y.high)
	}
	lowest, highest := math.Inf(-1), math.Inf(1) // of the grid lines, which stand at both ends of the axis
	for _, m := range p.marks {
		if l, ok := m.(path); ok && l.stroke == faint && l.points[0].y == l.points[1].y {
			lowest, highest = max(lowest, l.points[0].y), min(highest, l.points[0].y)
		}
	}
	if got, want := math.Abs(upright[0].points[0].y-upright[0].points[1].y), 2/(y.high-y.low)*(lowest-highest); math.Abs(got-want) > 1e-6 {
		t.Errorf("the bar is %v long, want %v", got, want)
	}
}

func TestAxis(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		log       bool
		counted   bool
		labels    string
	}{
		{0, 50, false, false, "0 10 20 30 40 50"},
		{3, 12, false, false, "2 4 6 8 10 12"},
		{-1.31, 0.42, false, false, "−1.5 −1.0 −0.5 0.0 0.5"},
		{0, 0.3, false, false, "0.0 0.1 0.2 0.3"},
		{0.98, 0.99, false, false, "0.980 0.982 0.984 0.986 0.988 0.990"},
		{4, 4, false, false, "3.4 3.6 3.8 4.0 4.2 4.4 4.6"},
		{1, 3, false, true, "1 2 3"}, // epochs
		{1, 2, false, true, "1 2"},
		{1, 60, false, true, "0 20 40 60"},
		{4, 4, false, true, "3 4 5"},
		{6, 1000, true, false, "1 10 100 1000"},
		{0.2, 50, true, false, "0.1 1 10 100"},
		{10, 10, true, false, "10 100"},
		{34944, 105705600, true, false, "10,000 100,000 1,000,000 10,000,000 100,000,000 1,000,000,000"},
		{0.0000002, 0.7, true, false, "1e−7 1e−6 1e−5 1e−4 1e−3 1e−2 1e−1 1"},
	} {
		a, err := newAxis(c.low, c.high, c.log, c.counted)
		if err != nil {
			t.Errorf("%v to %v: %v", c.low, c.high, err)
			continue
		}
		if got := strings.Join(a.labels(), " "); got != c.labels {
			t.Errorf("%v to %v (log %v): labels %q, want %q", c.low, c.high, c.log, got, c.labels)
		}
		if a.low > c.low || a.high < c.high {
			t.Errorf("%v to %v: the axis runs from %v to %v", c.low, c.high, a.low, a.high)
		}
	}
	if _, err := newAxis(0, 3, true, false); err == nil {
		t.Error("0 on a logarithmic axis")
	}
}

func TestFromZero(t *testing.T) {
	p := Curves{FromZero: true, Curves: []Curve{{X: []float64{1, 2}, Y: []float64{90, 95}}}}.Picture()
	if !slices.Contains(parseSVG(t, p).strings(), "0") {
		t.Errorf("no 0 on the axis: %q", parseSVG(t, p).strings())
	}
}

func TestBadCurves(t *testing.T) {
	good := Curve{Name: "a", X: []float64{1}, Y: []float64{1}}
	for name, c := range map[string]struct {
		curves Curves
		want   string
	}{
		"none":      {Curves{}, "0 curves"},
		"six":       {Curves{Curves: []Curve{good, good, good, good, good, good}}, "6 curves"},
		"lengths":   {Curves{Curves: []Curve{{X: []float64{1, 2}, Y: []float64{1}}}}, "2 x, 1 y"},
		"empty":     {Curves{Curves: []Curve{{}}}, "0 x, 0 y"},
		"errors":    {Curves{Curves: []Curve{{X: []float64{1}, Y: []float64{1}, Err: []float64{1, 2}}}}, "2 error bars"},
		"minus":     {Curves{Curves: []Curve{{X: []float64{1}, Y: []float64{1}, Err: []float64{-1}}}}, "at least 0"},
		"NaN":       {Curves{Curves: []Curve{{X: []float64{1}, Y: []float64{math.NaN()}}}}, "finite"},
		"name":      {Curves{Curves: []Curve{good, {X: []float64{1}, Y: []float64{1}}}}, "no name"},
		"log":       {Curves{LogX: true, Curves: []Curve{{X: []float64{-1}, Y: []float64{1}}}}, "above 0"},
		"zero, log": {Curves{FromZero: true, LogY: true, Curves: []Curve{good}}, "not both"},
	} {
		if err := c.curves.Picture().Err(); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "plots: ") {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

// TestBarLengths: bars start at 0 and are as long as their numbers say.
func TestBarLengths(t *testing.T) {
	d := parseSVG(t, Bars{Bars: []Bar{{Name: "a", Value: 18}, {Name: "b", Value: 25}, {Name: "c", Value: -5}}}.Picture())
	bars := d.filled(hex(windowBlue))
	if len(bars) != 3 {
		t.Fatalf("%d bars", len(bars))
	}
	a, b, c := bars[0].num(t, "width"), bars[1].num(t, "width"), bars[2].num(t, "width")
	if math.Abs(a/b-18.0/25) > 0.001 || math.Abs(c/b-5.0/25) > 0.001 {
		t.Errorf("lengths %v, %v, %v are not as 18 : 25 : 5", a, b, c)
	}
	if end := bars[2].num(t, "x") + c; math.Abs(end-bars[0].num(t, "x")) > 0.02 {
		t.Errorf("the negative bar ends at %v, the positive start at %v", end, bars[0].num(t, "x"))
	}
	for _, want := range []string{"18", "25", "−5", "a", "b", "c"} {
		if !slices.Contains(d.strings(), want) {
			t.Errorf("%q is missing in %q", want, d.strings())
		}
	}
	log := parseSVG(t, Bars{Log: true, Bars: []Bar{{Name: "a", Value: 100}, {Name: "b", Value: 5000}, {Name: "c", Value: 50}}}.Picture()).filled(hex(windowBlue))
	if got, want := log[0].num(t, "width")/log[1].num(t, "width"), 1/math.Log10(500); math.Abs(got-want) > 0.001 { // both from 10 on
		t.Errorf("logarithmic bars are as %v, want %v", got, want)
	}
}

func TestBarNumbers(t *testing.T) {
	texts := parseSVG(t, everyFigure()["bars"]).strings()
	for _, want := range []string{"0.42 ± 0.10", "−1.31 ± 0.20", "0.00"} {
		if !slices.Contains(texts, want) {
			t.Errorf("%q is missing in %q", want, texts)
		}
	}
	texts = parseSVG(t, everyFigure()["bars log"]).strings()
	if !slices.Contains(texts, "105,705,600") || !slices.Contains(texts, "parameters (log scale)") {
		t.Errorf("texts %q", texts)
	}
}

func TestBadBars(t *testing.T) {
	for name, c := range map[string]struct {
		bars Bars
		want string
	}{
		"none":     {Bars{}, "no bars"},
		"NaN":      {Bars{Bars: []Bar{{Value: math.NaN()}}}, "finite"},
		"minus":    {Bars{Bars: []Bar{{Value: 1, Err: -1}}}, "at least 0"},
		"log":      {Bars{Log: true, Bars: []Bar{{Value: 0}}}, "above 0"},
		"decimals": {Bars{Decimals: -1, Bars: []Bar{{Value: 1}}}, "0 to 6"},
	} {
		if err := c.bars.Picture().Err(); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "plots: ") {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

// TestCommonBars: bars with a common end have a common scale.
func TestCommonBars(t *testing.T) {
	for _, high := range []float64{0, 62} {
		_, a, err := Bars{Bars: []Bar{{Name: "a", Value: 7}}, High: high}.axis()
		if want := map[float64]float64{0: 8, 62: 80}[high]; err != nil || a.high != want {
			t.Errorf("axis up to %v, error %v; want %v", a.high, err, want)
		}
	}
	if err := (Bars{Bars: []Bar{{Name: "a", Value: 7}}, High: -1}).Picture().Err(); err == nil || !strings.Contains(err.Error(), "up to -1") {
		t.Errorf("a negative end gives %v", err)
	}
}

// TestLegendGap: the legend stands just above the axes, on a logarithmic axis with a
// long label too.
func TestLegendGap(t *testing.T) {
	c := Curves{XLabel: "x", YLabel: "share of the power", LogY: true, Curves: []Curve{{Name: "legend", X: []float64{1, 2}, Y: []float64{0.00001, 0.7}}}}
	p := c.Picture()
	legend, top := 0.0, 0.0
	for _, m := range p.marks {
		if w, ok := m.(text); ok {
			switch w.s {
			case "legend":
				legend = w.bounds().y + w.bounds().h
			case "1": // the uppermost tick comes last, after that of the x axis
				if top == 0 || w.y < top {
					top = w.bounds().y
				}
			}
		}
	}
	if gap := top - legend; p.err != nil || gap < 0 || gap > 2*legendGap {
		t.Errorf("error %v, %v points between legend and axis", p.err, gap)
	}
}
