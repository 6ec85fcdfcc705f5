// Package history is section 5.28: How convolutional networks evolved.
package history

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
		ID: "5.28", Slug: "05_28_history",
		Title: "How convolutional networks evolved", TitleZH: "卷积神经网络进化史",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_28_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
