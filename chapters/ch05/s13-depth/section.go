// Package depth is section 5.13 of the book: the depth of a convolutional layer's output
// equals the number of its kernels. A kernel is as deep as the input and adds up what it
// finds in all of its channels, so that each gives one map (V. Dumoulin and F. Visin,
// arXiv:1603.07285, §1.1).
package depth

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
		ID: "5.13", Slug: "05_13_depth",
		Title: "What the depth of the output equals", TitleZH: "卷积层输出的深度与哪个部件的个数相同",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_13_maps".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
