package ref_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"cnnbook/cnnlib/ref"
)

// A sequence of five numbers under the kernel [1 10]: each result is a number plus
// ten times the next.
func ExampleCrossCorrelateN() {
	x := ref.Array{Shape: []int{1, 5, 1}, Data: []float64{1, 2, 3, 4, 5}} // [N L C]
	kernel := ref.Array{Shape: []int{2, 1, 1}, Data: []float64{1, 10}}    // [K Cin Cout]
	y, err := ref.CrossCorrelateN(x, kernel, nil, ref.OptionsN{})
	fmt.Println(y.Shape, y.Data, err)
	// Output: [1 4 1] [21 32 43 54] <nil>
}

// A sequence is an image of one row.
func TestSequencesAreImagesOfOneRow(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 30)) // any fixed seed
	for range 40 {
		groups, k := 1+rng.IntN(2), 1+rng.IntN(4)
		stride, dilation, left, right := 1+rng.IntN(3), 1+rng.IntN(2), rng.IntN(5), rng.IntN(5)
		x, kernel := randomArray(rng, 2, 8, 2*groups), randomArray(rng, k, 2, 3*groups)
		got, err := ref.CrossCorrelateN(x, kernel, nil, ref.OptionsN{Stride: stride, Dilation: dilation, Groups: groups, Pads: [][2]int{{left, right}}})
		if err != nil {
			t.Fatal(err)
		}
		want, err := ref.CrossCorrelate(ref.Array{Shape: []int{2, 1, 8, 2 * groups}, Data: x.Data}, ref.Array{Shape: []int{1, k, 2, 3 * groups}, Data: kernel.Data}, nil,
			ref.Options{Stride: stride, Dilation: dilation, Groups: groups, Left: left, Right: right})
		if err != nil || !reflect.DeepEqual(got.Data, want.Data) {
			t.Fatalf("%v, %v, want %v", got, err, want)
		}
	}
}

// A volume of one channel is summed slice by slice: each slice of the kernel over
// the slice of the volume below it, by CrossCorrelate2D, whose values are checked
// by hand.
func TestVolumesAreSumsOfPlanes(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 31)) // any fixed seed
	for range 40 {
		o := ref.Options{Stride: 1 + rng.IntN(2), StrideW: 1 + rng.IntN(3), Dilation: 1 + rng.IntN(2), DilationW: 1 + rng.IntN(2), Top: rng.IntN(3), Bottom: rng.IntN(3), Left: rng.IntN(3), Right: rng.IntN(3)}
		front, back, kd := rng.IntN(4), rng.IntN(3), 1+rng.IntN(3)
		stride, dilation := 1+rng.IntN(3), 1+rng.IntN(2) // of the depth
		volume, kernel := make([][][]float64, 5), make([][][]float64, kd)
		x, k := ref.NewArray(1, 5, 6, 7, 1), ref.NewArray(kd, 2, 3, 1, 1)
		for d := range volume {
			volume[d] = random(rng, 6, 7)
			copyPlane(x.Data[d*6*7:], volume[d])
		}
		for d := range kernel {
			kernel[d] = random(rng, 2, 3)
			copyPlane(k.Data[d*2*3:], kernel[d])
		}
		got, err := ref.CrossCorrelateN(x, k, []float64{7}, ref.OptionsN{Strides: []int{stride, o.Stride, o.StrideW}, Dilations: []int{dilation, o.Dilation, o.DilationW}, Pads: [][2]int{{front, back}, {o.Top, o.Bottom}, {o.Left, o.Right}}})
		if err != nil {
			t.Fatal(err)
		}
		for out := range got.Shape[1] {
			sum := matrixOfZeros(got.Shape[2], got.Shape[3])
			for tap := range kd {
				d := out*stride + tap*dilation - front
				if d < 0 || d >= len(volume) {
					continue
				}
				part, err := ref.CrossCorrelate2D(volume[d], kernel[tap], o)
				if err != nil {
					t.Fatal(err)
				}
				sum = zip(sum, part, func(a, b float64) float64 { return a + b })
			}
			for r, row := range sum {
				for c, v := range row {
					if got.At(0, out, r, c, 0) != v+7 { // 7: the bias
						t.Fatalf("%+v: cell [%d %d %d] is %v, want %v", o, out, r, c, got.At(0, out, r, c, 0), v+7)
					}
				}
			}
		}
	}
}

