package checkerboard

import (
	"fmt"
	"slices"
	"sync"

	"cnnbook/cnnlib/lower"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/random"
	"cnnbook/plots"
)

func checkerboardMeasuredFigures() []chapters.Figure {
	return []chapters.Figure{
		{
			ID: "05_20_drawn", Picture: drawnDigitsFigure,
			Caption:   "Digits drawn from 16 numbers by six autoencoders (seed 1): one before training, stretched to the grey scale; three after it; and the mean of 500.",
			CaptionZH: "六个自编码器由 16 个数画出的数字（种子 1）：训练前一个（拉伸到灰度范围），训练后三个，以及 500 个的均值。",
		},
		{
			ID: "05_20_before", Picture: artifactBars("before"),
			Caption:   "Before training: the share of the power with period 2 in what the networks draw of even areas, in %. Mean and standard deviation of three seeds.",
			CaptionZH: "训练前：网络由均匀区域画出的图像中，周期 2 的功率所占的百分比。三个种子的均值与标准差。",
		},
		{
			ID: "05_20_after", Picture: artifactBars("after"),
			Caption:   "The same after training on 5,000 digits, in %, and the share with period 4, which the first of the two enlargements makes. The pattern of the transposed and the plain sub-pixel networks is far smaller than before (the axes are the same). ICNR, which began with none, has one now; only resizing still has none.",
			CaptionZH: "在 5,000 个数字上训练之后（百分比），以及由第一次放大产生的周期 4 的份额。转置卷积和普通子像素网络的棋盘效应大为减弱（与上图坐标轴相同）；起初没有棋盘效应的 ICNR 此时也出现了，只有先缩放的网络始终没有。",
		},
		{
			ID: "05_20_spectra", Picture: meanDigitSpectraFigure,
			Caption:   "The spectrum of the mean digit (seed 1), by frequency from column to column. At ½ the transposed and sub-pixel networks lie well above the real digits; repeating cells leaves next to nothing there.",
			CaptionZH: "平均数字（种子 1）沿列方向的频谱。在 ½ 处，转置卷积和子像素网络明显高于真实数字；重复像素的网络在此几乎为零。",
		},
	}
}

// digitsShown is how many digits the figures average: enough to blur the strokes.
const digitsShown = 500

// measuredDigits are the first of the test digits on which the experiment measures.
func measuredDigits() (*data.Images, error) {
	test, err := data.MNISTTest()
	if err != nil {
		return nil, err
	}
	return test.Slice(0, digitsShown)
}

// meanOfPlanes returns the mean of pictures of one size.
func meanOfPlanes(pictures [][][]float64) [][]float64 {
	sum := grid.Zeros(len(pictures[0]), len(pictures[0][0]))
	for _, p := range pictures {
		sum = plusTimes(sum, p, 1/float64(len(pictures)))
	}
	return sum
}

// drawnOnce keeps what drawnDigitPlanes returned: two figures need it.
var drawnOnce sync.Map

// drawnDigitPlanes returns what the trained network of an arm makes of the digits that
// the figures show.
func drawnDigitPlanes(b compute.Backend, arm string, pictures *data.Images) [][][]float64 {
	key := b.Name() + ": " + arm
	if planes, ok := drawnOnce.Load(key); ok {
		return planes.([][][]float64)
	}
	m := chapters.Must(TrainedAutoencoder(b, Results(), arm))
	values := chapters.Must(m.Reconstruct(pictures))
	planes := make([][][]float64, len(values))
	for i, v := range values {
		planes[i] = rowsToPlane(v, pictures.H, pictures.W)
	}
	drawnOnce.Store(key, planes)
	return planes
}

// drawnUntrained returns what an autoencoder makes of a digit before it is trained with
// the seed 1: its variables stand where package train puts them.
func drawnUntrained(b compute.Backend, net cnnlib.Layer, digit [][]float64) (plane [][]float64, err error) {
	x, err := cnnlib.FromMatrix(digit)
	if err != nil {
		return nil, err
	}
	err = lower.Guard("running "+net.String(), func() error {
		store := model.NewStore()
		random.SetSeed(store, 1)
		y, err := model.CallOnce(b, store, func(s *model.Scope, x *graph.Node) *graph.Node { return net.Build(s.At("net"), x) }, x)
		if err != nil {
			return err
		}
		plane, err = cnnlib.ToMatrix(y, 0)
		return err
	})
	return plane, err
}

// realDigitPlanes returns the pictures as matrices.
func realDigitPlanes(pictures *data.Images) [][][]float64 {
	planes := make([][][]float64, pictures.N)
	for i := range planes {
		planes[i] = pictures.Plane(i)
	}
	return planes
}

// clippedToGrey limits numbers to 0 to 1, as a screen does.
func clippedToGrey(m [][]float64) [][]float64 {
	out := grid.Zeros(len(m), len(m[0]))
	for i, row := range m {
		for j, v := range row {
			out[i][j] = min(1, max(0, v))
		}
	}
	return out
}

