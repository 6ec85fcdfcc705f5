package arithmetic

import (
	"fmt"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/settings"
	"cnnbook/cnnlib/arith"
	"cnnbook/plots"
)

// paperFigures are figures 2.1 to 2.7 with their captions. Each becomes a strip of steps
// and an animation of all positions, with numbers in the cells.
var paperFigures = []struct{ figure, caption, captionZH string }{
	{"2.1", "Figure 2.1, no padding, unit stride: 4−3+1 = 2 positions on each axis. All four steps.", "图 2.1，无填充、单位步长：每个方向有 4−3+1 = 2 个位置。四步全部画出。"},
	{"2.2", "Figure 2.2, arbitrary padding, unit stride: 5+2·2−4+1 = 6. Three of the 36 steps.", "图 2.2，任意填充、单位步长：5+2·2−4+1 = 6。共 36 步，这里画出其中三步。"},
	{"2.3", "Figure 2.3, half padding, unit stride: 5+2·1−3+1 = 5, the size is kept. Three of the 25 steps.", "图 2.3，半填充、单位步长：5+2·1−3+1 = 5，尺寸不变。共 25 步，这里画出其中三步。"},
	{"2.4", "Figure 2.4, full padding, unit stride: 5+2·2−3+1 = 7, larger than the input. Three of the 49 steps.", "图 2.4，全填充、单位步长：5+2·2−3+1 = 7，比输入更大。共 49 步，这里画出其中三步。"},
	{"2.5", "Figure 2.5, no padding, stride 2: ⌊(5−3)/2⌋+1 = 2. All four steps.", "图 2.5，无填充、步长 2：⌊(5−3)/2⌋+1 = 2。四步全部画出。"},
	{"2.6", "Figure 2.6, padding 1, stride 2: ⌊(5+2−3)/2⌋+1 = 3. Three of the 9 steps.", "图 2.6，填充 1、步长 2：⌊(5+2−3)/2⌋+1 = 3。共 9 步，这里画出其中三步。"},
	{"2.7", "Figure 2.7, padding 1, stride 2: ⌊(6+2−3)/2⌋+1 = ⌊2.5⌋+1 = 3. The last of the 9 steps leaves the row below and the column to the right unread.", "图 2.7，填充 1、步长 2：⌊(6+2−3)/2⌋+1 = ⌊2.5⌋+1 = 3。共 9 步，最后一步仍读不到最下面一行和最右边一列。"},
}

func figures() []chapters.Figure {
	var all []chapters.Figure
	for _, f := range paperFigures {
		all = append(all, chapters.Figure{
			ID: "05_19_fig" + f.figure[:1] + f.figure[2:], Caption: f.caption, CaptionZH: f.captionZH,
			Picture: drawPaper(f.figure, f.caption), Animation: animatePaper(f.figure, f.caption),
		})
	}
	return append(all,
		chapters.Figure{
			ID: "05_19_stairs", Picture: drawStairs,
			Caption:   "The size of the result for k = 3, without padding and with padding 1: with stride s it rises by one for every s cells of the input. The level stretches are the floor of Relationships 5 and 6.",
			CaptionZH: "k = 3、填充为 0 和 1 时输出的尺寸：步长为 s 时，输入每增加 s 个像素，输出才加 1。平的部分就是关系 5、6 中的向下取整。",
		},
		chapters.Figure{
			ID: "05_19_left", Picture: drawLeftOver,
			Caption:   "What the floor drops, (i + 2p − k) mod s, for k = 3 and p = 1: cells behind the last position of the kernel, on each axis. Rows: stride 1 to 5; columns: input 3 to 12.",
			CaptionZH: "k = 3、p = 1 时向下取整舍去的部分 (i + 2p − k) mod s，即卷积核最后一个位置之后（每个方向上）剩下的像素数。行：步长 1~5；列：输入 3~12。",
		},
		chapters.Figure{
			ID: "05_19_cover", Picture: drawCoverage,
			Caption:   "How many positions read each cell of Figure 2.7, k = 3 and s = 2. Left: with its zeros (the image is inside the box) the last row and column, hatched, are read by none; they are padding only. Right: without padding it is the image itself that loses them.",
			CaptionZH: "图 2.7（k = 3、s = 2）中每个像素被多少个位置读取。左：连同补上的零（框内为图像），最后一行和一列（斜线）从未被读取，但它们只是填充；右：不填充时，丢失的就是图像本身的一行一列。",
		},
		chapters.Figure{
			ID: "05_19_paddings", Picture: drawPaddings,
			Caption:   "The size of the result for i = 5, s = 1, by Relationship 2. Rows: kernel 1 to 5; columns: padding 0 to 4. Solid boxes: half padding of an odd kernel keeps 5 (Relationship 3). Dashed boxes: full padding gives i + k − 1 (Relationship 4). The figures 2.2, 2.3 and 2.4 are three of these cells.",
			CaptionZH: "i = 5、s = 1 时输出的尺寸（关系 2）。行：卷积核 1~5；列：填充 0~4。实线框：奇数卷积核的半填充保持 5（关系 3）；虚线框：全填充得到 i + k − 1（关系 4）。图 2.2、2.3、2.4 是其中三格。",
		},
		chapters.Figure{
			ID: "05_19_positions", Picture: drawPositions,
			Caption:   "Counting positions of a 3×3 kernel on 5×5 (Figure 2.8 of the source). Boxes: the first and the last position of the top row, 1 and 3 with stride 1, 1 and 2 with stride 2. The number in a cell says how many positions read it.",
			CaptionZH: "数一数 3×3 卷积核在 5×5 上的位置（原文图 2.8）。方框是最上一排的第一个和最后一个位置：步长 1 时为第 1、3 个，步长 2 时为第 1、2 个。格中的数字是读取该像素的位置数。",
		},
	)
}

