package hyperparameters

import (
	"fmt"

	"cnnbook/chapters/ch05/book"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
	"cnnbook/plots"
)

// Setting draws the last step on the top row of a k×k kernel of ones on book.GreyImage, with
// stride s, p zeros on every side and dilation d, and states the formula with its numbers.
// A kernel that does not fit is an error. It is for the sliders of 5.2b.
func Setting(k, s, p, d int) (picture *plots.Picture, formula string, err error) {
	i := len(book.GreyImage)
	o, err := arith.Conv{In: i, Kernel: k, Stride: s, Dilation: d, Padding: arith.Explicit, Start: p, End: p}.Out()
	if err != nil {
		return nil, "", err
	}
	picture = plots.Steps{
		Input: book.GreyImage, Kernel: grid.Ones(k), Frames: []int{o - 1},
		Options: ref.Options{Stride: s, Dilation: d, Top: p, Bottom: p, Left: p, Right: p},
	}.Picture()
	return picture, fmt.Sprintf("o = ⌊(i + 2p − k − (k−1)(d−1)) / s⌋ + 1 = ⌊(%d + 2·%d − %d − %d·%d) / %d⌋ + 1 = %d", i, p, k, k-1, d-1, s, o), picture.Err()
}
