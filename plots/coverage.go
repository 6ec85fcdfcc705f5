package plots

import (
	"fmt"
	"strings"
)

// Coverage draws how often each cell is touched: by the windows of a pooling, the
// taps of a convolution, the stamps of a transposed one. More is darker, and every
// cell has its number. Cells with 0 are hatched and outlined.
//
// The counts come from package arith: Visits and Contributions for an axis, Outer
// for two.
type Coverage struct {
	Counts [][]int // [rows columns], 0 or more; one row for one axis
	// Rows names the rows, beside them. With names each row is a picture of its
	// own, and they may have different lengths; without names they are one map.
	Rows    []string
	Title   string
	Unit    string   // what is counted, such as "windows", the default
	Windows []Window // boxes around some cells; a map only
	High    int      // count of the darkest colour; 0 means the largest one
	Alt     string   // replaces the description made from the numbers
}

// CoverageData is what a picture of counts shows: the Data of Coverage.
type CoverageData struct {
	Title   string   `json:"title,omitempty"`
	Rows    []string `json:"rows,omitempty"`
	Counts  [][]int  `json:"counts"`
	Unit    string   `json:"unit"`
	Fewest  int      `json:"fewest"`
	Most    int      `json:"most"`
	Cells   int      `json:"cells"`
	Empty   int      `json:"empty"` // cells with count 0
	Windows []Window `json:"windows,omitempty"`
}

const coverGap = 6.0 // between rows that are pictures of their own

// Picture draws the counts. Its Data is a CoverageData.
func (c Coverage) Picture() *Picture {
	data, m, err := c.check()
	if err != nil {
		return Failed(err)
	}
	longest := 0
	var written []string
	for _, row := range c.Counts {
		longest = max(longest, len(row))
		for _, n := range row {
			written = append(written, Number(float64(n), 0))
		}
	}
	named, gap := 0.0, 0.0
	if len(c.Rows) > 0 {
		named, gap = widest(labelSize, false, c.Rows...)+8, coverGap
	}
	p := &Picture{}
	s := sheet{x: margin + named, y: margin, cell: cellFor(written, longest, named), rows: 1, cols: longest}
	right := s.x + s.width()
	if c.Title != "" {
		p.bold(c.Title, margin, s.y+10, titleSize, start)
		right = max(right, margin+width(c.Title, titleSize, true))
		s.y += titleHeight
	}
	top := s.y
	for i, row := range c.Counts {
		if i < len(c.Rows) {
			p.text(c.Rows[i], s.x-8, s.y+s.cell/2+capHalf*labelSize, labelSize, end, ink)
		}
		for j, n := range row {
			c.cell(p, s, j, n, m.Scale)
		}
		s.y += s.cell + gap
	}
	bottom := s.y - gap
	s.y, s.rows = top, len(c.Counts)
	for i, level := range levelsOf(m.Windows) {
		s.outline(p, m.Windows[i], float64(level)*2.75)
	}
	for _, line := range wrap(c.note(data, longest), max(right-margin, 150), labelSize, false) {
		bottom += labelLine
		p.text(line, s.x, bottom+1.5, labelSize, start, muted)
		right = max(right, s.x+width(line, labelSize, false))
	}
	return p.finish(right, bottom+4, c.Alt, c.words(data), data)
}

// cell draws the cell in column j of a row.
func (c Coverage) cell(p *Picture, s sheet, j, n int, scale Scale) {
	area := s.area(0, j, 1, 1)
	fill := white
	if n > 0 {
		fill = scale.color(float64(n))
	}
	p.add(box{rect: area, fill: fill, stroke: gridLine, width: 0.75})
	if n == 0 {
		p.add(hatch(area.corners(), 4, gridLine, 0.6),
			box{rect: area.inset(1.5), fill: none, stroke: ink, width: 1.5},
			box{rect: rect{area.x + area.w/2 - 5, area.y + area.h/2 - 6.5, 10, 13}, fill: fill})
	}
	p.add(s.number(0, j, Number(float64(n), 0), inkOn(fill)))
}

// check returns the numbers for the picture and the map as a matrix.
func (c *Coverage) check() (CoverageData, Matrix, error) {
	if c.Unit == "" {
		c.Unit = "windows"
	}
	d := CoverageData{Title: c.Title, Rows: c.Rows, Counts: c.Counts, Unit: c.Unit}
	m := Matrix{Title: c.Title, Windows: c.Windows, Scale: Scale{Palette: Sequential, High: float64(c.High)}}
	if len(c.Counts) == 0 {
		return d, m, fmt.Errorf("plots: no counts: give at least one row of one number")
	}
	for i, row := range c.Counts {
		if len(row) == 0 {
			return d, m, fmt.Errorf("plots: row %d of the counts is empty: give at least one number", i+1)
		}
		values := make([]float64, len(row))
		for j, n := range row {
			if n < 0 {
				return d, m, fmt.Errorf("plots: row %d, column %d of the counts is %d: a count is 0 or more", i+1, j+1, n)
			}
			if d.Cells == 0 || n < d.Fewest {
				d.Fewest = n
			}
			d.Most = max(d.Most, n)
			d.Cells++
			if n == 0 {
				d.Empty++
			}
			values[j] = float64(n)
		}
		m.Values = append(m.Values, values)
	}
	switch {
	case len(c.Rows) > 0 && len(c.Rows) != len(c.Counts):
		return d, m, fmt.Errorf("plots: %d names for %d rows of counts: give one for each, or none", len(c.Rows), len(c.Counts))
	case len(c.Rows) > 0 && len(c.Windows) > 0:
		return d, m, fmt.Errorf("plots: windows on %d named rows: each is a picture of its own, leave the names or the windows out", len(c.Rows))
	case len(c.Rows) > 0:
		var err error
		var all []float64
		for _, row := range m.Values {
			all = append(all, row...)
		}
		m.Scale, err = m.Scale.fitted("the counts", all)
		return d, m, err
	}
	_, err := m.fill(0)
	d.Windows = m.Windows
	return d, m, err
}

// note says how large the map is and what is hatched.
func (c Coverage) note(d CoverageData, longest int) string {
	var parts []string
	if len(c.Rows) == 0 {
		parts = append(parts, size(len(c.Counts), longest))
	}
	parts = append(parts, "numbers: "+c.Unit+" on the cell")
	if d.Empty > 0 {
		parts = append(parts, fmt.Sprintf("hatched: none (%d of %d cells)", d.Empty, d.Cells))
	}
	return strings.Join(parts, "; ")
}

// words says how many cells have which count, and gives the rows of a small map.
func (c Coverage) words(d CoverageData) string {
	how := make(map[int]int)
	for _, row := range c.Counts {
		for _, n := range row {
			how[n]++
		}
	}
	var parts []string
	for n := d.Fewest; n <= d.Most; n++ {
		if how[n] > 0 {
			parts = append(parts, fmt.Sprintf("%d on %d", n, how[n]))
		}
	}
	w := fmt.Sprintf("Number of %s on each of %d cells: %s", c.Unit, d.Cells, strings.Join(parts, ", "))
	if c.Title != "" {
		w = c.Title + ". " + w
	}
	if d.Empty > 0 {
		w += fmt.Sprintf("; the %d cells with 0 are hatched", d.Empty)
	}
	if d.Cells > 100 { // more is not listened to
		return w + "."
	}
	var rows []string
	for i, row := range c.Counts {
		s := strings.Trim(fmt.Sprint(row), "[]")
		if i < len(c.Rows) {
			s = c.Rows[i] + ": " + s
		}
		rows = append(rows, s)
	}
	return w + "; rows " + strings.Join(rows, " / ") + "."
}
