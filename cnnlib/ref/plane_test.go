package ref_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"cnnbook/cnnlib/ref"
)

// Section 5.2 of the book: its 6×6 image and its filter for vertical edges.
var (
	bookImage = [][]float64{
		{3, 0, 1, 2, 7, 4},
		{1, 5, 8, 9, 3, 1},
		{2, 7, 2, 5, 1, 3},
		{0, 1, 3, 1, 7, 8},
		{4, 2, 1, 6, 2, 8},
		{2, 4, 5, 2, 3, 9},
	}
	vertical = [][]float64{{1, 0, -1}, {1, 0, -1}, {1, 0, -1}}
	halves   = [][]float64{
		{10, 10, 10, 0, 0, 0},
		{10, 10, 10, 0, 0, 0},
		{10, 10, 10, 0, 0, 0},
		{10, 10, 10, 0, 0, 0},
		{10, 10, 10, 0, 0, 0},
		{10, 10, 10, 0, 0, 0},
	}
	// Section 5.17: the kernel of the 3×3 example.
	steps       = [][]float64{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}
	stepsKernel = [][]float64{{-1, -2, -1}, {0, 0, 0}, {1, 2, 1}}
	around      = ref.Options{Top: 1, Bottom: 1, Left: 1, Right: 1}
)

func TestChapterValues(t *testing.T) {
	for _, c := range []struct {
		name      string
		f         func(x, k [][]float64, o ref.Options) ([][]float64, error)
		x, kernel [][]float64
		o         ref.Options
		want      [][]float64
	}{
		{"5.2 image", ref.CrossCorrelate2D, bookImage, vertical, ref.Options{}, [][]float64{{-5, -4, 0, 8}, {-10, -2, 2, 3}, {0, -2, -4, -7}, {-3, -2, -3, -16}}},
		{"5.2 image, true convolution", ref.Convolve2D, bookImage, vertical, ref.Options{}, [][]float64{{5, 4, 0, -8}, {10, 2, -2, -3}, {0, 2, 4, 7}, {3, 2, 3, 16}}},
		{"5.2 halves", ref.CrossCorrelate2D, halves, vertical, ref.Options{}, [][]float64{{0, 30, 30, 0}, {0, 30, 30, 0}, {0, 30, 30, 0}, {0, 30, 30, 0}}},
		{"5.2 halves under the horizontal filter", ref.CrossCorrelate2D, halves, ref.Rotate90(vertical), ref.Options{}, [][]float64{{0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}}},
		{"5.2 halves, true convolution", ref.Convolve2D, halves, vertical, ref.Options{}, [][]float64{{0, -30, -30, 0}, {0, -30, -30, 0}, {0, -30, -30, 0}, {0, -30, -30, 0}}},
		{"5.17 same, true convolution", ref.Convolve2D, steps, stepsKernel, around, [][]float64{{-13, -20, -17}, {-18, -24, -18}, {13, 20, 17}}},
		{"5.17 same, not turned", ref.CrossCorrelate2D, steps, stepsKernel, around, [][]float64{{13, 20, 17}, {18, 24, 18}, {-13, -20, -17}}},
		{"5.17 binary image under the X",
			ref.CrossCorrelate2D,
			[][]float64{{1, 1, 1, 0, 0}, {0, 1, 1, 1, 0}, {0, 0, 1, 1, 1}, {0, 0, 1, 1, 0}, {0, 1, 1, 0, 0}},
			[][]float64{{1, 0, 1}, {0, 1, 0}, {1, 0, 1}}, ref.Options{},
			[][]float64{{4, 3, 4}, {2, 4, 3}, {2, 3, 4}}},
		// The emboss pixel of 5.17: −8 as drawn, +8 by the 180° rule of the same section.
		{"5.17 emboss", ref.CrossCorrelate2D, [][]float64{{0, 0, 0}, {0, 1, 1}, {0, 1, 2}}, [][]float64{{4, 0, 0}, {0, 0, 0}, {0, 0, -4}}, ref.Options{}, [][]float64{{-8}}},
		{"5.17 emboss, true convolution", ref.Convolve2D, [][]float64{{0, 0, 0}, {0, 1, 1}, {0, 1, 2}}, [][]float64{{4, 0, 0}, {0, 0, 0}, {0, 0, -4}}, ref.Options{}, [][]float64{{8}}},
		// By hand: columns 0 and 2 of rows 0 and 2, then of rows 2 and 4, with taps two apart.
		{"stride 2 and dilation 2", ref.CrossCorrelate2D, bookImage, [][]float64{{1, 10}, {100, 1000}}, ref.Options{Stride: 2, Dilation: 2},
			[][]float64{{3 + 10 + 200 + 2000, 1 + 70 + 200 + 1000}, {2 + 20 + 400 + 1000, 2 + 10 + 100 + 2000}}},
	} {
		got, err := c.f(c.x, c.kernel, c.o)
		if err != nil || !reflect.DeepEqual(positive(got), c.want) {
			t.Errorf("%s: %v, %v, want %v", c.name, got, err, c.want)
		}
	}
}

