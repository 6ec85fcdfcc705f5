package plots

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Matrix draws a matrix as cells with the number in every cell, coloured by the
// number.
type Matrix struct {
	Values [][]float64 // [rows columns], finite
	Title  string      // above; "" draws none
	Scale  Scale       // zero: diverging, symmetric about 0, from the values
	// Decimals of the numbers; 0 means as many as they need, at most 2.
	Decimals int
	Windows  []Window // boxes around some cells
	Rows     []string // names of the rows, beside them; none draws none
	Columns  []string // names of the columns, above them; none draws none
	HideSize bool     // leaves out the "6×6" below
	Alt      string   // replaces the description made from the numbers
}

// Window is a box around some cells of a matrix.
type Window struct {
	Row, Col   int    // the upper left cell, from 0
	Rows, Cols int    // 0 means 1
	Dashed     bool   // dashed instead of solid
	Label      string // a letter or short word on the upper edge
}

// Equation draws several matrices in one row with operators between them, such
// as image * kernel = result. What is wider than a page goes on in a further row,
// with as many matrices in each, so that the numbers stay readable on a phone.
type Equation struct {
	Terms     []Matrix
	Operators []string // one fewer than Terms: "*", "=", "→", …
	Alt       string   // replaces the description made from the numbers
}

// MatrixData is what a picture of a matrix shows: the Data of Matrix, and in a
// slice that of Equation.
type MatrixData struct {
	Title   string      `json:"title,omitempty"`
	Values  [][]float64 `json:"values"`
	Low     float64     `json:"low"`  // the scale's ends
	High    float64     `json:"high"` //
	Windows []Window    `json:"windows,omitempty"`
	Rows    []string    `json:"rows,omitempty"`    // names
	Columns []string    `json:"columns,omitempty"` //
}

// Picture draws the matrix. Its Data is a MatrixData.
func (m Matrix) Picture() *Picture {
	p := Equation{Terms: []Matrix{m}, Alt: m.Alt}.Picture()
	if p.err == nil {
		p.Data = p.Data.([]MatrixData)[0]
	}
	return p
}

const (
	operatorGap  = 32.0 // width of an operator with its free space
	operatorSize = 18.0
	titleHeight  = 20.0
	sizeHeight   = 15.0
)

// Picture draws the matrices side by side, centred on one line, or on several. Its
// Data is a []MatrixData.
func (e Equation) Picture() *Picture {
	if len(e.Terms) == 0 || len(e.Operators) != len(e.Terms)-1 {
		return Failed(fmt.Errorf("plots: an equation of %d matrices has %d operators: give one operator between two matrices", len(e.Terms), len(e.Operators)))
	}
	var all []string // every number as it is written
	var data []MatrixData
	var words []string
	terms := make([]Matrix, len(e.Terms))
	for i, m := range e.Terms {
		values, err := m.fill(i)
		if err != nil {
			return Failed(err)
		}
		terms[i] = m
		all = append(all, numbers(values, m.Decimals)...)
		all = append(all, m.Columns...) // of a smaller type: they fit too
		data = append(data, MatrixData{m.Title, m.Values, m.Scale.Low, m.Scale.High, m.Windows, m.Rows, m.Columns})
		if i > 0 {
			words = append(words, e.Operators[i-1])
		}
		words = append(words, m.words())
	}

	p := &Picture{}
	lines, cell := inLines(terms, all)
	right, y := 0.0, margin
	first := 0 // term of the line
	for n, line := range lines {
		if n > 0 {
			y += titleHeight // free space between lines
		}
		x, above, tallest, below := margin, 0.0, 0, 0.0
		for _, m := range line {
			above, tallest, below = max(above, m.above()), max(tallest, len(m.Values)), max(below, m.below())
		}
		centre := y + above + float64(tallest)*cell/2
		for i, m := range line {
			if first+i > 0 && !(i == 0 && parts(e.Operators[first-1])) { // of a further line the operator stands before its first matrix
				p.operator(e.Operators[first+i-1], x+operatorGap/2, centre)
				x += operatorGap
			}
			s := sheet{cell: cell, rows: len(m.Values), cols: len(m.Values[0])}
			x += m.left()
			w := max(s.width(), width(m.Title, titleSize, true)) // a long title keeps its neighbours off
			s.x, s.y = x+(w-s.width())/2, centre-s.height()/2
			m.draw(p, s)
			x += w
		}
		first += len(line)
		right = max(right, x)
		y += above + float64(tallest)*cell + below
	}
	return p.finish(right, y, e.Alt, strings.Join(words, " ")+".", data)
}

