package plots

import (
	"errors"
	"strings"
)

// Beside joins pictures into one, from left to right with their upper edges in
// line, such as photographs in grey and responses in colours, which need a scale
// each. Its Alt is that of all pictures in this order, its Data a []any of theirs.
func Beside(pictures ...*Picture) *Picture { return joined(pictures, true) }

// Below joins pictures into one, from top to bottom with their left edges in
// line. What would stand too wide side by side stays readable on a phone. Its Alt
// and Data are as those of Beside.
func Below(pictures ...*Picture) *Picture { return joined(pictures, false) }

func joined(pictures []*Picture, across bool) *Picture {
	if len(pictures) == 0 {
		return Failed(errors.New("plots: no pictures to join: give at least one"))
	}
	p := &Picture{}
	var alts []string
	var data []any
	x, y, right, bottom := 0.0, 0.0, 0.0, 0.0
	for _, q := range pictures {
		if q.err != nil {
			return q
		}
		for _, m := range q.marks {
			p.add(m.moved(x, y))
		}
		right, bottom = max(right, x+q.Width.Points()-margin), max(bottom, y+q.Height.Points()-margin)
		if across {
			x += q.Width.Points()
		} else {
			y += q.Height.Points()
		}
		alts = append(alts, q.Alt)
		data = append(data, q.Data)
	}
	return p.finish(right, bottom, "", strings.Join(alts, " "), data)
}
