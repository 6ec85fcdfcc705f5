package generalisation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/s23-generalisation/table"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
)

// claims returns the statements 1 to 11, which need no training, in the order of the book.
func claims() []chapters.Claim {
	return []chapters.Claim{
		{
			ID: "5.23/1", Quote: "增加神经网络层数", Book: "more layers generalise better", Verdict: chapters.Unclear, Erratum: "E47",
			Note:   "More convolutions do in this section. A second fully connected layer gains 0.06, 0.02 and 0.04 points in the book's own numbers, less than the ±0.16 by which the test set of 10,000 digits alone makes such numbers uncertain; the section says itself that it did not help much.",
			NoteZH: "就本节而言，增加卷积层确实有效。但按书中的数值，增加第二个全连接层只带来 0.06、0.02 和 0.04 个百分点，小于 10,000 个测试数字本身带来的约 ±0.16 的不确定性；书中自己也说“并没有帮助太多”。",
			Check:  checkMoreLayers,
		},
		{
			ID: "5.23/2", Quote: "输入层是784", Book: "784", Verdict: chapters.Holds,
			Check: checkInputs,
		},
		{
			ID: "5.23/3", Quote: "60 次迭代", Book: "60", Verdict: chapters.Differs, Erratum: "E44",
			Note:   "What is meant is 60 epochs, passes over all 50,000 digits. With mini-batches of 10 these are 300,000 iterations, as section 5.22 uses the word; 60 iterations would see 600 digits.",
			NoteZH: "应为 60 个迭代期（epoch），即把 50,000 个数字遍历 60 遍。小批量为 10 时共 300,000 次迭代（5.22 节正是这样区分的）；60 次迭代只会看到 600 个数字。",
			Check:  checkIterations,
		},
		{
			ID: "5.23/4", Quote: "FullyConnectedLayer(n_in=20*12*12, n_out=100)", Book: "20*12*12", Want: []int{20, 12, 12}, Verdict: chapters.Holds,
			Check: checkPooled("2"),
		},
		{
			ID: "5.23/5", Quote: "错误率降低了1/3", Book: "0.33", Verdict: chapters.Differs, Erratum: "E41",
			Note:   "From 97.80 % to 98.78 % the share of mistakes falls from 2.20 % to 1.22 %, which is by 45 %, nearly a half.",
			NoteZH: "准确率从 97.80% 升到 98.78%，错误率从 2.20% 降到 1.22%，降低了 45%，接近一半。",
			Check:  checkReduction,
		},
		{
			ID: "5.23/6", Quote: "FullyConnectedLayer(n_in=40*4*4, n_out=100)", Book: "40*4*4", Want: []int{40, 4, 4}, Verdict: chapters.Holds,
			Check: checkPooled("3"),
		},
		{
			ID: "5.23/7", Quote: "f(z)=max(0,z)", Book: "0 0 0 1 2", Want: []float64{0, 0, 0, 1, 2}, Verdict: chapters.Holds,
			Note:   "The formula is printed twice in a row, and so are η and λ: a slip of the typesetting.",
			NoteZH: "公式连续印了两遍，η 和 λ 也是如此，属于排版错误。",
			Check:  checkReLU,
		},
		{
			ID: "5.23/8", Quote: "中z 取最大极限时不会饱和,不像是 S 函数", Book: "ReLU does not saturate, sigmoid does", Verdict: chapters.Holds,
			Check: checkSaturation,
		},
		{
			ID: "5.23/9", Quote: "将每个训练图像由一个像素来代替", Book: "each picture is replaced by one pixel", Verdict: chapters.Differs, Erratum: "E43",
			Note:   "A mistranslation: each picture is displaced by one pixel, up, down, left or right.",
			NoteZH: "翻译错误：原意是把每个训练图像向上、下、左、右平移一个像素，而不是“由一个像素来代替”。",
			Check:  checkDisplaced,
		},
		{
			ID: "5.23/10", Quote: "把 50,000 幅图像人为拓展到 250,000 幅图像", Book: "250000", Verdict: chapters.Holds,
			Check: checkExpanded,
		},
		{
			ID: "5.23/11", Quote: "卷基层+线性修正单元(ReLU)+正则化+拓展数据集+继续插入额外的全连接层+弃权技术+组合网络", Book: "(8) has regularisation", Verdict: chapters.Differs, Erratum: "E45",
			Note:   "The heading of (8) lists regularisation beside dropout, but its networks are those of (7), whose printed code gives no λ, so that it is 0.",
			NoteZH: "(8) 的标题列出了“正则化”，但所用的网络就是 (7) 的网络，而 (7) 的代码没有给出 λ，即 λ = 0，只用了弃权技术。",
			Check:  checkRegularisation,
		},
	}
}

