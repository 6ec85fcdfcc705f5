package ref_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"cnnbook/cnnlib/ref"
)

// Windows of 2 side by side, and windows of 2 that share a column and a row (section 5.5.2).
func ExampleMaxPool2D() {
	x := [][]float64{
		{1, 3, 2, 1},
		{2, 9, 1, 1},
		{1, 3, 2, 3},
		{5, 6, 1, 2},
	}
	fmt.Println(ref.MaxPool2D(x, 2, 0))
	fmt.Println(ref.MaxPool2D(x, 2, 1))
	// Output:
	// [[9 2] [6 3]] <nil>
	// [[9 9 2] [9 9 3] [6 6 3]] <nil>
}

func ExampleAvgPool2D() {
	x := [][]float64{
		{1, 3, 2, 1},
		{2, 9, 1, 1},
		{1, 4, 2, 3},
		{5, 6, 1, 2},
	}
	fmt.Println(ref.AvgPool2D(x, 2, 0))
	// Output: [[3.75 1.25] [4 2]] <nil>
}

// On whole numbers, whose sums are exact, both give what the general functions give.
func TestPlanePoolingsAreTheGeneralOnes(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5)) // any fixed seed
	for range 300 {
		h, w, window, stride := 1+rng.IntN(9), 1+rng.IntN(9), 1+rng.IntN(4), rng.IntN(5)
		x := random(rng, h, w)
		largest, err := ref.MaxPool2D(x, window, stride)
		mean, err2 := ref.AvgPool2D(x, window, stride)
		if window > h || window > w {
			for _, err := range []error{err, err2} {
				if want := fmt.Sprintf("ref: a window of %d×%d cells does not fit into %d×%d: use at most %d", window, window, h, w, min(h, w)); err == nil || err.Error() != want {
					t.Fatalf("%v, want %s", err, want)
				}
			}
			continue
		}
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		var bins [2][]ref.Bin
		for axis, cells := range []int{h, w} {
			s := stride
			if s == 0 {
				s = window
			}
			if bins[axis], err = ref.Windows(cells, window, s, 0, 0, false); err != nil {
				t.Fatal(err)
			}
		}
		array, err := ref.FromPlane(x)
		if err != nil {
			t.Fatal(err)
		}
		wantLargest, _, err := ref.MaxPool(array, bins[0], bins[1])
		if err != nil {
			t.Fatal(err)
		}
		wantMean, err := ref.AvgPool(array, bins[0], bins[1])
		if err != nil {
			t.Fatal(err)
		}
		for name, pair := range map[string]struct {
			got  [][]float64
			want ref.Array
		}{"largest": {largest, wantLargest}, "mean": {mean, wantMean}} {
			want, err := pair.want.Plane(0, 0)
			if err != nil || !reflect.DeepEqual(pair.got, want) {
				t.Fatalf("%s of %v, window %d, stride %d: %v, %v, want %v", name, x, window, stride, pair.got, err, want)
			}
		}
	}
}

func TestPlanePoolingsOfSpecialValues(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		x             [][]float64
		largest, mean float64
	}{
		{[][]float64{{3, 4}, {math.NaN(), 8}}, math.NaN(), math.NaN()},
		{[][]float64{{-inf, -inf}, {-inf, -inf}}, -inf, -inf},
		{[][]float64{{1, inf}, {2, 3}}, inf, inf},
	} {
		largest, err := ref.MaxPool2D(c.x, 2, 0)
		mean, err2 := ref.AvgPool2D(c.x, 2, 0)
		if err != nil || err2 != nil || fmt.Sprint(largest[0][0], mean[0][0]) != fmt.Sprint(c.largest, c.mean) {
			t.Errorf("%v: largest %v, %v, mean %v, %v, want %v and %v", c.x, largest, err, mean, err2, c.largest, c.mean)
		}
	}
}

func TestBadPlanePoolings(t *testing.T) {
	x := [][]float64{{1, 2}, {3, 4}}
	for _, c := range []struct {
		x              [][]float64
		window, stride int
		want           string
	}{
		{x, 0, 1, "ref: window 0 and stride 1: want a window of at least 1 cell"},
		{x, 1, -1, "ref: window 1 and stride -1: want"},
		{x, 3, 0, "ref: a window of 3×3 cells does not fit into 2×2: use at most 2"},
		{nil, 1, 0, "ref: the input is empty"},
		{[][]float64{{1, 2}, {3}}, 1, 0, "ref: row 1 of the input has 1 numbers"},
	} {
		_, err := ref.MaxPool2D(c.x, c.window, c.stride)
		_, err2 := ref.AvgPool2D(c.x, c.window, c.stride)
		for _, err := range []error{err, err2} {
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		}
	}
}
