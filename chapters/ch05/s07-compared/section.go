// Package compared is section 5.7: Convolution and pooling compared.
package compared

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
		ID: "5.7", Slug: "05_07_compared",
		Title: "Convolution and pooling compared", TitleZH: "卷积层和池化层有什么区别",
		Claims:    claims(),
		Figures:   figures(),
		Exercises: exercises(),
		Solutions: solutions,
	}
}

// Draw computes and draws one figure of the section, for example "05_07_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }
