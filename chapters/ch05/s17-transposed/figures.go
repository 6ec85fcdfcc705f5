package transposed

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/book"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
	"cnnbook/plots"
)

// figures draw the transposed convolution.
func figures() []chapters.Figure {
	return []chapters.Figure{
		{
			ID: "05_17_pair", Picture: pairFigure,
			Caption:   "There and back: a convolution (3×3 of ones, stride 2) takes 5×5 to 2×2, the transposed one back to 5×5. The size comes back, the values do not.",
			CaptionZH: "一去一回：卷积（3×3 全 1 核，步长 2）把 5×5 变成 2×2，转置卷积再变回 5×5。恢复的是大小，不是数值。",
		},
		{
			ID: "05_17_stamps", Picture: stampsFigure, Animation: stampsAnimation,
			Caption:   "The section's last example with numbers: each cell of 2×2 stamps the 4×4 kernel, 3 cells from the stamp before. Hatched cells lie under two or four stamps; their numbers are added up.",
			CaptionZH: "本节最后一个例子，填入数字：2×2 的每个像素盖一次 4×4 的“章”，相邻的“章”相距 3 个像素。阴影处被两个或四个“章”盖到，数值相加。",
		},
		{
			ID: "05_17_insertion", Picture: insertionFigure, Animation: insertionAnimation,
			Caption:   "The section's other way, 3×3 → 7×7 → 5×5: zeros between the cells and around them, then the turned kernel moves over that with stride 1 (kernel 3, stride 2, padding 1).",
			CaptionZH: "本节的另一种做法，3×3 → 7×7 → 5×5：在像素之间和四周插入零，再用旋转后的卷积核以步长 1 滑动（卷积核 3，步长 2，填充 1）。",
		},
		{
			ID: "05_17_counts", Picture: countsFigure,
			Caption:   "How many stamps each cell sums. Left: 2×2, kernel 4, stride 3. Right: 3×3, kernel 3, stride 2, padding 1: cells see 1, 2 or 4 inputs in turn, the checkerboard of section 5.20.",
			CaptionZH: "每个像素累加了几个“章”。左：2×2 输入，卷积核 4，步长 3。右：3×3 输入，卷积核 3，步长 2，填充 1：相邻像素交替得到 1、2 或 4 个输入的贡献，即 5.20 节的棋盘效应。",
		},
		{
			ID: "05_17_matrix", Picture: matrixFigure,
			Caption:   "One axis of the section's example as matrices: C takes 7 cells to 2 (kernel 1 2 3 4, stride 3), its transpose takes 2 to 7. Only the fourth row of Cᵀ has two numbers: the overlap.",
			CaptionZH: "用矩阵表示本节例子的一个方向：C 把 7 个像素变成 2 个（卷积核 1 2 3 4，步长 3），它的转置把 2 个变成 7 个。Cᵀ 只有第四行有两个数，即重叠处。",
		},
		{
			ID: "05_17_matrix2d", Picture: planeMatrixFigure,
			Caption:   "The same for a plane: the matrix of a convolution from 3×3 to 2×2 with the kernel a b / c d, cells counted row by row, and its transpose, which takes 2×2 to 3×3.",
			CaptionZH: "二维情形：卷积核为 a b / c d、把 3×3 变成 2×2 的卷积矩阵（像素逐行编号），以及把 2×2 变成 3×3 的转置矩阵。",
		},
		{
			ID: "05_17_views", Picture: viewsFigure,
			Caption:   "Four ways to the same 5×5 numbers (2×2, kernel 1 to 9, stride 2): stamps added up, zeros inserted and the turned kernel moved over them, the transposed matrix, and the gradient by automatic differentiation.",
			CaptionZH: "殊途同归（输入 2×2，卷积核 1 到 9，步长 2，输出 5×5）：“盖章”相加、插零后用旋转的卷积核做卷积、乘以转置矩阵、自动微分求梯度，四种算法结果完全相同。",
		},
	}
}

