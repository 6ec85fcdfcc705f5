package cnnlib

import (
	"fmt"

	"github.com/gomlx/compute"
)

// RunPlanes computes the layer once ([Run]) on one image, given as a plane [H][W] for each
// channel, and returns the planes of the result, one for each of its channels. It
// computes in float32. The layer's output must have the form [H W C].
func RunPlanes(backend compute.Backend, layer Layer, planes ...[][]float64) ([][][]float64, error) {
	x, err := FromMatrix(planes...)
	if err != nil {
		return nil, err
	}
	y, err := Run(backend, layer, x)
	if err != nil {
		return nil, err
	}
	shape := shapeOf(y.Shape())
	if len(shape) != 3 {
		return nil, fmt.Errorf("cnnlib: %v gives %v, want [N H W C]: only layers that give images have planes (Run takes all)", layer, shape)
	}
	out := make([][][]float64, shape[2])
	for channel := range out {
		if out[channel], err = ToMatrix(y, channel); err != nil {
			return nil, err
		}
	}
	return out, nil
}