// positive turns -0 into 0, which DeepEqual takes for different numbers.
func positive(m [][]float64) [][]float64 {
	for _, row := range m {
		for c := range row {
			row[c] += 0
		}
	}
	return m
}

func TestRotations(t *testing.T) {
	m := [][]float64{{1, 2, 3}, {4, 5, 6}}
	for _, c := range []struct {
		name      string
		got, want [][]float64
	}{
		{"clockwise", ref.Rotate90(m), [][]float64{{4, 1}, {5, 2}, {6, 3}}},
		{"counter-clockwise", ref.Rotate90Counter(m), [][]float64{{3, 6}, {2, 5}, {1, 4}}},
		{"half a turn", ref.Rotate180(m), [][]float64{{6, 5, 4}, {3, 2, 1}}},
		{"two quarters", ref.Rotate90(ref.Rotate90(m)), ref.Rotate180(m)},
		{"there and back", ref.Rotate90Counter(ref.Rotate90(m)), m},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
}

// random returns whole numbers from -9 to 9: their sums of products are exact, so
// the properties below hold without a tolerance.
func random(rng *rand.Rand, h, w int) [][]float64 {
	m := make([][]float64, h)
	for r := range m {
		m[r] = make([]float64, w)
		for c := range m[r] {
			m[r][c] = float64(rng.IntN(19) - 9)
		}
	}
	return m
}

func TestProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 2)) // any fixed seed
	for range 200 {
		h, w, kh, kw := 5+rng.IntN(4), 5+rng.IntN(4), 1+rng.IntN(3), 1+rng.IntN(3)
		o := ref.Options{Stride: 1 + rng.IntN(3), Dilation: 1 + rng.IntN(2), Top: rng.IntN(4), Bottom: rng.IntN(4), Left: rng.IntN(4), Right: rng.IntN(4)}
		x, y, k := random(rng, h, w), random(rng, h, w), random(rng, kh, kw)
		do := func(x [][]float64) [][]float64 {
			t.Helper()
			out, err := ref.CrossCorrelate2D(x, k, o)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}

		// Linear: the result of 2x + 3y is twice that of x and three times that of y.
		mix := zip(x, y, func(a, b float64) float64 { return 2*a + 3*b })
		if got, want := do(mix), zip(do(x), do(y), func(a, b float64) float64 { return 2*a + 3*b }); !reflect.DeepEqual(positive(got), positive(want)) {
			t.Fatalf("not linear with %+v: %v, want %v", o, got, want)
		}

		// True convolution is cross-correlation with the kernel turned, and the other way round.
		conv, err := ref.Convolve2D(x, ref.Rotate180(k), o)
		if err != nil || !reflect.DeepEqual(conv, do(x)) {
			t.Fatalf("convolution with the turned kernel: %v, %v, want %v", conv, err, do(x))
		}

		// Shift: one row of zeros above the input, `stride` times, moves the result down by one row.
		shifted := append(matrixOfZeros(o.Stride, w), x...)
		below := do(shifted)
		for r, row := range do(x) {
			if !reflect.DeepEqual(positive(below[r+1:][:1]), positive([][]float64{row})) {
				t.Fatalf("shift with %+v: row %d is %v, want %v", o, r+1, below[r+1], row)
			}
		}
	}
}

