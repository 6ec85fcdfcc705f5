package layers

import (
	"math/rand/v2"
	"testing"

	"cnnbook/chapters/sectiontest"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
	"cnnbook/internal/purego"
)

func TestSection(t *testing.T) {
	sectiontest.Check(t, Section(), "E55")
}

// TestSolutions holds the worked solutions against the library's layers.
func TestSolutions(t *testing.T) {
	backend := purego.Open(t)
	r := rand.New(rand.NewPCG(5, 1))
	for _, c := range parametersCases(r) {
		kernel, in, out := c[0].(int), c[1].(int), c[2].(int)
		want := cnnlib.Conv2D{Channels: out, Kernel: kernel}.Params(cnnlib.Shape{kernel, kernel, in})
		if got := parameters(kernel, in, out); got != want {
			t.Errorf("parameters(%d, %d, %d) = %d, want %d", kernel, in, out, got, want)
		}
	}
	for _, c := range reluPoolCases(r) {
		x := c[0].([][]float64)
		want, err := cnnlib.RunPlane(backend, cnnlib.Sequential{cnnlib.ReLU, cnnlib.MaxPool2D{Window: 2}}, x)
		if err != nil {
			t.Fatal(err)
		}
		if got := reluPool(x); !ref.EqualWithin(got, want, 0) { // small integers are exact in float32
			t.Errorf("reluPool(%v) = %v, want %v", x, got, want)
		}
	}
}

// TestDigitMoves: the ink moves with the digit, and what leaves the picture is lost.
func TestDigitMoves(t *testing.T) {
	still, err := Digit(8, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, shift := range []int{-40, -4, 3, 29} {
		moved, err := Digit(8, shift)
		if err != nil {
			t.Fatal(err)
		}
		from, to := still.Plane(0), moved.Plane(0)
		for i, row := range to {
			for j, v := range row {
				want := 0.0
				if k := j - shift; k >= 0 && k < len(row) {
					want = from[i][k]
				}
				if v != want {
					t.Fatalf("moved by %d the pixel (%d, %d) is %v, want %v", shift, i, j, v, want)
				}
			}
		}
	}
	if _, err := Digit(10_000, 0); err == nil {
		t.Error("the test set has a picture behind its last one")
	}
}

func TestMapsBehindRefuses(t *testing.T) {
	m, err := Trained(purego.Open(t), experimentID, armPicture)
	if err != nil {
		t.Fatal(err)
	}
	digit, err := Digit(8, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{-1, 11} {
		if _, err := MapsBehind(m, digit, n); err == nil {
			t.Errorf("there are maps behind %d layers", n)
		}
	}
}
