package plots

import (
	"fmt"
	"image/color"
	"math"
	"strings"
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
	dash   []float64
	marker string
}{
	{color.RGBA{11, 83, 148, 255}, nil, "circle"},
	{color.RGBA{180, 83, 9, 255}, []float64{7, 3}, "square"},
	{color.RGBA{27, 106, 60, 255}, []float64{2, 2.5}, "triangle"},
	{color.RGBA{112, 40, 140, 255}, []float64{9, 3, 2, 3}, "diamond"},
	{color.RGBA{26, 26, 26, 255}, []float64{14, 4}, "cross"},
}

const (
	curvesWidth  = 330.0 // of the area between the axes, in points
	curvesHeight = 200.0
	legendLine   = 15.0
)

// Picture draws the curves. Its Data is a []Curve.
func (c Curves) Picture() *Picture {
	xAxis, yAxis, err := c.axes()
	if err != nil {
		return failed(err)
	}
	p := &Picture{}
	tickWidth := widest(labelSize, false, yAxis.labels...)
	left := margin + tickWidth + 8
	if c.YLabel != "" {
		left += 16
	}
	top := margin + 6 // half a tick label
	if c.Title != "" {
		top += titleHeight
	}
	legend := c.legend()
	top += float64(len(legend)) * legendLine
	area := rect{left, top, curvesWidth, curvesHeight}
	xAxis.from, xAxis.to = area.x, area.x+area.w
	yAxis.from, yAxis.to = area.y+area.h, area.y

	right := area.x + area.w + widest(labelSize, false, xAxis.labels...)/2
	if c.Title != "" {
		p.bold(c.Title, margin, margin+10, titleSize, start)
		right = max(right, margin+width(c.Title, titleSize, true))
	}
	for i, row := range legend {
		x := area.x
		for _, k := range row {
			y := top - 8 - float64(len(legend)-1-i)*legendLine - 6
			c.sample(p, k, x, y)
			p.text(c.Curves[k].Name, x+sampleWidth+4, y+capHalf*labelSize, labelSize, start, ink)
			x += sampleWidth + 4 + width(c.Curves[k].Name, labelSize, false) + legendGap
		}
		right = max(right, x-legendGap)
	}
	bottom := p.axes(area, xAxis, yAxis, c.XLabel, c.YLabel, tickWidth)
	if c.XLabel != "" {
		right = max(right, area.x+area.w/2+width(c.XLabel, labelSize, false)/2)
	}
	for k, curve := range c.Curves {
		style := styles[k]
		var way []point
		for i := range curve.X {
			way = append(way, point{xAxis.at(curve.X[i]), yAxis.at(curve.Y[i])})
		}
		if !curve.Points && len(way) > 1 {
			p.add(path{points: way, fill: none, stroke: style.ink, width: 1.5, dash: style.dash})
		}
		for i, e := range curve.Err {
			if e > 0 {
				p.errorBar(way[i].x, yAxis.at(curve.Y[i]-e), yAxis.at(curve.Y[i]+e), style.ink)
			}
		}
		for _, q := range way {
			p.marker(style.marker, q, style.ink)
		}
	}
	return p.finish(right, bottom, c.Alt, c.words(), c.Curves)
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
	if x, err = newAxis(x0, x1, c.LogX); err != nil {
		return x, y, err
	}
	y, err = newAxis(y0, y1, c.LogY)
	return x, y, err
}

const (
	sampleWidth = 30.0
	legendGap   = 16.0
)

// legend returns the curves that each line of the legend names. One curve without
// a name needs none.
func (c Curves) legend() [][]int {
	var lines [][]int
	used := 0.0
	for k, curve := range c.Curves {
		if curve.Name == "" {
			continue
		}
		w := sampleWidth + 4 + width(curve.Name, labelSize, false) + legendGap
		if len(lines) == 0 || used+w > curvesWidth+legendGap {
			lines, used = append(lines, nil), 0
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], k)
		used += w
	}
	return lines
}

