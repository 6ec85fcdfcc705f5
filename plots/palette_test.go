package plots

import (
	"image/color"
	"math"
	"strings"
	"testing"
)

// TestNumbersReadOnEveryColour: WCAG 2.1 asks for a contrast of 4.5 : 1.
func TestNumbersReadOnEveryColour(t *testing.T) {
	for _, s := range []Scale{{Low: -1, High: 1}, {Palette: Grey, Low: -1, High: 1}, {Palette: Sequential, Low: -1, High: 1}} {
		for i := range 2001 {
			c := s.color(float64(i-1000) / 1000)
			if r := contrast(c, inkOn(c)); r < 4.5 {
				t.Errorf("palette %d at %d/1000: contrast %.2f", s.Palette, i-1000, r)
			}
		}
	}
	for _, pair := range [][2]color.RGBA{{ink, inputBlue}, {ink, windowBlue}, {muted, padBlue}, {muted, padWhite}, {ink, kernelGrey}, {ink, outGreen}, {ink, cellGreen}, {ink, background}, {muted, background}} {
		if r := contrast(pair[0], pair[1]); r < 4.5 {
			t.Errorf("%v on %v: contrast %.2f", pair[0], pair[1], r)
		}
	}
	for k, s := range styles { // WCAG 2.1, 1.4.11 asks 3 : 1 of lines
		if r := contrast(s.ink, background); r < 4.5 {
			t.Errorf("curve %d: contrast %.2f", k, r)
		}
	}
}

// TestContrast holds the formula against the two values everybody knows and one
// of the tables of WCAG's understanding documents (#767676 on white, 4.54).
func TestContrast(t *testing.T) {
	for _, c := range []struct {
		a, b color.RGBA
		want float64
	}{{black, white, 21}, {white, white, 1}, {color.RGBA{0x76, 0x76, 0x76, 255}, white, 4.54}} {
		if got := contrast(c.a, c.b); math.Abs(got-c.want) > 0.005 {
			t.Errorf("%v on %v: %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

// TestPalettesReadInGrey: each side only gets darker away from 0.
func TestPalettesReadInGrey(t *testing.T) {
	s := Scale{Low: -1, High: 1}
	if s.color(0) != white {
		t.Errorf("0 is %v, not white", s.color(0))
	}
	for _, sign := range []float64{-1, 1} {
		before := luminance(white)
		for i := 1; i <= 100; i++ {
			now := luminance(s.color(sign * float64(i) / 100))
			if now >= before {
				t.Errorf("at %v the palette gets no darker: %v after %v", sign*float64(i)/100, now, before)
			}
			before = now
		}
		if before > 0.25 {
			t.Errorf("the end at %v is too light: %v", sign, before)
		}
	}
	if b, o := s.color(-1), s.color(1); b.B <= b.R || o.R <= o.B {
		t.Errorf("−1 is %v and 1 is %v: want blue and orange", b, o)
	}
	counts := Scale{Palette: Sequential, High: 100}
	for i := range 100 {
		if luminance(counts.color(float64(i+1))) >= luminance(counts.color(float64(i))) {
			t.Errorf("Sequential gets no darker from %d to %d", i, i+1)
		}
	}
	g := Scale{Palette: Grey, Low: -10, High: 10}
	for v, want := range map[float64]uint8{-10: 0, 0: 128, 10: 255} {
		if c := g.color(v); c != (color.RGBA{want, want, want, 255}) {
			t.Errorf("grey of %v is %v, want %d", v, c, want)
		}
	}
}

func TestScaleFromData(t *testing.T) {
	for _, c := range []struct {
		given      Scale
		values     []float64
		low, high  float64
		wantsError string
	}{
		{Scale{}, []float64{-2, 7}, -7, 7, ""},
		{Scale{}, []float64{0, 0}, 0, 0, ""},
		{Scale{Palette: Grey}, []float64{-2, 7}, -2, 7, ""},
		{Scale{Low: -9, High: 9}, []float64{-2, 7}, -9, 9, ""},
		{Scale{Palette: Sequential}, []float64{2, 7}, 0, 7, ""},
		{Scale{Palette: Sequential}, []float64{-2, -1}, -2, 0, ""},
		{Scale{Palette: Sequential}, []float64{0}, 0, 0, ""},
		{Scale{Low: -1, High: 9}, []float64{2}, 0, 0, "Low must be −High"},
		{Scale{Palette: Grey, Low: 3, High: 1}, []float64{2}, 0, 0, "Low must be below High"},
		{Scale{Palette: Grey, Low: 0, High: 6}, []float64{7}, 0, 0, "widen the scale"},
		{Scale{Palette: 7}, []float64{7}, 0, 0, "neither"},
		{Scale{}, []float64{math.NaN()}, 0, 0, "finite"},
		{Scale{}, []float64{math.Inf(1)}, 0, 0, "finite"},
	} {
		got, err := c.given.fitted("x", c.values)
		if c.wantsError != "" {
			if err == nil || !strings.Contains(err.Error(), c.wantsError) || !strings.HasPrefix(err.Error(), "plots: ") {
				t.Errorf("%v of %v: error %v, want %q", c.given, c.values, err, c.wantsError)
			}
			continue
		}
		if err != nil || got.Low != c.low || got.High != c.high {
			t.Errorf("%v of %v is %v, %v; want %v to %v", c.given, c.values, got, err, c.low, c.high)
		}
		for _, v := range c.values { // no division by a scale of no width
			if col := got.color(v); col.A != 255 {
				t.Errorf("%v of %v: colour %v", v, c.values, col)
			}
		}
	}
}

// TestLevelsAreTheScale: the 256 colours of an image agree with the colours of
// cells to half a level (1/254 of one side).
func TestLevelsAreTheScale(t *testing.T) {
	for _, s := range []Scale{{Low: -3, High: 3}, {Palette: Grey, Low: -1, High: 5}, {Palette: Sequential, High: 5}} {
		p := s.colors()
		for i := range 601 {
			v := s.Low + float64(i)/600*(s.High-s.Low)
			a, b := p[s.level(v)].(color.RGBA), s.color(v)
			for _, d := range []int{int(a.R) - int(b.R), int(a.G) - int(b.G), int(a.B) - int(b.B)} {
				if d < -2 || d > 2 {
					t.Errorf("palette %d: %v is %v as a pixel, %v as a cell", s.Palette, v, a, b)
				}
			}
		}
	}
	s := Scale{Low: -3, High: 3}
	if c := s.colors()[s.level(0)]; c != white {
		t.Errorf("a pixel of 0 is %v, not white", c)
	}
	if lo, hi := s.level(-3), s.level(3); lo != 0 || hi != 255 {
		t.Errorf("the ends are levels %d and %d", lo, hi)
	}
}
