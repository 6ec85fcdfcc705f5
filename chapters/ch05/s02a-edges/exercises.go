package edges

import (
	"fmt"
	"math"
	"math/rand/v2"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/book"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib/ref"
)

func crossCorrelateExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.2a", Kind: chapters.Build, Title: "Write the convolution loop", TitleZH: "编写卷积循环",
		Task:   "Write func(image, kernel [][]float64) [][]float64: slide the kernel over the image, one cell at a time and without padding; multiply what lies under it cell by cell and add up. Do not turn the kernel.",
		TaskZH: "编写 func(image, kernel [][]float64) [][]float64：让卷积核在图像上逐格滑动，不填充，也不旋转；对应元素相乘再求和，返回结果矩阵。",
		Args:   []string{"image", "kernel"},
		Hints: []string{
			"How many positions does the kernel have in each direction? Count them for a 3×3 kernel on a 6×6 image.",
			"Four loops, one inside the other: two over the cells of the result, two over the cells of the kernel.",
			"The cell of the image under kernel cell (a, b), for result cell (i, j), is (i+a, j+b).",
		},
		Stub:     func(image, kernel [][]float64) [][]float64 { return nil },
		Solution: crossCorrelate,
		Lesson:   "This is cross-correlation, what the layers of a CNN compute. Turn the kernel by 180° first, and the same loops give the convolution of section 5.17.",
		LessonZH: "这就是互相关，也是卷积神经网络各层实际计算的运算。先把卷积核旋转 180°，同样的循环得到的就是 5.17 节的卷积。",
		Wrong: []chapters.WrongAnswer{
			{Name: "kernel turned", Answer: func(image, kernel [][]float64) [][]float64 { return crossCorrelate(image, ref.Rotate180(kernel)) }, Says: "turned by 180°"},
			{Name: "one row and column short", Answer: func(image, kernel [][]float64) [][]float64 {
				y := crossCorrelate(image, kernel)
				if y = y[:len(y)-1]; len(y) > 0 {
					for i := range y {
						y[i] = y[i][:len(y[i])-1]
					}
				}
				return y
			}, Says: "size"},
			{Name: "kernel transposed", Answer: func(image, kernel [][]float64) [][]float64 { return crossCorrelate(image, grid.Transposed(kernel)) }, Says: "rows and columns of the kernel"},
			{Name: "mean instead of sum", Answer: func(image, kernel [][]float64) [][]float64 {
				y := crossCorrelate(image, kernel)
				for _, row := range y {
					for j := range row {
						row[j] /= float64(len(kernel) * len(kernel[0]))
					}
				}
				return y
			}, Says: "divided"},
		},
		Cases:   crossCorrelateCases,
		Explain: explainCrossCorrelate,
	}
}

func explainCrossCorrelate(args []any, want, got any) string {
	image, kernel := args[0].([][]float64), args[1].([][]float64)
	w, g := want.([][]float64), got.([][]float64)
	same := func(a [][]float64) bool { return ref.EqualWithin(a, g, 1e-9) } // cases hold small integers
	switch {
	case len(g) != len(w) || len(g[0]) != len(w[0]):
		return fmt.Sprintf("The size is wrong: a kernel of %d rows has %d−%d+1 = %d positions on %d rows, and likewise for columns.",
			len(kernel), len(image), len(kernel), len(w), len(image))
	case same(crossCorrelate(image, ref.Rotate180(kernel))):
		return "These are the numbers of the kernel turned by 180°, true convolution. Here the kernel is not turned."
	case len(kernel) == len(kernel[0]) && same(crossCorrelate(image, grid.Transposed(kernel))):
		return "These are the numbers with the rows and columns of the kernel exchanged."
	case sameRatio(w, g):
		return "Every number is divided by the same factor. The products are added, not averaged."
	}
	return ""
}

// sameRatio reports whether b is a divided by one number other than 1.
func sameRatio(a, b [][]float64) bool {
	ratio := 0.0
	for i := range a {
		for j := range a[i] {
			if b[i][j] == 0 || a[i][j] == 0 {
				continue
			}
			if ratio == 0 {
				ratio = a[i][j] / b[i][j]
			}
			if math.Abs(a[i][j]/b[i][j]-ratio) > 1e-9 {
				return false
			}
		}
	}
	return ratio != 0 && ratio != 1
}

func edgeStrengthExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.2a-2", Kind: chapters.Build, Title: "The strength of an edge in any direction", TitleZH: "任意方向的边缘强度",
		Task:   "Write func(image [][]float64) [][]float64: for every 3×3 window of the image take Sobel's answer in x, left column minus right column, and in y, upper row minus lower row, where the middle of a column or row counts twice (1, 2, 1); return the length √(x² + y²) for every window.",
		TaskZH: "编写 func(image [][]float64) [][]float64：对图像的每个 3×3 窗口计算 Sobel 的水平差 x（左列减右列）和竖直差 y（上行减下行），中间元素的权重为 2，返回每个窗口的 √(x² + y²)。",
		Args:   []string{"image"},
		Hints: []string{
			"The result is as large as that of any 3×3 kernel. What does a window with the same number in all cells answer?",
			"Two sums for each window, of three differences each: rows for x, columns for y. The difference in the middle counts twice.",
			"x and y stand at right angles to each other, so the length is that of the long side of a triangle. Package math has Hypot.",
		},
		Stub:     func(image [][]float64) [][]float64 { return nil },
		Solution: edgeStrength,
		Lesson:   "The strength does not tell a dark-to-bright edge from a bright-to-dark one, and hardly depends on the edge's direction: what is lost is where the edge points, which is the angle of (x, y).",
		LessonZH: "强度不区分由暗到亮还是由亮到暗，也几乎与边缘方向无关；丢失的方向信息就是 (x, y) 的角度。",
		Wrong: []chapters.WrongAnswer{
			{Name: "x only", Answer: sobelStrength(2, func(x, y float64) float64 { return math.Abs(x) }), Says: "only x"},
			{Name: "y only", Answer: sobelStrength(2, func(x, y float64) float64 { return math.Abs(y) }), Says: "only y"},
			{Name: "sizes added", Answer: sobelStrength(2, func(x, y float64) float64 { return math.Abs(x) + math.Abs(y) }), Says: "right angles"},
			{Name: "no root", Answer: sobelStrength(2, func(x, y float64) float64 { return x*x + y*y }), Says: "root"},
			{Name: "middle not doubled", Answer: sobelStrength(1, math.Hypot), Says: "counts twice"},
			{Name: "size of the image kept", Answer: func(image [][]float64) [][]float64 {
				y := make([][]float64, len(image))
				for i := range y {
					y[i] = make([]float64, len(image[0]))
				}
				return y
			}, Says: "size"},
		},
		Cases: func(r *rand.Rand) [][]any {
			// On the first, x = 13, y = 9: every mistake gives another number. Then the book's
			// images: 0 where nothing changes, 40 at its edge.
			cases := [][]any{{[][]float64{{5, 2, 1}, {4, 0, 1}, {3, 0, 0}}}, {book.WhiteGrey(6)}, {book.GreyImage}}
			for _, size := range [][2]int{{3, 5}, {6, 4}, {7, 7}} {
				cases = append(cases, []any{grid.RandomIntegers(r, size[0], size[1])})
			}
			return cases
		},
		Explain: explainEdgeStrength,
	}
}

// sobelStrength is edgeStrength with another weight in the middle and another way to
// join both answers: what plausible mistakes compute.
func sobelStrength(middle float64, join func(x, y float64) float64) func([][]float64) [][]float64 {
	kernel := [][]float64{{1, 0, -1}, {middle, 0, -middle}, {1, 0, -1}}
	return func(image [][]float64) [][]float64 {
		x, y := crossCorrelate(image, kernel), crossCorrelate(image, ref.Rotate90(kernel))
		for i := range x {
			for j := range x[i] {
				x[i][j] = join(x[i][j], y[i][j])
			}
		}
		return x
	}
}

func explainEdgeStrength(args []any, want, got any) string {
	image, w, g := args[0].([][]float64), want.([][]float64), got.([][]float64)
	if len(g) != len(w) || len(g[0]) != len(w[0]) {
		return fmt.Sprintf("The size is wrong: a 3×3 window has %d−3+1 = %d positions on %d rows, and likewise for columns.", len(image), len(w), len(image))
	}
	for _, mistake := range []struct {
		middle float64
		join   func(x, y float64) float64
		says   string
	}{
		{2, func(x, y float64) float64 { return math.Abs(x) }, "These are the sizes of only x: y counts as much."},
		{2, func(x, y float64) float64 { return x }, "These are the numbers of only x: y counts as much."},
		{2, func(x, y float64) float64 { return math.Abs(y) }, "These are the sizes of only y: x counts as much."},
		{2, func(x, y float64) float64 { return y }, "These are the numbers of only y: x counts as much."},
		{2, func(x, y float64) float64 { return math.Abs(x) + math.Abs(y) }, "The sizes of x and y are added. They stand at right angles: the length is √(x² + y²)."},
		{2, func(x, y float64) float64 { return x + y }, "x and y are added. They stand at right angles: the length is √(x² + y²)."},
		{2, func(x, y float64) float64 { return x*x + y*y }, "This is x² + y²: the square root is missing."},
		{1, math.Hypot, "The three differences have the same weight: the one in the middle counts twice."},
	} {
		if ref.EqualWithin(sobelStrength(mistake.middle, mistake.join)(image), g, 1e-9) { // cases hold small integers
			return mistake.says
		}
	}
	return ""
}
