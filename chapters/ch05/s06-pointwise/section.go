// Package pointwise is section 5.6: What a 1×1 convolution is for.
package pointwise

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
		ID: "5.6", Slug: "05_06_pointwise",
		Title: "What a 1×1 convolution is for", TitleZH: "1×1 卷积的作用",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_06_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
