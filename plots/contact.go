package plots

import (
	"fmt"
	"strings"

	"cnnbook/cnnlib/arith"
)

// ContactSheet draws many settings of a convolution as small panels from above: the
// padded input with the kernel at its first place (solid) and its second (dashed),
// and the output with the two cells that come of them. Zeros are dashed, cells
// that are never read are hatched.
//
// arith.Settings are the fifteen of arXiv:1603.07285.
type ContactSheet struct {
	Settings []arith.Setting // of both axes; a name is drawn with spaces for "_"
	Title    string
	Columns  int    // panels side by side; 0 means three; two are larger on a phone
	Alt      string // replaces the description made from the numbers
}

// SettingData is what a panel shows: the Data of ContactSheet is a slice of it.
type SettingData struct {
	Name      string `json:"name,omitempty"`
	Operation string `json:"operation"`
	In        int    `json:"i"`
	Kernel    int    `json:"k"`
	Stride    int    `json:"s"`
	Padding   int    `json:"p"`
	Dilation  int    `json:"d"`
	Output    int    `json:"a"`
	Drawn     int    `json:"drawn"` // cells a side of the input with its zeros
	Out       int    `json:"o"`
	Never     int    `json:"never"`  // of the i·i cells of the input, those never read
	Unread    int    `json:"unread"` // of all drawn cells, with the zeros
}

const (
	panelGap  = 16.0
	panelWide = 142.0 // three in a row
	panelCell = 9.0
	panelType = 8.0
)

// Picture draws the panels. Its Data is a []SettingData.
func (s ContactSheet) Picture() *Picture {
	if len(s.Settings) == 0 {
		return Failed(fmt.Errorf("plots: no settings: give at least one, or arith.Settings"))
	}
	if s.Columns < 0 || s.Columns > 6 {
		return Failed(fmt.Errorf("plots: %d panels side by side: use 1 to 6, or 0 for 3", s.Columns))
	}
	p := &Picture{}
	top, right := margin, 0.0
	if s.Title != "" {
		p.bold(s.Title, margin, top+10, titleSize, start)
		right = margin + width(s.Title, titleSize, true)
		top += titleHeight
	}
	var data []SettingData
	var words []string
	perRow := s.Columns
	if perRow == 0 {
		perRow = 3
	}
	x, tallest := margin, 0.0
	for i, setting := range s.Settings {
		c, err := newScene(setting)
		if err != nil {
			return Failed(fmt.Errorf("%w (setting %d)", err, i+1))
		}
		if i%perRow == 0 && i > 0 {
			x, top, tallest = margin, top+tallest+panelGap, 0
		}
		w, h := c.panel(p, x, top)
		right, tallest = max(right, x+w), max(tallest, h)
		x += max(w, panelWide) + panelGap
		d := c.data()
		data = append(data, d)
		line := fmt.Sprintf("%s, cells never read: %d", c.formula(), d.Unread)
		if d.Name != "" {
			line = strings.ReplaceAll(d.Name, "_", " ") + ": " + line
		}
		words = append(words, line)
	}
	alt := strings.Join(words, "; ") + "."
	if s.Title != "" {
		alt = s.Title + ". " + alt
	}
	bottom := top + tallest + 8
	for _, line := range wrap(sheetLegend(data), max(right-margin, panelWide), labelSize, false) {
		bottom += labelLine
		p.text(line, margin, bottom, labelSize, start, muted)
		right = max(right, margin+width(line, labelSize, false))
	}
	return p.finish(right, bottom+3, s.Alt, alt, data)
}

// sheetLegend explains what of its signs a sheet has.
func sheetLegend(data []SettingData) string {
	signs := []string{"solid frames: the kernel at its first place, and what comes of it"}
	second, zeros, unread := false, false, false
	for _, d := range data {
		second = second || d.Out > 1
		zeros = zeros || d.Drawn > d.In
		unread = unread || d.Unread > 0
	}
	if second {
		signs = append(signs, "dashed frames: the second place")
	}
	if zeros {
		signs = append(signs, "dashed cells: zeros")
	}
	if unread {
		signs = append(signs, "hatched: never read")
	}
	return strings.Join(signs, "; ")
}

