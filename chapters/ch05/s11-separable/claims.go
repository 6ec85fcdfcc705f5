package separable

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/plots"
)

// claims are the statements of the section in the book's order; each check stands below the
// list, in the same order.
func claims() []chapters.Claim {
	return []chapters.Claim{
		{
			ID: "5.11/1", Quote: "对应图像区域中的所有通道均被同时考虑", Book: "one output of a 2×2 kernel over 4 maps depends on 16 cells, in all 4 channels", Want: []int{4, 4, 4, 4}, Verdict: chapters.Holds,
			Check: checkReadsAllChannels,
		},
		{
			ID: "5.11/2", Quote: "有多少个通道就有多少个过滤器", Book: "first step, 3 channels: 3 filters; map j depends on channel j alone", Want: [][]float64{{4, 0, 0}, {0, 4, 0}, {0, 0, 4}}, Verdict: chapters.Holds,
			Check: checkOneFilterAChannel,
		},
		{
			ID: "5.11/3", Quote: "再对这批新的通道 feature maps 进行标准的", Book: "depthwise, then 1×1: equal to a grouped convolution, then 1×1, in every number", Verdict: chapters.Holds,
			Check: checkTwoSteps,
		},
		{
			ID: "5.11/4", Quote: "这种操作被称为 \"DepthWise convolution\"", Book: "the two steps are a depthwise convolution: 3→256 channels", Want: 256, Verdict: chapters.Differs, Erratum: "E12",
			Note:   "Depthwise is the name of the first step alone, which keeps the number of channels. Both steps together are a depthwise separable convolution (F. Chollet 2016, arXiv:1610.02357, §1.2). The picture's “separable conv2d (J)” stands, the other way round, over the maps of the first step.",
			NoteZH: "depthwise（逐通道）卷积只是第一步，它不改变通道数；两步合起来叫 depthwise separable convolution（深度可分离卷积）。书中插图又反过来把 “separable conv2d (J)” 标在第一步的特征图上。",
			Check:  checkDepthwiseKeepsChannels,
		},
		{
			ID: "5.11/5", Quote: "在 imagenet 1000 类分类任务中已经超过了 InceptionV3 的表现", Book: "Xception does better than Inception V3 on ImageNet", Verdict: chapters.Opinion,
			Note: "A result of others, which cannot be repeated here: the paper has 79.0 % against 78.2 % of 50,000 validation pictures right at the first guess (arXiv:1610.02357, Table 1).",
		},
		{
			ID: "5.11/6", Quote: "而且也同时减少了大量的参数", Book: "Xception has far fewer parameters than Inception V3", Verdict: chapters.Differs, Erratum: "E12",
			Note:   "Both networks, built from their layers, have about the same number: Xception spends what its convolutions save on more channels. The paper says so and takes it for its point: the gain comes from a better use of the parameters (arXiv:1610.02357, abstract and Table 3). It even multiplies more: 8.4 against 5.7 billion for a picture of 299×299.",
			NoteZH: "按各层搭建后，两个网络的参数量相差无几：Xception 把可分离卷积省下的参数用在了更多的通道上。论文也正是强调，提升来自对参数更有效的利用（arXiv:1610.02357，摘要与表 3）。它的乘加次数反而更多：299×299 的图像需 84 亿次，Inception V3 为 57 亿次。",
			Check:  checkFewerThanInception,
		},
		{
			ID: "5.11/7", Quote: "直接接一个 3×3×256 的卷积核", Book: "one kernel of 3×3×256", Want: []int{1, 3 * 3 * 256}, Verdict: chapters.Differs, Erratum: "E12",
			Note:   "A kernel is as deep as its input: 256 kernels of 3×3×3 each. One array of 3×3×256 has 2,304 numbers, not 6,912.",
			NoteZH: "卷积核的深度等于输入通道数：应为 256 个 3×3×3 的卷积核。一个 3×3×256 的数组只有 2,304 个数，而不是 6,912 个。",
			Check:  checkKernels,
		},
		{
			ID: "5.11/8", Quote: "3×3×3×256 = 6,912", Book: "6912", Verdict: chapters.Holds,
			Check: checkStandardWeights,
		},
		{
			ID: "5.11/9", Quote: "3×3×3 + 3×1×1×256 = 795", Book: "27 + 768 = 795", Want: []int{27, 768, 795}, Verdict: chapters.Holds,
			Check: checkSeparableWeights,
		},
		{
			ID: "5.11/10", Quote: "又把参数量降低到九分之一", Book: "9", Verdict: chapters.Rounded, Erratum: "E12",
			Note:   "6,912 / 795 = 8.69. The share is 1/Cout + 1/k²: with 3×3 it comes near a ninth for many output channels and is always above it.",
			NoteZH: "6,912 / 795 = 8.69。比例为 1/Cout + 1/k²；3×3 卷积在输出通道很多时接近九分之一，但始终大于九分之一。",
			Check:  checkNinth,
		},
		{
			ID: "5.11/11", Quote: "一个 depthwise 操作比标准的卷积操作降低不少的参数量", Book: "a separable convolution has fewer parameters than a standard one", Verdict: chapters.Holds,
			Note:  "For every kernel from 2×2 on and at least 2 output channels. A 1×1 kernel, or a single output channel, costs more.",
			Check: checkSaves,
		},
		{
			ID: "5.11/12", Quote: "这个模型得到了更好的分类效果", Book: "at the same number of parameters, separable convolutions classify better", Verdict: chapters.Unclear,
			Note:   "Measured on a small scale, on handwritten digits, with four seeds each: networks with the same numbers of parameters, the separable ones being wider. With 2,000, 4,000 and 8,000 parameters they are better, and the interval of the difference lies above 0. With 1,000 they are better in all four trainings too, but by so different amounts that the interval contains 0. They also take longer to train, since they have more maps.",
			NoteZH: "在手写数字上做的小规模实测，每种网络四个随机种子：参数量相同，可分离的网络更宽。参数为 2,000、4,000、8,000 个时可分离的网络更好，差值的置信区间全部大于 0；参数为 1,000 个时四次训练也都更好，但幅度相差悬殊，置信区间包含 0。可分离的网络特征图更多，训练也更慢。",
			Check:  checkBudgets,
		},
	}
}

