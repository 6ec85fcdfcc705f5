package cnnlib_test

import (
	"testing"

	"cnnbook/cnnlib"
)

// Rows and columns with settings of their own: sizes, parameters and MACs by hand.
func TestEachAxisHasItsSettings(t *testing.T) {
	explicit := cnnlib.Pads{Left: 1}
	for _, c := range []struct {
		layer        cnnlib.Layer
		in, out      cnnlib.Shape
		params, macs int
		literal      string
	}{
		// Rows (9-3)/2+1, columns (9-5)/1+1.
		{cnnlib.Conv2D{Channels: 2, Kernel: 3, Stride: 2, StrideW: 1, DilationW: 2}, cnnlib.Shape{9, 9, 1}, cnnlib.Shape{4, 5, 2}, 18 + 2, 18 * 20,
			"Conv2D{Channels: 2, Kernel: 3, Stride: 2, StrideW: 1, DilationW: 2}"},
		{cnnlib.Conv2D{Channels: 2, Kernel: 3, StrideW: 3}, cnnlib.Shape{9, 9, 1}, cnnlib.Shape{7, 3, 2}, 18 + 2, 18 * 21,
			"Conv2D{Channels: 2, Kernel: 3, StrideW: 3}"},
		{cnnlib.DepthwiseConv2D{Kernel: 3, StrideW: 2, Dilation: 2, DilationW: 1, NoBias: true}, cnnlib.Shape{9, 9, 2}, cnnlib.Shape{5, 4, 2}, 18, 18 * 20,
			"DepthwiseConv2D{Kernel: 3, StrideW: 2, Dilation: 2, DilationW: 1, NoBias: true}"},
		{cnnlib.SeparableConv2D{Channels: 3, Kernel: 3, StrideW: 2, DilationW: 3, NoBias: true}, cnnlib.Shape{9, 9, 2}, cnnlib.Shape{7, 2, 3}, 18 + 6, 24 * 14,
			"SeparableConv2D{Channels: 3, Kernel: 3, StrideW: 2, DilationW: 3, NoBias: true}"},
		// Rows (3-1)·2+3, columns (4-1)·3 + 5 - 1 + 2.
		{cnnlib.ConvTranspose2D{Channels: 1, Kernel: 3, Stride: 2, StrideW: 3, Padding: cnnlib.Explicit, Pads: explicit, DilationW: 2, OutputPaddingW: 2}, cnnlib.Shape{3, 4, 1}, cnnlib.Shape{7, 15, 1}, 9 + 1, 9 * 12,
			"ConvTranspose2D{Channels: 1, Kernel: 3, Stride: 2, StrideW: 3, Padding: Explicit, Pads: Pads{Left: 1}, DilationW: 2, OutputPaddingW: 2}"},
		{cnnlib.LocallyConnected2D{Channels: 1, Kernel: 2, StrideW: 4, NoBias: true}, cnnlib.Shape{5, 6, 1}, cnnlib.Shape{4, 2, 1}, 4 * 8, 4 * 8,
			"LocallyConnected2D{Channels: 1, Kernel: 2, StrideW: 4, NoBias: true}"},
		{cnnlib.MaxPool2D{Window: 2, StrideW: 1}, cnnlib.Shape{6, 6, 1}, cnnlib.Shape{3, 5, 1}, 0, 0, "MaxPool2D{Window: 2, StrideW: 1}"},
		{cnnlib.AvgPool2D{Window: 3, WindowW: 2, Stride: 1, StrideW: 2}, cnnlib.Shape{6, 6, 1}, cnnlib.Shape{4, 3, 1}, 0, 0, "AvgPool2D{Window: 3, WindowW: 2, Stride: 1, StrideW: 2}"},
		{cnnlib.MaxPool3D{Window: 2, StrideD: 1}, cnnlib.Shape{4, 4, 4, 1}, cnnlib.Shape{3, 2, 2, 1}, 0, 0, "MaxPool3D{Window: 2, StrideD: 1}"},
		// As the first pooling of I3D (arXiv:1705.07750, Figure 3): 1×3×3 windows, stride 1, 2, 2.
		{cnnlib.AvgPool3D{Window: 3, WindowD: 1, Stride: 2, StrideD: 1, StrideW: 2}, cnnlib.Shape{4, 7, 9, 1}, cnnlib.Shape{4, 3, 4, 1}, 0, 0, "AvgPool3D{Window: 3, WindowD: 1, Stride: 2, StrideD: 1, StrideW: 2}"},
		{cnnlib.Conv3D{Channels: 1, Kernel: 2, Stride: 1, StrideH: 2, StrideW: 3, DilationH: 2, DilationW: 1, NoBias: true}, cnnlib.Shape{4, 7, 8, 1}, cnnlib.Shape{3, 3, 3, 1}, 8, 8 * 27,
			"Conv3D{Channels: 1, Kernel: 2, Stride: 1, StrideH: 2, StrideW: 3, DilationH: 2, DilationW: 1, NoBias: true}"},
		{cnnlib.Upsample{Factor: 2, FactorW: 3}, cnnlib.Shape{2, 2, 1}, cnnlib.Shape{4, 6, 1}, 0, 0, "Upsample{Factor: 2, FactorW: 3}"},
	} {
		if out, err := c.layer.OutShape(c.in); err != nil || !out.Equal(c.out) {
			t.Errorf("%v: %v, %v, want %v", c.layer, out, err, c.out)
		}
		if got := c.layer.Params(c.in); got != c.params {
			t.Errorf("%v: %d parameters, want %d", c.layer, got, c.params)
		}
		if got := c.layer.MACs(c.in); got != c.macs {
			t.Errorf("%v: %d MACs, want %d", c.layer, got, c.macs)
		}
		if got := c.layer.String(); got != c.literal {
			t.Errorf("got  %s\nwant %s", got, c.literal)
		}
	}
}