func (c scene) data() SettingData {
	never, unread := c.never()
	stride := max(c.Setting.Stride, 1)
	if c.Operation == arith.Pooling {
		stride = c.stride
	}
	return SettingData{c.Name, c.Operation.String(), c.In, c.Kernel, stride, c.Padding, c.dilation, c.Output, len(c.cells), c.out, never, unread}
}

// panel draws one setting and returns its size.
func (c scene) panel(p *Picture, x, y float64) (w, h float64) {
	at := y
	for i, line := range wrap(strings.ReplaceAll(c.Name, "_", " "), panelWide, panelType, true) {
		p.bold(line, x, at+8+float64(i)*10, panelType, start)
		w = max(w, width(line, panelType, true))
	}
	at += 10 * float64(len(wrap(strings.ReplaceAll(c.Name, "_", " "), panelWide, panelType, true)))
	p.text(c.formula(), x, at+9, labelSize, start, ink)
	p.text(c.zeros(), x, at+19, panelType, start, muted)
	w = max(w, width(c.formula(), labelSize, false), width(c.zeros(), panelType, false))
	at += 25
	n := len(c.cells)
	cell := min(panelCell, (panelWide-22)/float64(n+c.out))
	cell = max(cell, 3)
	tall := float64(max(n, c.out)) * cell
	in := sheet{x, at + (tall-float64(n)*cell)/2, cell, n, n}
	out := sheet{x + float64(n)*cell + 22, at + (tall-float64(c.out)*cell)/2, cell, c.out, c.out}
	zero := boxes{fill: padBlue}
	cells := map[bool]*boxes{false: {fill: inputBlue, stroke: gridLine, width: 0.6}, true: {fill: windowBlue, stroke: gridLine, width: 0.6}}
	hatches := segments{stroke: ink, width: 0.5}
	unread := c.unread()
	for r, i := range c.cells {
		for k, j := range c.cells {
			area := in.area(r, k, 1, 1)
			read := c.reads(0, r) && c.reads(0, k)
			switch {
			case i >= 0 && j >= 0:
				cells[read].rects = append(cells[read].rects, area)
			case read:
				zero.rects = append(zero.rects, area)
			}
			if unread[r] || unread[k] {
				hatches.lines = append(hatches.lines, hatch(area.corners(), 2.8, ink, 0.5).lines...)
			}
		}
	}
	if n > c.In { // the zeros first: white, with dashed lines
		p.add(box{rect: in.area(0, 0, n, n), fill: padWhite})
		p.addBoxes(zero)
		p.add(segments{lines: gridOf(n, n, in.at), stroke: gridLine, width: 0.5, dash: []float64{1.5, 1.5}})
	}
	p.addBoxes(*cells[false])
	p.addBoxes(*cells[true])
	if len(hatches.lines) > 0 {
		p.add(hatches)
	}
	first := boxes{rects: []rect{out.area(0, 0, 1, 1)}, fill: cellGreen, stroke: gridLine, width: 0.6}
	rest := boxes{fill: outGreen, stroke: gridLine, width: 0.6}
	for i := 1; i < c.out*c.out; i++ {
		rest.rects = append(rest.rects, out.area(i/c.out, i%c.out, 1, 1))
	}
	p.addBoxes(rest)
	p.add(first)
	frame := func(s sheet, row, col, side int, dash []float64) {
		p.add(box{rect: s.area(row, col, side, side), fill: none, stroke: ink, width: 1.4, dash: dash})
	}
	if c.out > 1 {
		frame(in, 0, c.stride, c.span(), []float64{2.5, 1.8})
		frame(out, 0, 1, 1, []float64{2, 1.4})
	}
	frame(in, 0, 0, c.span(), nil)
	frame(out, 0, 0, 1, nil)
	p.arrow(ink, 1, nil, point{in.x + in.width() + 4, at + tall/2}, point{out.x - 4, at + tall/2})
	return max(w, out.x+out.width()-x), at + tall - y
}
