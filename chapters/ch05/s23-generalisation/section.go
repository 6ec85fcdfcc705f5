// Package generalisation is section 5.23: what makes a network right on pictures that it has not seen.
package generalisation

import (
	"embed"
	"io/fs"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/plots"
)

// Section is what the companion says about the section.
func Section() chapters.Section {
	s := readTable(Table(), TableFolder())
	return chapters.Section{
		Results: Results(),
		ID:      "5.23", Slug: "05_23_generalisation",
		Title:       "How to generalise better",
		TitleZH:     "提高泛化能力的方法总结",
		Claims:      append(generalisationClaims(), s.claims()...),
		Figures:     s.figures(),
		Experiments: []chapters.Experiment{modernExperiment()},
	}
}

// Draw computes and draws one figure of the section, for example "05_23_…".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }

//go:embed measured
var measuredFiles embed.FS

// Results holds the stored results of the section's experiments.
func Results() fs.FS { return chapters.ResultsIn(measuredFiles) }

// Measured returns the stored results of one experiment of the section.
func Measured(id string) (*chapters.Measured, error) { return chapters.ReadMeasured(Results(), id) }
