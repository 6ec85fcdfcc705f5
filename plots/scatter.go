package plots

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// Scatter draws a transposed convolution as stamps: each input cell puts the kernel,
// times its value, on the output, stride cells after the one before. Where stamps
// overlap, the cells are hatched and the numbers summed. Cells that the padding cuts
// off are dashed.
//
// TransposedSteps draws the same numbers as a convolution.
type Scatter struct {
	Input, Kernel [][]float64           // [H W] and [KH KW], finite
	Options       ref.TransposedOptions // stride, dilation, padding, output padding; zero: one by one, bare
	// Frames are the input cells whose stamp Picture draws, with all stamps before
	// it, numbered from 0 row by row. None means the first two and the last.
	Frames []int
	Alt    string // replaces the description made from the numbers
}

// ScatterData is what the frames show: the Data of Scatter.
type ScatterData struct {
	Input  [][]float64   `json:"input"`
	Kernel [][]float64   `json:"kernel"`
	Output [][]float64   `json:"output"`
	Counts [][]int       `json:"counts"` // stamps on each cell of the output
	Frames []ScatterStep `json:"frames"`
}

// ScatterStep is one frame.
type ScatterStep struct {
	Row    int         `json:"row"` // of the input cell, from 0
	Col    int         `json:"col"`
	Stamp  [][]float64 `json:"stamp"`  // the kernel times the cell
	Shared int         `json:"shared"` // cells of this stamp that lie on earlier ones, also where they are cut off
}

// stamper holds what all frames share.
type stamper struct {
	Scatter
	data             ScatterData
	stride, dilation int
	h, w, kh, kw     int
	oh, ow           int // of the output
	rows, cols       int // of the output and what is cut off
	cell             float64
	inDec, kDec      int
	outDec           int
	lines            [][]string // under each frame
	most             int
	below            [3][]string
	bodyHeight       float64
	frameW, frameH   float64
}

// Picture draws the chosen frames. Its Data is a ScatterData.
func (s Scatter) Picture() *Picture {
	st, err := s.prepare(s.Frames)
	if err != nil {
		return Failed(err)
	}
	return st.strip(st.data, st.lines)
}

// Animation draws every frame, one stamp after the other.
func (s Scatter) Animation() *Animation {
	if len(s.Input) == 0 {
		return &Animation{err: s.Picture().err}
	}
	all := make([]int, len(s.Input)*len(s.Input[0]))
	for i := range all {
		all[i] = i
	}
	st, err := s.prepare(all)
	if err != nil {
		return &Animation{err: err}
	}
	a := &Animation{Alt: s.Alt, Data: st.data}
	if a.Alt == "" {
		a.Alt = st.words(st.data)
	}
	for i := range st.data.Frames {
		one := st.data
		one.Frames = st.data.Frames[i : i+1]
		a.Frames = append(a.Frames, st.strip(one, st.lines[i:i+1]))
	}
	return a
}

