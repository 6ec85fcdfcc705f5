package ref_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"cnnbook/cnnlib/ref"
)

// Two cells become four: repeated, or with the quarters between them.
func ExampleUpsampleBilinear() {
	x, err := ref.FromPlane([][]float64{{1, 2}})
	if err != nil {
		fmt.Println(err)
		return
	}
	near, err := ref.UpsampleNearest(x, 2, 2)
	fmt.Println(near.Data[:4], err)
	linear, err := ref.UpsampleBilinear(x, 2, 2)
	fmt.Println(linear.Data[:4], err)
	// Output:
	// [1 1 2 2] <nil>
	// [1 1.25 1.75 2] <nil>
}

// Four channels of one cell become one channel of four cells.
func ExamplePixelShuffle() {
	x := ref.Array{Shape: []int{1, 1, 1, 4}, Data: []float64{1, 2, 3, 4}}
	y, err := ref.PixelShuffle(x, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(y.Plane(0, 0))
	back, err := ref.PixelUnshuffle(y, 2)
	fmt.Println(back.Data, err)
	// Output:
	// [[1 2] [3 4]] <nil>
	// [1 2 3 4] <nil>
}

func TestUpsampleBilinear(t *testing.T) {
	x, err := ref.FromPlane([][]float64{{1, 2}, {3, 4}})
	if err != nil {
		t.Fatal(err)
	}
	for r, want := range map[int][][]float64{
		1: {{1, 2}, {3, 4}},
		// The middles lie at -¼, ¼, ¾ and 1¼ of the input, the outer two beyond it. Row
		// by row x is 1 + column + 2·row, which interpolation keeps.
		2: {{1, 1.25, 1.75, 2}, {1.5, 1.75, 2.25, 2.5}, {2.5, 2.75, 3.25, 3.5}, {3, 3.25, 3.75, 4}},
		4: { // at -3/8, -1/8, 1/8 … 1 3/8
			{1, 1, 1.125, 1.375, 1.625, 1.875, 2, 2}, {1, 1, 1.125, 1.375, 1.625, 1.875, 2, 2},
			{1.25, 1.25, 1.375, 1.625, 1.875, 2.125, 2.25, 2.25}, {1.75, 1.75, 1.875, 2.125, 2.375, 2.625, 2.75, 2.75},
			{2.25, 2.25, 2.375, 2.625, 2.875, 3.125, 3.25, 3.25}, {2.75, 2.75, 2.875, 3.125, 3.375, 3.625, 3.75, 3.75},
			{3, 3, 3.125, 3.375, 3.625, 3.875, 4, 4}, {3, 3, 3.125, 3.375, 3.625, 3.875, 4, 4},
		},
	} {
		y, err := ref.UpsampleBilinear(x, r, r)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := y.Plane(0, 0); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("factor %d: %v, %v, want %v", r, got, err, want)
		}
	}
}

// Section 5.21: repeating is the Kronecker product with ones.
func TestUpsampleNearestIsKron(t *testing.T) {
	x := randomArray(rand.New(rand.NewPCG(5, 21)), 2, 3, 4, 2)
	const r, rw = 3, 2
	y, err := ref.UpsampleNearest(x, r, rw)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 2 {
		for row := range 3 * r {
			for col := range 4 * rw {
				for c := range 2 {
					if got, want := y.At(n, row, col, c), x.At(n, row/r, col/rw, c); got != want {
						t.Fatalf("cell %v is %v, want %v", []int{n, row, col, c}, got, want)
					}
				}
			}
		}
	}
}

// The maps are linear: the derivative by cell i is Σ grad·y for the input that is 1
// there and 0 elsewhere. Factor 2 and whole numbers leave no rounding.
func TestResizeGradientsAreTransposes(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 22))
	for _, c := range []struct {
		name     string
		channels int // of the input, for one of the output
		rw       int // factor of the columns
		forward  func(x ref.Array, r, rw int) (ref.Array, error)
		back     func(shape []int, grad ref.Array, r, rw int) (ref.Array, error)
	}{
		{"nearest", 1, 2, ref.UpsampleNearest, ref.UpsampleNearestGrad},
		{"bilinear", 1, 2, ref.UpsampleBilinear, ref.UpsampleBilinearGrad},
		{"nearest, 2 × 3", 1, 3, ref.UpsampleNearest, ref.UpsampleNearestGrad},
		{"bilinear, 2 × 4", 1, 4, ref.UpsampleBilinear, ref.UpsampleBilinearGrad},
		{"shuffle", 4, 2, func(x ref.Array, r, _ int) (ref.Array, error) { return ref.PixelShuffle(x, r) },
			func(_ []int, grad ref.Array, r, _ int) (ref.Array, error) { return ref.PixelUnshuffle(grad, r) }},
	} {
		const r = 2
		shape := []int{2, 3, 1, 2 * c.channels}
		grad := randomArray(rng, 2, 3*r, c.rw, 2)
		dx, err := c.back(shape, grad, r, c.rw)
		if err != nil || !reflect.DeepEqual(dx.Shape, shape) {
			t.Fatalf("%s: %v, %v, want the shape %v", c.name, dx.Shape, err, shape)
		}
		x := ref.NewArray(shape...)
		for i := range x.Data {
			x.Data[i] = 1
			y, err := c.forward(x, r, c.rw)
			x.Data[i] = 0
			if err != nil {
				t.Fatal(err)
			}
			want := 0.0
			for j, g := range grad.Data {
				want += g * y.Data[j]
			}
			if dx.Data[i] != want {
				t.Errorf("%s: derivative by cell %d is %v, want %v", c.name, i, dx.Data[i], want)
			}
		}
	}
}

func TestResizeRefuses(t *testing.T) {
	x := ref.NewArray(1, 3, 3, 4)
	for name, f := range map[string]func() (ref.Array, error){
		"factor 0":                    func() (ref.Array, error) { return ref.UpsampleNearest(x, 2, 0) },
		"three axes":                  func() (ref.Array, error) { return ref.UpsampleBilinear(ref.NewArray(3, 3, 1), 2, 2) },
		"another gradient":            func() (ref.Array, error) { return ref.UpsampleBilinearGrad(x.Shape, x, 2, 2) },
		"shuffle by 0":                func() (ref.Array, error) { return ref.PixelShuffle(x, 0) },
		"shuffle of 4 channels by 3":  func() (ref.Array, error) { return ref.PixelShuffle(x, 3) },
		"unshuffle by 0":              func() (ref.Array, error) { return ref.PixelUnshuffle(x, 0) },
		"unshuffle of 3×3 cells by 2": func() (ref.Array, error) { return ref.PixelUnshuffle(x, 2) },
	} {
		if y, err := f(); err == nil {
			t.Errorf("%s was taken: %v", name, y.Shape)
		}
	}
}
