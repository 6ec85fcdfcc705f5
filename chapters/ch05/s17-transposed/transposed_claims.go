package transposed

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/book"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/nets"
	"cnnbook/cnnlib/ref"
)

// transposedClaims are those of 5.17.2, transposed convolution and unpooling.
func transposedClaims() []chapters.Claim {
	return []chapters.Claim{
		{
			ID: "5.17/10", Quote: "跟 1 维信号处理的反卷积计算是很不一样的", Book: "not the deconvolution of signals", Verdict: chapters.Holds,
			Note:  "Deconvolution finds the signal again that was convolved. A transposed convolution finds its size again, not its values.",
			Check: checkNotInverse,
		},
		{
			ID: "5.17/11", Quote: "FCN 作者称为 backwards convolution", Book: "the backward pass of a convolution", Verdict: chapters.Holds,
			Note:  "J. Long, E. Shelhamer, T. Darrell 2015 (arXiv:1411.4038, §3.3). The gradient is that of the backend's automatic differentiation.",
			Check: checkView("gradient of a convolution"),
		},
		{
			ID: "5.17/12", Quote: "should rather be called a transposed convolutional layer", Book: "a convolution's matrix, transposed", Verdict: chapters.Holds,
			Check: checkView("matrix Cᵀ"),
		},
		{
			ID: "5.17/13", Quote: "pool layer 对图像缩小一半", Book: "pooling halves the picture", Verdict: chapters.Unclear,
			Note:   "Its sides are halved, so that a quarter of the cells is left; and only with a 2×2 window and stride 2.",
			NoteZH: "减半的是边长，像素个数只剩四分之一；而且这只适用于 2×2 窗口、步长为 2 的池化。",
			Check:  checkHalved,
		},
		{
			ID: "5.17/14", Quote: "最后输出结果是1X1X1000", Book: "1×1×1000", Verdict: chapters.Holds,
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
			ID: "5.17/19", Quote: "首先使用上采样让图像变成7*7", Book: "3×3 → 7×7 → 5×5", Verdict: chapters.Holds,
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
			ID: "5.17/25", Quote: "每个像素的卷积后大小为1+4-1=4", Book: "4", Verdict: chapters.Holds,
			Check: func(c chapters.Check) chapters.Finding {
				o := chapters.Must(arith.Conv{In: 1, Kernel: len(stampKernel), Padding: arith.Full}.Out())
				return chapters.Number(c.Book, float64(o))
			},
		},
		{
			ID: "5.17/26", Quote: "4个4x4的特征图", Book: "4 maps of 4×4", Verdict: chapters.Holds,
			Check: checkStamps,
		},
		{
			ID: "5.17/27", Quote: "输入：2x2，卷积核：4x4，滑动步长：3，输出：7x7", Book: "2×2, kernel 4×4, stride 3 → 7×7", Verdict: chapters.Holds,
			Check: checkStampSize,
		},
		{
			ID: "5.17/28", Quote: "输出的第1行第4列", Verdict: chapters.Holds,
			Book:  "row 1, column 4 = row 1, column 4 of the left stamp + row 1, column 1 of the right one",
			Check: checkOverlapSum,
		},
		{
			ID: "5.17/29", Quote: "重叠部分进行相加", Book: "what overlaps is added up", Verdict: chapters.Holds,
			Note:  "Neighbouring stamps share k−s = 1 row or column. Where the two cross, four stamps meet.",
			Check: checkOverlap,
		},
		{
			ID: "5.17/30", Quote: "out = (in -1) * s + k", Book: "(in−1)·s + k", Verdict: chapters.Holds,
			Check: checkSizeFormula,
		},
		{
			ID: "5.17/31", Quote: "大小是由卷积核大小与滑动步长决定", Book: "input, kernel and stride fix the size", Verdict: chapters.Differs,
			Note:   "Padding fixes it too. By the formula the section's own 3×3 example (kernel 3, stride 2) would give 7×7, but it gives 5×5, because p = 1 is cut off on every side. In full: out = (in−1)·s + k − 2p + a, with the output padding a from 0 to s−1.",
			NoteZH: "还取决于填充。按该公式，本节自己的 3×3 例子（卷积核 3、步长 2）应得 7×7，但实际得到 5×5，因为每边裁掉了 p = 1。完整公式为 out = (in−1)·s + k − 2p + a，其中 a 为输出填充，0 ≤ a ≤ s−1。",
			Check:  checkFormulaLacksPadding,
		},
		{
			ID: "5.17/32", Quote: "(2-1)*3+4=7", Book: "7", Verdict: chapters.Holds,
			Check: func(c chapters.Check) chapters.Finding {
				o := chapters.Must(arith.TransposedSize(len(stampInput), len(stampKernel), stampStride, 0, 0))
				return chapters.Number(c.Book, float64(o))
			},
		},
	}
}

