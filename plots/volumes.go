package plots

import (
	"fmt"
	"image/color"
	"math"
	"strings"
)

// Volumes draws arrays of three axes as cuboids, seen from above on the right:
// height upwards, width to the back, channels to the right, as in the pictures of
// an image that becomes thinner and deeper on its way through a network. Edges
// grow with the square root of the size, so that 1 and 512 are both seen, and the
// channels have a scale of their own; the note below says so.
type Volumes struct {
	Volumes []Volume
	Title   string
	Alt     string // replaces the description made from the numbers
}

// Volume is one cuboid.
type Volume struct {
	H, W, C int    // sizes, 1 or more
	Name    string // below
	Role    Role   // colour: input blue, kernel grey, output green
	// Before stands between the volume before and this one. "*", "=", "+" and "→"
	// are drawn as operators; other texts on an arrow, such as "conv 3×3, 12 kernels".
	Before string
	// Planes draws the channels as planes with gaps between them, at most 16.
	Planes bool
	// Copies is how many of it there are, such as the kernels of a layer; 0 means 1.
	// At most three are drawn.
	Copies int
	Window *Cuboid // a part that is hatched and outlined, such as what a kernel reads
	// Axes names the three edges; zero means H, W, C. A clip whose third axis is
	// time has {"H", "W", "T"}.
	Axes [3]string
}

// Cuboid is a part of a volume. Sizes 0 mean all of the axis.
type Cuboid struct {
	Row, Col, Channel int // first cell, from 0
	H, W, C           int
}

// Role is what a volume is in a computation. The zero value is RoleInput. Its colour
// only repeats what the name and the operators say.
type Role int

// The roles have the colours of Steps.
const (
	RoleInput Role = iota
	RoleKernel
	RoleOutput
)

var roleNames = [...]string{"input", "kernel", "output"}

// String returns the name in small letters.
func (r Role) String() string {
	if r < 0 || int(r) >= len(roleNames) {
		return fmt.Sprintf("Role(%d)", int(r))
	}
	return roleNames[r]
}

// MarshalText returns the name for encoding/json.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// VolumeData is one cuboid. The Data of Volumes is a slice of them.
type VolumeData struct {
	Name   string  `json:"name,omitempty"`
	Before string  `json:"before,omitempty"`
	Role   Role    `json:"role"`
	H      int     `json:"h"`
	W      int     `json:"w"`
	C      int     `json:"c"`
	Copies int     `json:"copies"`
	Values int     `json:"values"` // copies·H·W·C
	Window *Cuboid `json:"window,omitempty"`
}

// roleFaces are the colours of the front and top, and of the right side.
var roleFaces = [...][2]color.RGBA{{inputBlue, windowBlue}, {kernelGrey, {176, 176, 176, 255}}, {outGreen, cellGreen}}

const (
	edgeMost   = 84.0 // longest edge, in points
	edgeUnit   = 13.0 // an edge of one cell, where there is room
	edgeLeast  = 5.0
	depthX     = 0.45 // how far an edge to the back goes to the right and up
	depthY     = 0.38
	planeThick = 4.0
	planeGap   = 7.0
	arrowText  = 66.0 // longest line on an arrow
	maxPlanes  = 16
	volumeGap  = 8.0
	maxCopies  = 3
	copyGap    = 5.0
)

// solid is a volume with its lengths.
type solid struct {
	Volume
	h, w, c        float64 // lengths of the edges
	left, up, wide float64 // room for the label on the left, height above the base, whole width
	step           float64 // from copy to copy
	labelW         float64 // height of the label of the width above the base
	note           []string
	before         []string
	beforeWide     float64
}

