package checkerboard

import (
	"errors"
	"math"
	"testing"

	"cnnbook/chapters/grid"
	"cnnbook/chapters/sectiontest"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
	"cnnbook/cnnlib/train"
	"cnnbook/internal/purego"
)

func TestSection(t *testing.T) {
	sectiontest.Check(t, Section(), "E02", "E35", "E36", "E37", "E38")
}

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
	kernel := cnnlib.Filter(grid.Ones(3))
	for name, c := range map[string]struct {
		kernel cnnlib.Weights
		r      int
	}{
		"a kernel of 3 rows for stride 2":  {kernel, 2},
		"stride 0":                         {kernel, 0},
		"a kernel of 3 rows and 2 columns": {cnnlib.Filter(grid.Filled(3, 2, 1)), 3},
		"matrices of two sizes":            {cnnlib.Filter(grid.Ones(3), grid.Ones(2)), 1},
		"a kernel without a matrix":        {nil, 1},
	} {
		if w, err := SubPixel(c.kernel, c.r); err == nil {
			t.Errorf("%s is rearranged to %v", name, w)
		}
	}
	if w, err := SubPixel(kernel, 3); err != nil || len(w) != 9 {
		t.Errorf("%v, %v: want 9 filters", w, err)
	}
}

// TestUntrainedIsTheStartOfTraining: the picture "before" comes from the weights that
// the training of seed 1 begins with.
func TestUntrainedIsTheStartOfTraining(t *testing.T) {
	backend := purego.Open(t)
	digits, err := measuredDigits()
	if err != nil {
		t.Fatal(err)
	}
	one, err := digits.Slice(0, 50) // a batch
	if err != nil {
		t.Fatal(err)
	}
	net := autoencoder(enlargers()[0])
	stop := errors.New("enough")
	start, err := train.Run(t.Context(), backend, net, one, train.Options{Reconstruct: true, Batch: one.N, Seed: 1,
		OnStep: func(train.Progress) error { return stop }}) // ended in the first epoch, it returns the starting weights
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	values, err := start.Reconstruct(one)
	if err != nil {
		t.Fatal(err)
	}
	got, err := drawnUntrained(backend, net, one.Plane(0))
	if err != nil {
		t.Fatal(err)
	}
	// The pixels are scaled by 255 in float32 there and in float64 here: one rounding of
	// 6e-8 in sums of 784 products of the size of 1.
	if want := planesOf(values, 28, 28)[0]; !ref.EqualWithin(got, want, 1e-4) {
		t.Errorf("%v, want %v", got[14], want[14])
	}
}

// TestICNR: before training, a sub-pixel layer that starts so gives squares of equal
// cells, whatever comes in; one that does not start so does not.
func TestICNR(t *testing.T) {
	backend := purego.Open(t)
	digit, err := measuredDigits()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		init  cnnlib.Initializer
		equal bool
	}{"ICNR": {ICNR{Factor: 2}, true}, "of another": {ICNR{Factor: 2, Of: cnnlib.TorchUniform{}}, true}, "plain": {nil, false}} {
		y, err := cnnlib.RunPlane(backend, cnnlib.Sequential{cnnlib.Conv2D{Channels: 4, Kernel: 3, Init: c.init}, cnnlib.PixelShuffle{Factor: 2}}, digit.Plane(0))
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

// TestTrainedLayers: the layers that evenAreas runs by themselves belong to the
// trained network: on its own maps they draw what it draws.
func TestTrainedLayers(t *testing.T) {
	backend := purego.Open(t)
	digits, err := measuredDigits()
	if err != nil {
		t.Fatal(err)
	}
	one, err := digits.Slice(0, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, arm := range []string{transposedFour, subPixelICNR, bilinearResize} {
		m, err := Trained(backend, experimentID, arm)
		if err != nil {
			t.Fatal(err)
		}
		maps, err := m.Maps(one, encoderDepth)
		if err != nil {
			t.Fatal(err)
		}
		back, err := trainedLayers(m, encoderDepth)
		if err != nil {
			t.Fatal(err)
		}
		y, err := cnnlib.Run(backend, back, maps)
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
		if want := planesOf(values, 28, 28)[0]; !ref.EqualWithin(got[0], want, 1e-5) {
			t.Errorf("%s: the layers by themselves draw something else", arm)
		}
	}
	if _, err := Trained(backend, experimentID, "no arm"); err == nil {
		t.Error("an arm that is not there is read")
	}
}

// TestStoredPatterns: the kept weights have the patterns that were measured with seed 1.
func TestStoredPatterns(t *testing.T) {
	backend := purego.Open(t)
	arm, err := experiment().Arm(transposedFour)
	if err != nil {
		t.Fatal(err)
	}
	_, _, digits, err := arm.Pictures.Load()
	if err != nil {
		t.Fatal(err)
	}
	m, err := Trained(backend, experimentID, arm.Name)
	if err != nil {
		t.Fatal(err)
	}
	got, err := measurePatterns(backend, m, digits)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := Measured(experimentID)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 4 {
		t.Errorf("it measures %v, want four values", got)
	}
	for name, share := range got {
		seeds, err := stored.Values(arm.Name, name+" after")
		if err != nil {
			t.Fatal(err)
		}
		// The smallest share, of the mean digit, is 4e-4: a wave of 2e-2 of the size of the
		// picture. Sums of up to 784 products in float32 are off by 784·2⁻²⁴ = 5e-5 of that
		// size at most, and by √784·2⁻²⁴ = 2e-6 if rounding has both signs: 1e-4 of the wave,
		// 2e-4 of its power.
		if want := seeds[0]; math.Abs(share-want) > 1e-3*want {
			t.Errorf("%s is %v, stored is %v", name, share, want)
		}
	}
}

// TestSolutions holds the solutions against arith and against the layer.
func TestSolutions(t *testing.T) {
	backend := purego.Open(t)
	const inputs = 4
	kernel := []float64{1, 2, 3, 4, 5}
	for k := 1; k <= len(kernel); k++ {
		for s := 1; s <= 3; s++ {
			counts, err := arith.Transposed{In: inputs, Kernel: k, Stride: s}.Contributions()
			if err != nil {
				t.Fatal(err)
			}
			for o, want := range counts {
				if got := stampsOnCell(inputs, k, s, o); got != want {
					t.Errorf("%d inputs, size %d, stride %d: cell %d has %d stamps, want %d", inputs, k, s, o, got, want)
				}
			}
			layer := cnnlib.ConvTranspose2D{Stride: s, NoBias: true, Weights: cnnlib.Filter([][]float64{kernel[:k]})}
			want, err := MatrixOf(backend, layer, inputs)
			if err != nil {
				t.Fatal(err)
			}
			if got := stampMatrix(kernel[:k], s, inputs); !ref.EqualWithin(got, want[:len(got)], 0) {
				t.Errorf("size %d, stride %d: %v, want %v", k, s, got, want)
			}
		}
	}
}
