package generalisation

import (
	"fmt"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/s23-generalisation/table"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
)

// generalisationClaims need no training.
func generalisationClaims() []chapters.Claim {
	return []chapters.Claim{
		{
			ID: "5.23/1", Quote: "输入层是784", Book: "784", Verdict: chapters.Holds,
			Check: func(c chapters.Check) chapters.Finding {
				test := chapters.Must(data.MNISTTest())
				return chapters.Number(c.Book, float64(test.H*test.W*test.C))
			},
		},
		{
			ID: "5.23/2", Quote: "60 次迭代", Book: "60", Verdict: chapters.Differs, Erratum: "E44",
			Note:   "What is meant is 60 epochs, passes over all 50,000 digits. With mini-batches of 10 these are 300,000 iterations, as section 5.22 uses the word; 60 iterations would see 600 digits.",
			NoteZH: "应为 60 个迭代期（epoch），即把 50,000 个数字遍历 60 遍。小批量为 10 时共 300,000 次迭代（5.22 节正是这样区分的）；60 次迭代只会看到 600 个数字。",
			Check: func(c chapters.Check) chapters.Finding {
				r := chapters.Must(faithfulRecipe("1"))
				return chapters.Number(c.Book, float64(r.Options.Epochs*r.Images/r.Options.Batch))
			},
		},
		{
			ID: "5.23/3", Quote: "FullyConnectedLayer(n_in=20*12*12, n_out=100)", Book: "20*12*12", Verdict: chapters.Holds,
			Check: func(c chapters.Check) chapters.Finding { return checkPooled("2", c.Book) },
		},
		{
			ID: "5.23/4", Quote: "FullyConnectedLayer(n_in=40*4*4, n_out=100)", Book: "40*4*4", Verdict: chapters.Holds,
			Check: func(c chapters.Check) chapters.Finding { return checkPooled("3", c.Book) },
		},
		{
			ID: "5.23/5", Quote: "错误率降低了1/3", Book: "0.33", Verdict: chapters.Differs, Erratum: "E41",
			Note:   "From 97.80 % to 98.78 % the share of mistakes falls from 2.20 % to 1.22 %, which is by 45 %, nearly a half.",
			NoteZH: "准确率从 97.80% 升到 98.78%，错误率从 2.20% 降到 1.22%，降低了 45%，接近一半。",
			Check: func(c chapters.Check) chapters.Finding {
				before, after := bookErrors("1", "2")
				return chapters.Number(c.Book, (before-after)/before)
			},
		},
		{
			ID: "5.23/6", Quote: "f(z)=max(0,z)", Book: "0 0 0 1 2", Verdict: chapters.Holds,
			Note:   "The formula is printed twice in a row, and so are η and λ: a slip of the typesetting.",
			NoteZH: "公式连续印了两遍，η 和 λ 也是如此，属于排版错误。",
			Check: func(c chapters.Check) chapters.Finding {
				y := activated(c.Backend, cnnlib.ReLU, -2, -1, 0, 1, 2)
				return chapters.Same(c.Book, strings.Trim(chapters.FormatMatrix([][]float64{y}), "[]"))
			},
		},
		{
			ID: "5.23/7", Quote: "中z 取最大极限时不会饱和,不像是 S 函数", Book: "ReLU does not saturate, sigmoid does", Verdict: chapters.Holds,
			Check: checkSaturation,
		},
		{
			ID: "5.23/8", Quote: "将每个训练图像由一个像素来代替", Book: "each picture is replaced by one pixel", Verdict: chapters.Differs, Erratum: "E43",
			Note:   "A mistranslation: each picture is displaced by one pixel, up, down, left or right.",
			NoteZH: "翻译错误：原意是把每个训练图像向上、下、左、右平移一个像素，而不是“由一个像素来代替”。",
			Check:  checkDisplaced,
		},
		{
			ID: "5.23/9", Quote: "把 50,000 幅图像人为拓展到 250,000 幅图像", Book: "250000", Verdict: chapters.Holds,
			Check: func(c chapters.Check) chapters.Finding {
				training, _, _ := chapters.Must3(data.MNISTSplit())
				some := chapters.Must(training.Slice(0, 10))
				return chapters.Number(c.Book, float64(training.N*data.Shifted(some).N/some.N))
			},
		},
		{
			ID: "5.23/10", Quote: "增加神经网络层数", Book: "more layers generalise better", Verdict: chapters.Unclear, Erratum: "E47",
			Note:   "More convolutions do in this section. A second fully connected layer gains 0.06, 0.02 and 0.04 points in the book's own numbers, less than the ±0.16 by which the test set of 10,000 digits alone makes such numbers uncertain; the section says itself that it did not help much.",
			NoteZH: "就本节而言，增加卷积层确实有效。但按书中的数值，增加第二个全连接层只带来 0.06、0.02 和 0.04 个百分点，小于 10,000 个测试数字本身带来的约 ±0.16 的不确定性；书中自己也说“并没有帮助太多”。",
			Check:  checkMoreLayers,
		},
		{
			ID: "5.23/11", Quote: "卷基层+线性修正单元(ReLU)+正则化+拓展数据集+继续插入额外的全连接层+弃权技术+组合网络", Book: "(8) has regularisation", Verdict: chapters.Differs, Erratum: "E45",
			Note:   "The heading of (8) lists regularisation beside dropout, but its networks are those of (7), whose printed code gives no λ, so that it is 0.",
			NoteZH: "(8) 的标题列出了“正则化”，但所用的网络就是 (7) 的网络，而 (7) 的代码没有给出 λ，即 λ = 0，只用了弃权技术。",
			Check: func(c chapters.Check) chapters.Finding {
				r := chapters.Must(faithfulRecipe("7"))
				if r.Options.L2 == 0 {
					return chapters.Same(c.Book, "(8) has no regularisation, λ = 0")
				}
				return chapters.Same(c.Book, "(8) has regularisation")
			},
		},
	}
}

