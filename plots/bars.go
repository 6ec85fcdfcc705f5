package plots

import (
	"fmt"
	"math"
	"strings"
)

// Bars draws numbers as horizontal bars, each with its name before it and its
// number behind it.
type Bars struct {
	Title string
	Label string // what the numbers are, with the unit
	Bars  []Bar
	Log   bool // logarithmic: bars then start at the power of ten below the smallest
	Alt   string
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
	barsWidth = 260.0 // of the area of the bars, in points
	barHeight = 16.0
	barStep   = 24.0
)

// Picture draws the bars. Its Data is a []Bar.
func (b Bars) Picture() *Picture {
	values, scale, err := b.axis()
	if err != nil {
		return failed(err)
	}
	if b.Decimals == 0 {
		b.Decimals = decimalsOf(2, values...)
	}
	p := &Picture{}
	const nameMax = 140.0
	names := make([][]string, len(b.Bars))
	named := 0.0
	for i, bar := range b.Bars {
		names[i] = wrap(bar.Name, nameMax, labelSize, false)
		named = max(named, widest(labelSize, false, names[i]...))
	}
	x, y := margin+named+8, margin
	right := x + barsWidth + widest(labelSize, false, scale.labels...)/2
	if b.Title != "" {
		p.bold(b.Title, margin, y+10, titleSize, start)
		right = max(right, margin+width(b.Title, titleSize, true))
		y += titleHeight
	}
	lines := 1
	for _, n := range names {
		lines = max(lines, len(n))
	}
	step := max(barStep, 11*float64(lines)+6)
	area := rect{x, y, barsWidth, step * float64(len(b.Bars))}
	scale.from, scale.to = area.x, area.x+area.w
	for _, v := range scale.ticks {
		p.add(path{points: []point{{scale.at(v), area.y}, {scale.at(v), area.y + area.h}}, fill: none, stroke: faint, width: 0.75})
	}
	zero := scale.low
	if !b.Log {
		zero = 0
	}
	for i, bar := range b.Bars {
		mid := area.y + step*(float64(i)+0.5)
		from, to := scale.at(zero), scale.at(bar.Value)
		p.add(box{rect: rect{min(from, to), mid - barHeight/2, math.Abs(to - from), barHeight}, fill: windowBlue, stroke: ink, width: 0.75})
		tip := to
		if bar.Err > 0 {
			low, high := scale.at(bar.Value-bar.Err), scale.at(bar.Value+bar.Err)
			p.add(path{points: []point{{low, mid}, {high, mid}}, fill: none, stroke: ink, width: 1})
			for _, e := range []float64{low, high} {
				p.add(path{points: []point{{e, mid - 4}, {e, mid + 4}}, fill: none, stroke: ink, width: 1})
			}
			tip = high
			if bar.Value < 0 {
				tip = low
			}
		}
		num := b.number(bar)
		baseline := mid + capHalf*labelSize
		if bar.Value < 0 {
			p.text(num, max(from, scale.at(zero))+5, baseline, labelSize, start, ink) // names stand on the left
			right = max(right, from+5+width(num, labelSize, false))
		} else {
			p.text(num, tip+5, baseline, labelSize, start, ink)
			right = max(right, tip+5+width(num, labelSize, false))
		}
		for k, line := range names[i] {
			p.text(line, x-8, baseline+11*(float64(k)-float64(len(names[i])-1)/2), labelSize, end, ink)
		}
	}
	p.add(path{points: []point{{scale.at(zero), area.y}, {scale.at(zero), area.y + area.h}}, fill: none, stroke: ink, width: 1})
	every := scale.shown(widest(labelSize, false, scale.labels...) + 6)
	for i := 0; i < len(scale.ticks); i += every {
		p.text(scale.labels[i], scale.at(scale.ticks[i]), area.y+area.h+12, labelSize, middle, ink)
	}
	bottom := area.y + area.h + 14
	if b.Label != "" || b.Log {
		label := strings.TrimSpace(logged(b.Label, b.Log))
		p.text(label, area.x+area.w/2, bottom+12, labelSize, middle, ink)
		right = max(right, area.x+area.w/2+width(label, labelSize, false)/2)
		bottom += 15
	}
	return p.finish(right, bottom, b.Alt, b.words(), b.Bars)
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
	a, err := newAxis(lowest, highest, b.Log)
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
