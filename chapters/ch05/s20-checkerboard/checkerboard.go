package checkerboard

import (
	"cnnbook/chapters"
)

// whyCheckerboardClaims are those of 5.20.1.
func whyCheckerboardClaims() []chapters.Claim {
	return []chapters.Claim{
		{
			ID: "5.20/1", Quote: "图像生成网络的上采样部分通常用反卷积网络", Book: "generators usually enlarge by transposed convolutions", Verdict: chapters.Opinion,
			Note: "A statement about habit; nothing to compute.",
		},
		{
			ID: "5.20/2", Quote: "不合理的卷积核大小和步长会使反卷积操作产生棋盘效应", Book: "some kernel sizes and strides make the result uneven", Verdict: chapters.Holds,
			Note:  "With equal weights the bad ones are those whose stride does not divide the kernel size, and no others.",
			Check: checkUnevenSettings,
		},
		{
			ID: "5.20/3", Quote: "stride = 2, size = 3", Book: "1 1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 1", Verdict: chapters.Holds,
			Check: checkStampCounts(3, 2),
		},
		{
			ID: "5.20/4", Quote: "Stride=2,size=5", Book: "1 1 2 2 3 2 3 2 3 2 3 2 3 2 3 2 2 1 1", Verdict: chapters.Holds,
			Check: checkStampCounts(5, 2),
		},
		{
			ID: "5.20/5", Quote: "两个轴上的不均匀重叠相乘", Book: "counts of the rows times counts of the columns: 1, 2, 4 for size 3, stride 2", Verdict: chapters.Holds,
			Check: checkStampsMultiply,
		},
		{
			ID: "5.20/6", Quote: "所以它的不均匀性是原来的平方", Book: "the ratio of most to fewest is squared in 2-D", Verdict: chapters.Holds,
			Check: checkRatioSquared,
		},
		{
			ID: "5.20/7", Quote: "反卷积的输出是其输入的两倍", Book: "stride 2, size 3: every output is 2 times the input in 1-D, 4 times in 2-D", Verdict: chapters.Differs, Erratum: "E02",
			Note:   "A mistranslation of Distill's article: some outputs get twice as many inputs as others in 1-D, and four times as many in 2-D. Read as sizes, 2 and 4 times would hold for every kernel at stride 2 and would say nothing about the checkerboard.",
			NoteZH: "这是对 Distill 原文的误译：原意是一维时某些输出接收到的输入个数是其他输出的两倍，二维时是四倍。若理解为尺寸，则步长为 2 时任何卷积核都是 2 倍和 4 倍，与棋盘效应无关。",
			Check:  checkTwiceTheInput,
		},
		{
			ID: "5.20/8", Quote: "这些堆栈的反卷积可以消除棋盘效应", Book: "a stack can cancel the pattern", Verdict: chapters.Holds,
			Check: checkStackCancels,
		},
		{
			ID: "5.20/9", Quote: "但它们经常混合,在更多尺度上产生棋盘效应", Book: "stacks often have the pattern on several scales", Verdict: chapters.Holds,
			Note:  "Two layers with stride 2 can have periods of 2 and of 4 cells.",
			Check: checkStackScales,
		},
		{
			ID: "5.20/10", Quote: "该部分却有深深浅浅的近黑方块组成", Book: "an even area comes out as squares of several greys", Verdict: chapters.Holds,
			Check: checkEvenAreaOfGreys,
		},
		{
			ID: "5.20/11", Quote: "很像棋盘的网格,即棋盘效应", Book: "generated pictures show a grid like that of a chessboard", Verdict: chapters.Holds,
			Note:  "Strong before training. Training on digits makes it small, since it costs squared error, but not zero.",
			Check: checkGridIsDrawn,
		},
	}
}

