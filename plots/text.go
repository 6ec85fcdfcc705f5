package plots

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// Sizes of type in points. None in a figure is below 9 pt.
const (
	numberSize = 12.0 // numbers in cells
	labelSize  = 10.5 // sizes, axes, labels
	labelLine  = 12.5 // from one line of labels to the next
	titleSize  = 12.0
)

// fontFamily names Liberation Sans, in which widths are measured, and fonts with
// the same widths for browsers that lack it.
const fontFamily = "Liberation Sans, Arimo, Arial, Helvetica, sans-serif"

var regular, bold = sync.OnceValue(parse(liberationsansregular.TTF)), sync.OnceValue(parse(liberationsansbold.TTF))

func parse(ttf []byte) func() *opentype.Font {
	return func() *opentype.Font {
		f, err := opentype.Parse(ttf)
		if err != nil {
			panic(err) // a damaged build: the font is compiled in
		}
		return f
	}
}

func face(size float64, isBold bool) font.Face {
	f := font.Face{Font: font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Length(size)}, Face: regular()}
	if isBold {
		f.Face = bold()
	}
	return f
}

// width returns the width of a line of text in points.
func width(s string, size float64, isBold bool) float64 {
	f := face(size, isBold)
	return f.Width(s).Points()
}

// widest returns the width of the widest line.
func widest(size float64, isBold bool, lines ...string) float64 {
	w := 0.0
	for _, s := range lines {
		w = max(w, width(s, size, isBold))
	}
	return w
}

// checkGlyphs refuses a text with a character that would be dropped silently.
func checkGlyphs(s string) error {
	var buf sfnt.Buffer
	for _, r := range s {
		for _, f := range []*opentype.Font{regular(), bold()} {
			if i, err := f.GlyphIndex(&buf, r); err != nil || i == 0 {
				return fmt.Errorf("plots: the font has no %q (%U) of the label %q: use Latin, Greek or mathematical signs", r, r, s)
			}
		}
	}
	return nil
}

// wrap breaks a text at spaces into lines of at most w points. An equals sign stays
// with what follows it, so that a line begins with "= 18" and not with a bare "18".
func wrap(s string, w, size float64, isBold bool) []string {
	var lines []string
	line := ""
	equals := ""
	for _, word := range strings.Fields(s) {
		if word == "=" {
			equals = "= "
			continue
		}
		word, equals = equals+word, ""
		if longer := line + " " + word; line == "" {
			line = word
		} else if width(longer, size, isBold) <= w {
			line = longer
		} else {
			lines = append(lines, line)
			line = word
		}
	}
	if line += strings.TrimRight(equals, " "); line != "" {
		lines = append(lines, line)
	}
	return lines
}

// Number writes v with a fixed number of decimals, a true minus sign (U+2212)
// and, from 10,000 on, commas between thousands. What rounds to zero has no sign.
func Number(v float64, decimals int) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, rest, _ := strings.Cut(s, ".")
	if len(whole) > 4 {
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + "," + whole[i:]
		}
	}
	if rest != "" {
		whole += "." + rest
	}
	if v < 0 && strings.Trim(s, "0.") != "" {
		return "−" + whole
	}
	return whole
}

// short writes v with three digits, or more before the point, and no zeros at the
// end: for running text.
func short(v float64) string {
	limit := 2
	if v != 0 {
		limit = min(max(2-int(math.Floor(math.Log10(math.Abs(v)))), 0), 12)
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'f', limit, 64), 64)
	if err != nil {
		return Number(v, limit)
	}
	return Number(rounded, decimalsOf(limit, rounded))
}

// decimalsOf returns the fewest decimals, at most limit, that write every value
// without rounding; limit where there are none.
func decimalsOf(limit int, values ...float64) int {
	for d := range limit {
		if !hasMoreDecimals(d, values) {
			return d
		}
	}
	return limit
}

func hasMoreDecimals(d int, values []float64) bool {
	for _, v := range values {
		if back, err := strconv.ParseFloat(strconv.FormatFloat(v, 'f', d, 64), 64); err != nil || back != v {
			return true
		}
	}
	return false
}

// size writes rows×columns.
func size(rows, cols int) string { return fmt.Sprintf("%d×%d", rows, cols) }