// checkPooled runs the convolutions of a row's network over a digit and writes the
// number of values that are left in the book's form.
func checkPooled(row, book string) chapters.Finding {
	net := chapters.Must(rowNet(row))
	for i, layer := range net {
		if _, flat := layer.(cnnlib.Flatten); !flat {
			continue
		}
		s := chapters.Must(net[:i].OutShape(cnnlib.Shape{28, 28, 1}))
		return chapters.Same(book, fmt.Sprintf("%d*%d*%d", s[2], s[0], s[1]))
	}
	panic(chapters.Failure(fmt.Errorf("generalisation: the network of row %s has no Flatten", row)))
}

// bookErrors are the book's mistakes of two rows, in per cent.
func bookErrors(a, b string) (float64, float64) {
	first := chapters.Must(Table().Row(a))
	second, err := Table().Row(b)
	chapters.OK(err)
	return 100 - first.Book, 100 - second.Book
}

// activated runs an activation over numbers.
func activated(b compute.Backend, a cnnlib.Activation, z ...float64) []float64 {
	y := chapters.Must(cnnlib.RunPlane(b, a, [][]float64{z}))
	return y[0]
}

// checkSaturation compares how much both activations grow from 10 to 11.
func checkSaturation(c chapters.Check) chapters.Finding {
	var grows [2]float64
	for i, a := range []cnnlib.Activation{cnnlib.ReLU, cnnlib.Sigmoid} {
		y := activated(c.Backend, a, 10, 11)
		grows[i] = y[1] - y[0]
	}
	const little = 1e-4 // σ'(10) = 4.5e-5
	return chapters.HoldsIf(grows[0] == 1 && grows[1] < little, "from z = 10 to 11 ReLU grows by %v, sigmoid by less than %v", grows[0], little)
}

