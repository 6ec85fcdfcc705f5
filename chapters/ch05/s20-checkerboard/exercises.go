package checkerboard

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
)

func exercises() []chapters.Exercise {
	return []chapters.Exercise{stampCountExercise(), stampMatrixExercise(), evenGeneratorExercise()}
}

func stampCountExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.20", Kind: chapters.Compute, Title: "How many stamps lie on a cell", TitleZH: "一个输出单元上叠加了多少次",
		Task:   "Write func(i, k, s, o int) int: a transposed convolution without padding has i inputs on an axis, a kernel of k cells and stride s. How many of the inputs add to output cell o, counted from 0?",
		TaskZH: "编写 func(i, k, s, o int) int：无填充的转置卷积在一个方向上有 i 个输入，卷积核大小为 k，步长为 s。有多少个输入会加到编号为 o（从 0 开始）的输出单元上？",
		Args:   []string{"i", "k", "s", "o"},
		Hints: []string{
			"Each input stamps k cells. At which cell does the stamp of input number n begin, and at which does it end?",
			"Go through the inputs and count those whose stamp lies on cell o. There are only i of them: near the border some stamps are missing.",
			"The stamp of input n lies on cell o if o minus n times s is at least 0 and below k.",
		},
		Stub: noStamps, Solution: stampsOnCell,
		Lesson:   "In the middle the counts are k/s rounded down and up: they agree exactly where s divides k.",
		LessonZH: "在内部，次数为 k/s 向下和向上取整；当且仅当 s 整除 k 时两者相等。",
		Wrong: []chapters.WrongAnswer{
			{Name: "stride ignored", Answer: strideIgnored, Says: "stride"},
			{Name: "kernel over stride", Answer: kernelOverStride, Says: "depends on the cell"},
			{Name: "no border", Answer: withoutEnd, Says: "border"},
			{Name: "one cell too long", Answer: oneCellTooLong, Says: "ends"},
		},
		Cases: stampCountCases, Explain: explainStampCount,
	}
}

// noStamps is where the reader starts.
func noStamps(i, k, s, o int) int {
	return 0 // your code
}

// stampCountCases: the first cell of all; a cell in the middle with two stamps, with
// one, the first cells of a long axis; then at random.
func stampCountCases(r *rand.Rand) [][]any {
	cases := [][]any{{2, 2, 2, 0}, {2, 3, 2, 2}, {4, 3, 2, 3}, {3, 4, 1, 1}, {5, 5, 2, 6}, {5, 5, 2, 12}}
	for range 20 {
		i, k, s := 1+r.IntN(8), 1+r.IntN(7), 1+r.IntN(4)
		cases = append(cases, []any{i, k, s, r.IntN((i-1)*s + k)})
	}
	return cases
}

func stampMatrixExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.20-2", Kind: chapters.Build, Title: "The matrix of a transposed convolution", TitleZH: "转置卷积的矩阵",
		Task:   "Write func(kernel []float64, s, n int) [][]float64: the matrix of the transposed convolution with this kernel and stride s, without padding, for n inputs. One row for each output, one column for each input.",
		TaskZH: "编写 func(kernel []float64, s, n int) [][]float64：给出该卷积核、步长 s、无填充、n 个输入的转置卷积矩阵。每个输出一行，每个输入一列。",
		Args:   []string{"kernel", "s", "n"},
		Hints: []string{
			"How many outputs are there? The last stamp begins s cells after the one before it and is as long as the kernel.",
			"A column shows what one input does: the kernel, from top to bottom, and zeros around it.",
			"Column j holds weight t of the kernel in row j·s + t.",
		},
		Stub: noStampMatrix, Solution: stampMatrix,
		Lesson:   "Read the rows: with 3 weights and stride 2 they are (c a) and (b) in turn, and their sums differ. That is the checkerboard.",
		LessonZH: "看各行：3 个权重、步长 2 时，行交替为 (c a) 与 (b)，行和不同，这就是棋盘效应。",
		Wrong: []chapters.WrongAnswer{
			{Name: "matrix of the convolution", Answer: convolutionMatrix, Says: "transposed"},
			{Name: "kernel turned", Answer: turnedMatrix, Says: "turned"},
			{Name: "stride ignored", Answer: strideOneMatrix, Says: "stride"},
			{Name: "n·s rows", Answer: shortMatrix, Says: "rows"},
		},
		Cases: stampMatrixCases, Explain: explainStampMatrix,
	}
}

// noStampMatrix is where the reader starts.
func noStampMatrix(kernel []float64, s, n int) [][]float64 {
	return nil // your code
}

// stampMatrixCases begin with the smallest on which each mistake gives a matrix of its
// own; then the book's kernel.
func stampMatrixCases(r *rand.Rand) [][]any {
	cases := [][]any{{[]float64{1, 2, 3}, 2, 2}, {[]float64{1, 2}, 2, 3}, {[]float64{1, 2, 3}, 1, 3}, {[]float64{1, 2, 3, 4}, 2, 3}}
	for range 8 {
		kernel := make([]float64, 1+r.IntN(5))
		for i := range kernel {
			kernel[i] = float64(1 + r.IntN(9))
		}
		cases = append(cases, []any{kernel, 1 + r.IntN(3), 1 + r.IntN(4)})
	}
	return cases
}

// The task of the third exercise.
const (
	generatorBudget = 1200
	generatorSeed   = 520
)

var (
	generatorIn  = cnnlib.Shape{7, 7, 8}
	generatorOut = cnnlib.Shape{28, 28, 1}
)

