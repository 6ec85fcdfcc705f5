package twelve

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/settings"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
)

func exercises() []chapters.Exercise {
	return []chapters.Exercise{transposedSizeExercise(), strideDilationExercise(), thereAndBackExercise()}
}

func transposedSizeExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.3b", Kind: chapters.Compute, Title: "The size of a transposed convolution", TitleZH: "转置卷积的输出尺寸",
		Task:   "Write func(i, k, s, p, a int) int: the number of cells that a transposed convolution makes of an axis of i cells, with kernel size k, stride s, padding p and output padding a. Padding is cut off on both sides; output padding is added at the end only.",
		TaskZH: "编写 func(i, k, s, p, a int) int：长度为 i 的一个方向经过转置卷积后有多少个像素，其中卷积核大小为 k，步长为 s，填充为 p，输出填充为 a。填充从两端裁掉，输出填充只加在末端。",
		Args:   []string{"i", "k", "s", "p", "a"},
		Hints: []string{
			"Each input cell stamps the kernel on the result. Take one input cell: how long is the result?",
			"The next stamp begins s cells after the one before. Where does the last of i stamps begin, and where does it end?",
			"The padding makes the result of a convolution larger. A transposed convolution goes the way back.",
		},
		Stub:     func(i, k, s, p, a int) int { return 0 },
		Solution: transposedSize,
		Lesson:   "The convolution takes s different sizes to the same one. The output padding, from 0 to s−1, says which of them to go back to: from 3 cells, with k = 3, s = 2, p = 1, to 5 or to 6.",
		LessonZH: "卷积会把 s 种不同的输入尺寸变成同一个输出尺寸；输出填充（0 到 s−1）说明要回到其中哪一个：k = 3、s = 2、p = 1 时，3 可以回到 5，也可以回到 6。",
		Wrong:    wrongTransposedSizes,
		Cases:    transposedSizeCases,
		Explain:  explainTransposedSize,
	}
}

// transposedSizeCases begin with settings on which every mistake gives a number of
// its own: stride 2 alone (right 5; the convolution's formula 0, i·s+k 7, i·s 4),
// output padding alone (6; without it 5, twice 7), padding alone (6; added 10, one
// side 8). The seven transposed settings of the table follow.
func transposedSizeCases(r *rand.Rand) [][]any {
	cases := [][]any{{2, 3, 2, 0, 0}, {2, 3, 2, 0, 1}, {5, 6, 1, 2, 0}}
	for _, s := range settings.Of(arith.TransposedConvolution) {
		cases = append(cases, []any{s.In, s.Kernel, s.Stride, s.Padding, s.Output})
	}
	for range 20 {
		k, s := 1+r.IntN(6), 1+r.IntN(4)
		cases = append(cases, []any{2 + r.IntN(12), k, s, r.IntN(k+1) / 2, r.IntN(s)})
	}
	return cases
}

func strideDilationExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.3b-2", Kind: chapters.Build, Title: "A convolution with stride and dilation", TitleZH: "带步长和扩张的卷积",
		Task:   "Write func(image, kernel [][]float64, stride, dilation int) [][]float64: slide the kernel over the image without padding and without turning it. From one position to the next it moves stride cells; neighbouring weights lie on cells that are dilation apart (1: side by side).",
		TaskZH: "编写 func(image, kernel [][]float64, stride, dilation int) [][]float64：让卷积核在图像上滑动，不填充，也不旋转。相邻两个位置相距 stride 个像素；相邻两个权重所对的像素相距 dilation（1 表示紧挨着）。",
		Args:   []string{"image", "kernel", "stride", "dilation"},
		Hints: []string{
			"Begin with stride 1 and dilation 1: that is exercise 5.2a.",
			"How many cells does a kernel of 3 weights span if they are 2 cells apart? Use that span, not the number of weights, to count the positions.",
			"Result cell (i, j) begins at image cell (i·stride, j·stride). From there, weight (a, b) lies a·dilation rows down and b·dilation columns to the right.",
		},
		Stub:     func(image, kernel [][]float64, stride, dilation int) [][]float64 { return nil },
		Solution: strideDilation,
		Lesson:   "Stride thins out the result, dilation thins out the kernel: the cost of one result cell stays k² products in both cases.",
		LessonZH: "步长使结果变稀疏，扩张使卷积核变稀疏；无论哪一种，算出一个结果仍然只需要 k² 次乘法。",
		Wrong:    wrongStrideDilations,
		Cases:    strideDilationCases,
		Explain:  explainStrideDilation,
	}
}

