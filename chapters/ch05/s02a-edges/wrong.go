package edges

import (
	"fmt"
	"math"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib/ref"
)

// wrongCrossCorrelate are plausible mistakes in crossCorrelate.
var wrongCrossCorrelate = []chapters.WrongAnswer{
	{Name: "kernel turned", Answer: func(image, kernel [][]float64) [][]float64 { return crossCorrelate(image, ref.Rotate180(kernel)) }, Says: "turned by 180°"},
	{Name: "one row and column short", Answer: func(image, kernel [][]float64) [][]float64 {
		y := crossCorrelate(image, kernel)
		y = y[:len(y)-1]
		for i := range y {
			y[i] = y[i][:len(y[i])-1]
		}
		return y
	}, Says: "size"},
	{Name: "kernel transposed", Answer: func(image, kernel [][]float64) [][]float64 { return crossCorrelate(image, grid.Transposed(kernel)) }, Says: "rows and columns of the kernel"},
	{Name: "mean instead of sum", Answer: func(image, kernel [][]float64) [][]float64 {
		n := float64(len(kernel) * len(kernel[0]))
		return grid.Map(crossCorrelate(image, kernel), func(v float64) float64 { return v / n })
	}, Says: "divided"},
	{Name: "= for +=", Answer: lastProduct, Says: "Only the last product of each window is left: add each to the sum with +=, where = replaces it."},
	{Name: "sum not set back", Answer: runningSum, Says: "Each number also has the sums of the windows before it: begin again with 0 for every window."},
	{Name: "image turned", Answer: func(image, kernel [][]float64) [][]float64 { return crossCorrelate(ref.Rotate180(image), kernel) }, Says: "The image is turned by 180°. Nothing is turned here."},
}

// lastProduct keeps the product under the last cell of the kernel.
func lastProduct(image, kernel [][]float64) [][]float64 {
	y := grid.Zeros(len(image)-len(kernel)+1, len(image[0])-len(kernel[0])+1)
	a, b := len(kernel)-1, len(kernel[0])-1
	for i := range y {
		for j := range y[i] {
			y[i][j] = image[i+a][j+b] * kernel[a][b]
		}
	}
	return y
}

// runningSum goes on with the sum of the window before.
func runningSum(image, kernel [][]float64) [][]float64 {
	sum := 0.0
	return grid.Map(crossCorrelate(image, kernel), func(v float64) float64 {
		sum += v
		return sum
	})
}

func explainCrossCorrelate(args []any, want, got any) string {
	image, kernel := args[0].([][]float64), args[1].([][]float64)
	w, g := want.([][]float64), got.([][]float64)
	same := func(a [][]float64) bool { return ref.EqualWithin(a, g, 1e-9) } // cases hold small integers
	switch {
	case len(g) != len(w) || len(g[0]) != len(w[0]):
		return fmt.Sprintf("The size is wrong: a kernel of %d rows has %d−%d+1 = %d positions on %d rows, and likewise for columns.",
			len(kernel), len(image), len(kernel), len(w), len(image))
	case same(crossCorrelate(image, ref.Rotate180(kernel))):
		return "These are the numbers of the kernel turned by 180°, true convolution. Here the kernel is not turned."
	case len(kernel) == len(kernel[0]) && same(crossCorrelate(image, grid.Transposed(kernel))):
		return "These are the numbers with the rows and columns of the kernel exchanged."
	case sameRatio(w, g):
		return "Every number is divided by the same factor. The products are added, not averaged."
	}
	return ""
}

// sameRatio reports whether b is a divided by one number other than 1.
func sameRatio(a, b [][]float64) bool {
	ratio := 0.0
	for i := range a {
		for j := range a[i] {
			if b[i][j] == 0 || a[i][j] == 0 {
				continue
			}
			if ratio == 0 {
				ratio = a[i][j] / b[i][j]
			}
			if math.Abs(a[i][j]/b[i][j]-ratio) > 1e-9 {
				return false
			}
		}
	}
	return ratio != 0 && ratio != 1
}

// wrongEdgeStrength are plausible mistakes in edgeStrength.
var wrongEdgeStrength = []chapters.WrongAnswer{
	{Name: "x only", Answer: sobelStrength(2, sizeOfX), Says: "only x"},
	{Name: "y only", Answer: sobelStrength(2, sizeOfY), Says: "only y"},
	{Name: "sizes added", Answer: sobelStrength(2, sumOfSizes), Says: "right angles"},
	{Name: "no root", Answer: sobelStrength(2, sumOfSquares), Says: "root"},
	{Name: "middle not doubled", Answer: sobelStrength(1, math.Hypot), Says: "counts twice"},
	{Name: "size of the image kept", Answer: func(image [][]float64) [][]float64 { return grid.Zeros(len(image), len(image[0])) }, Says: "size"},
}

// The wrong ways to join the answers x and y of a window.
func sizeOfX(x, _ float64) float64      { return math.Abs(x) }
func sizeOfY(_, y float64) float64      { return math.Abs(y) }
func sumOfSizes(x, y float64) float64   { return math.Abs(x) + math.Abs(y) }
func sumOfSquares(x, y float64) float64 { return x*x + y*y }

// sobelStrength is edgeStrength with another weight in the middle and another way to join
// both answers.
func sobelStrength(middle float64, join func(x, y float64) float64) func([][]float64) [][]float64 {
	kernel := [][]float64{{1, 0, -1}, {middle, 0, -middle}, {1, 0, -1}}
	return func(image [][]float64) [][]float64 {
		return grid.Zip(crossCorrelate(image, kernel), crossCorrelate(image, ref.Rotate90(kernel)), join)
	}
}

func explainEdgeStrength(args []any, want, got any) string {
	image, w, g := args[0].([][]float64), want.([][]float64), got.([][]float64)
	if len(g) != len(w) || len(g[0]) != len(w[0]) {
		return fmt.Sprintf("The size is wrong: a 3×3 window has %d−3+1 = %d positions on %d rows, and likewise for columns.", len(image), len(w), len(image))
	}
	for _, mistake := range []struct {
		middle float64
		join   func(x, y float64) float64
		says   string
	}{
		{2, sizeOfX, "These are the sizes of only x: y counts as much."},
		{2, func(x, y float64) float64 { return x }, "These are the numbers of only x: y counts as much."},
		{2, sizeOfY, "These are the sizes of only y: x counts as much."},
		{2, func(x, y float64) float64 { return y }, "These are the numbers of only y: x counts as much."},
		{2, sumOfSizes, "The sizes of x and y are added. They stand at right angles: the length is √(x² + y²)."},
		{2, func(x, y float64) float64 { return x + y }, "x and y are added. They stand at right angles: the length is √(x² + y²)."},
		{2, sumOfSquares, "This is x² + y²: the square root is missing."},
		{1, math.Hypot, "The three differences have the same weight: the one in the middle counts twice."},
	} {
		if ref.EqualWithin(sobelStrength(mistake.middle, mistake.join)(image), g, 1e-9) { // cases hold small integers
			return mistake.says
		}
	}
	return ""
}
