package depth

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
	return []chapters.Exercise{
		{
			ID: "5.13", Kind: chapters.Compute,
			Title: "Depth and weights behind several layers", TitleZH: "多层之后的深度与权重个数",
			Task: `Write func(channels, size int, kernels []int) (depth, weights int): a picture with so many channels goes through convolutional layers, one after the other. ` +
				`The first has kernels[0] kernels, the next kernels[1], and so on; there is at least one layer, and at least one kernel in each. A kernel has size rows and size columns, and reads all channels of its layer's input (no groups). ` +
				`Return the depth of the last result, and the number of weights of all layers together. Biases do not count.`,
			TaskZH: `编写 func(channels, size int, kernels []int) (depth, weights int)：一幅有 channels 个通道的图像依次通过若干卷积层。` +
				`第一层有 kernels[0] 个卷积核，第二层有 kernels[1] 个，依此类推；至少有一层，每层至少有一个卷积核。每个卷积核有 size 行、size 列，并读取该层输入的所有通道（不分组）。` +
				`返回最后一层输出的深度，以及所有层的权重总数。偏置不计入。`,
			Args: []string{"channels", "size", "kernels"}, Results: []string{"depth", "weights"},
			Hints: []string{
				"Follow the depth from layer to layer: what does it depend on, and on what not?",
				"A kernel reads all channels of what comes in. How many matrices does it need in the first layer, and how many in the second?",
				"The weights of a layer are its kernels, times the cells of a matrix, times the depth of its input; its input is the result of the layer before it.",
			},
			Stub:     func(channels, size int, kernels []int) (depth, weights int) { return 0, 0 },
			Solution: ChainDepth,
			Lesson: "The depth of a result is chosen, and the depth of a kernel follows from it: twice as many kernels in one layer double the weights of that layer and those of the next. " +
				"That is why a network with twice as many kernels everywhere has about four times the weights.",
			LessonZH: "输出的深度由设计者选定，卷积核的深度则随之确定：某一层的卷积核增加一倍，这一层和下一层的权重都会加倍。因此，若每层的卷积核都增加一倍，整个网络的权重约为原来的四倍。",
			Cases:    chainCases,
			Explain:  explainChain,
			Wrong: []chapters.WrongAnswer{
				{Name: "kernels without depth", Answer: flatKernels, Says: "a matrix for each channel"},
				{Name: "every layer reads the picture", Answer: pictureDeep, Says: "not the picture"},
				{Name: "a map for each kernel and channel", Answer: mapsPerChannel, Says: "one map for all channels"},
				{Name: "maps stacked behind the input", Answer: stacked, Says: "not kept"},
				{Name: "depth stays", Answer: depthStays, Says: "not the depth of the input"},
				{Name: "size not squared", Answer: oneRow, Says: "size times size"},
				{Name: "biases counted", Answer: withBiases, Says: "biases do not count"},
				{Name: "last layer only", Answer: lastLayer, Says: "weights of all layers"},
			},
		},
		{
			ID: "5.13-2", Kind: chapters.Design,
			Title: "Two maps of a colour picture", TitleZH: "由彩色图像得到两张特征图",
			Task: `Write func() cnnlib.Layer: a layer for a picture of three channels, red, green and blue in this order, whose result has the same rows and columns and is 2 deep. ` +
				`The first map is the mean of the three channels (a grey picture), the second is red minus blue (warm is positive, cold is negative). ` +
				`One cnnlib.Conv2D does it, with weights that you give: Weights[o][i] is the matrix that result channel o lays over input channel i.`,
			TaskZH: `编写 func() cnnlib.Layer：返回一个处理三通道图像（依次为红、绿、蓝）的层，输出的行数和列数不变，深度为 2。` +
				`第一张特征图是三个通道的平均值（灰度图），第二张是红减蓝（暖色为正，冷色为负）。` +
				`用一个给定权重的 cnnlib.Conv2D 即可：Weights[o][i] 是输出通道 o 作用于输入通道 i 的矩阵。`,
			Args: []string{},
			Hints: []string{
				"How many kernels does a result of depth 2 need, and how deep is each of them?",
				"Each cell of a result needs the same cell of the three channels and none beside it: matrices of one row and one column are enough.",
				"The outer list of the weights has an element for each map, the inner one an element for each colour. The first kernel weighs all colours alike, the second has the weight zero for green.",
			},
			Stub:     func() cnnlib.Layer { return nil },
			Solution: GreyAndWarm,
			Lesson: "The shape of the weights says both depths: the outer length is that of the result, the inner length that of the input. " +
				"A kernel of 1×1 is no single number but one for each channel, so that such a layer mixes channels as a matrix does, with 3·2 = 6 weights here.",
			LessonZH: "权重的形状包含了两个深度：外层的长度是输出的深度，内层的长度是输入的深度。1×1 卷积核并不是一个数，而是每个通道各有一个数；这样的层像矩阵乘法一样混合各通道，本例共有 3·2 = 6 个权重。",
			Judge:    judgeGreyAndWarm,
			Wrong: []chapters.WrongAnswer{
				{Name: "channels outside, maps inside", Answer: channelsFirst, Says: "3 kernels, each 2 deep"},
				{Name: "all numbers in one kernel", Answer: oneKernel, Says: "1 kernel, 6 deep"},
				{Name: "a kernel for each channel", Answer: kernelPerChannel, Says: "the result is 3 deep"},
				{Name: "one kernel", Answer: greyOnly, Says: "the result is 1 deep"},
				{Name: "sum for mean", Answer: sumOfChannels, Says: "the sum of the channels, not their mean"},
				{Name: "maps exchanged", Answer: exchanged, Says: "in the other order"},
				{Name: "blue minus red", Answer: blueLessRed, Says: "blue minus red"},
				{Name: "negative numbers cut off", Answer: withReLU, Says: "activation"},
				{Name: "border lost", Answer: blurred, Says: "rows and columns"},
				{Name: "weights drawn", Answer: drawnWeights, Says: "Weights"},
			},
		},
	}
}

