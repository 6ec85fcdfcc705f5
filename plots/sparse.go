package plots

import (
	"cmp"
	"fmt"
	"strings"
)

// Sparse draws matrices of mostly zeros with numbers or symbols in their cells:
// the matrix of a convolution, its transpose, a matrix as a sum of shifted ones.
// Zeros are dots, so that the pattern shows.
type Sparse struct {
	Terms []SparseTerm
	// Operators stand between the terms, one fewer than these: "=", "+", "→", …, or ""
	// for matrices that only stand side by side.
	// Where they are one "=" and otherwise "+", the equation must hold.
	Operators []string
	Alt       string // replaces the description made from the numbers
}

// SparseTerm is one matrix of a Sparse.
type SparseTerm struct {
	// Cells [rows columns] are numbers or sums of symbols: "1", "−0.5", "a", "a+c",
	// "b/2", "w₀₁". "", "0" and "·" are zeros.
	Cells [][]string
	Title string
	// RowSums and ColumnSums draw the sums of all rows on the right, of all columns
	// below. They are computed.
	RowSums, ColumnSums bool
	Windows             []Window // boxes around some cells
}

// SparseData is what a matrix of a Sparse shows. The Data of Sparse is a slice.
type SparseData struct {
	Title      string     `json:"title,omitempty"`
	Cells      [][]string `json:"cells"`    // as given
	NonZero    int        `json:"non_zero"` // cells
	RowSums    []string   `json:"row_sums"`
	ColumnSums []string   `json:"column_sums"`
	Windows    []Window   `json:"windows,omitempty"`
}

// sparse is a term that was checked.
type sparse struct {
	SparseTerm
	data   SparseData
	values [][]linear
}

const (
	sumGap      = 6.0 // between a matrix and its sums
	sparseType  = 10.0
	sparseSmall = 8.5 // for matrices of many columns
	cellRoom    = 8.0 // beside the widest text, also in a browser with a wider font
)

// Picture draws the matrices side by side; what does not fit continues below. Its
// Data is a []SparseData.
func (e Sparse) Picture() *Picture {
	if len(e.Terms) == 0 || len(e.Operators) != len(e.Terms)-1 {
		return Failed(fmt.Errorf("plots: %d matrices have %d operators between them: give one operator between two matrices", len(e.Terms), len(e.Operators)))
	}
	terms := make([]sparse, len(e.Terms))
	var data []SparseData
	var words []string
	cols := 0
	for i, t := range e.Terms {
		var err error
		if terms[i], err = t.check(i); err != nil {
			return Failed(err)
		}
		cols = max(cols, len(t.Cells[0]))
		data = append(data, terms[i].data)
		if i > 0 {
			words = append(words, cmp.Or(e.Operators[i-1], "and"))
		}
		words = append(words, terms[i].words())
	}
	if err := e.holds(terms); err != nil {
		return Failed(err)
	}
	size := sparseType
	if cols > 12 {
		size = sparseSmall
	}
	p := &Picture{}
	x, y, right, bottom, i := margin, margin, margin, 0.0, 0
	for i < len(terms) {
		// One line: as many terms as fit.
		last, w := i, terms[i].width(size)
		if i > 0 && e.leads(i) {
			w += operatorGap // the line begins with its operator
		}
		for last+1 < len(terms) && w+operatorGap+terms[last+1].width(size) <= fullSize-2*margin {
			last++
			w += operatorGap + terms[last].width(size)
		}
		above, half := 0.0, 0.0
		for _, t := range terms[i : last+1] {
			if t.Title != "" {
				above = titleHeight
			}
			half = max(half, t.height(size)/2)
		}
		centre := y + above + half
		x = margin
		first := i
		for ; i <= last; i++ {
			if i > first || i > 0 && e.leads(i) {
				if op := e.Operators[i-1]; op != "" {
					p.operator(op, x+operatorGap/2, centre)
				}
				x += operatorGap
			}
			low := terms[i].draw(p, x, centre, size)
			bottom = max(bottom, low)
			x += terms[i].width(size)
			right = max(right, x)
		}
		y = bottom + 14
	}
	return p.finish(right, bottom, e.Alt, strings.Join(words, " ")+".", data)
}