// verdict is Holds where ok, otherwise Differs.
func verdict(ok bool) chapters.Verdict {
	if ok {
		return chapters.Holds
	}
	return chapters.Differs
}

// checkNotInverse convolves a signal (full) and takes it back in both ways. The
// deconvolution of signals solves the sums for one value after the other.
func checkNotInverse(c chapters.Check) chapters.Finding {
	x, h := [][]float64{{1, 2, 3}}, [][]float64{{1, 1}}
	y := convolveTurned(c.Backend, x, h, cnnlib.Full)
	var solved []float64 // y[n] = h[0]·x[n] + h[1]·x[n−1]
	before := 0.0
	for _, v := range y[0][:len(x[0])] {
		before = (v - h[0][1]*before) / h[0][0]
		solved = append(solved, before)
	}
	back := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filter(h)}, y))
	recovered, transposedTo := [][]float64{solved}, ref.EqualWithin(back, x, 0)
	return chapters.Finding{
		Value: fmt.Sprintf("%s * %s = %s; deconvolved %s, transposed %s",
			chapters.FormatMatrix(x), chapters.FormatMatrix(h), chapters.FormatMatrix(y), chapters.FormatMatrix(recovered), chapters.FormatMatrix(back)),
		Verdict: verdict(ref.EqualWithin(recovered, x, 0) && !transposedTo),
	}
}

// checkView compares one view of the section's last example with the stamps, cell
// by cell and without tolerance: integers below 2²⁴ are exact in float32.
func checkView(name string) func(chapters.Check) chapters.Finding {
	return func(c chapters.Check) chapters.Finding {
		views := chapters.Must(Views(c.Backend, stampInput, stampKernel, stampStride))
		for _, v := range views {
			if v.Name != name {
				continue
			}
			equal := 0
			for i, row := range v.Result {
				for j := range row {
					if row[j] == views[0].Result[i][j] {
						equal++
					}
				}
			}
			cells := len(flat(views[0].Result))
			return chapters.Finding{
				Value:   fmt.Sprintf("%s: %d of %d cells equal those of the stamps", name, equal, cells),
				Verdict: verdict(equal == cells),
			}
		}
		panic(chapters.Failure(fmt.Errorf("transposed: there is no view %q", name)))
	}
}

