package pooling

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/ref"
)

// pyramidClaims are the statements of 5.5.3 in the book's order; each check stands below the
// list, in the same order.
func pyramidClaims() []chapters.Claim {
	return []chapters.Claim{
		{
			ID: "5.5/16", Quote: "空金字塔池化(Spatial Pyramid Pooling)", Book: "空金字塔池化", Verdict: chapters.Misprint, Erratum: "E18", Page: 184,
			Note:   "The heading lost a character: spatial is 空间, as in the text below it. 空 alone means empty.",
			NoteZH: "标题漏字：Spatial 应为“空间”，正文中写的就是“空间金字塔池化”。",
		},
		{
			ID: "5.5/17", Quote: "把任何尺度的图像的卷积特征转化成相同维度", Book: "feature maps of any size become 5376 numbers", Want: []int{5376, 5376, 5376, 5376}, Verdict: chapters.Holds,
			Check: checkAnySize,
		},
		{
			ID: "5.5/18", Quote: "避免cropping和warping操作,导致一些信息的丢失", Book: "cropping loses information, the pyramid reads the whole image", Verdict: chapters.Holds,
			Note:   "The caption of the picture names three rows (Top, Middle, Bottom); the first, cropping and warping of a photograph, is missing.",
			NoteZH: "图注提到上、中、下三行，但第一行（裁剪与变形的照片）在书中缺失。",
			Check:  checkCropping,
		},
		{
			ID: "5.5/19", Quote: "全连接层的输入需要固定输入维度", Book: "a dense layer needs an input of fixed size", Verdict: chapters.Holds,
			Check: checkDenseIsFixed,
		},
		{
			ID: "5.5/20", Quote: "在卷积操作是没有对图像尺度有限制", Book: "the same convolution takes images of any size", Verdict: chapters.Holds,
			Note:   "As long as the kernel fits into the padded image.",
			NoteZH: "前提是图像（含填充）不小于卷积核。",
			Check:  checkConvolutionIsFree,
		},
		{
			ID: "5.5/21", Quote: "4个256个特征", Book: "1×256 维,4×256 个,16×256 维", Verdict: chapters.Misprint, Erratum: "E17", Page: 184,
			Note:   "Slip: the four features of the 2×2 level have 256 dimensions each (维), like the others.",
			NoteZH: "笔误：“4 个 256 个特征”应为“4 个 256 维的特征”。",
		},
		{
			ID: "5.5/22", Quote: "把这21个256维特征链接起来", Book: "(1 + 4 + 16)·256 = 21·256 = 5376", Want: []int{1, 4, 16, 21, 5376}, Verdict: chapters.Holds,
			Check: checkPyramidSum,
		},
		{
			ID: "5.5/23", Quote: "需要得到n*n大小的池化结果", Book: "these windows are n×n for every a and n", Verdict: chapters.Differs,
			Note:   "Not always: 5 cells with n = 3 make 4 windows, 7 with n = 4 make 6. Then the vector has another length, and the dense layer does not fit. Adaptive bins ([⌊i·a/n⌋, ⌈(i+1)·a/n⌉), i from 0) are always n.",
			NoteZH: "窗口数有时多于 n：a = 5、n = 3 时有 4 个，a = 7、n = 4 时有 6 个。这时向量长度改变，全连接层无法使用。自适应划分（第 i 个区域从 ⌊i·a/n⌋ 到 ⌈(i+1)·a/n⌉ 之前，i 从 0 开始）总是恰好 n 个。",
			Check:  checkPaperCount,
		},
		{
			ID: "5.5/24", Quote: "可以让窗口大小sizeX为", Book: "sizeX = ⌈a/n⌉, stride = ⌊a/n⌋", Verdict: chapters.Holds, Erratum: "E15",
			Extracted: "sizeX 为 a/n ,步长为 a/n",
			Check:     checkPaperFormula,
		},
		{
			ID: "5.5/25", Quote: "以conv5输出的大小为13*13为例", Book: "3×3: 5, 4; 2×2: 7, 6; 1×1: 13, 13", Want: figure4, Verdict: chapters.Holds,
			Check: checkPaperWindows13,
		},
		{
			ID: "5.5/26", Quote: "[pool3x3]", Book: "text: levels 1, 2, 4; figure 4: levels 1, 2, 3", Verdict: chapters.Unclear, Erratum: "E14",
			Note:   "Two different pyramids stand side by side without a word: the text's has 21 bins, that of figure 4 has 14.",
			NoteZH: "书中未加说明地并列了两种不同的金字塔：正文的有 21 个区域，图 4 的有 14 个区域。",
			Check:  checkTwoPyramids,
		},
		{
			ID: "5.5/27", Quote: "inputs=", Book: "inputs=pool3x3,pool2x2,pool1x1", Verdict: chapters.Holds, Erratum: "E16",
			Extracted: "inputs=pool3x3.i pool2x2,pool1x1",
			Check:     checkConcatenation,
		},
		{
			ID: "5.5/28", Quote: "这些都没有问题", Book: "14×14: 1×1 with 14, 14 and 2×2 with 7, 7 read every cell", Want: []int{0, 0}, Verdict: chapters.Holds,
			Check: checkFourteenDivides,
		},
		{
			ID: "5.5/29", Quote: "[pool4*4]的sizeX=5,stride=4", Book: "14×14, 4×4: 5, 4", Want: []int{5, 4}, Verdict: chapters.Differs, Erratum: "E13",
			Note:   "5 and 4 are the window and stride of n = 3. For n = 4 they are ⌈14/4⌉ = 4 and ⌊14/4⌋ = 3; 5 and 4 would make 3×3 windows, not 4×4.",
			NoteZH: "5 和 4 是 n = 3 时的窗口大小和步长；n = 4 时应为 ⌈14/4⌉ = 4 和 ⌊14/4⌋ = 3。若用 5 和 4，只能得到 3×3 个窗口，而不是 4×4 个。",
			Check:  checkFourteenByFour,
		},
		{
			ID: "5.5/30", Quote: "最后一列和最后一行特征没有被池化操作计算在内", Book: "13 of 14 rows and columns are read", Want: []int{13, 13}, Verdict: chapters.Holds,
			Note:   "True with the right windows (4, 3) as well as with the printed ones (5, 4). Adaptive bins read all 14.",
			NoteZH: "无论用正确的窗口（4、3）还是书中的窗口（5、4），这一结论都成立。自适应划分则覆盖全部 14 行和 14 列。",
			Check:  checkFourteenLost,
		},
		{
			ID: "5.5/31", Quote: "可以获取图像中的多尺度信息", Book: "the pyramid sees several scales, which makes the model more flexible", Verdict: chapters.Opinion,
			Note: "What it does (bins of several sizes, inputs of any size) is checked above; that it helps is a judgement.",
		},
	}
}

