package parity_test

import (
	"testing"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/parity"
)

// Central differences know nothing of package ref. Even kernels, padding wider
// than the kernel, stride with dilation and groups for each kind of convolution.
func TestDifferencesOfConvolutions(t *testing.T) {
	backend := goBackend(t)
	sequence, image, volume := cnnlib.Shape{9, 2}, cnnlib.Shape{5, 6, 2}, cnnlib.Shape{4, 5, 4, 2}
	for _, c := range []struct {
		layer cnnlib.Layer
		in    cnnlib.Shape
	}{
		{cnnlib.Conv1D{Channels: 3, Kernel: 3, Activation: cnnlib.Tanh}, sequence},
		{cnnlib.Conv1D{Channels: 2, Kernel: 4, Stride: 2, Dilation: 2, Padding: cnnlib.Same, Groups: 2}, sequence},
		{cnnlib.Conv1D{Channels: 2, Kernel: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads1D{Start: 3, End: 1}, NoBias: true}, sequence},
		{cnnlib.Conv3D{Channels: 2, Kernel: 2, Stride: 2, Padding: cnnlib.Same, Activation: cnnlib.Sigmoid}, volume},
		{cnnlib.Conv3D{Channels: 2, Kernel: 2, KernelH: 1, KernelW: 3, Stride: 2, Dilation: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads3D{Front: 3, Bottom: 1, Right: 1}, Groups: 2}, volume},
		{cnnlib.DepthwiseConv2D{Kernel: 3, Padding: cnnlib.Same, Activation: cnnlib.Tanh}, image},
		{cnnlib.DepthwiseConv2D{Multiplier: 2, Kernel: 2, KernelW: 3, Stride: 2, Dilation: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: 4, Right: 1}}, image},
		{cnnlib.SeparableConv2D{Channels: 3, Kernel: 2, Multiplier: 2, Stride: 2, Padding: cnnlib.Same, Activation: cnnlib.Sigmoid}, image},
		{cnnlib.ConvTranspose2D{Channels: 2, Kernel: 3, Stride: 2, Padding: cnnlib.Same, OutputPadding: 1, Activation: cnnlib.Tanh}, image},
		{cnnlib.ConvTranspose2D{Channels: 4, Kernel: 2, KernelW: 4, Stride: 2, Dilation: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: 4, Right: 1}, Groups: 2}, image},
		{cnnlib.ConvTranspose2D{Channels: 2, Kernel: 4, Padding: cnnlib.Full, NoBias: true}, image},
		{cnnlib.LocallyConnected2D{Channels: 2, Kernel: 2, KernelW: 3, Stride: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: 3, Right: 1}, Activation: cnnlib.Tanh}, image},
		{cnnlib.Sequential{ // gradients pass through every kind of work-around
			cnnlib.SeparableConv2D{Channels: 3, Kernel: 2, Padding: cnnlib.Same, Activation: cnnlib.Tanh},
			cnnlib.LocallyConnected2D{Channels: 2, Kernel: 2, Stride: 2, NoBias: true},
			cnnlib.ConvTranspose2D{Channels: 2, Kernel: 4, Stride: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: 1, Bottom: 1, Left: 1, Right: 1}, Activation: cnnlib.Sigmoid},
			cnnlib.DepthwiseConv2D{Kernel: 2, Padding: cnnlib.Full},
		}, image},
	} {
		got, err := parity.Differences(backend, c.layer, 2, c.in)
		if err != nil {
			t.Error(err)
			continue
		}
		t.Logf("%.1e %v", got, c.layer)
		if got > parity.Tolerance {
			t.Errorf("%v: gradients differ from central differences by %g, allowed %g", c.layer, got, parity.Tolerance)
		}
	}
}
