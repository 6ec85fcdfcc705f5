package plots

import (
	"fmt"
	"strings"
)

// Diagram draws a network as boxes from its input, at the top, to its output. A
// chain that is long goes on in a further column.
type Diagram struct {
	Blocks []Block
	Title  string
	// Columns that the chain is broken into; 0 means one, and two for more than ten
	// blocks. A picture of one column is narrow: it keeps its size on a phone.
	Columns int
	Alt     string // replaces the description made from the texts
}

// Block is a box, or parallel branches between which the chain divides.
type Block struct {
	Name  string   `json:"name,omitempty"`
	Lines []string `json:"lines,omitempty"` // small lines: shape, parameters, MACs, receptive field
	Kind  Kind     `json:"kind"`
	// Branches are chains that begin at the block before and end in the block after
	// this one, which says how they are joined. An empty branch is a bare line, the
	// shortcut of a residual block. With branches Name is the heading of a frame
	// around them and may be empty; Kind is not looked at.
	Branches [][]Block `json:"branches,omitempty"`
}

// Kind is what a block does. The zero value is Other.
type Kind int

// The kinds have an icon, an outline and a fill each.
const (
	Other       Kind = iota // a plain box
	Input                   // the data, or a result
	Convolution             // also a transposed one
	Pooling                 // also unpooling and upsampling
	Dense                   // fully connected
	Activation              // also other functions of single values
	Join                    // sum or concatenation of branches
)

var kindNames = [...]string{"other", "input", "convolution", "pooling", "dense", "activation", "join"}

// String returns the name in small letters.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return fmt.Sprintf("Kind(%d)", int(k))
	}
	return kindNames[k]
}

// MarshalText returns the name for encoding/json.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// DiagramData is the network as it was given: the Data of Diagram.
type DiagramData struct {
	Title  string  `json:"title,omitempty"`
	Blocks []Block `json:"blocks"`
}

const (
	blockGap    = 17.0 // between boxes, for the arrow
	blockPad    = 6.0
	blockText   = 190.0 // longest line of a box in a chain
	iconSize    = 17.0
	branchGap   = 12.0
	branchFork  = 12.0 // from the branching point to the branches
	gutter      = 30.0 // between columns
	frameHead   = 15.0 // name of a frame
	frameFoot   = 6.0
	identityGap = 62.0 // width of an empty branch with its label
)

// laidOut is a block with its size.
type laidOut struct {
	Block
	name, lines []string // wrapped
	w, h        float64
	branches    []laidOutChain
}

type laidOutChain struct {
	blocks []laidOut
	w, h   float64
}

// Picture draws the boxes. Its Data is a DiagramData.
func (d Diagram) Picture() *Picture {
	if len(d.Blocks) == 0 {
		return Failed(fmt.Errorf("plots: a diagram without blocks: give at least one"))
	}
	if d.Columns < 0 || d.Columns > len(d.Blocks) {
		return Failed(fmt.Errorf("plots: %d columns for %d blocks: use 1 to %d, or 0", d.Columns, len(d.Blocks), len(d.Blocks)))
	}
	if err := checkBlocks(d.Blocks, "block"); err != nil {
		return Failed(err)
	}
	columns := d.Columns
	if columns == 0 {
		columns = 1
		if len(d.Blocks) > 10 {
			columns = 2
		}
	}
	avail := (fullSize - 2*margin - gutter*float64(columns-1)) / float64(columns)
	chain := layOut(d.Blocks, avail)
	p := &Picture{}
	y := margin
	right := 0.0
	if d.Title != "" {
		p.bold(d.Title, margin, y+10, titleSize, start)
		right = margin + width(d.Title, titleSize, true)
		y += titleHeight
	}
	x, bottom := margin, y
	end := y // of the last column
	parts := divide(chain.blocks, columns)
	for i, part := range parts {
		c := measured(part)
		if i > 0 { // from the end of the last column to the top of this one
			before := measured(parts[i-1])
			mid := x - gutter - before.w/2
			lane := x - gutter/2
			p.arrow(ink, 1.1, nil, point{mid, end}, point{mid, end + 9}, point{lane, end + 9}, point{lane, y}, point{x + c.w/2, y}, point{x + c.w/2, y + blockGap - 3})
			bottom = max(bottom, end+9)
		}
		top := y
		if i > 0 {
			top += blockGap - 3
		}
		c.draw(p, x+c.w/2, top)
		end = top + c.h
		bottom = max(bottom, end)
		x += c.w + gutter
	}
	return p.finish(max(right, x-gutter), bottom, d.Alt, d.words(), DiagramData{d.Title, d.Blocks})
}