// The two ways of the section's sum, without biases as the book counts: 3 channels become
// 256.
var (
	wideInput     = cnnlib.Shape{32, 32, 3} // rows and columns do not matter to the parameters
	wideStandard  = cnnlib.Conv2D{Channels: 256, Kernel: 3, Padding: cnnlib.Same, NoBias: true}
	wideSeparable = cnnlib.SeparableConv2D{Channels: 256, Kernel: 3, Padding: cnnlib.Same, NoBias: true}
	// Its two steps. The 1×1 convolution takes what the first gives.
	wideDepthwise = cnnlib.DepthwiseConv2D{Kernel: 3, Padding: cnnlib.Same, NoBias: true}
	widePointwise = cnnlib.Conv2D{Channels: 256, Kernel: 1, NoBias: true}
)

// oneToFour is a kernel without a zero in it, so that each cell under it shows.
var oneToFour = [][]float64{{1, 2}, {3, 4}}

// cellsRead counts, for each channel of 3×3 cells, those that the upper left cell of map m of
// the result depends on: each is raised by 1, and the results compared.
func cellsRead(backend compute.Backend, layer cnnlib.Layer, channels, m int) []int {
	planes := make([][][]float64, channels)
	for c := range planes {
		planes[c] = grid.Zeros(3, 3)
	}
	corner := func() float64 { return chapters.Must(cnnlib.RunPlanes(backend, layer, planes...))[m][0][0] }
	before, counts := corner(), make([]int, channels)
	for c, plane := range planes {
		for _, row := range plane {
			for j := range row {
				row[j] = 1
				if corner() != before {
					counts[c]++
				}
				row[j] = 0
			}
		}
	}
	return counts
}

// checkReadsAllChannels counts the cells in each channel.
func checkReadsAllChannels(c chapters.Check) chapters.Finding {
	conv := cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filter(oneToFour, oneToFour, oneToFour, oneToFour)}
	f := c.Found(cellsRead(c.Backend, conv, 4, 0))
	f.Value += ": cells that one output reads in the four channels"
	return f
}

// checkOneFilterAChannel makes a matrix: a row for each filter, with the cells that its map
// reads in each channel.
func checkOneFilterAChannel(c chapters.Check) chapters.Finding {
	const channels = 3
	layer := cnnlib.DepthwiseConv2D{NoBias: true, Weights: cnnlib.Filters(oneToFour, oneToFour, oneToFour)}
	filters := layer.Params(cnnlib.Shape{3, 3, channels}) / (2 * 2)
	read := grid.Zeros(filters, channels)
	for j := range read {
		for channel, n := range cellsRead(c.Backend, layer, channels, j) {
			read[j][channel] = float64(n)
		}
	}
	f := c.Found(read)
	f.Value += fmt.Sprintf(": cells that the maps of the %d filters read in each channel", filters)
	return f
}

// checkTwoSteps runs the separable layer, its two steps one by one, and a grouped convolution
// with as many groups as channels before a 1×1 convolution. All numbers are integers from −9
// to 9: a sum of 3·3 products is at most 729, a sum of 3 of these times a weight at most
// 19,683. That is below 2²⁴, so that float32 is exact and equality is exact.
func checkTwoSteps(c chapters.Check) chapters.Finding {
	r := rand.New(rand.NewPCG(5, 11))
	var maps, kernels [][][]float64
	for range 3 {
		maps, kernels = append(maps, grid.RandomIntegers(r, 6, 6)), append(kernels, grid.RandomIntegers(r, 3, 3))
	}
	weights := grid.RandomIntegers(r, 8, 3)
	mix := cnnlib.Conv2D{NoBias: true}
	for _, row := range weights {
		var filter [][][]float64
		for _, w := range row {
			filter = append(filter, [][]float64{{w}})
		}
		mix.Weights = append(mix.Weights, filter)
	}
	given := cnnlib.Filters(kernels...)
	run := func(layer cnnlib.Layer) [][][]float64 {
		return chapters.Must(cnnlib.RunPlanes(c.Backend, layer, maps...))
	}
	whole := run(cnnlib.SeparableConv2D{NoBias: true, Depthwise: given, Pointwise: weights})
	steps := run(cnnlib.Sequential{cnnlib.DepthwiseConv2D{NoBias: true, Weights: given}, mix})
	grouped := run(cnnlib.Sequential{cnnlib.Conv2D{Groups: 3, NoBias: true, Weights: given}, mix})
	numbers, different, zeros := 0, 0, 0
	for m := range whole {
		for i, row := range whole[m] {
			for j, v := range row {
				numbers++
				if v != steps[m][i][j] || v != grouped[m][i][j] {
					different++
				}
				if v == 0 {
					zeros++
				}
			}
		}
	}
	// Zeros alone would prove nothing.
	return chapters.HoldsIf(different == 0 && zeros < numbers, "%d of %d numbers differ; %d are 0", different, numbers, zeros)
}