func (s Scatter) prepare(frames []int) (stamper, error) {
	st := stamper{Scatter: s, stride: max(s.Options.Stride, 1), dilation: max(s.Options.Dilation, 1)}
	in, err := flat("the input", s.Input)
	if err != nil {
		return st, err
	}
	kernel, err := flat("the kernel", s.Kernel)
	if err != nil {
		return st, err
	}
	st.h, st.w, st.kh, st.kw = len(s.Input), len(s.Input[0]), len(s.Kernel), len(s.Kernel[0])
	if st.h*st.w > maxSteps {
		return st, fmt.Errorf("plots: the input has %d cells, one frame each: use at most %d", st.h*st.w, maxSteps)
	}
	output, err := transposedPlane(s.Input, s.Kernel, s.Options)
	if err != nil {
		return st, err
	}
	out, err := flat("the output", output)
	if err != nil {
		return st, err
	}
	st.oh, st.ow = len(output), len(output[0])
	counts, err := st.counts()
	if err != nil {
		return st, err
	}
	o := s.Options
	st.rows = max((st.h-1)*st.stride+(st.kh-1)*st.dilation+1, o.Top+st.oh)
	st.cols = max((st.w-1)*st.stride+(st.kw-1)*st.dilation+1, o.Left+st.ow)
	st.data = ScatterData{Input: s.Input, Kernel: s.Kernel, Output: output, Counts: counts}
	if len(frames) == 0 {
		frames = []int{0, min(1, st.h*st.w-1), st.h*st.w - 1}
		frames = slices.Compact(frames)
	}
	st.inDec, st.kDec = decimalsOf(2, in...), decimalsOf(2, kernel...)
	var written []string
	for n := range st.h * st.w { // numbers on the way may be longer than those of the output
		sums, _ := st.until(n)
		out = append(out, slices.Concat(sums...)...)
	}
	st.outDec = decimalsOf(2, out...)
	written = slices.Concat(numbers(in, st.inDec), numbers(kernel, st.kDec), numbers(out, st.outDec))
	total := st.w + st.kw + st.cols
	st.cell = cellFor(written, total, 2*stepGap)
	if st.dilation > 1 { // room for the outlines of the cells that are stamped
		st.cell = max(st.cell, math.Round(widest(numberSize, false, numbers(out, st.outDec)...)+tapPad))
	}
	st.frameW = float64(total)*st.cell + 2*stepGap
	for _, f := range frames {
		if f < 0 || f >= st.h*st.w {
			return st, fmt.Errorf("plots: frame %d of an input of %s cells: use 0 to %d", f, size(st.h, st.w), st.h*st.w-1)
		}
		step, sums := st.step(f)
		st.data.Frames = append(st.data.Frames, step)
		line := fmt.Sprintf("stamp: %s × kernel", Number(s.Input[step.Row][step.Col], st.inDec))
		if len(sums) > 0 {
			const most = 8
			line += "; overlap (hatched): " + strings.Join(sums[:min(len(sums), most)], ", ")
			if len(sums) > most {
				line += fmt.Sprintf(", … (%d cells)", len(sums))
			}
		}
		lines := wrap(line, st.frameW, productSize, false)
		st.lines = append(st.lines, lines)
		st.most = max(st.most, len(lines))
	}
	st.below = [3][]string{{size(st.h, st.w)}, st.kernelNote(), wrap(st.outputNote(), float64(st.cols)*st.cell, labelSize, false)}
	tallest := float64(max(st.rows, st.kh, st.h)) * st.cell
	for i, rows := range []int{st.h, st.kh, st.rows} {
		st.bodyHeight = max(st.bodyHeight, (tallest+float64(rows)*st.cell)/2+float64(len(st.below[i]))*labelLine+4)
	}
	st.frameH = stepHead + titleHeight + st.bodyHeight + float64(st.most)*productLine + 8
	return st, nil
}

// transposedPlane is ref.Transposed for matrices.
func transposedPlane(input, kernel [][]float64, o ref.TransposedOptions) ([][]float64, error) {
	if err := bothAxes(o.Options, o.OutputW); err != nil {
		return nil, err
	}
	x := ref.NewArray(1, len(input), len(input[0]), 1)
	x.Data = slices.Concat(input...)
	k := ref.NewArray(len(kernel), len(kernel[0]), 1, 1)
	k.Data = slices.Concat(kernel...)
	y, err := ref.Transposed(x, k, nil, o)
	if err != nil {
		return nil, fmt.Errorf("plots: %w", err)
	}
	out, err := y.Plane(0, 0)
	if err != nil {
		return nil, fmt.Errorf("plots: %w", err)
	}
	return out, nil
}

// counts returns how many stamps lie on each cell of the output, by arith.
func (st *stamper) counts() ([][]int, error) {
	o := st.Options
	var axes [2][]int
	for i, c := range []arith.Transposed{{In: st.h, Kernel: st.kh, Start: o.Top, End: o.Bottom}, {In: st.w, Kernel: st.kw, Start: o.Left, End: o.Right}} {
		c.Stride, c.Dilation, c.Padding, c.Output = o.Stride, o.Dilation, arith.Explicit, o.Output
		var err error
		if axes[i], err = c.Contributions(); err != nil {
			return nil, fmt.Errorf("plots: %w", err)
		}
	}
	if len(axes[0]) != st.oh || len(axes[1]) != st.ow {
		return nil, fmt.Errorf("plots: the output is %s, the formula gives %s", size(st.oh, st.ow), size(len(axes[0]), len(axes[1])))
	}
	all, err := arith.Outer(axes[0], axes[1])
	if err != nil {
		return nil, fmt.Errorf("plots: %w", err)
	}
	return all, nil
}