// Picture draws the volumes from left to right, on further lines where they do
// not fit. Its Data is a []VolumeData.
func (v Volumes) Picture() *Picture {
	if err := v.check(); err != nil {
		return Failed(err)
	}
	solids := v.solids(1)
	for _, part := range []float64{0.9, 0.8, 0.7} { // on one line, if that does not make them much smaller
		if lineWidth(solids) <= fullSize-2*margin {
			break
		}
		if smaller := v.solids(part); lineWidth(smaller) <= fullSize-2*margin {
			solids = smaller
		}
	}
	var data []VolumeData
	for _, s := range solids {
		data = append(data, VolumeData{s.Name, s.Before, s.Role, s.H, s.W, s.C, s.Copies, s.Copies * s.H * s.W * s.C, s.Window})
	}
	p := &Picture{}
	y, right := margin, 0.0
	if v.Title != "" {
		p.bold(v.Title, margin, y+10, titleSize, start)
		right = margin + width(v.Title, titleSize, true)
		y += titleHeight
	}
	for i := 0; i < len(solids); {
		last, w := i, solids[i].beforeWide+solids[i].wide
		for last+1 < len(solids) && w+solids[last+1].beforeWide+solids[last+1].wide <= fullSize-2*margin {
			last++
			w += solids[last].beforeWide + solids[last].wide
		}
		up, notes := 0.0, 0
		for _, s := range solids[i : last+1] {
			up, notes = max(up, s.up), max(notes, len(s.note))
			up = max(up, float64(len(s.before))*labelLine+12)
		}
		centre := y + up/2
		x := margin
		base := y + up // of the tallest
		for ; i <= last; i++ {
			s := solids[i]
			s.between(p, x, centre)
			x += s.beforeWide
			s.draw(p, x, centre+s.up/2, base)
			x += s.wide
			right = max(right, x)
		}
		y = base + 13 + float64(notes)*labelLine + 12
	}
	const note = "edges grow with the square root of the size, channels on their own scale"
	p.text(note, margin, y+4, labelSize, start, muted)
	return p.finish(max(right, margin+width(note, labelSize, false)), y+7, v.Alt, v.words(), data)
}

func (v Volumes) check() error {
	if len(v.Volumes) == 0 {
		return fmt.Errorf("plots: no volumes: give at least one")
	}
	for i, u := range v.Volumes {
		name := fmt.Sprintf("volume %d", i+1)
		if u.Name != "" {
			name = fmt.Sprintf("volume %q", u.Name)
		}
		switch {
		case u.H < 1 || u.W < 1 || u.C < 1:
			return fmt.Errorf("plots: %s has the sizes %d, %d, %d: each must be 1 or more", name, u.H, u.W, u.C)
		case u.Role < 0 || int(u.Role) >= len(roleNames):
			return fmt.Errorf("plots: %s has role %d: use RoleInput (0), RoleKernel or RoleOutput", name, int(u.Role))
		case u.Copies < 0:
			return fmt.Errorf("plots: %d copies of %s: use 1 or more, or 0 for 1", u.Copies, name)
		case u.Planes && u.C > maxPlanes:
			return fmt.Errorf("plots: %s has %d planes: at most %d can be told apart, draw it without Planes", name, u.C, maxPlanes)
		case i == 0 && u.Before != "":
			return fmt.Errorf("plots: %q stands before the first volume: begin with the second", u.Before)
		case i > 0 && u.Before == "":
			return fmt.Errorf("plots: nothing stands before %s: say what leads to it, or →", name)
		}
		if w := u.Window; w != nil {
			full := w.filled(u)
			if full.Row < 0 || full.Col < 0 || full.Channel < 0 || full.H < 1 || full.W < 1 || full.C < 1 || full.Row+full.H > u.H || full.Col+full.W > u.W || full.Channel+full.C > u.C {
				return fmt.Errorf("plots: the window %d×%d×%d at %d, %d, %d leaves %s of %d×%d×%d", full.H, full.W, full.C, full.Row, full.Col, full.Channel, name, u.H, u.W, u.C)
			}
		}
	}
	return nil
}

func lineWidth(solids []solid) float64 {
	w := 0.0
	for _, s := range solids {
		w += s.beforeWide + s.wide
	}
	return w
}

