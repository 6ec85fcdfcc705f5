package plots

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Curves draws up to five curves or clouds of points over common axes. Curves
// differ in marker and dash pattern, not only in colour.
type Curves struct {
	Title      string
	XLabel     string // with the unit: "image side in pixels"
	YLabel     string
	Curves     []Curve
	LogX, LogY bool
	// FromZero makes the y axis start at 0, which shares and counts need to be
	// compared by their height.
	FromZero bool
	Alt      string // replaces the description made from the numbers
}

// Curve is one curve.
type Curve struct {
	Name   string    `json:"name"`
	X      []float64 `json:"x"`
	Y      []float64 `json:"y"`
	Err    []float64 `json:"err,omitempty"`    // half lengths of error bars; none draws none
	Points bool      `json:"points,omitempty"` // markers only, no line
}

// styles are told apart in grey print too.
var styles = []struct {
	ink    color.RGBA
	dash   []vg.Length
	marker string
}{
	{color.RGBA{11, 83, 148, 255}, nil, "circle"},
	{color.RGBA{180, 83, 9, 255}, []vg.Length{7, 3}, "square"},
	{color.RGBA{27, 106, 60, 255}, []vg.Length{2, 2.5}, "triangle"},
	{color.RGBA{112, 40, 140, 255}, []vg.Length{9, 3, 2, 3}, "diamond"},
	{color.RGBA{26, 26, 26, 255}, []vg.Length{14, 4}, "cross"},
}

const (
	curvesWidth  = 330.0 // of the area between the axes, in points
	curvesHeight = 200.0
)

// Picture draws the curves. Its Data is a []Curve.
func (c Curves) Picture() *Picture {
	body, legend, err := c.plot()
	if err != nil {
		return Failed(err)
	}
	canvas := around(body, curvesWidth, curvesHeight)
	body.Draw(canvas)
	p := &Picture{}
	top, right := margin, 0.0
	if c.Title != "" {
		p.bold(c.Title, margin, margin+10, titleSize, start)
		right = margin + width(c.Title, titleSize, true)
		top += titleHeight
	}
	// Above the axes the legend covers no point.
	// The end of the axes is looked up: on a logarithmic axis gonum leaves room for an
	// axis label that it takes to stand far too high.
	end := min(canvas.Max.Y, body.DataCanvas(canvas).Max.Y+0.6*labelSize)
	above := draw.Crop(canvas, 0, 0, canvas.Max.Y, end-canvas.Max.Y+legend.Rectangle(canvas).Size().Y+legendGap)
	legend.Draw(draw.Canvas{Canvas: canvas.Canvas, Rectangle: above.Rectangle})
	edge, bottom, err := p.place(canvas, margin, top)
	if err != nil {
		return Failed(err)
	}
	return p.finish(max(right, edge), bottom, c.Alt, c.words(), c.Curves)
}

const legendGap = 8 // points between legend and axes

// plot returns the curves as a plot of gonum, and the legend.
func (c Curves) plot() (*plot.Plot, *plot.Legend, error) {
	x, y, err := c.axes()
	if err != nil {
		return nil, nil, err
	}
	p := newPlot()
	p.X.Label.Text, p.Y.Label.Text = logged(c.XLabel, c.LogX), logged(c.YLabel, c.LogY)
	legend := plot.NewLegend()
	legend.Top, legend.Left = true, true
	legend.TextStyle.Font, legend.TextStyle.Color = sans, ink
	legend.ThumbnailWidth, legend.Padding = 30, 5
	p.Add(grid(true, true))
	if !y.log && y.low < 0 && y.high > 0 {
		p.Add(zeroLine(plotter.XY{X: x.low}, plotter.XY{X: x.high}, 0.75))
	}
	for k, curve := range c.Curves {
		style := styles[k]
		var points, ends plotter.XYs
		var errors plotter.YErrors
		for i := range curve.X {
			points = append(points, plotter.XY{X: curve.X[i], Y: curve.Y[i]})
			if len(curve.Err) > 0 && curve.Err[i] > 0 {
				ends = append(ends, points[i])
				errors = append(errors, struct{ Low, High float64 }{curve.Err[i], curve.Err[i]})
			}
		}
		way, dots, err := plotter.NewLinePoints(points)
		if err != nil {
			return nil, nil, fmt.Errorf("plots: curve %d: %w", k+1, err)
		}
		way.LineStyle = draw.LineStyle{Color: style.ink, Width: 1.5, Dashes: style.dash}
		if curve.Points {
			way.Width = 0
		}
		dots.GlyphStyle = draw.GlyphStyle{Color: style.ink, Radius: 4.5, Shape: glyph(style.marker)}
		p.Add(way)
		if len(ends) > 0 {
			p.Add(&plotter.YErrorBars{XYs: ends, YErrors: errors, LineStyle: line(style.ink, 1), CapWidth: 7})
		}
		p.Add(dots)
		if curve.Name != "" { // a single curve needs none
			legend.Add(curve.Name, way, dots)
		}
	}
	x.thin(curvesWidth, widest(labelSize, false, x.labels()...)+6)
	y.thin(curvesHeight, 1.4*labelSize)
	x.set(&p.X)
	y.set(&p.Y)
	return p, &legend, nil
}

