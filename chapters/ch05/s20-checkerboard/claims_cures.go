package checkerboard

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/ref"
)

// cureClaims are the statements of 5.20.2, how to avoid the checkerboard.
func cureClaims() []chapters.Claim {
	return []chapters.Claim{
		{
			ID: "5.20/12", Quote: "大小可被步长整除,从而避免重叠效应", Book: "no checkerboard where the stride divides the kernel size", Verdict: chapters.Differs, Erratum: "E36",
			Note:   "The stamps then are even, but the weights need not be: rows of a size-4, stride-2 kernel sum to a+c and b+d, which differ unless learning makes them equal. Distill says so too, and recommends to resize first.",
			NoteZH: "整除只保证重叠次数均匀，并不保证权重均匀：大小为 4、步长为 2 时，各行之和为 a+c 与 b+d，除非训练恰好使二者相等，否则仍有棋盘效应。Distill 原文也指出了这一点，并建议先缩放再卷积。",
			Check:  checkDivisibleIsEnough,
		},
		{
			ID: "5.20/13", Quote: "与最近成功用于图像超分辨率的技术\"子像素卷积\"(sub-pixel convolution)等价", Book: "size divisible by stride ⇔ sub-pixel convolution", Verdict: chapters.Holds,
			Note:  "The same weights in another order. A size that is not divisible is one too, with zeros among its weights.",
			Check: checkSubPixelEqual,
		},
		{
			ID: "5.20/14", Quote: "\"子像素卷积\"(sub-pixel convolution)", Book: "sub-pixel convolution avoids the checkerboard", Verdict: chapters.Differs,
			Note:   "The cells of a square come from different channels with different weights. Started with equal ones (ICNR, arXiv:1707.02937) it has no pattern before training, and gets one by training.",
			NoteZH: "一个方块中的各个像素来自不同通道，权重各异。若让它们以相同权重起步（ICNR，arXiv:1707.02937），训练前没有棋盘效应，但训练之后仍会出现。",
			Check:  checkSubPixelAvoids,
		},
		{
			ID: "5.20/15", Quote: "从反卷积矩阵…来看", Book: "[a c ·; · b ·; · a c; · · b]", Verdict: chapters.Holds, Erratum: "E35",
			Extracted: "[a c; b; a c; b]",
			Check:     checkMatrix(deconvolution, 3),
		},
		{
			ID: "5.20/16", Quote: "卷积应该为…则卷积的转置为", Book: "convolution [a 0; c b], transposed [a c; 0 b]", Verdict: chapters.Holds,
			Want:  []string{"[a 0; c b]", "[a c; 0 b]"},
			Note:  "The upper left corners: the matrix of the strided convolution is that of the transposed one, transposed.",
			Check: checkTransposedBlock,
		},
		{
			ID: "5.20/17", Quote: "步长为2,可整除反卷积大小", Book: "its stride 2 divides its size", Verdict: chapters.Differs, Erratum: "E35",
			Note:   "The rows (a c) and (b) have three weights, and 2 does not divide 3: this matrix shows the fault, not the cure. A size that 2 divides is 4, with rows (a c) and (b d).",
			NoteZH: "矩阵的行 (a c) 与 (b) 共有三个权重，3 不能被 2 整除：它展示的正是问题所在，而不是解决办法。可整除的应是大小为 4 的情形，其行为 (a c) 与 (b d)。",
			Check:  checkExampleDivides,
		},
		{
			ID: "5.20/18", Quote: "先缩放图像(最近邻插值或双线性插值),再卷积", Book: "to resize, then convolve avoids the checkerboard", Verdict: chapters.Holds,
			Note:  "Of an even area it makes an even area, whatever the weights: all rows have the same sum. At the border, zeros of the padding still make a darker frame.",
			Check: checkResizeIsEven,
		},
		{
			ID: "5.20/19", Quote: "NN-Resize Convolution", Book: "[a+b c ·; a b+c ·; · a+b c; · a b+c]", Verdict: chapters.Holds,
			Check: checkMatrix(nearestConvolution, 3),
		},
		{
			ID: "5.20/20", Quote: "Bilinear-Resize Convolution", Book: "[a+b/2 b/2+c · ·; a/2 a/2+b+c/2 c/2 ·; · a+b/2 b/2+c ·; · a/2 a/2+b+c/2 c/2]", Verdict: chapters.Holds, Erratum: "E38",
			Note:  "The book doubts its a/2, “(?)”; it is right. The new cells lie half way between two old ones here. cnnlib's Bilinear has them at ¼ and ¾, as today's libraries do; its rows have equal sums too.",
			Check: checkMatrix(midpointConvolution, 4),
		},
		{
			ID: "5.20/21", Quote: "对于每个输出窗口,反卷积操作的输入唯一", Book: "each output window of a transposed convolution has a unique input", Verdict: chapters.Unclear,
			Note:   "Distill has “a unique entry”: every weight stands once in the rows of one period. The inputs are not unique: the row (a c) has two.",
			NoteZH: "Distill 原文是“a unique entry”（唯一的矩阵元素）：一个周期的各行中，每个权重只出现一次。唯一的并不是输入：行 (a c) 就有两个输入。",
			Check:  checkUniqueEntry,
		},
		{
			ID: "5.20/22", Quote: "缩放卷积会以阻碍高频棋盘效应的方式来隐式地集中权重(weight-tying)", Book: "to resize ties weights: rows share them", Verdict: chapters.Holds,
			Note:  "“集中权重” is weight sharing: one weight stands in several rows.",
			Check: checkWeightsTied,
		},
		{
			ID: "5.20/23", Quote: "C^T*(A+B)=C^T*A+C^T*B", Book: "C*(A+B) = C*A + C*B", Verdict: chapters.Holds,
			Check: checkLinear,
		},
		{
			ID: "5.20/24", Quote: "插值增量图像表示的矩阵为原图像表示的矩阵下移 1 行", Book: "nearest: increment = [b · ·; a c ·; · b ·; · a c], the matrix moved down by one row", Verdict: chapters.Holds,
			Want:  "[b · ·; a c ·; · b ·; · a c]",
			Check: checkNearestShift,
		},
		{
			ID: "5.20/25", Quote: "可将原图像矩阵看成环形队列", Book: "the row that comes in at the top is the one that goes out at the bottom", Verdict: chapters.Differs, Erratum: "E37",
			Note:   "The row that comes in at the top is the next one above, (b · ·), as the book's own matrix shows. It is the last row only where the picture itself goes round (circular padding).",
			NoteZH: "从顶部移入的应是原矩阵再往上的那一行 (b · ·)，书中自己的矩阵也是这样写的；只有当图像本身首尾相接（循环填充）时，它才等于最后一行。",
			Check:  checkCircularQueue,
		},
		{
			ID: "5.20/26", Quote: "下移 1 行后乘以 1/2 与原图像表示的矩阵 上移 1 行后乘以 1/2", Book: "bilinear: + [b/2 · · ·; a/2 c/2 · ·; · b/2 · ·; · a/2 c/2 ·] + [· b/2 · ·; · a/2 c/2 ·; · · b/2 ·; · · a/2 c/2]", Verdict: chapters.Holds, Erratum: "E38",
			Want:      []string{"[b/2 · · ·; a/2 c/2 · ·; · b/2 · ·; · a/2 c/2 ·]", "[· b/2 · ·; · a/2 c/2 ·; · · b/2 ·; · · a/2 c/2]"},
			Extracted: "two equal matrices [b/2; a/2 c/2; · b/2; · a/2 c/2]",
			Check:     checkBilinearShift,
		},
	}
}

