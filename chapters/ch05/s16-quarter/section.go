// Package quarter is section 5.16: By how much max-pooling shrinks.
package quarter

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
		ID: "5.16", Slug: "05_16_quarter",
		Title: "By how much max-pooling shrinks", TitleZH: "如何理解最大池化层有几分缩小",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_16_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
