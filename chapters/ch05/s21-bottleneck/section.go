// Package bottleneck is section 5.21: Where the time of a CNN goes.
package bottleneck

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
		ID: "5.21", Slug: "05_21_bottleneck",
		Title: "Where the time of a CNN goes", TitleZH: "CNN 主要的计算瓶颈",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_21_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