// figure4 is what the book's figure 4 prints for maps of 13×13: n, sizeX and stride of each
// level.
var figure4 = [][]float64{{3, 5, 4}, {2, 7, 6}, {1, 13, 13}}

// mapSizes are sizes of feature maps: the two of the book, a wide one and a tall one.
var mapSizes = [][2]int{{13, 13}, {14, 14}, {6, 20}, {25, 9}}

// bookPyramid is the pyramid of the book's text.
var bookPyramid = cnnlib.SpatialPyramidPool{Bins: []int{4, 2, 1}}

// pooledScene makes 256 maps of a piece of the computed scene, as many as conv5 has, and
// returns what pooling makes of them: one vector.
func pooledScene(backend compute.Backend, pool cnnlib.Layer, size [2]int) []float32 {
	net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 256, Kernel: 3, Padding: cnnlib.Same}, pool}
	return vectorOf(backend, net, chapters.Must(data.Scene(size[0], size[1])))
}

// vectorOf runs a layer that makes one vector of a plane.
func vectorOf(backend compute.Backend, layer cnnlib.Layer, plane [][]float64) []float32 {
	y := chapters.Must(cnnlib.Run(backend, layer, chapters.Must(cnnlib.FromMatrix(plane))))
	return tensors.MustCopyFlatData[float32](y)
}

// checkAnySize runs the same network on pictures of several sizes.
func checkAnySize(c chapters.Check) chapters.Finding {
	var lengths []int
	var sizes []string
	for _, size := range mapSizes {
		lengths = append(lengths, len(pooledScene(c.Backend, bookPyramid, size)))
		sizes = append(sizes, fmt.Sprintf("%d×%d", size[0], size[1]))
	}
	f := c.Found(lengths)
	f.Value += " from maps of " + strings.Join(sizes, ", ")
	return f
}