// claims returns the statements 12 to 25, which trainings decide. A statement is in the list
// once its row has results; its number is fixed.
func (s storedTable) claims() []chapters.Claim {
	type decided struct {
		row   string // decides, once it has results
		claim chapters.Claim
	}
	accuracy := func(id, row, quote string) decided {
		return decided{row, chapters.Claim{ID: id, Quote: quote, Book: accuracyOf(row), Verdict: chapters.Holds, Check: s.checkAccuracy(row)}}
	}
	all := []decided{
		accuracy("5.23/12", "1", "在测试集上得到的结果是 97.8%"),
		accuracy("5.23/13", "2", "准确率是98.78%"),
		accuracy("5.23/14", "3", "我们拥有了99.06%的准确率"),
		accuracy("5.23/15", "4", "我们获得了 99.23%的准确率"),
		accuracy("5.23/16", "5", "这次的到了99.37的训练正确率"),
		accuracy("5.23/17", "5b", "300个隐藏神经元和1000个神经元的额精度分别是99.46%和99.43%"),
		accuracy("5.23/18", "5c", "300个隐藏神经元和1000个神经元的额精度分别是99.46%和99.43%"),
		accuracy("5.23/19", "6", "这次取得了99.43%的精度"),
		accuracy("5.23/20", "7", "使用弃权技术,的到了99.60%的准确率"),
		{"2", chapters.Claim{
			ID: "5.23/21", Quote: "经过三次运行取平均后,准确率是98.78%", Book: "98.78 is the mean of three runs", Verdict: chapters.Unclear, Erratum: "E40",
			Note:   "Nielsen reports the one of three runs that does best on the validation digits, not the mean. The number alone cannot tell: both of ours are near it.",
			NoteZH: "尼尔森报告的是三次运行中在验证集上最好的一次，而不是平均值。仅凭这个数值无法区分：我们的两种算法都与它相近。",
			Check:  s.checkMean("2"),
		}},
		{"2", chapters.Claim{ID: "5.23/22", Quote: "这是相当大的改善", Book: "better", Verdict: chapters.Holds, Check: s.checkImprovement("2")}},
		{"4", chapters.Claim{ID: "5.23/23", Quote: "超过了 S 型激活函数的 99.06%", Book: "better", Verdict: chapters.Holds, Check: s.checkImprovement("4")}},
		{"5", chapters.Claim{
			ID: "5.23/24", Quote: "这次的到了99.37的训练正确率", Book: "99.37 on the training pictures", Verdict: chapters.Differs, Erratum: "E42",
			Note:   "99.37 % is the accuracy on the test pictures; on the training pictures the network does better.",
			NoteZH: "99.37% 是测试集上的准确率；在训练集上，网络的准确率更高。",
			Check:  s.checkTrainingAccuracy("5"),
		}},
		{"7", chapters.Claim{
			ID: "5.23/25", Quote: "每个都大到了 99.60%的准去率", Book: "each of the five reaches 99.60", Verdict: chapters.Differs, Erratum: "E46",
			Note:   "Nielsen says that all are near 99.6 %: five networks that differ in their starting weights are not equally right.",
			NoteZH: "尼尔森的原话是“都接近 99.6%”：只有初始权重不同的五个网络，准确率并不相同。",
			Check:  s.checkEach("7"),
		}},
	}
	var have []chapters.Claim
	for _, c := range all {
		if s.has(c.row) {
			have = append(have, c.claim)
		}
	}
	return have
}

// accuracyOf writes the book's accuracy of a row: "97.80"; "" if there is no such row.
func accuracyOf(id string) string {
	row, err := Table().Row(id)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%.2f", row.Book)
}

