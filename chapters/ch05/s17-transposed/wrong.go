package transposed

import (
	"fmt"

	"cnnbook/chapters/grid"
	"cnnbook/cnnlib/ref"
)

// What plausible mistakes compute, and the explanations that recognise them.

// cornered lays the top left cell of the kernel on each cell of the image.
func cornered(image, kernel [][]float64) [][]float64 {
	wide := grid.Zeros(len(image)+len(kernel)-1, len(image[0])+len(kernel[0])-1)
	for i, row := range image {
		copy(wide[i], row)
	}
	return correlateWithStride(wide, kernel, 1)
}

// edgesRepeated takes the nearest cell of the image for one outside.
func edgesRepeated(image, kernel [][]float64) [][]float64 {
	up, left := len(kernel)/2, len(kernel[0])/2
	wide := grid.Zeros(len(image)+2*up, len(image[0])+2*left)
	for i := range wide {
		for j := range wide[i] {
			wide[i][j] = image[min(max(i-up, 0), len(image)-1)][min(max(j-left, 0), len(image[0])-1)]
		}
	}
	return correlateWithStride(wide, ref.Rotate180(kernel), 1)
}

// correlateWithStride is a convolution without zeros outside and without the turn. The
// result is empty if the kernel is larger than the image.
func correlateWithStride(image, kernel [][]float64, stride int) [][]float64 {
	y, err := ref.CrossCorrelate2D(image, kernel, ref.Options{Stride: stride})
	if err != nil {
		return [][]float64{}
	}
	return y
}

func explainTurned(args []any, want, got any) string {
	image, kernel := args[0].([][]float64), args[1].([][]float64)
	w, g := want.([][]float64), got.([][]float64)
	same := func(a [][]float64) bool { return ref.EqualWithin(a, g, 1e-9) } // cases hold small integers
	switch {
	case len(g) != len(w) || len(g[0]) != len(w[0]):
		return fmt.Sprintf("The size is wrong: every cell of the image gets a result, so %d×%d stays %d×%d. Cells outside the image count as 0.",
			len(w), len(w[0]), len(w), len(w[0]))
	case same(trueConvolution(image, ref.Rotate180(kernel))):
		return "These are the numbers with the kernel not turned: the cross-correlation of section 5.2."
	case same(trueConvolution(image, grid.Mirrored(kernel))):
		return "The kernel is turned upside down only: half a turn also exchanges left and right."
	case same(trueConvolution(image, ref.Rotate180(grid.Mirrored(kernel)))):
		return "Only left and right of the kernel are exchanged: half a turn also turns it upside down."
	case len(kernel) == len(kernel[0]) && same(trueConvolution(image, ref.Rotate180(grid.Transposed(kernel)))):
		return "These are the numbers with the rows and columns of the kernel exchanged, which is not half a turn."
	case same(cornered(image, ref.Rotate180(kernel))):
		return "The corner of the kernel lies on the cell that is computed; it should be the centre."
	}
	return ""
}

// The ways to join what falls on the same cell; only add is right.
func add(old, v float64) float64        { return old + v }
func overwrite(_, v float64) float64    { return v }
func keepLarger(old, v float64) float64 { return max(old, v) }

// stampWith is stamps with another distance between the cells of the kernel, and with
// another way to join what falls on the same cell.
func stampWith(x, kernel [][]float64, stride, dilation int, join func(old, v float64) float64) [][]float64 {
	result := grid.Zeros((len(x)-1)*stride+(len(kernel)-1)*dilation+1, (len(x[0])-1)*stride+(len(kernel[0])-1)*dilation+1)
	for i, row := range x {
		for j, v := range row {
			for a := range kernel {
				for b, w := range kernel[a] {
					cell := &result[i*stride+a*dilation][j*stride+b*dilation]
					*cell = join(*cell, v*w)
				}
			}
		}
	}
	return result
}

// stampsOfSizeTimesStride has the size of x times the stride: what lies behind it is cut
// off, what is missing is 0.
func stampsOfSizeTimesStride(x, kernel [][]float64, stride int) [][]float64 {
	y := stamps(x, kernel, stride)
	out := grid.Zeros(len(x)*stride, len(x[0])*stride)
	for i := range min(len(out), len(y)) {
		copy(out[i], y[i])
	}
	return out
}