// checkDepthwiseKeepsChannels asks the layers for the channels of their results.
func checkDepthwiseKeepsChannels(c chapters.Check) chapters.Finding {
	first := chapters.Must(wideDepthwise.OutShape(wideInput))
	both := chapters.Must(wideSeparable.OutShape(wideInput))
	f := c.Found(first[2])
	f.Value += fmt.Sprintf(" channels behind the depthwise step, %d behind both: depthwise separable", both[2])
	return f
}

// minimumSaving is the share that “far fewer” must save; the book's own example saves 88 %.
const minimumSaving = 0.25

func checkFewerThanInception(chapters.Check) chapters.Finding {
	x, v3 := Xception(), InceptionV3()
	params, params3 := x.Params(PictureShape), v3.Params(PictureShape)
	saved := 1 - float64(params)/float64(params3)
	const billion = 1e9
	return chapters.HoldsIf(saved >= minimumSaving, "%s against %s: %.1f %% fewer; multiplications for a picture of 299×299: %.1f against %.1f billion",
		plots.Number(float64(params), 0), plots.Number(float64(params3), 0), 100*saved,
		float64(x.MACs(PictureShape))/billion, float64(v3.MACs(PictureShape))/billion)
}

// checkKernels counts the kernels of the standard layer and the numbers in each.
func checkKernels(c chapters.Check) chapters.Finding {
	one := cnnlib.Conv2D{Channels: 1, Kernel: 3, Padding: cnnlib.Same, NoBias: true}.Params(wideInput)
	f := c.Found([]int{wideStandard.Params(wideInput) / one, one})
	f.Value += ": kernels of 3×3×3, and numbers in each"
	return f
}

func checkStandardWeights(c chapters.Check) chapters.Finding {
	return c.Found(wideStandard.Params(wideInput))
}

// checkSeparableWeights counts each step alone, and the layer that does both.
func checkSeparableWeights(c chapters.Check) chapters.Finding {
	return c.Found([]int{wideDepthwise.Params(wideInput), widePointwise.Params(wideInput), wideSeparable.Params(wideInput)})
}

func checkNinth(c chapters.Check) chapters.Finding {
	return c.Found(float64(wideStandard.Params(wideInput)) / float64(wideSeparable.Params(wideInput)))
}

// checkSaves counts the weights of both layers for kernels of up to 7×7 and up to 64 output
// channels.
func checkSaves(chapters.Check) chapters.Finding {
	in := cnnlib.Shape{8, 8, 16}
	tried, exceptions := 0, 0
	for k := 1; k <= 7; k++ {
		for out := 1; out <= 64; out++ {
			tried++
			if fewer := shareOf(in, k, out) < 1; fewer != (k > 1 && out > 1) {
				exceptions++
			}
		}
	}
	return chapters.HoldsIf(exceptions == 0,
		"fewer for k = 2 to 7 and 2 to 64 output channels; more for k = 1 or one output channel: %d exceptions of %d", exceptions, tried)
}

// checkBudgets compares the trained networks. The statement holds if the separable ones are
// better at every budget, differs if they are worse at every budget, and is open otherwise.
func checkBudgets(chapters.Check) chapters.Finding {
	m := chapters.Must(Measured(budgetID))
	var values []string
	var verdicts []chapters.Verdict
	for _, budget := range budgets {
		separable, standard := armName(true, budget), armName(false, budget)
		a := chapters.Must(m.Estimate(separable, "test accuracy")).Times(100)
		b := chapters.Must(m.Estimate(standard, "test accuracy")).Times(100)
		d := chapters.Must(m.Difference(separable, standard, "test accuracy")).Times(100)
		verdicts = append(verdicts, d.Positive())
		values = append(values, fmt.Sprintf("%d parameters: %.1f ± %.1f %% against %.1f ± %.1f %%, better by %.1f ± %.1f points (95 %%, %d seeds)", budget, a.Mean, a.SD, b.Mean, b.SD, d.Mean, d.Half, d.N))
	}
	f := chapters.Finding{Value: strings.Join(values, "; "), Verdict: chapters.Unclear}
	if same := slices.Compact(verdicts); len(same) == 1 {
		f.Verdict = same[0]
	}
	return f
}
