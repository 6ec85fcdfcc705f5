package arithmetic

import (
	"slices"
	"testing"

	"cnnbook/chapters/ch05/settings"
	"cnnbook/chapters/sectiontest"
	"cnnbook/cnnlib/arith"
)

func TestSection(t *testing.T) {
	sectiontest.Check(t, Section(), "E32", "E34")
}

// TestSolutions holds the worked solutions against package arith.
func TestSolutions(t *testing.T) {
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
						continue // the kernel does not fit
					}
					if _, want, err := settings.NeverRead(setting); err != nil || neverRead(i, k, s, p) != want {
						t.Fatalf("neverRead(%d,%d,%d,%d) = %d, want %d, %v", i, k, s, p, neverRead(i, k, s, p), want, err)
					}
					if all := inputSizes(o, k, s, p); !slices.Contains(all, i) || len(all) > s {
						t.Fatalf("inputSizes(%d,%d,%d,%d) = %v, which should hold %d", o, k, s, p, all, i)
					}
				}
			}
		}
	}
}
