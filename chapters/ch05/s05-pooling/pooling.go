package pooling

import (
	"cnnbook/chapters"
)

// generalPoolingClaims are those of the introduction, of 5.5.1 and of 5.5.2.
func generalPoolingClaims() []chapters.Claim {
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
			Check:  checkGained(maxPooling, noPooling),
		},
		{
			ID: "5.5/4", Quote: "图像具有一种“静态性”的属性", Book: "images are “static” (静态性)", Verdict: chapters.Unclear, Erratum: "E18",
			Note:   "The source says stationarity, 平稳性: regions have the same statistics, so that a filter useful in one is useful in another. Images are not static: their regions are not equal.",
			NoteZH: "原文为 stationarity，应译为“平稳性”：各区域的统计性质相近，因此在一处有用的特征在另一处也适用。图像并不“静态”，各区域的内容并不相同。",
			Check:  checkStationarity,
		},
		{
			ID: "5.5/5", Quote: "池化作用于图像中不重合的区域", Book: "windows with sizeX = stride share no cell; those of a convolution do", Verdict: chapters.Holds,
			Note:   "Every cell is in exactly one window only where sizeX divides the size; otherwise the last cells are in none.",
			NoteZH: "只有当 sizeX 整除边长时，每个像素才恰好属于一个窗口；否则最后几行、几列不属于任何窗口。",
			Check:  checkSeparateWindows,
		},
		{
			ID: "5.5/6", Quote: "过程如下图", Book: "20×20 with windows of 10 gives 2×2", Verdict: chapters.Holds,
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
			ID: "5.5/11", Quote: "作者使用了重叠池化", Book: "sizeX 3, stride 2: 55→27→13→6", Verdict: chapters.Holds,
			Note:   "Windows of 2, 2 apart, give the same sizes at all three places, so that the comparison of the paper changes nothing else. They lose the last row and column each time.",
			NoteZH: "窗口为 2、步长为 2 时三处的输出尺寸完全相同，所以论文的对比没有改变其他设置；但非重叠池化每次都会丢掉最后一行和最后一列。",
			Check:  checkAlexNetSizes,
		},
		{
			ID: "5.5/12", Quote: "错误率分别减少了0.4%和0.3%", Book: "top-1 and top-5 errors fall by 0.4 and 0.3 percentage points", Verdict: chapters.Opinion,
			Note: "A measurement on ImageNet, quoted from A. Krizhevsky et al. 2012, §3.4, from one network each; it is not repeated here. The points are of the error rate, not per cent of it.",
		},
		{
			ID: "5.5/13", Quote: "其他的设置都不变的情况下", Book: "overlapping pooling overfits less, all else unchanged", Verdict: chapters.Holds,
			Note:   "Measured on digits, not on ImageNet, and as the paper compares: windows of 3 against windows of 2, stride 2, the same sizes and parameters.",
			NoteZH: "在手写数字（而非 ImageNet）上，按论文的方式实测：窗口 3 与窗口 2 对比，步长均为 2，输出尺寸与参数个数相同。",
			Check:  checkGained(overlapping, maxPooling),
		},
		{
			ID: "5.5/14", Quote: "作者使用了重叠池化,其他的设置都不变", Book: "it is the overlap that helps", Verdict: chapters.Unclear,
			Note:   "The comparison also enlarges the window from 2 to 3. Against windows of 3 side by side, with fewer than half the parameters, the data show no gain: on this network the effect of the overlap cannot be told from that of the larger window.",
			NoteZH: "这一对比同时把窗口从 2 增大到了 3。与互不重叠的 3×3 窗口（参数不到一半）相比，数据没有显示出任何增益：就这个网络而言，重叠的作用无法与增大窗口的作用区分开。",
			Check:  checkGained(overlapping, largeApart),
		},
	}
}

