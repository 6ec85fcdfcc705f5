package transposed

import (
	"errors"
	"fmt"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/book"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/nets"
	"cnnbook/cnnlib/ref"
)

// claims are the statements of 5.17.2, transposed convolution and unpooling.
func claims() []chapters.Claim {
	return []chapters.Claim{
		{
			ID: "5.17/10", Quote: "跟 1 维信号处理的反卷积计算是很不一样的", Book: "not the deconvolution of signals", Verdict: chapters.Holds,
			Note:  "Deconvolution finds the signal again that was convolved. A transposed convolution finds its size again, not its values.",
			Check: checkNotInverse,
		},
		{
			ID: "5.17/11", Quote: "FCN 作者称为 backwards convolution", Book: "the backward pass of a convolution", Verdict: chapters.Holds,
			Note:  "J. Long, E. Shelhamer, T. Darrell 2015 (arXiv:1411.4038, §3.3). The gradient is that of the backend's automatic differentiation.",
			Check: checkView(gradientView),
		},
		{
			ID: "5.17/12", Quote: "should rather be called a transposed convolutional layer", Book: "a convolution's matrix, transposed", Verdict: chapters.Holds,
			Check: checkView(matrixView),
		},
		{
			ID: "5.17/13", Quote: "pool layer 对图像缩小一半", Book: "pooling halves the picture", Verdict: chapters.Unclear,
			Note:   "Its sides are halved, so that a quarter of the cells is left; and only with a 2×2 window and stride 2.",
			NoteZH: "减半的是边长，像素个数只剩四分之一；而且这只适用于 2×2 窗口、步长为 2 的池化。",
			Check:  checkHalved,
		},
		{
			ID: "5.17/14", Quote: "最后输出结果是1X1X1000", Book: "1×1×1000", Want: []int{1, 1, 1000}, Verdict: chapters.Holds,
			Note:  "ImageNet, which the section names, is the data set and not a network; the network here is VGG-16.",
			Check: checkClassScores,
		},
		{
			ID: "5.17/15", Quote: "1x1 得到的是", Book: "the sentence ends here", Verdict: chapters.Unclear, Erratum: "E59",
			Note:   "What the 1×1 stands for is lost. It is one place: with a 224×224 picture the scores belong to the whole picture. With a larger one the same weights, used as convolutions, give a map of scores; that is the idea of the FCN.",
			NoteZH: "句子不完整，1×1 得到什么没有写出。1×1 表示只有一个位置：输入为 224×224 时，1000 个分数属于整幅图像。把同样的全连接权重当作卷积核用于更大的图像，得到的是一张分数图，这正是 FCN 的思想。",
			Check:  checkPlaces,
		},
		{
			ID: "5.17/16", Quote: "是图片大小的32分之一", Book: "a side of 1/32 of the picture's", Verdict: chapters.Holds,
			Check: checkThirtySecond,
		},
		{
			ID: "5.17/17", Quote: "与full卷积原理是一样的", Book: "the same as a full convolution", Verdict: chapters.Unclear,
			Note:   "At stride 1 the two are equal, number by number. At stride 2 the full convolution is that of the picture with zeros between its cells, not of the picture; and the drawing right below has one row of zeros around it, where a full one has k−1 = 2.",
			NoteZH: "步长为 1 时两者逐个数值相等。步长为 2 时，做 full 卷积的不是原图，而是像素之间插入零之后的图；而且紧接着的插图四周只补了一圈零，full 卷积应补 k−1 = 2 圈。",
			Check:  checkLikeFull,
		},
		{
			ID: "5.17/18", Quote: "FCN 作者使用的方法是这里所说反卷积的一种变体", Book: "the FCN's upsampling is a transposed convolution", Verdict: chapters.Holds,
			Note:  "It starts from bilinear interpolation (arXiv:1411.4038, §3.3): stride s and the kernel of a tent of 2s cells.",
			Check: checkBilinear,
		},
		{
			ID: "5.17/19", Quote: "首先使用上采样让图像变成7*7", Book: "3×3 → 7×7 → 5×5", Want: []size{{3, 3}, {7, 7}, {5, 5}}, Verdict: chapters.Holds,
			Note:  "One zero between neighbours makes 5×5, one row of zeros around it 7×7: a transposed convolution with kernel 3, stride 2, padding 1.",
			Check: checkInsertion,
		},
		{
			ID: "5.17/20", Quote: "图像多了很多空白的像素点", Book: "many blank cells, which the convolution fills", Verdict: chapters.Holds,
			Check: checkBlank,
		},
		{
			ID: "5.17/21", Quote: "对称的16层反卷积与上采样网络", Book: "16 mirrored layers", Verdict: chapters.Unclear, Erratum: "E59",
			Note:   "VGG-16 has 16 layers with weights only if its classifier counts. H. Noh et al. 2015 (arXiv:1505.04366, §3.1) take the classifier off before they mirror the rest: 13 convolutional and 2 dense layers, 15.",
			NoteZH: "VGG-16 的 16 个带权重的层包含最后的分类层。而 Noh 等人（arXiv:1505.04366，第 3.1 节）先去掉分类层，再对其余各层做镜像，应为 13 个卷积层加 2 个全连接层，共 15 层。",
			Check:  checkMirrored,
		},
		{
			ID: "5.17/22", Quote: "目前使用得最多的 deconvolution 有 2 种", Book: "two kinds are used most", Verdict: chapters.Opinion,
			Note: "A statement about habit; nothing to compute.",
		},
		{
			ID: "5.17/23", Quote: "完整的卷积可以使得原来的定义域变大", Book: "a full convolution makes the picture larger", Verdict: chapters.Holds,
			Note:  "By k−1 on each axis; a 1×1 kernel is the exception.",
			Check: checkFullGrows,
		},
		{
			ID: "5.17/24", Quote: "记录pooling index，然后扩大空间，再用卷积填充", Book: "places recorded, space widened, the rest filled", Verdict: chapters.Holds,
			Check: checkUnpooling,
		},
		{
			ID: "5.17/25", Quote: "输入：2x2，卷积核：4x4，滑动步长：3，输出：7x7", Book: "2×2, kernel 4×4, stride 3 → 7×7", Want: size{7, 7}, Verdict: chapters.Holds,
			Check: checkStampSize,
		},
		{
			ID: "5.17/26", Quote: "每个像素的卷积后大小为1+4-1=4", Book: "4", Verdict: chapters.Holds,
			Check: checkOneStamp,
		},
		{
			ID: "5.17/27", Quote: "4个4x4的特征图", Book: "4 maps of 4×4", Want: []size{{4, 4}, {4, 4}, {4, 4}, {4, 4}}, Verdict: chapters.Holds,
			Check: checkStamps,
		},
		{
			ID: "5.17/28", Quote: "重叠部分进行相加", Book: "what overlaps is added up", Verdict: chapters.Holds,
			Note:  "Neighbouring stamps share k−s = 1 row or column. Where the two cross, four stamps meet.",
			Check: checkOverlap,
		},
		{
			ID: "5.17/29", Quote: "输出的第1行第4列", Verdict: chapters.Holds,
			Book:  "row 1, column 4 = row 1, column 4 of the left stamp + row 1, column 1 of the right one",
			Check: checkOverlapSum,
		},
		{
			ID: "5.17/30", Quote: "大小是由卷积核大小与滑动步长决定", Book: "input, kernel and stride fix the size", Verdict: chapters.Differs,
			Note:   "Padding fixes it too. By the formula the section's own 3×3 example (kernel 3, stride 2) would give 7×7, but it gives 5×5, because p = 1 is cut off on every side. In full: out = (in−1)·s + k − 2p + a, with the output padding a from 0 to s−1.",
			NoteZH: "还取决于填充。按该公式，本节自己的 3×3 例子（卷积核 3、步长 2）应得 7×7，但实际得到 5×5，因为每边裁掉了 p = 1。完整公式为 out = (in−1)·s + k − 2p + a，其中 a 为输出填充，0 ≤ a ≤ s−1。",
			Check:  checkFormulaLacksPadding,
		},
		{
			ID: "5.17/31", Quote: "out = (in -1) * s + k", Book: "(in−1)·s + k", Verdict: chapters.Holds,
			Check: checkSizeFormula,
		},
		{
			ID: "5.17/32", Quote: "(2-1)*3+4=7", Book: "7", Verdict: chapters.Holds,
			Check: checkSizeOfExample,
		},
	}
}

