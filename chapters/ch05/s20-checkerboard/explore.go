package checkerboard

import (
	"fmt"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib/arith"
	"cnnbook/plots"
)

// StampMap is the figure of the sliders in the notebook: how many inputs of a square
// of 4×4 add to each output, and the finding in words.
func StampMap(backend compute.Backend, kernel, stride int) (*plots.Picture, string, error) {
	const side = 4
	p, err := stampMap(backend, kernel, stride, side)
	if err != nil {
		return nil, "", err
	}
	fewest, most, err := arith.Transposed{In: side, Kernel: kernel, Stride: stride}.Interior()
	if err != nil {
		return nil, "", err
	}
	finding := fmt.Sprintf("k = %d, s = %d: inside a large picture %d to %d inputs, a checkerboard", kernel, stride, fewest*fewest, most*most)
	if fewest == most {
		finding = fmt.Sprintf("k = %d, s = %d: inside a large picture %d inputs everywhere, even", kernel, stride, most*most)
	}
	return p, finding, nil
}

// stampMap draws the counts of Stamps for a square of inputs.
func stampMap(backend compute.Backend, kernel, stride, side int) (*plots.Picture, error) {
	m, err := Stamps(backend, side, side, kernel, stride)
	if err != nil {
		return nil, err
	}
	c := plots.Coverage{Unit: "inputs", Title: fmt.Sprintf("k = %d, s = %d", kernel, stride)}
	for _, row := range m {
		c.Counts = append(c.Counts, asCounts(row))
	}
	return c.Picture(), nil
}