func checkBlocks(blocks []Block, what string) error {
	for i, b := range blocks {
		if b.Name == "" && len(b.Branches) == 0 {
			return fmt.Errorf("plots: %s %d has neither a name nor branches: give a name", what, i+1)
		}
		if b.Kind < 0 || int(b.Kind) >= len(kindNames) {
			return fmt.Errorf("plots: %s %d %q has kind %d: use Other (0) to Join (%d)", what, i+1, b.Name, int(b.Kind), len(kindNames)-1)
		}
		if len(b.Lines) > 0 && len(b.Branches) > 0 {
			return fmt.Errorf("plots: %s %d %q has lines and branches: write the lines into a block beside them", what, i+1, b.Name)
		}
		for _, branch := range b.Branches {
			if err := checkBlocks(branch, "block of a branch"); err != nil {
				return err
			}
		}
	}
	return nil
}

// layOut gives every block its size; avail is how wide the chain may be.
func layOut(blocks []Block, avail float64) laidOutChain {
	var all []laidOut
	boxes := 0.0
	for _, b := range blocks {
		l := laidOut{Block: b}
		if len(b.Branches) == 0 {
			room := min(blockText, avail-2*blockPad-b.iconRoom())
			l.name = wrap(b.Name, room, titleSize, true)
			for _, line := range b.Lines {
				l.lines = append(l.lines, wrap(line, room, labelSize, false)...)
			}
			l.w = max(widest(titleSize, true, l.name...), widest(labelSize, false, l.lines...)) + b.iconRoom() + 2*blockPad
			l.h = 14*float64(len(l.name)) + labelLine*float64(len(l.lines)) + 2*blockPad - 1
			boxes = max(boxes, l.w)
		} else {
			l.branch(avail)
		}
		all = append(all, l)
	}
	for i := range all { // boxes of a chain are equally wide
		if len(all[i].Branches) == 0 {
			all[i].w = boxes
		}
	}
	return measured(all)
}

func (b Block) iconRoom() float64 {
	if b.Kind == Other {
		return 0
	}
	return iconSize + blockPad
}

// branch lays the branches out side by side.
func (l *laidOut) branch(avail float64) {
	n := float64(len(l.Branches))
	empty := 0.0
	for _, b := range l.Branches {
		if len(b) == 0 {
			empty++
		}
	}
	each := avail - branchGap*(n-1) - identityGap*empty
	if n > empty {
		each /= n - empty
	}
	for i, b := range l.Branches {
		c := laidOutChain{w: identityGap}
		if len(b) > 0 {
			c = layOut(b, each)
		}
		l.branches = append(l.branches, c)
		l.w += c.w
		l.h = max(l.h, c.h)
		if i > 0 {
			l.w += branchGap
		}
	}
	l.h = max(l.h, 24) + 2*branchFork
	if l.Name != "" {
		l.name = wrap(l.Name, max(l.w, 80), labelSize, true)
		l.w = max(l.w, widest(labelSize, true, l.name...)) + 2*blockPad
		l.h += frameHead + frameFoot
	}
}

func measured(blocks []laidOut) laidOutChain {
	c := laidOutChain{blocks: blocks}
	for i, b := range blocks {
		c.w = max(c.w, b.w)
		c.h += b.h
		if i > 0 {
			c.h += gapBetween(blocks[i-1], b)
		}
	}
	return c
}

// gapBetween leaves room for an arrow; branches draw their own.
func gapBetween(a, b laidOut) float64 {
	if len(a.Branches) > 0 || len(b.Branches) > 0 {
		return 8
	}
	return blockGap
}