func checkHalved(chapters.Check) chapters.Finding {
	const side = 28
	o := chapters.Must(arith.PoolSize(side, 2, 2, 0))
	f := chapters.Finding{
		Value:   fmt.Sprintf("2×2, stride 2: side %d → %d, cells %d → %d", side, o, side*side, o*o),
		Verdict: chapters.Unclear, // the side is halved, the picture is not
	}
	switch {
	case 2*o != side:
		f.Verdict = chapters.Differs
	case 2*o*o == side*side:
		f.Verdict = chapters.Holds
	}
	return f
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

func checkClassScores(c chapters.Check) chapters.Finding {
	net := nets.VGG16()
	out := chapters.Must(net.Net.OutShape(net.In))
	return chapters.Same(c.Book, "1×1×"+strings.Trim(fmt.Sprint([]int(out)), "[]"))
}

// scoreMap is the side of the map of class scores of VGG-16 for a picture of the
// given side, its first dense layer used as a convolution over what it was made
// for, the others as 1×1 convolutions.
func scoreMap(side int) int {
	convolutions, _ := vgg16()
	made := chapters.Must(convolutions.OutShape(nets.VGG16().In))
	maps := chapters.Must(convolutions.OutShape(cnnlib.Shape{side, side, 3}))
	return chapters.Must(arith.ConvSize(maps[0], made[0], 1, 0))
}

func checkPlaces(chapters.Check) chapters.Finding {
	const small, large = 224, 384
	one := scoreMap(small)
	many := scoreMap(large)
	f := chapters.Finding{
		Value:   fmt.Sprintf("1000 scores at %d×%d place for %d×%d pixels, at %d×%d places for %d×%d", one, one, small, small, many, many, large, large),
		Verdict: chapters.Unclear, // 1×1 is a matter of the picture's size
	}
	if one == many {
		f.Verdict = chapters.Holds
	}
	return f
}

func checkThirtySecond(chapters.Check) chapters.Finding {
	convolutions, _ := vgg16()
	side := nets.VGG16().In[0]
	maps := chapters.Must(convolutions.OutShape(nets.VGG16().In))
	f := chapters.Finding{Value: fmt.Sprintf("VGG-16 before its dense layers: %d → %d", side, maps[0]), Verdict: verdict(32*maps[0] == side)}
	return f
}

// checkLikeFull compares with a full convolution at stride 1 and at stride 2.
func checkLikeFull(c chapters.Check) chapters.Finding {
	full := convolveTurned(c.Backend, turnImage, turnKernel, cnnlib.Full)
	one := chapters.Must(transposeLayer(c.Backend, cnnlib.ConvTranspose2D{}, turnImage, turnKernel))
	two := chapters.Must(transposeLayer(c.Backend, cnnlib.ConvTranspose2D{Stride: 2}, turnImage, turnKernel))
	atOne, atTwo := ref.EqualWithin(one, full, 0), ref.EqualWithin(two, full, 0)
	f := chapters.Finding{Value: fmt.Sprintf("3×3, kernel 3: full %d×%d; transposed at stride 1 %d×%d (numbers equal: %t), at stride 2 %d×%d", len(full), len(full), len(one), len(one), atOne, len(two), len(two))}
	switch {
	case atOne && atTwo:
		f.Verdict = chapters.Holds
	case atOne:
		f.Verdict = chapters.Unclear // it depends on the stride
	default:
		f.Verdict = chapters.Differs
	}
	return f
}

// checkBilinear compares with bilinear interpolation. At the border the
// interpolation goes on with the outermost cells, the stamps have nothing there.
func checkBilinear(c chapters.Check) chapters.Finding {
	tent := []float64{0.25, 0.75, 0.75, 0.25} // stride 2: the distances of four cells' middles from that of a stamp, exact in float32
	kernel := grid.Zeros(4, 4)
	for i, v := range tent {
		for j, w := range tent {
			kernel[i][j] = v * w
		}
	}
	crop := cnnlib.Pads{Top: 1, Bottom: 1, Left: 1, Right: 1}
	got := chapters.Must(transposeLayer(c.Backend, cnnlib.ConvTranspose2D{Stride: 2, Padding: cnnlib.Explicit, Pads: crop}, turnImage, kernel))
	x := chapters.Must(ref.FromPlane(turnImage))
	up := chapters.Must(ref.UpsampleBilinear(x, 2, 2))
	want := chapters.Must(up.Plane(0, 0))
	inner, equal := 0, 0
	for i := 1; i < len(want)-1; i++ {
		for j := 1; j < len(want[i])-1; j++ {
			inner++
			if got[i][j] == want[i][j] {
				equal++
			}
		}
	}
	return chapters.Finding{
		Value:   fmt.Sprintf("3×3 → %d×%d by stride 2 and a 4×4 tent: %d of %d inner cells are bilinear interpolation", len(got), len(got[0]), equal, inner),
		Verdict: verdict(len(got) == len(want) && equal == inner),
	}
}

// insertion is the section's drawing: 3 cells, kernel 3, stride 2, padding 1.
var insertion = arith.Transposed{In: 3, Kernel: 3, Stride: 2, Padding: arith.Same}

// spread returns the picture with the zeros between its cells and around them.
func spread(x [][]float64, t arith.Transposed) [][]float64 {
	before, after := chapters.Must2(t.EquivalentPads())
	inner := insertZeros(x, t.Stride)
	out := grid.Zeros(before+len(inner)+after, before+len(inner[0])+after)
	for i, row := range inner {
		copy(out[before+i][before:], row)
	}
	return out
}

func checkInsertion(c chapters.Check) chapters.Finding {
	wide := spread(turnImage, insertion)
	y := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filter(ref.Rotate180(turnKernel))}, wide))
	layer := chapters.Must(transposeLayer(c.Backend, cnnlib.ConvTranspose2D{Stride: 2, Padding: cnnlib.Same}, turnImage, turnKernel))
	if !ref.EqualWithin(y, layer, 0) {
		panic(chapters.Failure(fmt.Errorf("transposed: zeros inserted give %v, the layer %v", y, layer)))
	}
	return chapters.Same(c.Book, fmt.Sprintf("%d×%d → %d×%d → %d×%d", len(turnImage), len(turnImage[0]), len(wide), len(wide[0]), len(y), len(y[0])))
}

