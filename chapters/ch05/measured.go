package ch05

import (
	"embed"
	"io/fs"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/cnnlib/train"
)

//go:embed measured
var measuredFiles embed.FS

// MeasuredFolder holds the stored results of the chapter's experiments: ID.json,
// and ID_arm.safetensors with the kept weights (measured/README.md).
func MeasuredFolder() fs.FS {
	folder, err := fs.Sub(measuredFiles, "measured")
	if err != nil {
		panic(err) // the name above is a valid one
	}
	return folder
}

// Measured returns the stored results of an experiment of the chapter, for example
// Measured("05_11_budget"). The error says which command makes them where they are
// missing.
func Measured(id string) (*chapters.Measured, error) {
	return chapters.ReadMeasured(MeasuredFolder(), id)
}

// Trained returns the network of an arm of an experiment as its first seed trained
// it, with the stored weights, for arms with Keep.
func Trained(backend compute.Backend, id, arm string) (*train.Model, error) {
	e, err := chapters.FindExperiment(Sections(), id)
	if err != nil {
		return nil, err
	}
	return e.Trained(backend, MeasuredFolder(), arm)
}
