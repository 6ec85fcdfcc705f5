package ch05

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"

	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// TestSettingNumbersTellMistakesApart: a row or column read twice or left out, and a
// kernel turned or transposed, change the result.
func TestSettingNumbersTellMistakesApart(t *testing.T) {
	for n := 2; n <= 7; n++ {
		m := SettingImage(n)
		rows, cols := map[string]bool{}, map[string]bool{}
		for _, row := range m {
			rows[fmt.Sprint(row)] = true
		}
		for _, col := range transposed(m) {
			cols[fmt.Sprint(col)] = true
		}
		if len(rows) != n || len(cols) != n {
			t.Errorf("SettingImage(%d) has %d different rows and %d columns", n, len(rows), len(cols))
		}
	}
	for k := 2; k <= 4; k++ {
		m := SettingKernel(k)
		if ref.EqualWithin(m, ref.Rotate180(m), 0) || k == 3 && ref.EqualWithin(m, transposed(m), 0) {
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
							if got := countSetting(setting); err == nil && got != want || err != nil && got != 0 {
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
					if _, want, err := neverRead(setting); err != nil || neverReadCells(i, k, s, p) != want {
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

func TestRunSettingRefuses(t *testing.T) {
	b := pureGo(t)
	if _, err := RunSetting(b, arith.Setting{Operation: arith.Pooling, In: 4, Kernel: 2}, SettingImage(4), SettingKernel(2)); err == nil || !strings.Contains(err.Error(), "Pooling") {
		t.Errorf("a pooling: %v", err)
	}
	if _, err := RunSetting(b, arith.Setting{In: 2, Kernel: 3}, SettingImage(2), SettingKernel(3)); err == nil || !strings.Contains(err.Error(), "does not fit") {
		t.Errorf("a kernel that does not fit: %v", err)
	}
	if _, err := SettingNamed("3.1"); err == nil || !strings.Contains(err.Error(), "3.1") {
		t.Errorf("a figure that is not there: %v", err)
	}
}

// Figure 2.5 as a real layer on the backend of pure Go.
func ExampleRunSetting() {
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	s, err := SettingNamed("2.5")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(RunSetting(backend, s, SettingImage(s.In), SettingKernel(s.Kernel)))
	// Output: [[12 14] [16 16]] <nil>
}

func ExampleLastPosition() {
	_, formula, err := LastPosition(6, 3, 2, 1, 1)
	fmt.Println(formula, err)
	// Output: o = ⌊(6 + 2·1 − 3) / 2⌋ + 1 = 3; left over: 1 <nil>
}

func ExampleTransposedPosition() {
	_, formula, err := TransposedPosition(3, 3, 2, 1, 1)
	fmt.Println(formula, err)
	// Output: o = (3 − 1)·2 + 3 − 2·1 + 1 = 6 <nil>
}