// checkCropping changes one corner of a wide picture: the square cut out of its middle does
// not know, the pyramid does.
func checkCropping(c chapters.Check) chapters.Finding {
	const h, w = 20, 40
	scene := chapters.Must(data.Scene(h, w))
	changed := grid.Added(scene)
	changed[0][0]++ // brighter than all others: the scene is from 0 to 1
	before, after := vectorOf(c.Backend, bookPyramid, scene), vectorOf(c.Backend, bookPyramid, changed)
	differ := 0
	for i := range before {
		if before[i] != after[i] {
			differ++
		}
	}
	middle := func(m [][]float64) [][]float64 { return grid.CutOut(m, 0, (w-h)/2, h, h) }
	lost := ref.EqualWithin(middle(scene), middle(changed), 0)
	return chapters.HoldsIf(lost && differ > 0, "a %d×%d crop of %d×%d keeps %d of %d cells and does not see a changed corner; %d numbers of the pyramid do",
		h, h, h, w, h*h, h*w, differ)
}

// checkDenseIsFixed asks how many weights a dense layer needs behind maps of several sizes,
// without a pyramid and with one.
func checkDenseIsFixed(chapters.Check) chapters.Finding {
	count := func(before cnnlib.Layer) (params []int) {
		for _, size := range mapSizes {
			vector := chapters.Must(before.OutShape(cnnlib.Shape{size[0], size[1], 256}))
			params = append(params, cnnlib.Dense{Units: 10}.Params(vector))
		}
		return params
	}
	flat, pyramid := count(cnnlib.Flatten{}), count(bookPyramid)
	return chapters.HoldsIf(distinct(flat) == len(mapSizes) && distinct(pyramid) == 1,
		"10 units behind maps of %d sizes need %s parameters; behind a pyramid %s", len(mapSizes), chapters.FormatValue(flat), chapters.FormatValue(pyramid))
}

// distinct returns how many different numbers there are.
func distinct(numbers []int) int {
	return len(slices.Compact(slices.Sorted(slices.Values(numbers))))
}

// checkConvolutionIsFree runs one convolution on all sizes and counts its parameters.
func checkConvolutionIsFree(c chapters.Check) chapters.Finding {
	conv := cnnlib.Conv2D{Channels: 4, Kernel: 3}
	var params []int
	value := ""
	for _, size := range mapSizes {
		y := chapters.Must(cnnlib.RunPlanes(c.Backend, conv, chapters.Must(data.Scene(size[0], size[1]))))
		params = append(params, conv.Params(cnnlib.Shape{size[0], size[1], 1}))
		value += fmt.Sprintf("%d×%d→%d×%d ", size[0], size[1], len(y[0]), len(y[0][0]))
	}
	return chapters.HoldsIf(distinct(params) == 1, "%swith the same %d parameters", value, params[0])
}

// checkPyramidSum asks the layers of the three levels for their sizes, and the pyramid for
// the length of its vector.
func checkPyramidSum(c chapters.Check) chapters.Finding {
	conv5 := cnnlib.Shape{13, 13, 256}
	var numbers []int
	bins := 0
	for _, n := range []int{1, 2, 4} {
		out := chapters.Must(cnnlib.AdaptivePool2D{Bins: n, Max: true}.OutShape(conv5))
		numbers, bins = append(numbers, out[0]*out[1]), bins+out[0]*out[1]
	}
	vector := chapters.Must(bookPyramid.OutShape(conv5))
	return c.Found(append(numbers, bins, vector.Size()))
}

// checkPaperCount asks for n windows on axes of up to 20 cells, for n up to 4, as many as the
// book's pyramids have.
func checkPaperCount(chapters.Check) chapters.Finding {
	const sides, levels = 20, 4
	tried, wrong, examples := 0, 0, ""
	for a := 1; a <= sides; a++ {
		for n := 1; n <= min(a, levels); n++ {
			windows := chapters.Must(chapters.Must(arith.PaperWindow(a, n)).Out())
			tried++
			if windows == n {
				continue
			}
			wrong++
			if a == 5 || a == 7 {
				examples += fmt.Sprintf("; a = %d, n = %d: %d windows", a, n, windows)
			}
		}
	}
	return chapters.HoldsIf(wrong == 0, "another number in %d of %d cases with a ≤ %d and n ≤ %d%s", wrong, tried, sides, levels, examples)
}

