package plots

import (
	"fmt"
	"image/color"
	"slices"
	"strings"

	"cnnbook/cnnlib/arith"
)

// Wiring draws the connections of one axis: a row of input cells, a row of output
// cells, and a line for each weight that joins the two. Lines of one weight have
// one colour, one dash pattern and one label, so that sharing is seen. Beside each
// cell stands how many lines it has.
//
// WiringOfConv and WiringOfTransposed give the wires of a convolution.
type Wiring struct {
	Inputs, Outputs int // cells
	Wires           []Wire
	// InputAt and OutputAt are the places of the cells along the axis, in cells;
	// none means 0, 1, 2, …, the shorter row in the middle.
	InputAt, OutputAt []float64
	InputsBelow       bool // inputs in the lower row; false: in the upper one
	Title             string
	// Weights names the weights in the legend and on the lines; none means a, b, c, …,
	// which stay readable where indices are too small.
	Weights []string
	// Label is the output, counted from 1, whose lines have labels; 0 means the output
	// or input with most lines that is next to the middle, −1 none.
	Label int
	Alt   string // replaces the description made from the numbers

	labelInput int // the input whose lines have labels, counted from 1
}

// Wire joins an input cell with an output cell.
type Wire struct {
	Input  int `json:"input"` // from 0
	Output int `json:"output"`
	Weight int `json:"weight"` // which weight: equal numbers are one weight
}

// WiringData is what the wires are and how many each cell has: the Data of Wiring.
type WiringData struct {
	Inputs  []int  `json:"inputs"`  // wires of each input cell
	Outputs []int  `json:"outputs"` // wires of each output cell
	Weights int    `json:"weights"` // different ones
	Wires   []Wire `json:"wires"`
}

// WiringOfConv returns the wires of a convolution along one axis, output o with
// tap t to input o·s + t·d − start. Taps on padding have no wire. It is an error
// if the convolution has no output.
func WiringOfConv(c arith.Conv) (Wiring, error) {
	out, err := c.Out()
	if err != nil {
		return Wiring{}, fmt.Errorf("plots: %w", err)
	}
	before, _, err := c.Pads()
	if err != nil {
		return Wiring{}, fmt.Errorf("plots: %w", err)
	}
	s, d := max(c.Stride, 1), max(c.Dilation, 1)
	w := Wiring{Inputs: c.In, Outputs: out}
	for i := range c.In {
		w.InputAt = append(w.InputAt, float64(i))
	}
	for o := range out {
		first := o*s - before
		w.OutputAt = append(w.OutputAt, float64(first)+float64((c.Kernel-1)*d)/2)
		for t := range c.Kernel {
			if i := first + t*d; i >= 0 && i < c.In {
				w.Wires = append(w.Wires, Wire{Input: i, Output: o, Weight: t})
			}
		}
	}
	return w, nil
}

// WiringOfTransposed returns the wires of a transposed convolution along one axis,
// input i with tap t to output i·s + t·d − start. Taps that are cut off have no
// wire. It is an error if there is no output.
func WiringOfTransposed(c arith.Transposed) (Wiring, error) {
	out, err := c.Out()
	if err != nil {
		return Wiring{}, fmt.Errorf("plots: %w", err)
	}
	before, _, err := c.Pads()
	if err != nil {
		return Wiring{}, fmt.Errorf("plots: %w", err)
	}
	s, d := max(c.Stride, 1), max(c.Dilation, 1)
	w := Wiring{Inputs: c.In, Outputs: out}
	for o := range out {
		w.OutputAt = append(w.OutputAt, float64(o))
	}
	for i := range c.In {
		first := i*s - before
		w.InputAt = append(w.InputAt, float64(first)+float64((c.Kernel-1)*d)/2)
		for t := range c.Kernel {
			if o := first + t*d; o >= 0 && o < out {
				w.Wires = append(w.Wires, Wire{Input: i, Output: o, Weight: t})
			}
		}
	}
	return w, nil
}

const (
	wireHeight = 96.0 // from row to row
	wireStep   = 34.0 // from cell to cell where there is room
	dotRadius  = 7.0
)

// wireStyle is how the lines of a weight look. Colours are those of curves.
type wireStyle struct {
	ink   color.RGBA
	width float64
	dash  []float64
}

