package settings_test

import (
	"fmt"
	"strings"
	"testing"

	"cnnbook/chapters/ch05/settings"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
	"cnnbook/internal/purego"
)

// TestNumbersTellMistakesApart: a row or column read twice or left out, and a kernel turned
// or transposed, change the result.
func TestNumbersTellMistakesApart(t *testing.T) {
	for n := 2; n <= 7; n++ {
		m := settings.Image(n)
		rows, cols := map[string]bool{}, map[string]bool{}
		for _, row := range m {
			rows[fmt.Sprint(row)] = true
		}
		for _, col := range grid.Transposed(m) {
			cols[fmt.Sprint(col)] = true
		}
		if len(rows) != n || len(cols) != n {
			t.Errorf("Image(%d) has %d different rows and %d columns", n, len(rows), len(cols))
		}
	}
	for k := 2; k <= 4; k++ {
		m := settings.Kernel(k)
		if ref.EqualWithin(m, ref.Rotate180(m), 0) || k == 3 && ref.EqualWithin(m, grid.Transposed(m), 0) {
			t.Errorf("Kernel(%d) = %v looks the same turned or transposed", k, m)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	backend := purego.Open(t)
	if _, err := settings.Run(backend, arith.Setting{Operation: arith.Pooling, In: 4, Kernel: 2}, settings.Image(4), settings.Kernel(2)); err == nil || !strings.Contains(err.Error(), "Pooling") {
		t.Errorf("a pooling: %v", err)
	}
	if _, err := settings.Run(backend, arith.Setting{In: 2, Kernel: 3}, settings.Image(2), settings.Kernel(3)); err == nil || !strings.Contains(err.Error(), "does not fit") {
		t.Errorf("a kernel that does not fit: %v", err)
	}
}

func TestNamedRefuses(t *testing.T) {
	if _, err := settings.Named("3.1"); err == nil || !strings.Contains(err.Error(), "3.1") {
		t.Errorf("a figure that is not there: %v", err)
	}
}

// TestVerify: the backend, package ref, the formula and counting agree on all fifteen.
func TestVerify(t *testing.T) {
	backend := purego.Open(t)
	for _, s := range arith.Settings() {
		if sides, err := settings.Verify(backend, s); err != nil || sides.Out != s.Out {
			t.Errorf("%s: %v, %v, want a side of %d", s.Name, sides, err, s.Out)
		}
	}
}

// TestPictureRefuses: only convolutions have pictures of steps.
func TestPictureRefuses(t *testing.T) {
	backend := purego.Open(t)
	for _, figure := range []string{"4.1", "3.1"} {
		if _, err := settings.Picture(backend, figure, ""); err == nil || !strings.Contains(err.Error(), figure) {
			t.Errorf("the picture of figure %s: %v", figure, err)
		}
		if _, err := settings.Animation(backend, figure, ""); err == nil || !strings.Contains(err.Error(), figure) {
			t.Errorf("the animation of figure %s: %v", figure, err)
		}
	}
}

// TestCount: counting agrees with package arith if the kernel fits, and counts nothing if
// it does not.
func TestCount(t *testing.T) {
	for _, op := range []arith.Operation{arith.Convolution, arith.TransposedConvolution} {
		for i := 1; i <= 6; i++ {
			for k := 1; k <= 4; k++ {
				for s := 1; s <= 3; s++ {
					for p := 0; p <= 3; p++ {
						for d := 1; d <= 3; d++ {
							setting := arith.Setting{Operation: op, In: i, Kernel: k, Stride: s, Padding: p, Dilation: d}
							want, err := setting.Size()
							if got := settings.Count(setting); err == nil && got != want || err != nil && got != 0 {
								t.Fatalf("%+v: counted %d, the formula gives %d, %v", setting, got, want, err)
							}
						}
					}
				}
			}
		}
	}
}

// TestDrawings: each picture of the book shows a setting of the table.
func TestDrawings(t *testing.T) {
	shown := map[settings.Drawing]bool{}
	for _, s := range arith.Settings() {
		fit, err := settings.DrawingsOf(s)
		if err != nil {
			t.Error(err)
		}
		for _, d := range fit {
			shown[d] = true
		}
	}
	for _, d := range settings.Drawings {
		if !shown[d] {
			t.Errorf("no setting has the sizes of %+v", d)
		}
	}
}