// drawPaper draws steps of one of the figures 2.1 to 2.7.
func drawPaper(figure, finding string) func(compute.Backend) *plots.Picture {
	return func(backend compute.Backend) *plots.Picture {
		return chapters.Must(settings.Picture(backend, figure, finding))
	}
}

// animatePaper shows all positions of one of the figures 2.1 to 2.7.
func animatePaper(figure, finding string) func(compute.Backend) *plots.Animation {
	return func(backend compute.Backend) *plots.Animation {
		return chapters.Must(settings.Animation(backend, figure, finding))
	}
}

// drawStairs draws sizes that were counted, not computed by a formula.
func drawStairs(compute.Backend) *plots.Picture {
	const kernel, last, strides = 3, 13, 3
	var pictures []*plots.Picture
	var ends []int // by padding, then by stride
	for padding := 0; padding <= 1; padding++ {
		curves := plots.Curves{
			Title:  fmt.Sprintf("kernel %d, padding %d", kernel, padding),
			XLabel: "cells of the input i", YLabel: "cells of the result o", FromZero: true,
		}
		for stride := 1; stride <= strides; stride++ {
			curve := plots.Curve{Name: fmt.Sprintf("stride %d", stride)}
			for i := kernel; i <= last; i++ {
				o := settings.Count(arith.Setting{In: i, Kernel: kernel, Stride: stride, Padding: padding, Dilation: 1})
				curve.X, curve.Y = append(curve.X, float64(i)), append(curve.Y, float64(o))
			}
			ends = append(ends, int(curve.Y[len(curve.Y)-1]))
			curves.Curves = append(curves.Curves, curve)
		}
		pictures = append(pictures, curves.Picture())
	}
	return plots.Below(pictures...).Finding("With a kernel of %d an input of %d gives %d with stride 1, %d with stride 2 and %d with stride 3; with padding 1 it gives %d, %d and %d. With stride 2 two inputs in a row give the same result, with stride 3 three.", kernel, last, ends[0], ends[1], ends[2], ends[3], ends[4], ends[5])
}

// drawLeftOver draws what the floor of relationship 6 drops, as a table.
func drawLeftOver(compute.Backend) *plots.Picture {
	var table [][]float64
	var strides, inputs []string
	none, all := 0, 0
	for stride := 1; stride <= 5; stride++ {
		var row []float64
		for i := 3; i <= 12; i++ {
			lost := chapters.Must(arith.Setting{In: i, Kernel: 3, Stride: stride, Padding: 1}.Lost())
			if all++; lost == 0 {
				none++
			}
			row = append(row, float64(lost))
			if stride == 1 {
				inputs = append(inputs, fmt.Sprint(i))
			}
		}
		table = append(table, row)
		strides = append(strides, fmt.Sprintf("stride %d", stride))
	}
	return plots.Matrix{
		Values: table, Title: "cells of the input", Rows: strides, Columns: inputs, HideSize: true, Scale: plots.Scale{Palette: plots.Sequential},
		Windows: []plots.Window{{Row: 1, Col: 2, Label: "2.6"}, {Row: 1, Col: 3, Label: "2.7"}},
	}.Picture().Finding("Nothing is left over in %d of %d settings; figure 2.6 (input 5, stride 2) leaves %s and figure 2.7 (input 6) %s.", none, all, chapters.FormatNumber(table[1][2]), chapters.FormatNumber(table[1][3]))
}

