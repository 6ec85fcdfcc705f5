// Package layers is section 5.1: which layers does a convolutional network have, and what
// does each make of a picture?
//
// Source: the section follows Stanford's course notes CS231n, "Convolutional Neural
// Networks: Architectures, Convolution / Pooling Layers" (https://cs231n.github.io).
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

//go:embed measured
var measured embed.FS

// Section is what the companion says about the section.
func Section() chapters.Section {
	return chapters.Section{
		ID: "5.1", Slug: "05_01_layers",
		Title: "The layers of a convolutional network", TitleZH: "卷积神经网络的组成层",
		Claims:      claims(),
		Figures:     figures(),
		Exercises:   exercises(),
		Experiments: experiments(),
		Solutions:   solutions,
		Results:     Results(),
	}
}

// Draw computes and draws one figure of the section, for example "05_01_maps".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }

// Results holds the stored results of the section's experiments.
func Results() fs.FS { return chapters.ResultsIn(measured) }

// Measured returns the stored results of one experiment of the section.
func Measured(id string) (*chapters.Measured, error) { return chapters.ReadMeasured(Results(), id) }

// Trained returns the network of an arm of an experiment as its first seed trained it,
// with the stored weights.
func Trained(backend compute.Backend, id, arm string) (*train.Model, error) {
	return Section().Trained(backend, id, arm)
}
