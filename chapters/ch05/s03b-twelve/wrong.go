package twelve

import (
	"fmt"

	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
)

// wrongTransposedSizes are formulas that one easily takes for relationship 14.
var wrongTransposedSizes = []chapters.WrongAnswer{
	{Name: "the formula of the convolution", Answer: func(i, k, s, p, a int) int { return (i+2*p-k)/s + 1 }, Says: "way back"},
	{Name: "padding added", Answer: func(i, k, s, p, a int) int { return (i-1)*s + k + 2*p + a }, Says: "cut off"},
	{Name: "as many strides as cells", Answer: func(i, k, s, p, a int) int { return i*s + k - 2*p + a }, Says: "i−1 gaps"},
	{Name: "output padding forgotten", Answer: func(i, k, s, p, a int) int { return (i-1)*s + k - 2*p }, Says: "output padding is missing"},
	{Name: "output padding on both sides", Answer: func(i, k, s, p, a int) int { return (i-1)*s + k - 2*p + 2*a }, Says: "at the end only"},
	{Name: "padding cut on one side", Answer: func(i, k, s, p, a int) int { return (i-1)*s + k - p + a }, Says: "both sides"},
	{Name: "multiplied by the stride", Answer: func(i, k, s, p, a int) int { return i * s }, Says: "i·s"},
}

// explainTransposedSize says which of the wrong formulas gives the number.
func explainTransposedSize(args []any, want, got any) string {
	i, k, s, p, a := args[0].(int), args[1].(int), args[2].(int), args[3].(int), args[4].(int)
	switch got.(int) {
	case (i+2*p-k)/s + 1:
		return "This is the formula of the convolution; what is asked for is the way back."
	case i*s + k - 2*p + a:
		return "One stride too many: between i stamps there are i−1 gaps."
	case (i-1)*s + k + 2*p + a:
		return "The padding is added; on the way back it is cut off."
	case (i-1)*s + k - p + a:
		return "The padding is cut off on one side only; it stands on both sides."
	case (i-1)*s + k - 2*p:
		return "The output padding is missing."
	case (i-1)*s + k - 2*p + 2*a:
		return "The output padding is counted twice; it is added at the end only."
	case i * s:
		return "The result is i·s only where the kernel and the padding happen to fit that; the last stamp is k cells long."
	}
	return ""
}

// wrongStrideDilations are convolutions that use stride or dilation wrongly, or turn the
// kernel.
var wrongStrideDilations = []chapters.WrongAnswer{
	{Name: "dilation ignored", Answer: func(image, kernel [][]float64, stride, dilation int) [][]float64 {
		return strideDilation(image, kernel, stride, 1)
	}, Says: "dilation is not used"},
	{Name: "stride ignored", Answer: func(image, kernel [][]float64, stride, dilation int) [][]float64 {
		return strideDilation(image, kernel, 1, dilation)
	}, Says: "stride is not used"},
	{Name: "stride and dilation exchanged", Answer: func(image, kernel [][]float64, stride, dilation int) [][]float64 {
		return strideDilation(image, kernel, dilation, stride)
	}, Says: "exchanged"},
	{Name: "dilation as the number of cells left out", Answer: func(image, kernel [][]float64, stride, dilation int) [][]float64 {
		if 1+(len(kernel)-1)*(dilation+1) > len(image) || 1+(len(kernel[0])-1)*(dilation+1) > len(image[0]) {
			return nil
		}
		return strideDilation(image, kernel, stride, dilation+1)
	}, Says: "one too far"},
	{Name: "kernel turned", Answer: func(image, kernel [][]float64, stride, dilation int) [][]float64 {
		return strideDilation(image, ref.Rotate180(kernel), stride, dilation)
	}, Says: "turned by 180°"},
	{Name: "the position counted, not the cell", Answer: func(image, kernel [][]float64, stride, dilation int) [][]float64 {
		y := strideDilation(image, kernel, 1, dilation)
		rows, cols := (len(y)-1)/stride+1, (len(y[0])-1)/stride+1
		y = y[:rows]
		for i := range y {
			y[i] = y[i][:cols]
		}
		return y
	}, Says: "times the stride"},
}

// explainStrideDilation says which of the wrong convolutions gives the numbers.
func explainStrideDilation(args []any, want, got any) string {
	image, kernel, s, d := args[0].([][]float64), args[1].([][]float64), args[2].(int), args[3].(int)
	w, g := want.([][]float64), got.([][]float64)
	// As dilation grows, the kernel may not fit any more.
	is := func(kernel [][]float64, s, d int) bool {
		return (len(kernel)-1)*d < len(image) && (len(kernel[0])-1)*d < len(image[0]) &&
			ref.EqualWithin(g, strideDilation(image, kernel, s, d), 1e-9) // cases hold small integers
	}
	switch {
	case s != d && is(kernel, d, s):
		return "Stride and dilation are exchanged: the stride moves the kernel, the dilation spreads its weights."
	case d > 1 && is(kernel, s, 1):
		return "The dilation is not used: these are the numbers with all weights side by side."
	case s > 1 && is(kernel, 1, d):
		return "The stride is not used: these are the numbers for every position."
	case len(g) == 0 || is(kernel, s, d+1):
		return "The weights are one too far apart: dilation d means that neighbours are d cells apart, with d−1 cells between them."
	case is(ref.Rotate180(kernel), s, d):
		return "These are the numbers of the kernel turned by 180°. Here the kernel is not turned."
	case len(g) != len(w) || len(g[0]) != len(w[0]):
		return fmt.Sprintf("The size is wrong: %d weights, %d apart, span %d of %d rows.", len(kernel), d, (len(kernel)-1)*d+1, len(image))
	case s > 1:
		return "Result cell (i, j) begins at image cell (i, j) times the stride. Look at where the second one begins."
	}
	return ""
}

// wrongPairs halve a side and do not lead back to it, or do so with another kernel, stride
// or padding.
var wrongPairs = []chapters.WrongAnswer{
	{Name: "no output padding", Answer: func() (cnnlib.Conv2D, cnnlib.ConvTranspose2D) {
		down, up := thereAndBack()
		up.OutputPadding = 0
		return down, up
	}, Says: "OutputPadding"},
	{Name: "no padding", Answer: func() (cnnlib.Conv2D, cnnlib.ConvTranspose2D) {
		down, up := thereAndBack()
		down.Padding, up.Padding = cnnlib.Valid, cnnlib.Valid
		return down, up
	}, Says: "Is there padding"},
	{Name: "kernel 2", Answer: func() (cnnlib.Conv2D, cnnlib.ConvTranspose2D) {
		return cnnlib.Conv2D{Channels: 1, Kernel: 2, Stride: 2}, cnnlib.ConvTranspose2D{Channels: 1, Kernel: 2, Stride: 2}
	}, Says: "3×3 kernel"},
	{Name: "another way back", Answer: func() (cnnlib.Conv2D, cnnlib.ConvTranspose2D) {
		down, _ := thereAndBack()
		return down, cnnlib.ConvTranspose2D{Channels: 1, Kernel: 4, Stride: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: 1, Bottom: 1, Left: 1, Right: 1}}
	}, Says: "the same kernel, stride and padding"},
	{Name: "stride 1", Answer: func() (cnnlib.Conv2D, cnnlib.ConvTranspose2D) {
		down, up := thereAndBack()
		down.Stride, up.Stride, up.OutputPadding = 1, 1, 0
		return down, up
	}, Says: "stride 2"},
}