// blanks counts the cells that are 0.
func blanks(m [][]float64) (n int) {
	for _, v := range flat(m) {
		if v == 0 {
			n++
		}
	}
	return n
}

// checkBlank fills with a kernel of ones: a cell stays 0 only if its window holds
// nothing but zeros.
func checkBlank(c chapters.Check) chapters.Finding {
	wide := spread(turnImage, insertion)
	y := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filter(grid.Ones(insertion.Kernel))}, wide))
	before, after := blanks(wide), blanks(y)
	return chapters.Finding{
		Value:   fmt.Sprintf("%d of %d cells blank before the convolution, %d of %d after it", before, len(flat(wide)), after, len(flat(y))),
		Verdict: verdict(2*before > len(flat(wide)) && after == 0),
	}
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
	f := chapters.Finding{Value: fmt.Sprintf("VGG-16: %d convolutional + %d dense = %d; to mirror, without the classifier: %d + %d = %d", conv, dense, conv+dense, conv, dense-1, conv+dense-1)}
	switch 16 {
	case conv + dense - 1:
		f.Verdict = chapters.Holds
	case conv + dense:
		f.Verdict = chapters.Unclear // it depends on whether the classifier counts
	default:
		f.Verdict = chapters.Differs
	}
	return f
}

func checkFullGrows(chapters.Check) chapters.Finding {
	const i = 5
	value, ok := fmt.Sprintf("%d →", i), true
	for k := 2; k <= 5; k++ {
		o := chapters.Must(arith.Conv{In: i, Kernel: k, Padding: arith.Full}.Out())
		value += fmt.Sprintf(" %d", o)
		ok = ok && o == i+k-1
	}
	return chapters.Finding{Value: value + " for k = 2 to 5", Verdict: verdict(ok)}
}

// checkUnpooling pools the grey image of section 5.2, takes it back with the
// recorded places, and fills with a 3×3 kernel of ones.
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
	filled := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.Conv2D{Padding: cnnlib.Same, NoBias: true, Weights: cnnlib.Filter(grid.Ones(3))}, u.back))
	cells := len(flat(u.back))
	return chapters.Finding{
		Value: fmt.Sprintf("%d×%d → %d×%d: %d of %d largest values back in their places, %d of %d cells 0; after a 3×3 convolution %d",
			len(u.pooled), len(u.pooled[0]), len(u.back), len(u.back[0]), home, len(flat(u.pooled)), blanks(u.back), cells, blanks(filled)),
		Verdict: verdict(home == len(flat(u.pooled)) && blanks(u.back) == cells-home && blanks(filled) == 0),
	}
}

