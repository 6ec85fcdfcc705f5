// Package edges is section 5.2a: how does a convolution detect edges?
//
// Sources: I. Sobel and G. Feldman, "A 3×3 Isotropic Gradient Operator for Image
// Processing", Stanford Artificial Intelligence Project 1968; H. Scharr, "Optimale Operatoren in der Digitalen Bildverarbeitung",
// thesis, Heidelberg 2000, table B.11; W. T. Freeman and E. H. Adelson, "The Design and Use
// of Steerable Filters", IEEE PAMI 13(9), 1991.
package edges

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
		ID: "5.2a", Slug: "05_02a_edges",
		Title: "How convolution detects edges", TitleZH: "卷积如何检测边缘信息",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_02a_digits".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
