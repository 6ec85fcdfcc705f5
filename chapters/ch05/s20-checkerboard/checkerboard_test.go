package checkerboard

import (
	"math"
	"testing"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/ref"
	"cnnbook/internal/purego"
)

// TestSpectrum: powers of pictures whose transform is known by hand.
func TestSpectrum(t *testing.T) {
	const h, w = 6, 8
	for name, c := range map[string]struct {
		cell func(i, j int) float64
		u, v int     // where the power besides the mean is
		mean float64 // power of the mean
		wave float64 // power at (u, v)
	}{
		"even":         {func(int, int) float64 { return 3 }, 0, 0, 9, 9},
		"columns":      {func(_, j int) float64 { return float64(j % 2) }, 0, w / 2, 0.25, 0.25},
		"checkerboard": {func(i, j int) float64 { return float64((i + j) % 2) }, h / 2, w / 2, 0.25, 0.25},
	} {
		m := make([][]float64, h)
		for i := range m {
			for j := range w {
				m[i] = append(m[i], c.cell(i, j))
			}
		}
		p, err := Spectrum(m)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, row := range p {
			for _, v := range row {
				sum += v
			}
		}
		square := 0.0
		for _, row := range m {
			for _, v := range row {
				square += v * v / h / w
			}
		}
		near := func(a, b float64) bool { return math.Abs(a-b) < 1e-12 } // 48 cells of the size of 1 in float64
		if !near(sum, square) || !near(p[0][0], c.mean) || !near(p[c.u][c.v], c.wave) {
			t.Errorf("%s: sum %v, mean square %v, mean %v, wave %v: want %v and %v", name, sum, square, p[0][0], p[c.u][c.v], c.mean, c.wave)
		}
		share, err := FlatShare(m)
		want := 0.5
		if name == "even" {
			want = 0
		}
		if err != nil || !near(share, want) {
			t.Errorf("%s: share %v, %v: want %v", name, share, err, want)
		}
	}
	if _, err := FlatShare([][]float64{{1, 2, 3}, {1, 2, 3}}); err == nil {
		t.Error("an odd side has a frequency ½")
	}
	if _, err := Spectrum(nil); err == nil {
		t.Error("nothing has a spectrum")
	}
	if _, err := Spectrum([][]float64{{1, 2}, {1}}); err == nil {
		t.Error("rows of different lengths have a spectrum")
	}
}