// axes checks the curves and returns axes that hold them.
func (c Curves) axes() (x, y axis, err error) {
	if len(c.Curves) == 0 || len(c.Curves) > len(styles) {
		return x, y, fmt.Errorf("plots: %d curves: give 1 to %d, more cannot be told apart", len(c.Curves), len(styles))
	}
	x0, x1, y0, y1 := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for k, curve := range c.Curves {
		name := fmt.Sprintf("curve %d %q", k+1, curve.Name)
		if len(curve.X) == 0 || len(curve.X) != len(curve.Y) || len(curve.Err) != 0 && len(curve.Err) != len(curve.X) {
			return x, y, fmt.Errorf("plots: %s has %d x, %d y and %d error bars: give one y for each x, and one error bar for each or none", name, len(curve.X), len(curve.Y), len(curve.Err))
		}
		if curve.Name == "" && len(c.Curves) > 1 {
			return x, y, fmt.Errorf("plots: curve %d of %d has no name: the legend needs one", k+1, len(c.Curves))
		}
		for i := range curve.X {
			e := 0.0
			if len(curve.Err) > 0 {
				e = curve.Err[i]
			}
			for _, v := range []float64{curve.X[i], curve.Y[i], e} {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return x, y, fmt.Errorf("plots: point %d of %s holds %v: give finite numbers", i+1, name, v)
				}
			}
			if e < 0 {
				return x, y, fmt.Errorf("plots: error bar %v of point %d of %s: give the half length, at least 0", e, i+1, name)
			}
			x0, x1 = min(x0, curve.X[i]), max(x1, curve.X[i])
			y0, y1 = min(y0, curve.Y[i]-e), max(y1, curve.Y[i]+e)
		}
	}
	if c.FromZero && c.LogY {
		return x, y, fmt.Errorf("plots: a logarithmic axis has no 0: use FromZero or LogY, not both")
	}
	if c.FromZero {
		y0, y1 = min(y0, 0), max(y1, 0)
	}
	if x, err = newAxis(x0, x1, c.LogX, c.counted()); err != nil {
		return x, y, err
	}
	y, err = newAxis(y0, y1, c.LogY, false)
	return x, y, err
}

// counted reports whether every x is a whole number.
func (c Curves) counted() bool {
	for _, curve := range c.Curves {
		for _, v := range curve.X {
			if v != math.Trunc(v) {
				return false
			}
		}
	}
	return true
}

// logged says of a label that its axis is logarithmic.
func logged(label string, log bool) string {
	if log {
		return strings.TrimSpace(label + " (log scale)")
	}
	return label
}

// glyph is the name of a marker of about 7 points; all are of similar area. gonum's
// own glyphs have no diamond, and no edge that keeps a marker apart from its line.
type glyph string

// DrawGlyph draws the marker, as gonum's draw.GlyphDrawer.
func (g glyph) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, at vg.Point) {
	switch g {
	case "circle":
		const corners = 16 // a circle to the eye at this size
		var round []vg.Point
		for i := range corners {
			sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
			round = append(round, vg.Point{X: vg.Length(3.6 * cos), Y: vg.Length(3.6 * sin)})
		}
		polygon(c, style.Color, at, round...)
	case "square":
		polygon(c, style.Color, at, vg.Point{X: -3.2, Y: -3.2}, vg.Point{X: 3.2, Y: -3.2}, vg.Point{X: 3.2, Y: 3.2}, vg.Point{X: -3.2, Y: 3.2})
	case "triangle":
		polygon(c, style.Color, at, vg.Point{Y: 4.4}, vg.Point{X: 4.2, Y: -3.2}, vg.Point{X: -4.2, Y: -3.2})
	case "diamond":
		polygon(c, style.Color, at, vg.Point{Y: 4.8}, vg.Point{X: 4.2}, vg.Point{Y: -4.8}, vg.Point{X: -4.2})
	case "cross":
		c.StrokeLine2(line(style.Color, 1.8), at.X-3.4, at.Y-3.4, at.X+3.4, at.Y+3.4)
		c.StrokeLine2(line(style.Color, 1.8), at.X-3.4, at.Y+3.4, at.X+3.4, at.Y-3.4)
	}
}

// polygon fills a polygon around a point and draws its edge in the background.
func polygon(c *draw.Canvas, fill color.Color, at vg.Point, corners ...vg.Point) {
	var way vg.Path
	for i, q := range corners {
		if i == 0 {
			way.Move(at.Add(q))
		} else {
			way.Line(at.Add(q))
		}
	}
	way.Close()
	c.SetColor(fill)
	c.Fill(way)
	c.SetLineStyle(line(background, 0.75))
	c.Stroke(way)
}

func (c Curves) words() string {
	var parts []string
	for _, curve := range c.Curves {
		var points []string
		for i := range curve.X {
			points = append(points, fmt.Sprintf("%s at %s", short(curve.Y[i]), short(curve.X[i])))
		}
		if last := len(points) - 1; last > 11 { // a long list helps nobody
			points = []string{points[0], points[last/4], points[last/2], points[3*last/4], points[last]}
		}
		list := strings.Join(points, ", ")
		if curve.Name != "" {
			list = curve.Name + ": " + list
		}
		parts = append(parts, list)
	}
	w := strings.Join(parts, "; ") + "."
	if c.YLabel != "" && c.XLabel != "" {
		w = fmt.Sprintf("%s against %s: %s", logged(c.YLabel, c.LogY), logged(c.XLabel, c.LogX), w)
	}
	if c.Title != "" {
		w = c.Title + ": " + w
	}
	return w
}