// checkDisplaced holds the shifted pictures against the original, one pixel off.
func checkDisplaced(check chapters.Check) chapters.Finding {
	test := chapters.Must(data.MNISTTest())
	one := chapters.Must(test.Slice(0, 1))
	all := data.Shifted(one)
	moves := [][2]int{{0, 0}, {1, 0}, {-1, 0}, {0, 1}, {0, -1}} // rows down, columns right
	for k, move := range moves {
		plane, original := all.Plane(k), one.Plane(0)
		for r := range plane {
			for c, v := range plane[r] {
				want := 0.0
				if y, x := r-move[0], c-move[1]; y >= 0 && y < one.H && x >= 0 && x < one.W {
					want = original[y][x]
				}
				if v != want {
					panic(chapters.Failure(fmt.Errorf("generalisation: picture %d of Shifted is not moved by %v", k, move)))
				}
			}
		}
	}
	return chapters.Same(check.Book, fmt.Sprintf("each picture of %d pixels is moved by one pixel, in %d directions", one.H*one.W, len(moves)-1))
}

// checkMoreLayers compares the gains of a second hidden layer in the book with the
// uncertainty of its numbers.
func checkMoreLayers(chapters.Check) chapters.Finding {
	f := chapters.Finding{Verdict: chapters.Differs}
	const pictures = 10_000
	var gains []string
	for _, pair := range [][2]string{{"5", "6"}, {"5b", "6b"}, {"5c", "6c"}} {
		without, with := bookErrors(pair[0], pair[1])
		if table.Wilson((100-without)/100*pictures, pictures).Contains(100 - with) {
			f.Verdict = chapters.Unclear // nobody can tell these two apart
		}
		gains = append(gains, fmt.Sprintf("%.2f", without-with))
	}
	i := table.Wilson(.9937*pictures, pictures)
	f.Value = fmt.Sprintf("a second fully connected layer gains %s points; 99.37 %% of %d has the 95 %% interval %v", strings.Join(gains, ", "), pictures, i)
	return f
}

// accuracyClaims are the book's accuracies with the reviewed verdicts. Holds: the book's
// number lies inside the 95 % interval of our training that did best on the
// validation digits, which is what the book reports.
var accuracyClaims = map[string]struct {
	id, quote    string
	verdict      chapters.Verdict
	note, noteZH string
}{
	"1":  {id: "5.23/12", quote: "在测试集上得到的结果是 97.8%", verdict: chapters.Holds},
	"2":  {id: "5.23/13", quote: "准确率是98.78%", verdict: chapters.Holds},
	"3":  {id: "5.23/14", quote: "我们拥有了99.06%的准确率", verdict: chapters.Holds},
	"4":  {id: "5.23/15", quote: "我们获得了 99.23%的准确率", verdict: chapters.Holds},
	"5":  {id: "5.23/16", quote: "这次的到了99.37的训练正确率", verdict: chapters.Holds},
	"5b": {id: "5.23/17", quote: "300个隐藏神经元和1000个神经元的额精度分别是99.46%和99.43%", verdict: chapters.Holds},
	"5c": {id: "5.23/18", quote: "300个隐藏神经元和1000个神经元的额精度分别是99.46%和99.43%", verdict: chapters.Holds},
	"6":  {id: "5.23/19", quote: "这次取得了99.43%的精度", verdict: chapters.Holds},
	"7":  {id: "5.23/20", quote: "使用弃权技术,的到了99.60%的准确率", verdict: chapters.Holds},
}

