// Package kinds is section 5.3a: Kinds of convolution: standard, dilated, transposed, separable.
package kinds

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
		ID: "5.3a", Slug: "05_03a_kinds",
		Title: "Kinds of convolution: standard, dilated, transposed, separable", TitleZH: "卷积网络类型分类",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_03a_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
