// Package larger is section 5.8: Are larger kernels better?.
package larger

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
		ID: "5.8", Slug: "05_08_larger",
		Title: "Are larger kernels better?", TitleZH: "卷积核是否一定越大越好",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_08_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