// until returns the sums of the stamps 0 … n and how many lie on each cell, with
// the cells that are cut off.
func (st *stamper) until(n int) ([][]float64, [][]int) {
	sums, counts := make([][]float64, st.rows), make([][]int, st.rows)
	for r := range sums {
		sums[r], counts[r] = make([]float64, st.cols), make([]int, st.cols)
	}
	for cell := range n + 1 {
		row, col := cell/st.w, cell%st.w
		for i, weights := range st.Kernel {
			for j, weight := range weights {
				r, c := row*st.stride+i*st.dilation, col*st.stride+j*st.dilation
				sums[r][c] += float64(st.Input[row][col] * weight)
				counts[r][c]++
			}
		}
	}
	return sums, counts
}

// step returns the stamp of an input cell, and the sums where it lies on others.
func (st *stamper) step(n int) (ScatterStep, []string) {
	d := ScatterStep{Row: n / st.w, Col: n % st.w}
	before, counts := st.until(n - 1)
	var sums []string
	for i, weights := range st.Kernel {
		var line []float64
		for j, weight := range weights {
			v := float64(st.Input[d.Row][d.Col] * weight)
			line = append(line, v)
			r, c := d.Row*st.stride+i*st.dilation, d.Col*st.stride+j*st.dilation
			if counts[r][c] > 0 {
				d.Shared++
				sums = append(sums, fmt.Sprintf("%s+%s=%s", Number(before[r][c], st.outDec), bracketed(Number(v, st.outDec)), Number(before[r][c]+v, st.outDec)))
			}
		}
		d.Stamp = append(d.Stamp, line)
	}
	return d, sums
}

func (st *stamper) kernelNote() []string {
	note := []string{size(st.kh, st.kw), fmt.Sprintf("stride %d", st.stride)}
	if st.dilation > 1 {
		note = append(note, fmt.Sprintf("dilation %d", st.dilation))
	}
	return note
}

func (st *stamper) outputNote() string {
	note := size(st.oh, st.ow)
	if st.rows > st.oh || st.cols > st.ow {
		note += fmt.Sprintf(" of %s; dashed: cut off by the padding", size(st.rows, st.cols))
	}
	if a := st.Options.Output; a > 0 {
		note += fmt.Sprintf("; output padding %d", a)
	}
	return note
}

// strip draws frames side by side as long as they fit, then below each other.
func (st *stamper) strip(data ScatterData, lines [][]string) *Picture {
	p := &Picture{}
	const between = 28.0
	perRow := max(1, min(len(data.Frames), int((fullSize-2*margin+between)/(st.frameW+between))))
	rows := (len(data.Frames) + perRow - 1) / perRow
	for i, f := range data.Frames {
		x := margin + float64(i%perRow)*(st.frameW+between)
		y := margin + float64(i/perRow)*(st.frameH+between)
		st.frame(p, x, y, f, lines[i])
	}
	right := margin + float64(perRow)*(st.frameW+between) - between
	bottom := margin + float64(rows)*(st.frameH+between) - between
	return p.finish(right, bottom, st.Alt, st.words(data), data)
}

