package layers

import (
	"fmt"
	"math"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/chapters/mistakes"
	"cnnbook/cnnlib/ref"
)

// wrongParameters are plausible mistakes in parameters.
var wrongParameters = []chapters.WrongAnswer{
	{Name: "no bias", Answer: func(kernel, in, out int) int { return kernel * kernel * in * out }, Says: "bias"},
	{Name: "one bias for all", Answer: func(kernel, in, out int) int { return kernel*kernel*in*out + 1 }, Says: "each output channel"},
	{Name: "input channels forgotten", Answer: func(kernel, in, out int) int { return (kernel*kernel + 1) * out }, Says: "input channels"},
	{Name: "side for square", Answer: func(kernel, in, out int) int { return (kernel*in + 1) * out }, Says: "square"},
	{Name: "a bias for each square", Answer: func(kernel, in, out int) int { return (kernel*kernel + 1) * in * out }, Says: "not one for each pair"},
}

func explainParameters(args []any, _, got any) string {
	kernel, in, out := args[0].(int), args[1].(int), args[2].(int)
	weights := kernel * kernel * in * out
	switch got.(int) {
	case weights:
		return fmt.Sprintf("These are the weights. The %d biases are missing.", out)
	case weights + 1:
		return "There is one bias for each output channel, not one for the layer."
	case (kernel*kernel + 1) * out:
		return fmt.Sprintf("The input channels are missing: a kernel is a block of %d×%d×%d numbers.", kernel, kernel, in)
	case (kernel*in + 1) * out:
		return fmt.Sprintf("The kernel is a square: %d·%d numbers for each input channel, not %d.", kernel, kernel, kernel)
	case (kernel*kernel + 1) * in * out:
		return "There is one bias for each output channel, not one for each pair of channels."
	}
	return ""
}

// wrongReluPool are plausible mistakes in reluPool.
var wrongReluPool = append([]chapters.WrongAnswer{
	{Name: "no RELU", Answer: func(x [][]float64) [][]float64 { return squares(x, 2, maxOf) }, Says: "RELU"},
	{Name: "absolute value", Answer: func(x [][]float64) [][]float64 { return squares(absolute(x), 2, maxOf) }, Says: "absolute"},
	{Name: "mean", Answer: func(x [][]float64) [][]float64 { return squares(rectified(x), 2, meanOf) }, Says: "mean"},
	{Name: "windows overlap", Answer: func(x [][]float64) [][]float64 { return squares(rectified(x), 1, maxOf) }, Says: "overlap"},
}, frequentReluPools()...)

// frequentReluPools are the wrong loops of pooling, behind a right RELU.
func frequentReluPools() (wrong []chapters.WrongAnswer) {
	for _, m := range mistakes.OfPooling() {
		wrong = append(wrong, chapters.WrongAnswer{Name: m.Name, Says: m.Says, Answer: func(x [][]float64) [][]float64 { return m.Answer(rectified(x), 2, 2) }})
	}
	return wrong
}

// squares slides a 2×2 window with the given stride and reduces each to a number.
func squares(x [][]float64, stride int, reduce func(a, b, c, d float64) float64) [][]float64 {
	var y [][]float64
	for i := 0; i+1 < len(x); i += stride {
		var row []float64
		for j := 0; j+1 < len(x[0]); j += stride {
			row = append(row, reduce(x[i][j], x[i][j+1], x[i+1][j], x[i+1][j+1]))
		}
		y = append(y, row)
	}
	return y
}

func maxOf(a, b, c, d float64) float64  { return max(a, b, c, d) }
func meanOf(a, b, c, d float64) float64 { return (a + b + c + d) / 4 }

func rectified(x [][]float64) [][]float64 {
	return grid.Map(x, func(v float64) float64 { return max(0, v) })
}
func absolute(x [][]float64) [][]float64 { return grid.Map(x, math.Abs) }

func explainReluPool(args []any, want, got any) string {
	x, g := args[0].([][]float64), got.([][]float64)
	same := func(a [][]float64) bool { return ref.EqualWithin(a, g, 1e-9) } // cases hold small integers
	switch {
	case same(squares(x, 2, maxOf)):
		return "RELU is missing: a negative number is left in the result."
	case same(squares(absolute(x), 2, maxOf)):
		return "RELU makes a negative number 0; these are the numbers of the absolute value."
	case same(squares(rectified(x), 2, meanOf)):
		return "This is the mean of each square. Keep the largest number."
	case same(squares(rectified(x), 1, maxOf)):
		return "The result is too large: the squares must not overlap; the next one begins two cells further on."
	}
	return ""
}