// wireStyles are all that can be told apart, also in grey.
var wireStyles = []wireStyle{
	{styles[0].ink, 1.6, nil},
	{styles[1].ink, 1.6, []float64{6, 3}},
	{styles[2].ink, 1.6, []float64{1.6, 2.4}},
	{styles[3].ink, 1.6, []float64{8, 2.5, 1.6, 2.5}},
	{styles[4].ink, 2.6, nil},
	{color.RGBA{122, 86, 20, 255}, 1.0, []float64{12, 4}},
	{color.RGBA{96, 96, 96, 255}, 2.6, []float64{3, 3}},
	{color.RGBA{150, 20, 90, 255}, 0.9, nil},
}

// Picture draws the wires. Its Data is a WiringData.
func (w Wiring) Picture() *Picture {
	data, err := w.check()
	if err != nil {
		return Failed(err)
	}
	low, high := slices.Min(w.InputAt), slices.Max(w.InputAt)
	low, high = min(low, slices.Min(w.OutputAt)), max(high, slices.Max(w.OutputAt))
	step := wireStep
	if high > low {
		step = max(2*dotRadius+5, min(wireStep, (fullSize-2*margin-76)/(high-low)))
	}
	names := widest(labelSize, false, "outputs", "inputs") + 10
	p := &Picture{}
	y := margin
	right := 0.0
	if w.Title != "" {
		p.bold(w.Title, margin, y+10, titleSize, start)
		right = margin + width(w.Title, titleSize, true)
		y += titleHeight
	}
	left := margin + names + dotRadius
	x := func(at float64) float64 { return left + float64((at-low)*step) }
	right = max(right, x(high)+dotRadius)
	top := y + 12 + dotRadius // counts above the upper row
	inY, outY := top, top+wireHeight
	inCount, outCount := inY-dotRadius-5, outY+dotRadius+12
	if w.InputsBelow {
		inY, outY, inCount, outCount = outY, inY, outCount, inCount
	}
	from := func(k Wire) point { return point{x(w.InputAt[k.Input]), inY} }
	to := func(k Wire) point { return point{x(w.OutputAt[k.Output]), outY} }
	for k := range data.Weights {
		s := segments{stroke: wireStyles[k].ink, width: wireStyles[k].width, dash: wireStyles[k].dash}
		for _, wire := range w.Wires {
			if wire.Weight == k {
				s.lines = append(s.lines, [2]point{from(wire), to(wire)})
			}
		}
		if len(s.lines) > 0 {
			p.add(s)
		}
	}
	for i, n := range data.Inputs {
		cx := x(w.InputAt[i])
		p.add(disc(cx, inY, dotRadius, inputBlue, ink, 1))
		p.text(Number(float64(n), 0), cx, inCount, labelSize, middle, ink)
	}
	for o, n := range data.Outputs {
		cx := x(w.OutputAt[o])
		r := rect{cx - dotRadius + 0.5, outY - dotRadius + 0.5, 2*dotRadius - 1, 2*dotRadius - 1}
		p.add(box{rect: r, fill: outGreen, stroke: ink, width: 1})
		p.text(Number(float64(n), 0), cx, outCount, labelSize, middle, ink)
	}
	for _, row := range []struct {
		name     string
		y, count float64
	}{{"inputs", inY, inCount}, {"outputs", outY, outCount}} {
		p.text(row.name, margin, row.y+capHalf*labelSize, labelSize, start, ink)
		p.text("lines:", margin, row.count, labelSize, start, muted)
	}
	w.labels(p, from, to)
	right, bottom := w.legend(p, data.Weights, max(inCount, outCount)+16, right)
	return p.finish(right, bottom, w.Alt, w.words(data), data)
}

// labels writes the weights on the lines of one cell, near their other ends, where
// they are apart.
func (w Wiring) labels(p *Picture, from, to func(Wire) point) {
	if w.Label < 0 {
		return
	}
	const part = 0.3 // of the way from the other end
	for _, k := range w.Wires {
		a, b := from(k), to(k)
		switch {
		case k.Output == w.Label-1:
		case k.Input == w.labelInput-1:
			a, b = b, a
		default:
			continue
		}
		x, y := a.x+float64(part*(b.x-a.x)), a.y+float64(part*(b.y-a.y))
		wide := width(w.Weights[k.Weight], labelSize, true) + 4
		p.add(box{rect: rect{x - wide/2, y - 6, wide, 12}, fill: background})
		p.bold(w.Weights[k.Weight], x, y+capHalf*labelSize, labelSize, middle)
	}
}