// chainCases begin with one layer, so that the depth of its kernels shows before that of
// the next ones; then come two layers of 1×1, then anything.
func chainCases(r *rand.Rand) [][]any {
	cases := [][]any{
		{3, 1, []int{2}},
		{2, 1, []int{3, 1}},
		{3, 5, []int{4}},
		{1, 5, []int{20, 40}},
	}
	for range 6 {
		kernels := make([]int, 1+r.IntN(4))
		for i := range kernels {
			kernels[i] = 1 + r.IntN(16)
		}
		cases = append(cases, []any{1 + r.IntN(8), 1 + r.IntN(5), kernels})
	}
	return cases
}

// chainMistakes are the mistakes that explainChain knows, and what is right instead.
var chainMistakes = []struct {
	answer func(channels, size int, kernels []int) (depth, weights int)
	says   string
}{
	{mapsPerChannel, "That counts a map for each kernel and each channel; but a kernel adds up what it finds in all channels, and gives one map for all channels."},
	{stacked, "That puts the new maps behind the old ones; but the input is not kept, and the result consists of the new maps only."},
	{depthStays, "A result is as deep as its layer has kernels, which is not the depth of the input."},
	{flatKernels, "That counts one matrix for each kernel; but a kernel has a matrix for each channel it reads."},
	{pictureDeep, "That lets the kernels of every layer be as deep as the picture; but a later layer reads the result of the layer before it, not the picture."},
	{oneRow, "That counts one row of each matrix; a matrix has size times size cells."},
	{withBiases, "That has a bias for each kernel; here biases do not count."},
	{lastLayer, "That counts the last layer; the weights of all layers were asked for."},
}

// explainChain names the mistake that gives both numbers of a wrong result or, if none
// does, the one that gives the wrong depth.
func explainChain(args []any, want, got any) string {
	channels, size, kernels := args[0].(int), args[1].(int), args[2].([]int)
	g, w := got.([]any), want.([]any)
	for _, m := range chainMistakes {
		if depth, weights := m.answer(channels, size, kernels); depth == g[0] && weights == g[1] {
			return m.says
		}
	}
	for _, m := range chainMistakes {
		if depth, _ := m.answer(channels, size, kernels); depth == g[0] && depth != w[0] {
			return m.says
		}
	}
	return ""
}

// colours is the picture that judgeGreyAndWarm shows to a layer, red, green and blue: small
// multiples of three with whole means. It has cells that are warm, cold and neither.
var colours = [][][]float64{
	{{9, 0, 3, 6}, {6, 3, 0, 9}, {3, 3, 9, 0}, {0, 6, 6, 3}},
	{{3, 6, 3, 0}, {0, 9, 3, 3}, {6, 0, 0, 9}, {9, 3, 6, 0}},
	{{0, 9, 3, 3}, {3, 9, 6, 0}, {3, 9, 3, 6}, {6, 0, 9, 3}},
}

