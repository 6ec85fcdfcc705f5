package ref

import (
	"fmt"
	"math"
)

// MaxPool2D takes the largest number of each window of window × window cells. The first
// window lies in the upper left corner, the next ones stride cells further to the right and
// further down; stride 0 means window, so that windows lie side by side. x is [H W], the
// result [OH OW] with OH = floor((H - window) / stride) + 1, likewise OW: rows and columns
// at the end that fill no window are left out. A NaN in a window is its largest number.
// It is an error if a row has another length than the first, or if no window fits.
// (Section 5.5.1 of the book.) MaxPool also takes padding, other axes and batches.
func MaxPool2D(x [][]float64, window, stride int) ([][]float64, error) {
	out, stride, err := windows2D(x, window, stride)
	if err != nil {
		return nil, err
	}
	for row := range out {
		for col := range out[row] {
			largest := math.Inf(-1)
			for i := range window {
				for j := range window {
					largest = max(largest, x[row*stride+i][col*stride+j])
				}
			}
			out[row][col] = largest
		}
	}
	return out, nil
}

// AvgPool2D takes the mean of each window, with the windows of MaxPool2D.
func AvgPool2D(x [][]float64, window, stride int) ([][]float64, error) {
	out, stride, err := windows2D(x, window, stride)
	if err != nil {
		return nil, err
	}
	for row := range out {
		for col := range out[row] {
			sum := 0.0
			for i := range window {
				for j := range window {
					sum += x[row*stride+i][col*stride+j]
				}
			}
			out[row][col] = sum / float64(window*window)
		}
	}
	return out, nil
}

// windows2D returns zeros, one for each window on x, and the stride, 0 replaced by what it
// means.
func windows2D(x [][]float64, window, stride int) (zeros [][]float64, filled int, err error) {
	if window < 1 || stride < 0 {
		return nil, 0, fmt.Errorf("ref: window %d and stride %d: want a window of at least 1 cell, and a stride of at least 1, or 0 for the window", window, stride)
	}
	if stride == 0 {
		stride = window
	}
	h, w, err := size("input", x)
	if err != nil {
		return nil, 0, err
	}
	if window > h || window > w {
		return nil, 0, fmt.Errorf("ref: a window of %d×%d cells does not fit into %d×%d: use at most %d", window, window, h, w, min(h, w))
	}
	return matrix((h-window)/stride+1, (w-window)/stride+1), stride, nil
}