// legend draws a piece of line for each weight.
func (w Wiring) legend(p *Picture, weights int, y, right float64) (float64, float64) {
	const piece = 30.0
	x := margin
	limit := max(right, margin+320)
	for k := range weights {
		wide := piece + 5 + width(w.Weights[k], labelSize, false) + 14
		if x+wide-14 > limit && x > margin {
			x, y = margin, y+14
		}
		s := wireStyles[k]
		p.add(segments{lines: [][2]point{{{x, y}, {x + piece, y}}}, stroke: s.ink, width: s.width, dash: s.dash})
		p.text(w.Weights[k], x+piece+5, y+capHalf*labelSize, labelSize, start, ink)
		right = max(right, x+wide-14)
		x += wide
	}
	return right, y + 5
}

// check fills in what zero stands for and counts the wires.
func (w *Wiring) check() (WiringData, error) {
	d := WiringData{Wires: w.Wires}
	if w.Inputs < 1 || w.Outputs < 1 {
		return d, fmt.Errorf("plots: wires between %d inputs and %d outputs: give at least one of each", w.Inputs, w.Outputs)
	}
	if len(w.Wires) == 0 {
		return d, fmt.Errorf("plots: no wires between %d inputs and %d outputs: give at least one", w.Inputs, w.Outputs)
	}
	d.Inputs, d.Outputs = make([]int, w.Inputs), make([]int, w.Outputs)
	for i, k := range w.Wires {
		switch {
		case k.Input < 0 || k.Input >= w.Inputs || k.Output < 0 || k.Output >= w.Outputs:
			return d, fmt.Errorf("plots: wire %d joins input %d and output %d of %d and %d cells: count from 0", i+1, k.Input, k.Output, w.Inputs, w.Outputs)
		case k.Weight < 0 || k.Weight >= len(wireStyles):
			return d, fmt.Errorf("plots: wire %d has weight %d: use 0 to %d, more cannot be told apart", i+1, k.Weight, len(wireStyles)-1)
		}
		d.Inputs[k.Input]++
		d.Outputs[k.Output]++
		d.Weights = max(d.Weights, k.Weight+1)
	}
	longer := max(w.Inputs, w.Outputs)
	for _, row := range []struct {
		name string
		n    int
		at   *[]float64
	}{{"inputs", w.Inputs, &w.InputAt}, {"outputs", w.Outputs, &w.OutputAt}} {
		if len(*row.at) == 0 {
			for i := range row.n {
				*row.at = append(*row.at, float64(i)+float64(longer-row.n)/2)
			}
		}
		if len(*row.at) != row.n {
			return d, fmt.Errorf("plots: %d places for %d %s: give one for each, or none", len(*row.at), row.n, row.name)
		}
		if _, err := flat("the places of the "+row.name, [][]float64{*row.at}); err != nil {
			return d, err
		}
		for i, at := range (*row.at)[1:] {
			if at-(*row.at)[i] < 1 {
				return d, fmt.Errorf("plots: the places of %s %d and %d are %v and %v: let them grow by 1 or more", row.name, i+1, i+2, (*row.at)[i], at)
			}
		}
	}
	if len(w.Weights) == 0 {
		for k := range d.Weights {
			w.Weights = append(w.Weights, string('a'+rune(k)))
		}
	}
	if len(w.Weights) != d.Weights {
		return d, fmt.Errorf("plots: %d names for %d weights: give one for each, or none", len(w.Weights), d.Weights)
	}
	if w.Label < -1 || w.Label > w.Outputs {
		return d, fmt.Errorf("plots: labels on the lines of output %d of %d: use 1 to %d, 0 for one in the middle, −1 for none", w.Label, w.Outputs, w.Outputs)
	}
	if w.Label == 0 {
		most := max(slices.Max(d.Inputs), slices.Max(d.Outputs))
		if w.Label = middleOf(d.Outputs, most) + 1; w.Label == 0 {
			w.labelInput = middleOf(d.Inputs, most) + 1
		}
	}
	return d, nil
}

// middleOf returns the place of n that is next to the middle, or −1.
func middleOf(counts []int, n int) int {
	at, far := -1, 2*len(counts)
	for i, c := range counts {
		if off := max(2*i-len(counts)+1, len(counts)-1-2*i); c == n && off < far {
			at, far = i, off
		}
	}
	return at
}

func (w Wiring) words(d WiringData) string {
	list := func(n []int) string { return strings.Trim(fmt.Sprint(n), "[]") }
	s := fmt.Sprintf("%d inputs and %d outputs, joined by %d lines with %d different weights; lines of each input: %s; of each output: %s.",
		w.Inputs, w.Outputs, len(w.Wires), d.Weights, list(d.Inputs), list(d.Outputs))
	if w.Title != "" {
		s = w.Title + ". " + s
	}
	return s
}
