package pooling

import (
	"fmt"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/plots"
)

func coverageFigures() []chapters.Figure {
	return []chapters.Figure{
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
	}
}

// visited is the map of a pooling of a square.
func visited(p arith.Pool) ([][]int, error) {
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
		counts := chapters.Must(visited(p))
		lost := chapters.Must(p.Lost())
		finding += fmt.Sprintf("sizeX %d, stride %d on %d×%d: at most %d on a cell, rows lost: %d. ",
			p.Window, p.Stride, p.In, p.In, mostVisits(counts), lost)
		pictures = append(pictures, plots.Coverage{
			Counts: counts, Title: fmt.Sprintf("sizeX %d, stride %d", p.Window, p.Stride), High: 4,
			Windows: []plots.Window{{Rows: p.Window, Cols: p.Window}, {Col: p.Stride, Rows: p.Window, Cols: p.Window, Dashed: true}},
		}.Picture())
	}
	return plots.Below(plots.Beside(pictures[:2]...), plots.Beside(pictures[2:]...)).Finding("Windows on a cell. %s", finding[:len(finding)-1])
}

// mostVisits returns the largest count of a map.
func mostVisits(counts [][]int) int {
	n := 0
	for _, row := range counts {
		for _, c := range row {
			n = max(n, c)
		}
	}
	return n
}

// adaptiveVisits counts the bins that hold each of a cells.
func adaptiveVisits(a, n int) ([]int, error) {
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
			v = chapters.Must(adaptiveVisits(a, n))
			counts, names = append(counts, v), append(names, "adaptive")
		}
	}
	return plots.Coverage{
		Counts: counts, Rows: names, Title: "the paper's windows (size, stride) and adaptive bins", Unit: "windows or bins", High: 2,
	}.Picture().Finding("%s; adaptive bins lose none.", strings.TrimSuffix(finding, ","))
}

func fourteenFigure(compute.Backend) *plots.Picture {
	w := chapters.Must(arith.PaperWindow(14, 4))
	paper := chapters.Must(visited(w))
	unread := 0
	for _, row := range paper {
		for _, n := range row {
			if n == 0 {
				unread++
			}
		}
	}
	return plots.Coverage{
		Counts: paper, Title: fmt.Sprintf("windows of %d cells, %d apart", w.Window, w.Stride),
		Windows: []plots.Window{{Rows: w.Window, Cols: w.Window}, {Row: 9, Col: 9, Rows: w.Window, Cols: w.Window, Dashed: true}},
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
	}{{"flatten", plots.Other, cnnlib.Flatten{}}, {"pyramid", plots.Pooling, cnnlib.SpatialPyramidPool{Bins: []int{4, 2, 1}}}} {
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
