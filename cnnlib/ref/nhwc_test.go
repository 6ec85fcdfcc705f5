package ref_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"cnnbook/cnnlib/ref"
)

func randomArray(rng *rand.Rand, shape ...int) ref.Array {
	a := ref.NewArray(shape...)
	for i := range a.Data {
		a.Data[i] = float64(rng.IntN(19) - 9)
	}
	return a
}

// kernelPlane cuts one [KH KW] matrix out of a kernel.
func kernelPlane(k ref.Array, in, out int) [][]float64 {
	m := make([][]float64, k.Shape[0])
	for i := range m {
		m[i] = make([]float64, k.Shape[1])
		for j := range m[i] {
			m[i][j] = k.At(i, j, in, out)
		}
	}
	return m
}

// With channels, every out channel is the sum of plane-by-plane results, plus its
// bias. This is written here with CrossCorrelate2D, whose values are checked by hand.
func TestChannelsAreSumsOfPlanes(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 4))
	for range 60 {
		groups, perGroup := 1+rng.IntN(3), 1+rng.IntN(2)
		cin, cout := groups*perGroup, groups*(1+rng.IntN(2))
		o := ref.Options{Stride: 1 + rng.IntN(2), Dilation: 1 + rng.IntN(2), Top: rng.IntN(3), Bottom: rng.IntN(3), Left: rng.IntN(3), Right: rng.IntN(3)}
		x := randomArray(rng, 2, 6, 7, cin)
		k := randomArray(rng, 1+rng.IntN(3), 1+rng.IntN(3), perGroup, cout)
		bias := randomArray(rng, cout).Data
		grouped := o
		grouped.Groups = groups
		got, err := ref.CrossCorrelate(x, k, bias, grouped)
		if err != nil {
			t.Fatal(err)
		}
		for n := range 2 {
			for out := range cout {
				first := out / (cout / groups) * perGroup // the first in channel of this group
				var want [][]float64
				for ch := range perGroup {
					plane, err := x.Plane(n, first+ch)
					if err != nil {
						t.Fatal(err)
					}
					part, err := ref.CrossCorrelate2D(plane, kernelPlane(k, ch, out), o)
					if err != nil {
						t.Fatal(err)
					}
					if want == nil {
						want = matrixOfZeros(len(part), len(part[0]))
					}
					want = zip(want, part, func(a, b float64) float64 { return a + b })
				}
				want = zip(want, want, func(a, _ float64) float64 { return a + bias[out] })
				plane, err := got.Plane(n, out)
				if err != nil || !reflect.DeepEqual(positive(plane), positive(want)) {
					t.Fatalf("groups %d, %+v: channel %d is %v, %v, want %v", groups, o, out, plane, err, want)
				}
			}
		}
	}
}

// Central differences. The result is linear in the input and in the kernel, so
// (L(v+h)-L(v-h))/2h has no error but rounding, whatever h; with whole numbers and
// h = 1 there is none at all and equality is exact.
func TestGradientsEqualCentralDifferences(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 21))
	for range 12 {
		groups := 1 + rng.IntN(2)
		o := ref.Options{Stride: 1 + rng.IntN(3), Dilation: 1 + rng.IntN(2), Groups: groups, Top: rng.IntN(4), Bottom: rng.IntN(3), Left: rng.IntN(3), Right: rng.IntN(4)}
		if rng.IntN(2) == 1 { // another setting of the columns
			o.StrideW, o.DilationW = 1+rng.IntN(3), 1+rng.IntN(2)
		}
		x := randomArray(rng, 2, 5, 6, 2*groups)
		k := randomArray(rng, 1+rng.IntN(3), 1+rng.IntN(3), 2, 2*groups)
		bias := randomArray(rng, 2*groups).Data
		y, err := ref.CrossCorrelate(x, k, bias, o)
		if err != nil {
			t.Fatal(err)
		}
		grad := randomArray(rng, y.Shape...)
		dx, dk, db, err := ref.CrossCorrelateGrad(x, k, grad, o)
		if err != nil {
			t.Fatal(err)
		}
		loss := func() float64 { // L = Σ grad·y, whose derivative by y is grad
			y, err := ref.CrossCorrelate(x, k, bias, o)
			if err != nil {
				t.Fatal(err)
			}
			sum := 0.0
			for i, g := range grad.Data {
				sum += g * y.Data[i]
			}
			return sum
		}
		for _, part := range []struct {
			name   string
			values []float64
			slopes []float64
		}{{"input", x.Data, dx.Data}, {"kernel", k.Data, dk.Data}, {"bias", bias, db}} {
			for i, v := range part.values {
				part.values[i] = v + 1
				up := loss()
				part.values[i] = v - 1
				down := loss()
				part.values[i] = v
				if want := (up - down) / 2; part.slopes[i] != want {
					t.Fatalf("%+v: derivative by %s %d is %v, want %v", o, part.name, i, part.slopes[i], want)
				}
			}
		}
	}
}