// leads reports whether the operator before term i may begin a line.
func (e Sparse) leads(i int) bool { return e.Operators[i-1] != "" && e.Operators[i-1] != "," }

func (t SparseTerm) check(i int) (sparse, error) {
	s := sparse{SparseTerm: t, data: SparseData{Title: t.Title, Cells: t.Cells}}
	what := fmt.Sprintf("matrix %d", i+1)
	if t.Title != "" {
		what = fmt.Sprintf("matrix %q", t.Title)
	}
	if len(t.Cells) == 0 || len(t.Cells[0]) == 0 {
		return s, fmt.Errorf("plots: %s has no cells: give at least one row of one cell", what)
	}
	ones := make([][]float64, len(t.Cells)) // for the check of the windows
	down := make([]linear, len(t.Cells[0]))
	for r, row := range t.Cells {
		if len(row) != len(t.Cells[0]) {
			return s, fmt.Errorf("plots: row %d of %s has %d cells, the first row %d: make all rows equally long", r+1, what, len(row), len(t.Cells[0]))
		}
		ones[r] = make([]float64, len(row))
		across := linear{}
		values := make([]linear, len(row))
		for c, cell := range row {
			v, err := parseLinear(cell)
			if err != nil {
				return s, fmt.Errorf("%w (row %d, column %d of %s)", err, r+1, c+1, what)
			}
			if len(v) > 0 {
				s.data.NonZero++
			}
			if down[c] == nil {
				down[c] = linear{}
			}
			across.plus(v)
			down[c].plus(v)
			values[c] = v
		}
		s.values = append(s.values, values)
		s.data.RowSums = append(s.data.RowSums, across.String())
	}
	for _, v := range down {
		s.data.ColumnSums = append(s.data.ColumnSums, v.String())
	}
	m := Matrix{Values: ones, Title: t.Title, Windows: t.Windows}
	if _, err := m.fill(i); err != nil {
		return s, err
	}
	s.Windows, s.data.Windows = m.Windows, m.Windows
	return s, nil
}

// holds checks an equation of one "=" and otherwise "+".
func (e Sparse) holds(terms []sparse) error {
	side := 0
	for _, op := range e.Operators {
		switch op {
		case "=":
			side++
		case "+":
		default:
			return nil // no equation that could be checked
		}
	}
	if side != 1 {
		return nil
	}
	rows, cols := len(terms[0].values), len(terms[0].values[0])
	for i, t := range terms[1:] {
		if len(t.values) != rows || len(t.values[0]) != cols {
			return fmt.Errorf("plots: matrix %d of the equation is %s, the first %s: sums need equal sizes", i+2, size(len(t.values), len(t.values[0])), size(rows, cols))
		}
	}
	for r := range rows {
		for c := range cols {
			sums := [2]linear{{}, {}}
			side := 0
			for i, t := range terms {
				if i > 0 && e.Operators[i-1] == "=" {
					side = 1
				}
				sums[side].plus(t.values[r][c])
			}
			if left, right := sums[0].String(), sums[1].String(); left != right {
				return fmt.Errorf("plots: row %d, column %d of the equation is %s on the left and %s on the right: mend the cells, or use another operator than =", r+1, c+1, left, right)
			}
		}
	}
	return nil
}

// grid is the geometry of a drawn matrix: cells wide enough for what they hold.
func (s sparse) grid(typeSize float64) (w, h, sums float64) {
	w = typeSize * 1.6
	for _, row := range s.Cells {
		w = max(w, widest(typeSize, false, row...)+cellRoom)
	}
	if s.ColumnSums {
		w = max(w, widest(typeSize, false, s.data.ColumnSums...)+cellRoom)
	}
	if s.RowSums {
		sums = max(widest(typeSize, false, s.data.RowSums...)+8, width("row sums", labelSize, false))
	}
	return w, typeSize * 1.8, sums
}

func (s sparse) width(typeSize float64) float64 {
	return max(s.body(typeSize), width(s.Title, titleSize, true), width(s.note(), labelSize, false))
}

// note is what stands below the matrix.
func (s sparse) note() string {
	n := size(len(s.Cells), len(s.Cells[0]))
	if s.ColumnSums {
		n += "; bottom row: column sums"
	}
	return n
}

