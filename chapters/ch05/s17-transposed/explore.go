package transposed

import (
	"fmt"

	"cnnbook/chapters/grid"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
	"cnnbook/plots"
)

// StampSetting draws the last stamp of a k×k kernel of ones on the result for a 2×2
// picture, with stride s and p cells cut off on every side, and states the formula of
// the size with its numbers. Settings that leave nothing are errors. It is for the
// sliders of 5.17.
func StampSetting(k, s, p int) (picture *plots.Picture, formula string, err error) {
	i := len(stampInput)
	o, err := arith.TransposedSize(i, k, s, p, 0)
	if err != nil {
		return nil, "", err
	}
	picture = plots.Scatter{
		Input: stampInput, Kernel: grid.Ones(k), Frames: []int{i*i - 1},
		Options: ref.TransposedOptions{Options: ref.Options{Stride: s, Top: p, Bottom: p, Left: p, Right: p}},
	}.Picture()
	return picture, fmt.Sprintf("o = (i − 1)·s + k − 2p = (%d − 1)·%d + %d − 2·%d = %d", i, s, k, p, o), picture.Err()
}
