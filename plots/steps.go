package plots

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// Steps draws how a convolution (a cross-correlation, as layers compute it) comes
// about: input with the kernel's window, kernel, output with the cell being
// computed, and the products whose sum it is. Padding is drawn dashed.
type Steps struct {
	Input, Kernel [][]float64 // [H W] and [KH KW], finite
	Options       ref.Options // stride, dilation, padding; zero: one by one, bare
	// Frames are the output cells that Picture draws, numbered from 0 row by row.
	// None means the first two, the first of the second row and the last.
	Frames []int
	// ByColumn writes the products column after column instead of row after row.
	ByColumn bool
	Alt      string // replaces the description made from the numbers
}

// StepsData is what the frames show: the Data of Steps.
type StepsData struct {
	Input  [][]float64 `json:"input"`
	Kernel [][]float64 `json:"kernel"`
	Output [][]float64 `json:"output"`
	Frames []StepData  `json:"frames"`
}

// StepData is one frame.
type StepData struct {
	Row      int          `json:"row"` // of the output cell, from 0
	Col      int          `json:"col"`
	Products [][2]float64 `json:"products"` // input value and weight of every tap
	Sum      float64      `json:"sum"`
}

// Colours of Steps; the second of a pair is the window or the cell in question.
var (
	inputBlue, windowBlue = color.RGBA{205, 225, 245, 255}, color.RGBA{122, 178, 228, 255}
	padWhite, padBlue     = color.RGBA{255, 255, 255, 255}, color.RGBA{203, 213, 224, 255}
	kernelGrey            = color.RGBA{217, 217, 217, 255}
	outGreen, cellGreen   = color.RGBA{205, 235, 208, 255}, color.RGBA{108, 190, 120, 255}
	padDash               = []float64{3, 2.5}
)

// cellDash is a dash pattern that looks the same from both ends of a cell's edge,
// so that the dashes of two neighbours fall together.
func cellDash(cell float64) []float64 {
	const period, dash = 5.5, 0.54 // points, and the part of it that is ink
	p := cell / math.Round(cell/period)
	return []float64{p * dash / 2, p * (1 - dash), p * dash / 2, 0}
}

// stepper holds what all frames share.
type stepper struct {
	Steps
	data                    StepsData
	o                       ref.Options // with Stride and Dilation at least 1
	spread                  *spread     // of a transposed convolution
	inNum, kNum, outNum     []string
	h, w, kh, kw, oh, ow    int
	cell                    float64
	products                [][]string  // wrapped lines under each frame
	most                    int         // lines under the longest
	stacked                 bool        // the kernel stands above the output
	below                   [3][]string // notes under input, kernel and output
	bodyHeight              float64     // of the matrices with their notes
	frameWidth, frameHeight float64
}

const stepGap = operatorGap // between input, kernel and output

// Picture draws the chosen frames. Its Data is a StepsData.
func (s Steps) Picture() *Picture {
	st, err := s.prepare(s.Frames)
	if err != nil {
		return Failed(err)
	}
	return st.strip(st.data)
}

// Animation draws every frame, one output cell after the other.
func (s Steps) Animation() *Animation { return stepper{Steps: s}.animation() }

func (st stepper) animation() *Animation {
	one, err := st.prepare(nil)
	if err == nil {
		all := make([]int, one.oh*one.ow)
		for i := range all {
			all[i] = i
		}
		st, err = st.prepare(all)
	}
	if err != nil {
		return &Animation{err: err}
	}
	a := &Animation{Alt: st.Alt, Data: st.data}
	if a.Alt == "" {
		a.Alt = st.words(st.data)
	}
	for i := range st.data.Frames {
		one := st.data
		one.Frames = st.data.Frames[i : i+1]
		frame := st
		frame.products = st.products[i : i+1]
		a.Frames = append(a.Frames, frame.strip(one))
	}
	return a
}

