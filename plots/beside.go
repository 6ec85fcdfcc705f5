package plots

import (
	"errors"
	"strings"
)

// Beside joins pictures into one, from left to right with their upper edges in
// line, such as photographs in grey and responses in colours, which need a scale
// each. Its Alt is that of all pictures in this order, its Data a []any of theirs.
func Beside(pictures ...*Picture) *Picture {
	if len(pictures) == 0 {
		return failed(errors.New("plots: nothing to put side by side: give at least one picture"))
	}
	p := &Picture{}
	var alts []string
	var data []any
	right, bottom := 0.0, 0.0
	for _, q := range pictures {
		if q.err != nil {
			return q
		}
		for _, m := range q.marks {
			p.add(m.moved(right, 0))
		}
		right += q.Width.Points()
		bottom = max(bottom, q.Height.Points()-margin)
		alts = append(alts, q.Alt)
		data = append(data, q.Data)
	}
	return p.finish(right-margin, bottom, "", strings.Join(alts, " "), data)
}