// checkMoreLayers compares the gains of a second hidden layer in the book with the
// uncertainty of its numbers.
func checkMoreLayers(chapters.Check) chapters.Finding {
	const pictures = 10_000
	of := func(accuracy float64) table.Interval { return table.Wilson(accuracy/100*pictures, pictures) }
	better, within := 0, 0
	var gains []string
	for _, pair := range [][2]string{{"5", "6"}, {"5b", "6b"}, {"5c", "6c"}} {
		without, with := bookRow(pair[0]).Book, bookRow(pair[1]).Book
		switch {
		case of(without).Contains(with):
			within++
		case with > without:
			better++
		}
		gains = append(gains, fmt.Sprintf("%.2f", with-without))
	}
	f := chapters.HoldsIf(better == len(gains), "a second fully connected layer gains %s points; 99.37 %% of %d has the 95 %% interval %v", strings.Join(gains, ", "), pictures, of(99.37))
	if within > 0 { // nobody can tell these apart
		f.Verdict = chapters.Unclear
	}
	return f
}

// bookRow returns a row of the table, with the book's accuracy, or ends the check.
func bookRow(id string) table.Row { return chapters.Must(Table().Row(id)) }

// checkInputs counts the pixels of a digit.
func checkInputs(c chapters.Check) chapters.Finding {
	test := chapters.Must(data.MNISTTest())
	return c.Found(test.H * test.W * test.C)
}

// checkIterations counts the steps of row 1: its batches in 60 epochs.
func checkIterations(c chapters.Check) chapters.Finding {
	r := chapters.Must(faithfulRecipe("1"))
	return c.Found(r.Options.Epochs * r.Images / r.Options.Batch)
}

// checkPooled finds the maps, rows and columns that a row's network has left of a digit
// before its first fully connected layer.
func checkPooled(row string) func(chapters.Check) chapters.Finding {
	return func(c chapters.Check) chapters.Finding {
		net := chapters.Must(rowNet(row))
		i := slices.IndexFunc(net, func(layer cnnlib.Layer) bool { _, flat := layer.(cnnlib.Flatten); return flat })
		if i < 0 {
			panic(chapters.Failure(fmt.Errorf("generalisation: the network of row %s has no Flatten", row)))
		}
		s := chapters.Must(net[:i].OutShape(cnnlib.Shape{28, 28, 1}))
		return c.Found([]int{s[2], s[0], s[1]})
	}
}

// checkReduction computes by what share the mistakes fall from row 1 to row 2 in the book.
func checkReduction(c chapters.Check) chapters.Finding {
	before, after := 100-bookRow("1").Book, 100-bookRow("2").Book
	return c.Found((before - after) / before)
}

// checkReLU runs ReLU.
func checkReLU(c chapters.Check) chapters.Finding {
	return c.Found(activated(c.Backend, cnnlib.ReLU, -2, -1, 0, 1, 2))
}

// activated runs an activation over numbers.
func activated(backend compute.Backend, a cnnlib.Activation, z ...float64) []float64 {
	return chapters.Must(cnnlib.RunPlane(backend, a, [][]float64{z}))[0]
}

// checkSaturation compares how much both activations grow from 10 to 11.
func checkSaturation(c chapters.Check) chapters.Finding {
	growth := func(a cnnlib.Activation) float64 {
		y := activated(c.Backend, a, 10, 11)
		return y[1] - y[0]
	}
	const little = 1e-4 // σ'(10) = 4.5e-5
	relu, sigmoid := growth(cnnlib.ReLU), growth(cnnlib.Sigmoid)
	return chapters.HoldsIf(relu == 1 && sigmoid < little, "from z = 10 to 11 ReLU grows by %v, sigmoid by less than %v", relu, little)
}

// checkDisplaced holds the expanded pictures against the original, unmoved and moved by one
// pixel. The book's word holds if any of them is another picture.
func checkDisplaced(chapters.Check) chapters.Finding {
	test := chapters.Must(data.MNISTTest())
	one := chapters.Must(test.Slice(0, 1))
	all := data.Shifted(one)
	moves := [][2]int{{0, 0}, {1, 0}, {-1, 0}, {0, 1}, {0, -1}} // rows down, columns right
	displaced := 0
	for n, move := range moves {
		if n < all.N && slices.EqualFunc(all.Plane(n), moved(one.Plane(0), move[0], move[1]), slices.Equal) {
			displaced++
		}
	}
	return chapters.HoldsIf(displaced < len(moves), "%d of %d pictures are the original, of %d pixels, unmoved or moved by one pixel in %d directions", displaced, all.N, one.H*one.W, len(moves)-1)
}