func pairFigure(backend compute.Backend) *plots.Picture {
	x := grid.Zeros(5, 5)
	for i := range x {
		copy(x[i], book.GreyImage[i])
	}
	down := chapters.Must(cnnlib.RunPlane(backend, cnnlib.Conv2D{Stride: 2, NoBias: true, Weights: cnnlib.Filter(grid.Ones(3))}, x))
	up := transpose(backend, down, grid.Ones(3), 2, cnnlib.Valid)
	return plots.Equation{
		Terms: []plots.Matrix{
			{Values: x, Title: "x"},
			{Values: down, Title: "C x"},
			{Values: up, Title: "Cᵀ C x"},
		},
		Operators: []string{"→", "→"},
	}.Picture().Finding("The shape comes back, %d×%d → %d×%d → %d×%d, but %d of %d values do.", len(x), len(x), len(down), len(down), len(up), len(up), countEqual(x, up), len(grid.Flat(x)))
}

// checkOracle ends the picture if the numbers of the layer are not what plots draws.
func checkOracle(computed, x, kernel [][]float64, o ref.TransposedOptions) {
	want := chapters.Must(scatter(x, kernel, o))
	if !ref.EqualWithin(computed, want, 0) { // integers below 2²⁴ are exact in float32
		panic(chapters.Failure(fmt.Errorf("transposed: the backend computes %v, the oracle %v", computed, want)))
	}
}

func stampsDrawing(backend compute.Backend) plots.Scatter {
	s := plots.Scatter{Input: stampInput, Kernel: stampKernel, Options: ref.TransposedOptions{Options: ref.Options{Stride: stampStride}}}
	checkOracle(transpose(backend, s.Input, s.Kernel, stampStride, cnnlib.Valid), s.Input, s.Kernel, s.Options)
	return s
}

func stampsFigure(backend compute.Backend) *plots.Picture {
	s := stampsDrawing(backend)
	s.Frames = []int{0, 1, 3} // the first, the book's overlap, all of them
	y := stamps(stampInput, stampKernel, stampStride)
	return s.Picture().Finding("Four 4×4 stamps make %d×%d cells; row 1, column 4 is 4 + 2 = %s, and in the middle four stamps add up to %s.", len(y), len(y[0]), chapters.FormatNumber(y[0][3]), chapters.FormatNumber(y[3][3]))
}

func stampsAnimation(backend compute.Backend) *plots.Animation {
	s := stampsDrawing(backend)
	a := s.Animation()
	a.Delay = 2 * time.Second // sixteen numbers change
	return a
}

func insertionDrawing(backend compute.Backend) plots.TransposedSteps {
	t := plots.TransposedSteps{
		Input: turnImage, Kernel: turnableKernel,
		Options: ref.TransposedOptions{Options: ref.Options{Stride: insertion.Stride, Top: 1, Bottom: 1, Left: 1, Right: 1}},
		Frames:  []int{0, 1, 6}, // under the kernel: one value, two, four
	}
	checkOracle(transpose(backend, t.Input, t.Kernel, insertion.Stride, cnnlib.Same), t.Input, t.Kernel, t.Options)
	return t
}

func insertionFigure(backend compute.Backend) *plots.Picture {
	t := insertionDrawing(backend)
	wide := withZeros(turnImage, insertion)
	return t.Picture().Finding("%d of the %d×%d cells under the kernel are zeros; it meets 1, 2 or 4 values at a time.", countZeros(wide), len(wide), len(wide[0]))
}

func insertionAnimation(backend compute.Backend) *plots.Animation {
	t := insertionDrawing(backend)
	a := t.Animation()
	a.Delay = 1200 * time.Millisecond // at most four products that are not 0
	return a
}

func countsFigure(compute.Backend) *plots.Picture {
	var maps []*plots.Picture
	finding := "Stamps on the cells of one axis:"
	for _, c := range []struct {
		title string
		t     arith.Transposed
	}{
		{"k 4, s 3", arith.Transposed{In: len(stampInput), Kernel: len(stampKernel), Stride: stampStride}},
		{"k 3, s 2, p 1", insertion},
	} {
		axis := chapters.Must(c.t.Contributions())
		outer := chapters.Must(arith.Outer(axis, axis))
		finding += fmt.Sprintf(" %s with %s;", strings.Trim(fmt.Sprint(axis), "[]"), c.title)
		maps = append(maps, plots.Coverage{Counts: outer, Title: c.title, Unit: "stamps", High: 4}.Picture())
	}
	return plots.Beside(maps...).Finding("%s where two overlaps cross, 4 stamps meet.", finding)
}

