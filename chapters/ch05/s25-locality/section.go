// Package locality is section 5.25: How a CNN brings out what is common.
package locality

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
		ID: "5.25", Slug: "05_25_locality",
		Title: "How a CNN brings out what is common", TitleZH: "CNN 凸显共性的手段",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_25_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
