// Package local is section 5.26: Shared and local convolution.
package local

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
		ID: "5.26", Slug: "05_26_local",
		Title: "Shared and local convolution", TitleZH: "全卷积与 Local-Conv 的异同点",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_26_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