// inLines divides the matrices into as few lines as a page is wide enough for,
// evenly, and returns the side of a cell.
func inLines(terms []Matrix, all []string) (lines [][]Matrix, cell float64) {
	for n := 1; ; n++ {
		lines, cell = nil, math.Inf(1)
		for line := range slices.Chunk(terms, (len(terms)+n-1)/n) {
			cols, gaps := 0, 0.0
			for i, m := range line {
				cols += len(m.Values[0])
				gaps += m.left()
				if i > 0 || len(lines) > 0 {
					gaps += operatorGap
				}
			}
			lines, cell = append(lines, line), min(cell, cellFor(all, cols, gaps))
		}
		fits := true
		for k, line := range lines {
			w := 2 * margin
			for i, m := range line {
				w += m.left() + max(cell*float64(len(m.Values[0])), width(m.Title, titleSize, true))
				if i > 0 || k > 0 {
					w += operatorGap
				}
			}
			fits = fits && w <= fullSize
		}
		if fits || n >= len(terms) {
			return lines, cell
		}
	}
}

// parts reports whether an operator only keeps matrices apart, which the end of a
// line does as well.
func parts(operator string) bool { return operator == "," || operator == ";" }

const nameHeight = 13.0 // of the names of columns

// above, below and left are the room around the cells.
func (m Matrix) above() float64 {
	room := 0.0
	if m.Title != "" {
		room = titleHeight
	}
	if len(m.Columns) > 0 {
		room += nameHeight
	}
	return room
}

func (m Matrix) below() float64 {
	if m.HideSize {
		return 0
	}
	return sizeHeight
}

func (m Matrix) left() float64 {
	if len(m.Rows) == 0 {
		return 0
	}
	return widest(labelSize, false, m.Rows...) + 6
}

// fill checks the matrix and puts in what zero stands for. It returns the values.
func (m *Matrix) fill(i int) ([]float64, error) {
	what := fmt.Sprintf("matrix %d", i+1)
	if m.Title != "" {
		what = fmt.Sprintf("matrix %q", m.Title)
	}
	values, err := flat(what, m.Values)
	if err != nil {
		return nil, err
	}
	if m.Scale, err = m.Scale.fitted(what, values); err != nil {
		return nil, err
	}
	if m.Decimals < 0 || m.Decimals > 6 {
		return nil, fmt.Errorf("plots: %d decimals in %s: use 0 to 6", m.Decimals, what)
	}
	if m.Decimals == 0 {
		m.Decimals = decimalsOf(2, values...)
	}
	if rows, cols := len(m.Values), len(m.Values[0]); len(m.Rows) > 0 && len(m.Rows) != rows || len(m.Columns) > 0 && len(m.Columns) != cols {
		return nil, fmt.Errorf("plots: %d names for %d rows and %d for %d columns of %s: give one for each, or none", len(m.Rows), rows, len(m.Columns), cols, what)
	}
	m.Windows = append([]Window(nil), m.Windows...)
	for j := range m.Windows {
		w := &m.Windows[j]
		w.Rows, w.Cols = max(w.Rows, 1), max(w.Cols, 1)
		if w.Row < 0 || w.Col < 0 || w.Row+w.Rows > len(m.Values) || w.Col+w.Cols > len(m.Values[0]) {
			return nil, fmt.Errorf("plots: window %s at row %d, column %d leaves the %s cells of %s", size(w.Rows, w.Cols), w.Row, w.Col, size(len(m.Values), len(m.Values[0])), what)
		}
	}
	return values, nil
}

