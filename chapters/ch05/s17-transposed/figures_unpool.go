package transposed

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/book"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/plots"
)

// unpoolFigures draw unpooling, and what a trained network looks at.
func unpoolFigures() []chapters.Figure {
	return []chapters.Figure{
		{
			ID: "05_17_unpool", Picture: unpoolFigure,
			Caption:   "Pooling that records its places, unpooling to these places, and a 3×3 convolution that fills the rest (a tent, weights that add up to 4).",
			CaptionZH: "记录位置的池化、按位置反池化，再用 3×3 卷积（帐篷形核，权重之和为 4）填满其余像素。",
		},
		{
			ID: "05_17_chain", Picture: chainFigure,
			Caption:   "A digit pooled twice and taken back twice: each unpooling leaves three of four cells empty, each convolution fills them. The small picture keeps no positions; the recorded places bring them back.",
			CaptionZH: "一个数字经两次池化、再两次返回：每次反池化都有四分之三的像素是空的，随后的卷积把它们填满。缩小的图像本身不含位置信息，靠记录的位置恢复。",
		},
		{
			ID: "05_17_projections", Picture: projectionsFigure,
			Caption:   "What a trained network's feature maps answer to (after Zeiler and Fergus 2013): the strongest answer of six maps of the second convolution, taken back to the pixels by unpooling, ReLU and transposed convolution.",
			CaptionZH: "训练好的网络的特征图对什么有响应（方法见 Zeiler 与 Fergus 2013）：第二个卷积层六个特征图的最强响应，经反池化、ReLU 和转置卷积反投影回像素。",
		},
		{
			ID: "05_17_places", Picture: placesFigure,
			Caption:   "How much a projection looks like the pixels that caused it (correlation inside the receptive field, mean over 16 maps): with the recorded places of the pooling and without them.",
			CaptionZH: "反投影与引起响应的像素有多像（感受野内的相关系数，对 16 个特征图取平均）：使用与不使用池化时记录的位置。",
		},
	}
}

// tent spreads a value over its neighbours. Of four cells one holds a value behind
// an unpooling, so weights that add up to 4 keep the mean.
var tent = [][]float64{{0.25, 0.5, 0.25}, {0.5, 1, 0.5}, {0.25, 0.5, 0.25}}

func unpoolFigure(backend compute.Backend) *plots.Picture {
	image := grid.Zeros(4, 4) // small enough for a telephone; a part with the largest values in different corners
	for i := range image {
		copy(image[i], book.GreyImage[i][1:])
	}
	u := poolAndBack(backend, image, 2)
	filled := crossCorrelate(backend, u.back, tent, cnnlib.Same)
	var boxes []plots.Window
	for _, place := range grid.Flat(u.places) {
		boxes = append(boxes, plots.Window{Row: int(place) / len(image[0]), Col: int(place) % len(image[0])})
	}
	grey := plots.Scale{Palette: plots.Grey, Low: 0, High: 9}
	cells := len(grid.Flat(u.back))
	return plots.Equation{
		Terms: []plots.Matrix{
			{Values: image, Title: "picture", Scale: grey, Windows: boxes},
			{Values: u.pooled, Title: "pooled", Scale: grey},
			{Values: u.back, Title: "unpooled", Scale: grey, Windows: boxes},
			{Values: filled, Title: "convolved", Decimals: 1},
		},
		Operators: []string{"→", "→", "→"},
	}.Picture().Finding("Unpooling leaves %d of %d cells at 0 (%.0f %%); the convolution behind it leaves %d.", countZeros(u.back), cells, 100*float64(countZeros(u.back))/float64(cells), countZeros(filled))
}

// emptyShare is the share of the cells that no value was put back to.
func emptyShare(places [][]float64, cells int) float64 {
	all := grid.Flat(places)
	slices.Sort(all)
	return 1 - float64(len(slices.Compact(all)))/float64(cells)
}

// chainDigits have thin and thick strokes.
var chainDigits = []uint8{4, 3}

