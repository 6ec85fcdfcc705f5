package generalisation

import (
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"

	"github.com/gomlx/compute"
	"gonum.org/v1/gonum/stat"

	"cnnbook/chapters"
	"cnnbook/cnnlib/checkpoint"
	"cnnbook/cnnlib/train"
	"cnnbook/plots"
)

// figures returns those that the stored results allow: without any there are none.
func (s storedTable) figures() []chapters.Figure {
	rows := s.rows()
	if len(rows) == 0 {
		return nil
	}
	last := rows[len(rows)-1].ID
	figures := []chapters.Figure{
		{
			ID: "05_23_errors", Picture: s.drawErrors,
			Caption:   "Mistakes on the 10,000 test digits, in per cent: the book's, and those of our training that does best on the validation digits, as the book chooses. The bars of error are Wilson's 95 % interval: so far could the number be off with other test digits.",
			CaptionZH: "在 10,000 个测试数字上的错误率（%）：书中的数值，以及我们按书中的办法（在验证集上最好的一次训练）得到的数值。误差线为 Wilson 95% 置信区间，即换一批测试数字时错误率可能的偏差。",
		},
		{
			ID: "05_23_curves", Picture: s.drawCurves,
			Caption:   "Mistakes on the validation digits after each epoch, mean of all trainings of a row. Both axes are logarithmic.",
			CaptionZH: "每个迭代期之后在验证集上的错误率（每行取各次训练的平均值）。两个坐标轴均为对数刻度。",
		},
		{
			ID: "05_23_mistakes", Picture: func(compute.Backend) *plots.Picture { return s.drawMistakes(last) },
			Caption:   fmt.Sprintf("Test digits that the network of row %s takes for others, the first ones in the order of the set: what it is, and what the network says.", last),
			CaptionZH: fmt.Sprintf("第 %s 行的网络认错的测试数字（按测试集顺序取前面若干个）：箭头前为正确答案，箭头后为网络的判断。", last),
		},
	}
	var kept []string
	for _, row := range rows {
		if keptRow(row.ID) {
			kept = append(kept, row.ID)
		}
	}
	if len(kept) > 0 {
		figures = append(figures, chapters.Figure{
			ID: "05_23_filters", Picture: func(compute.Backend) *plots.Picture { return s.drawFilters(kept) },
			Caption:   "The twenty 5×5 filters that the first layer has learned, each row of the table on a scale of its own.",
			CaptionZH: "第一层学到的 20 个 5×5 卷积核；表中每一行的网络各用一个色标。",
		})
	}
	if len(kept) > 1 { // row 2 has one convolution
		figures = append(figures, chapters.Figure{
			ID: "05_23_filters2", Picture: func(compute.Backend) *plots.Picture { return s.drawSecondFilters(kept[len(kept)-1]) },
			Caption:   "The forty filters of the second layer are 5×5×20. Here is the slice of each that looks at the map with the largest weights.",
			CaptionZH: "第二层的 40 个卷积核大小为 5×5×20；图中是每个卷积核对应权重最大的那张输入特征图的一层。",
		})
	}
	return figures
}

// drawErrors shows mistakes and not accuracies, which all look alike.
func (s storedTable) drawErrors(compute.Backend) *plots.Picture {
	bars := plots.Bars{Label: "mistakes in % of the test digits", Decimals: 2}
	inside, measured := 0, 0
	for _, l := range chapters.Must(s.report()).Lines {
		if l.Runs == 0 {
			continue
		}
		measured++
		if l.BookInBest {
			inside++
		}
		bars.Bars = append(bars.Bars, plots.Bar{Name: "row " + l.Row + ", book", Value: 100 - l.Book},
			plots.Bar{Name: "row " + l.Row + ", ours", Value: 100 - l.Best, Err: (l.BestInterval.High - l.BestInterval.Low) / 2})
	}
	return bars.Picture().Finding("The book's number lies inside the interval of ours in %d of %d rows.", inside, measured)
}

// shownEpochs are spread about evenly on a logarithmic axis.
var shownEpochs = []int{1, 2, 3, 4, 6, 8, 11, 15, 20, 28, 40, 60}

// maxCurves is the number of curves that can be told apart.
const maxCurves = 5

// drawCurves draws the mistakes on the validation digits over the epochs.
func (s storedTable) drawCurves(compute.Backend) *plots.Picture {
	c := plots.Curves{XLabel: "epoch", YLabel: "validation mistakes in %", LogX: true, LogY: true}
	var said []string
	for _, l := range chapters.Must(s.report()).Lines {
		if l.BestRun() == nil || len(c.Curves) == maxCurves {
			continue
		}
		curve := plots.Curve{Name: fmt.Sprintf("row %s, %s", l.Row, l.What)}
		for _, epoch := range append(slices.Clone(shownEpochs), l.Epochs) {
			if end := len(curve.X) - 1; end >= 0 && float64(epoch) <= curve.X[end] {
				continue // the last one is among them
			}
			var errors []float64
			for _, run := range l.Results() {
				if epoch <= len(run.Curve) {
					errors = append(errors, 100*float64(run.Curve[epoch-1].ValidationErrors)/float64(run.ValidationPictures))
				}
			}
			if len(errors) > 0 {
				curve.X, curve.Y = append(curve.X, float64(epoch)), append(curve.Y, stat.Mean(errors, nil))
			}
		}
		end := len(curve.Y) - 1
		said = append(said, fmt.Sprintf("row %s from %.2f to %.2f %%", l.Row, curve.Y[0], curve.Y[end]))
		c.Curves = append(c.Curves, curve)
	}
	return c.Picture().Finding("The mistakes on the validation digits fall: %s.", strings.Join(said, "; "))
}