// maxSteps keeps an animation at a length and size that somebody watches.
const maxSteps = 400

func (s Steps) prepare(frames []int) (stepper, error) { return stepper{Steps: s}.prepare(frames) }

func (st stepper) prepare(frames []int) (stepper, error) {
	s := st.Steps
	st.o = s.Options
	st.o.Stride, st.o.Dilation = max(st.o.Stride, 1), max(st.o.Dilation, 1)
	in, err := flat("the input", s.Input)
	if err != nil {
		return st, err
	}
	kernel, err := flat("the kernel", s.Kernel)
	if err != nil {
		return st, err
	}
	if err := bothAxes(s.Options, 0); err != nil {
		return st, err
	}
	output, err := ref.CrossCorrelate2D(s.Input, s.Kernel, s.Options)
	if err != nil {
		return st, fmt.Errorf("plots: %w", err)
	}
	out, err := flat("the output", output)
	if err != nil {
		return st, err
	}
	st.h, st.w, st.kh, st.kw, st.oh, st.ow = len(s.Input), len(s.Input[0]), len(s.Kernel), len(s.Kernel[0]), len(output), len(output[0])
	if err := st.checkSize(); err != nil {
		return st, err
	}
	if st.oh*st.ow > maxSteps {
		return st, fmt.Errorf("plots: the output has %d cells, one frame each: use an input that gives at most %d", st.oh*st.ow, maxSteps)
	}
	if len(frames) == 0 {
		frames = []int{0, min(1, st.ow-1), st.ow, st.oh*st.ow - 1}
		if st.oh == 1 {
			frames[2] = frames[1]
		}
		slices.Sort(frames)
		frames = slices.Compact(frames)
	}
	inDec, kDec, outDec := decimalsOf(2, in...), decimalsOf(2, kernel...), decimalsOf(2, out...)
	st.inNum, st.kNum, st.outNum = numbers(in, inDec), numbers(kernel, kDec), numbers(out, outDec)
	st.data = StepsData{Input: s.Input, Kernel: s.Kernel, Output: output}

	padW := st.w + st.o.Left + st.o.Right
	arrange := func(cols int, gaps float64) {
		st.cell = cellFor(slices.Concat(st.inNum, st.kNum, st.outNum), cols, gaps)
		if st.o.Dilation > 1 { // room for the outlines of the cells that are read
			st.cell = max(st.cell, math.Round(widest(numberSize, false, st.inNum...)+tapPad))
		}
		st.frameWidth = float64(cols)*st.cell + gaps
	}
	arrange(padW+st.kw+st.ow, 2*stepGap)
	if st.frameWidth > fullSize-2*margin { // too wide side by side
		st.stacked = true
		arrange(padW+max(st.kw, st.ow), stepGap)
	}
	for _, f := range frames {
		if f < 0 || f >= st.oh*st.ow {
			return st, fmt.Errorf("plots: frame %d of an output of %s cells: use 0 to %d", f, size(st.oh, st.ow), st.oh*st.ow-1)
		}
		d, terms := st.step(f/st.ow, f%st.ow)
		st.data.Frames = append(st.data.Frames, d)
		sum := strings.Join(terms, " + ") + " = " + st.outNum[f]
		if len(terms) > 25 { // more is noise, not explanation
			sum = fmt.Sprintf("sum of %d products = %s", len(terms), st.outNum[f])
		}
		lines := wrap(sum, st.frameWidth, productSize, false)
		st.products = append(st.products, lines)
		st.most = max(st.most, len(lines))
	}
	st.below = [3][]string{st.inputNote(padW), st.kernelNote(), {size(st.oh, st.ow)}}
	for i, s := range st.sheets(0, 0) { // a short part has room for its notes beside the tallest
		st.bodyHeight = max(st.bodyHeight, s.y+s.height()+st.noteHeight(i))
	}
	st.frameHeight = stepHead + titleHeight + st.bodyHeight + float64(st.most)*productLine + 8
	return st, nil
}

