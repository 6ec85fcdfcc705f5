package settings

import (
	"fmt"

	"cnnbook/cnnlib/arith"
	"cnnbook/plots"
)

// TransposedPosition draws the last position of a transposed convolution of an i×i image,
// as the convolution it is equal to, and states the formula with its numbers: kernel k×k,
// stride s, padding p, and output padding a. It is an error if nothing is left, if a is not
// below s, or if p is above k−1. The sliders of section 5.3b use it.
func TransposedPosition(i, k, s, p, a int) (picture *plots.Picture, formula string, err error) {
	setting := arith.Setting{Operation: arith.TransposedConvolution, In: i, Kernel: k, Stride: s, Padding: p, Output: a}
	o, err := setting.Size()
	if err != nil {
		return nil, "", err
	}
	picture = plots.TransposedSteps{
		Input: Image(i), Kernel: Kernel(k), Options: TransposedOptions(setting), Frames: []int{o*o - 1},
	}.Picture()
	formula = fmt.Sprintf("o = (%d − 1)·%d + %d − 2·%d + %d = %d", i, s, k, p, a, o)
	return picture, formula, picture.Err()
}