// pyramidClaims are those of 5.5.3.
func pyramidClaims() []chapters.Claim {
	return []chapters.Claim{
		{
			ID: "5.5/15", Quote: "空金字塔池化(Spatial Pyramid Pooling)", Book: "空金字塔池化", Verdict: chapters.Differs, Erratum: "E18",
			Note:   "The heading lost a character: spatial is 空间, as in the text below it. 空 alone means empty.",
			NoteZH: "标题漏字：Spatial 应为“空间”，正文中写的就是“空间金字塔池化”。",
			Check:  checkPyramidName,
		},
		{
			ID: "5.5/16", Quote: "把任何尺度的图像的卷积特征转化成相同维度", Book: "feature maps of any size become 5376 numbers", Verdict: chapters.Holds,
			Check: checkAnySize,
		},
		{
			ID: "5.5/17", Quote: "全连接层的输入需要固定输入维度", Book: "a dense layer needs an input of fixed size", Verdict: chapters.Holds,
			Check: checkDenseIsFixed,
		},
		{
			ID: "5.5/18", Quote: "在卷积操作是没有对图像尺度有限制", Book: "the same convolution takes images of any size", Verdict: chapters.Holds,
			Note:   "As long as the kernel fits into the padded image.",
			NoteZH: "前提是图像（含填充）不小于卷积核。",
			Check:  checkConvolutionIsFree,
		},
		{
			ID: "5.5/19", Quote: "避免cropping和warping操作,导致一些信息的丢失", Book: "cropping loses information, the pyramid reads the whole image", Verdict: chapters.Holds,
			Note:   "The caption of the picture names three rows (Top, Middle, Bottom); the first, cropping and warping of a photograph, is missing.",
			NoteZH: "图注提到上、中、下三行，但第一行（裁剪与变形的照片）在书中缺失。",
			Check:  checkCropping,
		},
		{
			ID: "5.5/20", Quote: "把这21个256维特征链接起来", Book: "(1 + 4 + 16)·256 = 21·256 = 5376", Verdict: chapters.Holds,
			Check: checkPyramidSum,
		},
		{
			ID: "5.5/21", Quote: "4个256个特征", Book: "1×256 维,4×256 个,16×256 维", Verdict: chapters.Differs, Erratum: "E17",
			Note:   "Slip: the four features of the 2×2 level have 256 dimensions each (维), like the others.",
			NoteZH: "笔误：“4 个 256 个特征”应为“4 个 256 维的特征”。",
			Check:  checkPyramidDimensions,
		},
		{
			ID: "5.5/22", Quote: "[pool3x3]", Book: "text: levels 1, 2, 4; figure 4: levels 1, 2, 3", Verdict: chapters.Unclear, Erratum: "E14",
			Note:   "Two different pyramids stand side by side without a word: the text's has 21 bins, that of figure 4 has 14.",
			NoteZH: "书中未加说明地并列了两种不同的金字塔：正文的有 21 个区域，图 4 的有 14 个区域。",
			Check:  checkTwoPyramids,
		},
		{
			ID: "5.5/23", Quote: "可以让窗口大小sizeX为", Book: "sizeX = ⌈a/n⌉, stride = ⌊a/n⌋", Verdict: chapters.Holds, Erratum: "E15",
			Extracted: "sizeX 为 a/n ,步长为 a/n",
			Check:     checkPaperFormula,
		},
		{
			ID: "5.5/24", Quote: "需要得到n*n大小的池化结果", Book: "these windows are n×n for every a and n", Verdict: chapters.Differs,
			Note:   "Not always: 5 cells with n = 3 make 4 windows, 7 with n = 4 make 6. Then the vector has another length, and the dense layer does not fit. Adaptive bins ([⌊i·a/n⌋, ⌈(i+1)·a/n⌉), i from 0) are always n.",
			NoteZH: "窗口数有时多于 n：a = 5、n = 3 时有 4 个，a = 7、n = 4 时有 6 个。这时向量长度改变，全连接层无法使用。自适应划分（第 i 个区域从 ⌊i·a/n⌋ 到 ⌈(i+1)·a/n⌉ 之前，i 从 0 开始）总是恰好 n 个。",
			Check:  checkPaperCount,
		},
		{
			ID: "5.5/25", Quote: "以conv5输出的大小为13*13为例", Book: "3×3: 5, 4; 2×2: 7, 6; 1×1: 13, 13", Verdict: chapters.Holds,
			Check: checkPaperWindows13,
		},
		{
			ID: "5.5/26", Quote: "inputs=", Book: "inputs=pool3x3,pool2x2,pool1x1", Verdict: chapters.Holds, Erratum: "E16",
			Extracted: "inputs=pool3x3.i pool2x2,pool1x1",
			Check:     checkConcatenation,
		},
		{
			ID: "5.5/27", Quote: "这些都没有问题", Book: "14×14: 1×1 with 14, 14 and 2×2 with 7, 7 read every cell", Verdict: chapters.Holds,
			Check: checkFourteenDivides,
		},
		{
			ID: "5.5/28", Quote: "[pool4*4]的sizeX=5,stride=4", Book: "14×14, 4×4: 5, 4", Verdict: chapters.Differs, Erratum: "E13",
			Note:   "5 and 4 are the window and stride of n = 3. For n = 4 they are ⌈14/4⌉ = 4 and ⌊14/4⌋ = 3; 5 and 4 would make 3×3 windows, not 4×4.",
			NoteZH: "5 和 4 是 n = 3 时的窗口大小和步长；n = 4 时应为 ⌈14/4⌉ = 4 和 ⌊14/4⌋ = 3。若用 5 和 4，只能得到 3×3 个窗口，而不是 4×4 个。",
			Check:  checkFourteenByFour,
		},
		{
			ID: "5.5/29", Quote: "最后一列和最后一行特征没有被池化操作计算在内", Book: "13 of 14 rows and columns are read", Verdict: chapters.Holds,
			Note:   "True with the right windows (4, 3) as well as with the printed ones (5, 4). Adaptive bins read all 14.",
			NoteZH: "无论用正确的窗口（4、3）还是书中的窗口（5、4），这一结论都成立。自适应划分则覆盖全部 14 行和 14 列。",
			Check:  checkFourteenLost,
		},
		{
			ID: "5.5/30", Quote: "可以获取图像中的多尺度信息", Book: "the pyramid sees several scales, which makes the model more flexible", Verdict: chapters.Opinion,
			Note: "What it does (bins of several sizes, inputs of any size) is checked above; that it helps is a judgement.",
		},
		{
			ID: "5.5/31", Quote: "论文中[2]", Book: "[1], [2] and [3] are in a list of references", Verdict: chapters.Differs, Erratum: "E34",
			Note:   "The chapter has no list of references; the numbers are left over from the texts that the section is put together from.",
			NoteZH: "本章没有参考文献列表；这些编号是从所引用的原文中遗留下来的。",
			Check:  checkReferences,
		},
	}
}