// moved returns a plane moved down and to the right; zeros come in.
func moved(plane [][]float64, down, right int) [][]float64 {
	out := grid.Zeros(len(plane), len(plane[0]))
	for r := range out {
		for c := range out[r] {
			if y, x := r-down, c-right; y >= 0 && y < len(plane) && x >= 0 && x < len(plane[y]) {
				out[r][c] = plane[y][x]
			}
		}
	}
	return out
}

// checkExpanded counts the expanded training pictures.
func checkExpanded(c chapters.Check) chapters.Finding {
	training, _, _ := chapters.Must3(data.MNISTSplit())
	some := chapters.Must(training.Slice(0, 10))
	return c.Found(training.N * data.Shifted(some).N / some.N)
}

// checkRegularisation looks up λ of the networks that vote in row 8.
func checkRegularisation(chapters.Check) chapters.Finding {
	row := bookRow("8").VoteOf
	r := chapters.Must(faithfulRecipe(row))
	return chapters.HoldsIf(r.Options.L2 > 0, "(8) has the networks of (%s), with λ = %v", row, r.Options.L2)
}

// checkAccuracy holds the book's accuracy of a row against the 95 % interval of our training
// that did best on the validation digits, which is what the book reports.
func (s storedTable) checkAccuracy(row string) func(chapters.Check) chapters.Finding {
	return func(chapters.Check) chapters.Finding {
		l := s.line(row)
		return chapters.HoldsIf(l.BookInBest, "%.2f, the best of %d by validation, with the 95 %% interval %v; mean and deviation %s", l.Best, l.Runs, l.BestInterval, l.Spread())
	}
}

// checkMean asks whether the book's accuracy is the mean of the trainings, or that of the
// best one by validation.
func (s storedTable) checkMean(row string) func(chapters.Check) chapters.Finding {
	return func(chapters.Check) chapters.Finding {
		l := s.line(row)
		f := chapters.HoldsIf(l.BookInMean, "mean %.2f, best by validation %.2f (n = %d)", l.Mean, l.Best, l.Runs)
		if l.BookInMean == l.BookInBest { // the number may be both or neither
			f.Verdict = chapters.Unclear
		}
		return f
	}
}

// checkImprovement compares a row with the one that it changes, on the same pictures
// (McNemar's test).
func (s storedTable) checkImprovement(row string) func(chapters.Check) chapters.Finding {
	return func(chapters.Check) chapters.Finding {
		const level = 0.05
		l := s.line(row)
		c := l.Comparison
		if c == nil {
			return chapters.Finding{Value: "row " + l.Against + " is not measured", Verdict: chapters.Unclear}
		}
		return chapters.HoldsIf(c.Better > c.Worse && c.P < level, "%d digits are right that were not, %d the other way round; McNemar's p = %.2g", c.Better, c.Worse, c.P)
	}
}

// checkTrainingAccuracy asks whether the training pictures are recognised no better than the
// test pictures.
func (s storedTable) checkTrainingAccuracy(row string) func(chapters.Check) chapters.Finding {
	return func(chapters.Check) chapters.Finding {
		l := s.line(row)
		training := 100 * l.BestRun().TrainingAccuracy
		return chapters.HoldsIf(training < l.BestInterval.High, "%.2f on the training pictures, %.2f on the test pictures", training, l.Best)
	}
}

// checkEach lists the accuracies of all trainings of a row; the statement holds if each is
// the book's.
func (s storedTable) checkEach(row string) func(chapters.Check) chapters.Finding {
	return func(chapters.Check) chapters.Finding {
		book, same := accuracyOf(row), true
		var each []string
		for _, run := range s.line(row).Results() {
			accuracy := fmt.Sprintf("%.2f", 100-100*float64(run.TestErrors)/float64(len(run.Predictions)))
			same = same && accuracy == book
			each = append(each, accuracy)
		}
		return chapters.HoldsIf(same, "%s", strings.Join(each, ", "))
	}
}
