// Package edges is section 5.2a: how a convolution detects edges.
package edges

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
		Solutions: solutions,
		ID:        "5.2a", Slug: "05_02a_edges",
		Title: "How convolution detects edges", TitleZH: "卷积如何检测边缘信息",
		Claims:    edgeClaims(),
		Figures:   edgeFigures(),
		Exercises: []chapters.Exercise{crossCorrelateExercise(), edgeStrengthExercise()},
	}
}

// Draw computes and draws one figure of the section, for example "05_02a_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