// formatCells writes the cells of a matrix for a plots.Sparse.
func formatCells(m [][]float64) [][]string {
	out := make([][]string, len(m))
	for i, row := range m {
		for _, v := range row {
			out[i] = append(out[i], chapters.FormatNumber(v))
		}
	}
	return out
}

func matrixFigure(backend compute.Backend) *plots.Picture {
	kernel, x := [][]float64{{1, 2, 3, 4}}, [][]float64{{1, 1}}
	y := transpose(backend, x, kernel, stampStride, cnnlib.Valid)
	c := convolutionMatrix(kernel, 1, len(y[0]), stampStride)
	back := grid.Transposed(c)
	if got := grid.Product(back, grid.Column(x)); !ref.EqualWithin(grid.Transposed(got), y, 0) {
		panic(chapters.Failure(fmt.Errorf("transposed: Cᵀ gives %v, the layer %v", got, y)))
	}
	return plots.Sparse{
		Terms: []plots.SparseTerm{
			{Cells: formatCells(c), Title: "C"},
			{Cells: formatCells(back), Title: "Cᵀ", RowSums: true, Windows: []plots.Window{{Row: stampStride, Cols: 2}}},
		},
		Operators: []string{"→"},
	}.Picture().Finding("The row sums of Cᵀ are what two cells of value 1 give, %s: in the fourth, 4 + 1 = %s, the stamps overlap.", strings.Trim(chapters.FormatMatrix(y), "[]"), chapters.FormatNumber(y[0][stampStride]))
}

func planeMatrixFigure(compute.Backend) *plots.Picture {
	const side = 3
	letters := []string{"a", "b", "c", "d"}
	c := convolutionMatrix([][]float64{{1, 2}, {3, 4}}, side, side, 1) // numbers of the letters
	cells := make([][]string, len(c))
	weights := 0
	for i, row := range c {
		for _, v := range row {
			if v == 0 {
				cells[i] = append(cells[i], "0")
				continue
			}
			weights++
			cells[i] = append(cells[i], letters[int(v)-1])
		}
	}
	back := make([][]string, len(c[0])) // Cᵀ
	for j := range back {
		for i := range cells {
			back[j] = append(back[j], cells[i][j])
		}
	}
	return plots.Sparse{
		Terms:     []plots.SparseTerm{{Cells: cells, Title: "C"}, {Cells: back, Title: "Cᵀ", RowSums: true}},
		Operators: []string{"→"},
	}.Picture().Finding("%d of %d cells of C are not 0, and they are only %d different numbers: sparse, and shared.", weights, len(c)*len(c[0]), len(letters))
}

func viewsFigure(backend compute.Backend) *plots.Picture {
	views := chapters.Must(Views(backend, stampInput, turnableKernel, 2))
	e := plots.Equation{}
	for i, v := range views {
		if !ref.EqualWithin(v.Result, views[scatterView].Result, 0) { // integers below 2²⁴ are exact in float32
			panic(chapters.Failure(fmt.Errorf("transposed: %s gives %v, %s %v", v.Name, v.Result, views[scatterView].Name, views[scatterView].Result)))
		}
		e.Terms = append(e.Terms, plots.Matrix{Values: v.Result, Title: viewTitles[i]})
		if i > 0 {
			e.Operators = append(e.Operators, "=")
		}
	}
	cells := grid.Flat(views[scatterView].Result)
	return e.Picture().Finding("All %d cells are equal in all %d views, to the last bit; the largest is %s.", len(cells), len(views), chapters.FormatNumber(slices.Max(cells)))
}

// viewTitles are short names of the four views.
var viewTitles = []string{scatterView: "stamps", insertionView: "zeros inserted", matrixView: "matrix Cᵀ", gradientView: "gradient"}

// turnableKernel looks different turned and transposed.
var turnableKernel = [][]float64{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}