// solids returns the volumes with their lengths, of which scale is a part.
func (v Volumes) solids(scale float64) []solid {
	side, deep := 1, 1 // largest
	for _, u := range v.Volumes {
		side = max(side, u.H, u.W)
		if !u.Planes {
			deep = max(deep, u.C)
		}
	}
	unit := scale * min(edgeUnit, edgeMost/math.Sqrt(float64(side)))
	unitC := scale * min(edgeUnit, edgeMost/math.Sqrt(float64(deep)))
	length := func(n int, unit float64) float64 { return max(edgeLeast, float64(unit*math.Sqrt(float64(n)))) }
	var solids []solid
	for _, u := range v.Volumes {
		if u.Axes == ([3]string{}) {
			u.Axes = [3]string{"H", "W", "C"}
		}
		u.Copies = max(u.Copies, 1)
		if u.Window != nil {
			full := u.Window.filled(u)
			u.Window = &full
		}
		s := solid{Volume: u, h: length(u.H, unit), w: length(u.W, unit), c: length(u.C, unitC)}
		if u.Planes {
			s.c = float64(u.C)*planeThick + float64(u.C-1)*planeGap
		}
		s.left = max(width(s.edge(0), labelSize, false)+4, width(s.edge(1), labelSize, false)+3-depthX*s.w/2)
		s.labelW = depthY*s.w/2 + s.h
		if apart := 10.5 - capHalf*labelSize; s.labelW < s.h/2+apart { // the label of a thin volume would lie on that of its height
			s.labelW = s.h/2 + apart
		}
		s.up = max(s.h+depthY*s.w, s.labelW+labelSize)
		s.step = s.c + depthX*s.w + copyGap
		body := float64(s.drawn())*s.step - copyGap
		if s.Copies > maxCopies {
			body += copyGap + width("…", titleSize, true)
		}
		room := max(s.left+body, 62)
		if u.Name != "" {
			s.note = wrap(u.Name, room, labelSize, true)
		}
		s.note = append(s.note, u.shape())
		s.wide = max(s.left+body, s.left+s.c/2+width(s.edge(2), labelSize, false)/2, widest(labelSize, true, s.note...)) + volumeGap
		switch u.Before {
		case "":
		case "*", "=", "+", "→":
			s.beforeWide = operatorGap
		default:
			s.before = wrap(u.Before, arrowText, labelSize, false)
			s.beforeWide = max(widest(labelSize, false, s.before...), 30) + 12
		}
		solids = append(solids, s)
	}
	return solids
}

func (c Cuboid) filled(v Volume) Cuboid {
	if c.H == 0 {
		c.H = v.H - c.Row
	}
	if c.W == 0 {
		c.W = v.W - c.Col
	}
	if c.C == 0 {
		c.C = v.C - c.Channel
	}
	return c
}

// drawn is how many copies are drawn.
func (s solid) drawn() int { return min(s.Copies, maxCopies) }

// shape writes the sizes: "5×5×3", "32 times 5×5×1".
func (v Volume) shape() string {
	s := fmt.Sprintf("%d×%d×%d", v.H, v.W, v.C)
	if v.Copies > 1 {
		s = fmt.Sprintf("%d times %s", v.Copies, s)
	}
	return s
}

// edge is the label of an axis.
func (s solid) edge(axis int) string {
	return fmt.Sprintf("%s %d", s.Axes[axis], [3]int{s.H, s.W, s.C}[axis])
}

// between draws the operator or arrow in the room before the volume.
func (s solid) between(p *Picture, x, centre float64) {
	if s.beforeWide == 0 {
		return
	}
	if len(s.before) == 0 {
		p.operator(s.Before, x+s.beforeWide/2, centre)
		return
	}
	p.arrow(ink, 1.2, nil, point{x + 4, centre}, point{x + s.beforeWide - 4, centre})
	for i, line := range s.before { // above the arrow
		p.text(line, x+s.beforeWide/2, centre-6-float64(len(s.before)-1-i)*labelLine, labelSize, middle, ink)
	}
}

// draw draws the volume with the left end of its room at x and its lower edge at
// y; its note stands below base.
func (s solid) draw(p *Picture, x, y, base float64) {
	for i := s.drawn() - 1; i >= 0; i-- { // what is on the left lies in front
		s.cuboid(p, x+s.left+float64(float64(i)*s.step), y)
	}
	left := x + s.left
	if s.Copies > maxCopies {
		p.bold("…", left+maxCopies*s.step, y-s.up/2+3, titleSize, start)
	}
	p.text(s.edge(0), left-4, y-s.h/2+capHalf*labelSize, labelSize, end, ink)
	p.text(s.edge(1), left+depthX*s.w/2-3, y-s.labelW, labelSize, end, ink)
	p.text(s.edge(2), left+s.c/2, y+11, labelSize, middle, ink)
	for i, line := range s.note {
		mid := x + (s.wide-volumeGap)/2
		if i < len(s.note)-1 {
			p.bold(line, mid, base+13+float64(i+1)*labelLine, labelSize, middle)
		} else {
			p.text(line, mid, base+13+float64(i+1)*labelLine, labelSize, middle, muted)
		}
	}
}

