package twelve

import (
	"testing"

	"cnnbook/chapters/ch05/settings"
	"cnnbook/chapters/sectiontest"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

func TestSection(t *testing.T) {
	sectiontest.Check(t, Section(), "E31", "E56")
}

// TestTransposedSize: the solution goes back to every size that a convolution came from.
func TestTransposedSize(t *testing.T) {
	for i := 1; i <= 9; i++ {
		for k := 1; k <= 4; k++ {
			for s := 1; s <= 5; s++ {
				for p := 0; p <= 2; p++ {
					forth := arith.Setting{In: i, Kernel: k, Stride: s, Padding: p}
					o, err := forth.Size()
					if err != nil {
						continue // the kernel does not fit
					}
					lost, err := forth.Lost()
					if got := transposedSize(o, k, s, p, lost); err != nil || got != i {
						t.Fatalf("transposedSize(%d,%d,%d,%d,%d) = %d, want %d, %v", o, k, s, p, lost, got, i, err)
					}
				}
			}
		}
	}
}

// TestStrideDilation holds the solution against package ref.
func TestStrideDilation(t *testing.T) {
	image := settings.Image(7)[:6] // 6 rows, 7 columns
	for _, kernel := range [][][]float64{settings.Kernel(2), settings.Kernel(3)[:2], {{1, 2, 3}}} {
		for stride := 1; stride <= 3; stride++ {
			for dilation := 1; dilation <= 3; dilation++ {
				want, err := ref.CrossCorrelate2D(image, kernel, ref.Options{Stride: stride, Dilation: dilation})
				if got := strideDilation(image, kernel, stride, dilation); err != nil || !ref.EqualWithin(got, want, 0) {
					t.Errorf("kernel %v, stride %d, dilation %d: %v, want %v, %v", kernel, stride, dilation, got, want, err)
				}
			}
		}
	}
}
