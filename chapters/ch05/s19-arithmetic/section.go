// Package arithmetic is section 5.19: the arithmetic of sizes.
package arithmetic

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
		ID:        "5.19", Slug: "05_19_arithmetic",
		Title: "Stride, padding, and the sizes of input and output", TitleZH: "步长、填充大小与输入输出关系总结",
		Claims:    arithmeticClaims(),
		Figures:   arithmeticFigures(),
		Exercises: []chapters.Exercise{dilatedSizeExercise(), neverReadExercise(), inputSizesExercise()},
	}
}

// Draw computes and draws one figure of the section, for example "05_19_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