// drawCoverage draws the visits of figure 2.7 with its padding and without.
func drawCoverage(compute.Backend) *plots.Picture {
	s := chapters.Must(settings.Named("2.7"))
	var pictures []*plots.Picture
	var hatched, ofImage []int
	for _, p := range []int{s.Padding, 0} {
		s.Padding = p
		counts := chapters.Must(settings.Visits(s))
		cover := plots.Coverage{Counts: counts, Title: fmt.Sprintf("padding %d", p), Unit: "positions", High: 4}
		if p > 0 {
			cover.Windows = []plots.Window{{Row: p, Col: p, Rows: s.In, Cols: s.In, Dashed: true}}
		}
		pictures = append(pictures, cover.Picture())
		all, image := chapters.Must2(settings.NeverRead(s))
		hatched, ofImage = append(hatched, all), append(ofImage, image)
	}
	return plots.Beside(pictures...).Finding("With padding 1, %d cells are never read, %d of them of the image; without padding %d, all of the image.", hatched[0], ofImage[0], ofImage[1])
}

// drawPaddings draws the sizes for each kernel and padding, and boxes half and full padding.
func drawPaddings(compute.Backend) *plots.Picture {
	const i = 5
	m := plots.Matrix{Title: "padding", HideSize: true, Scale: plots.Scale{Palette: plots.Sequential}}
	half, full, kept := relationship(3), relationship(4), 0
	for k := 1; k <= 5; k++ {
		var row []float64
		for p := 0; p <= 4; p++ {
			s := arith.Setting{In: i, Kernel: k, Stride: 1, Padding: p, Dilation: 1}
			o := chapters.Must(s.Size())
			row = append(row, float64(o))
			if k == 1 {
				m.Columns = append(m.Columns, fmt.Sprint(p))
			}
			if half.Applies(s) {
				kept++
				m.Windows = append(m.Windows, plots.Window{Row: k - 1, Col: p})
			}
			if full.Applies(s) {
				m.Windows = append(m.Windows, plots.Window{Row: k - 1, Col: p, Dashed: true})
			}
		}
		m.Values = append(m.Values, row)
		m.Rows = append(m.Rows, fmt.Sprintf("kernel %d", k))
	}
	return m.Picture().Finding("Of an input of %d, half padding keeps the size for %d odd kernels; full padding makes it %s for a kernel of 3 and %s for a kernel of 5.", i, kept, chapters.FormatNumber(m.Values[2][2]), chapters.FormatNumber(m.Values[4][4]))
}

// drawPositions draws how many positions read each cell, and boxes the first and the last
// position of the top row.
func drawPositions(compute.Backend) *plots.Picture {
	const cells, kernel = 5, 3
	var pictures []*plots.Picture
	var counts []int
	for stride := 1; stride <= 2; stride++ {
		setting := arith.Setting{In: cells, Kernel: kernel, Stride: stride}
		visits := chapters.Must(settings.Visits(setting))
		n := settings.Count(setting)
		m := plots.Coverage{
			Counts: visits, Unit: "positions", High: 9, // 3·3 positions read the middle: one scale for both
			Title:   fmt.Sprintf("stride %d: %d×%d positions", stride, n, n),
			Windows: []plots.Window{{Rows: kernel, Cols: kernel, Label: "1"}, {Col: (n - 1) * stride, Rows: kernel, Cols: kernel, Dashed: true, Label: fmt.Sprint(n)}},
		}
		counts = append(counts, n)
		pictures = append(pictures, m.Picture())
	}
	return plots.Beside(pictures...).Finding("A 3×3 kernel has %d places in a row of 5 cells with stride 1 and %d with stride 2, so %d×%d and %d×%d in all.", counts[0], counts[1], counts[0], counts[0], counts[1], counts[1])
}