// strideDilationCases change one thing at a time before they change both: bare,
// dilation 2, stride 2, then a row of the book's table and random ones.
func strideDilationCases(r *rand.Rand) [][]any {
	k := [][]float64{{1, 2}, {0, 3}}
	cases := [][]any{
		{settings.Image(3), k, 1, 1},
		{settings.Image(4), k, 1, 2},
		{settings.Image(4), k, 2, 1},
		{settings.Image(7), settings.Kernel(3), 1, 2}, // caption 12
	}
	for range 6 {
		kh, kw, s, d := 1+r.IntN(3), 1+r.IntN(3), 1+r.IntN(3), 1+r.IntN(3)
		cases = append(cases, []any{grid.RandomIntegers(r, kh*d+r.IntN(6), kw*d+r.IntN(6)), grid.RandomIntegers(r, kh, kw), s, d})
	}
	return cases
}

func thereAndBackExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.3b-3", Kind: chapters.Design, Title: "There and back", TitleZH: "有去有回",
		Task:   "Write func() (down cnnlib.Conv2D, up cnnlib.ConvTranspose2D): down halves every even side (6×6 to 3×3, 28×28 to 14×14) with a 3×3 kernel and stride 2; up has the same kernel, stride and padding and leads back to the even side. One channel each.",
		TaskZH: "编写 func() (down cnnlib.Conv2D, up cnnlib.ConvTranspose2D)：down 用 3×3 卷积核、步长 2 把任何偶数边长减半（6×6 变 3×3，28×28 变 14×14）；up 使用相同的卷积核大小、步长和填充，回到原来的偶数边长。输入、输出均为一个通道。",
		Hints: []string{
			"It is caption 11 of the book, and the last of the three settings that the book leaves out.",
			"Which padding takes 6 cells to 3 positions? Relationship 6.",
			"A convolution with these numbers takes 5 and 6 to the same 3. Which field of ConvTranspose2D says which one is meant?",
		},
		Stub: emptyPair, Solution: thereAndBack,
		Lesson:   "Networks that shrink a picture and enlarge it again, such as autoencoders and U-Net, need this in every level where a side is even.",
		LessonZH: "先缩小再放大图像的网络（如自编码器、U-Net）在每一个边长为偶数的层级都要用到它。",
		Wrong:    wrongPairs,
		Judge:    judgeThereAndBack,
	}
}

// emptyPair is what the reader starts from.
func emptyPair() (down cnnlib.Conv2D, up cnnlib.ConvTranspose2D) {
	return cnnlib.Conv2D{}, cnnlib.ConvTranspose2D{} // your layers
}

// judgeThereAndBack follows several even sides through both layers, and runs them on
// the smallest.
func judgeThereAndBack(_ context.Context, backend compute.Backend, answer any) (bool, string) {
	down, up := answer.(func() (cnnlib.Conv2D, cnnlib.ConvTranspose2D))()
	if down.Kernel != 3 || down.KernelW != 0 && down.KernelW != 3 {
		return false, fmt.Sprintf("expected a 3×3 kernel, but down is %v.", down)
	}
	if down.Stride != 2 {
		return false, fmt.Sprintf("expected stride 2, but down is %v.", down)
	}
	for _, i := range []int{6, 4, 28, 100} {
		half, err := down.OutShape(cnnlib.Shape{i, i, 1})
		if err != nil {
			return false, err.Error()
		}
		if half[0] != i/2 || half[1] != i/2 {
			return false, fmt.Sprintf("down makes %v of %d×%d, expected %d×%d. Is there padding, and on which sides?", half, i, i, i/2, i/2)
		}
		if up.Kernel != down.Kernel || up.KernelW != down.KernelW || up.Stride != down.Stride || up.Padding != down.Padding || up.Pads != down.Pads {
			return false, fmt.Sprintf("up must have the same kernel, stride and padding as down, but up is %v and down is %v.", up, down)
		}
		whole, err := up.OutShape(half)
		if err != nil {
			return false, err.Error()
		}
		if whole[0] != i || whole[1] != i {
			return false, fmt.Sprintf("up makes %v of %v, expected %d×%d. Down takes %d and %d to the same %d: OutputPadding says which one is meant.", whole, half, i, i, i-1, i, i/2)
		}
	}
	x, err := cnnlib.FromMatrix(settings.Image(6))
	if err != nil {
		return false, err.Error()
	}
	y, err := cnnlib.Run(backend, cnnlib.Sequential{down, up}, x)
	if err != nil {
		return false, err.Error()
	}
	return true, fmt.Sprintf("6×6 goes to 3×3 and comes back as %d×%d; so do all even sides.", y.Shape().Dimensions[1], y.Shape().Dimensions[2])
}