// shareOnEvenArea returns the share of the power at frequency ½ in what a layer makes
// of an even area, away from the border.
func shareOnEvenArea(backend compute.Backend, layer cnnlib.Layer) float64 {
	y := chapters.Must(cnnlib.RunPlane(backend, layer, grid.Filled(bookInputs, bookInputs, 1)))
	const border = 4 // no kernel here reaches further
	m := grid.WithoutBorder(y, border)
	sides := len(m) / 2 * 2 // an even number
	m = m[:sides]
	for i := range m {
		m[i] = m[i][:sides]
	}
	return chapters.Must(FlatShare(m))
}

func percentShare(share float64) string { return fmt.Sprintf("%.2f %%", 100*share) }

func checkDivisibleIsEnough(c chapters.Check) chapters.Finding {
	equal := shareOnEvenArea(c.Backend, equalStamps(4, 4, 2))
	random := shareOnEvenArea(c.Backend, cnnlib.ConvTranspose2D{Channels: 1, Kernel: 4, Stride: 2})
	four, three := measuredShare(transposedFour, "even area after"), measuredShare(transposedThree, "even area after")
	larger := chapters.Must(chapters.Must(Measured(experimentID)).Difference(transposedFour, transposedThree, "even area after")).Times(100)
	return chapters.HoldsIf(equal < roundingShare && random < roundingShare && even(four),
		"size 4, stride 2 on an even area: %s of the power at frequency ½ with equal weights, %s with random ones, %v per cent when trained on digits (size 3: %v; size 4 has %v more)",
		percentShare(equal), percentShare(random), four, three, larger)
}

