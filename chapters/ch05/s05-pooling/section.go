// Package pooling is section 5.5: pooling: overlapping windows, pyramids, and maps of any size.
package pooling

import (
	"embed"
	"io/fs"
	"slices"

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
		Results:   Results(),
		ID:        "5.5", Slug: "05_05_pooling",
		Title: "Kinds of pooling", TitleZH: "有哪些池化方法",
		Claims:      append(generalPoolingClaims(), pyramidClaims()...),
		Figures:     slices.Concat(poolingFigures(), coverageFigures(), overlapFigures()),
		Exercises:   poolingExercises(),
		Experiments: []chapters.Experiment{overlapExperiment()},
	}
}

// Draw computes and draws one figure of the section, for example "05_05_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }

//go:embed measured
var measuredFiles embed.FS

// Results holds the stored results of the section's experiments.
func Results() fs.FS { return chapters.ResultsIn(measuredFiles) }

// Measured returns the stored results of one experiment of the section.
func Measured(id string) (*chapters.Measured, error) { return chapters.ReadMeasured(Results(), id) }