// size is the size of a matrix; it prints as 2×3.
type size struct{ rows, columns int }

func sizeOf(m [][]float64) size { return size{len(m), len(m[0])} }

// String writes "2×3".
func (s size) String() string { return fmt.Sprintf("%d×%d", s.rows, s.columns) }

// twoReadings is the finding of a statement that can be read in two ways: it is unclear
// if only one of them holds.
func twoReadings(first, second bool, value string, args ...any) chapters.Finding {
	f := chapters.HoldsIf(first && second, value, args...)
	if first != second {
		f.Verdict = chapters.Unclear
	}
	return f
}

// countEqual counts the cells that are the same number in both matrices, which have the
// same size.
func countEqual(a, b [][]float64) (n int) {
	for i, row := range a {
		for j, v := range row {
			if v == b[i][j] {
				n++
			}
		}
	}
	return n
}

// transpose runs a ConvTranspose2D with the given kernel.
func transpose(backend compute.Backend, x, kernel [][]float64, stride int, padding cnnlib.Padding) [][]float64 {
	layer := cnnlib.ConvTranspose2D{Stride: stride, Padding: padding, NoBias: true, Weights: cnnlib.Filter(kernel)}
	return chapters.Must(cnnlib.RunPlane(backend, layer, x))
}

// checkNotInverse convolves a signal (full) and takes it back in both ways. The
// deconvolution of signals solves the sums for one value after the other.
func checkNotInverse(c chapters.Check) chapters.Finding {
	x, h := [][]float64{{1, 2, 3}}, [][]float64{{1, 1}}
	y := convolve(c.Backend, x, h, cnnlib.Full)
	solved := grid.Zeros(1, len(x[0])) // y[n] = h[0]·x[n] + h[1]·x[n−1]
	before := 0.0
	for n := range solved[0] {
		before = (y[0][n] - h[0][1]*before) / h[0][0]
		solved[0][n] = before
	}
	back := crossCorrelate(c.Backend, y, h, cnnlib.Valid)
	return chapters.HoldsIf(ref.EqualWithin(solved, x, 0) && !ref.EqualWithin(back, x, 0),
		"%s * %s = %s; deconvolved %s, transposed %s", chapters.FormatMatrix(x), chapters.FormatMatrix(h),
		chapters.FormatMatrix(y), chapters.FormatMatrix(solved), chapters.FormatMatrix(back))
}

