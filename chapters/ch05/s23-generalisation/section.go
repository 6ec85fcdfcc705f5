// Package generalisation is section 5.23: what makes a network right on pictures that it
// has not seen, and by how much?
//
// The book's table of accuracies is that of M. Nielsen, "Neural Networks and Deep Learning"
// (2015), chapter 6, made by his program network3.py
// (https://github.com/mnielsen/neural-networks-and-deep-learning). Here its rows are
// trained again in three ways; package table has the stored results and their statistics,
// package table/jobs the command that trains them.
package generalisation

import (
	"embed"
	"io/fs"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/plots"
)

//go:embed measured
var measuredFiles embed.FS

// Section returns what the companion says about section 5.23. Claims and figures that need
// rows of the table are in it for the rows that have results.
func Section() chapters.Section {
	s := stored(Table(), TableFolder())
	return chapters.Section{
		ID: "5.23", Slug: "05_23_generalisation",
		Title: "How to generalise better", TitleZH: "提高泛化能力的方法总结",
		Claims:      append(claims(), s.claims()...),
		Figures:     s.figures(),
		Experiments: []chapters.Experiment{experiment()},
		Results:     Results(),
	}
}

// Draw computes and draws one figure of the section, such as "05_23_errors".
func Draw(backend compute.Backend, id string) *plots.Picture { return Section().Draw(backend, id) }

// Results returns the folder with the stored results of the section's experiment.
func Results() fs.FS { return chapters.ResultsIn(measuredFiles) }

// Measured returns the stored results of an experiment of the section. If they are missing,
// the error says which command makes them.
func Measured(id string) (*chapters.Measured, error) { return chapters.ReadMeasured(Results(), id) }

// TableFolder returns the folder with the stored results of [Table]: a file
// PROFILE_ROW_seedN.json for each training, and the kept weights of some
// (measured/table/README.md).
func TableFolder() fs.FS {
	folder, err := fs.Sub(Results(), "table")
	if err != nil {
		panic(err) // the name above is a valid one
	}
	return folder
}
