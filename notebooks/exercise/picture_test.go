package exercise

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"cnnbook/plots"
)

// TestPicture: the figure shows the numbers of both results and where they differ.
func TestPicture(t *testing.T) {
	a, b := [][]float64{{1, 2}, {3, 4}}, [][]float64{{1, 2}, {3, 6}}
	for name, c := range map[string]struct {
		want, got any
		says      string // in the description; "" means that there is no figure
		marked    []plots.Window
	}{
		"one cell":        {a, b, "differ in 1 of 4 cells", []plots.Window{{Row: 1, Col: 1, Rows: 1, Cols: 1}}},
		"integers":        {[][]int{{1, 2}, {3, 4}}, [][]int{{0, 2}, {3, 4}}, "differ in 1 of 4", []plots.Window{{Rows: 1, Cols: 1}}},
		"another size":    {a, [][]float64{{1, 2, 3}, {4, 5, 6}}, "Returned 2×3", nil},
		"a plane":         {[][][]float64{a, a}, [][][]float64{a, b}, "plane 1", []plots.Window{{Row: 1, Col: 1, Rows: 1, Cols: 1}}},
		"several results": {[]any{2, a}, []any{2, b}, "differ in 1 of 4", []plots.Window{{Row: 1, Col: 1, Rows: 1, Cols: 1}}},
		"large":           {make9(0), make9(1), "differ in 81 of 81", nil},
		"a number":        {1, 2, "", nil},
		"one row":         {a[:1], b[1:], "", nil},
		"empty":           {a, [][]float64{}, "", nil},
		"ragged":          {a, [][]float64{{1}, {1, 2}}, "", nil},
		"NaN":             {a, [][]float64{{1, 2}, {3, math.NaN()}}, "", nil},
	} {
		p, numbers := picture(c.want, c.got)
		if (p != nil) != (c.says != "") || numbers != (p != nil && name != "large") {
			t.Errorf("%s: drawn %v, with numbers %v", name, p != nil, numbers)
			continue
		}
		if p == nil {
			continue
		}
		if !strings.Contains(p.Alt, c.says) {
			t.Errorf("%s: the description is %q, want %q in it", name, p.Alt, c.says)
		}
		if data, ok := p.Data.([]plots.MatrixData); ok {
			if !reflect.DeepEqual(data[0].Windows, c.marked) {
				t.Errorf("%s: marked are %v, want %v", name, data[0].Windows, c.marked)
			}
			for i, v := range data[2].Values {
				for j := range v {
					if v[j] != data[0].Values[i][j]-data[1].Values[i][j] {
						t.Errorf("%s: the difference is %v", name, data[2].Values)
					}
				}
			}
		}
		if _, err := p.SVG(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// make9 is a matrix that is too large for numbers in its cells.
func make9(v float64) [][]float64 {
	m := make([][]float64, 9)
	for i := range m {
		m[i] = make([]float64, 9)
		for j := range m[i] {
			m[i][j] = v
		}
	}
	return m
}