// stretchedToGrey maps the smallest number to 0 and the largest to 1.
func stretchedToGrey(m [][]float64) [][]float64 {
	low, high := m[0][0], m[0][0]
	for _, row := range m {
		low, high = min(low, slices.Min(row)), max(high, slices.Max(row))
	}
	out := grid.Zeros(len(m), len(m[0]))
	for i, row := range m {
		for j, v := range row {
			if high > low {
				out[i][j] = (v - low) / (high - low)
			}
		}
	}
	return out
}

// drawnRows are the test digits shown: 7, 2 and 0.
var drawnRows = []int{0, 1, 3}

func drawnDigitsFigure(b compute.Backend) *plots.Picture {
	pictures := chapters.Must(measuredDigits())
	tiles := plots.Tiles{Rows: []string{"before", "after", "after", "after", "mean"}, Columns: append([]string{"real"}, armLabels...), Scale: plots.Ink}
	finding := ""
	column := func(name string, before [][]float64, planes [][][]float64) error {
		_, share, err := digitShares(planes)
		if err != nil {
			return err
		}
		finding += fmt.Sprintf(" %s %.5f %%;", name, 100*share)
		shown := [][][]float64{stretchedToGrey(before)}
		for _, i := range drawnRows {
			shown = append(shown, clippedToGrey(planes[i]))
		}
		shown = append(shown, clippedToGrey(meanOfPlanes(planes)))
		for row, picture := range shown {
			if len(tiles.Images) <= row {
				tiles.Images = append(tiles.Images, nil)
			}
			tiles.Images[row] = append(tiles.Images[row], picture)
		}
		return nil
	}
	planes := realDigitPlanes(pictures)
	chapters.OK(column("real", planes[0], planes))
	for i, way := range enlargers() {
		before := chapters.Must(drawnUntrained(b, autoencoder(way), planes[0]))
		drawn := drawnDigitPlanes(b, way.name, pictures)
		chapters.OK(column(armLabels[i], before, drawn))
	}
	return tiles.Picture().Finding("Share of the power of the mean digit at frequency ½:%s after training the eye hardly sees a pattern, but the transposed and the sub-pixel networks have more of it than real digits, the resizing ones less.", finding)
}

// artifactBars draws the measures "even area" and, after training, "period 4" of all
// arms, with the deviation over the seeds.
func artifactBars(when string) func(compute.Backend) *plots.Picture {
	return func(compute.Backend) *plots.Picture {
		m := chapters.Must(Measured(checkerboardID))
		bars := plots.Bars{Label: "share of the power in %, " + when + " training", Decimals: 2}
		finding := ""
		periods := []struct{ label, value string }{{"period 2", "even area "}, {"period 4", "period 4 "}}
		if when == "before" {
			periods = periods[:1]
		}
		for _, way := range enlargers() {
			mean, sd, _ := chapters.Must3(m.Mean(way.name, "even area before"))
			bars.High = max(bars.High, 100*(mean+sd)) // before and after are compared: one scale
			for _, period := range periods {
				mean, sd, n := chapters.Must3(m.Mean(way.name, period.value+when))
				bars.Bars = append(bars.Bars, plots.Bar{Name: way.name + ", " + period.label, Value: 100 * mean, Err: 100 * sd})
				finding += fmt.Sprintf(" %s, %s, %.2f ± %.2f (n = %d);", way.name, period.label, 100*mean, 100*sd, n)
			}
		}
		return bars.Picture().Finding("Per cent of the power %s training:%s resizing has none.", when, finding)
	}
}

// meanDigitSpectraFigure adds up the power over the rows' frequencies.
func meanDigitSpectraFigure(b compute.Backend) *plots.Picture {
	pictures := chapters.Must(measuredDigits())
	c := plots.Curves{XLabel: "frequency in cycles per cell", YLabel: "share of the power", LogY: true}
	finding, real := "", 0.0 // of the real digits at frequency ½
	add := func(name string, planes [][][]float64) error {
		power, err := Spectrum(meanOfPlanes(planes))
		if err != nil {
			return err
		}
		w := len(power[0])
		curve := plots.Curve{Name: name}
		for v := 1; v <= w/2; v++ {
			share := shareAt(power, func(_, at int) bool { return at == v || at == w-v }, func(u, v int) bool { return u+v > 0 })
			curve.X, curve.Y = append(curve.X, float64(v)/float64(w)), append(curve.Y, share)
		}
		if at := curve.Y[w/2-1]; len(c.Curves) == 0 {
			real = at
		} else {
			finding += fmt.Sprintf(" %s %.2g times;", name, at/real)
		}
		c.Curves = append(c.Curves, curve)
		return nil
	}
	chapters.OK(add("real digits", realDigitPlanes(pictures)))
	for _, arm := range []string{"transposed k3 s2", "transposed k4 s2", "sub-pixel", "nearest + conv"} {
		drawn := drawnDigitPlanes(b, arm, pictures)
		chapters.OK(add(arm, drawn))
	}
	return c.Picture().Finding("At frequency ½ the mean digit has, of the power that real digits have there:%s the axis is logarithmic.", finding)
}