func copyPlane(to []float64, plane [][]float64) {
	for r, row := range plane {
		copy(to[r*len(row):], row)
	}
}

// exactSlopes compares gradients with central differences of L = Σ grad·y. The
// result is linear in each of the parts, so that with whole numbers and a step of
// 1 the two are equal exactly.
func exactSlopes(t *testing.T, name string, result func() (ref.Array, error), grad ref.Array, parts, slopes [][]float64) {
	t.Helper()
	loss := func() float64 {
		y, err := result()
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for i, g := range grad.Data {
			sum += g * y.Data[i]
		}
		return sum
	}
	for p, values := range parts {
		if len(slopes[p]) != len(values) {
			t.Fatalf("%s: part %d has %d derivatives for %d values", name, p, len(slopes[p]), len(values))
		}
		for i, v := range values {
			values[i] = v + 1
			up := loss()
			values[i] = v - 1
			down := loss()
			values[i] = v
			if want := (up - down) / 2; slopes[p][i] != want {
				t.Fatalf("%s: derivative by value %d of part %d is %v, want %v", name, i, p, slopes[p][i], want)
			}
		}
	}
}

func TestGradientsAlongAnyAxes(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 32)) // any fixed seed
	for _, c := range []struct {
		in, kernel []int
		o          ref.OptionsN
	}{
		{[]int{2, 9, 4}, []int{3, 2, 4}, ref.OptionsN{Stride: 2, Dilation: 2, Groups: 2, Pads: [][2]int{{5, 1}}}},
		{[]int{1, 6, 2}, []int{4, 2, 3}, ref.OptionsN{}},
		{[]int{1, 4, 3, 4, 2}, []int{2, 3, 1, 1, 4}, ref.OptionsN{Stride: 2, Groups: 2, Pads: [][2]int{{3, 0}, {0, 1}, {1, 2}}}},
	} {
		x, k, bias := randomArray(rng, c.in...), randomArray(rng, c.kernel...), randomArray(rng, c.kernel[len(c.kernel)-1]).Data
		result := func() (ref.Array, error) { return ref.CrossCorrelateN(x, k, bias, c.o) }
		y, err := result()
		if err != nil {
			t.Fatal(err)
		}
		grad := randomArray(rng, y.Shape...)
		dx, dk, db, err := ref.CrossCorrelateNGrad(x, k, grad, c.o)
		if err != nil {
			t.Fatal(err)
		}
		exactSlopes(t, fmt.Sprint(c), result, grad, [][]float64{x.Data, k.Data, bias}, [][]float64{dx.Data, dk.Data, db})
	}
}

func TestBadOptionsN(t *testing.T) {
	x, k := ref.NewArray(1, 5, 4), ref.NewArray(3, 4, 6)
	for _, c := range []struct {
		x, k ref.Array
		o    ref.OptionsN
		want string
	}{
		{ref.NewArray(5, 4), k, ref.OptionsN{}, "ref: the input has shape [5 4], want at least 3 axes"},
		{x, ref.NewArray(3, 3, 4, 6), ref.OptionsN{}, "ref: the kernel has shape [3 3 4 6], want 3 axes"},
		{x, k, ref.OptionsN{Pads: [][2]int{{0, 0}, {0, 0}}}, "ref: 2 pairs of padding for 1 axes"},
		{x, k, ref.OptionsN{Pads: [][2]int{{2, -1}}}, "ref: padding 2 and -1 of axis 0: want 0 or more"},
		{x, k, ref.OptionsN{Groups: -2}, "ref: groups -2 is below 1"},
		{x, k, ref.OptionsN{Dilation: 3}, "ref: kernel length 7 does not fit into 5"},
		{ref.NewArray(1, 2, 9, 9, 1), ref.NewArray(3, 1, 1, 1, 1), ref.OptionsN{}, "ref: kernel depth 3 does not fit into 2"},
	} {
		_, err := ref.CrossCorrelateN(c.x, c.k, nil, c.o)
		_, _, _, gradErr := ref.CrossCorrelateNGrad(c.x, c.k, ref.NewArray(1, 3, 6), c.o)
		for _, err := range []error{err, gradErr} {
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		}
	}
}
