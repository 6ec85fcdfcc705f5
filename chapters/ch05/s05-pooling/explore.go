package pooling

import (
	"fmt"

	"cnnbook/chapters/ch05/book"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
	"cnnbook/plots"
)

// At pools the book's grey image [6][6] with windows of the given size and stride, both in
// cells, by the largest value or the mean. It draws the image, the result and how many
// windows hold each cell, and states the formula of the size with its numbers. A window that
// does not fit is an error. It is for the sliders of the notebook.
func At(window, stride int, mean bool) (picture *plots.Picture, formula string, err error) {
	side := len(book.GreyImage)
	name, decimals, pool := "max", 0, ref.MaxPool2D
	if mean {
		name, decimals, pool = "mean", 1, ref.AvgPool2D
	}
	result, err := pool(book.GreyImage, window, stride)
	if err != nil {
		return nil, "", err
	}
	counts, err := windowsOnCells(arith.Pool{In: side, Window: window, Stride: stride})
	if err != nil {
		return nil, "", err
	}
	first := plots.Window{Rows: window, Cols: window}
	boxes := []plots.Window{first}
	marks := []plots.Window{{}}
	if len(result) > 1 {
		second := first
		second.Col, second.Dashed = stride, true
		boxes, marks = append(boxes, second), append(marks, plots.Window{Col: 1, Dashed: true})
	}
	// On 6 cells a cell lies in at most 3 windows of an axis, so in 9 of the plane.
	picture = plots.Beside(
		plots.Equation{Operators: []string{"→"}, Terms: []plots.Matrix{
			{Values: book.GreyImage, Title: "image", Scale: plots.Scale{Palette: plots.Grey, Low: 0, High: 9}, Windows: boxes},
			{Values: result, Title: name, Decimals: decimals, Scale: plots.Scale{Palette: plots.Grey, Low: 0, High: 9}, Windows: marks},
		}}.Picture(),
		plots.Coverage{Counts: counts, Title: "windows on each cell", High: 9}.Picture())
	kind := "windows side by side (sizeX = stride)"
	switch {
	case window > stride:
		kind = fmt.Sprintf("overlap of neighbouring windows: %d (sizeX > stride)", window-stride)
	case window < stride:
		kind = fmt.Sprintf("gap between neighbouring windows: %d (sizeX < stride)", stride-window)
	}
	return picture, fmt.Sprintf("o = ⌊(i − sizeX) / stride⌋ + 1 = ⌊(%d − %d) / %d⌋ + 1 = %d; %s", side, window, stride, len(result), kind), picture.Err()
}

// Bins draws the windows that the paper lays on an axis of a cells to get n of them (K. He et
// al. 2014, §2.3), below them the n adaptive bins, and says how many windows these are and
// how many cells they lose. n must be from 1 to a. It is for the sliders of the notebook.
func Bins(a, n int) (picture *plots.Picture, words string, err error) {
	w, err := arith.PaperWindow(a, n)
	if err != nil {
		return nil, "", err
	}
	windows, err := w.Out()
	if err != nil {
		return nil, "", err
	}
	lost, err := w.Lost()
	if err != nil {
		return nil, "", err
	}
	paper, err := w.Visits()
	if err != nil {
		return nil, "", err
	}
	adaptive, err := binsOnCells(a, n)
	if err != nil {
		return nil, "", err
	}
	picture = plots.Coverage{
		Counts: [][]int{paper, adaptive}, Rows: []string{"paper's windows", "adaptive bins"},
		Unit: "windows or bins", High: 4,
	}.Picture()
	words = fmt.Sprintf("paper: sizeX = ⌈%d/%d⌉ = %d, stride = ⌊%d/%d⌋ = %d; windows: %d, wanted: %d, cells lost: %d", a, n, w.Window, a, n, w.Stride, windows, n, lost)
	return picture, words, picture.Err()
}
