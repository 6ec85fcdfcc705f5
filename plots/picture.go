package plots

import (
	"bytes"
	"fmt"
	"image"
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// Picture is a finished drawing with the numbers it shows. A generator that was
// given something it cannot draw returns a Picture too; SVG and PNG then return
// its error.
type Picture struct {
	Width, Height vg.Length
	Alt           string // what the picture shows, in words; may be replaced
	Data          any    // the numbers in the picture; encoding/json can write it

	marks []mark
	err   error
}

// Finding puts what the reader is to see first, in words, before the description of the
// picture.
func (p *Picture) Finding(format string, args ...any) *Picture {
	p.Alt = fmt.Sprintf(format, args...) + " " + p.Alt
	return p
}

// margin is free space around everything, in points.
const margin = 10.0

// Err returns why there is nothing to draw, or nil.
func (p *Picture) Err() error { return p.err }

// Failed returns a picture that cannot be drawn: SVG and PNG return the error.
func Failed(err error) *Picture { return &Picture{err: err} }

// Draw draws the picture from the upper left corner of a canvas of gonum. A
// picture with an error draws nothing.
func (p *Picture) Draw(c draw.Canvas) {
	for _, m := range p.all() {
		m.draw(c)
	}
}

// PNG returns the picture as a PNG file with the given dots per inch; 0 means 96.
func (p *Picture) PNG(dpi int) ([]byte, error) {
	c, err := p.canvas(dpi)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if _, err := (vgimg.PngCanvas{Canvas: c}).WriteTo(&b); err != nil {
		return nil, fmt.Errorf("plots: writing PNG: %w", err)
	}
	return b.Bytes(), nil
}

// canvas returns the picture drawn in pixels.
func (p *Picture) canvas(dpi int) (*vgimg.Canvas, error) {
	if p.err != nil {
		return nil, p.err
	}
	if dpi == 0 {
		dpi = vgimg.DefaultDPI
	}
	if dpi < 0 || dpi > 1200 {
		return nil, fmt.Errorf("plots: %d dots per inch: use 1 to 1200, or 0 for %d", dpi, vgimg.DefaultDPI)
	}
	c := vgimg.NewWith(vgimg.UseWH(p.Width, p.Height), vgimg.UseDPI(dpi), vgimg.UseBackgroundColor(background))
	p.Draw(draw.New(c))
	return c, nil
}

// all returns the marks behind which the background lies.
func (p *Picture) all() []mark {
	if p.err != nil {
		return nil
	}
	paper := box{rect: rect{0, 0, p.Width.Points(), p.Height.Points()}, fill: background}
	return append([]mark{paper}, p.marks...)
}

// finish sets the size so that everything up to right and bottom is inside, and
// checks the texts.
func (p *Picture) finish(right, bottom float64, alt, builtAlt string, data any) *Picture {
	for _, m := range p.marks {
		if t, ok := m.(text); ok {
			if err := checkGlyphs(t.s); err != nil {
				return Failed(err)
			}
		}
	}
	p.Width, p.Height = vg.Length(right+margin), vg.Length(bottom+margin)
	p.Alt, p.Data = alt, data
	if alt == "" {
		p.Alt = builtAlt
	}
	return p
}

func (p *Picture) add(m ...mark) { p.marks = append(p.marks, m...) }

// text adds a line of text whose baseline is at y.
func (p *Picture) text(s string, x, y, size float64, a anchor, c color.RGBA) {
	p.add(text{x: x, y: y, size: size, anchor: a, ink: c, s: s})
}

func (p *Picture) bold(s string, x, y, size float64, a anchor) {
	p.add(text{x: x, y: y, size: size, anchor: a, ink: ink, s: s, bold: true})
}

// capHalf is half the height of a capital or digit of the font, in em: a text
// whose baseline is that far below a line is centred on it.
const capHalf = 0.36

// mark is one thing on the picture. Its coordinates are points (1/72 inch) from
// the upper left corner, y downwards.
type mark interface {
	draw(c draw.Canvas)
	svg() (group, element string)
	bounds() rect
	moved(dx, dy float64) mark
}

type point struct{ x, y float64 }

type rect struct{ x, y, w, h float64 }

func (r rect) inset(d float64) rect { return rect{r.x + d, r.y + d, r.w - 2*d, r.h - 2*d} }

// box is a rectangle.
type box struct {
	rect
	fill, stroke color.RGBA // none: not drawn
	width        float64
	dash         []float64
}

// path is a line through points, or a polygon.
type path struct {
	points       []point
	closed       bool
	fill, stroke color.RGBA
	width        float64
	dash         []float64
}

type anchor int

const (
	start anchor = iota
	middle
	end
)

// text is one line of text.
type text struct {
	x, y, size float64 // y is the baseline
	anchor     anchor
	bold       bool
	upwards    bool // turned a quarter to the left, as on a y axis
	ink        color.RGBA
	s          string
}

// pixels is an image each of whose pixels is a sharp rectangle.
type pixels struct {
	rect
	img *image.Paletted
}

func (b box) moved(dx, dy float64) mark {
	b.x, b.y = b.x+dx, b.y+dy
	return b
}

func (x pixels) moved(dx, dy float64) mark {
	x.x, x.y = x.x+dx, x.y+dy
	return x
}

func (t text) moved(dx, dy float64) mark {
	t.x, t.y = t.x+dx, t.y+dy
	return t
}

func (l path) moved(dx, dy float64) mark {
	way := make([]point, len(l.points))
	for i, q := range l.points {
		way[i] = point{q.x + dx, q.y + dy}
	}
	l.points = way
	return l
}

func (b box) bounds() rect    { return b.inset(-b.width / 2) }
func (x pixels) bounds() rect { return x.rect }

func (l path) bounds() rect {
	x0, y0, x1, y1 := l.points[0].x, l.points[0].y, l.points[0].x, l.points[0].y
	for _, q := range l.points {
		x0, y0, x1, y1 = min(x0, q.x), min(y0, q.y), max(x1, q.x), max(y1, q.y)
	}
	return rect{x0, y0, x1 - x0, y1 - y0}.inset(-l.width / 2)
}

func (t text) bounds() rect {
	const ascent, descent = 0.73, 0.21 // of the font's letters, in em
	w := width(t.s, t.size, t.bold)
	back := w * float64(t.anchor) / 2
	if t.upwards {
		return rect{t.x - ascent*t.size, t.y - w + back, (ascent + descent) * t.size, w}
	}
	return rect{t.x - back, t.y - ascent*t.size, w, (ascent + descent) * t.size}
}
