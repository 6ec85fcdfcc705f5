package ref_test

import (
	"fmt"
	"reflect"
	"testing"

	"cnnbook/cnnlib/ref"
)

// The largest values of 2×2 windows, put back where they came from.
func ExampleUnpool() {
	x, err := ref.FromPlane([][]float64{{1, 1, 2, 4}, {5, 6, 7, 8}, {3, 2, 1, 0}, {1, 2, 3, 4}})
	if err != nil {
		fmt.Println(err)
		return
	}
	halves := []ref.Bin{{From: 0, To: 2}, {From: 2, To: 4}}
	y, from, err := ref.MaxPool(x, halves, halves)
	if err != nil {
		fmt.Println(err)
		return
	}
	back, err := ref.Unpool(x.Shape, from, y)
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := back.Plane(0, 0)
	for _, row := range m {
		fmt.Println(row)
	}
	fmt.Println(err)
	// Output:
	// [0 0 0 0]
	// [0 6 0 8]
	// [3 0 0 0]
	// [0 0 0 4]
	// <nil>
}

func TestUnpool(t *testing.T) {
	y := ref.Array{Shape: []int{1, 3, 1}, Data: []float64{2, 3, 4}}
	from := []int{4, 1, 4} // the first and the last window overlap
	got, err := ref.Unpool([]int{1, 5, 1}, from, y)
	if want := []float64{0, 3, 0, 0, 6}; err != nil || !reflect.DeepEqual(got.Data, want) {
		t.Errorf("%v, %v, want %v", got.Data, err, want)
	}
	grad := ref.Array{Shape: []int{1, 5, 1}, Data: []float64{1, 10, 100, 1000, 10000}}
	dy, err := ref.UnpoolGrad(y.Shape, from, grad)
	if want := []float64{10000, 10, 10000}; err != nil || !reflect.DeepEqual(dy.Data, want) {
		t.Errorf("%v, %v, want %v", dy.Data, err, want)
	}
	for _, wrong := range [][]int{{0, 1}, {0, 1, 5}, {0, 1, -1}} {
		if _, err := ref.Unpool([]int{1, 5, 1}, wrong, y); err == nil {
			t.Errorf("Unpool took the places %v", wrong)
		}
		if _, err := ref.UnpoolGrad(y.Shape, wrong, grad); err == nil {
			t.Errorf("UnpoolGrad took the places %v", wrong)
		}
	}
}
