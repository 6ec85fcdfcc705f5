package plots

import (
	"fmt"
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
// as image * kernel = result.
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

// Picture draws the matrices side by side, centred on one line. Its Data is a
// []MatrixData.
func (e Equation) Picture() *Picture {
	if len(e.Terms) == 0 || len(e.Operators) != len(e.Terms)-1 {
		return failed(fmt.Errorf("plots: an equation of %d matrices has %d operators: give one operator between two matrices", len(e.Terms), len(e.Operators)))
	}
	var all []string // every number as it is written
	var data []MatrixData
	var words []string
	total, tallest, titled, sized := 0, 0, 0.0, 0.0
	terms := make([]Matrix, len(e.Terms))
	for i, m := range e.Terms {
		values, err := m.fill(i)
		if err != nil {
			return failed(err)
		}
		terms[i] = m
		all = append(all, numbers(values, m.Decimals)...)
		total += len(m.Values[0])
		tallest = max(tallest, len(m.Values))
		if m.Title != "" {
			titled = titleHeight
		}
		if !m.HideSize {
			sized = sizeHeight
		}
		data = append(data, MatrixData{m.Title, m.Values, m.Scale.Low, m.Scale.High, m.Windows})
		if i > 0 {
			words = append(words, e.Operators[i-1])
		}
		words = append(words, m.words())
	}

	p := &Picture{}
	cell := cellFor(all, total, operatorGap*float64(len(e.Operators)))
	x, top := margin, margin+titled
	centre := top + float64(tallest)*cell/2
	for i, m := range terms {
		if i > 0 {
			p.operator(e.Operators[i-1], x+operatorGap/2, centre)
			x += operatorGap
		}
		s := sheet{cell: cell, rows: len(m.Values), cols: len(m.Values[0])}
		w := max(s.width(), width(m.Title, titleSize, true)) // a long title keeps its neighbours off
		s.x, s.y = x+(w-s.width())/2, centre-s.height()/2
		m.draw(p, s)
		x += w
	}
	return p.finish(x, top+float64(tallest)*cell+sized, e.Alt, strings.Join(words, " ")+".", data)
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
		p.bold(m.Title, x, s.y-8, titleSize, middle)
	}
	if !m.HideSize {
		p.text(size(s.rows, s.cols), x, s.y+s.height()+13, labelSize, middle, muted)
	}
}

// levelsOf gives windows that touch different levels, so that where two share an
// edge both borders can be drawn.
func levelsOf(windows []Window) []int {
	levels := make([]int, len(windows))
	for i, w := range windows {
		taken := make(map[int]bool)
		for j, v := range windows[:i] {
			if w.Row <= v.Row+v.Rows && v.Row <= w.Row+w.Rows && w.Col <= v.Col+v.Cols && v.Col <= w.Col+w.Cols {
				taken[levels[j]] = true
			}
		}
		for taken[levels[i]] {
			levels[i]++
		}
	}
	return levels
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
	w += " (" + rowsInWords(m.Values, m.Decimals)
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