// checkSubPixelEqual compares both for several sizes, on random integers, which are
// exact in float32.
func checkSubPixelEqual(check chapters.Check) chapters.Finding {
	const ins, outs, side, seed = 2, 3, 5, 520
	r := rand.New(rand.NewPCG(seed, 0))
	var equal, all int
	var tried []string
	for _, c := range []struct{ k, s int }{{2, 2}, {4, 2}, {6, 2}, {3, 3}, {6, 3}} {
		kernel := make(cnnlib.Weights, ins)
		var planes [][][]float64
		for i := range kernel {
			for range outs {
				kernel[i] = append(kernel[i], grid.RandomIntegers(r, c.k, c.k))
			}
			planes = append(planes, grid.RandomIntegers(r, side, side))
		}
		stamps := cnnlib.ConvTranspose2D{Stride: c.s, NoBias: true, Weights: kernel}
		convolution := cnnlib.Conv2D{NoBias: true, Padding: cnnlib.Full, Weights: chapters.Must(SubPixel(kernel, c.s))}
		stamped := chapters.Must(cnnlib.RunPlanes(check.Backend, stamps, planes...))
		shuffled := chapters.Must(cnnlib.RunPlanes(check.Backend, cnnlib.Sequential{convolution, cnnlib.PixelShuffle{Factor: c.s}}, planes...))
		all++
		if slices.EqualFunc(stamped, shuffled, func(x, y [][]float64) bool { return ref.EqualWithin(x, y, 0) }) {
			equal++
		}
		tried = append(tried, fmt.Sprintf("%d/%d", c.k, c.s))
	}
	return chapters.HoldsIf(equal == all, "exactly equal in %d of %d cases (size/stride %s), %d channels to %d", equal, all, strings.Join(tried, ", "), ins, outs)
}

// checkSubPixelAvoids reads what sub-pixel networks draw of even areas.
func checkSubPixelAvoids(chapters.Check) chapters.Finding {
	avoids := true
	var parts []string
	for _, arm := range []string{subPixel, subPixelICNR} {
		for _, when := range []string{"before", "after"} {
			share := measuredShare(arm, "even area "+when)
			avoids = avoids && even(share)
			parts = append(parts, fmt.Sprintf("%s %s training %v", arm, when, share))
		}
	}
	return chapters.HoldsIf(avoids, "per cent of the power with period 2 on even areas: %s", strings.Join(parts, "; "))
}

// checkMatrix computes the first 4 rows of a layer's matrix for a number of cells, in
// symbols.
func checkMatrix(layer func(a, b, c float64) cnnlib.Layer, columns int) func(chapters.Check) chapters.Finding {
	return func(c chapters.Check) chapters.Finding {
		return c.Found(weightMatrix(matrixRows(c.Backend, layer(weightA, weightB, weightC), columns, 4)))
	}
}

// checkTransposedBlock compares the matrix with that of the convolution that has the
// same kernel and stride.
func checkTransposedBlock(check chapters.Check) chapters.Finding {
	d := chapters.Must(MatrixOf(check.Backend, deconvolution(weightA, weightB, weightC), 3))
	conv := cnnlib.Conv2D{NoBias: true, Stride: 2, Weights: cnnlib.Filter([][]float64{{weightC, weightB, weightA}}),
		Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Left: 2, Right: 1}}
	c := chapters.Must(MatrixOf(check.Backend, conv, len(d)))
	if !ref.EqualWithin(grid.Transposed(c), d, 0) {
		return chapters.HoldsIf(false, "convolution %s, transposed convolution %s", weightMatrix(c), weightMatrix(d))
	}
	corner := func(m [][]float64) string {
		return strings.ReplaceAll(weightMatrix([][]float64{m[0][:2], m[1][:2]}), "·", "0")
	}
	return check.Found([]string{corner(c), corner(d)})
}