// checkView compares one view of the section's last example with the stamps, cell by cell
// and without tolerance: integers below 2²⁴ are exact in float32.
func checkView(view int) func(chapters.Check) chapters.Finding {
	return func(c chapters.Check) chapters.Finding {
		views := chapters.Must(Views(c.Backend, stampInput, stampKernel, stampStride))
		equal, cells := countEqual(views[scatterView].Result, views[view].Result), len(grid.Flat(views[view].Result))
		return chapters.HoldsIf(equal == cells, "%s: %d of %d cells equal those of the stamps", views[view].Name, equal, cells)
	}
}

// checkHalved reads “the picture is halved” as its sides and as its cells.
func checkHalved(chapters.Check) chapters.Finding {
	const side = 28
	o := chapters.Must(arith.PoolSize(side, 2, 2, 0))
	return twoReadings(2*o == side, 2*o*o == side*side, "2×2, stride 2: side %d → %d, cells %d → %d", side, o, side*side, o*o)
}

// vgg16 returns the layers of VGG-16 in front of the dense ones, and the others.
func vgg16() (convolutions, dense cnnlib.Sequential) {
	layers, ok := nets.VGG16().Net.(cnnlib.Sequential)
	if !ok {
		panic(chapters.Failure(errors.New("transposed: VGG-16 is not a chain of layers")))
	}
	for i, layer := range layers {
		if _, ok := layer.(cnnlib.Flatten); ok {
			return layers[:i], layers[i+1:]
		}
	}
	panic(chapters.Failure(errors.New("transposed: VGG-16 has no Flatten in front of its dense layers")))
}

