package ref_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"cnnbook/cnnlib/ref"
)

// Section 5.16 of the book.
var pooledImage = [][]float64{{1, 1, 2, 4}, {5, 6, 7, 8}, {3, 2, 1, 0}, {1, 2, 3, 4}}

// side is one axis of a pooling.
type side struct {
	size, stride, start, end int
	ceil                     bool
}

func (s side) bins(t *testing.T, in int) []ref.Bin {
	t.Helper()
	bins, err := ref.Windows(in, s.size, s.stride, s.start, s.end, s.ceil)
	if err != nil {
		t.Fatal(err)
	}
	return bins
}

func TestMaxPool(t *testing.T) {
	x, err := ref.FromPlane(pooledImage)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		side side
		want [][]float64
	}{
		{side{size: 2, stride: 2}, [][]float64{{6, 8}, {3, 4}}},
		{side{size: 2, stride: 1}, [][]float64{{6, 7, 8}, {6, 7, 8}, {3, 3, 4}}},   // overlapping
		{side{size: 3, stride: 2, start: 1}, [][]float64{{6, 8}, {6, 8}}},          // padding never wins
		{side{size: 3, stride: 3}, [][]float64{{7}}},                               // the last row and column are lost
		{side{size: 3, stride: 3, ceil: true}, [][]float64{{7, 8}, {3, 4}}},        // and here not
		{side{size: 2, stride: 4, start: 1, end: 1}, [][]float64{{1, 4}, {1, 4}}},  // one cell in each window
		{side{size: 2, stride: 2, ceil: true}, [][]float64{{6, 8}, {3, 4}}},        // nothing is left over
		{side{size: 1, stride: 5, start: 0, end: 0, ceil: true}, [][]float64{{1}}}, // the next would begin behind the input
		{side{size: 4, stride: 1, start: 3, end: 0}, [][]float64{{1, 1, 2, 4}, {5, 6, 7, 8}, {5, 6, 7, 8}, {5, 6, 7, 8}}},
	} {
		y, from, err := ref.MaxPool(x, c.side.bins(t, 4), c.side.bins(t, 4))
		if err != nil {
			t.Error(err)
			continue
		}
		if got, err := y.Plane(0, 0); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%+v: %v, %v, want %v", c.side, got, err, c.want)
		}
		for i, place := range from {
			if x.Data[place] != y.Data[i] {
				t.Errorf("%+v: cell %d came from place %d, which holds another value", c.side, i, place)
			}
		}
	}
}

// What is no number must not vanish in a pooling: it tells of a mistake further up.
func TestMaxPoolOfSpecialValues(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	all := []ref.Bin{{From: 0, To: 2}}
	for _, c := range []struct {
		x    [4]float64
		from int
	}{
		{[4]float64{3, 4, nan, 8}, 2},
		{[4]float64{nan, 4, 3, inf}, 0},
		{[4]float64{4, inf, nan, nan}, 2}, // the first of them
		{[4]float64{-inf, -inf, -inf, -inf}, 0},
		{[4]float64{-inf, -1, -inf, -2}, 1},
	} {
		y, from, err := ref.MaxPool(ref.Array{Shape: []int{1, 2, 2, 1}, Data: c.x[:]}, all, all)
		if err != nil || from[0] != c.from || math.Float64bits(y.Data[0]) != math.Float64bits(c.x[c.from]) {
			t.Errorf("%v: %v from place %v, %v, want place %d", c.x, y.Data, from, err, c.from)
		}
	}
}

func TestAvgPool(t *testing.T) {
	x, err := ref.FromPlane(pooledImage)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		side side
		want [][]float64
	}{
		{side{size: 2, stride: 2}, [][]float64{{3.25, 5.25}, {2, 2}}},
		{side{size: 2, stride: 4, start: 1, end: 1}, [][]float64{{1, 4}, {1, 4}}},  // the padding does not count
		{side{size: 3, stride: 3, ceil: true}, [][]float64{{28.0 / 9, 4}, {2, 4}}}, // (1+1+2+5+6+7+3+2+1)/9, (4+8+0)/3, (1+2+3)/3, 4/1
		{side{size: 4, stride: 1}, [][]float64{{50.0 / 16}}},                       // the mean of all
	} {
		y, err := ref.AvgPool(x, c.side.bins(t, 4), c.side.bins(t, 4))
		if err != nil {
			t.Error(err)
			continue
		}
		if got, err := y.Plane(0, 0); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%+v: %v, %v, want %v", c.side, got, err, c.want)
		}
	}
}