func (st *stamper) frame(p *Picture, x, y float64, f ScatterStep, lines []string) {
	n := f.Row*st.w + f.Col
	p.text(fmt.Sprintf("Stamp %d of %d: input row %d, column %d", n+1, st.h*st.w, f.Row+1, f.Col+1), x, y+9, labelSize, start, muted)
	top := y + stepHead + titleHeight
	centre := top + float64(max(st.rows, st.kh, st.h))*st.cell/2
	place := func(x float64, rows, cols int) sheet {
		return sheet{x, centre - float64(rows)*st.cell/2, st.cell, rows, cols}
	}
	input := place(x, st.h, st.w)
	kernel := place(input.x+input.width()+stepGap, st.kh, st.kw)
	output := place(kernel.x+kernel.width()+stepGap, st.rows, st.cols)
	for i := range st.h * st.w {
		p.add(box{rect: input.area(i/st.w, i%st.w, 1, 1), fill: pick(i == n, windowBlue, inputBlue), stroke: gridLine, width: 0.75})
	}
	for i, v := range slices.Concat(st.Input...) {
		p.add(input.number(i/st.w, i%st.w, Number(v, st.inDec), ink))
	}
	input.outline(p, Window{Row: f.Row, Col: f.Col, Rows: 1, Cols: 1}, 0)
	for i := range st.kh * st.kw {
		p.add(box{rect: kernel.area(i/st.kw, i%st.kw, 1, 1), fill: kernelGrey, stroke: gridLine, width: 0.75})
	}
	for i, v := range slices.Concat(st.Kernel...) {
		p.add(kernel.number(i/st.kw, i%st.kw, Number(v, st.kDec), ink))
	}
	st.output(p, output, f, n)
	p.operator("×", kernel.x-stepGap/2, centre)
	p.operator("→", output.x-stepGap/2, centre)
	for i, part := range []struct {
		s    sheet
		name string
	}{{input, "input"}, {kernel, "kernel"}, {output, "output"}} {
		mid := part.s.x + part.s.width()/2
		p.bold(part.name, mid, part.s.y-8, titleSize, middle)
		for k, line := range st.below[i] {
			p.text(line, mid, part.s.y+part.s.height()+13+float64(k)*labelLine, labelSize, middle, muted)
		}
	}
	for i, line := range lines {
		p.text(line, x, top+st.bodyHeight+14+float64(i)*productLine, productSize, start, ink)
	}
}

// output draws the sums of the stamps so far.
func (st *stamper) output(p *Picture, s sheet, f ScatterStep, n int) {
	sums, counts := st.until(n)
	stamped := func(r, c int) bool {
		r, c = r-f.Row*st.stride, c-f.Col*st.stride
		return r >= 0 && c >= 0 && r%st.dilation == 0 && c%st.dilation == 0 && r/st.dilation < st.kh && c/st.dilation < st.kw
	}
	var cells, off, marks, texts []mark
	for r := range st.rows {
		for c := range st.cols {
			area := s.area(r, c, 1, 1)
			top, left := r-st.Options.Top, c-st.Options.Left
			kept := top >= 0 && top < st.oh && left >= 0 && left < st.ow
			if kept {
				cells = append(cells, box{rect: area, fill: pick(stamped(r, c), cellGreen, outGreen), stroke: gridLine, width: 0.75})
			} else {
				off = append(off, box{rect: area, fill: pick(stamped(r, c), padBlue, padWhite), stroke: gridLine, width: 0.75, dash: cellDash(s.cell)})
			}
			if counts[r][c] == 0 {
				continue
			}
			txt := Number(sums[r][c], st.outDec)
			if counts[r][c] > 1 {
				wide := width(txt, numberSize, false) + 2
				fill := pick(kept, pick(stamped(r, c), cellGreen, outGreen), pick(stamped(r, c), padBlue, padWhite))
				marks = append(marks, hatch(area.corners(), 4.5, gridLine, 0.6),
					box{rect: rect{area.x + (area.w-wide)/2, area.y + area.h/2 - 6.5, wide, 13}, fill: fill})
			}
			texts = append(texts, s.number(r, c, txt, pick(kept, ink, muted)))
			if st.dilation > 1 && stamped(r, c) {
				marks = append(marks, box{rect: area.inset(2), fill: none, stroke: ink, width: 1.2})
			}
		}
	}
	p.add(slices.Concat(off, cells, marks, texts)...)
	s.outline(p, Window{Row: f.Row * st.stride, Col: f.Col * st.stride, Rows: (st.kh-1)*st.dilation + 1, Cols: (st.kw-1)*st.dilation + 1}, 0)
}

func (st *stamper) words(data ScatterData) string {
	most, shared := 0, 0
	for _, row := range data.Counts {
		for _, n := range row {
			most = max(most, n)
			if n > 1 {
				shared++
			}
		}
	}
	w := fmt.Sprintf("Transposed convolution as stamps: %s input (%s), %s kernel (%s), stride %d, give a %s output, %s.",
		size(st.h, st.w), rowsInWords(st.Input, st.inDec), size(st.kh, st.kw), rowsInWords(st.Kernel, st.kDec), st.stride, size(st.oh, st.ow), rowsInWords(data.Output, st.outDec))
	if most > 1 {
		return w + fmt.Sprintf(" %d of %d cells lie under several stamps, at most %d, and are sums.", shared, st.oh*st.ow, most)
	}
	return w + " No stamps overlap."
}