const (
	tapPad      = 13.0 // free space beside a number with an outline
	productSize = 10.5
	productLine = 14.0
	stepHead    = 16.0
)

// bothAxes refuses options that differ from axis to axis, which the figures do not draw.
func bothAxes(o ref.Options, outputW int) error {
	if o.StrideW != 0 || o.DilationW != 0 || outputW != 0 {
		return fmt.Errorf("plots: StrideW %d, DilationW %d and OutputW %d given: a figure has one stride, dilation and output padding for both axes, leave them 0", o.StrideW, o.DilationW, outputW)
	}
	return nil
}

// checkSize holds the output, counted by ref, against the formula of arith.
func (st *stepper) checkSize() error {
	for _, axis := range []struct {
		i, k, o, start, end int
	}{{st.h, st.kh, st.oh, st.o.Top, st.o.Bottom}, {st.w, st.kw, st.ow, st.o.Left, st.o.Right}} {
		o, err := arith.Conv{In: axis.i, Kernel: axis.k, Stride: st.o.Stride, Dilation: st.o.Dilation, Padding: arith.Explicit, Start: axis.start, End: axis.end}.Out()
		if err != nil {
			return fmt.Errorf("plots: %w", err)
		}
		if o != axis.o {
			return fmt.Errorf("plots: the output has %d cells on an axis, the formula gives %d", axis.o, o)
		}
	}
	return nil
}

// step returns the products of one output cell, as numbers and in writing.
func (st *stepper) step(row, col int) (StepData, []string) {
	d := StepData{Row: row, Col: col, Sum: st.data.Output[row][col]}
	var terms []string
	tap := func(i, j int) {
		r, c := row*st.o.Stride+i*st.o.Dilation-st.o.Top, col*st.o.Stride+j*st.o.Dilation-st.o.Left
		x, written := 0.0, "0"
		if r >= 0 && r < st.h && c >= 0 && c < st.w {
			x, written = st.Input[r][c], st.inNum[r*st.w+c]
		}
		d.Products = append(d.Products, [2]float64{x, st.Kernel[i][j]})
		terms = append(terms, bracketed(written)+"×"+bracketed(st.kNum[i*st.kw+j]))
	}
	if st.ByColumn {
		for j := range st.kw {
			for i := range st.kh {
				tap(i, j)
			}
		}
	} else {
		for i := range st.kh {
			for j := range st.kw {
				tap(i, j)
			}
		}
	}
	return d, terms
}

// bracketed puts a negative number in brackets: 1×(−1).
func bracketed(s string) string {
	if strings.HasPrefix(s, "−") {
		return "(" + s + ")"
	}
	return s
}

// strip draws frames side by side as long as they fit, then below each other.
func (st *stepper) strip(data StepsData) *Picture {
	p := &Picture{}
	const between = 28.0
	perRow := max(1, min(len(data.Frames), int((fullSize-2*margin+between)/(st.frameWidth+between))))
	rows := (len(data.Frames) + perRow - 1) / perRow
	for i := range data.Frames {
		x := margin + float64(i%perRow)*(st.frameWidth+between)
		y := margin + float64(i/perRow)*(st.frameHeight+between)
		st.frame(p, x, y, data.Frames[i], st.products[i])
	}
	right := margin + float64(perRow)*(st.frameWidth+between) - between
	bottom := margin + float64(rows)*(st.frameHeight+between) - between
	return p.finish(right, bottom, st.Alt, st.words(data), data)
}

