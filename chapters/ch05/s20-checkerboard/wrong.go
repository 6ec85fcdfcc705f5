package checkerboard

import (
	"fmt"
	"slices"
	"strings"

	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
)

// The answers of plausible mistakes in the exercise 5.20.

// strideIgnored counts the stamps at stride 1.
func strideIgnored(i, k, _, o int) int { return stampsOnCell(i, k, 1, o) }

// kernelOverStride is what cells get on average, far from the border.
func kernelOverStride(_, k, s, _ int) int { return k / s }

// withoutEnd counts as if the inputs went on beyond both ends.
func withoutEnd(_, k, s, o int) int { return stampsOnCell(o+k, k, s, o+k*s) }

// oneCellTooLong takes n+k for the last cell of a stamp that begins at n.
func oneCellTooLong(i, k, s, o int) int { return stampsOnCell(i, k+1, s, o) }

func explainStampCount(args []any, _, got any) string {
	i, k, s, o := args[0].(int), args[1].(int), args[2].(int), args[3].(int)
	switch got.(int) {
	case strideIgnored(i, k, s, o):
		return "These are the stamps at stride 1. The stride sets how far apart they begin."
	case withoutEnd(i, k, s, o):
		return "That is right far from the border. Here an input that would be needed does not exist."
	case oneCellTooLong(i, k, s, o):
		return "A stamp that begins at cell n ends at cell n+k−1, not n+k."
	case kernelOverStride(i, k, s, o):
		return "The number depends on the cell: if s does not divide k, neighbours differ."
	}
	return ""
}

// The answers of plausible mistakes in the exercise 5.20-2.

// convolutionMatrix has a row for each input.
func convolutionMatrix(kernel []float64, s, n int) [][]float64 {
	return grid.Transposed(stampMatrix(kernel, s, n))
}

// turnedMatrix stamps the kernel with its last weight first.
func turnedMatrix(kernel []float64, s, n int) [][]float64 {
	turned := slices.Clone(kernel)
	slices.Reverse(turned)
	return stampMatrix(turned, s, n)
}

// strideOneMatrix lays each stamp one cell below the last.
func strideOneMatrix(kernel []float64, _, n int) [][]float64 { return stampMatrix(kernel, 1, n) }

// shortMatrix has n·s rows, whatever the kernel.
func shortMatrix(kernel []float64, s, n int) [][]float64 {
	m := append(stampMatrix(kernel, s, n), grid.Zeros(s, n)...)
	return m[:n*s]
}

func explainStampMatrix(args []any, want, got any) string {
	kernel, s, n := args[0].([]float64), args[1].(int), args[2].(int)
	w, g := want.([][]float64), got.([][]float64)
	same := func(m [][]float64) bool { return ref.EqualWithin(m, g, 0) } // nothing is computed
	switch {
	case same(grid.Transposed(w)):
		return "This is the matrix of the convolution. The other one is the same transposed: a row for each output."
	case same(turnedMatrix(kernel, s, n)):
		return "The kernel is turned: an input stamps it as it stands, the first weight on the first cell."
	case same(strideOneMatrix(kernel, s, n)):
		return "The stride is not used: each column begins s rows below the one before."
	case len(g) != len(w):
		return fmt.Sprintf("It has %d rows, want (n−1)·s + %d = %d: the last stamp is as long as the kernel.", len(g), len(kernel), len(w))
	}
	return ""
}

// The answers of plausible mistakes in the exercise 5.20-3.

// transposedGenerator enlarges by transposed convolutions with stride 2.
func transposedGenerator(kernel int) cnnlib.Sequential {
	var net cnnlib.Sequential
	for _, channels := range []int{8, 1} {
		net = append(net, doublingLayer(channels, kernel))
	}
	return net
}

// subPixelGenerator shuffles channels in place of repeating cells.
func subPixelGenerator() cnnlib.Sequential {
	return cnnlib.Sequential{
		cnnlib.Conv2D{Channels: 8, Kernel: 3, Padding: cnnlib.Same, Activation: cnnlib.ReLU}, cnnlib.PixelShuffle{Factor: 2},
		cnnlib.Conv2D{Channels: 4, Kernel: 3, Padding: cnnlib.Same}, cnnlib.PixelShuffle{Factor: 2},
	}
}

// unpaddedGenerator loses the border at each convolution.
func unpaddedGenerator() cnnlib.Sequential {
	return cnnlib.Sequential{
		cnnlib.Upsample{Factor: 2}, cnnlib.Conv2D{Channels: 8, Kernel: 3},
		cnnlib.Upsample{Factor: 2}, cnnlib.Conv2D{Channels: 1, Kernel: 3},
	}
}

// oneSizeGenerator adds 21 cells to any size, which is four times the size for 7 only.
func oneSizeGenerator() cnnlib.Sequential {
	return cnnlib.Sequential{cnnlib.Conv2D{Channels: 1, Kernel: 1}, cnnlib.ConvTranspose2D{Channels: 1, Kernel: 22}}
}

// wideGenerator has too many channels.
func wideGenerator() cnnlib.Sequential {
	g := resizeGenerator()
	g[1] = cnnlib.Conv2D{Channels: 64, Kernel: 3, Padding: cnnlib.Same, Activation: cnnlib.ReLU}
	return g
}

// whyUneven names the layer that makes the pattern.
func whyUneven(net cnnlib.Sequential) string {
	var divides, shuffles string
	for i, layer := range net {
		switch l := layer.(type) {
		case cnnlib.ConvTranspose2D:
			if stride := max(l.Stride, 1); l.Kernel%stride != 0 {
				return fmt.Sprintf("The stride %d of layer %d does not divide its kernel size %d, so cells get different numbers of stamps.", stride, i, l.Kernel)
			} else if stride > 1 {
				divides = fmt.Sprintf("The stride %d of layer %d divides the kernel size, but the cells of one period have different weights: their sums differ.", stride, i)
			}
		case cnnlib.PixelShuffle:
			shuffles = fmt.Sprintf("Layer %d, behind a convolution, is a transposed convolution by another name: the cells of one period come from different channels, with different weights.", i)
		}
	}
	return strings.TrimSpace(divides + " " + shuffles)
}
