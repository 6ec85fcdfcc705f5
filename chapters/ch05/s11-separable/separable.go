package separable

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
	"cnnbook/plots"
)

// The two ways of the section's sum, without biases as the book counts: 3 channels
// become 256.
var (
	wideInput     = cnnlib.Shape{32, 32, 3} // rows and columns do not matter to the parameters
	wideStandard  = cnnlib.Conv2D{Channels: 256, Kernel: 3, Padding: cnnlib.Same, NoBias: true}
	wideSeparable = cnnlib.SeparableConv2D{Channels: 256, Kernel: 3, Padding: cnnlib.Same, NoBias: true}
	// Its two steps. The 1×1 convolution takes what the first gives.
	wideDepthwise = cnnlib.DepthwiseConv2D{Kernel: 3, Padding: cnnlib.Same, NoBias: true}
	widePointwise = cnnlib.Conv2D{Channels: 256, Kernel: 1, NoBias: true}
)

func separableClaims() []chapters.Claim {
	return []chapters.Claim{
		{
			ID: "5.11/1", Quote: "对应图像区域中的所有通道均被同时考虑", Book: "one output of a 2×2 kernel over 4 maps depends on 16 cells, in all 4 channels", Verdict: chapters.Holds,
			Check: checkReadsAllChannels,
		},
		{
			ID: "5.11/2", Quote: "有多少个通道就有多少个过滤器", Book: "first step, 3 channels: 3 filters; map j depends on channel j alone", Verdict: chapters.Holds,
			Check: checkOneFilterAChannel,
		},
		{
			ID: "5.11/3", Quote: "再对这批新的通道 feature maps 进行标准的", Book: "depthwise, then 1×1: equal to a grouped convolution, then 1×1, in every number", Verdict: chapters.Holds,
			Check: checkTwoSteps,
		},
		{
			ID: "5.11/4", Quote: "这种操作被称为 \"DepthWise convolution\"", Book: "the two steps are a depthwise convolution: 3→256 channels", Verdict: chapters.Differs, Erratum: "E12",
			Note:   "Depthwise is the name of the first step alone, which keeps the number of channels. Both steps together are a depthwise separable convolution (F. Chollet 2016, arXiv:1610.02357, §1.2). The picture's “separable conv2d (J)” stands, the other way round, over the maps of the first step.",
			NoteZH: "depthwise（逐通道）卷积只是第一步，它不改变通道数；两步合起来叫 depthwise separable convolution（深度可分离卷积）。书中插图又反过来把 “separable conv2d (J)” 标在第一步的特征图上。",
			Check: func(c chapters.Check) chapters.Finding {
				first := chapters.Must(wideDepthwise.OutShape(wideInput))
				both := chapters.Must(wideSeparable.OutShape(wideInput))
				if first[2] == both[2] {
					return chapters.Finding{Value: c.Book, Verdict: chapters.Holds}
				}
				return chapters.Same(c.Book, fmt.Sprintf("depthwise: 3→%d channels; depthwise separable: 3→%d", first[2], both[2]))
			},
		},
		{
			ID: "5.11/5", Quote: "直接接一个 3×3×256 的卷积核", Book: "one kernel of 3×3×256", Verdict: chapters.Differs, Erratum: "E12",
			Note:   "A kernel is as deep as its input: 256 kernels of 3×3×3 each. One array of 3×3×256 has 2,304 numbers, not 6,912.",
			NoteZH: "卷积核的深度等于输入通道数：应为 256 个 3×3×3 的卷积核。一个 3×3×256 的数组只有 2,304 个数，而不是 6,912 个。",
			Check: func(c chapters.Check) chapters.Finding {
				one := cnnlib.Conv2D{Channels: 1, Kernel: 3, Padding: cnnlib.Same, NoBias: true}.Params(wideInput)
				kernels := wideStandard.Params(wideInput) / one
				if kernels == 1 {
					return chapters.Finding{Value: c.Book, Verdict: chapters.Holds}
				}
				return chapters.Same(c.Book, fmt.Sprintf("%d kernels of 3×3×3, %d numbers each", kernels, one))
			},
		},
		{
			ID: "5.11/6", Quote: "3×3×3×256 = 6,912", Book: "6912", Verdict: chapters.Holds,
			Check: func(c chapters.Check) chapters.Finding {
				return chapters.Number(c.Book, float64(wideStandard.Params(wideInput)))
			},
		},
		{
			ID: "5.11/7", Quote: "3×3×3 + 3×1×1×256 = 795", Book: "27 + 768 = 795", Verdict: chapters.Holds,
			Check: func(c chapters.Check) chapters.Finding {
				return chapters.Same(c.Book, fmt.Sprintf("%d + %d = %d", wideDepthwise.Params(wideInput), widePointwise.Params(wideInput), wideSeparable.Params(wideInput)))
			},
		},
		{
			ID: "5.11/8", Quote: "又把参数量降低到九分之一", Book: "9", Verdict: chapters.Rounded, Erratum: "E12",
			Note:   "6,912 / 795 = 8.69. The share is 1/Cout + 1/k²: with 3×3 it comes near a ninth for many output channels and is always above it.",
			NoteZH: "6,912 / 795 = 8.69。比例为 1/Cout + 1/k²；3×3 卷积在输出通道很多时接近九分之一，但始终大于九分之一。",
			Check: func(c chapters.Check) chapters.Finding {
				return chapters.Number(c.Book, float64(wideStandard.Params(wideInput))/float64(wideSeparable.Params(wideInput)))
			},
		},
		{
			ID: "5.11/9", Quote: "在 imagenet 1000 类分类任务中已经超过了 InceptionV3 的表现", Book: "Xception does better than Inception V3 on ImageNet", Verdict: chapters.Opinion,
			Note: "A result of others, which cannot be repeated here: the paper has 79.0 % against 78.2 % of 50,000 validation pictures right at the first guess (arXiv:1610.02357, Table 1).",
		},
		{
			ID: "5.11/10", Quote: "而且也同时减少了大量的参数", Book: "Xception has far fewer parameters than Inception V3", Verdict: chapters.Differs, Erratum: "E12",
			Note:   "Both networks, built from their layers, have about the same number: Xception spends what its convolutions save on more channels. The paper says so and takes it for its point: the gain comes from a better use of the parameters (arXiv:1610.02357, abstract and Table 3). It even multiplies more: 8.4 against 5.7 billion for a picture of 299×299.",
			NoteZH: "按各层搭建后，两个网络的参数量相差无几：Xception 把可分离卷积省下的参数用在了更多的通道上。论文也正是强调，提升来自对参数更有效的利用（arXiv:1610.02357，摘要与表 3）。它的乘加次数反而更多：299×299 的图像需 84 亿次，Inception V3 为 57 亿次。",
			Check:  checkFewerThanInception,
		},
		{
			ID: "5.11/11", Quote: "一个 depthwise 操作比标准的卷积操作降低不少的参数量", Book: "a separable convolution has fewer parameters than a standard one", Verdict: chapters.Holds,
			Note:  "For every kernel from 2×2 on and at least 2 output channels. A 1×1 kernel, or a single output channel, costs more.",
			Check: checkSaves,
		},
		{
			ID: "5.11/12", Quote: "这个模型得到了更好的分类效果", Book: "at the same number of parameters, separable convolutions classify better", Verdict: chapters.Holds,
			Note:  "Measured on a small scale, on handwritten digits, with several seeds each: networks with the same numbers of parameters, the separable ones being wider. They also take longer to train, since they have more maps.",
			Check: checkBudget,
		},
	}
}