// body is the width of the matrix with its sums, without the title.
func (s sparse) body(typeSize float64) float64 {
	w, _, sums := s.grid(typeSize)
	w *= float64(len(s.Cells[0]))
	if s.RowSums {
		w += sumGap + sums
	}
	return w
}

func (s sparse) height(typeSize float64) float64 {
	_, h, _ := s.grid(typeSize)
	return float64(len(s.Cells)) * h
}

// draw draws the matrix with its upper left corner at x and its middle at the
// height centre, and returns where it ends below.
func (s sparse) draw(p *Picture, x, centre, typeSize float64) float64 {
	w, h, sums := s.grid(typeSize)
	rows, cols := len(s.Cells), len(s.Cells[0])
	left, right := x, x+s.width(typeSize)
	x += (right - left - s.body(typeSize)) / 2
	top := centre - float64(rows)*h/2
	area := func(r, c, nr, nc int) rect {
		return rect{x + float64(c)*w, top + float64(r)*h, float64(nc) * w, float64(nr) * h}
	}
	put := func(r rect, txt string) {
		p.text(txt, r.x+r.w/2, r.y+r.h/2+capHalf*typeSize, typeSize, middle, ink)
	}
	for r, row := range s.Cells {
		for c := range row {
			p.add(box{rect: area(r, c, 1, 1), fill: pick(len(s.values[r][c]) == 0, white, kernelGrey), stroke: faint, width: 0.75})
		}
	}
	p.add(box{rect: area(0, 0, rows, cols), fill: none, stroke: gridLine, width: 0.75})
	for r, row := range s.Cells {
		for c, cell := range row {
			if len(s.values[r][c]) == 0 {
				cell = "·"
			}
			put(area(r, c, 1, 1), cell)
		}
	}
	for _, win := range s.Windows {
		p.add(box{rect: area(win.Row, win.Col, win.Rows, win.Cols), fill: none, stroke: ink, width: 2.25, dash: pickDash(win.Dashed)})
	}
	bottom := top + float64(rows)*h
	if s.Title != "" {
		half := width(s.Title, titleSize, true) / 2 // over the cells, unless it is too wide
		p.bold(s.Title, max(left+half, min(right-half, x+float64(cols)*w/2)), top-8, titleSize, middle)
	}
	if s.RowSums {
		left := x + float64(cols)*w + sumGap
		for r, sum := range s.data.RowSums {
			cell := rect{left, top + float64(r)*h, sums, h}
			p.add(box{rect: cell, fill: outGreen, stroke: gridLine, width: 0.75})
			put(cell, sum)
		}
		p.text("row sums", left+sums/2, bottom+labelLine, labelSize, middle, muted)
	}
	note := bottom + labelLine
	if s.ColumnSums {
		for c, sum := range s.data.ColumnSums {
			cell := rect{x + float64(c)*w, bottom + sumGap, w, h}
			p.add(box{rect: cell, fill: outGreen, stroke: gridLine, width: 0.75})
			put(cell, sum)
		}
		note += sumGap + h
	}
	p.text(s.note(), min(x, right-width(s.note(), labelSize, false)), note, labelSize, start, muted)
	return note + 3
}

func pickDash(dashed bool) []float64 {
	if dashed {
		return []float64{6, 4}
	}
	return nil
}

func (s sparse) words() string {
	rows, cols := len(s.Cells), len(s.Cells[0])
	w := fmt.Sprintf("%s matrix", size(rows, cols))
	if s.Title != "" {
		w += fmt.Sprintf(" “%s”", s.Title)
	}
	w += fmt.Sprintf(" (%d of %d cells not 0", s.data.NonZero, rows*cols)
	if rows*cols <= 100 {
		var lines []string
		for r, row := range s.Cells {
			line := make([]string, len(row))
			for c, cell := range row {
				line[c] = cell
				if len(s.values[r][c]) == 0 {
					line[c] = "0"
				}
			}
			lines = append(lines, strings.Join(line, " "))
		}
		w += ": rows " + strings.Join(lines, " / ")
	}
	if s.RowSums {
		w += "; row sums " + strings.Join(s.data.RowSums, ", ")
	}
	if s.ColumnSums {
		w += "; column sums " + strings.Join(s.data.ColumnSums, ", ")
	}
	return w + ")"
}
