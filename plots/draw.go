package plots

import (
	"image"
	stddraw "image/draw"
	"math"

	xdraw "golang.org/x/image/draw"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// This file draws marks on a canvas of gonum, where y points upwards.

func at(c draw.Canvas, x, y float64) vg.Point {
	return vg.Point{X: c.Min.X + vg.Length(x), Y: c.Max.Y - vg.Length(y)}
}

func (b box) draw(c draw.Canvas) {
	corners := []point{{b.x, b.y}, {b.x + b.w, b.y}, {b.x + b.w, b.y + b.h}, {b.x, b.y + b.h}}
	path{points: corners, closed: true, fill: b.fill, stroke: b.stroke, width: b.width, dash: b.dash}.draw(c)
}

func (l path) draw(c draw.Canvas) {
	var way vg.Path
	for i, q := range l.points {
		if i == 0 {
			way.Move(at(c, q.x, q.y))
		} else {
			way.Line(at(c, q.x, q.y))
		}
	}
	if l.closed {
		way.Close()
	}
	if l.fill.A > 0 {
		c.SetColor(l.fill)
		c.Fill(way)
	}
	if l.stroke.A > 0 && l.width > 0 {
		c.SetLineWidth(vg.Length(l.width))
		dashes := make([]vg.Length, len(l.dash))
		for i, d := range l.dash {
			dashes[i] = vg.Length(d)
		}
		c.SetLineDash(dashes, 0)
		c.SetColor(l.stroke)
		c.Stroke(way)
	}
}

func (t text) draw(c draw.Canvas) {
	f := face(t.size, t.bold)
	back := vg.Length(width(t.s, t.size, t.bold) * float64(t.anchor) / 2)
	pt := at(c, t.x, t.y)
	c.SetColor(t.ink)
	if !t.upwards {
		c.FillString(f, vg.Point{X: pt.X - back, Y: pt.Y}, t.s)
		return
	}
	c.Push()
	c.Rotate(math.Pi / 2)
	c.FillString(f, vg.Point{X: pt.Y - back, Y: -pt.X}, t.s)
	c.Pop()
}

// draw copies whole pixels where the canvas has pixels, because gonum's own
// DrawImage interpolates between them.
func (x pixels) draw(c draw.Canvas) {
	upper, lower := at(c, x.x, x.y), at(c, x.x+x.w, x.y+x.h)
	if dots, ok := c.Canvas.(interface {
		Image() stddraw.Image
		DPI() float64
		Size() (vg.Length, vg.Length)
	}); ok {
		_, height := dots.Size()
		dot := func(v vg.Length) int { return int(math.Round(v.Dots(dots.DPI()))) }
		target := image.Rect(dot(upper.X), dot(height-upper.Y), dot(lower.X), dot(height-lower.Y))
		xdraw.NearestNeighbor.Scale(dots.Image(), target, x.img, x.img.Bounds(), xdraw.Src, nil)
		return
	}
	c.DrawImage(vg.Rectangle{Min: vg.Point{X: upper.X, Y: lower.Y}, Max: vg.Point{X: lower.X, Y: upper.Y}}, x.enlarged(8))
}

// enlarged repeats every pixel n times in both directions.
func (x pixels) enlarged(n int) *image.Paletted {
	b := x.img.Bounds()
	big := image.NewPaletted(image.Rect(0, 0, b.Dx()*n, b.Dy()*n), x.img.Palette)
	for row := range big.Rect.Dy() {
		for col := range big.Rect.Dx() {
			big.SetColorIndex(col, row, x.img.ColorIndexAt(b.Min.X+col/n, b.Min.Y+row/n))
		}
	}
	return big
}
