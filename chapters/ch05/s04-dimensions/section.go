// Package dimensions is section 5.4: 2-D and 3-D convolution.
package dimensions

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
		ID: "5.4", Slug: "05_04_dimensions",
		Title: "2-D and 3-D convolution", TitleZH: "2D 卷积与 3D 卷积有什么区别",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_04_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
