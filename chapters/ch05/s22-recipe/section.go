// Package recipe is section 5.22: Settings from experience.
package recipe

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
		ID: "5.22", Slug: "05_22_recipe",
		Title: "Settings from experience", TitleZH: "CNN 的参数经验设置",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_22_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