// divide breaks a chain into columns of about equal height.
func divide(blocks []laidOut, columns int) [][]laidOut {
	var parts [][]laidOut
	rest := blocks
	for n := columns; n > 1; n-- {
		target := measured(rest).h / float64(n)
		k := 1
		for k < len(rest)-(n-1) && measured(rest[:k+1]).h <= target+blockGap {
			k++
		}
		parts, rest = append(parts, rest[:k]), rest[k:]
	}
	return append(parts, rest)
}

// draw draws the chain around the line x from y downwards.
func (c laidOutChain) draw(p *Picture, x, y float64) {
	for i, b := range c.blocks {
		if i > 0 {
			gap := gapBetween(c.blocks[i-1], b)
			if len(b.Branches) > 0 {
				p.add(segments{lines: [][2]point{{{x, y}, {x, y + gap}}}, stroke: ink, width: 1.1})
			} else {
				p.arrow(ink, 1.1, nil, point{x, y}, point{x, y + gap})
			}
			y += gap
		}
		if len(b.Branches) > 0 {
			b.drawBranches(p, x, y)
		} else {
			b.drawBox(p, x-b.w/2, y)
		}
		y += b.h
	}
}

func (l laidOut) drawBranches(p *Picture, x, y float64) {
	top, left := y, x-l.w/2
	if l.Name != "" {
		p.add(box{rect: rect{left, y, l.w, l.h}, fill: none, stroke: muted, width: 0.75, dash: padDash})
		for _, line := range l.name {
			p.add(text{x: left + 5, y: y + 11, size: labelSize, bold: true, ink: muted, s: line})
		}
		top += frameHead
	}
	bottom := y + l.h
	if l.Name != "" {
		bottom -= frameFoot
	}
	inner := 0.0
	for _, b := range l.branches {
		inner += b.w
	}
	inner += branchGap * float64(len(l.branches)-1)
	at := x - inner/2
	rails := segments{stroke: ink, width: 1.1}
	if top > y {
		rails.lines = append(rails.lines, [2]point{{x, y}, {x, top}}, [2]point{{x, bottom}, {x, y + l.h}})
	}
	first, last := 0.0, 0.0
	for i, b := range l.branches {
		mid := at + b.w/2
		if i == 0 {
			first = mid
		}
		last = mid
		if len(b.blocks) == 0 {
			const label = "identity"
			half := (bottom + top) / 2
			rails.lines = append(rails.lines, [2]point{{mid, top}, {mid, half - 8}}, [2]point{{mid, half + 8}, {mid, bottom}})
			p.text(label, mid, half+capHalf*labelSize, labelSize, middle, ink)
		} else {
			p.arrow(ink, 1.1, nil, point{mid, top}, point{mid, top + branchFork})
			b.draw(p, mid, top+branchFork)
			rails.lines = append(rails.lines, [2]point{{mid, top + branchFork + b.h}, {mid, bottom}})
		}
		at += b.w + branchGap
	}
	first, last = min(first, x), max(last, x)
	rails.lines = append(rails.lines, [2]point{{first, top}, {last, top}}, [2]point{{first, bottom}, {last, bottom}})
	p.add(rails)
}

// drawBox draws a box with its icon and texts.
func (l laidOut) drawBox(p *Picture, x, y float64) {
	r := rect{x, y, l.w, l.h}
	switch l.Kind {
	case Other:
		p.add(box{rect: r, fill: white, stroke: gridLine, width: 0.75})
	case Input:
		p.add(box{rect: r, fill: inputBlue, stroke: ink, width: 0.75})
	case Convolution:
		p.add(box{rect: r, fill: kernelGrey, stroke: ink, width: 1.6})
	case Pooling:
		p.add(box{rect: r, fill: white, stroke: ink, width: 1.2, dash: []float64{5, 3}})
	case Dense:
		p.add(box{rect: r, fill: padBlue, stroke: ink, width: 0.75}, box{rect: r.inset(2.2), fill: none, stroke: ink, width: 0.75})
	case Activation:
		p.add(box{rect: r, fill: white, stroke: ink, width: 0.75})
	case Join:
		p.add(box{rect: r, fill: outGreen, stroke: ink, width: 1.6})
	}
	l.Kind.icon(p, x+blockPad, y+blockPad-1)
	left := x + blockPad + l.iconRoom()
	base := y + blockPad + 9
	for _, line := range l.name {
		p.bold(line, left, base, titleSize, start)
		base += 14
	}
	base -= 2
	for _, line := range l.lines {
		p.text(line, left, base, labelSize, start, ink)
		base += labelLine
	}
}

