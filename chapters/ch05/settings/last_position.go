package settings

import (
	"fmt"

	"cnnbook/cnnlib/arith"
	"cnnbook/plots"
)

// LastPosition draws the last position of a kernel on an image and, below it, how many
// positions read each cell, and states the formula with its numbers: input i×i, kernel k×k,
// stride s, p zeros on every side, dilation d. It is an error if the kernel does not fit.
// The sliders of sections 5.3b and 5.19 use it.
func LastPosition(i, k, s, p, d int) (picture *plots.Picture, formula string, err error) {
	setting := arith.Setting{In: i, Kernel: k, Stride: s, Padding: p, Dilation: d}
	o, err := setting.Size()
	if err != nil {
		return nil, "", err
	}
	lost, err := setting.Lost()
	if err != nil {
		return nil, "", err
	}
	visits, err := Visits(setting)
	if err != nil {
		return nil, "", err
	}
	steps := plots.Steps{
		Input: Image(i), Kernel: Kernel(k), Frames: []int{o*o - 1},
		Options: Options(setting),
	}
	cover := plots.Coverage{Counts: visits, Unit: "positions"}
	if p > 0 {
		cover.Windows = []plots.Window{{Row: p, Col: p, Rows: i, Cols: i, Dashed: true}}
	}
	picture = plots.Below(steps.Picture(), cover.Picture())
	span := ""
	if d > 1 {
		span = fmt.Sprintf("span (k−1)d + 1 = %d, ", (k-1)*d+1)
	}
	formula = fmt.Sprintf("%so = ⌊(%d + 2·%d − %d) / %d⌋ + 1 = %d; left over: %d", span, i, p, (k-1)*d+1, s, o, lost)
	return picture, formula, picture.Err()
}