func TestMaxPoolGrad(t *testing.T) {
	x, err := ref.FromPlane([][]float64{{7, 7}, {7, 7}})
	if err != nil {
		t.Fatal(err)
	}
	all := []ref.Bin{{From: 0, To: 2}}
	_, from, err := ref.MaxPool(x, all, all)
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

// With d axes the pooling is linear wherever no order of values changes, so a
// central difference is exact but for rounding: with whole numbers, whose order a
// step of 1/4 cannot change, and windows of 2^n cells there is none at all.
func TestPoolGradientsEqualCentralDifferences(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 16))
	const h = 0.25
	for _, shape := range [][]int{{2, 7, 2}, {1, 4, 5, 2}, {1, 3, 4, 4, 1}} {
		x := ref.NewArray(shape...)
		for i, v := range rng.Perm(len(x.Data)) { // no two are equal
			x.Data[i] = float64(v)
		}
		var bins [][]ref.Bin
		for _, in := range shape[1 : len(shape)-1] {
			bins = append(bins, side{size: 2, stride: 1 + rng.IntN(2), start: 1}.bins(t, in))
		}
		y, from, err := ref.MaxPool(x, bins...)
		if err != nil {
			t.Fatal(err)
		}
		grad := randomArray(rng, y.Shape...)
		dmax, err := ref.MaxPoolGrad(shape, from, grad)
		if err != nil {
			t.Fatal(err)
		}
		davg, err := ref.AvgPoolGrad(shape, grad, bins...)
		if err != nil {
			t.Fatal(err)
		}
		loss := func(pool func() (ref.Array, error)) (sum float64) {
			y, err := pool()
			if err != nil {
				t.Fatal(err)
			}
			for i, g := range grad.Data {
				sum += g * y.Data[i]
			}
			return sum
		}
		for _, part := range []struct {
			name   string
			slopes []float64
			pool   func() (ref.Array, error)
		}{
			{"MaxPool", dmax.Data, func() (ref.Array, error) { y, _, err := ref.MaxPool(x, bins...); return y, err }},
			{"AvgPool", davg.Data, func() (ref.Array, error) { return ref.AvgPool(x, bins...) }},
		} {
			for i, v := range x.Data {
				x.Data[i] = v + h
				up := loss(part.pool)
				x.Data[i] = v - h
				down := loss(part.pool)
				x.Data[i] = v
				if want := (up - down) / (2 * h); part.slopes[i] != want {
					t.Fatalf("%s of %v: derivative by cell %d is %v, want %v", part.name, shape, i, part.slopes[i], want)
				}
			}
		}
	}
}

func TestPoolRefuses(t *testing.T) {
	for _, c := range []struct {
		side side
		want string
	}{
		{side{size: 2, stride: 1, start: 2}, "nothing but padding"},
		{side{size: 2, stride: 1, end: 2}, "nothing but padding"},
		{side{size: 5, stride: 1}, "window 5 does not fit into 4"},
		{side{size: 5, stride: 1, ceil: true}, "window 5 does not fit into 4"},
		{side{size: 0, stride: 1}, "window 0"},
	} {
		_, err := ref.Windows(4, c.side.size, c.side.stride, c.side.start, c.side.end, c.side.ceil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.side, err, c.want)
		}
	}
	x := ref.NewArray(1, 4, 4, 1)
	all := []ref.Bin{{From: 0, To: 4}}
	for _, c := range []struct {
		bins [][]ref.Bin
		want string
	}{
		{[][]ref.Bin{all}, "want 3 axes"},
		{[][]ref.Bin{all, nil}, "no bin on axis 2"},
		{[][]ref.Bin{all, {{From: 2, To: 5}}}, "more than its 4"},
		{[][]ref.Bin{{{From: 2, To: 2}}, all}, "holds no cell of axis 1"},
	} {
		if _, _, err := ref.MaxPool(x, c.bins...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("MaxPool, %v: %v, want %q", c.bins, err, c.want)
		}
		if _, err := ref.AvgPool(x, c.bins...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("AvgPool, %v: %v, want %q", c.bins, err, c.want)
		}
	}
	if _, err := ref.AvgPoolGrad(x.Shape, x, all, all); err == nil || !strings.Contains(err.Error(), "the gradient has shape") {
		t.Errorf("a gradient of another shape: %v", err)
	}
}
