package plots

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// segments is several straight lines of one pen: hatching, wires, the lines
// between cells.
type segments struct {
	lines  [][2]point
	stroke color.RGBA
	width  float64
	dash   []float64
}

func (s segments) moved(dx, dy float64) mark {
	lines := make([][2]point, len(s.lines))
	for i, l := range s.lines {
		lines[i] = [2]point{{l[0].x + dx, l[0].y + dy}, {l[1].x + dx, l[1].y + dy}}
	}
	s.lines = lines
	return s
}

func (s segments) bounds() rect {
	var all []point
	for _, l := range s.lines {
		all = append(all, l[0], l[1])
	}
	return path{points: all, width: s.width}.bounds()
}

func (s segments) svg() (group, element string) {
	var d strings.Builder
	for _, l := range s.lines {
		fmt.Fprintf(&d, "M%s %sL%s %s", dec(l[0].x), dec(l[0].y), dec(l[1].x), dec(l[1].y))
	}
	return pen(s.stroke, s.width, s.dash), fmt.Sprintf(`<path d="%s" fill="none"/>`, d.String())
}

func (s segments) draw(c draw.Canvas) {
	var way vg.Path
	for _, l := range s.lines {
		way.Move(at(c, l[0].x, l[0].y))
		way.Line(at(c, l[1].x, l[1].y))
	}
	c.SetLineWidth(vg.Length(s.width))
	dashes := make([]vg.Length, len(s.dash))
	for i, d := range s.dash {
		dashes[i] = vg.Length(d)
	}
	c.SetLineDash(dashes, 0)
	c.SetColor(s.stroke)
	c.Stroke(way)
}

// corners returns the corners of the rectangle in turn.
func (r rect) corners() []point {
	return []point{{r.x, r.y}, {r.x + r.w, r.y}, {r.x + r.w, r.y + r.h}, {r.x, r.y + r.h}}
}

// hatch returns slanted lines, step points apart across, inside a convex polygon.
func hatch(polygon []point, step float64, stroke color.RGBA, width float64) segments {
	low, high := math.Inf(1), math.Inf(-1) // of x+y, which is the same on a whole line
	for _, q := range polygon {
		low, high = min(low, q.x+q.y), max(high, q.x+q.y)
	}
	s := segments{stroke: stroke, width: width}
	step *= math.Sqrt2
	for k := math.Floor(low/step) + 1; float64(k*step) < high; k++ {
		if l, ok := chord(polygon, float64(k*step)); ok {
			s.lines = append(s.lines, l)
		}
	}
	if len(s.lines) == 0 { // a polygon between two lines
		if l, ok := chord(polygon, (low+high)/2); ok {
			s.lines = append(s.lines, l)
		}
	}
	return s
}

// chord returns the part of the line x+y = k inside a convex polygon.
func chord(polygon []point, k float64) ([2]point, bool) {
	var ends []point
	for i, a := range polygon {
		b := polygon[(i+1)%len(polygon)]
		fa, fb := a.x+a.y-k, b.x+b.y-k
		if (fa < 0) == (fb < 0) {
			continue
		}
		t := fa / (fa - fb)
		ends = append(ends, point{a.x + float64(t*(b.x-a.x)), a.y + float64(t*(b.y-a.y))})
	}
	if len(ends) != 2 {
		return [2]point{}, false
	}
	return [2]point{ends[0], ends[1]}, true
}

// arrow draws a line through points with a head at its end.
func (p *Picture) arrow(stroke color.RGBA, width float64, dash []float64, way ...point) {
	const length, half = 7.0, 3.2
	last, before := way[len(way)-1], way[len(way)-2]
	dx, dy := last.x-before.x, last.y-before.y
	n := math.Hypot(dx, dy)
	dx, dy = dx/n, dy/n
	neck := point{last.x - float64(length*dx), last.y - float64(length*dy)}
	line := append([]point(nil), way...)
	line[len(line)-1] = neck
	p.add(path{points: line, fill: none, stroke: stroke, width: width, dash: dash},
		path{closed: true, fill: stroke, points: []point{last, {neck.x - float64(half*dy), neck.y + float64(half*dx)}, {neck.x + float64(half*dy), neck.y - float64(half*dx)}}})
}

// disc returns a filled circle, as a polygon that looks like one.
func disc(x, y, radius float64, fill, stroke color.RGBA, width float64) path {
	const corners = 28
	l := path{closed: true, fill: fill, stroke: stroke, width: width}
	for i := range corners {
		a := 2 * math.Pi * float64(i) / corners
		l.points = append(l.points, point{x + float64(radius*math.Cos(a)), y + float64(radius*math.Sin(a))})
	}
	return l
}

// boxes is several rectangles of one pen and fill, in one small element.
type boxes struct {
	rects        []rect
	fill, stroke color.RGBA
	width        float64
	dash         []float64
}

func (b boxes) moved(dx, dy float64) mark {
	rects := make([]rect, len(b.rects))
	for i, r := range b.rects {
		rects[i] = rect{r.x + dx, r.y + dy, r.w, r.h}
	}
	b.rects = rects
	return b
}

func (b boxes) bounds() rect {
	var all []point
	for _, r := range b.rects {
		all = append(all, r.corners()...)
	}
	return path{points: all, width: b.width}.bounds()
}

func (b boxes) svg() (group, element string) {
	var d strings.Builder
	for _, r := range b.rects {
		fmt.Fprintf(&d, "M%s %sh%sv%sh-%sz", dec(r.x), dec(r.y), dec(r.w), dec(r.h), dec(r.w))
	}
	return pen(b.stroke, b.width, b.dash), fmt.Sprintf(`<path d="%s" fill="%s"/>`, d.String(), hex(b.fill))
}

func (b boxes) draw(c draw.Canvas) {
	for _, r := range b.rects {
		box{rect: r, fill: b.fill, stroke: b.stroke, width: b.width, dash: b.dash}.draw(c)
	}
}

// addBoxes adds rectangles, if there are any.
func (p *Picture) addBoxes(b boxes) {
	if len(b.rects) > 0 {
		p.add(b)
	}
}

// gridOf returns the lines of a grid of cells whose corners at gives.
func gridOf(rows, cols int, at func(row, col float64) point) [][2]point {
	var lines [][2]point
	for r := range rows + 1 {
		lines = append(lines, [2]point{at(float64(r), 0), at(float64(r), float64(cols))})
	}
	for c := range cols + 1 {
		lines = append(lines, [2]point{at(0, float64(c)), at(float64(rows), float64(c))})
	}
	return lines
}