// claims are those that trainings decide; they are in the list once these are stored.
func (s storedTable) claims() []chapters.Claim {
	var claims []chapters.Claim
	stored := map[string]bool{}
	for _, row := range s.rows() {
		stored[row.ID] = true
		said, ok := accuracyClaims[row.ID]
		if !ok { // rows 6b and 6c are not in this book
			continue
		}
		claims = append(claims, chapters.Claim{
			ID: said.id, Quote: said.quote, Book: fmt.Sprintf("%.2f", row.Book), Verdict: said.verdict, Note: said.note, NoteZH: said.noteZH,
			Check: s.onRow(row.ID, checkAccuracy),
		})
	}
	if stored["2"] {
		claims = append(claims, chapters.Claim{
			ID: "5.23/21", Quote: "经过三次运行取平均后,准确率是98.78%", Book: "98.78 is the mean of three runs", Verdict: chapters.Unclear, Erratum: "E40",
			Note:   "Nielsen reports the one of three runs that does best on the validation digits, not the mean. The number alone cannot tell: both of ours are near it.",
			NoteZH: "尼尔森报告的是三次运行中在验证集上最好的一次，而不是平均值。仅凭这个数值无法区分：我们的两种算法都与它相近。",
			Check: s.onRow("2", func(l *table.Line) chapters.Finding {
				return chapters.Finding{Value: fmt.Sprintf("mean %.2f, best by validation %.2f (n = %d)", l.Mean, l.Best, l.Runs), Verdict: chapters.Unclear}
			}),
		}, s.improvement("5.23/22", "这是相当大的改善", "2"))
	}
	if stored["4"] {
		claims = append(claims, s.improvement("5.23/23", "超过了 S 型激活函数的 99.06%", "4"))
	}
	if stored["5"] {
		claims = append(claims, chapters.Claim{
			ID: "5.23/24", Quote: "这次的到了99.37的训练正确率", Book: "99.37 on the training pictures", Verdict: chapters.Differs, Erratum: "E42",
			Note:   "99.37 % is the accuracy on the test pictures; on the training pictures the network does better.",
			NoteZH: "99.37% 是测试集上的准确率；在训练集上，网络的准确率更高。",
			Check: s.onRow("5", func(l *table.Line) chapters.Finding {
				return chapters.HoldsIf(100*l.BestRun().TrainingAccuracy < l.BestInterval.High, "%.2f on the training pictures, %.2f on the test pictures", 100*l.BestRun().TrainingAccuracy, l.Best)
			}),
		})
	}
	if stored["7"] {
		claims = append(claims, chapters.Claim{
			ID: "5.23/25", Quote: "每个都大到了 99.60%的准去率", Book: "each of the five reaches 99.60", Verdict: chapters.Differs, Erratum: "E46",
			Note:   "Nielsen says that all are near 99.6 %: five networks that differ in their starting weights are not equally right.",
			NoteZH: "尼尔森的原话是“都接近 99.6%”：只有初始权重不同的五个网络，准确率并不相同。",
			Check:  s.onRow("7", checkEach),
		})
	}
	return claims
}

// onRow is a check on the stored line of a row.
func (s storedTable) onRow(id string, check func(*table.Line) chapters.Finding) func(chapters.Check) chapters.Finding {
	return func(chapters.Check) chapters.Finding {
		r := chapters.Must(s.report())
		l := r.Line(id)
		if l.Runs == 0 {
			panic(chapters.Failure(fmt.Errorf("generalisation: row %s of the table has no result of the code's recipe: `%s`", id, l.Missing)))
		}
		return check(l)
	}
}

func checkAccuracy(l *table.Line) chapters.Finding {
	return chapters.HoldsIf(l.BookInBest, "%.2f, the best of %d by validation, with the 95 %% interval %v; mean and deviation %s", l.Best, l.Runs, l.BestInterval, l.Spread())
}

// improvement is the claim that a row is better than the one it changes.
func (s storedTable) improvement(id, quote, row string) chapters.Claim {
	return chapters.Claim{ID: id, Quote: quote, Book: "better", Verdict: chapters.Holds,
		Check: s.onRow(row, func(l *table.Line) chapters.Finding {
			const level = 0.05
			c := l.Comparison
			if c == nil {
				return chapters.Finding{Value: "row " + l.Against + " is not measured", Verdict: chapters.Unclear}
			}
			return chapters.HoldsIf(c.Better > c.Worse && c.P < level, "%d digits are right that were not, %d the other way round; McNemar's p = %.2g", c.Better, c.Worse, c.P)
		})}
}

func checkEach(l *table.Line) chapters.Finding {
	same := true
	var each []string
	for _, run := range l.Results() {
		accuracy := fmt.Sprintf("%.2f", 100-100*float64(run.TestErrors)/float64(len(run.Predictions)))
		same = same && accuracy == "99.60"
		each = append(each, accuracy)
	}
	return chapters.HoldsIf(same, "%s", strings.Join(each, ", "))
}