// cuboid draws one copy with the lower left corner of its front at left and y.
func (s solid) cuboid(p *Picture, left, y float64) {
	front, side := roleFaces[s.Role][0], roleFaces[s.Role][1]
	// The corner of the front is (0, 0, 0): c to the right, r downwards from the
	// top, d to the back, each from 0 to 1 of its edge.
	at := func(c, r, d float64) point {
		return point{left + c*s.c + float64(d*s.w*depthX), y - s.h + r*s.h - float64(d*s.w*depthY)}
	}
	block := func(c0, c1 float64) {
		p.add(path{closed: true, fill: front, stroke: gridLine, width: 0.75, points: []point{at(c0, 0, 0), at(c1, 0, 0), at(c1, 1, 0), at(c0, 1, 0)}},
			path{closed: true, fill: front, stroke: gridLine, width: 0.75, points: []point{at(c0, 0, 0), at(c1, 0, 0), at(c1, 0, 1), at(c0, 0, 1)}},
			path{closed: true, fill: side, stroke: gridLine, width: 0.75, points: []point{at(c1, 0, 0), at(c1, 0, 1), at(c1, 1, 1), at(c1, 1, 0)}})
	}
	window := func(c0, c1 float64) {
		w := s.Window
		r0, r1 := float64(w.Row)/float64(s.H), float64(w.Row+w.H)/float64(s.H)
		d0, d1 := float64(w.Col)/float64(s.W), float64(w.Col+w.W)/float64(s.W)
		seen := 0
		for i, face := range [][]point{
			{at(c1, r0, d0), at(c1, r0, d1), at(c1, r1, d1), at(c1, r1, d0)},
			{at(c0, r0, d0), at(c1, r0, d0), at(c1, r1, d0), at(c0, r1, d0)},
			{at(c0, r0, d0), at(c1, r0, d0), at(c1, r0, d1), at(c0, r0, d1)},
		} {
			onSurface := [3]bool{s.Planes || w.Channel+w.C == s.C, w.Col == 0, w.Row == 0}[i]
			switch {
			case onSurface:
				seen++
				p.add(hatch(face, 3.5, ink, 0.6), path{closed: true, fill: none, stroke: ink, width: 1.5, points: face})
			case seen == 0 && w.Col > 0 && w.Row > 0 && w.Channel+w.C < s.C: // wholly inside
				p.add(path{closed: true, fill: none, stroke: ink, width: 1, dash: padDash, points: face})
			}
		}
	}
	if s.Planes {
		for i := range s.C {
			c0 := float64(i) * (planeThick + planeGap) / s.c
			block(c0, c0+planeThick/s.c)
			if w := s.Window; w != nil && i >= w.Channel && i < w.Channel+w.C {
				window(c0, c0+planeThick/s.c)
			}
		}
	} else {
		block(0, 1)
		var lines [][2]point
		for i := 1; i < s.C && s.C <= maxPlanes; i++ {
			c := float64(i) / float64(s.C)
			lines = append(lines, [2]point{at(c, 1, 0), at(c, 0, 0)}, [2]point{at(c, 0, 0), at(c, 0, 1)})
		}
		if len(lines) > 0 {
			p.add(segments{lines: lines, stroke: gridLine, width: 0.5})
		}
		if w := s.Window; w != nil {
			c0, c1 := float64(w.Channel)/float64(s.C), float64(w.Channel+w.C)/float64(s.C)
			window(c0, c1)
		}
	}
}

func (v Volumes) words() string {
	var parts []string
	for i, u := range v.Volumes {
		if i > 0 {
			if len(u.Before) > 3 {
				parts = append(parts, "→ "+u.Before+" →")
			} else {
				parts = append(parts, u.Before)
			}
		}
		s := u.shape()
		if u.Name != "" {
			s = u.Name + " " + s
		}
		if w := u.Window; w != nil {
			full := w.filled(u)
			s += fmt.Sprintf(" (marked: %d×%d×%d)", full.H, full.W, full.C)
		}
		parts = append(parts, s)
	}
	w := strings.Join(parts, " ") + "."
	if v.Title != "" {
		w = v.Title + ": " + w
	}
	return w
}