// scoreMap returns the side of the map of class scores of VGG-16 for a picture of the
// given side. Its first dense layer is used as a convolution over what it was made for,
// the others as 1×1 convolutions.
func scoreMap(side int) int {
	convolutions, _ := vgg16()
	made := chapters.Must(convolutions.OutShape(nets.VGG16().In))
	maps := chapters.Must(convolutions.OutShape(cnnlib.Shape{side, side, 3}))
	return chapters.Must(arith.ConvSize(maps[0], made[0], 1, 0))
}

func checkClassScores(c chapters.Check) chapters.Finding {
	net := nets.VGG16()
	scores := chapters.Must(net.Net.OutShape(net.In)) // [1000]
	side := scoreMap(net.In[0])
	return c.Found([]int{side, side, scores[0]})
}

// checkPlaces computes whether the map of scores is 1×1 for a picture of the size that
// VGG-16 was made for, and for a larger one.
func checkPlaces(chapters.Check) chapters.Finding {
	const small, large = 224, 384
	one, many := scoreMap(small), scoreMap(large)
	return twoReadings(one == 1, many == 1, "1000 scores at %d×%d place for %d×%d pixels, at %d×%d places for %d×%d",
		one, one, small, small, many, many, large, large)
}

func checkThirtySecond(chapters.Check) chapters.Finding {
	convolutions, _ := vgg16()
	in := nets.VGG16().In
	maps := chapters.Must(convolutions.OutShape(in))
	return chapters.HoldsIf(32*maps[0] == in[0], "VGG-16 before its dense layers: %d → %d", in[0], maps[0])
}

// checkLikeFull compares with a full convolution at stride 1 and at stride 2.
func checkLikeFull(c chapters.Check) chapters.Finding {
	full := convolve(c.Backend, turnImage, turnKernel, cnnlib.Full)
	one := transpose(c.Backend, turnImage, turnKernel, 1, cnnlib.Valid)
	two := transpose(c.Backend, turnImage, turnKernel, 2, cnnlib.Valid)
	equal := ref.EqualWithin(one, full, 0)
	return twoReadings(equal, ref.EqualWithin(two, full, 0),
		"3×3, kernel 3: full %v; transposed at stride 1 %v (numbers equal: %t), at stride 2 %v", sizeOf(full), sizeOf(one), equal, sizeOf(two))
}

// checkBilinear compares with bilinear interpolation. At the border the interpolation goes
// on with the outermost cells; the stamps have nothing there.
func checkBilinear(c chapters.Check) chapters.Finding {
	weights := [][]float64{{0.25, 0.75, 0.75, 0.25}} // stride 2: 1 minus the distance of a cell's middle from the stamp's, in input cells
	layer := cnnlib.ConvTranspose2D{
		Stride: 2, NoBias: true, Weights: cnnlib.Filter(grid.Product(grid.Transposed(weights), weights)),
		Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: 1, Bottom: 1, Left: 1, Right: 1},
	}
	got := chapters.Must(cnnlib.RunPlane(c.Backend, layer, turnImage))
	up := chapters.Must(ref.UpsampleBilinear(chapters.Must(ref.FromPlane(turnImage)), 2, 2))
	want := chapters.Must(up.Plane(0, 0))
	inner, equal := 0, 0
	for i := 1; i < len(want)-1; i++ {
		for j := 1; j < len(want[i])-1; j++ {
			inner++
			if got[i][j] == want[i][j] { // multiples of 1/16 are exact in float32
				equal++
			}
		}
	}
	return chapters.HoldsIf(len(got) == len(want) && equal == inner,
		"3×3 → %v by stride 2 and a 4×4 tent: %d of %d inner cells are bilinear interpolation", sizeOf(got), equal, inner)
}

