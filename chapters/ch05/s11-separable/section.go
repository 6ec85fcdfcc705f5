// Package separable is section 5.11: must a convolution look at channels and regions at once?
// What does a depthwise separable convolution, which does one after the other, save, and
// what does that cost?
//
// Sources: F. Chollet 2016, arXiv:1610.02357 (Xception, the layer and its name); C. Szegedy
// et al. 2015, arXiv:1512.00567 (Inception V3).
package separable

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

//go:embed measured
var measured embed.FS

// Section is what the companion says about the section.
func Section() chapters.Section {
	return chapters.Section{
		ID: "5.11", Slug: "05_11_separable",
		Title: "Must a convolution look at channels and regions at once?", TitleZH: "卷积操作时必须同时考虑通道和区域吗",
		Claims:      claims(),
		Figures:     figures(),
		Exercises:   exercises(),
		Experiments: []chapters.Experiment{experiment()},
		Solutions:   solutions,
		Results:     Results(),
	}
}

// Draw computes and draws one figure of the section, for example "05_11_steps".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }

// Results holds the stored results of the section's experiment.
func Results() fs.FS { return chapters.ResultsIn(measured) }

// Measured returns the stored results of the section's experiment, "05_11_budget".
func Measured(id string) (*chapters.Measured, error) { return chapters.ReadMeasured(Results(), id) }

// Trained returns the network of an arm of the experiment as its first seed trained it, with
// the stored weights.
func Trained(backend compute.Backend, id, arm string) (*train.Model, error) {
	return Section().Trained(backend, id, arm)
}