// mistakesShown is the largest number of mistakes drawn; six in a row fit on a phone.
const mistakesShown, mistakesInARow = 36, 6

// drawMistakes draws test digits that the best network of a row takes for others.
func (s storedTable) drawMistakes(row string) *plots.Picture {
	predicted := chapters.Must(s.line(row).Predictions())
	test := chapters.Must(s.table.Test())
	wrong := train.Mistakes(test.Labels, predicted)
	t := plots.Tiles{Scale: plots.Ink, Side: 40, Unit: "ink"}
	for n, i := range wrong[:min(len(wrong), mistakesShown)] {
		if n%mistakesInARow == 0 {
			t.Images, t.Under = append(t.Images, nil), append(t.Under, nil)
		}
		at := len(t.Images) - 1
		t.Images[at] = append(t.Images[at], test.Plane(i))
		t.Under[at] = append(t.Under[at], fmt.Sprintf("%d → %d", test.Labels[i], predicted[i]))
	}
	return t.Picture().Finding("The network of row %s makes %d mistakes in %d test digits; %d are shown.", row, len(wrong), test.N, min(len(wrong), mistakesShown))
}

// kernels returns the kept kernels [out][in][row][column] of the n-th convolution of a
// row's first seed.
func (s storedTable) kernels(row string, n int) ([][][][]float64, error) {
	name := s.firstJob(row).String() + ".safetensors"
	content, err := fs.ReadFile(s.folder, name)
	if err != nil {
		return nil, fmt.Errorf("generalisation: the kept weights of row %s are missing: %w: `go run . table %s` makes them", row, err, row)
	}
	tensors, _, err := checkpoint.DecodeWeights(name, content)
	if err != nil {
		return nil, err
	}
	for _, t := range tensors { // in the order of their names, which begin with the layer's number
		if len(t.Shape) != 4 {
			continue
		}
		if n > 0 {
			n--
			continue
		}
		return unpacked(t)
	}
	return nil, fmt.Errorf("generalisation: %s has too few convolutions: delete it, and `go run . table %s`", name, row)
}

// unpacked turns [KH KW Cin Cout] into [Cout][Cin][KH][KW].
func unpacked(t checkpoint.Tensor) ([][][][]float64, error) {
	t, err := checkpoint.ConvToTorch(t)
	if err != nil {
		return nil, err
	}
	flat := t.Data.([]float32)
	all := make([][][][]float64, t.Shape[0])
	for o := range all {
		all[o] = make([][][]float64, t.Shape[1])
		for i := range all[o] {
			all[o][i] = make([][]float64, t.Shape[2])
			for r := range all[o][i] {
				for range t.Shape[3] {
					all[o][i][r] = append(all[o][i][r], float64(flat[0]))
					flat = flat[1:]
				}
			}
		}
	}
	return all, nil
}

// tilesInARow is the number of filters beside each other that fit on a phone.
const tilesInARow = 10

// filterTiles arranges planes in rows of ten.
func filterTiles(planes [][][]float64) plots.Tiles {
	t := plots.Tiles{Side: 26, Unit: "weight"}
	for i, plane := range planes {
		if i%tilesInARow == 0 {
			t.Images = append(t.Images, nil)
		}
		at := len(t.Images) - 1
		t.Images[at] = append(t.Images[at], plane)
	}
	return t
}

// drawFilters draws the filters of the first convolution of some rows.
func (s storedTable) drawFilters(rows []string) *plots.Picture {
	var all []*plots.Picture
	var said []string
	for _, row := range rows {
		filters := chapters.Must(s.kernels(row, 0))
		var planes [][][]float64
		for _, f := range filters {
			planes = append(planes, f[0])
		}
		t := filterTiles(planes)
		t.Title = "row " + row
		all = append(all, t.Picture())
		said = append(said, fmt.Sprintf("row %s %.2f", row, smoothness(planes)))
	}
	return plots.Below(all...).Finding("Neighbouring weights have become alike, which is 0 for the random ones at the start and 1 for equal ones: %s.", strings.Join(said, ", "))
}

// drawSecondFilters draws, of the second convolution of a row, the slice of each filter that
// looks at the input map with the largest weights.
func (s storedTable) drawSecondFilters(row string) *plots.Picture {
	filters := chapters.Must(s.kernels(row, 1))
	strongest, sum := 0, 0.0
	for in := range filters[0] {
		squares := 0.0
		for _, f := range filters {
			for _, line := range f[in] {
				for _, v := range line {
					squares += v * v
				}
			}
		}
		if squares > sum {
			strongest, sum = in, squares
		}
	}
	var planes [][][]float64
	for _, f := range filters {
		planes = append(planes, f[strongest])
	}
	t := filterTiles(planes)
	return t.Picture().Finding("Row %s: of the %d input maps, number %d has the largest weights; the root of the mean of their squares is %.2f.", row, len(filters[0]), strongest+1, math.Sqrt(sum/float64(25*len(filters))))
}

// smoothness measures how alike neighbouring weights are, one below or beside the other: the
// mean of their products as a share of the mean of the squares.
func smoothness(planes [][][]float64) float64 {
	var squares, products []float64
	for _, plane := range planes {
		for r, line := range plane {
			for c, v := range line {
				squares = append(squares, v*v)
				if c > 0 {
					products = append(products, v*line[c-1])
				}
				if r > 0 {
					products = append(products, v*plane[r-1][c])
				}
			}
		}
	}
	return stat.Mean(products, nil) / stat.Mean(squares, nil)
}