// insertion is the section's drawing: 3 cells, kernel 3, stride 2, padding 1.
var insertion = arith.Transposed{In: 3, Kernel: 3, Stride: 2, Padding: arith.Same}

// withZeros returns the picture with the zeros between its cells and around them.
func withZeros(x [][]float64, t arith.Transposed) [][]float64 {
	before, after := chapters.Must2(t.EquivalentPads())
	inner := insertZeros(x, t.Stride)
	out := grid.Zeros(before+len(inner)+after, before+len(inner[0])+after)
	for i, row := range inner {
		copy(out[before+i][before:], row)
	}
	return out
}

func checkInsertion(c chapters.Check) chapters.Finding {
	wide := withZeros(turnImage, insertion)
	y := convolve(c.Backend, wide, turnKernel, cnnlib.Valid)
	if layer := transpose(c.Backend, turnImage, turnKernel, insertion.Stride, cnnlib.Same); !ref.EqualWithin(y, layer, 0) {
		panic(chapters.Failure(fmt.Errorf("transposed: zeros inserted give %v, the layer %v", y, layer)))
	}
	return c.Found([]size{sizeOf(turnImage), sizeOf(wide), sizeOf(y)})
}

// countZeros counts the cells that are 0.
func countZeros(m [][]float64) int { return countEqual(m, grid.Zeros(len(m), len(m[0]))) }

// checkBlank fills with a kernel of ones: a cell stays 0 only if its window holds nothing
// but zeros.
func checkBlank(c chapters.Check) chapters.Finding {
	wide := withZeros(turnImage, insertion)
	y := crossCorrelate(c.Backend, wide, grid.Ones(insertion.Kernel), cnnlib.Valid)
	before, after, cells := countZeros(wide), countZeros(y), len(grid.Flat(wide))
	return chapters.HoldsIf(2*before > cells && after == 0,
		"%d of %d cells blank before the convolution, %d of %d after it", before, cells, after, len(grid.Flat(y)))
}

// checkMirrored counts VGG-16's layers with weights, with its last one and without.
func checkMirrored(chapters.Check) chapters.Finding {
	convolutions, rest := vgg16()
	conv, dense := 0, 0
	for _, layer := range convolutions {
		if _, ok := layer.(cnnlib.Conv2D); ok {
			conv++
		}
	}
	for _, layer := range rest {
		if _, ok := layer.(cnnlib.Dense); ok {
			dense++
		}
	}
	return twoReadings(conv+dense == 16, conv+dense-1 == 16,
		"VGG-16: %d convolutional + %d dense = %d; to mirror, without the classifier: %d + %d = %d", conv, dense, conv+dense, conv, dense-1, conv+dense-1)
}

func checkFullGrows(chapters.Check) chapters.Finding {
	const i = 5
	value, grows := fmt.Sprintf("%d →", i), true
	for k := 2; k <= 5; k++ {
		o := chapters.Must(arith.Conv{In: i, Kernel: k, Padding: arith.Full}.Out())
		value += fmt.Sprintf(" %d", o)
		grows = grows && o == i+k-1
	}
	return chapters.HoldsIf(grows, "%s for k = 2 to 5", value)
}

// checkUnpooling pools the grey image of section 5.2, takes it back with the recorded
// places, and fills with a 3×3 kernel of ones.
func checkUnpooling(c chapters.Check) chapters.Finding {
	u := poolAndBack(c.Backend, book.GreyImage, 2)
	home := 0 // values that are back where they were
	for i, row := range u.back {
		for j, v := range row {
			if v != 0 && v == book.GreyImage[i][j] {
				home++
			}
		}
	}
	filled := crossCorrelate(c.Backend, u.back, grid.Ones(3), cnnlib.Same)
	values, cells, zeros := len(grid.Flat(u.pooled)), len(grid.Flat(u.back)), countZeros(u.back)
	return chapters.HoldsIf(home == values && zeros == cells-home && countZeros(filled) == 0,
		"%v → %v: %d of %d largest values back in their places, %d of %d cells 0; after a 3×3 convolution %d",
		sizeOf(u.pooled), sizeOf(u.back), home, values, zeros, cells, countZeros(filled))
}

