package train

import (
	"math"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	_ "github.com/gomlx/compute/gobackend"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/random"
)

// augmented returns n copies of a picture [h w], changed, and the uniform numbers
// of the given names that were drawn for each.
func augmented(t *testing.T, a Augment, n, h, w int, picture []float64, names ...string) (pictures [][]float64, drawn map[string][]float64) {
	t.Helper()
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		t.Fatal(err)
	}
	defer backend.Finalize()
	var all []float64
	for range n {
		all = append(all, picture...)
	}
	store := model.NewStore()
	results, err := model.CallOnceN(backend, store, func(s *model.Scope, in []*graph.Node) []*graph.Node {
		out := []*graph.Node{a.build(s, in[0])}
		for _, name := range names {
			out = append(out, random.Uniform(s.At("augment"), in[0].Graph(), name, shapes.Make(dtypes.Float64, n)))
		}
		return out
	}, tensors.FromFlatDataAndDimensions(all, n, h, w, 1))
	if err != nil {
		t.Fatal(err)
	}
	flat := func(t *tensors.Tensor) (values []float64) {
		_ = t.ConstFlatData(func(data any) { values = append(values, data.([]float64)...) })
		return values
	}
	values := flat(results[0])
	for i := range n {
		pictures = append(pictures, values[i*h*w:(i+1)*h*w])
	}
	drawn = map[string][]float64{}
	for i, name := range names {
		drawn[name] = flat(results[1+i])
	}
	return pictures, drawn
}

// numbered returns a picture whose cells are all different and not 0.
func numbered(h, w int) []float64 {
	picture := make([]float64, h*w)
	for i := range picture {
		picture[i] = float64(i + 1)
	}
	return picture
}

func TestShiftFlipErase(t *testing.T) {
	const n, h, w, shift, erase = 200, 6, 5, 2, 3
	picture := numbered(h, w)
	for _, a := range []Augment{{Shift: shift}, {Flip: true}, {Erase: erase}, {Shift: shift, Flip: true, Erase: erase}} {
		got, drawn := augmented(t, a, n, h, w, picture, "rows", "columns", "flip", "erase rows", "erase columns")
		seen := map[[2]int]bool{}
		for i := range n {
			down, right := 0, 0
			if a.Shift > 0 {
				down = int(math.Floor(drawn["rows"][i]*5)) - shift // 5 places from -2 to 2
				right = int(math.Floor(drawn["columns"][i]*5)) - shift
			}
			seen[[2]int{down, right}] = true
			top, left := int(drawn["erase rows"][i]*h)-erase/2, int(drawn["erase columns"][i]*w)-erase/2
			for r := range h {
				for c := range w {
					want := 0.0
					from := c
					if a.Flip && drawn["flip"][i] < 0.5 {
						from = w - 1 - c
					}
					if y, x := r+down, from+right; y >= 0 && y < h && x >= 0 && x < w {
						want = picture[y*w+x]
					}
					if a.Erase > 0 && r >= top && r < top+erase && c >= left && c < left+erase {
						want = 0
					}
					if math.Abs(got[i][r*w+c]-want) > 1e-12 { // float64; whole numbers up to 30
						t.Fatalf("%+v, picture %d, row %d, column %d: %v, want %v", a, i, r, c, got[i][r*w+c], want)
					}
				}
			}
		}
		if a.Shift > 0 && len(seen) != 25 { // 200 draws miss one of 25 places with a chance of 25·(24/25)^200 = 0.7 %; the seed is fixed
			t.Errorf("%+v: %d of 25 shifts in %d pictures", a, len(seen), n)
		}
	}
}

// A turn by three shears keeps the centre of mass of a spot at its distance from the
// centre of the picture and moves it by the angle.
func TestRotate(t *testing.T) {
	const n, side = 50, 21
	picture := make([]float64, side*side)
	for r := -1; r <= 1; r++ { // a spot of 3×3 cells, 6 to the right of the centre
		for c := -1; c <= 1; c++ {
			picture[(10+r)*side+16+c] = 1
		}
	}
	got, drawn := augmented(t, Augment{Rotate: 30}, n, side, side, picture, "angle")
	for i := range n {
		mass, x, y := 0.0, 0.0, 0.0
		for r := range side {
			for c := range side {
				v := got[i][r*side+c]
				mass += v
				x += v * float64(c-10)
				y += v * float64(r-10)
			}
		}
		angle := (2*drawn["angle"][i] - 1) * math.Pi / 6
		// Linear interpolation keeps sums and, on lines of whole cells, centres exactly;
		// between lines a shear by fractions errs by less than half a cell.
		if math.Abs(mass-9) > 1e-9 {
			t.Fatalf("picture %d: the values sum to %v, want 9", i, mass)
		}
		x, y = x/mass, y/mass
		// The source of a cell lies angle further on, so the picture turns back by it.
		if turned := math.Atan2(y, x); math.Abs(math.Hypot(x, y)-6) > 0.5 || math.Abs(turned+angle) > 0.5/6 {
			t.Errorf("picture %d: the spot is at %v, %v, want it 6 from the centre, turned by %v", i, x, y, -angle)
		}
	}
}

func TestNoAugmentChangesNothing(t *testing.T) {
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		t.Fatal(err)
	}
	defer backend.Finalize()
	if _, err := graph.CallOnce(backend, func(x *graph.Node) *graph.Node {
		if (Augment{}).build(nil, x) != x {
			t.Error("the zero value changes the graph")
		}
		return x
	}, []float32{1}); err != nil {
		t.Fatal(err)
	}
}
