package pooling

import (
	"fmt"
	"slices"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/ref"
)

// claims are the statements of the introduction, of 5.5.1 and of 5.5.2 in the book's order;
// each check stands below the list, in the same order.
func claims() []chapters.Claim {
	return []chapters.Claim{
		{
			ID: "5.5/1", Quote: "池化层往往在卷积层后面", Book: "a pooling layer usually stands behind a convolution", Verdict: chapters.Opinion,
			Note: "A statement about habit; nothing to compute.",
		},
		{
			ID: "5.5/2", Quote: "降低卷积层输出的特征向量", Book: "pooling makes the output of the convolution smaller", Verdict: chapters.Holds,
			Check: checkPoolingShrinks,
		},
		{
			ID: "5.5/3", Quote: "改善结果(不易出现过拟合)", Book: "pooling overfits less than no pooling", Verdict: chapters.Holds,
			Note:   "Measured on one network and 5,000 digits. All networks end with every training picture right; what they miss of others is the gap. Without pooling the dense layer also has four times as many weights, which is part of what pooling does.",
			NoteZH: "在一个网络、5,000 幅手写数字上实测。训练结束时所有网络对训练图像都全部识别正确，差距即在其他图像上的错误率。不池化时全连接层的权重也多出三倍，这正是池化作用的一部分。",
			Check:  checkOverfitsLess(maxPooling, noPooling),
		},
		{
			ID: "5.5/4", Quote: "图像具有一种“静态性”的属性", Book: "images are “static” (静态性)", Verdict: chapters.Unclear, Erratum: "E18",
			Note:   "The source says stationarity, 平稳性: regions have the same statistics, so that a filter useful in one is useful in another. Images are not static: their regions are not equal.",
			NoteZH: "原文为 stationarity，应译为“平稳性”：各区域的统计性质相近，因此在一处有用的特征在另一处也适用。图像并不“静态”，各区域的内容并不相同。",
			Check:  checkStationarity,
		},
		{
			ID: "5.5/5", Quote: "池化作用于图像中不重合的区域", Book: "windows with sizeX = stride share no cell; those of a convolution do", Verdict: chapters.Holds,
			Note:   "Every cell is in exactly one window only if sizeX divides the size; otherwise the last cells are in none.",
			NoteZH: "只有当 sizeX 整除边长时，每个像素才恰好属于一个窗口；否则最后几行、几列不属于任何窗口。",
			Check:  checkSeparateWindows,
		},
		{
			ID: "5.5/6", Quote: "过程如下图", Book: "20×20 with windows of 10 gives 2×2", Want: []int{2, 2}, Verdict: chapters.Holds,
			Check: checkTwentyByTen,
		},
		{
			ID: "5.5/7", Quote: "Pooled feature", Book: "[1 7; 5 9] in the picture", Verdict: chapters.Opinion,
			Note: "The cells of the picture's 20×20 map are empty, so that its four numbers cannot be computed. The companion pools a real map.",
		},
		{
			ID: "5.5/8", Quote: "计算图像区域的平均值", Book: "mean pooling gives the mean of each region", Verdict: chapters.Holds,
			Check: checkMeanOfRegions,
		},
		{
			ID: "5.5/9", Quote: "选图像区域的最大值", Book: "max pooling gives the largest value of each region", Verdict: chapters.Holds,
			Check: checkMaxOfRegions,
		},
		{
			ID: "5.5/10", Quote: "会有重叠区域,此时sizeX>stride", Book: "neighbouring windows share cells where sizeX > stride, and only there", Verdict: chapters.Holds,
			Check: checkOverlapCondition,
		},
		{
			ID: "5.5/11", Quote: "论文中[2]", Book: "[1], [2] and [3] are in a list of references", Verdict: chapters.Misprint, Erratum: "E34", Page: 184,
			Note:   "The chapter has no list of references; the numbers are left over from the texts that the section is put together from. Meant are [1] (page 183) the UFLDL tutorial of Stanford, [2] A. Krizhevsky et al. 2012 and [3] (page 185) a work that the paper of figure 4, K. He et al. 2014, cites.",
			NoteZH: "本章没有参考文献列表；这些编号是从所引用的原文中遗留下来的：[1]（第 183 页）指斯坦福大学的 UFLDL 教程，[2] 指 A. Krizhevsky 等 2012，[3]（第 185 页）是图 4 所在论文（K. He 等 2014）引用的文献。",
		},
		{
			ID: "5.5/12", Quote: "作者使用了重叠池化", Book: "sizeX 3, stride 2: 55→27→13→6", Want: []int{55, 27, 13, 6}, Verdict: chapters.Holds,
			Note:   "Windows of 2, 2 apart, give the same sizes at all three places, so that the comparison of the paper changes nothing else. They lose the last row and column each time.",
			NoteZH: "窗口为 2、步长为 2 时三处的输出尺寸完全相同，所以论文的对比没有改变其他设置；但非重叠池化每次都会丢掉最后一行和最后一列。",
			Check:  checkAlexNetSizes,
		},
		{
			ID: "5.5/13", Quote: "作者使用了重叠池化,其他的设置都不变", Book: "it is the overlap that helps", Verdict: chapters.Unclear,
			Note:   "The comparison also enlarges the window from 2 to 3. Against windows of 3 side by side, with fewer than half the parameters, the data show no gain: on this network the effect of the overlap cannot be told from that of the larger window.",
			NoteZH: "这一对比同时把窗口从 2 增大到了 3。与互不重叠的 3×3 窗口（参数不到一半）相比，数据没有显示出任何增益：就这个网络而言，重叠的作用无法与增大窗口的作用区分开。",
			Check:  checkOverfitsLess(overlapping, largeApart),
		},
		{
			ID: "5.5/14", Quote: "其他的设置都不变的情况下", Book: "overlapping pooling overfits less, all else unchanged", Verdict: chapters.Holds,
			Note:   "Measured on digits, not on ImageNet, and as the paper compares: windows of 3 against windows of 2, stride 2, the same sizes and parameters.",
			NoteZH: "在手写数字（而非 ImageNet）上，按论文的方式实测：窗口 3 与窗口 2 对比，步长均为 2，输出尺寸与参数个数相同。",
			Check:  checkOverfitsLess(overlapping, maxPooling),
		},
		{
			ID: "5.5/15", Quote: "错误率分别减少了0.4%和0.3%", Book: "top-1 and top-5 errors fall by 0.4 and 0.3 percentage points", Verdict: chapters.Opinion,
			Note: "A measurement on ImageNet, quoted from A. Krizhevsky et al. 2012, §3.4, from one network each; it is not repeated here. The points are of the error rate, not per cent of it.",
		},
	}
}

