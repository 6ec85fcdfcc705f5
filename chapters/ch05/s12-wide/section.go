// Package wide is section 5.12: Narrow and wide convolution.
package wide

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
		ID: "5.12", Slug: "05_12_wide",
		Title: "Narrow and wide convolution", TitleZH: "采用宽卷积的好处",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_12_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
