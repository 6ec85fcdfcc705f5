// Package pooling is section 5.5: kinds of pooling. What does each window of a feature map
// leave behind: side by side, overlapping, or as bins of a pyramid for maps of any size?
//
// Sources: A. Krizhevsky et al. 2012, §3.4 (overlapping pooling); K. He et al. 2014,
// arXiv:1406.4729 (the pyramid); the UFLDL tutorial of Stanford on pooling (stationarity).
package pooling

import (
	"embed"
	"io/fs"
	"slices"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/plots"
)

//go:embed solutions.go
var solutions string

//go:embed measured
var measured embed.FS

// Section is what the companion says about the section.
func Section() chapters.Section {
	return chapters.Section{
		ID: "5.5", Slug: "05_05_pooling",
		Title: "Kinds of pooling", TitleZH: "有哪些池化方法",
		Claims:      slices.Concat(claims(), pyramidClaims()),
		Figures:     figures(),
		Exercises:   exercises(),
		Experiments: []chapters.Experiment{experiment()},
		Solutions:   solutions,
		Results:     Results(),
	}
}

// Draw computes and draws one figure of the section, for example "05_05_map".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }

// Results holds the stored results of the section's experiment.
func Results() fs.FS { return chapters.ResultsIn(measured) }

// Measured returns the stored results of the section's experiment, "05_05_overlap".
func Measured(id string) (*chapters.Measured, error) { return chapters.ReadMeasured(Results(), id) }

// uprights is the 5×5 filter for vertical edges: a difference across, smoothed along (the
// 5×5 member of Sobel's family), scaled so that a full step from paper to ink answers 1.
var uprights = grid.StepOne([][]float64{
	{1, 2, 0, -2, -1},
	{4, 8, 0, -8, -4},
	{6, 12, 0, -12, -6},
	{4, 8, 0, -8, -4},
	{1, 2, 0, -2, -1},
})

// Map computes the feature map [20][20] that the section pools: the 5×5 filter for vertical
// edges and ReLU make 24×24 cells of a digit of 28×28; the 20×20 in the middle of them are
// as many as in the book's picture. It fails if MNIST is missing or the backend fails.
func Map(backend compute.Backend) ([][]float64, error) {
	test, err := data.MNISTTest()
	if err != nil {
		return nil, err
	}
	image, err := test.First(4)
	if err != nil {
		return nil, err
	}
	y, err := cnnlib.RunPlane(backend, cnnlib.Conv2D{Activation: cnnlib.ReLU, NoBias: true, Weights: cnnlib.Filter(uprights)}, image[0])
	if err != nil {
		return nil, err
	}
	const side, border = 20, (24 - 20) / 2
	return grid.CutOut(y, border, border, side, side), nil
}
