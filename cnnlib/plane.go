package cnnlib

import (
	"fmt"

	"github.com/gomlx/compute"
)

// RunPlane computes the layer once ([RunPlanes]) on one plane [H][W] and returns the one
// plane of the result. A result of several channels is an error.
func RunPlane(backend compute.Backend, layer Layer, plane [][]float64) ([][]float64, error) {
	planes, err := RunPlanes(backend, layer, plane)
	if err != nil {
		return nil, err
	}
	if len(planes) != 1 {
		return nil, fmt.Errorf("cnnlib: %v gives %d planes, want 1: take them with RunPlanes", layer, len(planes))
	}
	return planes[0], nil
}