func checkExampleDivides(c chapters.Check) chapters.Finding {
	const stride = 2
	example := matrixRows(c.Backend, deconvolution(weightA, weightB, weightC), 3, 4)
	four := matrixRows(c.Backend, sizeFour(weightA, weightB, weightC, weightD), 3, 4)
	size := 0 // weights in the rows of one period, which has all weights of the kernel
	for _, row := range example[:stride] {
		for _, v := range row {
			if v != 0 {
				size++
			}
		}
	}
	return chapters.HoldsIf(size%stride == 0, "size %d, and %d mod %d = %d; row sums %s. Size 4: %s, row sums %s", size, size, stride, size%stride,
		chapters.FormatValue(weightSums(example)[:2]), weightMatrix(four[:2]), chapters.FormatValue(weightSums(four)[:2]))
}

// checkResizeIsEven sends an even area through resizing and a 3×3 convolution with
// random weights, and reads what the trained networks make of one.
func checkResizeIsEven(c chapters.Check) chapters.Finding {
	convolution := cnnlib.Conv2D{Channels: 1, Kernel: 3}
	near := shareOnEvenArea(c.Backend, cnnlib.Sequential{cnnlib.Upsample{Factor: 2}, convolution})
	linear := shareOnEvenArea(c.Backend, cnnlib.Sequential{cnnlib.Upsample{Factor: 2, Mode: cnnlib.Bilinear}, convolution})
	nearAfter, linearAfter := measuredShare(nearestResize, "even area after"), measuredShare(bilinearResize, "even area after")
	return chapters.HoldsIf(near < roundingShare && linear < roundingShare && even(nearAfter) && even(linearAfter),
		"share of the power at frequency ½ on an even area: random weights, nearest %s, bilinear %s; trained on digits, in per cent, nearest %v, bilinear %v",
		percentShare(near), percentShare(linear), nearAfter, linearAfter)
}

// checkUniqueEntry looks at the rows of one period, (a c) and (b).
func checkUniqueEntry(c chapters.Check) chapters.Finding {
	m := matrixRows(c.Backend, deconvolution(weightA, weightB, weightC), 3, 2)
	var entries, inputs []float64
	for _, row := range m {
		n := 0.0
		for _, v := range row {
			if v != 0 {
				entries = append(entries, v)
				n++
			}
		}
		inputs = append(inputs, n)
	}
	slices.Sort(entries)
	uniqueEntry := len(entries) == len(slices.Compact(slices.Clone(entries)))
	uniqueInput := slices.Max(inputs) == 1
	f := chapters.HoldsIf(uniqueEntry && uniqueInput, "rows %s: %s inputs a row; each weight stands once: %t", weightMatrix(m), chapters.FormatValue(inputs), uniqueEntry)
	if uniqueEntry && !uniqueInput {
		f.Verdict = chapters.Unclear // as Distill has it, not as the book has it
	}
	return f
}

// checkWeightsTied looks at the sums of the rows of one period: tied weights stand in
// both, so that the sums are the same.
func checkWeightsTied(c chapters.Check) chapters.Finding {
	sums := func(layer cnnlib.Layer) []string { return weightSums(matrixRows(c.Backend, layer, 4, 2)) }
	tied := func(sums []string) bool {
		return sums[0] == sums[1] && sums[0] == weightSymbols(weightA+weightB+weightC)
	}
	apart := sums(deconvolution(weightA, weightB, weightC))
	nearest := sums(nearestConvolution(weightA, weightB, weightC))
	bilinear := sums(midpointConvolution(weightA, weightB, weightC))
	return chapters.HoldsIf(!tied(apart) && tied(nearest) && tied(bilinear), "deconvolution: row sums %s; nearest: row sums %s; bilinear: row sums %s",
		strings.Join(apart, " and "), strings.Join(nearest, " and "), strings.Join(bilinear, " and "))
}

