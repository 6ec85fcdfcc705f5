// Package sizes is section 5.18: Sizes after each kind of convolution.
package sizes

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
		ID: "5.18", Slug: "05_18_sizes",
		Title: "Sizes after each kind of convolution", TitleZH: "不同卷积后图像大小的计算",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_18_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
