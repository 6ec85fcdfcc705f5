// Package hyperparameters is section 5.2b: what do kernel size, stride, padding and channels
// do to the size of the result, and to the number of weights?
//
// Source: V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning",
// arXiv:1603.07285, section 2.
package hyperparameters

import (
	_ "embed"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/plots"
)

//go:embed solutions.go
var solutions string

// Section is what the companion says about the section.
func Section() chapters.Section {
	return chapters.Section{
		ID: "5.2b", Slug: "05_02b_hyperparameters",
		Title: "The basic definitions of a convolution", TitleZH: "卷积的几个基本定义",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_02b_stride".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