func (m Matrix) draw(p *Picture, s sheet) {
	for i, row := range m.Values {
		for j, v := range row {
			p.add(box{rect: s.area(i, j, 1, 1), fill: m.Scale.color(v), stroke: gridLine, width: 0.75})
		}
	}
	for i, row := range m.Values {
		for j, v := range row {
			p.add(s.number(i, j, Number(v, m.Decimals), inkOn(m.Scale.color(v))))
		}
	}
	for i, level := range levelsOf(m.Windows) {
		s.outline(p, m.Windows[i], float64(level)*2.75)
	}
	x := s.x + s.width()/2
	if m.Title != "" {
		p.bold(m.Title, x, s.y-m.above()+titleHeight-8, titleSize, middle)
	}
	for i, name := range m.Rows {
		r := s.area(i, 0, 1, 1)
		p.text(name, s.x-6, r.y+r.h/2+capHalf*labelSize, labelSize, end, ink)
	}
	for j, name := range m.Columns {
		r := s.area(0, j, 1, 1)
		p.text(name, r.x+r.w/2, s.y-5, labelSize, middle, ink)
	}
	if !m.HideSize {
		p.text(size(s.rows, s.cols), x, s.y+s.height()+13, labelSize, middle, muted)
	}
}

// levelsOf says how many steps inwards the border of each window stands. Windows
// that share cells get different levels, so that where two share an edge both
// borders can be drawn. Where two of one level only touch, all windows move inwards.
func levelsOf(windows []Window) []int {
	levels := make([]int, len(windows))
	apart := 0
	for i, w := range windows {
		taken := make(map[int]bool)
		for j, v := range windows[:i] {
			if w.within(v, 0) {
				taken[levels[j]] = true
			}
		}
		for taken[levels[i]] {
			levels[i]++
		}
		for j, v := range windows[:i] {
			if levels[j] == levels[i] && w.within(v, 1) {
				apart = 1
			}
		}
	}
	for i := range levels {
		levels[i] += apart
	}
	return levels
}

// within reports whether less than reach cells lie between two windows: 0 asks for
// windows that share cells, 1 also takes those that share an edge or a corner.
func (w Window) within(v Window, reach int) bool {
	return w.Row < v.Row+v.Rows+reach && v.Row < w.Row+w.Rows+reach && w.Col < v.Col+v.Cols+reach && v.Col < w.Col+w.Cols+reach
}

// operator writes an operator with its centre at x, y.
func (p *Picture) operator(s string, x, y float64) {
	drop := capHalf
	if s == "*" {
		drop = 0.54 // the font draws the asterisk at the height of an exponent
	}
	p.text(s, x, y+drop*operatorSize, operatorSize, middle, ink)
}

func (m Matrix) words() string {
	w := fmt.Sprintf("%s matrix", size(len(m.Values), len(m.Values[0])))
	if m.Title != "" {
		w += fmt.Sprintf(" “%s”", m.Title)
	}
	w += " ("
	if len(m.Rows) > 0 {
		w += "down " + strings.Join(m.Rows, ", ") + "; "
	}
	if len(m.Columns) > 0 {
		w += "across " + strings.Join(m.Columns, ", ") + "; "
	}
	w += rowsInWords(m.Values, m.Decimals)
	for _, b := range m.Windows {
		w += "; boxed"
		if b.Label != "" {
			w += " " + b.Label
		}
		w += ": " + span("row", b.Row, b.Rows) + ", " + span("column", b.Col, b.Cols)
	}
	return w + ")"
}

// span says which rows or columns, counted from 1.
func span(what string, first, n int) string {
	if n == 1 {
		return fmt.Sprintf("%s %d", what, first+1)
	}
	return fmt.Sprintf("%ss %d to %d", what, first+1, first+n)
}
