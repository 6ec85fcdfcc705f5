package plots

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Bars draws numbers as horizontal bars, each with its name before it and its
// number behind it.
type Bars struct {
	Title string
	Label string // what the numbers are, with the unit
	Bars  []Bar
	Log   bool // logarithmic: bars then start at the power of ten below the smallest
	Alt   string
	// High makes the axis reach at least so far: figures that are to be compared need
	// one scale. 0 means from the numbers.
	High float64
	// Decimals of the numbers; 0 means as many as they need, at most 2.
	Decimals int
}

// Bar is one bar.
type Bar struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Err   float64 `json:"err,omitempty"` // half length of the error bar; 0 draws none
}

const (
	barsWidth = 230.0 // of the area of the bars, in points
	barHeight = 16.0
	barStep   = 24.0
)

// Picture draws the bars. Its Data is a []Bar.
func (b Bars) Picture() *Picture {
	values, scale, err := b.axis()
	if err != nil {
		return Failed(err)
	}
	if b.Decimals == 0 {
		b.Decimals = decimalsOf(2, values...)
	}
	body, step, err := b.plot(values, scale)
	if err != nil {
		return Failed(err)
	}
	canvas := around(body, barsWidth, step*float64(len(b.Bars)))
	body.Draw(canvas)
	p := &Picture{}
	top, right := margin, 0.0
	if b.Title != "" {
		p.bold(b.Title, margin, margin+10, titleSize, start)
		right = margin + width(b.Title, titleSize, true)
		top += titleHeight
	}
	edge, bottom, err := p.place(canvas, margin, top)
	if err != nil {
		return Failed(err)
	}
	return p.finish(max(right, edge), bottom, b.Alt, b.words(), b.Bars)
}

// plot returns the bars as a plot of gonum, and the distance of two bars.
func (b Bars) plot(values []float64, scale axis) (*plot.Plot, float64, error) {
	p := newPlot()
	p.X.Label.Text = logged(b.Label, b.Log)
	zero := scale.low
	if !b.Log {
		zero = 0
	}
	bars, err := plotter.NewBarChart(plotter.Values(values), barHeight)
	if err != nil {
		return nil, 0, fmt.Errorf("plots: bars: %w", err)
	}
	bars.Horizontal = true
	bars.Color, bars.LineStyle = windowBlue, line(ink, 0.75)

	var names []plot.Tick
	var ends plotter.XYs
	var errors plotter.XErrors
	numbers := &plotter.Labels{}
	style := p.X.Tick.Label
	style.XAlign, style.YAlign = draw.XLeft, draw.YCenter
	numbers.Offset = vg.Point{X: 5, Y: style.FontExtents().Descent}
	most := 1
	for i, bar := range b.Bars {
		const nameMax = 160.0
		lines := wrap(bar.Name, nameMax, labelSize, false)
		most = max(most, len(lines))
		names = append(names, plot.Tick{Value: float64(i), Label: strings.Join(lines, "\n")})
		behind := plotter.XY{X: zero, Y: float64(i)} // of a negative bar: names stand on the left
		if bar.Value > zero {
			behind.X = bar.Value + bar.Err
		}
		if bar.Err > 0 {
			ends = append(ends, plotter.XY{X: bar.Value, Y: float64(i)})
			errors = append(errors, struct{ Low, High float64 }{bar.Err, bar.Err})
			behind.X = max(behind.X, bar.Value+bar.Err)
		}
		numbers.XYs = append(numbers.XYs, behind)
		numbers.Labels = append(numbers.Labels, b.number(bar))
		numbers.TextStyle = append(numbers.TextStyle, style)
	}
	low, high := -0.5, float64(len(b.Bars))-0.5
	p.Add(grid(true, false), bars)
	if len(ends) > 0 {
		p.Add(&plotter.XErrorBars{XYs: ends, XErrors: errors, LineStyle: line(ink, 1), CapWidth: 8})
	}
	p.Add(numbers, zeroLine(plotter.XY{X: zero, Y: low}, plotter.XY{X: zero, Y: high}, 1))
	scale.thin(barsWidth, widest(labelSize, false, scale.labels()...)+6)
	scale.set(&p.X)
	p.Y.Min, p.Y.Max = low, high
	p.Y.Scale = plot.InvertedScale{Normalizer: plot.LinearScale{}} // the first bar is the uppermost
	p.Y.Width, p.Y.Tick.Length, p.Y.Padding = 0, 0, 5
	p.Y.Tick.Marker = plot.ConstantTicks(names)
	return p, max(barStep, labelLine*float64(most)+6), nil
}

// axis checks the bars and returns the axis that holds them and, where it is not
// logarithmic, 0: bars are compared by their length.
func (b Bars) axis() ([]float64, axis, error) {
	if len(b.Bars) == 0 {
		return nil, axis{}, fmt.Errorf("plots: no bars: give at least one")
	}
	if b.Decimals < 0 || b.Decimals > 6 {
		return nil, axis{}, fmt.Errorf("plots: %d decimals: use 0 to 6", b.Decimals)
	}
	var values []float64
	lowest, highest := math.Inf(1), math.Inf(-1)
	if !b.Log {
		lowest, highest = 0, 0
	}
	for _, bar := range b.Bars {
		if sum := bar.Value + bar.Err; math.IsNaN(sum) || math.IsInf(sum, 0) || bar.Err < 0 {
			return nil, axis{}, fmt.Errorf("plots: bar %q is %v ± %v: give finite numbers and an error of at least 0", bar.Name, bar.Value, bar.Err)
		}
		values = append(values, bar.Value)
		lowest, highest = min(lowest, bar.Value-bar.Err), max(highest, bar.Value+bar.Err)
	}
	if math.IsNaN(b.High) || math.IsInf(b.High, 0) || b.High < 0 {
		return nil, axis{}, fmt.Errorf("plots: bars up to %v: give a finite number of at least 0", b.High)
	}
	if b.High > 0 {
		highest = max(highest, b.High)
	}
	a, err := newAxis(lowest, highest, b.Log, false)
	return values, a, err
}

func (b Bars) number(bar Bar) string {
	if bar.Err > 0 {
		return Number(bar.Value, b.Decimals) + " ± " + Number(bar.Err, max(b.Decimals, decimalsOf(2, bar.Err)))
	}
	return Number(bar.Value, b.Decimals)
}

func (b Bars) words() string {
	var parts []string
	for _, bar := range b.Bars {
		parts = append(parts, bar.Name+": "+b.number(bar))
	}
	w := strings.Join(parts, "; ") + "."
	if b.Label != "" {
		w = logged(b.Label, b.Log) + ": " + w
	}
	if b.Title != "" {
		w = b.Title + ". " + w
	}
	return w
}
