package ref_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"cnnbook/cnnlib/ref"
)

// Section 5.17.2: each of 2×2 cells stamps a 3×3 kernel, two apart, on 5×5 cells.
// Neighbouring stamps share a row or a column.
func ExampleTransposed() {
	x, err := ref.FromPlane([][]float64{{1, 10}, {100, 1000}})
	if err != nil {
		fmt.Println(err)
		return
	}
	kernel := ref.NewArray(3, 3, 1, 1) // [KH KW Cout Cin]
	for i := range kernel.Data {
		kernel.Data[i] = 1
	}
	y, err := ref.Transposed(x, kernel, nil, ref.TransposedOptions{Options: ref.Options{Stride: 2}})
	if err != nil {
		fmt.Println(err)
		return
	}
	plane, err := y.Plane(0, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range plane {
		fmt.Println(row)
	}
	// Output:
	// [1 1 11 10 10]
	// [1 1 11 10 10]
	// [101 101 1111 1010 1010]
	// [100 100 1100 1000 1000]
	// [100 100 1100 1000 1000]
}

// randomTransposed returns options and arrays whose result is not empty.
func randomTransposed(rng *rand.Rand) (x, kernel ref.Array, bias []float64, o ref.TransposedOptions) {
	for {
		o = ref.TransposedOptions{Options: ref.Options{Stride: 1 + rng.IntN(3), Dilation: 1 + rng.IntN(2), Groups: 1 + rng.IntN(2),
			Top: rng.IntN(6), Bottom: rng.IntN(3), Left: rng.IntN(3), Right: rng.IntN(6)}}
		o.Output = rng.IntN(o.Stride)
		if rng.IntN(2) == 1 { // another setting of the columns
			o.StrideW, o.DilationW = 1+rng.IntN(3), 1+rng.IntN(2)
			o.OutputW = rng.IntN(o.StrideW)
			if o.OutputW == 0 {
				o.OutputW = -1
			}
		}
		x = randomArray(rng, 2, 1+rng.IntN(4), 1+rng.IntN(4), 2*o.Groups)
		kernel = randomArray(rng, 1+rng.IntN(4), 1+rng.IntN(4), 3, 2*o.Groups)
		bias = randomArray(rng, 3*o.Groups).Data
		if _, err := ref.Transposed(x, kernel, bias, o); err == nil {
			return x, kernel, bias, o
		}
	}
}

// Stamping, inserting zeros, and the gradient by the input of the convolution that
// is transposed are three ways to the same numbers.
func TestTransposedThreeWays(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 33)) // any fixed seed
	for range 60 {
		x, kernel, _, o := randomTransposed(rng)
		stamped, err := ref.Transposed(x, kernel, nil, o)
		if err != nil {
			t.Fatal(err)
		}
		inserted, err := ref.TransposedByInsertion(x, kernel, nil, o)
		if err != nil || !reflect.DeepEqual(positiveArray(inserted), positiveArray(stamped)) {
			t.Fatalf("%+v: by insertion %v, %v, by stamps %v", o, inserted, err, stamped)
		}
		gradient, _, _, err := ref.CrossCorrelateGrad(ref.NewArray(stamped.Shape...), kernel, x, o.Options)
		if err != nil || !reflect.DeepEqual(positiveArray(gradient), positiveArray(stamped)) {
			t.Fatalf("%+v: as a gradient %v, %v, by stamps %v", o, gradient, err, stamped)
		}
	}
}

// positiveArray turns -0 into 0, which DeepEqual takes for different numbers.
func positiveArray(a ref.Array) ref.Array {
	for i := range a.Data {
		a.Data[i] += 0
	}
	return a
}