// icon draws what stands for the kind, in a square of iconSize.
func (k Kind) icon(p *Picture, x, y float64) {
	r := rect{x, y, iconSize, iconSize}
	cells := func(n int, dark ...int) {
		side := iconSize / float64(n)
		for i := range n * n {
			fill := white
			for _, d := range dark {
				if i == d {
					fill = gridLine
				}
			}
			p.add(box{rect: rect{x + float64(i%n)*side, y + float64(i/n)*side, side, side}, fill: fill, stroke: ink, width: 0.75})
		}
	}
	lines := func(width float64, l ...[2]point) { p.add(segments{lines: l, stroke: ink, width: width}) }
	switch k {
	case Input: // a picture: a hill under a sun
		p.add(box{rect: r, fill: white, stroke: ink, width: 0.9},
			path{closed: true, fill: windowBlue, stroke: ink, width: 0.75, points: []point{{x + 2, y + 15}, {x + 8, y + 7}, {x + 12, y + 11}, {x + 15, y + 15}}},
			disc(x+12.5, y+5, 2, white, ink, 0.75))
	case Convolution: // a kernel
		cells(3, 4)
	case Pooling: // one of four
		cells(2, 1)
	case Dense: // everything to everything
		left, right := x+2.5, x+iconSize-2.5
		rows := []float64{y + 2.5, y + iconSize/2, y + iconSize - 2.5}
		var all [][2]point
		for _, a := range rows {
			for _, b := range rows {
				all = append(all, [2]point{{left, a}, {right, b}})
			}
		}
		lines(0.6, all...)
		for _, a := range rows {
			p.add(disc(left, a, 2.2, white, ink, 0.9), disc(right, a, 2.2, white, ink, 0.9))
		}
	case Activation: // the hinge of a ReLU over its axes
		lines(0.6, [2]point{{x, y + 12}, {x + iconSize, y + 12}}, [2]point{{x + iconSize/2, y + 1}, {x + iconSize/2, y + iconSize - 1}})
		p.add(path{points: []point{{x, y + 12}, {x + iconSize/2, y + 12}, {x + iconSize - 1, y + 3}}, fill: none, stroke: ink, width: 2})
	case Join: // lines that meet
		mid := x + iconSize/2
		lines(1.4, [2]point{{x + 2, y + 1}, {mid, y + 9}}, [2]point{{x + iconSize - 2, y + 1}, {mid, y + 9}}, [2]point{{mid, y + 1}, {mid, y + 9}})
		p.arrow(ink, 1.4, nil, point{mid, y + 8}, point{mid, y + iconSize})
	}
}

func (d Diagram) words() string {
	w := chainInWords(d.Blocks) + "."
	if d.Title != "" {
		w = d.Title + ": " + w
	}
	return w
}

func chainInWords(blocks []Block) string {
	var parts []string
	for _, b := range blocks {
		if len(b.Branches) == 0 {
			s := b.Name
			if len(b.Lines) > 0 {
				s += " (" + strings.Join(b.Lines, "; ") + ")"
			}
			parts = append(parts, s)
			continue
		}
		var branches []string
		for _, c := range b.Branches {
			if len(c) == 0 {
				branches = append(branches, "identity")
			} else {
				branches = append(branches, chainInWords(c))
			}
		}
		s := "[" + strings.Join(branches, " | ") + "]"
		if b.Name != "" {
			s = b.Name + " " + s
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " → ")
}