// checkPoolingShrinks counts what the first layer of the networks of 5.23 gives before and
// behind its pooling.
func checkPoolingShrinks(chapters.Check) chapters.Finding {
	net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 20, Kernel: 5}, cnnlib.MaxPool2D{Window: 2}}
	in := cnnlib.Shape{28, 28, 1}
	before := chapters.Must(net[:1].OutShape(in))
	behind := chapters.Must(net.OutShape(in))
	return chapters.HoldsIf(behind.Size() < before.Size(), "%v to %v: %d numbers become %d", before, behind, before.Size(), behind.Size())
}

// checkOverfitsLess says whether the first arm of the experiment overfits less than the
// second.
func checkOverfitsLess(arm, than string) func(chapters.Check) chapters.Finding {
	return func(chapters.Check) chapters.Finding {
		d := chapters.Must(gain(chapters.Must(Measured(overlapID)), arm, than))
		return chapters.Finding{
			Value:   fmt.Sprintf("%s against %s: the gap between training and test accuracy is smaller by %.2f ± %.2f percentage points (95 %%, %d seeds)", arm, than, d.Mean, d.Half, d.N),
			Verdict: d.Positive(),
		}
	}
}

// checkStationarity tries both readings of 静态性 on the first hundred digits of the test
// set: that the quarters of a picture are equal, and that a filter finds as much in one
// quarter as in another. The verdict is open if only the second is true.
func checkStationarity(c chapters.Check) chapters.Finding {
	test := chapters.Must(data.MNISTTest())
	const pictures = 100
	equal := 0
	answers := make([]float64, 4) // mean over all pictures, by quarter
	for i := range pictures {
		image := test.Plane(i)
		q := grid.Quarters(image)
		if ref.EqualWithin(q[0], q[1], 0) && ref.EqualWithin(q[0], q[2], 0) && ref.EqualWithin(q[0], q[3], 0) {
			equal++
		}
		y := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filter(uprights)}, image))
		for k, part := range grid.Quarters(y) {
			answers[k] += grid.SumAbs(part) / float64(len(part)*len(part[0])*pictures)
		}
	}
	f := chapters.HoldsIf(equal == pictures, "the quarters are equal in %d of %d digits; the mean answer of an edge filter in them is %.2f %.2f %.2f %.2f",
		equal, pictures, answers[0], answers[1], answers[2], answers[3])
	// The same up to a factor of 2: far less than the factor between a filter's answers to
	// two pictures.
	if stationary := slices.Max(answers) <= 2*slices.Min(answers); stationary && equal < pictures {
		f.Verdict = chapters.Unclear
	}
	return f
}