// sizeOf writes the shape of one picture: 7×7×8.
func sizeOf(s cnnlib.Shape) string { return fmt.Sprintf("%d×%d×%d", s[0], s[1], s[2]) }

func evenGeneratorExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.20-3", Kind: chapters.Design, Title: "A generator without a checkerboard", TitleZH: "没有棋盘效应的生成器",
		Task: fmt.Sprintf("Write func() cnnlib.Sequential: a network that enlarges maps of %s to pictures of %s, has at most %d parameters, and makes an even area of an even area already before it is trained, with random weights.",
			sizeOf(generatorIn), sizeOf(generatorOut), generatorBudget),
		TaskZH: fmt.Sprintf("编写 func() cnnlib.Sequential：把 %s 的特征图放大为 %s 的图像的网络，参数不超过 %d 个，并且在训练之前、权重随机时，就能把均匀区域变成均匀区域。",
			sizeOf(generatorIn), sizeOf(generatorOut), generatorBudget),
		Hints: []string{
			"The picture has to become four times as large: twice two.",
			"Which layers make some outputs depend on other weights than their neighbours?",
			"Enlarge with a layer that has no weights. Convolve after it, with padding that keeps the size.",
		},
		Stub: noGenerator, Solution: resizeGenerator,
		Lesson:   "A transposed convolution whose stride divides its kernel size has even stamps, but its phases have weights of their own, and so does sub-pixel convolution. Only learning, or a start with equal phases (ICNR), makes them equal.",
		LessonZH: "步长整除卷积核大小的转置卷积叠加次数均匀，但各相位的权重各不相同，子像素卷积也一样；只有通过学习或让各相位以相同权重起步（ICNR）才会相等。",
		Wrong: []chapters.WrongAnswer{
			{Name: "size 3, stride 2", Answer: func() cnnlib.Sequential { return transposedGenerator(3) }, Says: "does not divide"},
			{Name: "one stamp for this size", Answer: oneSizeGenerator, Says: "makes [N 37 37 1] of [N 16 16 8], want [N 64 64 1]"},
			{Name: "size 4, stride 2", Answer: func() cnnlib.Sequential { return transposedGenerator(4) }, Says: "divides the kernel size, but"},
			{Name: "sub-pixel", Answer: subPixelGenerator, Says: "by another name"},
			{Name: "no padding", Answer: unpaddedGenerator, Says: "22 22 1"},
			{Name: "too many parameters", Answer: wideGenerator, Says: "at most 1200"},
		},
		Judge: judgeGenerator,
	}
}

// noGenerator is where the reader starts.
func noGenerator() cnnlib.Sequential {
	return cnnlib.Sequential{} // your layers
}

// judgeGenerator looks at the size, the parameters, and what the network with random
// weights makes of even areas.
func judgeGenerator(_ context.Context, backend compute.Backend, answer any) (bool, string) {
	net := answer.(func() cnnlib.Sequential)()
	out, err := net.OutShape(generatorIn)
	if err != nil {
		return false, err.Error()
	}
	if !out.Equal(generatorOut) {
		return false, fmt.Sprintf("the network makes %v of %v, want %v.", out, generatorIn, generatorOut)
	}
	params := net.Params(generatorIn)
	if params > generatorBudget {
		return false, fmt.Sprintf("the network has %d parameters, want at most %d.", params, generatorBudget)
	}
	uneven, alive, err := unevenShare(backend, net)
	switch {
	case err != nil:
		return false, err.Error()
	case !alive:
		return false, "the network makes nothing but zeros of every even area: an activation stops all of it. Leave out the last one, or use LeakyReLU."
	case uneven > roundingShare:
		return false, fmt.Sprintf("of even areas, the network with random weights makes a pattern: %s of the power is not in the mean. %s", percentShare(uneven), whyUneven(net))
	}
	return true, fmt.Sprintf("%d parameters, and of every even area an even one.", params)
}

// unevenShare returns the largest share of the power besides the mean that the network
// with random weights makes of some even areas, away from the border, and whether
// anything but zeros comes out.
func unevenShare(backend compute.Backend, net cnnlib.Layer) (uneven float64, alive bool, err error) {
	const areas, side = 4, 16 // 64×64 comes out, of which the middle 32×32 is looked at
	r := rand.New(rand.NewPCG(generatorSeed, 0))
	channels := generatorIn[2]
	x := make([]float64, 0, areas*side*side*channels)
	for range areas {
		colour := make([]float64, channels)
		for c := range colour {
			colour[c] = r.NormFloat64()
		}
		for range side * side {
			x = append(x, colour...)
		}
	}
	in := cnnlib.Shape{side, side, channels}
	out, err := net.OutShape(in)
	if err != nil {
		return 0, false, fmt.Errorf("the network takes %v but not %v, use layers that work on any size: %w", generatorIn, in, err)
	}
	if want := (cnnlib.Shape{4 * side, 4 * side, 1}); !out.Equal(want) {
		return 0, false, fmt.Errorf("the network makes %v of %v, want %v: use layers that work on any size", out, in, want)
	}
	y, err := cnnlib.Run(backend, net, batchOf(x, areas, side, side, channels))
	if err != nil {
		return 0, false, err
	}
	planes, err := firstChannels(y)
	if err != nil {
		return 0, false, err
	}
	for _, plane := range planes {
		power, err := Spectrum(grid.WithoutBorder(plane, side))
		if err != nil {
			return 0, false, err
		}
		uneven = max(uneven, shareOf(power, allButMean, allFrequencies))
		alive = alive || power[0][0] > 0
	}
	return uneven, alive, nil
}