func checkStampSize(c chapters.Check) chapters.Finding {
	return c.Found(sizeOf(transpose(c.Backend, stampInput, stampKernel, stampStride, cnnlib.Valid)))
}

func checkOneStamp(c chapters.Check) chapters.Finding {
	return c.Found(chapters.Must(arith.Conv{In: 1, Kernel: len(stampKernel), Padding: arith.Full}.Out()))
}

// stamp is the full convolution of one cell of the example alone.
func stamp(backend compute.Backend, row, col int) [][]float64 {
	return convolve(backend, [][]float64{{stampInput[row][col]}}, stampKernel, cnnlib.Full)
}

func checkStamps(c chapters.Check) chapters.Finding {
	var maps []size
	for row := range stampInput {
		for col := range stampInput[row] {
			maps = append(maps, sizeOf(stamp(c.Backend, row, col)))
		}
	}
	return c.Found(maps)
}

// checkOverlap counts the cells by how many stamps they sum, in two ways: by arith, and on
// the backend with a picture and a kernel of ones.
func checkOverlap(c chapters.Check) chapters.Finding {
	axis := chapters.Must(arith.Transposed{In: len(stampInput), Kernel: len(stampKernel), Stride: stampStride}.Contributions())
	y := transpose(c.Backend, grid.Ones(len(stampInput)), grid.Ones(len(stampKernel)), stampStride, cnnlib.Valid)
	agree, cells := true, map[int]int{} // by number of stamps
	for i, row := range chapters.Must(arith.Outer(axis, axis)) {
		for j, stamps := range row {
			cells[stamps]++
			agree = agree && y[i][j] == float64(stamps)
		}
	}
	shared := chapters.Must(arith.Overlap(len(stampKernel), stampStride))
	return chapters.HoldsIf(agree && shared == 1,
		"%d row and column shared; %d cells sum one stamp, %d two, %d four", shared, cells[1], cells[2], cells[4])
}

func checkOverlapSum(c chapters.Check) chapters.Finding {
	y := transpose(c.Backend, stampInput, stampKernel, stampStride, cnnlib.Valid)
	left, right := stamp(c.Backend, 0, 0), stamp(c.Backend, 0, 1)
	return chapters.HoldsIf(left[0][3]+right[0][0] == y[0][3],
		"with 1 2; 3 4 and a kernel of 1 to 16: %v + %v = %v", left[0][3], right[0][0], y[0][3])
}

func checkFormulaLacksPadding(c chapters.Check) chapters.Finding {
	y := transpose(c.Backend, turnImage, turnKernel, insertion.Stride, cnnlib.Same)
	formula := (insertion.In-1)*insertion.Stride + insertion.Kernel
	return chapters.HoldsIf(formula == len(y),
		"the 3×3 example, kernel 3, stride 2: formula %d, example %d (padding 1)", formula, len(y))
}

// checkSizeFormula asks the library's layer for every input, kernel and stride up to 6,
// without padding.
func checkSizeFormula(chapters.Check) chapters.Finding {
	tried, equal := 0, 0
	for in := 1; in <= 6; in++ {
		for k := 1; k <= 6; k++ {
			for s := 1; s <= 6; s++ {
				out := chapters.Must(cnnlib.ConvTranspose2D{Channels: 1, Kernel: k, Stride: s}.OutShape(cnnlib.Shape{in, in, 1}))
				tried++
				if out[0] == (in-1)*s+k {
					equal++
				}
			}
		}
	}
	return chapters.HoldsIf(equal == tried, "right for %d of %d layers without padding", equal, tried)
}

func checkSizeOfExample(c chapters.Check) chapters.Finding {
	return c.Found(chapters.Must(arith.TransposedSize(len(stampInput), len(stampKernel), stampStride, 0, 0)))
}