func TestSymbols(t *testing.T) {
	for v, want := range map[float64]string{0: "·", 2: "a", 22: "a+b", 10: "b/2", 3: "3a/2", 121: "a/2+b+c/2", 400: "2c", 2000: "d"} {
		if got := weightSymbols(v); got != want {
			t.Errorf("weightSymbols(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestSubPixelRefuses(t *testing.T) {
	kernel := [][][][]float64{{{{1}}, {{1}}, {{1}}}, {{{1}}, {{1}}, {{1}}}, {{{1}}, {{1}}, {{1}}}}
	if _, err := SubPixel(kernel, 2); err == nil {
		t.Error("a kernel of 3 rows is rearranged for stride 2")
	}
	if w, err := SubPixel(kernel, 3); err != nil || len(w) != 9 {
		t.Errorf("%v, %v: want 9 filters", w, err)
	}
}

// TestUntrainedIsTheStartOfTraining: the picture "before" comes from the weights that
// the training of seed 1 begins with.
func TestUntrainedIsTheStartOfTraining(t *testing.T) {
	b := purego.Open(t)
	digits, err := measuredDigits()
	if err != nil {
		t.Fatal(err)
	}
	one, err := digits.Slice(0, 50) // a batch
	if err != nil {
		t.Fatal(err)
	}
	net := autoencoder(enlargers()[0])
	start, err := untrainedAutoencoder(t.Context(), b, net, one, 1)
	if err != nil {
		t.Fatal(err)
	}
	values, err := start.Reconstruct(one)
	if err != nil {
		t.Fatal(err)
	}
	got, err := drawnUntrained(b, net, one.Plane(0))
	if err != nil {
		t.Fatal(err)
	}
	// The pixels are scaled by 255 in float32 there and in float64 here: one rounding of
	// 6e-8 in sums of 784 products of the size of 1.
	if want := rowsToPlane(values[0], 28, 28); !ref.EqualWithin(got, want, 1e-4) {
		t.Errorf("%v, want %v", got[14], want[14])
	}
}

// TestICNR: before training, a sub-pixel layer that starts so gives squares of equal
// cells, whatever comes in; one that does not start so does not.
func TestICNR(t *testing.T) {
	b := purego.Open(t)
	digit, err := measuredDigits()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		init  cnnlib.Initializer
		equal bool
	}{"ICNR": {ICNR{Factor: 2}, true}, "of another": {ICNR{Factor: 2, Of: cnnlib.TorchUniform{}}, true}, "plain": {nil, false}} {
		y, err := cnnlib.RunPlane(b, cnnlib.Sequential{cnnlib.Conv2D{Channels: 4, Kernel: 3, Init: c.init}, cnnlib.PixelShuffle{Factor: 2}}, digit.Plane(0))
		if err != nil {
			t.Fatal(err)
		}
		equal := true
		for i, row := range y {
			for j, v := range row {
				equal = equal && v == y[i/2*2][j/2*2]
			}
		}
		if equal != c.equal {
			t.Errorf("%s: squares of equal cells: %t", name, equal)
		}
	}
}

// TestEvenAreaOfTrained: the layers that evenAreasOf runs by themselves are those of the
// trained network: on its own maps they draw what it draws.
func TestEvenAreaOfTrained(t *testing.T) {
	b := purego.Open(t)
	digits, err := measuredDigits()
	if err != nil {
		t.Fatal(err)
	}
	one, err := digits.Slice(0, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, arm := range []string{"transposed k4 s2", "sub-pixel ICNR", "bilinear + conv"} {
		m, err := TrainedAutoencoder(b, Results(), arm)
		if err != nil {
			t.Fatal(err)
		}
		maps, err := m.Maps(one, encoderDepth)
		if err != nil {
			t.Fatal(err)
		}
		weights, err := m.Weights()
		if err != nil {
			t.Fatal(err)
		}
		back, err := trainedLayers(m.Net.(cnnlib.Sequential), weights, encoderDepth)
		if err != nil {
			t.Fatal(err)
		}
		y, err := cnnlib.Run(b, back, maps)
		if err != nil {
			t.Fatal(err)
		}
		got, err := firstChannels(y)
		if err != nil {
			t.Fatal(err)
		}
		values, err := m.Reconstruct(one)
		if err != nil {
			t.Fatal(err)
		}
		// The same numbers in the same order but for a batch of one; 1e-5 is rounding.
		if want := rowsToPlane(values[0], 28, 28); !ref.EqualWithin(got[0], want, 1e-5) {
			t.Errorf("%s: the layers by themselves draw something else", arm)
		}
	}
	if _, err := TrainedAutoencoder(b, Results(), "no arm"); err == nil {
		t.Error("an arm that is not there is read")
	}
}

// TestKeptAutoencoders: the kept weights are those of the stored results: they have the
// loss that was measured with seed 1.
func TestKeptAutoencoders(t *testing.T) {
	b := purego.Open(t)
	test, err := data.MNISTTest()
	if err != nil {
		t.Fatal(err)
	}
	digits, err := test.Slice(0, digitsMeasured)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := Measured(checkerboardID)
	if err != nil {
		t.Fatal(err)
	}
	for _, way := range enlargers() {
		m, err := TrainedAutoencoder(b, Results(), way.name)
		if err != nil {
			t.Fatal(err)
		}
		score, err := m.Evaluate(digits)
		if err != nil {
			t.Fatal(err)
		}
		losses, err := stored.Values(way.name, "loss after")
		if err != nil {
			t.Fatal(err)
		}
		// Sums of up to 784 products in float32, 784·2⁻²⁴ = 5e-5 of their size.
		if want := losses[0]; math.Abs(score.Loss-want) > 1e-4*want {
			t.Errorf("%s: loss %v, stored %v", way.name, score.Loss, want)
		}
	}
}
