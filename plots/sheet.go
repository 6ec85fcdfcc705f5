package plots

import (
	"fmt"
	"image/color"
	"math"
	"strings"
)

// sheet is a matrix of square cells somewhere on a picture.
type sheet struct {
	x, y, cell float64 // upper left corner and side of a cell
	rows, cols int
}

const (
	cellMax  = 30.0 // side of a cell where there is room
	cellPad  = 8.0  // free space beside the widest number
	fullSize = 450  // width of a full figure in points: 16 cm; on a phone of 360 pixels type of 10.5 pt is 8.4 pixels high
)

func (s sheet) width() float64  { return float64(s.cols) * s.cell }
func (s sheet) height() float64 { return float64(s.rows) * s.cell }

// at returns a corner of cells.
func (s sheet) at(row, col float64) point {
	return point{s.x + float64(col*s.cell), s.y + float64(row*s.cell)}
}

// area returns the rectangle of some cells.
func (s sheet) area(row, col, rows, cols int) rect {
	return rect{s.x + float64(col)*s.cell, s.y + float64(row)*s.cell, float64(cols) * s.cell, float64(rows) * s.cell}
}

// number writes a text in the middle of a cell.
func (s sheet) number(row, col int, txt string, c color.RGBA) mark {
	r := s.area(row, col, 1, 1)
	return text{x: r.x + r.w/2, y: r.y + r.h/2 + capHalf*numberSize, size: numberSize, anchor: middle, ink: c, s: txt}
}

// outline draws the border of some cells: 3 px wide, with a white line on both
// sides so that it shows on dark cells, and a label on its upper edge.
// inset moves the border inwards, in points.
func (s sheet) outline(p *Picture, w Window, inset float64) {
	r := s.area(w.Row, w.Col, w.Rows, w.Cols).inset(inset)
	const px = 0.75 // points
	var dash []float64
	if w.Dashed {
		dash = []float64{6, 4}
	}
	p.add(box{rect: r, fill: none, stroke: white, width: 5 * px}, box{rect: r, fill: none, stroke: ink, width: 3 * px, dash: dash})
	if w.Label == "" {
		return
	}
	const tagSize, labelHeight = 9.0, 11.0
	edge := r.y - inset // on the line between two rows, clear of their numbers
	tag := rect{r.x + 3, edge - labelHeight/2, width(w.Label, tagSize, true) + 5, labelHeight}
	p.add(box{rect: tag, fill: white, stroke: ink, width: px})
	p.bold(w.Label, tag.x+tag.w/2, edge+capHalf*tagSize, tagSize, middle)
}

// cellFor returns the side of a cell that holds the numbers, and is otherwise as
// large as total columns in one row allow.
func cellFor(numbers []string, total int, gaps float64) float64 {
	need := widest(numberSize, false, numbers...) + cellPad
	return math.Floor(max(need, min(cellMax, (fullSize-2*margin-gaps)/float64(total)), numberSize*1.8))
}

// flat returns all values of a matrix, or an error where it is none.
func flat(what string, m [][]float64) ([]float64, error) {
	if len(m) == 0 || len(m[0]) == 0 {
		return nil, fmt.Errorf("plots: %s has no values: give at least one row of one number", what)
	}
	var all []float64
	for i, row := range m {
		if len(row) != len(m[0]) {
			return nil, fmt.Errorf("plots: row %d of %s has %d numbers, the first row %d: make all rows equally long", i+1, what, len(row), len(m[0]))
		}
		for j, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("plots: row %d, column %d of %s is %v: give finite numbers", i+1, j+1, what, v)
			}
		}
		all = append(all, row...)
	}
	return all, nil
}

// numbers writes every value with the same decimals.
func numbers(values []float64, decimals int) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = Number(v, decimals)
	}
	return out
}

// rowsInWords writes a small matrix row by row, and of a large one the range.
func rowsInWords(m [][]float64, decimals int) string {
	const many = 100 // numbers that somebody still listens to
	if len(m)*len(m[0]) > many {
		lowest, highest := m[0][0], m[0][0]
		for _, row := range m {
			for _, v := range row {
				lowest, highest = min(lowest, v), max(highest, v)
			}
		}
		return fmt.Sprintf("numbers from %s to %s", Number(lowest, decimals), Number(highest, decimals))
	}
	rows := make([]string, len(m))
	for i, row := range m {
		rows[i] = strings.Join(numbers(row, decimals), " ")
	}
	return "rows " + strings.Join(rows, " / ")
}
