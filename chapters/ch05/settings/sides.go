package settings

import (
	"fmt"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// Sides are the sides of the square input and of the square result of a setting, in cells.
type Sides struct{ In, Out int }

// String writes "5×5 → 3×3".
func (s Sides) String() string { return fmt.Sprintf("%d×%d → %d×%d", s.In, s.In, s.Out, s.Out) }

// Verify runs a setting on the backend, on [Image] and [Kernel], and returns its sides. It
// is an error if the numbers differ from those of the float64 loops of package ref, or if
// the size differs from the formula's ([arith.Setting.Size]) or the counted one ([Count]).
func Verify(backend compute.Backend, s arith.Setting) (Sides, error) {
	image, kernel := Image(s.In), Kernel(s.Kernel)
	got, err := Run(backend, s, image, kernel)
	if err != nil {
		return Sides{}, err
	}
	want, err := oracle(s, image, kernel)
	if err != nil {
		return Sides{}, err
	}
	if !ref.EqualWithin(got, want, 0) { // integers below 2²⁴ are exact in float32
		return Sides{}, fmt.Errorf("settings: %s: the backend computes %v, the oracle %v", s.Name, got, want)
	}
	if n := Count(s); n != len(got) {
		return Sides{}, fmt.Errorf("settings: %s: the backend gives %d cells an axis, counted %d", s.Name, len(got), n)
	}
	return Sides{In: s.In, Out: len(got)}, nil
}
