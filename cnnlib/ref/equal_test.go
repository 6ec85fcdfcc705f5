package ref_test

import (
	"math"
	"testing"

	"cnnbook/cnnlib/ref"
)

func TestEqualWithin(t *testing.T) {
	m := [][]float64{{1, 2}}
	for _, c := range []struct {
		other     [][]float64
		tolerance float64
		want      bool
	}{
		{[][]float64{{1, 2}}, 0, true},
		{[][]float64{{1, 2.5}}, 0.4, false},
		{[][]float64{{1, 2.5}}, 0.5, true}, // the tolerance itself is allowed
		{[][]float64{{1}}, 9, false},
		{[][]float64{{1, 2}, {1, 2}}, 9, false},
		{[][]float64{{1, math.NaN()}}, math.Inf(1), false},
		{nil, 9, false},
	} {
		if got := ref.EqualWithin(m, c.other, c.tolerance); got != c.want {
			t.Errorf("EqualWithin(%v, %v, %v) = %v", m, c.other, c.tolerance, got)
		}
	}
}
