package separable

import (
	"fmt"

	"cnnbook/cnnlib"
	"cnnbook/plots"
)

// Bars draws the weights of both layers, without biases, from 3 channels to out with a k×k
// kernel, and says how the share of the separable one comes about. k and out must be at
// least 1. It is for the sliders of the notebook.
func Bars(k, out int) (*plots.Picture, string) {
	standard := cnnlib.Conv2D{Channels: out, Kernel: k, Padding: cnnlib.Same, NoBias: true}.Params(wideInput)
	depthwise := cnnlib.DepthwiseConv2D{Kernel: k, Padding: cnnlib.Same, NoBias: true}.Params(wideInput)
	pointwise := cnnlib.Conv2D{Channels: out, Kernel: 1, NoBias: true}.Params(wideInput)
	p := plots.Bars{Label: "weights", Bars: []plots.Bar{
		{Name: fmt.Sprintf("standard %d×%d", k, k), Value: float64(standard)},
		{Name: "separable", Value: float64(depthwise + pointwise)},
		{Name: "– depthwise", Value: float64(depthwise)},
		{Name: "– pointwise", Value: float64(pointwise)},
	}}.Picture()
	share := float64(depthwise+pointwise) / float64(standard)
	return p, fmt.Sprintf("3 → %d channels, %d×%d: (%d + %d) / %d = %.3f = 1/%d + 1/%d²", out, k, k, depthwise, pointwise, standard, share, out, k)
}
