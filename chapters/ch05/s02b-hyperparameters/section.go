// Package hyperparameters is section 5.2b: kernel size, stride, padding, channels and how many weights they make.
package hyperparameters

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
		ID:        "5.2b", Slug: "05_02b_hyperparameters",
		Title: "The basic definitions of a convolution", TitleZH: "卷积的几个基本定义",
		Claims:    hyperparameterClaims(),
		Figures:   hyperparameterFigures(),
		Exercises: []chapters.Exercise{outputSizeExercise(), countParametersExercise()},
	}
}

// Draw computes and draws one figure of the section, for example "05_02b_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
