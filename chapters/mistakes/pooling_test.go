package mistakes_test

import (
	"fmt"
	"reflect"
	"testing"

	"cnnbook/chapters/mistakes"
)

func ExampleOfPooling() {
	x := [][]float64{{1, 5}, {7, 3}}
	fmt.Println(mistakes.OfPooling()[0].Answer(x, 2, 2)) // the smallest
	// Output: [[1]]
}

// TestOfPooling: each mistake computes what its sentence says, by hand on one picture, and
// no two the same.
func TestOfPooling(t *testing.T) {
	x := [][]float64{{2, 1, 9, 0, 3, 4}, {3, 0, 1, 5, 8, 2}, {1, 7, 0, 2, 4, 1}, {0, 4, 3, 6, 2, 5}}
	// Right: 3 9 8, 7 6 5.
	want := map[string][][]float64{
		"min for max":                           {{0, 0, 2}, {0, 0, 1}},
		"upper left cell only":                  {{2, 9, 3}, {1, 0, 4}},
		"first row only":                        {{2, 9, 4}, {7, 2, 4}},
		"best not set back":                     {{3, 9, 9}, {9, 9, 9}},
		"best set back for each row of windows": {{3, 9, 9}, {7, 7, 7}},
		"position not times stride":             {{3, 9, 9}, {7, 7, 5}},
	}
	for _, m := range mistakes.OfPooling() {
		if got := m.Answer(x, 2, 2); !reflect.DeepEqual(got, want[m.Name]) {
			t.Errorf("%s: %v, want %v", m.Name, got, want[m.Name])
		}
		if len(m.Says) == 0 || m.Says[len(m.Says)-1] != '.' {
			t.Errorf("%s: %q is no sentence", m.Name, m.Says)
		}
	}
}
