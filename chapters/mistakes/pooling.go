// Package mistakes holds what readers often write instead of a loop that several exercises
// ask for.
package mistakes

// Pooling is a wrong loop of max pooling, with the sentence that tells it.
type Pooling struct {
	Name, Says string
	// Answer takes windows of size × size cells, stride apart. x has rows of one length, and
	// at least size of them.
	Answer func(x [][]float64, size, stride int) [][]float64
}

// OfPooling are the frequent mistakes.
func OfPooling() []Pooling {
	return []Pooling{
		{"min for max", "These are the smallest numbers of the windows. Take the largest of each.",
			func(x [][]float64, size, stride int) [][]float64 { return overWindows(x, size, stride, smallest) }},
		{"upper left cell only", "This is the upper left cell of each window: the other cells are never compared with it.",
			func(x [][]float64, size, stride int) [][]float64 { return overWindows(x, size, stride, upperLeft) }},
		{"first row only", "Only the first row of each window is compared.",
			func(x [][]float64, size, stride int) [][]float64 { return overWindows(x, size, stride, firstRow) }},
		{"best not set back", "A window also has the largest number of the windows before it: set the best one back when a new window begins.", neverSetBack},
		{"best set back for each row of windows", "A window also has the largest number of the windows to its left: set the best one back when a new window begins, not only a new row.", setBackByRow},
		{"position not times stride", "Window (i, j) begins at cell (i, j) times the stride, not at cell (i, j).", besideEachOther},
	}
}

// overWindows makes one number of each window, whose upper left cell is (top, left).
func overWindows(x [][]float64, size, stride int, reduce func(x [][]float64, top, left, size int) float64) [][]float64 {
	y := make([][]float64, (len(x)-size)/stride+1)
	for i := range y {
		y[i] = make([]float64, (len(x[0])-size)/stride+1)
		for j := range y[i] {
			y[i][j] = reduce(x, i*stride, j*stride, size)
		}
	}
	return y
}

func largest(x [][]float64, top, left, size int) float64 {
	best := x[top][left]
	for _, row := range x[top : top+size] {
		for _, v := range row[left : left+size] {
			best = max(best, v)
		}
	}
	return best
}

func smallest(x [][]float64, top, left, size int) float64 {
	best := x[top][left]
	for _, row := range x[top : top+size] {
		for _, v := range row[left : left+size] {
			best = min(best, v)
		}
	}
	return best
}

func upperLeft(x [][]float64, top, left, _ int) float64 { return x[top][left] }

func firstRow(x [][]float64, top, left, size int) float64 {
	best := x[top][left]
	for _, v := range x[top][left : left+size] {
		best = max(best, v)
	}
	return best
}

// neverSetBack keeps the largest number from window to window.
func neverSetBack(x [][]float64, size, stride int) [][]float64 {
	best := x[0][0]
	return overWindows(x, size, stride, func(x [][]float64, top, left, size int) float64 {
		best = max(best, largest(x, top, left, size))
		return best
	})
}

// setBackByRow keeps it up to the end of a row of windows.
func setBackByRow(x [][]float64, size, stride int) [][]float64 {
	var best float64
	return overWindows(x, size, stride, func(x [][]float64, top, left, size int) float64 {
		if left == 0 {
			best = x[top][0]
		}
		best = max(best, largest(x, top, left, size))
		return best
	})
}

// besideEachOther has the right number of windows, one cell apart.
func besideEachOther(x [][]float64, size, stride int) [][]float64 {
	return overWindows(x, size, stride, func(x [][]float64, top, left, size int) float64 {
		return largest(x, top/stride, left/stride, size)
	})
}
