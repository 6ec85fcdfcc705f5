package edges

import (
	"math/rand/v2"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/book"
	"cnnbook/chapters/grid"
)

func exercises() []chapters.Exercise {
	return []chapters.Exercise{crossCorrelateExercise(), edgeStrengthExercise()}
}

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
		Wrong:    wrongCrossCorrelate,
		Cases:    crossCorrelateCases,
		Explain:  explainCrossCorrelate,
	}
}

// crossCorrelateCases are images and kernels of small integers, smallest first. The first
// is the smallest on which a turned and a transposed kernel, a lost row and a mean all
// show.
func crossCorrelateCases(r *rand.Rand) [][]any {
	cases := [][]any{
		{[][]float64{{1, 2}, {3, 4}}, [][]float64{{5, 0}, {1, 0}}},
		{book.GreyImage, book.VerticalEdges},
		{book.WhiteGrey(6), book.VerticalEdges},
	}
	for _, size := range [][4]int{{3, 4, 2, 3}, {5, 5, 1, 1}, {4, 7, 3, 2}, {6, 6, 6, 6}} {
		cases = append(cases, []any{grid.RandomIntegers(r, size[0], size[1]), grid.RandomIntegers(r, size[2], size[3])})
	}
	return cases
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
		Wrong:    wrongEdgeStrength,
		Cases:    edgeStrengthCases,
		Explain:  explainEdgeStrength,
	}
}

// edgeStrengthCases begin with x = 13, y = 9, on which every mistake gives another number.
// Then come the book's images: 0 where nothing changes, 40 at the edge.
func edgeStrengthCases(r *rand.Rand) [][]any {
	cases := [][]any{{[][]float64{{5, 2, 1}, {4, 0, 1}, {3, 0, 0}}}, {book.WhiteGrey(6)}, {book.GreyImage}}
	for _, size := range [][2]int{{3, 5}, {6, 4}, {7, 7}} {
		cases = append(cases, []any{grid.RandomIntegers(r, size[0], size[1])})
	}
	return cases
}
