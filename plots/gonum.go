package plots

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	gtext "gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"
)

// This file turns what gonum's package plot draws into marks. Curves and Bars are
// plots of gonum; as marks they go through the same SVG and PNG as every other
// figure (SVG says why gonum's own SVG canvas is not used).

// newPlot returns an empty plot in the look of the figures.
func newPlot() *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	for _, x := range []*plot.Axis{&p.X, &p.Y} {
		for _, style := range []*gtext.Style{&x.Label.TextStyle, &x.Tick.Label} {
			style.Font, style.Color = sans, ink
		}
		x.Label.Padding = 3
		x.Padding = 0
		x.LineStyle = line(gridLine, 0.75)
		x.Tick.LineStyle = line(gridLine, 0.75)
		x.Tick.Length = 4
	}
	return p
}

// sans is the font of axes and legends.
var sans = font.Font{Typeface: "Liberation", Variant: "Sans", Size: labelSize}

func line(c color.Color, width vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: width}
}

// grid returns light lines at the labelled ticks of one axis or both.
func grid(x, y bool) *plotter.Grid {
	g := &plotter.Grid{}
	if x {
		g.Vertical = line(faint, 0.75)
	}
	if y {
		g.Horizontal = line(faint, 0.75)
	}
	return g
}

// zeroLine returns the line of the number 0, between two points of the data.
func zeroLine(from, to plotter.XY, width vg.Length) *plotter.Line {
	return &plotter.Line{XYs: plotter.XYs{from, to}, LineStyle: line(ink, width)}
}

// around returns a canvas on which the area between the axes of p is w by h points.
func around(p *plot.Plot, w, h float64) draw.Canvas {
	const room = 200 // for the labels; any size that leaves an area serves
	size := vg.Point{X: vg.Length(w + room), Y: vg.Length(h + room)}
	area := p.DataCanvas(draw.NewCanvas(&recorder.Canvas{}, size.X, size.Y)).Size()
	size = size.Add(vg.Point{X: vg.Length(w), Y: vg.Length(h)}).Sub(area)
	return draw.NewCanvas(&recorder.Canvas{}, size.X, size.Y)
}

// place adds what was drawn on a canvas of around, with its left and upper ends at
// x and y, and returns its right and lower ends.
func (p *Picture) place(c draw.Canvas, x, y float64) (right, bottom float64, err error) {
	marks, err := recorded(c.Canvas.(*recorder.Canvas), c.Max.Y.Points())
	if err != nil {
		return 0, 0, err
	}
	left, top := math.Inf(1), math.Inf(1)
	for _, m := range marks {
		b := m.bounds()
		left, top = min(left, b.x), min(top, b.y)
		right, bottom = max(right, b.x+b.w), max(bottom, b.y+b.h)
	}
	for _, m := range marks {
		p.add(m.moved(x-left, y-top))
	}
	return right + x - left, bottom + y - top, nil
}

// recorded returns as marks what was recorded on a canvas of that height. What
// plots with lines, bars, glyphs and plain text do not do is an error.
func recorded(c *recorder.Canvas, height float64) ([]mark, error) {
	var marks []mark
	var drawn path // colour, width and dash in use
	upwards := false
	for _, action := range c.Actions {
		switch a := action.(type) {
		case *recorder.SetColor:
			drawn.stroke = color.RGBAModel.Convert(a.Color).(color.RGBA)
		case *recorder.SetLineWidth:
			drawn.width = a.Width.Points()
		case *recorder.SetLineDash:
			drawn.dash = nil
			for _, d := range a.Dashes {
				drawn.dash = append(drawn.dash, d.Points())
			}
		case *recorder.Stroke:
			if drawn.width > 0 {
				l := drawn
				if err := l.follow(a.Path, height); err != nil {
					return nil, err
				}
				marks = append(marks, l)
			}
		case *recorder.Fill:
			l := path{fill: drawn.stroke}
			if err := l.follow(a.Path, height); err != nil {
				return nil, err
			}
			marks = append(marks, l.boxed())
		// Text is the only thing that turns, and by a quarter.
		case *recorder.Rotate:
			if a.Angle != math.Pi/2 {
				return nil, fmt.Errorf("plots: text turned by %v: only upright text and text turned by π/2 can be drawn", a.Angle)
			}
			upwards = true
		case *recorder.Pop:
			upwards = false
		case *recorder.Push:
		case *recorder.FillString:
			if a.Font != sans {
				return nil, fmt.Errorf("plots: gonum wrote %q in %v: set the font of its style to sans", a.String, a.Font)
			}
			t := text{x: a.Point.X.Points(), y: height - a.Point.Y.Points(), upwards: upwards, size: labelSize, ink: drawn.stroke, s: a.String}
			if upwards {
				t.x, t.y = -a.Point.Y.Points(), height-a.Point.X.Points()
			}
			marks = append(marks, t)
		default:
			return nil, fmt.Errorf("plots: gonum drew with %s, which has no mark: use lines, polygons and text", a.Call())
		}
	}
	return marks, nil
}

// follow appends the corners of a way of gonum, where y points upwards.
func (l *path) follow(way vg.Path, height float64) error {
	for _, step := range way {
		switch step.Type {
		case vg.MoveComp, vg.LineComp:
			l.points = append(l.points, point{step.Pos.X.Points(), height - step.Pos.Y.Points()})
		case vg.CloseComp:
			l.closed = true
		default:
			return fmt.Errorf("plots: gonum drew a curved line, which has no mark: use straight ones")
		}
	}
	return nil
}

// boxed returns a filled path as a box if it is one.
func (l path) boxed() mark {
	q := l.points
	if len(q) != 4 {
		return l
	}
	upright := q[0].x == q[1].x && q[1].y == q[2].y && q[2].x == q[3].x && q[3].y == q[0].y
	level := q[0].y == q[1].y && q[1].x == q[2].x && q[2].y == q[3].y && q[3].x == q[0].x
	if !upright && !level {
		return l
	}
	return box{rect: l.bounds(), fill: l.fill}
}
