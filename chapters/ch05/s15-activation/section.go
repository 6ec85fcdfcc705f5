// Package activation is section 5.15: Where the activation stands.
package activation

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
		ID: "5.15", Slug: "05_15_activation",
		Title: "Where the activation stands", TitleZH: "激活函数通常放在哪个操作之后",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_15_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
