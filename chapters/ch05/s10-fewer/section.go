// Package fewer is section 5.10: How to have fewer parameters.
package fewer

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
		ID: "5.10", Slug: "05_10_fewer",
		Title: "How to have fewer parameters", TitleZH: "怎样才能减少卷积层参数量",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_10_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
