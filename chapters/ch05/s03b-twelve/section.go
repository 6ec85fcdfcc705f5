// Package twelve is section 5.3b: are the twelve convolutions that the book shows twelve
// kinds, or settings of one?
//
// The settings come from V. Dumoulin and F. Visin, "A guide to convolution arithmetic
// for deep learning" (arXiv:1603.07285), whose drawings the book prints without their
// numbers (https://github.com/vdumoulin/conv_arithmetic). Package arith has them as a
// table; package settings runs, counts and draws its rows.
package twelve

import (
	_ "embed"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/plots"
)

//go:embed solutions.go
var solutions string

// Section returns what the companion says about section 5.3b.
func Section() chapters.Section {
	return chapters.Section{
		ID: "5.3b", Slug: "05_03b_twelve",
		Title: "Twelve settings of 2-D convolution", TitleZH: "图解 12 种不同类型的 2D 卷积",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, such as "05_03b_sheet".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
