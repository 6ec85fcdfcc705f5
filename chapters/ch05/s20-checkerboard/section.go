// Package checkerboard is section 5.20: where does the checkerboard in generated pictures
// come from, and which way of enlarging avoids it, before and after training?
//
// Sources: A. Odena, V. Dumoulin, C. Olah 2016, "Deconvolution and Checkerboard Artifacts",
// Distill (the book follows it); W. Shi et al. 2016, arXiv:1609.07009 (sub-pixel
// convolution); A. Aitken et al. 2017, arXiv:1707.02937 (ICNR).
package checkerboard

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
		ID: "5.20", Slug: "05_20_checkerboard",
		Title: "Transposed convolution and the checkerboard", TitleZH: "理解反卷积和棋盘效应",
		Claims:      slices.Concat(causeClaims(), cureClaims()),
		Figures:     slices.Concat(figures(), trainedFigures()),
		Exercises:   exercises(),
		Solutions:   solutions,
		Experiments: []chapters.Experiment{experiment()},
		Results:     Results(),
	}
}

// Draw computes and draws one figure of the section, for example "05_20_overlap".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }

//go:embed measured
var measuredFiles embed.FS

// Results holds the stored results of the section's experiment.
func Results() fs.FS { return chapters.ResultsIn(measuredFiles) }

// Measured returns the stored results of one experiment of the section.
func Measured(id string) (*chapters.Measured, error) { return chapters.ReadMeasured(Results(), id) }

// Trained returns the network of an arm of an experiment as its first seed trained it,
// with the stored weights.
func Trained(backend compute.Backend, id, arm string) (*train.Model, error) {
	return Section().Trained(backend, id, arm)
}