// SmallIntegers is an initializer of integers from −5 to 5, on which float32 is
// exact. They are a function of the place in the array, so that two layers with
// arrays of the same layout have the same weights. Biases are 0.
type SmallIntegers struct{}

// Weights fills w.
func (SmallIntegers) Weights(_ *rand.Rand, _ cnnlib.Fan, w []float64) {
	for i := range w {
		w[i] = float64(i*7%11 - 5)
	}
}

// Biases leaves b at 0.
func (SmallIntegers) Biases(_ *rand.Rand, _ cnnlib.Fan, b []float64) {}

// String returns the Go literal.
func (SmallIntegers) String() string { return "SmallIntegers{}" }

// integerMaps returns so many n×n maps of integers from −4 to 4.
func integerMaps(count, n int) [][][]float64 {
	maps := make([][][]float64, count)
	for c := range maps {
		maps[c] = make([][]float64, n)
		for i := range maps[c] {
			for j := range n {
				maps[c][i] = append(maps[c][i], float64((i*n+j+1)*(c+2)%9-4))
			}
		}
	}
	return maps
}

// runMaps runs a layer on maps and returns its result, a matrix for each channel.
func runMaps(b compute.Backend, layer cnnlib.Layer, maps [][][]float64) ([][][]float64, error) {
	out, err := layer.OutShape(cnnlib.Shape{len(maps[0]), len(maps[0][0]), len(maps)})
	if err != nil {
		return nil, err
	}
	x, err := cnnlib.FromMatrix(maps...)
	if err != nil {
		return nil, err
	}
	y, err := cnnlib.Run(b, layer, x)
	if err != nil {
		return nil, err
	}
	result := make([][][]float64, out[2])
	for c := range result {
		if result[c], err = cnnlib.ToMatrix(y, c); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// depends counts, for each channel of the input, the cells that the top left cell
// of map m of the result depends on: each cell is raised by 1, and the results compared.
func depends(b compute.Backend, layer cnnlib.Layer, maps [][][]float64, m int) []int {
	before := chapters.Must(runMaps(b, layer, maps))
	counts := make([]int, len(maps))
	for c := range maps {
		for i := range maps[c] {
			for j := range maps[c][i] {
				maps[c][i][j]++
				after, err := runMaps(b, layer, maps)
				maps[c][i][j]--
				if err != nil {
					chapters.OK(err)
					return nil
				}
				if after[m][0][0] != before[m][0][0] {
					counts[c]++
				}
			}
		}
	}
	return counts
}

// A kernel without a zero in it, so that each cell under it shows.
type onesToFour struct{ SmallIntegers }

func (onesToFour) Weights(_ *rand.Rand, _ cnnlib.Fan, w []float64) {
	for i := range w {
		w[i] = float64(i%4 + 1)
	}
}

func checkReadsAllChannels(c chapters.Check) chapters.Finding {
	counts := depends(c.Backend, cnnlib.Conv2D{Channels: 2, Kernel: 2, NoBias: true, Init: onesToFour{}}, integerMaps(4, 3), 0)
	cells, channels := 0, 0
	for _, n := range counts {
		cells += n
		if n > 0 {
			channels++
		}
	}
	return chapters.Same(c.Book, fmt.Sprintf("one output of a 2×2 kernel over 4 maps depends on %d cells, in all %d channels", cells, channels))
}

func checkOneFilterAChannel(check chapters.Check) chapters.Finding {
	layer, in := cnnlib.DepthwiseConv2D{Kernel: 2, NoBias: true, Init: onesToFour{}}, integerMaps(3, 3)
	filters := layer.Params(cnnlib.Shape{3, 3, 3}) / (2 * 2)
	alone := true
	for j := range in {
		counts := depends(check.Backend, layer, in, j)
		for c, n := range counts {
			alone = alone && (n > 0) == (c == j)
		}
	}
	value := fmt.Sprintf("first step, 3 channels: %d filters; map j depends on channel j alone", filters)
	if !alone {
		value = fmt.Sprintf("first step, 3 channels: %d filters; maps depend on several channels", filters)
	}
	return chapters.Same(check.Book, value)
}

// checkTwoSteps runs the separable layer, its two steps one by one, and a grouped
// convolution with as many groups as channels before a 1×1 convolution. All numbers
// are integers: 3·9 products of at most 4·5, then 3 of those times at most 5, are far
// below 2²⁴, so that float32 is exact and equality is exact.
func checkTwoSteps(check chapters.Check) chapters.Finding {
	maps := integerMaps(3, 6)
	grouped := cnnlib.Conv2D{Channels: 3, Kernel: 3, Groups: 3, NoBias: true, Init: SmallIntegers{}}
	pointwise := cnnlib.Conv2D{Channels: 8, Kernel: 1, NoBias: true, Init: SmallIntegers{}}
	var results [3][][][]float64
	for i, layer := range []cnnlib.Layer{
		cnnlib.SeparableConv2D{Channels: 8, Kernel: 3, NoBias: true, Init: SmallIntegers{}},
		cnnlib.Sequential{cnnlib.DepthwiseConv2D{Kernel: 3, NoBias: true, Init: SmallIntegers{}}, pointwise},
		cnnlib.Sequential{grouped, pointwise},
	} {
		results[i] = chapters.Must(runMaps(check.Backend, layer, maps))
	}
	different := 0
	for c := range results[0] {
		for i := range results[0][c] {
			for j, v := range results[0][c][i] {
				if v != results[1][c][i][j] || v != results[2][c][i][j] {
					different++
				}
			}
		}
	}
	if different > 0 || ref.EqualWithin(results[0][0], grid.Zeros(4, 4), 0) { // zeros would prove nothing
		return chapters.Finding{Value: fmt.Sprintf("%d of %d numbers differ", different, 8*4*4), Verdict: chapters.Differs}
	}
	return chapters.Finding{Value: check.Book, Verdict: chapters.Holds}
}

// far is the share that “far fewer” must save at the least; the book's own example
// saves 88 %.
const far = 0.25

func checkFewerThanInception(c chapters.Check) chapters.Finding {
	x, v3 := Xception().Params(PictureShape), InceptionV3().Params(PictureShape)
	saved := 1 - float64(x)/float64(v3)
	if saved >= far {
		return chapters.Finding{Value: c.Book, Verdict: chapters.Holds}
	}
	const billion = 1e9
	return chapters.Finding{Verdict: chapters.Differs, Value: fmt.Sprintf("%s against %s: %.1f %% fewer; multiplications for a picture of 299×299: %.1f against %.1f billion",
		plots.Number(float64(x), 0), plots.Number(float64(v3), 0), 100*saved,
		float64(Xception().MACs(PictureShape))/billion, float64(InceptionV3().MACs(PictureShape))/billion)}
}

func checkSaves(chapters.Check) chapters.Finding {
	in := cnnlib.Shape{8, 8, 16}
	fewer := func(k, out int) bool {
		standard := cnnlib.Conv2D{Channels: out, Kernel: k, Padding: cnnlib.Same, NoBias: true}
		separable := cnnlib.SeparableConv2D{Channels: out, Kernel: k, Padding: cnnlib.Same, NoBias: true}
		return separable.Params(in) < standard.Params(in)
	}
	for k := 1; k <= 7; k++ {
		for out := 1; out <= 64; out++ {
			if fewer(k, out) != (k > 1 && out > 1) {
				return chapters.Finding{Value: fmt.Sprintf("k = %d, %d output channels: fewer is %t", k, out, fewer(k, out)), Verdict: chapters.Differs}
			}
		}
	}
	return chapters.Finding{Value: "fewer for k = 2 to 7 and 2 to 64 output channels; more for k = 1 or one output channel", Verdict: chapters.Holds}
}

// checkBudget compares the means of the stored trials. It holds where, at every
// budget, the separable networks are better by more than two standard errors of the
// difference, and differs where they are worse by as much at every budget.
func checkBudget(chapters.Check) chapters.Finding {
	m := chapters.Must(Measured(budgetID))
	better, worse := 0, 0
	var values []string
	for _, budget := range budgets {
		standard, sd1, n1 := chapters.Must3(m.Mean(budgetArm(false, budget), "test accuracy"))
		separable, sd2, n2 := chapters.Must3(m.Mean(budgetArm(true, budget), "test accuracy"))
		errorOfDifference := math.Sqrt(sd1*sd1/float64(n1) + sd2*sd2/float64(n2))
		switch d := separable - standard; {
		case d > 2*errorOfDifference:
			better++
		case d < -2*errorOfDifference:
			worse++
		}
		values = append(values, fmt.Sprintf("%d parameters: %.1f ± %.1f %% against %.1f ± %.1f %%", budget, 100*separable, 100*sd2, 100*standard, 100*sd1))
	}
	f := chapters.Finding{Value: strings.Join(values, "; "), Verdict: chapters.Unclear}
	switch len(budgets) {
	case better:
		f.Verdict = chapters.Holds
	case worse:
		f.Verdict = chapters.Differs
	}
	return f
}