// checkLinear uses a real digit: A is the digit with zeros between its cells, A+B the
// digit enlarged by repeating them. Bytes times small integers are exact in float32.
func checkLinear(c chapters.Check) chapters.Finding {
	digit := grid.AddScaled(grid.Zeros(28, 28), chapters.Must(data.MNISTTest()).Plane(0), data.PixelMax)
	spread := cnnlib.ConvTranspose2D{Stride: 2, NoBias: true, Weights: cnnlib.Filter([][]float64{{1, 0}, {0, 0}})}
	a := chapters.Must(cnnlib.RunPlane(c.Backend, spread, digit))
	enlarged := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.Upsample{Factor: 2}, digit))
	convolved := func(x [][]float64) [][]float64 {
		kernel := [][]float64{{1, 2, 3}, {-4, 5, -6}, {7, 8, 9}}
		return chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.Conv2D{Padding: cnnlib.Same, NoBias: true, Weights: cnnlib.Filter(kernel)}, x))
	}
	whole, parts := convolved(enlarged), grid.AddScaled(convolved(a), convolved(grid.AddScaled(enlarged, a, -1)), 1)
	equal, cells := 0, 0
	for i, row := range whole {
		for j, v := range row {
			cells++
			if v == parts[i][j] {
				equal++
			}
		}
	}
	return chapters.HoldsIf(equal == cells, "a digit with a 3×3 kernel of integers: C*(A+B) = C*A + C*B in %d of %d cells", equal, cells)
}

func checkNearestShift(c chapters.Check) chapters.Finding {
	still, down := deconvolutionMoved(c.Backend, 3, 4, 0), deconvolutionMoved(c.Backend, 3, 4, 1)
	nearest := matrixRows(c.Backend, nearestConvolution(weightA, weightB, weightC), 3, 4)
	if !ref.EqualWithin(grid.AddScaled(still, down, 1), nearest, 0) {
		return chapters.HoldsIf(false, "%s + %s is not %s", weightMatrix(still), weightMatrix(down), weightMatrix(nearest))
	}
	return c.Found(weightMatrix(down))
}

func checkCircularQueue(c chapters.Check) chapters.Finding {
	nearest := matrixRows(c.Backend, nearestConvolution(weightA, weightB, weightC), 3, 4)
	d := matrixRows(c.Backend, deconvolution(weightA, weightB, weightC), 3, 4)
	sum := grid.AddScaled(d, lastRowOnTop(d), 1)
	same := 0
	for i := range sum {
		if slices.Equal(sum[i], nearest[i]) {
			same++
		}
	}
	nearestRing := matrixOfRing(c.Backend, nearestConvolution(weightA, weightB, weightC), 4)
	dRing := matrixOfRing(c.Backend, deconvolution(weightA, weightB, weightC), 4)
	ring := "not either"
	if ref.EqualWithin(grid.AddScaled(dRing, lastRowOnTop(dRing), 1), nearestRing, 0) {
		ring = fmt.Sprintf("equal in all %d rows", len(nearestRing))
	}
	return chapters.HoldsIf(same == len(sum), "equal in %d of %d rows; the first is %s, not %s. With circular padding: %s",
		same, len(sum), weightMatrix(sum[:1]), weightMatrix(nearest[:1]), ring)
}

func checkBilinearShift(c chapters.Check) chapters.Finding {
	still, nothing := deconvolutionMoved(c.Backend, 4, 4, 0), grid.Zeros(4, 4)
	down := grid.AddScaled(nothing, deconvolutionMoved(c.Backend, 4, 4, 1), 0.5)
	up := grid.AddScaled(nothing, deconvolutionMoved(c.Backend, 4, 4, -1), 0.5)
	bilinear := matrixRows(c.Backend, midpointConvolution(weightA, weightB, weightC), 4, 4)
	if !ref.EqualWithin(grid.AddScaled(grid.AddScaled(still, down, 1), up, 1), bilinear, 0) {
		return chapters.HoldsIf(false, "%s + %s + %s is not %s", weightMatrix(still), weightMatrix(down), weightMatrix(up), weightMatrix(bilinear))
	}
	return c.Found([]string{weightMatrix(down), weightMatrix(up)})
}