// judgeGreyAndWarm lets the layer compute on colours.
func judgeGreyAndWarm(_ context.Context, backend compute.Backend, answer any) (passed bool, message string) {
	layer := answer.(func() cnnlib.Layer)()
	if layer == nil {
		return false, "The function returns no layer: expected one such as cnnlib.Conv2D{Weights: …}, got nil."
	}
	in := cnnlib.Shape{len(colours[0]), len(colours[0][0]), len(colours)}
	if c, ok := layer.(cnnlib.Conv2D); ok && len(c.Weights) > 0 && len(c.Weights[0]) != in[2] && c.Groups < 2 {
		return false, fmt.Sprintf("Your weights are %s deep; expected 2 kernels, each 3 deep: the outer list has an element for each map of the result, the inner one for each channel of the picture.", kernelsOf(c.Weights))
	}
	out, err := layer.OutShape(in)
	if err != nil {
		return false, fmt.Sprintf("The layer refuses the picture, expected a result %v: %v.", cnnlib.Shape{in[0], in[1], 2}, err)
	}
	switch want := (cnnlib.Shape{in[0], in[1], 2}); {
	case len(out) != 3 || out[0] != in[0] || out[1] != in[1]:
		return false, fmt.Sprintf("The result has the shape %v, expected %v: rows and columns must stay, and a kernel of more than one cell takes some away.", out, want)
	case out[2] != want[2]:
		return false, fmt.Sprintf("For a picture of 3 channels the result is %d deep, expected 2: one kernel for each map, and each reads all three channels.", out[2])
	}
	maps, err := cnnlib.RunPlanes(backend, layer, colours...)
	if err != nil {
		return false, fmt.Sprintf("The layer does not run: %v.", err)
	}
	return compareMaps(maps)
}

// kernelsOf writes "3 kernels, each 2" or "1 kernel, 6".
func kernelsOf(w cnnlib.Weights) string {
	if len(w) == 1 {
		return fmt.Sprintf("1 kernel, %d", len(w[0]))
	}
	return fmt.Sprintf("%d kernels, each %d", len(w), len(w[0]))
}

// compareMaps holds the maps of a layer against the mean of colours and red minus blue.
func compareMaps(maps [][][]float64) (passed bool, message string) {
	grey := combined(func(r, g, b float64) float64 { return (r + g + b) / 3 })
	warm := combined(func(r, _, b float64) float64 { return r - b })
	causes := []struct {
		first, second [][]float64
		says          string
	}{
		{first: warm, second: grey, says: "Both maps are right, in the other order."},
		{first: combined(func(r, g, b float64) float64 { return r + g + b }), says: "The first map is the sum of the channels, not their mean."},
		{second: combined(func(r, _, b float64) float64 { return b - r }), says: "The second map is blue minus red, not red minus blue."},
		{second: combined(func(r, _, b float64) float64 { return max(0, r-b) }), says: "The second map lacks its negative numbers: leave the activation out."},
	}
	for i, want := range [][][]float64{grey, warm} {
		row, col, same := firstDifference(maps[i], want)
		if same {
			continue
		}
		message = fmt.Sprintf("Map %d of the result, row %d, column %d (from 0), expected %g, got %.4g. ", i, row, col, want[row][col], maps[i][row][col])
		for _, c := range causes {
			if (c.first == nil || near(maps[0], c.first)) && (c.second == nil || near(maps[1], c.second)) {
				return false, message + c.says
			}
		}
		return false, message + "Which Weights does this map need for red, green and blue?"
	}
	return true, "Depth 2 from two kernels: the mean of the channels, and red minus blue."
}

// combined returns the matrix of what f makes of red, green and blue of each cell of colours.
func combined(f func(r, g, b float64) float64) [][]float64 {
	out := grid.Zeros(len(colours[0]), len(colours[0][0]))
	for r := range out {
		for c := range out[r] {
			out[r][c] = f(colours[0][r][c], colours[1][r][c], colours[2][r][c])
		}
	}
	return out
}

// tolerance covers float32: three products of at most 9, each rounded by 2⁻²⁴ of itself,
// their weights and two sums likewise, stay within 27·6·2⁻²⁴ = 1e-5.
const tolerance = 1e-5

// firstDifference returns the first cell that differs.
func firstDifference(got, want [][]float64) (row, col int, same bool) {
	for r := range want {
		for c := range want[r] {
			if d := got[r][c] - want[r][c]; d > tolerance || d < -tolerance || d != d {
				return r, c, false
			}
		}
	}
	return 0, 0, true
}

func near(got, want [][]float64) bool {
	_, _, same := firstDifference(got, want)
	return same
}
