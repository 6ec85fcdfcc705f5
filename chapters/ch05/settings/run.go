package settings

import (
	"fmt"
	"slices"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// Run runs a setting on the backend with a real layer, cnnlib.Conv2D or
// cnnlib.ConvTranspose2D. image is [In In], kernel [Kernel Kernel]; the result is
// [Out Out]. It is an error if the setting is a pooling, if the kernel does not fit, or if
// the result has another size than the formula says.
func Run(backend compute.Backend, s arith.Setting, image, kernel [][]float64) ([][]float64, error) {
	layer, err := layerOf(s, kernel)
	if err != nil {
		return nil, err
	}
	result, err := cnnlib.RunPlane(backend, layer, image)
	if err != nil {
		return nil, err
	}
	o, err := s.Size()
	if err != nil {
		return nil, err
	}
	if len(result) != o || len(result[0]) != o {
		return nil, fmt.Errorf("settings: the backend gives %d×%d for %+v, the formula %d×%d", len(result), len(result[0]), s, o, o)
	}
	return result, nil
}

// layerOf returns the layer of a setting, with the kernel as its weights.
func layerOf(s arith.Setting, kernel [][]float64) (cnnlib.Layer, error) {
	pads := cnnlib.Pads{Top: s.Padding, Bottom: s.Padding, Left: s.Padding, Right: s.Padding}
	switch s.Operation {
	case arith.Convolution:
		return cnnlib.Conv2D{
			Weights: cnnlib.Filter(kernel), NoBias: true,
			Stride: s.Stride, Dilation: s.Dilation, Padding: cnnlib.Explicit, Pads: pads,
		}, nil
	case arith.TransposedConvolution:
		return cnnlib.ConvTranspose2D{
			Weights: cnnlib.Filter(kernel), NoBias: true,
			Stride: s.Stride, Dilation: s.Dilation, Padding: cnnlib.Explicit, Pads: pads, OutputPadding: s.Output,
		}, nil
	}
	return nil, fmt.Errorf("settings: %v given: use Convolution or TransposedConvolution", s.Operation)
}

// oracle computes a setting with the float64 loops of package ref.
func oracle(s arith.Setting, image, kernel [][]float64) ([][]float64, error) {
	if s.Operation == arith.Convolution {
		return ref.CrossCorrelate2D(image, kernel, Options(s))
	}
	x, err := ref.FromPlane(image)
	if err != nil {
		return nil, err
	}
	k := ref.Array{Shape: []int{s.Kernel, s.Kernel, 1, 1}, Data: slices.Concat(kernel...)}
	y, err := ref.Transposed(x, k, nil, TransposedOptions(s))
	if err != nil {
		return nil, err
	}
	return y.Plane(0, 0)
}
