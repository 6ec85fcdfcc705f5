// Package text is section 5.24: CNNs in vision and in language.
package text

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
		ID: "5.24", Slug: "05_24_text",
		Title: "CNNs in vision and in language", TitleZH: "CNN 在 CV 与 NLP 领域运用的联系与区别",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_24_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