func (st *stepper) frame(p *Picture, x, y float64, f StepData, lines []string) {
	n := f.Row*st.ow + f.Col
	p.text(fmt.Sprintf("Step %d of %d: output row %d, column %d", n+1, st.oh*st.ow, f.Row+1, f.Col+1), x, y+9, labelSize, start, muted)
	top := y + stepHead + titleHeight
	parts := st.sheets(x, top)
	input, kernel, output := parts[0], parts[1], parts[2]
	st.input(p, input, f)
	st.plain(p, kernel, kernelGrey, st.kNum)
	st.output(p, output, f)
	p.operator("*", kernel.x-stepGap/2, kernel.y+kernel.height()/2)
	p.operator("=", output.x-stepGap/2, output.y+output.height()/2)
	for i, name := range []string{"input", "kernel", "output"} {
		s := parts[i]
		mid := s.x + s.width()/2
		p.bold(name, mid, s.y-8, titleSize, middle)
		for k, line := range st.below[i] {
			p.text(line, mid, s.y+s.height()+13+float64(k)*labelLine, labelSize, middle, muted)
		}
	}
	for i, line := range lines {
		p.text(line, x, top+st.bodyHeight+14+float64(i)*productLine, productSize, start, ink)
	}
}

// sheets returns the places of input, kernel and output: centred on one line, or
// the kernel above the output, beside the input.
func (st *stepper) sheets(x, top float64) [3]sheet {
	parts := [3]sheet{
		{cell: st.cell, rows: st.h + st.o.Top + st.o.Bottom, cols: st.w + st.o.Left + st.o.Right},
		{cell: st.cell, rows: st.kh, cols: st.kw},
		{cell: st.cell, rows: st.oh, cols: st.ow},
	}
	if st.stacked {
		right := x + parts[0].width() + stepGap
		parts[0].x, parts[1].x, parts[2].x = x, right, right
		parts[0].y, parts[1].y = top, top
		parts[2].y = top + parts[1].height() + st.noteHeight(1) + titleHeight + 8
		return parts
	}
	tallest := float64(max(parts[0].rows, parts[1].rows, parts[2].rows)) * st.cell
	for i := range parts {
		parts[i].x, parts[i].y = x, top+(tallest-parts[i].height())/2
		x += parts[i].width() + stepGap
	}
	return parts
}

// noteHeight is the room for the notes under one of the parts.
func (st *stepper) noteHeight(part int) float64 { return float64(len(st.below[part]))*labelLine + 4 }

func (st *stepper) inputNote(cols int) []string {
	note := size(st.h, st.w)
	if st.spread != nil {
		note = st.spread.note
	}
	if pad := st.padding(); pad != "" {
		note += ", " + pad
	}
	return wrap(note, float64(cols)*st.cell, labelSize, false)
}

// kernelNote has one fact a line: a kernel is narrow.
func (st *stepper) kernelNote() []string {
	note := []string{size(st.kh, st.kw)}
	if st.spread != nil {
		note = append(note, "turned 180°")
	}
	if st.o.Stride > 1 {
		note = append(note, fmt.Sprintf("stride %d", st.o.Stride))
	}
	if st.o.Dilation > 1 {
		note = append(note, fmt.Sprintf("dilation %d", st.o.Dilation))
	}
	return note
}

// input draws the padded input with the window.
func (st *stepper) input(p *Picture, s sheet, f StepData) {
	reach := func(k int) int { return (k-1)*st.o.Dilation + 1 }
	r0, c0 := f.Row*st.o.Stride, f.Col*st.o.Stride // the window's upper left cell on the padded input
	read := func(r, c int) bool {
		r, c = r-r0, c-c0
		return r >= 0 && c >= 0 && r < reach(st.kh) && c < reach(st.kw) && r%st.o.Dilation == 0 && c%st.o.Dilation == 0
	}
	var cells, padCells, frames, texts []mark
	for r := range s.rows {
		for c := range s.cols {
			area := s.area(r, c, 1, 1)
			y, x := r-st.o.Top, c-st.o.Left
			inside := y >= 0 && y < st.h && x >= 0 && x < st.w
			switch {
			case inside && !st.spread.inserted(y, x):
				cells = append(cells, box{rect: area, fill: pick(read(r, c), windowBlue, inputBlue), stroke: gridLine, width: 0.75})
				texts = append(texts, s.number(r, c, st.inNum[y*st.w+x], ink))
			default:
				padCells = append(padCells, box{rect: area, fill: pick(read(r, c), padBlue, padWhite), stroke: gridLine, width: 0.75, dash: cellDash(s.cell)})
				texts = append(texts, s.number(r, c, "0", muted))
			}
			if st.o.Dilation > 1 && read(r, c) { // cells between the taps are not read: outline those that are
				frames = append(frames, box{rect: area.inset(2), fill: none, stroke: ink, width: 1.2})
			}
		}
	}
	p.add(slices.Concat(padCells, cells, frames, texts)...)
	s.outline(p, Window{Row: r0, Col: c0, Rows: reach(st.kh), Cols: reach(st.kw)}, 0)
}

