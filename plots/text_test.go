package plots

import (
	"math"
	"strings"
	"testing"
)

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		v        float64
		decimals int
		want     string
	}{
		{-5, 0, "−5"}, {0, 0, "0"}, {math.Copysign(0, -1), 0, "0"}, {-0.004, 2, "0.00"}, {-0.006, 2, "−0.01"},
		{9999, 0, "9999"}, {10000, 0, "10,000"}, {105705600, 0, "105,705,600"}, {-1234567.891, 2, "−1,234,567.89"},
		{0.5, 0, "0"}, {2.5, 1, "2.5"},
	} {
		if got := Number(c.v, c.decimals); got != c.want {
			t.Errorf("Number(%v, %d) = %q, want %q", c.v, c.decimals, got, c.want)
		}
	}
}

func TestShort(t *testing.T) {
	for v, want := range map[float64]string{50: "50", 7.6923: "7.69", 0.2004: "0.2", 0.6711: "0.671", -1016.4: "−1016", 0: "0", 1e-7: "0.0000001", 105705600: "105,705,600"} {
		if got := short(v); got != want {
			t.Errorf("short(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestDecimals(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   int
	}{{[]float64{1, -16}, 0}, {[]float64{1, 0.5}, 1}, {[]float64{0.25, 1}, 2}, {[]float64{1.0 / 3}, 2}, {nil, 0}} {
		if got := decimalsOf(2, c.values...); got != c.want {
			t.Errorf("decimalsOf(2, %v) = %d, want %d", c.values, got, c.want)
		}
	}
}

// TestGlyphs: gonum drops a character without glyph silently.
func TestGlyphs(t *testing.T) {
	for _, s := range []string{"−5", "3×1 + 1×(−1)", "6×6 → 4×4", "±", "“quoted”", "Σ ≤ α"} {
		if err := checkGlyphs(s); err != nil {
			t.Error(err)
		}
	}
	p := Matrix{Values: [][]float64{{1}}, Title: "卷积"}.Picture()
	if err := p.Err(); err == nil || !strings.Contains(err.Error(), "U+5377") {
		t.Errorf("a Chinese title gives %v", err)
	}
}

func TestWrap(t *testing.T) {
	lines := wrap("3×1 + 1×1 + 2×1 + 0×0 + 5×0", 80, 10, false)
	if len(lines) < 2 || strings.Join(lines, " ") != "3×1 + 1×1 + 2×1 + 0×0 + 5×0" {
		t.Errorf("lines %q", lines)
	}
	for _, l := range lines {
		if w := width(l, 10, false); w > 80 {
			t.Errorf("%q is %v wide", l, w)
		}
	}
	if got := wrap("1×1 + 2×1 = 3", width("1×1 + 2×1 =", 10, false), 10, false); len(got) != 2 || got[1] != "= 3" {
		t.Errorf("a sum gives %q: its result must not stand alone", got)
	}
	if got := wrap("unbreakable", 5, 10, false); len(got) != 1 {
		t.Errorf("one word gives %q", got)
	}
}

// TestWidthsArePinned: a browser without our fonts must not make texts wider than
// they were measured; numbers in cells have room.
func TestWidthsArePinned(t *testing.T) {
	for _, x := range parseSVG(t, Matrix{Values: vertical, Title: "A title"}.Picture()).texts {
		pinned := x.attr["textLength"]
		if len([]rune(x.s)) <= 4 {
			if pinned != "" {
				t.Errorf("%q is pinned to %s", x.s, pinned)
			}
			continue
		}
		if want := dec(width(x.s, x.num(t, "font-size"), x.attr["font-weight"] == "bold")); pinned != want || x.attr["lengthAdjust"] != "spacingAndGlyphs" {
			t.Errorf("%q is pinned to %q, want %s", x.s, pinned, want)
		}
	}
}
