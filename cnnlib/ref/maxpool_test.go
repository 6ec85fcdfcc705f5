package ref_test

import (
	"reflect"
	"strings"
	"testing"

	"cnnbook/cnnlib/ref"
)

func TestMaxPool(t *testing.T) {
	x, err := ref.FromPlane([][]float64{{1, 1, 2, 4}, {5, 6, 7, 8}, {3, 2, 1, 0}, {1, 2, 3, 4}}) // section 5.16 of the book
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		window int
		o      ref.Options
		want   [][]float64
	}{
		{2, ref.Options{Stride: 2}, [][]float64{{6, 8}, {3, 4}}},
		{2, ref.Options{}, [][]float64{{6, 7, 8}, {6, 7, 8}, {3, 3, 4}}},                               // overlapping
		{3, ref.Options{Stride: 2, Top: 1, Left: 1}, [][]float64{{6, 8}, {6, 8}}},                      // padding never wins
		{3, ref.Options{Stride: 3}, [][]float64{{7}}},                                                  // the last row and column are lost
		{2, ref.Options{Stride: 4, Top: 1, Left: 1, Bottom: 1, Right: 1}, [][]float64{{1, 4}, {1, 4}}}, // one cell in each window
	} {
		y, from, err := ref.MaxPool(x, c.window, c.o)
		if err != nil {
			t.Error(err)
			continue
		}
		if got, err := y.Plane(0, 0); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("window %d, %+v: %v, %v, want %v", c.window, c.o, got, err, c.want)
		}
		for i, place := range from {
			if x.Data[place] != y.Data[i] {
				t.Errorf("window %d, %+v: cell %d came from place %d, which holds another value", c.window, c.o, i, place)
			}
		}
	}
	if _, _, err := ref.MaxPool(x, 2, ref.Options{Top: 2}); err == nil || !strings.Contains(err.Error(), "nothing but padding") {
		t.Errorf("a window in the padding: %v", err)
	}
	if _, _, err := ref.MaxPool(x, 5, ref.Options{}); err == nil {
		t.Error("a window larger than the input was taken")
	}
}

func TestMaxPoolGrad(t *testing.T) {
	x, err := ref.FromPlane([][]float64{{7, 7}, {7, 7}})
	if err != nil {
		t.Fatal(err)
	}
	_, from, err := ref.MaxPool(x, 2, ref.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := ref.MaxPoolGrad(x.Shape, from, ref.Array{Shape: []int{1, 1, 1, 1}, Data: []float64{3}})
	if want := []float64{3, 0, 0, 0}; err != nil || !reflect.DeepEqual(got.Data, want) { // the first of equals
		t.Errorf("%v, %v, want %v", got.Data, err, want)
	}
	if _, err := ref.MaxPoolGrad(x.Shape, from, x); err == nil {
		t.Error("a gradient of another size was taken")
	}
}
