// Package arithmetic is section 5.19: what size has the result of a convolution, and for
// which sizes, strides and paddings are the book's six formulas true?
//
// The formulas and the figures 2.1 to 2.8 come from V. Dumoulin and F. Visin, "A guide
// to convolution arithmetic for deep learning" (arXiv:1603.07285, chapter 2). Package arith
// has the formulas; package settings runs, counts and draws the settings of the figures.
package arithmetic

import (
	_ "embed"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/plots"
)

//go:embed solutions.go
var solutions string

// Section returns what the companion says about section 5.19.
func Section() chapters.Section {
	return chapters.Section{
		ID: "5.19", Slug: "05_19_arithmetic",
		Title: "Stride, padding, and the sizes of input and output", TitleZH: "步长、填充大小与输入输出关系总结",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, such as "05_19_stairs".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
