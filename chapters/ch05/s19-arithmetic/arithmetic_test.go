package arithmetic

import (
	"fmt"
	"slices"
	"testing"

	_ "github.com/gomlx/compute/gobackend"

	"cnnbook/chapters/ch05/settings"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// TestSettingNumbersTellMistakesApart: a row or column read twice or left out, and a
// kernel turned or transposed, change the result.
func TestSettingNumbersTellMistakesApart(t *testing.T) {
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
			t.Errorf("SettingImage(%d) has %d different rows and %d columns", n, len(rows), len(cols))
		}
	}
	for k := 2; k <= 4; k++ {
		m := settings.Kernel(k)
		if ref.EqualWithin(m, ref.Rotate180(m), 0) || k == 3 && ref.EqualWithin(m, grid.Transposed(m), 0) {
			t.Errorf("SettingKernel(%d) = %v looks the same turned or transposed", k, m)
		}
	}
}

// TestCountedSizes: counting agrees with package arith where the kernel fits, and
// counts nothing where it does not.
func TestCountedSizes(t *testing.T) {
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

// TestSizeSolutions holds the worked solutions of 5.3b and 5.19 against package arith.
func TestSizeSolutions(t *testing.T) {
	for i := 1; i <= 9; i++ {
		for k := 1; k <= 4; k++ {
			for s := 1; s <= 5; s++ {
				for p := 0; p <= 2; p++ {
					for d := 1; d <= 3; d++ {
						want, err := arith.Setting{In: i, Kernel: k, Stride: s, Padding: p, Dilation: d}.Size()
						if got := dilatedSize(i, k, s, p, d); err == nil && got != want || err != nil && got != 0 {
							t.Fatalf("dilatedSize(%d,%d,%d,%d,%d) = %d, want %d, %v", i, k, s, p, d, got, want, err)
						}
					}
					setting := arith.Setting{In: i, Kernel: k, Stride: s, Padding: p}
					o, err := setting.Size()
					if err != nil {
						continue
					}
					if _, want, err := settings.NeverRead(setting); err != nil || neverReadCells(i, k, s, p) != want {
						t.Fatalf("neverReadCells(%d,%d,%d,%d) = %d, want %d, %v", i, k, s, p, neverReadCells(i, k, s, p), want, err)
					}
					if all := inputSizes(o, k, s, p); !slices.Contains(all, i) || len(all) > s {
						t.Fatalf("inputSizes(%d,%d,%d,%d) = %v, which should hold %d", o, k, s, p, all, i)
					}
					lost, err := setting.Lost()
					if got := (o-1)*s + k - 2*p + lost; err != nil || got != i {
						t.Fatalf("the transposed size of %d,%d,%d,%d,%d is %d, want %d, %v", o, k, s, p, lost, got, i, err)
					}
				}
			}
		}
	}
}