// Strides and dilations of their own for rows and columns: a stride leaves results out, a
// dilation puts zeros between the taps.
func TestEachAxisHasItsStrideAndDilation(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 3)) // any fixed seed
	for range 100 {
		x, k := random(rng, 7+rng.IntN(3), 7+rng.IntN(3)), random(rng, 1+rng.IntN(3), 1+rng.IntN(3))
		o := ref.Options{Stride: 1 + rng.IntN(3), StrideW: 1 + rng.IntN(3), Dilation: 1 + rng.IntN(3), DilationW: 1 + rng.IntN(3), Top: rng.IntN(3), Right: rng.IntN(3)}
		got, err := ref.CrossCorrelate2D(x, k, o)
		if err != nil {
			t.Fatal(err)
		}
		wide := matrixOfZeros((len(k)-1)*o.Dilation+1, (len(k[0])-1)*o.DilationW+1)
		for r, row := range k {
			for c, v := range row {
				wide[r*o.Dilation][c*o.DilationW] = v
			}
		}
		all, err := ref.CrossCorrelate2D(x, wide, ref.Options{Top: o.Top, Right: o.Right})
		if err != nil {
			t.Fatal(err)
		}
		var want [][]float64
		for r := 0; r < len(all); r += o.Stride {
			var row []float64
			for c := 0; c < len(all[r]); c += o.StrideW {
				row = append(row, all[r][c])
			}
			want = append(want, row)
		}
		if !reflect.DeepEqual(positive(got), positive(want)) {
			t.Fatalf("%+v: %v, want %v", o, got, want)
		}
	}
}

func zip(a, b [][]float64, f func(a, b float64) float64) [][]float64 {
	out := make([][]float64, len(a))
	for r := range a {
		out[r] = make([]float64, len(a[r]))
		for c := range a[r] {
			out[r][c] = f(a[r][c], b[r][c])
		}
	}
	return out
}

func matrixOfZeros(h, w int) [][]float64 {
	m := make([][]float64, h)
	for r := range m {
		m[r] = make([]float64, w)
	}
	return m
}

func TestBadPlanes(t *testing.T) {
	for _, c := range []struct {
		name      string
		x, kernel [][]float64
		o         ref.Options
		want      []string
	}{
		{"no input", nil, vertical, ref.Options{}, []string{"input is empty"}},
		{"no kernel", halves, [][]float64{{}}, ref.Options{}, []string{"kernel is empty"}},
		{"ragged input", [][]float64{{1, 2}, {3}}, vertical, ref.Options{}, []string{"row 1", "1 numbers", "2"}},
		{"ragged kernel", halves, [][]float64{{1, 2}, {3}}, ref.Options{}, []string{"row 1 of the kernel"}},
		{"kernel too high", [][]float64{{1, 2, 3}}, vertical, ref.Options{}, []string{"height 3", "into 1"}},
		{"kernel too wide", [][]float64{{1}, {2}, {3}}, vertical, ref.Options{}, []string{"width 3", "into 1"}},
		{"dilated too far", halves, vertical, ref.Options{Dilation: 3}, []string{"height 7", "into 6"}},
		{"negative stride", halves, vertical, ref.Options{Stride: -1}, []string{"stride -1", "1"}},
		{"negative stride of the columns", halves, vertical, ref.Options{StrideW: -1}, []string{"stride -1 and dilation 1 of the columns"}},
		{"negative padding", halves, vertical, ref.Options{Left: -1}, []string{"left padding -1", "0"}},
		{"groups", halves, vertical, ref.Options{Groups: 2}, []string{"groups 2", "1 channel"}},
	} {
		for name, f := range map[string]func(x, k [][]float64, o ref.Options) ([][]float64, error){"CrossCorrelate2D": ref.CrossCorrelate2D, "Convolve2D": ref.Convolve2D} {
			_, err := f(c.x, c.kernel, c.o)
			if err == nil {
				t.Errorf("%s, %s: no error", c.name, name)
				continue
			}
			for _, w := range append(c.want, "ref: ") {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%s, %s: %q does not say %q", c.name, name, err, w)
				}
			}
		}
	}
}

func TestNaNIsNotHidden(t *testing.T) {
	got, err := ref.CrossCorrelate2D([][]float64{{math.NaN()}}, [][]float64{{0}}, ref.Options{})
	if err != nil || !math.IsNaN(got[0][0]) {
		t.Errorf("0·NaN = %v, %v, want NaN", got, err)
	}
}
