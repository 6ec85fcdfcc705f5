package pooling

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/data"
	"cnnbook/plots"
)

func figures() []chapters.Figure {
	return []chapters.Figure{
		{
			ID: "05_05_map", Picture: mapFigure,
			Caption:   "A real feature map of 20×20 cells (a digit 4 through a filter for vertical edges), cut into its four windows of 10×10, and what max and mean pooling make of them.",
			CaptionZH: "一幅真实的 20×20 特征图（数字 4 经竖直边缘过滤器得到），划分为四个 10×10 的窗口，以及最大池化与平均池化的结果。",
		},
		{
			ID: "05_05_sizes", Picture: sizesFigure,
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
		{
			ID: "05_05_windows", Picture: windowsFigure,
			Caption:   "How many windows hold each cell. Upper left: sizeX = stride = 3 on 6×6, every cell in one window. Upper right: sizeX = stride = 2 on 7×7, the last row and column in none. Lower left: sizeX 3, stride 2 on 7×7 as in AlexNet, windows overlap and nothing is lost. Lower right: sizeX 2, stride 3 on 8×8, every third row and column is skipped.",
			CaptionZH: "每个像素属于几个窗口。左上：6×6、sizeX = stride = 3，每个像素恰好属于一个窗口。右上：7×7、sizeX = stride = 2，最后一行和最后一列不属于任何窗口。左下：7×7、sizeX = 3、stride = 2（AlexNet 的做法），窗口相互重叠，没有像素丢失。右下：8×8、sizeX = 2、stride = 3，每隔两行（列）跳过一行（列）。",
		},
		{
			ID: "05_05_bins", Picture: binsFigure,
			Caption:   "One axis of a = 13 and of 14 cells, and n = 1 to 4 windows: the paper's, and below each the adaptive bins. The paper's windows leave the last cell of 14 out at n = 3 and n = 4 (hatched), and of 13 never; adaptive bins read every cell.",
			CaptionZH: "长度为 a = 13 和 14 的一个方向上取 n = 1 到 4 个窗口：上为论文的窗口，其下为自适应划分。论文的窗口在长度 14、n = 3 和 n = 4 时漏掉最后一个像素（斜线），长度 13 时没有遗漏；自适应划分覆盖全部像素。",
		},
		{
			ID: "05_05_fourteen", Picture: fourteenFigure,
			Caption:   "The doubt of the book on 14×14 with 4×4 windows: with the paper's windows (size 4, stride 3; the first and the last are outlined) the last row and column are never read.",
			CaptionZH: "书中关于 14×14 取 4×4 个窗口的疑问：按论文的窗口（大小 4、步长 3，图中框出第一个和最后一个），最后一行和最后一列从未被读取。",
		},
		{
			ID: "05_05_lengths", Picture: lengthsFigure,
			Caption:   "Two images of different size through the same convolution. Behind Flatten the vectors differ in length and need different dense layers; behind the pyramid (levels 4, 2 and 1) both have 5376 numbers, and one dense layer serves both.",
			CaptionZH: "两幅不同尺寸的图像通过同一个卷积层。直接展平得到的向量长度不同，需要不同的全连接层；经金字塔池化（4、2、1 三层）后都是 5376 个数，可共用同一个全连接层。",
		},
		{
			ID: "05_05_overlap", Picture: overlapFigure,
			Caption:   "Five trainings of each network on 5,000 digits, all of which every network then recognises; the names give sizeX and stride. Above: mistakes on 10,000 other digits; below: the loss on them. Error bars: standard deviation over the seeds.",
			CaptionZH: "每种网络用 5,000 幅数字图像各训练五次，训练结束时训练图像全部识别正确；名称中的两个数为 sizeX 和 stride。上：在另外 10,000 幅图像上的错误率；下：在这些图像上的损失。误差线为不同随机种子间的标准差。",
		},
	}
}

// mapScale shows feature maps from 0 (white) to 1.
var mapScale = plots.Scale{Palette: plots.Sequential, High: 1}

func mapFigure(backend compute.Backend) *plots.Picture {
	m := chapters.Must(Map(backend))
	largest := chapters.Must(cnnlib.RunPlane(backend, cnnlib.MaxPool2D{Window: 10}, m))
	mean := chapters.Must(cnnlib.RunPlane(backend, cnnlib.AvgPool2D{Window: 10}, m))
	q := grid.Quarters(m)
	return plots.Beside(
		plots.Tiles{Images: [][][][]float64{{q[0], q[1]}, {q[2], q[3]}}, Title: "feature map, 4 windows of 10×10", Scale: mapScale, Unit: "answer of the filter", Side: 100}.Picture(),
		plots.Matrix{Values: largest, Title: "max", Scale: mapScale}.Picture(),
		plots.Matrix{Values: mean, Title: "mean", Scale: mapScale}.Picture(),
	).Finding("The largest answers of the four windows are %s, their means %s: a few strong cells decide the maximum, the many empty ones the mean.", twoDigits(largest), twoDigits(mean))
}

func sizesFigure(backend compute.Backend) *plots.Picture {
	m := chapters.Must(Map(backend))
	rows := [][][][]float64{{m}, {m}}
	columns := []string{"map, 20×20"}
	finding := "Largest number of the map under windows of"
	for _, window := range []int{2, 4, 10} {
		largest := chapters.Must(cnnlib.RunPlane(backend, cnnlib.MaxPool2D{Window: window}, m))
		mean := chapters.Must(cnnlib.RunPlane(backend, cnnlib.AvgPool2D{Window: window}, m))
		rows[0], rows[1] = append(rows[0], largest), append(rows[1], mean)
		columns = append(columns, fmt.Sprintf("window %d: %d×%d", window, len(mean), len(mean[0])))
		finding += fmt.Sprintf(" %d: max pooling %.2f, mean pooling %.2f;", window, grid.Max(largest), grid.Max(mean))
	}
	return plots.Tiles{
		Images: rows, Rows: []string{"max", "mean"}, Columns: columns, Scale: mapScale, Unit: "answer of the filter",
	}.Picture().Finding("%s the map itself has %.2f.", finding, grid.Max(m))
}

// views returns a wide and a tall view of the computed scene, of as many cells. Nothing in
// them is stretched.
func views() [][][]float64 {
	whole := chapters.Must(data.Scene(90, 120))
	return [][][]float64{grid.CutOut(whole, 41, 3, 45, 90), grid.CutOut(whole, 0, 71, 90, 45)}
}

func cropFigure(compute.Backend) *plots.Picture {
	list := views()
	const side = 45 // the shorter side of the views
	var rows [][][][]float64
	for _, m := range list {
		h, w := len(m), len(m[0])
		warp := grid.Zeros(side, side)
		for i := range warp {
			for j := range warp[i] {
				warp[i][j] = m[i*h/side][j*w/side] // the nearest cell
			}
		}
		rows = append(rows, [][][]float64{m, grid.CutOut(m, (h-side)/2, (w-side)/2, side, side), warp})
	}
	h, w := len(list[0]), len(list[0][0])
	return plots.Tiles{
		Images: rows, Rows: []string{"wide", "tall"}, Columns: []string{"as it is", "cropped", "warped"},
		Scale: plots.Ink, Unit: "grey level", Side: 120,
	}.Picture().Finding("A crop of %d×%d keeps %d %% of the %d×%d cells; warping squeezes the longer side to 1/%d of its length.", side, side, 100*side*side/(h*w), h, w, w/side)
}

func pyramidFigure(backend compute.Backend) *plots.Picture {
	var rows [][][][]float64
	var names []string
	numbers := 0
	for _, m := range views() {
		y := chapters.Must(cnnlib.RunPlane(backend, cnnlib.Conv2D{Activation: cnnlib.ReLU, NoBias: true, Weights: cnnlib.Filter(uprights)}, m))
		row := [][][]float64{m, y}
		numbers = 0
		for _, n := range bookPyramid.Bins {
			p := chapters.Must(cnnlib.RunPlane(backend, cnnlib.AdaptivePool2D{Bins: n, Max: true}, y))
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

// windowsOnCells counts the windows on each cell of a square.
func windowsOnCells(p arith.Pool) ([][]int, error) {
	v, err := p.Visits()
	if err != nil {
		return nil, err
	}
	return arith.Outer(v, v)
}

func windowsFigure(compute.Backend) *plots.Picture {
	var pictures []*plots.Picture
	finding := ""
	for _, p := range []arith.Pool{{In: 6, Window: 3, Stride: 3}, {In: 7, Window: 2, Stride: 2}, {In: 7, Window: 3, Stride: 2}, {In: 8, Window: 2, Stride: 3}} {
		counts := chapters.Must(windowsOnCells(p))
		lost := chapters.Must(p.Lost())
		finding += fmt.Sprintf("sizeX %d, stride %d on %d×%d: at most %d on a cell, rows lost: %d. ",
			p.Window, p.Stride, p.In, p.In, maxCount(counts), lost)
		pictures = append(pictures, plots.Coverage{
			Counts: counts, Title: fmt.Sprintf("sizeX %d, stride %d", p.Window, p.Stride), High: 4,
			Windows: []plots.Window{{Rows: p.Window, Cols: p.Window}, {Col: p.Stride, Rows: p.Window, Cols: p.Window, Dashed: true}},
		}.Picture())
	}
	return plots.Below(plots.Beside(pictures[:2]...), plots.Beside(pictures[2:]...)).Finding("Windows on a cell. %s", finding[:len(finding)-1])
}

// maxCount returns the largest of the counts.
func maxCount(counts [][]int) int {
	n := 0
	for _, row := range counts {
		n = max(n, slices.Max(row))
	}
	return n
}

// binsOnCells counts, for each of a cells, the adaptive bins that hold it, n in all.
func binsOnCells(a, n int) ([]int, error) {
	bins, err := arith.AdaptiveBins(a, n)
	if err != nil {
		return nil, err
	}
	counts := make([]int, a)
	for _, b := range bins {
		for i := b.From; i < b.To; i++ {
			counts[i]++
		}
	}
	return counts, nil
}

func binsFigure(compute.Backend) *plots.Picture {
	var counts [][]int // the paper's windows and adaptive bins in turn, to be compared cell by cell
	var names []string
	finding := "Cells that the paper's windows lose:"
	for _, a := range []int{13, 14} {
		for n := 1; n <= 4; n++ {
			w := chapters.Must(arith.PaperWindow(a, n))
			v := chapters.Must(w.Visits())
			lost := chapters.Must(w.Lost())
			finding += fmt.Sprintf(" %d of %d at n = %d,", lost, a, n)
			counts, names = append(counts, v), append(names, fmt.Sprintf("a=%d, n=%d: %d, %d", a, n, w.Window, w.Stride))
			v = chapters.Must(binsOnCells(a, n))
			counts, names = append(counts, v), append(names, "adaptive")
		}
	}
	return plots.Coverage{
		Counts: counts, Rows: names, Title: "the paper's windows (size, stride) and adaptive bins", Unit: "windows or bins", High: 2,
	}.Picture().Finding("%s; adaptive bins lose none.", strings.TrimSuffix(finding, ","))
}

func fourteenFigure(compute.Backend) *plots.Picture {
	w := chapters.Must(arith.PaperWindow(14, 4))
	paper := chapters.Must(windowsOnCells(w))
	unread := 0
	for _, row := range paper {
		for _, n := range row {
			if n == 0 {
				unread++
			}
		}
	}
	last := 3 * w.Stride // where the fourth window begins
	return plots.Coverage{
		Counts: paper, Title: fmt.Sprintf("windows of %d cells, %d apart", w.Window, w.Stride),
		Windows: []plots.Window{{Rows: w.Window, Cols: w.Window}, {Row: last, Col: last, Rows: w.Window, Cols: w.Window, Dashed: true}},
	}.Picture().Finding("Row 14 and column 14 are never read: %d of %d cells.", unread, 14*14)
}

// lengthsFigure compares the shapes that the layers themselves report.
func lengthsFigure(compute.Backend) *plots.Picture {
	sizes := [][2]int{{28, 28}, {20, 40}}
	conv := cnnlib.Conv2D{Channels: 256, Kernel: 3}
	dense := cnnlib.Dense{Units: 10}
	finding := ""
	var pictures []*plots.Picture
	for _, last := range []struct {
		name  string
		kind  plots.Kind
		layer cnnlib.Layer
	}{{"flatten", plots.Other, cnnlib.Flatten{}}, {"pyramid", plots.Pooling, bookPyramid}} {
		branches := [][]plots.Block{}
		weights := map[int]bool{}
		finding += " Behind " + last.name + ":"
		for _, size := range sizes {
			in := cnnlib.Shape{size[0], size[1], 1}
			maps := chapters.Must(conv.OutShape(in))
			vector := chapters.Must(last.layer.OutShape(maps))
			weights[dense.Params(vector)] = true
			finding += fmt.Sprintf(" %d×%d gives %d numbers.", size[0], size[1], vector[0])
			branches = append(branches, []plots.Block{
				{Name: fmt.Sprintf("image %d×%d", size[0], size[1]), Kind: plots.Input},
				{Name: "conv 3×3", Lines: []string{fmt.Sprintf("%d×%d×%d", maps[0], maps[1], maps[2])}, Kind: plots.Convolution},
				{Name: last.name, Lines: []string{plots.Number(float64(vector[0]), 0)}, Kind: last.kind},
			})
		}
		joined := plots.Block{Name: "one dense layer", Kind: plots.Dense}
		for n := range weights {
			joined.Lines = []string{plots.Number(float64(n), 0) + " parameters"}
		}
		if len(weights) > 1 {
			joined = plots.Block{Name: "no common dense layer", Kind: plots.Other, Lines: []string{"lengths differ"}}
		}
		pictures = append(pictures, plots.Diagram{Blocks: []plots.Block{{Name: "either", Branches: branches}, joined}}.Picture())
	}
	return plots.Below(pictures...).Finding("%s", finding[1:])
}

func overlapFigure(compute.Backend) *plots.Picture {
	m := chapters.Must(Measured(overlapID))
	mistakes := plots.Bars{Title: "Test error in %", Label: "mistakes in % of 10,000 test pictures", Decimals: 2}
	losses := plots.Bars{Title: "Loss on the test pictures", Label: "mean of −log of the probability of the right digit", Decimals: 3}
	finding := "Test error:"
	for _, arm := range experiment().Arms {
		// sizeX and stride alone, as the caption says: "max 3, 2".
		name := strings.NewReplacer("2×2, stride", "2,", "3×3, stride", "3,").Replace(arm.Name)
		if seen := chapters.Must(m.Estimate(arm.Name, "train accuracy")); seen.Mean < 1 {
			panic(chapters.Failure(fmt.Errorf("pooling: %s with %s recognises %.2f %% of its training pictures, and the caption says all: write a new caption", overlapID, arm.Name, 100*seen.Mean)))
		}
		right := chapters.Must(m.Estimate(arm.Name, "test accuracy"))
		wrong := chapters.Estimate{Mean: 100 * (1 - right.Mean), SD: 100 * right.SD, N: right.N}
		mistakes.Bars = append(mistakes.Bars, plots.Bar{Name: name, Value: wrong.Mean, Err: wrong.SD})
		finding += fmt.Sprintf(" %.2f ± %.2f %% with %s;", wrong.Mean, wrong.SD, arm.Name)
		loss := chapters.Must(m.Estimate(arm.Name, "loss on test pictures"))
		losses.Bars = append(losses.Bars, plots.Bar{Name: name, Value: loss.Mean, Err: loss.SD})
	}
	small := chapters.Must(gain(m, overlapping, maxPooling))
	large := chapters.Must(gain(m, overlapping, largeApart))
	return plots.Below(mistakes.Picture(), losses.Picture()).Finding("%s overlapping windows of 3 save %.2f ± %.2f points against windows of 2, and %.2f ± %.2f against windows of 3 side by side (95 %%).", finding, small.Mean, small.Half, large.Mean, large.Half)
}
