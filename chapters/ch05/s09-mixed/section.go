// Package mixed is section 5.9: Several kernel sizes in one layer.
package mixed

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
		ID: "5.9", Slug: "05_09_mixed",
		Title: "Several kernel sizes in one layer", TitleZH: "每层卷积是否只能用一种尺寸的卷积核",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_09_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
