// Package ch05 is chapter 5 of the book, convolutional neural networks: one file
// a section, with its claims, figures and exercises. The book uses the numbers
// 5.2 and 5.3 twice; the second of each is called b here.
package ch05

import (
	"fmt"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/plots"
)

// Sections lists the sections in the order of the book.
func Sections() []chapters.Section {
	return []chapters.Section{
		layers(),
		edges(),
		hyperparameters(),
		twelve(),
		pooling(),
		separable(),
		transposedConvolution(),
		arithmetic(),
		checkerboard(),
	}
}

// All lists the sections of Sections and those whose notebook and exercises are still to
// come: their claims and figures are checked as those of the others.
func All() []chapters.Section { return append(Sections(), generalisation()) }

// Filter slides a kernel over an image on the backend: one plane in, one plane
// out, with the settings of conv, whose weights it replaces.
func Filter(backend compute.Backend, conv cnnlib.Conv2D, image, kernel [][]float64) ([][]float64, error) {
	planes, err := FilterAll(backend, conv, image, kernel)
	if err != nil {
		return nil, err
	}
	return planes[0], nil
}

// FilterAll slides several kernels over an image in one call and returns one
// plane for each.
func FilterAll(backend compute.Backend, conv cnnlib.Conv2D, image [][]float64, kernels ...[][]float64) ([][][]float64, error) {
	conv.NoBias, conv.Weights = true, cnnlib.Filters(kernels...)
	x, err := cnnlib.FromMatrix(image)
	if err != nil {
		return nil, err
	}
	y, err := cnnlib.Run(backend, conv, x)
	if err != nil {
		return nil, err
	}
	planes := make([][][]float64, len(kernels))
	for i := range planes {
		if planes[i], err = cnnlib.ToMatrix(y, i); err != nil {
			return nil, err
		}
	}
	return planes, nil
}

// OnPlane runs a layer, or several, on one plane [H][W] and returns the first
// channel of the result. The layer must be one that gives [H W C].
func OnPlane(backend compute.Backend, layer cnnlib.Layer, plane [][]float64) ([][]float64, error) {
	x, err := cnnlib.FromMatrix(plane)
	if err != nil {
		return nil, err
	}
	y, err := cnnlib.Run(backend, layer, x)
	if err != nil {
		return nil, err
	}
	return cnnlib.ToMatrix(y, 0)
}

// Draw computes and draws one figure of the chapter.
func Draw(backend compute.Backend, id string) (*plots.Picture, error) {
	for _, s := range All() {
		for _, f := range s.Figures {
			if f.ID == id {
				return f.Draw(backend), nil
			}
		}
	}
	return nil, fmt.Errorf("ch05: there is no figure %q: `go run . figures` lists them", id)
}
