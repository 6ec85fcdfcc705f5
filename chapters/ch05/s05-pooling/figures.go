package pooling

import (
	"fmt"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/plots"
)

func poolingFigures() []chapters.Figure {
	return []chapters.Figure{
		{
			ID: "05_05_map", Picture: pooledMapFigure,
			Caption:   "A real feature map of 20×20 cells (a digit 4 through a filter for vertical edges), cut into its four windows of 10×10, and what max and mean pooling make of them.",
			CaptionZH: "一幅真实的 20×20 特征图（数字 4 经竖直边缘过滤器得到），划分为四个 10×10 的窗口，以及最大池化与平均池化的结果。",
		},
		{
			ID: "05_05_sizes", Picture: poolingSizesFigure,
			Caption:   "The same map under windows of 2, 4 and 10, side by side (sizeX = stride): max pooling keeps the strokes dark, mean pooling fades them.",
			CaptionZH: "同一特征图分别用 2、4、10 的窗口池化（sizeX = stride）：最大池化保留笔画的强度，平均池化则使其变淡。",
		},
		{
			ID: "05_05_crop", Picture: cropFigure,
			Caption:   "To fit a square, a wide and a tall image are cropped (the fence and most of the sun are gone) or warped (the sun is no longer round). A network with a pyramid takes them as they are.",
			CaptionZH: "为得到正方形输入，宽图和高图要么被裁剪（栅栏和大半个太阳不见了），要么被拉伸（太阳不再是圆的）。带金字塔池化的网络可以直接处理原图。",
		},
		{
			ID: "05_05_pyramid", Picture: pyramidFigure,
			Caption:   "A pyramid with 4×4, 2×2 and 1×1 adaptive bins over one feature map of two images of different size: 16 + 4 + 1 = 21 numbers for both.",
			CaptionZH: "对两幅不同尺寸图像的特征图做 4×4、2×2、1×1 的自适应金字塔池化：两者都得到 16 + 4 + 1 = 21 个数。",
		},
	}
}

// mapScale shows feature maps from 0 (white) to 1.
var mapScale = plots.Scale{Palette: plots.Sequential, High: 1}

func pooledMapFigure(b compute.Backend) *plots.Picture {
	m := chapters.Must(PooledMap(b))
	largest := chapters.Must(cnnlib.RunPlane(b, cnnlib.MaxPool2D{Window: 10}, m))
	mean := chapters.Must(cnnlib.RunPlane(b, cnnlib.AvgPool2D{Window: 10}, m))
	q := quarters(m)
	return plots.Beside(
		plots.Tiles{Images: [][][][]float64{{q[0], q[1]}, {q[2], q[3]}}, Title: "feature map, 4 windows of 10×10", Scale: mapScale, Unit: "answer of the filter", Side: 100}.Picture(),
		plots.Matrix{Values: largest, Title: "max", Scale: mapScale}.Picture(),
		plots.Matrix{Values: mean, Title: "mean", Scale: mapScale}.Picture(),
	).Finding("The largest answers of the four windows are %s, their means %s: a few strong cells decide the maximum, the many empty ones the mean.", twoDigits(largest), twoDigits(mean))
}

func poolingSizesFigure(b compute.Backend) *plots.Picture {
	m := chapters.Must(PooledMap(b))
	rows := [][][][]float64{{m}, {m}}
	columns := []string{"map, 20×20"}
	finding := "Largest number of the map under windows of"
	for _, window := range []int{2, 4, 10} {
		largest := chapters.Must(cnnlib.RunPlane(b, cnnlib.MaxPool2D{Window: window}, m))
		mean := chapters.Must(cnnlib.RunPlane(b, cnnlib.AvgPool2D{Window: window}, m))
		rows[0], rows[1] = append(rows[0], largest), append(rows[1], mean)
		columns = append(columns, fmt.Sprintf("window %d: %d×%d", window, len(mean), len(mean[0])))
		finding += fmt.Sprintf(" %d: max pooling %.2f, mean pooling %.2f;", window, top(largest), top(mean))
	}
	return plots.Tiles{
		Images: rows, Rows: []string{"max", "mean"}, Columns: columns, Scale: mapScale, Unit: "answer of the filter",
	}.Picture().Finding("%s the map itself has %.2f.", finding, top(m))
}

// top returns the largest number of a plane.
func top(m [][]float64) float64 {
	most := m[0][0]
	for _, row := range m {
		for _, v := range row {
			most = max(most, v)
		}
	}
	return most
}

// sceneViews are a wide and a tall view of the computed scene, of as many cells:
// row and column of the corner, rows, columns.
var sceneViews = [][4]int{{41, 3, 45, 90}, {0, 71, 90, 45}}

// scenes returns the views; nothing in them is stretched.
func scenes() [][][]float64 {
	whole := chapters.Must(data.Scene(90, 120))
	var list [][][]float64
	for _, v := range sceneViews {
		list = append(list, cutOut(whole, v[0], v[1], v[2], v[3]))
	}
	return list
}

// cutOut returns h rows and w columns from a place on.
func cutOut(m [][]float64, row, col, h, w int) (out [][]float64) {
	for _, line := range m[row : row+h] {
		out = append(out, line[col:col+w])
	}
	return out
}

func cropFigure(compute.Backend) *plots.Picture {
	list := scenes()
	const side = 45 // the shorter side of the views
	var rows [][][][]float64
	for _, m := range list {
		h, w := len(m), len(m[0])
		crop := cutOut(m, (h-side)/2, (w-side)/2, side, side)
		warp := make([][]float64, side)
		for i := range warp {
			for j := range side {
				warp[i] = append(warp[i], m[i*h/side][j*w/side]) // the nearest cell
			}
		}
		rows = append(rows, [][][]float64{m, crop, warp})
	}
	h, w := len(list[0]), len(list[0][0])
	return plots.Tiles{
		Images: rows, Rows: []string{"wide", "tall"}, Columns: []string{"as it is", "cropped", "warped"},
		Scale: plots.Ink, Unit: "grey level", Side: 120,
	}.Picture().Finding("A crop of %d×%d keeps %d %% of the %d×%d cells; warping squeezes the longer side to 1/%d of its length.", side, side, 100*side*side/(h*w), h, w, w/side)
}

func pyramidFigure(b compute.Backend) *plots.Picture {
	list := scenes()
	var rows [][][][]float64
	var names []string
	numbers := 0
	for _, m := range list {
		y := chapters.Must(cnnlib.RunPlane(b, cnnlib.Conv2D{Activation: cnnlib.ReLU, NoBias: true, Weights: cnnlib.Filter(uprights5)}, m))
		row := [][][]float64{m, y}
		numbers = 0
		for _, n := range []int{4, 2, 1} {
			p := chapters.Must(cnnlib.RunPlane(b, cnnlib.AdaptivePool2D{Bins: n, Max: true}, y))
			numbers += len(p) * len(p[0])
			row = append(row, p)
		}
		rows, names = append(rows, row), append(names, fmt.Sprintf("%d×%d", len(m), len(m[0])))
	}
	return plots.Tiles{
		Images: rows, Rows: names, Columns: []string{"image", "feature map", "4×4 bins", "2×2 bins", "1×1 bin"},
		Scale: plots.Ink, Unit: "grey level, or answer of the filter (white: a full step)", Side: 78,
	}.Picture().Finding("Both images, %s and %s, become %d numbers a map.", names[0], names[1], numbers)
}