// checkPaperFormula compares the formula with the windows that figure 4 prints, and with the
// library's.
func checkPaperFormula(c chapters.Check) chapters.Finding {
	agree := true
	for _, level := range figure4 {
		n, window, stride := level[0], level[1], level[2]
		w := chapters.Must(arith.PaperWindow(13, int(n)))
		agree = agree && math.Ceil(13/n) == window && math.Floor(13/n) == stride && float64(w.Window) == window && float64(w.Stride) == stride
	}
	return chapters.HoldsIf(agree, "%s: the three windows of figure 4 follow", c.Book)
}

// checkPaperWindows13 counts the windows, too: they are n×n.
func checkPaperWindows13(c chapters.Check) chapters.Finding {
	var levels [][]float64
	for _, n := range []int{3, 2, 1} {
		w := chapters.Must(arith.PaperWindow(13, n))
		windows := chapters.Must(w.Out())
		levels = append(levels, []float64{float64(windows), float64(w.Window), float64(w.Stride)})
	}
	return c.Found(levels)
}

// checkTwoPyramids counts the bins of both pyramids. The verdict is open if they differ: the
// book does not say which one it means.
func checkTwoPyramids(chapters.Check) chapters.Finding {
	text := chapters.Must(arith.PyramidLength(256, 1, 2, 4))
	figure := chapters.Must(arith.PyramidLength(256, 1, 2, 3))
	f := chapters.Finding{Value: fmt.Sprintf("text: %d·256 = %d numbers; figure 4: %d·256 = %d", text/256, text, figure/256, figure), Verdict: chapters.Holds}
	if text != figure {
		f.Verdict = chapters.Unclear
	}
	return f
}

// checkConcatenation builds figure 4 from three pooling layers with the printed windows, in
// the printed order, and compares with the library's pyramid.
func checkConcatenation(c chapters.Check) chapters.Finding {
	var levels cnnlib.Parallel
	for _, level := range figure4 {
		levels = append(levels, cnnlib.Sequential{cnnlib.MaxPool2D{Window: int(level[1]), Stride: int(level[2])}, cnnlib.Flatten{}})
	}
	size := [2]int{13, 13}
	joined := pooledScene(c.Backend, levels, size)
	pyramid := pooledScene(c.Backend, cnnlib.SpatialPyramidPool{Bins: []int{3, 2, 1}, Mode: cnnlib.PaperWindows}, size)
	return chapters.HoldsIf(slices.Equal(joined, pyramid), "%s: %d numbers, those of the pyramid 3, 2, 1", c.Book, len(joined))
}

// checkFourteenDivides counts the rows that the printed windows of both levels do not read.
func checkFourteenDivides(c chapters.Check) chapters.Finding {
	one := chapters.Must(arith.Pool{In: 14, Window: 14}.Lost())
	two := chapters.Must(arith.Pool{In: 14, Window: 7}.Lost())
	f := c.Found([]int{one, two})
	f.Value += " rows are not read"
	return f
}

func checkFourteenByFour(c chapters.Check) chapters.Finding {
	w := chapters.Must(arith.PaperWindow(14, 4))
	f := c.Found([]int{w.Window, w.Stride})
	windows := chapters.Must(w.Out())
	f.Value += fmt.Sprintf(" (%d×%d windows)", windows, windows)
	return f
}

// checkFourteenLost counts the rows that are read with the right windows and with the
// printed ones: the statement is to hold with both.
func checkFourteenLost(c chapters.Check) chapters.Finding {
	right := chapters.Must(arith.Pool{In: 14, Window: 4, Stride: 3}.Covered())
	printed := chapters.Must(arith.Pool{In: 14, Window: 5, Stride: 4}.Covered())
	bins := chapters.Must(arith.AdaptiveBins(14, 4))
	f := c.Found([]int{right, printed})
	f.Value += fmt.Sprintf(" of 14 rows with windows 4, 3 and with 5, 4; %d with adaptive bins", bins[len(bins)-1].To)
	return f
}
