// Package layers is section 5.1: the layers of a convolutional network, and what each makes of a picture.
package layers

import (
	"embed"
	"io/fs"

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
		ID:        "5.1", Slug: "05_01_layers",
		Title: "The layers of a convolutional network", TitleZH: "卷积神经网络的组成层",
		Claims: layerClaims(), Figures: layerFigures(), Exercises: layerExercises(), Experiments: layerExperiments(),
	}
}

// Draw computes and draws one figure of the section, for example "05_01_…".
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
