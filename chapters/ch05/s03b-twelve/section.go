// Package twelve is section 5.3b: the twelve kinds of convolution that the book shows.
package twelve

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
		ID:        "5.3b", Slug: "05_03b_twelve",
		Title: "Twelve settings of 2-D convolution", TitleZH: "图解 12 种不同类型的 2D 卷积",
		Claims:    twelveClaims(),
		Figures:   twelveFigures(),
		Exercises: []chapters.Exercise{transposedSizeExercise(), strideDilationExercise(), thereAndBackExercise()},
	}
}

// Draw computes and draws one figure of the section, for example "05_03b_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
