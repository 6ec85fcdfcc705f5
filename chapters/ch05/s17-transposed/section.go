// Package transposed is section 5.17: convolution and transposed convolution.
package transposed

import (
	"embed"
	"io/fs"
	"slices"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/cnnlib/train"
	"cnnbook/plots"
)

//go:embed solutions.go
var solutions string

// Section is what the companion says about the section.
func Section() chapters.Section {
	return chapters.Section{
		Solutions: solutions,
		Results:   Results(),
		ID:        "5.17", Slug: "05_17_transposed",
		Title: "Image convolution and transposed convolution", TitleZH: "理解图像卷积与反卷积",
		Claims:      slices.Concat(turnedClaims(), transposedClaims()),
		Figures:     slices.Concat(turnedFigures(), transposedFigures(), unpoolFigures()),
		Exercises:   transposedExercises(),
		Experiments: []chapters.Experiment{deconvNetExperiment()},
	}
}

// Draw computes and draws one figure of the section, for example "05_17_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }

//go:embed measured
var measuredFiles embed.FS

// Results holds the stored results of the section's experiments.
func Results() fs.FS { return chapters.ResultsIn(measuredFiles) }

// Measured returns the stored results of one experiment of the section.
func Measured(id string) (*chapters.Measured, error) { return chapters.ReadMeasured(Results(), id) }

// Trained returns the network of an arm of an experiment as its first seed trained it,
// with the stored weights.
func Trained(backend compute.Backend, id, arm string) (*train.Model, error) {
	return Section().Trained(backend, id, arm)
}