// checkSeparateWindows counts how many windows hold a cell, for windows of 1 to 10 cells on
// axes of up to 30.
func checkSeparateWindows(chapters.Check) chapters.Finding {
	most := 0
	for k := 1; k <= 10; k++ {
		for i := k; i <= 30; i++ {
			visits := chapters.Must(arith.Pool{In: i, Window: k, Stride: k}.Visits())
			most = max(most, slices.Max(visits))
		}
	}
	conv := chapters.Must(arith.Conv{In: 20, Kernel: 3}.Visits())
	return chapters.HoldsIf(most == 1 && conv[10] > 1,
		"sizeX = stride from 1 to 10: a cell is in at most %d window; in %d×%d = %d windows of a 3×3 convolution", most, conv[10], conv[10], conv[10]*conv[10])
}

// checkTwentyByTen pools the map of the section.
func checkTwentyByTen(c chapters.Check) chapters.Finding {
	m := chapters.Must(Map(c.Backend))
	y := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.MaxPool2D{Window: 10}, m))
	return c.Found([]int{len(y), len(y[0])})
}

// pooledTwice pools the map of the section with windows of 10 on the backend and with the
// oracle.
func pooledTwice(backend compute.Backend, layer cnnlib.Layer, oracle func(x [][]float64, window, stride int) ([][]float64, error)) (got, want [][]float64) {
	m := chapters.Must(Map(backend))
	return chapters.Must(cnnlib.RunPlane(backend, layer, m)), chapters.Must(oracle(m, 10, 10))
}

// checkMeanOfRegions allows for float32: a sum of 100 numbers from 0 to 1 and a division are
// wrong by at most 100 roundings of 2⁻²⁴ of a mean that is at most 1.
func checkMeanOfRegions(c chapters.Check) chapters.Finding {
	got, want := pooledTwice(c.Backend, cnnlib.AvgPool2D{Window: 10}, ref.AvgPool2D)
	const bound = 100.0 / (1 << 24)
	return chapters.HoldsIf(ref.EqualWithin(got, want, bound), "means of the real map: %s; the oracle's: %s", twoDigits(got), twoDigits(want))
}

// checkMaxOfRegions allows no difference: nothing is rounded.
func checkMaxOfRegions(c chapters.Check) chapters.Finding {
	got, want := pooledTwice(c.Backend, cnnlib.MaxPool2D{Window: 10}, ref.MaxPool2D)
	return chapters.HoldsIf(ref.EqualWithin(got, want, 0), "maxima of the real map: %s; the oracle's: %s", twoDigits(got), twoDigits(want))
}

// twoDigits writes a matrix with two decimals.
func twoDigits(m [][]float64) string { return chapters.FormatMatrix(grid.Rounded(m, 2)) }

// checkOverlapCondition looks for cells in two windows, for all windows and strides up to 8.
func checkOverlapCondition(chapters.Check) chapters.Finding {
	tried, exceptions := 0, 0
	for k := 1; k <= 8; k++ {
		for s := 1; s <= 8; s++ {
			visits := chapters.Must(arith.Pool{In: 40, Window: k, Stride: s}.Visits())
			tried++
			if shared := slices.Max(visits) > 1; shared != (k > s) {
				exceptions++
			}
		}
	}
	return chapters.HoldsIf(exceptions == 0, "%d pairs of sizeX and stride, %d exceptions", tried, exceptions)
}

// checkAlexNetSizes follows a side of 55 through the three poolings of AlexNet, with
// windows of 3 and of 2.
func checkAlexNetSizes(c chapters.Check) chapters.Finding {
	chain := func(window int) (sides []int, lost int) {
		sides = []int{55}
		for i := range 3 {
			pool := arith.Pool{In: sides[i], Window: window, Stride: 2}
			sides, lost = append(sides, chapters.Must(pool.Out())), lost+chapters.Must(pool.Lost())
		}
		return sides, lost
	}
	three, lost3 := chain(3)
	two, lost2 := chain(2)
	f := c.Found(three)
	f.Value += fmt.Sprintf(" (%d rows lost); sizeX 2: %s (%d rows lost)", lost3, chapters.FormatValue(two), lost2)
	return f
}
