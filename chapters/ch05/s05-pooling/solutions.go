package pooling

import (
	"math"

	"cnnbook/cnnlib"
)

// The worked solutions. Readers are shown each as it stands here, so none calls another
// function of the package.

// maxPoolLoop makes [(H−size)/stride+1][(W−size)/stride+1] of [H][W], as section 5.5.1 of the
// book describes it.
func maxPoolLoop(x [][]float64, size, stride int) [][]float64 {
	rows, cols := (len(x)-size)/stride+1, (len(x[0])-size)/stride+1
	out := make([][]float64, rows)
	for i := range out {
		out[i] = make([]float64, cols)
		for j := range out[i] {
			out[i][j] = math.Inf(-1)
			for a := range size {
				for b := range size {
					out[i][j] = max(out[i][j], x[i*stride+a][j*stride+b])
				}
			}
		}
	}
	return out
}

// maxPoolBack gives the whole derivative to the cell that the value came from: y = x there,
// and the other cells do not change y (the chain rule).
func maxPoolBack(x, dy [][]float64, size, stride int) [][]float64 {
	dx := make([][]float64, len(x))
	for i := range dx {
		dx[i] = make([]float64, len(x[i]))
	}
	for i := range dy {
		for j := range dy[i] {
			row, col := i*stride, j*stride // of the largest value so far
			for a := i * stride; a < i*stride+size; a++ {
				for b := j * stride; b < j*stride+size; b++ {
					if x[a][b] > x[row][col] {
						row, col = a, b
					}
				}
			}
			dx[row][col] += dy[i][j]
		}
	}
	return dx
}

// paperLevel lays on a cells the windows that are meant to be n (K. He et al. 2014,
// arXiv:1406.4729, §2.3).
func paperLevel(a, n int) (window, stride, count, lost int) {
	window = (a + n - 1) / n // rounded up
	stride = a / n           // rounded down
	count = (a-window)/stride + 1
	end := (count-1)*stride + window // of the last window
	return window, stride, count, a - end
}

// adaptiveEdges follows the rule of PyTorch's AdaptiveMaxPool2d.
func adaptiveEdges(a, n int) [][]int {
	var bins [][]int
	for i := range n {
		from := i * a / n           // rounded down
		to := ((i+1)*a + n - 1) / n // rounded up
		bins = append(bins, []int{from, to})
	}
	return bins
}

// anySizeNet has 8 maps, 21 bins in each, and 10 classes (the pyramid of section 5.5.3; K. He
// et al. 2014, arXiv:1406.4729, §2.2).
func anySizeNet() cnnlib.Sequential {
	return cnnlib.Sequential{
		cnnlib.Conv2D{Channels: 8, Kernel: 3, Activation: cnnlib.ReLU},
		cnnlib.SpatialPyramidPool{Bins: []int{4, 2, 1}},
		cnnlib.Dense{Units: 10},
	}
}