func TestSettingsOfTheColumnsAreRefused(t *testing.T) {
	image := cnnlib.Shape{6, 7, 4}
	for _, c := range []struct {
		layer cnnlib.Layer
		want  string
	}{
		{cnnlib.Conv2D{Channels: 1, Kernel: 1, StrideW: -1}, "StrideW is -1, want at least 1"},
		{cnnlib.DepthwiseConv2D{Kernel: 1, DilationW: -2}, "DilationW is -2, want at least 1"},
		{cnnlib.SeparableConv2D{Channels: 1, Kernel: 1, StrideW: -1}, "StrideW is -1, want at least 1"},
		{cnnlib.LocallyConnected2D{Channels: 1, Kernel: 1, StrideW: -1}, "StrideW is -1, want at least 1"},
		{cnnlib.ConvTranspose2D{Channels: 1, Kernel: 1, StrideW: -1}, "StrideW is -1, want at least 1"},
		{cnnlib.ConvTranspose2D{Channels: 1, Kernel: 1, Stride: 2, OutputPaddingW: 2}, "columns: output padding 2 is not below the stride 2: use 0 to 1"},
		{cnnlib.ConvTranspose2D{Channels: 1, Kernel: 1, Stride: 2, OutputPaddingW: -2}, "columns: output padding -2 is below 0"},
		{cnnlib.ConvTranspose2D{Channels: 1, Kernel: 1, Stride: 2, StrideW: 1, OutputPadding: 1}, "columns: output padding 1 is not below the stride 1: use 0 to 0"},
		{cnnlib.MaxPool2D{Window: 2, StrideW: -1}, "columns: the stride is -1, want at least 1, or 0 for Stride"},
		{cnnlib.AvgPool2D{Window: 2, StrideW: -1}, "columns: the stride is -1, want at least 1, or 0 for Stride"},
		{cnnlib.Upsample{Factor: 2, FactorW: -1}, "FactorW is -1, want at least 1, or 0 for Factor"},
	} {
		checkRefuses(t, c.layer, image, c.want)
	}
	checkRefuses(t, cnnlib.Conv3D{Channels: 1, Kernel: 1, StrideH: -1}, cnnlib.Shape{3, 3, 3, 1}, "StrideH is -1, want at least 1")
	checkRefuses(t, cnnlib.MaxPool3D{Window: 1, StrideD: -1}, cnnlib.Shape{3, 3, 3, 1}, "frames: the stride is -1, want at least 1, or 0 for Stride")
}

// With output paddings of their own a transposed convolution goes back to every size, also
// to 7×8 and 8×7, which a convolution of stride 2 takes to the same size.
func TestTransposedConvolutionGoesBackToAnySize(t *testing.T) {
	forth := cnnlib.Conv2D{Channels: 1, Kernel: 3, Stride: 2}
	for h := 3; h <= 9; h++ {
		for w := 3; w <= 9; w++ {
			in := cnnlib.Shape{h, w, 1}
			back := cnnlib.ConvTranspose2D{Channels: 1, Kernel: 3, Stride: 2, OutputPadding: (h - 3) % 2, OutputPaddingW: (w - 3) % 2}
			if back.OutputPaddingW == 0 {
				back.OutputPaddingW = -1 // none, also if the rows have some
			}
			if out, err := (cnnlib.Sequential{forth, back}).OutShape(in); err != nil || !out.Equal(in) {
				t.Errorf("%v: %v, %v, want %v", back, out, err, in)
			}
		}
	}
}
