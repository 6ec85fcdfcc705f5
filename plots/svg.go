package plots

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"image/color"
	"image/png"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// SVG returns the picture as an SVG file. The same picture always gives the same
// bytes. Text stays text in a common font, so that the file is small.
//
// (gonum's own SVG canvas is not used: it names one font without a substitute,
// knows no centred text, blurs images and writes every style in full.)
func (p *Picture) SVG() ([]byte, error) {
	if p.err != nil {
		return nil, p.err
	}
	var b bytes.Buffer
	w, h := dec(p.Width.Points()), dec(p.Height.Points())
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%spt" height="%spt" viewBox="0 0 %s %s" font-family="%s" role="img">`+"\n", w, h, w, h, fontFamily)
	fmt.Fprintf(&b, "<title>%s</title>\n", html.EscapeString(p.Alt))
	open := ""
	for _, m := range p.all() {
		group, element := m.svg()
		if group != open && open != "" {
			b.WriteString("</g>\n")
		}
		if group != open {
			fmt.Fprintf(&b, "<g %s>\n", group)
		}
		open = group
		b.WriteString(element + "\n")
	}
	b.WriteString("</g>\n</svg>\n")
	return b.Bytes(), nil
}

// dec writes a coordinate to a hundredth of a point.
func dec(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100+0, 'f', -1, 64) }

func hex(c color.RGBA) string {
	if c.A == 0 {
		return "none"
	}
	return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
}

// pen is what neighbouring marks share; it stands on the group around them.
func pen(stroke color.RGBA, width float64, dash []float64) string {
	if stroke.A == 0 || width <= 0 {
		return `stroke="none"`
	}
	s := fmt.Sprintf(`stroke="%s" stroke-width="%s"`, hex(stroke), dec(width))
	if len(dash) > 0 {
		parts := make([]string, len(dash))
		for i, d := range dash {
			parts[i] = dec(d)
		}
		s += ` stroke-dasharray="` + strings.Join(parts, " ") + `"`
	}
	return s
}

func (b box) svg() (group, element string) {
	return pen(b.stroke, b.width, b.dash),
		fmt.Sprintf(`<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>`, dec(b.x), dec(b.y), dec(b.w), dec(b.h), hex(b.fill))
}

func (l path) svg() (group, element string) {
	var d strings.Builder
	for i, q := range l.points {
		letter := "L"
		if i == 0 {
			letter = "M"
		}
		fmt.Fprintf(&d, "%s%s %s", letter, dec(q.x), dec(q.y))
	}
	if l.closed {
		d.WriteString("Z")
	}
	return pen(l.stroke, l.width, l.dash), fmt.Sprintf(`<path d="%s" fill="%s"/>`, d.String(), hex(l.fill))
}

func (t text) svg() (group, element string) {
	group = fmt.Sprintf(`fill="%s" font-size="%s" text-anchor="%s"`, hex(t.ink), dec(t.size), [...]string{"start", "middle", "end"}[t.anchor])
	if t.bold {
		group += ` font-weight="bold"`
	}
	turn := ""
	if t.upwards {
		turn = fmt.Sprintf(` transform="rotate(-90 %s %s)"`, dec(t.x), dec(t.y))
	}
	// Where none of the fonts is there, a wider one must not run into the neighbours.
	// Short texts, such as numbers in cells, have room.
	const short = 4
	fixed := ""
	if utf8.RuneCountInString(t.s) > short {
		fixed = fmt.Sprintf(` textLength="%s" lengthAdjust="spacingAndGlyphs"`, dec(width(t.s, t.size, t.bold)))
	}
	return group, fmt.Sprintf(`<text x="%s" y="%s"%s%s>%s</text>`, dec(t.x), dec(t.y), turn, fixed, html.EscapeString(t.s))
}

// svg embeds the pixels enlarged, and asks for no smoothing: viewers that do not
// know image-rendering then blur a quarter of a pixel at most.
func (x pixels) svg() (group, element string) {
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&b, x.enlarged(4)); err != nil {
		panic(err) // a bytes.Buffer takes every write, and the size of img was checked
	}
	return `style="image-rendering:pixelated"`,
		fmt.Sprintf(`<image x="%s" y="%s" width="%s" height="%s" preserveAspectRatio="none" href="data:image/png;base64,%s"/>`,
			dec(x.x), dec(x.y), dec(x.w), dec(x.h), base64.StdEncoding.EncodeToString(b.Bytes()))
}