func chainFigure(backend compute.Backend) *plots.Picture {
	images := chapters.Must(chapters.Must(data.MNISTTest()).First(chainDigits...))
	t := plots.Tiles{
		Columns: []string{"28×28", "pooled", "pooled", "unpooled", "filtered", "unpooled", "filtered"},
		Scale:   plots.Ink, Unit: "grey level; the largest of each picture is 1",
	}
	finding := ""
	for i, digit := range images {
		chain, empty := downAndUp(backend, digit)
		finding = fmt.Sprintf("From 28×28 to 14×14 and 7×7, and back: the first unpooling leaves %.0f %% of the cells without a value, the second %.0f %%; the convolutions behind them fill these, and the strokes are back where they were.",
			100*empty[0], 100*empty[1])
		row := make([][][]float64, len(chain))
		for j, m := range chain {
			row[j] = toOne(m)
		}
		t.Rows = append(t.Rows, fmt.Sprint(chainDigits[i]))
		t.Images = append(t.Images, row)
	}
	return t.Picture().Finding("%s", finding)
}

// downAndUp pools a picture twice by 2×2 and takes it back twice. It returns the
// seven pictures on the way, and the shares of the cells that each unpooling left
// without a value.
func downAndUp(backend compute.Backend, picture [][]float64) (chain [][][]float64, empty [2]float64) {
	outer := poolAndBack(backend, picture, 2)
	inner := poolAndBack(backend, outer.pooled, 2)
	middle := crossCorrelate(backend, inner.back, tent, cnnlib.Same)
	back := unpoolTo(backend, middle, outer.places, len(picture), len(picture[0]))
	last := crossCorrelate(backend, back, tent, cnnlib.Same)
	empty = [2]float64{emptyShare(inner.places, len(grid.Flat(inner.back))), emptyShare(outer.places, len(grid.Flat(back)))}
	return [][][]float64{picture, outer.pooled, inner.pooled, inner.back, middle, back, last}, empty
}

// projectionsFigure shows the six maps with the largest answers.
func projectionsFigure(backend compute.Backend) *plots.Picture {
	const shown = 6
	test := chapters.Must(data.MNISTTest())
	m := chapters.Must(Trained(backend, experimentID, armName))
	answers := chapters.Must(strongestAnswers(m, test))
	slices.SortStableFunc(answers, func(a, b projection) int { return cmp.Compare(b.answer, a.answer) }) // equal answers stay in the order of the maps
	answers = answers[:min(shown, len(answers))]
	seen := plots.Tiles{Columns: []string{"digit", "map's field"}, Scale: plots.Ink, Side: digitTile}
	taken := plots.Tiles{Columns: []string{"with places", "without"}, Scale: plots.Scale{Low: -1, High: 1}, Side: digitTile, Unit: "projection; its largest value is 1"}
	finding := "Correlation of projection and pixels, with the recorded places and without:"
	for _, p := range answers {
		seen.Rows = append(seen.Rows, fmt.Sprintf("map %d", p.channel))
		seen.Images = append(seen.Images, [][][]float64{p.image, p.cut(p.image)})
		taken.Images = append(taken.Images, [][][]float64{toOne(p.cut(p.pixels)), toOne(p.cut(p.unplaced))})
		finding += fmt.Sprintf(" map %d %s and %s;", p.channel, plots.Number(p.likeness(p.pixels), 2), plots.Number(p.likeness(p.unplaced), 2))
	}
	return plots.Beside(seen.Picture(), taken.Picture()).Finding("%s with places the strokes come back.", finding)
}

// toOne divides by the largest value without its sign; a plane of zeros stays one.
func toOne(plane [][]float64) [][]float64 {
	largest := 0.0
	for _, v := range grid.Flat(plane) {
		largest = max(largest, v, -v)
	}
	out := grid.Zeros(len(plane), len(plane[0]))
	for i, row := range plane {
		for j, v := range row {
			if largest > 0 {
				out[i][j] = v / largest
			}
		}
	}
	return out
}

func placesFigure(compute.Backend) *plots.Picture {
	m := chapters.Must(Measured(experimentID))
	with := chapters.Must(m.Estimate(armName, "correlation with places"))
	without := chapters.Must(m.Estimate(armName, "correlation without places"))
	return plots.Bars{
		Label: fmt.Sprintf("correlation; mean and standard deviation of %d trainings", with.N), Decimals: 2,
		Bars: []plots.Bar{{Name: "recorded places", Value: with.Mean, Err: with.SD}, {Name: "first cell of each window", Value: without.Mean, Err: without.SD}},
	}.Picture().Finding("With the recorded places the correlation is %.2f, without them %.2f.", with.Mean, without.Mean)
}
