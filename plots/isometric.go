package plots

import (
	"fmt"
	"image/color"
	"slices"

	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// Isometric draws a setting of a convolution, pooling or transposed convolution as
// two planes: the input with its zeros below, the output above, the kernel's window
// shaded and joined with the cell that comes of it. Cells that are never read are
// hatched. With values the cells have numbers.
type Isometric struct {
	Setting arith.Setting // of both axes
	// Input [i i] and Kernel [k k] put numbers into the cells; none leaves them
	// empty. A pooling takes no kernel: it draws the largest number of each window.
	Input, Kernel [][]float64
	Frames        []int  // output cells, numbered from 0 row by row; none means the first two
	Alt           string // replaces the description made from the numbers
}

// IsometricData is what the frames show: the Data of Isometric.
type IsometricData struct {
	Setting SettingData `json:"setting"`
	Input   [][]float64 `json:"input,omitempty"`
	Kernel  [][]float64 `json:"kernel,omitempty"`
	Output  [][]float64 `json:"output,omitempty"`
	Frames  []int       `json:"frames"`
}

// isometric holds what all frames share.
type isometric struct {
	scene
	in, out  []string // numbers in the cells, or none
	cell     float64  // width of a cell
	typeSize float64
	w, h     float64 // of a frame
}

const (
	isoDeep  = 0.62 // height of a cell on paper, of its width
	isoSlant = 0.32 // how far a row stands to the right of the one before it, of a cell's width
	isoType  = 10.0
)

// Picture draws the chosen frames. Its Data is an IsometricData.
func (s Isometric) Picture() *Picture {
	c, data, err := s.prepare(s.Frames)
	if err != nil {
		return Failed(err)
	}
	return c.strip(data, s.alt(c, data))
}

// Animation draws every frame, one output cell after the other.
func (s Isometric) Animation() *Animation {
	c, data, err := s.prepare(nil)
	if err != nil {
		return &Animation{err: err}
	}
	if c.scene.out*c.scene.out > maxSteps {
		return &Animation{err: fmt.Errorf("plots: the output has %d cells, one frame each: use a setting that gives at most %d", c.scene.out*c.scene.out, maxSteps)}
	}
	data.Frames = nil
	for i := range c.scene.out * c.scene.out {
		data.Frames = append(data.Frames, i)
	}
	a := &Animation{Alt: s.alt(c, data), Data: data}
	for i := range data.Frames {
		one := data
		one.Frames = data.Frames[i : i+1]
		a.Frames = append(a.Frames, c.strip(one, a.Alt))
	}
	return a
}

func (s Isometric) alt(c isometric, data IsometricData) string {
	if s.Alt != "" {
		return s.Alt
	}
	w := fmt.Sprintf("%s, %s: the output has %s cells, the input with its zeros %s; cells never read: %d.",
		c.Operation, c.formula(), size(c.scene.out, c.scene.out), size(len(c.cells), len(c.cells)), data.Setting.Unread)
	if data.Output != nil {
		w += " Output " + rowsInWords(data.Output, decimalsOf(2, slices.Concat(data.Output...)...)) + "."
	}
	return w
}

func (s Isometric) prepare(frames []int) (isometric, IsometricData, error) {
	sc, err := newScene(s.Setting)
	c := isometric{scene: sc}
	if err != nil {
		return c, IsometricData{}, err
	}
	data := IsometricData{Setting: sc.data(), Input: s.Input, Kernel: s.Kernel}
	if data.Output, err = s.values(sc); err != nil {
		return c, data, err
	}
	n := float64(len(c.cells))
	wide := max(n+isoSlant*n, float64(c.scene.out)*(1+isoSlant)) // cells
	c.cell = max(10, min(24, (fullSize-2*margin-14)/2/wide))
	if data.Output != nil {
		in, out := slices.Concat(s.Input...), slices.Concat(data.Output...)
		c.in, c.out = numbers(in, decimalsOf(2, in...)), numbers(out, decimalsOf(2, out...))
		c.typeSize = isoType
		c.cell = max(c.cell, widest(isoType, false, slices.Concat(c.in, c.out, []string{"0"})...)+6, 19)
	}
	c.w = max(wide*c.cell, width(c.heading(c.scene.out*c.scene.out-1), labelSize, false), width(c.note(), labelSize, false))
	c.h = stepHead + 12 + c.lift() + n*c.cell*isoDeep + labelLine + 4
	if len(frames) == 0 {
		frames = []int{0, min(1, c.scene.out*c.scene.out-1)}
		frames = slices.Compact(frames)
	}
	for _, f := range frames {
		if f < 0 || f >= c.scene.out*c.scene.out {
			return c, data, fmt.Errorf("plots: frame %d of an output of %s cells: use 0 to %d", f, size(c.scene.out, c.scene.out), c.scene.out*c.scene.out-1)
		}
	}
	data.Frames = frames
	return c, data, nil
}

// values computes the output, or nothing where no input is given.
func (s Isometric) values(c scene) ([][]float64, error) {
	if s.Input == nil && s.Kernel == nil {
		return nil, nil
	}
	if _, err := flat("the input", s.Input); err != nil {
		return nil, err
	}
	if len(s.Input) != c.In || len(s.Input[0]) != c.In {
		return nil, fmt.Errorf("plots: the input is %s, the setting has i=%d: give %s", size(len(s.Input), len(s.Input[0])), c.In, size(c.In, c.In))
	}
	o := ref.Options{Stride: c.Setting.Stride, Dilation: c.dilation, Top: c.Padding, Bottom: c.Padding, Left: c.Padding, Right: c.Padding}
	if c.Operation == arith.Pooling {
		if s.Kernel != nil {
			return nil, fmt.Errorf("plots: a kernel given with a pooling, which has none: leave it out")
		}
		return s.pooled(c)
	}
	if _, err := flat("the kernel", s.Kernel); err != nil {
		return nil, err
	}
	if len(s.Kernel) != c.Kernel || len(s.Kernel[0]) != c.Kernel {
		return nil, fmt.Errorf("plots: the kernel is %s, the setting has k=%d: give %s", size(len(s.Kernel), len(s.Kernel[0])), c.Kernel, size(c.Kernel, c.Kernel))
	}
	if c.Operation == arith.TransposedConvolution {
		return transposedPlane(s.Input, s.Kernel, ref.TransposedOptions{Options: o, Output: c.Output})
	}
	y, err := ref.CrossCorrelate2D(s.Input, s.Kernel, o)
	if err != nil {
		return nil, fmt.Errorf("plots: %w", err)
	}
	return y, nil
}

// pooled returns the largest number of each window.
func (s Isometric) pooled(c scene) ([][]float64, error) {
	bins, err := ref.Windows(c.In, c.Kernel, c.stride, c.Padding, c.Padding, false)
	if err != nil {
		return nil, fmt.Errorf("plots: %w", err)
	}
	x, err := ref.FromPlane(s.Input)
	if err != nil {
		return nil, fmt.Errorf("plots: %w", err)
	}
	y, _, err := ref.MaxPool(x, bins, bins)
	if err != nil {
		return nil, fmt.Errorf("plots: %w", err)
	}
	return y.Plane(0, 0)
}

// lift is how far the output hangs above the input: their drawings do not touch.
func (c isometric) lift() float64 {
	return (float64(c.scene.out)*isoDeep + 0.9) * c.cell
}

// note is the formula, and what hatching means where there is any.
func (c isometric) note() string {
	if _, unread := c.never(); unread > 0 {
		return c.formula() + "; hatched: never read"
	}
	return c.formula()
}

func (c isometric) heading(f int) string {
	return fmt.Sprintf("Step %d of %d: output row %d, column %d", f+1, c.scene.out*c.scene.out, f/c.scene.out+1, f%c.scene.out+1)
}

func (c isometric) strip(data IsometricData, alt string) *Picture {
	p := &Picture{}
	const between = 14.0
	perRow := max(1, min(len(data.Frames), int((fullSize-2*margin+between)/(c.w+between))))
	rows := (len(data.Frames) + perRow - 1) / perRow
	for i, f := range data.Frames {
		c.frame(p, margin+float64(i%perRow)*(c.w+between), margin+float64(i/perRow)*(c.h+between), f)
	}
	right := margin + float64(perRow)*(c.w+between) - between
	bottom := margin + float64(rows)*(c.h+between) - between
	return p.finish(right, bottom, alt, alt, data)
}

// plane is a square of cells seen from the front and above.
type plane struct {
	x, y, cell float64 // the upper left corner, of the row farthest away
	n          int
}

// at returns a corner of cells.
func (l plane) at(row, col float64) point {
	return point{l.x + l.cell*(col+isoSlant*(float64(l.n)-row)), l.y + l.cell*isoDeep*row}
}

func (l plane) area(row, col, side float64) []point {
	return []point{l.at(row, col), l.at(row, col+side), l.at(row+side, col+side), l.at(row+side, col)}
}

func (c isometric) frame(p *Picture, x, y float64, f int) {
	row, col := f/c.scene.out, f%c.scene.out
	p.text(c.heading(f), x, y+9, labelSize, start, muted)
	n, o := float64(len(c.cells)), float64(c.scene.out)
	top := y + stepHead + 8
	out := plane{x: x, y: top, cell: c.cell, n: c.scene.out}
	in := plane{x: x, y: top + c.lift(), cell: c.cell, n: len(c.cells)}
	if shift := (n - o) * (1 + isoSlant) / 2 * c.cell; shift > 0 {
		out.x += shift
	} else {
		in.x -= shift
	}
	c.input(p, in, row, col)
	window := in.area(float64(row*c.stride), float64(col*c.stride), float64(c.span()))
	target := out.area(float64(row), float64(col), 1)
	for i := range window {
		p.add(segments{lines: [][2]point{{window[i], target[i]}}, stroke: muted, width: 0.6, dash: []float64{4, 2.5}})
	}
	c.numbers(p, in, row, col)
	p.add(path{points: window, closed: true, fill: none, stroke: ink, width: 2})
	for r := range c.scene.out {
		for k := range c.scene.out {
			area := out.area(float64(r), float64(k), 1)
			p.add(path{points: area, closed: true, fill: pick(r == row && k == col, cellGreen, outGreen), stroke: gridLine, width: 0.75})
		}
	}
	if c.out != nil {
		for i := range f + 1 {
			c.number(p, out, i/c.scene.out, i%c.scene.out, c.out[i], ink)
		}
	}
	p.add(path{points: target, closed: true, fill: none, stroke: ink, width: 2})
	p.text(c.note(), x+c.w/2, in.y+n*c.cell*isoDeep+13, labelSize, middle, ink)
}

func (c isometric) input(p *Picture, in plane, row, col int) {
	n := len(c.cells)
	if n > c.In { // the zeros first: white, with dashed lines
		p.add(path{points: in.area(0, 0, float64(n)), closed: true, fill: padWhite})
	}
	var cells []mark
	for r, i := range c.cells {
		for k, j := range c.cells {
			area := in.area(float64(r), float64(k), 1)
			read := c.reads(row, r) && c.reads(col, k)
			switch {
			case i >= 0 && j >= 0:
				cells = append(cells, path{points: area, closed: true, fill: pick(read, windowBlue, inputBlue), stroke: gridLine, width: 0.75})
			case read:
				p.add(path{points: area, closed: true, fill: padBlue})
			}
		}
	}
	if n > c.In {
		p.add(segments{lines: gridOf(n, n, in.at), stroke: gridLine, width: 0.6, dash: padDash})
	}
	p.add(cells...)
	hatches := segments{stroke: ink, width: 0.5}
	unread := c.unread()
	for r := range c.cells {
		for k := range c.cells {
			if unread[r] || unread[k] {
				hatches.lines = append(hatches.lines, hatch(in.area(float64(r), float64(k), 1), 3.5, ink, 0.5).lines...)
			}
		}
	}
	if len(hatches.lines) > 0 {
		p.add(hatches)
	}
}

// numbers writes the numbers of the input on paper of their cell's colour, for the
// lines to the output pass below them.
func (c isometric) numbers(p *Picture, in plane, row, col int) {
	if c.in == nil {
		return
	}
	for r, i := range c.cells {
		for k, j := range c.cells {
			read := c.reads(row, r) && c.reads(col, k)
			txt, fill, colour := "0", pick(read, padBlue, padWhite), muted
			if i >= 0 && j >= 0 {
				txt, fill, colour = c.in[i*c.In+j], pick(read, windowBlue, inputBlue), ink
			}
			mid, wide := in.at(float64(r)+0.5, float64(k)+0.5), width(txt, c.typeSize, false)
			p.add(box{rect: rect{mid.x - wide/2, mid.y - 4, wide, 8}, fill: fill})
			c.number(p, in, r, k, txt, colour)
		}
	}
}

func (c isometric) number(p *Picture, l plane, row, col int, txt string, colour color.RGBA) {
	mid := l.at(float64(row)+0.5, float64(col)+0.5)
	p.text(txt, mid.x, mid.y+capHalf*c.typeSize, c.typeSize, middle, colour)
}