func TestArray(t *testing.T) {
	a, err := ref.FromPlane(bookImage)
	if err != nil || !reflect.DeepEqual(a.Shape, []int{1, 6, 6, 1}) || a.At(0, 1, 2, 0) != 8 {
		t.Fatalf("FromPlane: %v, %v", a, err)
	}
	a.Set(math.Pi, 0, 5, 5, 0)
	if m, err := a.Plane(0, 0); err != nil || m[5][5] != math.Pi || m[0][4] != 7 {
		t.Errorf("Plane: %v, %v", m, err)
	}
	if _, err := a.Plane(1, 0); err == nil || !strings.Contains(err.Error(), "image 1") {
		t.Errorf("Plane(1, 0) of one image: %v", err)
	}
	for name, f := range map[string]func(){
		"outside the shape":  func() { a.At(0, 6, 0, 0) },
		"3 indices for an a": func() { a.At(0, 6, 0) },
	} {
		func() {
			defer func() {
				if msg, _ := recover().(string); !strings.Contains(msg, name) {
					t.Errorf("panic %q, want %q", msg, name)
				}
			}()
			f()
		}()
	}
}

func TestBadArrays(t *testing.T) {
	x, k := ref.NewArray(1, 5, 5, 4), ref.NewArray(3, 3, 4, 6)
	y := ref.NewArray(1, 3, 3, 6)
	for _, c := range []struct {
		name    string
		x, k, g ref.Array
		bias    []float64
		o       ref.Options
		want    []string
	}{
		{"rank", ref.NewArray(5, 5, 4), k, y, nil, ref.Options{}, []string{"input", "[5 5 4]", "4 axes"}},
		{"too few numbers", ref.Array{Shape: []int{1, 5, 5, 4}, Data: make([]float64, 3)}, k, y, nil, ref.Options{}, []string{"3 numbers", "100"}},
		{"empty axis", x, ref.NewArray(3, 0, 4, 6), y, nil, ref.Options{}, []string{"kernel", "at least 1"}},
		{"channels", ref.NewArray(1, 5, 5, 3), k, y, nil, ref.Options{}, []string{"4 channels", "3 channels"}},
		{"groups of the output", x, ref.NewArray(3, 3, 1, 6), y, nil, ref.Options{Groups: 4}, []string{"6", "4"}},
		{"kernel too large", x, ref.NewArray(6, 3, 4, 6), y, nil, ref.Options{}, []string{"6", "5"}},
		{"options", x, k, y, nil, ref.Options{Dilation: -1}, []string{"dilation -1"}},
	} {
		_, err := ref.CrossCorrelate(c.x, c.k, c.bias, c.o)
		_, _, _, gradErr := ref.CrossCorrelateGrad(c.x, c.k, c.g, c.o)
		for _, err := range []error{err, gradErr} {
			if err == nil {
				t.Errorf("%s: no error", c.name)
				continue
			}
			for _, w := range append(c.want, "ref: ") {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%s: %q does not say %q", c.name, err, w)
				}
			}
		}
	}
	if _, err := ref.CrossCorrelate(x, k, []float64{1}, ref.Options{}); err == nil || !strings.Contains(err.Error(), "1 biases for 6") {
		t.Errorf("wrong number of biases: %v", err)
	}
	if _, _, _, err := ref.CrossCorrelateGrad(x, k, ref.NewArray(1, 3, 4, 6), ref.Options{}); err == nil || !strings.Contains(err.Error(), "[1 3 4 6]") {
		t.Errorf("wrong shape of the gradient: %v", err)
	}
}