func (c Curves) sample(p *Picture, k int, x, y float64) {
	style := styles[k]
	if !c.Curves[k].Points {
		p.add(path{points: []point{{x, y}, {x + sampleWidth, y}}, fill: none, stroke: style.ink, width: 1.5, dash: style.dash})
	}
	p.marker(style.marker, point{x + sampleWidth/2, y}, style.ink)
}

// axes draws grid lines, numbers and labels of both axes and returns where the
// drawing ends below.
func (p *Picture) axes(area rect, x, y axis, xLabel, yLabel string, tickWidth float64) float64 {
	for _, v := range y.ticks {
		p.add(path{points: []point{{area.x, y.at(v)}, {area.x + area.w, y.at(v)}}, fill: none, stroke: faint, width: 0.75})
	}
	for _, v := range x.ticks {
		p.add(path{points: []point{{x.at(v), area.y}, {x.at(v), area.y + area.h}}, fill: none, stroke: faint, width: 0.75})
	}
	p.add(box{rect: area, fill: none, stroke: gridLine, width: 0.75})
	if !y.log && y.low < 0 && y.high > 0 {
		p.add(path{points: []point{{area.x, y.at(0)}, {area.x + area.w, y.at(0)}}, fill: none, stroke: ink, width: 0.75})
	}
	every := y.shown(1.4 * labelSize)
	for i := 0; i < len(y.ticks); i += every {
		p.text(y.labels[i], area.x-5, y.at(y.ticks[i])+capHalf*labelSize, labelSize, end, ink)
	}
	every = x.shown(widest(labelSize, false, x.labels...) + 6)
	for i := 0; i < len(x.ticks); i += every {
		p.text(x.labels[i], x.at(x.ticks[i]), area.y+area.h+13, labelSize, middle, ink)
	}
	bottom := area.y + area.h + 15
	if xLabel != "" {
		p.text(logged(xLabel, x.log), area.x+area.w/2, bottom+12, labelSize, middle, ink)
		bottom += 15
	}
	if yLabel != "" {
		p.add(text{x: area.x - tickWidth - 13, y: area.y + area.h/2, size: labelSize, anchor: middle, upwards: true, ink: ink, s: logged(yLabel, y.log)})
	}
	return bottom
}

// logged says of a label that its axis is logarithmic.
func logged(label string, log bool) string {
	if log {
		return label + " (log scale)"
	}
	return label
}

func (p *Picture) errorBar(x, y0, y1 float64, c color.RGBA) {
	const half = 3.5
	for _, line := range [][]point{{{x, y0}, {x, y1}}, {{x - half, y0}, {x + half, y0}}, {{x - half, y1}, {x + half, y1}}} {
		p.add(path{points: line, fill: none, stroke: c, width: 1})
	}
}

// marker draws a marker of about 7 points, all of similar area.
func (p *Picture) marker(kind string, q point, c color.RGBA) {
	polygon := func(corners ...point) {
		for i := range corners {
			corners[i].x += q.x
			corners[i].y += q.y
		}
		p.add(path{points: corners, closed: true, fill: c, stroke: background, width: 0.75})
	}
	switch kind {
	case "circle":
		const corners = 16 // a circle to the eye at this size
		var round []point
		for i := range corners {
			sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
			round = append(round, point{3.6 * cos, 3.6 * sin})
		}
		polygon(round...)
	case "square":
		polygon(point{-3.2, -3.2}, point{3.2, -3.2}, point{3.2, 3.2}, point{-3.2, 3.2})
	case "triangle":
		polygon(point{0, -4.4}, point{4.2, 3.2}, point{-4.2, 3.2})
	case "diamond":
		polygon(point{0, -4.8}, point{4.2, 0}, point{0, 4.8}, point{-4.2, 0})
	case "cross":
		for _, line := range [][]point{{{q.x - 3.4, q.y - 3.4}, {q.x + 3.4, q.y + 3.4}}, {{q.x - 3.4, q.y + 3.4}, {q.x + 3.4, q.y - 3.4}}} {
			p.add(path{points: line, fill: none, stroke: c, width: 1.8})
		}
	}
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
