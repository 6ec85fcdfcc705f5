package exercise

import (
	"fmt"
	"math"
	"reflect"

	"cnnbook/chapters"
	"cnnbook/plots"
)

// cellsAcross is how many cells with numbers in them fit side by side in a figure
// that can be read on a phone: 360 px leave 28 for each of twelve.
const cellsAcross = 12

// picture draws an expected matrix, the one that was returned, and their difference.
// Large ones are drawn as tiles, without numbers. It returns nil where there is nothing
// to draw: the results are no matrices, or have rows of several lengths or numbers that
// are not finite.
func picture(want, got any) (p *plots.Picture, numbers bool) {
	title := ""
	w, g := planes(want), planes(got)
	if len(w) == 0 || len(g) == 0 {
		return nil, false
	}
	n := 0 // the first plane that is wrong
	if len(w) > 1 || len(g) > 1 {
		for n < min(len(w), len(g))-1 && equal(w[n], g[n]) {
			n++
		}
		title = fmt.Sprintf(", plane %d", n)
	}
	a, b := w[n], g[n]
	if !drawable(a) || !drawable(b) || len(a) < 2 && len(b) < 2 {
		return nil, false
	}
	sameSize := len(a) == len(b) && len(a[0]) == len(b[0])
	largest := 0.0
	var difference [][]float64
	var marks []plots.Window
	for i := range b {
		var row []float64
		for j := range b[i] {
			if !sameSize || !near(a[i][j], b[i][j]) {
				marks = append(marks, plots.Window{Row: i, Col: j})
			}
			if sameSize {
				row = append(row, b[i][j]-a[i][j])
				largest = max(largest, math.Abs(row[j]))
			}
			largest = max(largest, math.Abs(b[i][j]))
		}
		difference = append(difference, row)
	}
	for _, row := range a {
		for _, x := range row {
			largest = max(largest, math.Abs(x))
		}
	}
	scale := plots.Scale{Low: -largest, High: largest} // one for all, so that equal numbers look equal
	alt := fmt.Sprintf("Expected %d×%d cells%s: %s. Returned %d×%d cells: %s.", len(a), len(a[0]), title, chapters.FormatMatrix(a), len(b), len(b[0]), chapters.FormatMatrix(b))
	if !sameSize {
		p := plots.Beside(plots.Matrix{Values: a, Title: "expected" + title, Scale: scale}.Picture(), plots.Matrix{Values: b, Title: "yours", Scale: scale}.Picture())
		p.Alt = alt
		if p.Err() != nil || len(a[0])+len(b[0]) > cellsAcross {
			return nil, false
		}
		return p, true
	}
	alt += fmt.Sprintf(" They differ in %d of %d cells.", len(marks), len(a)*len(a[0]))
	numbers = 3*len(a[0]) <= cellsAcross
	if numbers {
		p = plots.Equation{
			Terms: []plots.Matrix{
				{Values: b, Title: "yours" + title, Windows: marks, Scale: scale},
				{Values: a, Title: "expected", Scale: scale},
				{Values: difference, Title: "difference", Scale: scale},
			},
			Operators: []string{"−", "="}, Alt: alt,
		}.Picture()
	} else {
		p = plots.Tiles{Images: [][][][]float64{{b, a, difference}}, Columns: []string{"yours" + title, "expected", "difference"}, Scale: scale, Alt: alt}.Picture()
	}
	if p.Err() != nil {
		return nil, false
	}
	return p, numbers
}

// planes returns a result as matrices: one, or those of its first axis.
func planes(v any) [][][]float64 {
	switch v := v.(type) {
	case [][]float64:
		return [][][]float64{v}
	case [][][]float64:
		return v
	case [][]int:
		m := make([][]float64, len(v))
		for i := range v {
			for _, x := range v[i] {
				m[i] = append(m[i], float64(x))
			}
		}
		return [][][]float64{m}
	case []any: // of several results, those of the first that is a matrix
		for _, x := range v {
			if depth(reflect.TypeOf(x)) >= 2 {
				return planes(x)
			}
		}
	}
	return nil
}

func drawable(m [][]float64) bool {
	if len(m) == 0 || len(m[0]) == 0 {
		return false
	}
	for _, row := range m {
		if len(row) != len(m[0]) {
			return false
		}
		for _, x := range row {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return false
			}
		}
	}
	return true
}
