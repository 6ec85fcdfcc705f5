// Package faces is section 5.27: Local convolution at work.
package faces

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
		ID: "5.27", Slug: "05_27_faces",
		Title: "Local convolution at work", TitleZH: "举例理解 Local-Conv 的作用",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_27_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