// stamp is the result of one cell of the example alone.
func stamp(b compute.Backend, row, col int) [][]float64 {
	return convolveTurned(b, [][]float64{{stampInput[row][col]}}, stampKernel, cnnlib.Full)
}

func checkStamps(c chapters.Check) chapters.Finding {
	n, size := 0, ""
	for row := range stampInput {
		for col := range stampInput[row] {
			m := stamp(c.Backend, row, col)
			n++
			size = fmt.Sprintf("%d×%d", len(m), len(m[0]))
		}
	}
	return chapters.Same(c.Book, fmt.Sprintf("%d maps of %s", n, size))
}

func checkStampSize(c chapters.Check) chapters.Finding {
	y := chapters.Must(transposeLayer(c.Backend, cnnlib.ConvTranspose2D{Stride: stampStride}, stampInput, stampKernel))
	return chapters.Same(c.Book, fmt.Sprintf("%d×%d, kernel %d×%d, stride %d → %d×%d",
		len(stampInput), len(stampInput[0]), len(stampKernel), len(stampKernel[0]), stampStride, len(y), len(y[0])))
}

func checkOverlapSum(c chapters.Check) chapters.Finding {
	y := chapters.Must(transposeLayer(c.Backend, cnnlib.ConvTranspose2D{Stride: stampStride}, stampInput, stampKernel))
	left := stamp(c.Backend, 0, 0)
	right := stamp(c.Backend, 0, 1)
	return chapters.Finding{
		Value:   fmt.Sprintf("with 1 2; 3 4 and a kernel of 1 to 16: %v + %v = %v", left[0][3], right[0][0], y[0][3]),
		Verdict: verdict(left[0][3]+right[0][0] == y[0][3]),
	}
}

// checkOverlap counts the cells by how many stamps they sum, in two ways: by arith,
// and on the backend with pictures and kernels of ones.
func checkOverlap(c chapters.Check) chapters.Finding {
	counts := stampCounts()
	y := chapters.Must(transposeLayer(c.Backend, cnnlib.ConvTranspose2D{Stride: stampStride}, grid.Ones(len(stampInput)), grid.Ones(len(stampKernel))))
	many := map[float64]int{}
	for _, v := range flat(counts) {
		many[v]++
	}
	shared := chapters.Must(arith.Overlap(len(stampKernel), stampStride))
	return chapters.Finding{
		Value:   fmt.Sprintf("%d row and column shared; %d cells sum one stamp, %d two, %d four", shared, many[1], many[2], many[4]),
		Verdict: verdict(ref.EqualWithin(y, counts, 0) && shared == 1),
	}
}

// stampCounts is the number of stamps on each cell of the example's result.
func stampCounts() [][]float64 {
	axis := chapters.Must(arith.Transposed{In: len(stampInput), Kernel: len(stampKernel), Stride: stampStride}.Contributions())
	return counts(axis)
}

// counts is the map of two like axes, as numbers to draw.
func counts(axis []int) [][]float64 {
	outer := chapters.Must(arith.Outer(axis, axis))
	m := grid.Zeros(len(axis), len(axis))
	for i, row := range outer {
		for j, v := range row {
			m[i][j] = float64(v)
		}
	}
	return m
}

// checkSizeFormula asks the library's layer for every input, kernel and stride up
// to 6, without padding.
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
	return chapters.Finding{Value: fmt.Sprintf("right for %d of %d layers without padding", equal, tried), Verdict: verdict(equal == tried)}
}

func checkFormulaLacksPadding(c chapters.Check) chapters.Finding {
	y := chapters.Must(transposeLayer(c.Backend, cnnlib.ConvTranspose2D{Stride: insertion.Stride, Padding: cnnlib.Same}, turnImage, turnKernel))
	formula := (insertion.In-1)*insertion.Stride + insertion.Kernel
	return chapters.Finding{
		Value:   fmt.Sprintf("the 3×3 example, kernel 3, stride 2: formula %d, example %d (padding 1)", formula, len(y)),
		Verdict: verdict(formula == len(y)),
	}
}
