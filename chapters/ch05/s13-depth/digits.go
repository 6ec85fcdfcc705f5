package depth

import (
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
)

// digitSide is the rows and columns of a digit without most of the empty margin: MNIST sets
// digits of 20×20 into fields of 28×28, by their centre of mass.
const digitSide = 26

// Digits returns a picture in colour as its three channels, red, green and blue, each
// [26 78] with values from 0 to 1. On black stand a 2 in red ink, a 0 in white and a 7 in
// blue, each the first of its kind in MNIST's test set. (White ink is in all three channels,
// red and blue in one.) It returns the error of data.MNISTTest.
func Digits() ([][][]float64, error) {
	test, err := data.MNISTTest()
	if err != nil {
		return nil, err
	}
	planes, err := test.First(2, 0, 7)
	if err != nil {
		return nil, err
	}
	ink := [][]int{{0}, {0, 1, 2}, {2}} // the channels of each digit
	rgb := [][][]float64{grid.Zeros(digitSide, 3*digitSide), grid.Zeros(digitSide, 3*digitSide), grid.Zeros(digitSide, 3*digitSide)}
	for d, plane := range planes {
		margin := (len(plane) - digitSide) / 2
		for _, channel := range ink[d] {
			for r := range digitSide {
				copy(rgb[channel][r][d*digitSide:(d+1)*digitSide], plane[margin+r][margin:])
			}
		}
	}
	return rgb, nil
}

// KernelNames says what each of Kernels looks for.
var KernelNames = []string{"left edges", "upper edges", "red ink", "blue ink"}

// Kernels returns four kernels for a picture of three channels, each 3×3 and three deep. The
// first two look for edges in the mean of the channels, the last two smooth one channel and
// subtract half of each of the other two. Their results on values from 0 to 1 lie between −1
// and 1.
func Kernels() cnnlib.Weights {
	right := [][]float64{{-1, 0, 1}, {-1, 0, 1}, {-1, 0, 1}} // bright on the right of dark
	edge := times(right, 1.0/9)                              // three columns of three channels
	upper := grid.Transposed(edge)
	smooth := times([][]float64{{1, 2, 1}, {2, 4, 2}, {1, 2, 1}}, 1.0/16) // binomial
	less := times(smooth, -0.5)
	return cnnlib.Weights{
		{edge, edge, edge},
		{upper, upper, upper},
		{smooth, less, less},
		{less, less, smooth},
	}
}

// times returns the matrix with all numbers multiplied by a factor.
func times(m [][]float64, factor float64) [][]float64 {
	out := grid.Zeros(len(m), len(m[0]))
	for r := range m {
		for c := range m[r] {
			out[r][c] = m[r][c] * factor
		}
	}
	return out
}

// Layer returns the layer of Kernels without biases. It keeps rows and columns, so that only
// the depth changes: [H W 3] becomes [H W 4].
func Layer() cnnlib.Conv2D {
	return cnnlib.Conv2D{Weights: Kernels(), Padding: cnnlib.Same, NoBias: true}
}
