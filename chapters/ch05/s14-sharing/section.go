// Package sharing is section 5.14: How the depth of the output comes about.
package sharing

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
		ID: "5.14", Slug: "05_14_sharing",
		Title: "How the depth of the output comes about", TitleZH: "如何得到卷积层输出的深度",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_14_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