// avoidCheckerboardClaims are those of 5.20.2.
func avoidCheckerboardClaims() []chapters.Claim {
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
			Check: func(c chapters.Check) chapters.Finding {
				return checkSymbols(c.Backend, c.Book, deconvolution(weightA, weightB, weightC), 3, 4)
			},
		},
		{
			ID: "5.20/16", Quote: "步长为2,可整除反卷积大小", Book: "its stride 2 divides its size", Verdict: chapters.Differs, Erratum: "E35",
			Note:   "The rows (a c) and (b) have three weights, and 2 does not divide 3: this matrix shows the fault, not the cure. A size that 2 divides is 4, with rows (a c) and (b d).",
			NoteZH: "矩阵的行 (a c) 与 (b) 共有三个权重，3 不能被 2 整除：它展示的正是问题所在，而不是解决办法。可整除的应是大小为 4 的情形，其行为 (a c) 与 (b d)。",
			Check:  checkExampleDivides,
		},
		{
			ID: "5.20/17", Quote: "卷积应该为…则卷积的转置为", Book: "convolution [a 0; c b], transposed [a c; 0 b]", Verdict: chapters.Holds,
			Note:  "The upper left corners: the matrix of the strided convolution is that of the transposed one, transposed.",
			Check: checkTransposedBlock,
		},
		{
			ID: "5.20/18", Quote: "先缩放图像(最近邻插值或双线性插值),再卷积", Book: "to resize, then convolve avoids the checkerboard", Verdict: chapters.Holds,
			Note:  "Of an even area it makes an even area, whatever the weights: all rows have the same sum. At the border, zeros of the padding still make a darker frame.",
			Check: checkResizeIsEven,
		},
		{
			ID: "5.20/19", Quote: "对于每个输出窗口,反卷积操作的输入唯一", Book: "each output window of a transposed convolution has a unique input", Verdict: chapters.Unclear,
			Note:   "Distill has “a unique entry”: every weight stands once in the rows of one period. The inputs are not unique: the row (a c) has two.",
			NoteZH: "Distill 原文是“a unique entry”（唯一的矩阵元素）：一个周期的各行中，每个权重只出现一次。唯一的并不是输入：行 (a c) 就有两个输入。",
			Check:  checkUniqueEntry,
		},
		{
			ID: "5.20/20", Quote: "缩放卷积会以阻碍高频棋盘效应的方式来隐式地集中权重(weight-tying)", Book: "to resize ties weights: rows share them", Verdict: chapters.Holds,
			Note:  "“集中权重” is weight sharing: one weight stands in several rows.",
			Check: checkWeightsTied,
		},
		{
			ID: "5.20/21", Quote: "NN-Resize Convolution", Book: "[a+b c ·; a b+c ·; · a+b c; · a b+c]", Verdict: chapters.Holds,
			Check: func(c chapters.Check) chapters.Finding {
				return checkSymbols(c.Backend, c.Book, nearestConvolution(weightA, weightB, weightC), 3, 4)
			},
		},
		{
			ID: "5.20/22", Quote: "Bilinear-Resize Convolution", Book: "[a+b/2 b/2+c · ·; a/2 a/2+b+c/2 c/2 ·; · a+b/2 b/2+c ·; · a/2 a/2+b+c/2 c/2]", Verdict: chapters.Holds, Erratum: "E38",
			Note: "The book doubts its a/2, “(?)”; it is right. The new cells lie half way between two old ones here. cnnlib's Bilinear has them at ¼ and ¾, as today's libraries do; its rows have equal sums too.",
			Check: func(c chapters.Check) chapters.Finding {
				return checkSymbols(c.Backend, c.Book, midpointConvolution(weightA, weightB, weightC), 4, 4)
			},
		},
		{
			ID: "5.20/23", Quote: "C^T*(A+B)=C^T*A+C^T*B", Book: "C*(A+B) = C*A + C*B", Verdict: chapters.Holds,
			Check: checkLinear,
		},
		{
			ID: "5.20/24", Quote: "插值增量图像表示的矩阵为原图像表示的矩阵下移 1 行", Book: "nearest: increment = [b · ·; a c ·; · b ·; · a c], the matrix moved down by one row", Verdict: chapters.Holds,
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
			Extracted: "two equal matrices [b/2; a/2 c/2; · b/2; · a/2 c/2]",
			Check:     checkBilinearShift,
		},
	}
}
