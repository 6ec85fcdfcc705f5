package edges

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"cnnbook/chapters/ch05/book"
	"cnnbook/chapters/grid"
	"cnnbook/chapters/sectiontest"
	"cnnbook/cnnlib/ref"
	"cnnbook/internal/purego"
)

func TestSection(t *testing.T) {
	sectiontest.Check(t, Section(), "E06")
}

// TestLineWidth: k−1 = 2 cells, whatever the size of the image.
func TestLineWidth(t *testing.T) {
	backend := purego.Open(t)
	for _, n := range []int{6, 7, 50} {
		if line, row := lineWidth(backend, n); line != 2 || row != n-2 {
			t.Errorf("at %d×%d the line has %d of %d cells, want 2 of %d", n, n, line, row, n-2)
		}
	}
}

// TestSolutions holds the worked solutions against the oracle.
func TestSolutions(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 2))
	for _, c := range crossCorrelateCases(r) {
		image, kernel := c[0].([][]float64), c[1].([][]float64)
		want, err := ref.CrossCorrelate2D(image, kernel, ref.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := crossCorrelate(image, kernel); !ref.EqualWithin(got, want, 0) {
			t.Errorf("crossCorrelate(%v, %v) = %v, want %v", image, kernel, got, want)
		}
	}
	for _, c := range edgeStrengthCases(r) {
		image := c[0].([][]float64)
		x, err := ref.CrossCorrelate2D(image, book.SobelX, ref.Options{})
		if err != nil {
			t.Fatal(err)
		}
		y, err := ref.CrossCorrelate2D(image, ref.Rotate90(book.SobelX), ref.Options{})
		if err != nil {
			t.Fatal(err)
		}
		// x and y are small integers, so both take the same root.
		if got, want := edgeStrength(image), grid.Zip(x, y, math.Hypot); !ref.EqualWithin(got, want, 0) {
			t.Errorf("edgeStrength(%v) = %v, want %v", image, got, want)
		}
	}
}

func TestTurnedFilterRefuses(t *testing.T) {
	for _, step := range []int{0, -15, 361} {
		if _, err := TurnedFilter(purego.Open(t), []uint8{7}, step); err == nil || !strings.Contains(err.Error(), "from 1 to 360") {
			t.Errorf("angles %d° apart: %v", step, err)
		}
	}
}