func (st *stepper) plain(p *Picture, s sheet, fill color.RGBA, num []string) {
	for i := range num {
		p.add(box{rect: s.area(i/s.cols, i%s.cols, 1, 1), fill: fill, stroke: gridLine, width: 0.75})
	}
	for i, n := range num {
		p.add(s.number(i/s.cols, i%s.cols, n, ink))
	}
}

// output draws the cells up to the one being computed with numbers, later ones
// empty.
func (st *stepper) output(p *Picture, s sheet, f StepData) {
	now := f.Row*st.ow + f.Col
	for i := range st.outNum {
		p.add(box{rect: s.area(i/s.cols, i%s.cols, 1, 1), fill: pick(i == now, cellGreen, outGreen), stroke: gridLine, width: 0.75})
	}
	for i := range now + 1 {
		p.add(s.number(i/s.cols, i%s.cols, st.outNum[i], ink))
	}
	s.outline(p, Window{Row: f.Row, Col: f.Col, Rows: 1, Cols: 1}, 0)
}

func pick(yes bool, a, b color.RGBA) color.RGBA {
	if yes {
		return a
	}
	return b
}

// padding says how many zeros stand around the input, or nothing.
func (st *stepper) padding() string {
	o := st.o
	switch {
	case o.Top == 0 && o.Bottom == 0 && o.Left == 0 && o.Right == 0:
		return ""
	case o.Top == o.Bottom && o.Left == o.Right && o.Top == o.Left:
		return fmt.Sprintf("padding %d", o.Top)
	}
	if o.Top == o.Left && o.Bottom == o.Right {
		return fmt.Sprintf("padding %d before, %d after", o.Top, o.Bottom)
	}
	return fmt.Sprintf("padding top %d bottom %d left %d right %d", o.Top, o.Bottom, o.Left, o.Right)
}

func (st *stepper) words(data StepsData) string {
	var b strings.Builder
	kernel := "kernel"
	if st.spread == nil {
		fmt.Fprintf(&b, "Convolution step by step: %s input", size(st.h, st.w))
	} else {
		fmt.Fprintf(&b, "Transposed convolution step by step: input %s", st.spread.note)
		kernel = "kernel turned by 180°"
	}
	if pad := st.padding(); pad != "" {
		b.WriteString(", " + pad)
	}
	fmt.Fprintf(&b, ", %s %s, stride %d, dilation %d give a %s output, %s.", size(st.kh, st.kw), kernel, st.o.Stride, st.o.Dilation,
		size(st.oh, st.ow), rowsInWords(data.Output, decimalsOf(2, slices.Concat(data.Output...)...)))
	if len(data.Frames) <= 4 {
		for i, f := range data.Frames {
			fmt.Fprintf(&b, " Row %d, column %d: %s.", f.Row+1, f.Col+1, strings.Join(st.products[i], " "))
		}
	} else {
		fmt.Fprintf(&b, " All %d positions of the kernel are shown.", len(data.Frames))
	}
	return b.String()
}
