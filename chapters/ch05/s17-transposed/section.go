// Package transposed is section 5.17: is the kernel turned in a convolution, and what is
// a transposed convolution?
//
// Sources: V. Dumoulin, F. Visin, arXiv:1603.07285, chapter 4 (transposed convolution);
// J. Long, E. Shelhamer, T. Darrell, arXiv:1411.4038 (the FCN); H. Noh, S. Hong, B. Han,
// arXiv:1505.04366 (mirrored VGG-16); M. Zeiler, R. Fergus, arXiv:1311.2901 (unpooling,
// projections to the pixels).
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

//go:embed measured
var measured embed.FS

// Section is what the companion says about the section.
func Section() chapters.Section {
	return chapters.Section{
		ID: "5.17", Slug: "05_17_transposed",
		Title: "Image convolution and transposed convolution", TitleZH: "理解图像卷积与反卷积",
		Claims:      slices.Concat(turnedClaims(), claims()),
		Figures:     slices.Concat(turnedFigures(), figures(), unpoolFigures()),
		Exercises:   exercises(),
		Experiments: []chapters.Experiment{experiment()},
		Solutions:   solutions,
		Results:     Results(),
	}
}

// Draw computes and draws one figure of the section, for example "05_17_pair".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }

// Results holds the stored results of the section's experiment.
func Results() fs.FS { return chapters.ResultsIn(measured) }

// Measured returns the stored results of the experiment "05_17_deconvnet".
func Measured(id string) (*chapters.Measured, error) { return Section().Measured(id) }

// Trained returns the network of an arm of an experiment as its first seed trained it,
// with the stored weights.
func Trained(backend compute.Backend, id, arm string) (*train.Model, error) {
	return Section().Trained(backend, id, arm)
}

// The first example of the section. The kernel is a Sobel filter: turned by 180° it is its
// own negative.
var (
	turnImage  = [][]float64{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}
	turnKernel = [][]float64{{-1, -2, -1}, {0, 0, 0}, {1, 2, 1}}
)

// The second example. The pixel that the section follows stands in row and column
// embossPixel, counted from 0.
var (
	embossImage = [][]float64{
		{0, 0, 0, 0, 0, 0, 0},
		{0, 1, 1, 1, 1, 0, 0},
		{0, 1, 2, 2, 1, 1, 0},
		{0, 1, 2, 2, 2, 1, 0},
		{0, 0, 1, 2, 2, 1, 0},
		{0, 0, 1, 1, 1, 1, 0},
		{0, 0, 1, 1, 1, 1, 0},
	}
	embossKernel = [][]float64{{4, 0, 0}, {0, 0, 0}, {0, 0, -4}}
)

const embossPixel = 1

// The third example. The kernel looks the same after half a turn.
var (
	slideImage = [][]float64{
		{1, 1, 1, 0, 0},
		{0, 1, 1, 1, 0},
		{0, 0, 1, 1, 1},
		{0, 0, 1, 1, 0},
		{0, 1, 1, 0, 0},
	}
	slideKernel = [][]float64{{1, 0, 1}, {0, 1, 0}, {1, 0, 1}}
)

// The last example, 2×2 by a 4×4 kernel. The section shows colours only; the numbers are
// ours.
var (
	stampInput  = [][]float64{{1, 2}, {3, 4}}
	stampKernel = [][]float64{{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}, {13, 14, 15, 16}}
)

const stampStride = 3