// Relationships 8 to 14 of arXiv:1603.07285 by their figures: convolution from i to
// o, transposed from o to i.
func TestTransposedSizes(t *testing.T) {
	for _, c := range []struct{ figure, in, k, s, p, a, out int }{
		{1, 2, 3, 1, 0, 0, 4}, // no padding
		{2, 6, 4, 1, 2, 0, 5}, // padding 2
		{3, 5, 3, 1, 1, 0, 5}, // half padding
		{4, 7, 3, 1, 2, 0, 5}, // full padding
		{5, 2, 3, 2, 0, 0, 5}, // stride 2
		{6, 3, 3, 2, 1, 0, 5}, // padding 1, stride 2
		{7, 3, 3, 2, 1, 1, 6}, // the same with one row and column more
	} {
		o := ref.TransposedOptions{Options: ref.Options{Stride: c.s, Top: c.p, Bottom: c.p, Left: c.p, Right: c.p}, Output: c.a}
		y, err := ref.Transposed(ref.NewArray(1, c.in, c.in, 1), ref.NewArray(c.k, c.k, 1, 1), nil, o)
		if err != nil || !reflect.DeepEqual(y.Shape, []int{1, c.out, c.out, 1}) {
			t.Errorf("%+v: %v, %v", c, y.Shape, err)
		}
	}
}

func TestTransposedGradients(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 34)) // any fixed seed
	for range 4 {
		x, kernel, bias, o := randomTransposed(rng)
		for name, f := range map[string]func(x, k ref.Array, bias []float64, o ref.TransposedOptions) (ref.Array, error){"stamps": ref.Transposed, "insertion": ref.TransposedByInsertion} {
			result := func() (ref.Array, error) { return f(x, kernel, bias, o) }
			y, err := result()
			if err != nil {
				t.Fatal(err)
			}
			grad := randomArray(rng, y.Shape...)
			dx, dk, db, err := ref.TransposedGrad(x, kernel, grad, o)
			if err != nil {
				t.Fatal(err)
			}
			exactSlopes(t, fmt.Sprint(name, o), result, grad, [][]float64{x.Data, kernel.Data, bias}, [][]float64{dx.Data, dk.Data, db})
		}
	}
}

func TestBadTransposed(t *testing.T) {
	x, k, grad := ref.NewArray(1, 3, 3, 4), ref.NewArray(3, 3, 6, 4), ref.NewArray(1, 5, 5, 6)
	for _, c := range []struct {
		x, k ref.Array
		o    ref.TransposedOptions
		want string
	}{
		{ref.NewArray(3, 3, 4), k, ref.TransposedOptions{}, "ref: the input has shape [3 3 4], want 4 axes"},
		{x, ref.NewArray(3, 6, 4), ref.TransposedOptions{}, "ref: the kernel has shape [3 6 4], want 4 axes"},
		{x, ref.NewArray(3, 3, 6, 5), ref.TransposedOptions{}, "ref: the kernel takes 5 channels, the input has 4"},
		{x, k, ref.TransposedOptions{Options: ref.Options{Groups: 3}}, "ref: input channels 4 not divisible by groups 3"},
		{x, k, ref.TransposedOptions{Options: ref.Options{Stride: -1}}, "ref: stride -1 is below 1"},
		{x, k, ref.TransposedOptions{Options: ref.Options{Stride: 2}, Output: 2}, "ref: output padding 2 with stride 2 and dilation 1: use 0 to 1"},
		{x, k, ref.TransposedOptions{Options: ref.Options{Stride: 2}, OutputW: 2}, "ref: output padding 2 with stride 2 and dilation 1: use 0 to 1"},
		{x, k, ref.TransposedOptions{Options: ref.Options{Stride: 2}, OutputW: -2}, "ref: output padding -2 with stride 2 and dilation 1: use 0 to 1"},
		{x, k, ref.TransposedOptions{Options: ref.Options{Stride: 2, StrideW: 1}, Output: 1}, "ref: output padding 1 with stride 1 and dilation 1: use 0 to 0"},
		{x, k, ref.TransposedOptions{Options: ref.Options{Left: 2, Right: 3}}, "ref: padding of 5 cells leaves nothing of the width 5"},
	} {
		_, err := ref.Transposed(c.x, c.k, nil, c.o)
		_, err2 := ref.TransposedByInsertion(c.x, c.k, nil, c.o)
		_, _, _, err3 := ref.TransposedGrad(c.x, c.k, grad, c.o)
		for _, err := range []error{err, err2, err3} {
			if err == nil || err.Error() != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		}
	}
	if _, err := ref.TransposedByInsertion(x, k, []float64{1}, ref.TransposedOptions{}); err == nil || !strings.Contains(err.Error(), "1 biases for 6") {
		t.Errorf("wrong number of biases: %v", err)
	}
}