func explainStamps(args []any, want, got any) string {
	x, kernel, stride := args[0].([][]float64), args[1].([][]float64), args[2].(int)
	w, g := want.([][]float64), got.([][]float64)
	same := func(a [][]float64) bool { return ref.EqualWithin(a, g, 1e-9) } // cases hold small integers
	switch {
	case stride > 1 && same(stamps(x, kernel, 1)):
		return "These are the numbers for stride 1: neighbouring stamps have to be stride cells apart."
	case stride > 1 && same(stampWith(x, kernel, 1, stride, add)):
		return "The stride stands between the cells of the kernel; it belongs between the stamps."
	case len(g) != len(w) || len(g[0]) != len(w[0]):
		return fmt.Sprintf("The size is wrong: of %d cells in a row the last stamp begins at column (%d−1)·%d and covers %d: %d columns, likewise rows.",
			len(x[0]), len(x[0]), stride, len(kernel[0]), len(w[0]))
	case same(stampWith(x, kernel, stride, 1, overwrite)):
		return "Stamps overwrite each other where they overlap; they have to be added up."
	case same(stampWith(x, kernel, stride, 1, keepLarger)):
		return "Where stamps overlap the larger number is kept; they have to be added up."
	case same(stamps(x, ref.Rotate180(kernel), stride)):
		return "The kernel is turned by 180°. Stamps use it as it is; only a computation with inserted zeros turns it."
	}
	return ""
}

func explainOutputPadding(args []any, want, got any) string {
	i, k, s, p := args[0].(int), args[1].(int), args[2].(int), args[3].(int)
	switch got.(int) {
	case 0:
		return fmt.Sprintf("Behind the last window of the convolution %d of its %d cells are left over; the transposed convolution has to add them.", want, i+2*p)
	case (i + 2*p - k) / s:
		return "That is the number of moves of the convolution. What is asked for is what is left over behind the last one."
	case (i + p - k) % s:
		return "The zeros are counted on one side only; they stand on both sides."
	case (i - k) % s:
		return "The zeros p are not used: they stand on both sides of the i cells."
	case (i + 2*p) % s:
		return "The first window takes k cells; only then come moves of s cells."
	case (s - (i+2*p-k)%s) % s:
		return "That is what is missing to the next window; what is asked for is what is left over behind the last one."
	}
	return ""
}

// unpoolWith is unpool with another way to join values of the same place.
func unpoolWith(values [][]float64, places [][]int, h, w int, join func(old, v float64) float64) [][]float64 {
	picture := grid.Zeros(h, w)
	for i, row := range values {
		for j, v := range row {
			cell := &picture[places[i][j]/w][places[i][j]%w]
			*cell = join(*cell, v)
		}
	}
	return picture
}

// firstCells puts each value to the top left cell of its window.
func firstCells(values [][]float64, h, w int) [][]float64 {
	picture := grid.Zeros(h, w)
	for i, row := range values {
		for j, v := range row {
			picture[i*h/len(values)][j*w/len(row)] = v
		}
	}
	return picture
}

// copied puts each value to every cell of its window: upsampling.
func copied(values [][]float64, h, w int) [][]float64 {
	picture := grid.Zeros(h, w)
	for i := range picture {
		for j := range picture[i] {
			picture[i][j] = values[i*len(values)/h][j*len(values[0])/w]
		}
	}
	return picture
}

func explainUnpool(args []any, want, got any) string {
	values, places, h, w := args[0].([][]float64), args[1].([][]int), args[2].(int), args[3].(int)
	g := got.([][]float64)
	same := func(a [][]float64) bool { return ref.EqualWithin(a, g, 0) } // nothing is computed but sums of small integers
	switch {
	case len(g) != h || len(g[0]) != w:
		return fmt.Sprintf("The size is wrong: the picture has %d rows and %d columns.", h, w)
	case same(firstCells(values, h, w)):
		return "Each value stands in the first cell of its window: use the place that was recorded."
	case same(copied(values, h, w)):
		return "Each value fills its whole window, as upsampling does. All cells but one of a window stay 0."
	case same(grid.Transposed(unpool(values, places, w, h))):
		return "Rows and columns are exchanged: places count row by row, w cells in each."
	case same(unpoolWith(values, places, h, w, overwrite)):
		return "Two values have the same place here, as with windows that overlap: they have to be added up."
	}
	return ""
}
