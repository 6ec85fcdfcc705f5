package checkerboard

import (
	"fmt"
	"sync"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib/data"
	"cnnbook/plots"
)

func trainedFigures() []chapters.Figure {
	return []chapters.Figure{
		{
			ID: "05_20_drawn", Picture: drawDigits,
			Caption:   "Digits drawn from 16 numbers by six autoencoders (seed 1): one before training, stretched to the grey scale; three after it; and the mean of 500.",
			CaptionZH: "六个自编码器由 16 个数画出的数字（种子 1）：训练前一个（拉伸到灰度范围），训练后三个，以及 500 个的均值。",
		},
		{
			ID: "05_20_before", Picture: drawShares("before"),
			Caption:   "Before training: the share of the power with period 2 in what the networks draw of even areas, in %. Mean and standard deviation of three seeds.",
			CaptionZH: "训练前：网络由均匀区域画出的图像中，周期 2 的功率所占的百分比。三个种子的均值与标准差。",
		},
		{
			ID: "05_20_after", Picture: drawShares("after"),
			Caption:   "The same after training on 5,000 digits, in %, and the share with period 4, which the first of the two enlargements makes. The pattern of the transposed and the plain sub-pixel networks is far smaller than before (the axes are the same). ICNR, which began with none, has one now; only resizing still has none.",
			CaptionZH: "在 5,000 个数字上训练之后（百分比），以及由第一次放大产生的周期 4 的份额。转置卷积和普通子像素网络的棋盘效应大为减弱（与上图坐标轴相同）；起初没有棋盘效应的 ICNR 此时也出现了，只有先缩放的网络始终没有。",
		},
		{
			ID: "05_20_spectra", Picture: drawSpectra,
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

// drawnBefore keeps what trainedDigits returned: two figures need it.
var drawnBefore sync.Map

// trainedDigits returns what the trained network of an arm makes of the digits that
// the figures show.
func trainedDigits(backend compute.Backend, arm string, pictures *data.Images) [][][]float64 {
	key := backend.Name() + ": " + arm
	if planes, ok := drawnBefore.Load(key); ok {
		return planes.([][][]float64)
	}
	m := chapters.Must(Trained(backend, experimentID, arm))
	planes := planesOf(chapters.Must(m.Reconstruct(pictures)), pictures.H, pictures.W)
	drawnBefore.Store(key, planes)
	return planes
}

// realDigits returns the pictures as matrices.
func realDigits(pictures *data.Images) [][][]float64 {
	planes := make([][][]float64, pictures.N)
	for i := range planes {
		planes[i] = pictures.Plane(i)
	}
	return planes
}

// drawnRows are the test digits shown: 7, 2 and 0.
var drawnRows = []int{0, 1, 3}

func drawDigits(backend compute.Backend) *plots.Picture {
	pictures := chapters.Must(measuredDigits())
	tiles := plots.Tiles{Rows: []string{"before", "after", "after", "after", "mean"}, Scale: plots.Ink}
	finding := ""
	column := func(name string, before [][]float64, planes [][][]float64) {
		_, share := chapters.Must2(digitShares(planes))
		tiles.Columns = append(tiles.Columns, name)
		finding += fmt.Sprintf(" %s %.5f %%;", name, 100*share)
		shown := [][][]float64{grid.Stretched(before)}
		for _, i := range drawnRows {
			shown = append(shown, grid.Clipped(planes[i], 0, 1))
		}
		shown = append(shown, grid.Clipped(grid.Mean(planes), 0, 1))
		for row, picture := range shown {
			if len(tiles.Images) <= row {
				tiles.Images = append(tiles.Images, nil)
			}
			tiles.Images[row] = append(tiles.Images[row], picture)
		}
	}
	planes := realDigits(pictures)
	column("real", planes[0], planes)
	for _, way := range enlargers() {
		before := chapters.Must(drawnUntrained(backend, autoencoder(way), planes[0]))
		column(way.label, before, trainedDigits(backend, way.name, pictures))
	}
	return tiles.Picture().Finding("Share of the power of the mean digit at frequency ½:%s after training the eye hardly sees a pattern, but the transposed and the sub-pixel networks have more of it than real digits, the resizing ones less.", finding)
}

// drawShares draws the measures "even area" and, after training, "period 4" of all
// arms, with the deviation over the seeds.
func drawShares(when string) func(compute.Backend) *plots.Picture {
	return func(compute.Backend) *plots.Picture {
		bars := plots.Bars{Label: "share of the power in %, " + when + " training", Decimals: 2}
		finding := ""
		periods := []struct{ label, value string }{{"period 2", "even area "}, {"period 4", "period 4 "}}
		if when == "before" {
			periods = periods[:1]
		}
		for _, way := range enlargers() {
			before := measuredShare(way.name, "even area before")
			bars.High = max(bars.High, before.Mean+before.SD) // before and after are compared: one scale
			for _, period := range periods {
				share := measuredShare(way.name, period.value+when)
				bars.Bars = append(bars.Bars, plots.Bar{Name: way.name + ", " + period.label, Value: share.Mean, Err: share.SD})
				finding += fmt.Sprintf(" %s, %s, %v;", way.name, period.label, share)
			}
		}
		return bars.Picture().Finding("Per cent of the power %s training:%s resizing has none.", when, finding)
	}
}

// drawSpectra adds up the power over the rows' frequencies.
func drawSpectra(backend compute.Backend) *plots.Picture {
	pictures := chapters.Must(measuredDigits())
	c := plots.Curves{XLabel: "frequency in cycles per cell", YLabel: "share of the power", LogY: true}
	finding, real := "", 0.0 // of the real digits at frequency ½
	add := func(name string, planes [][][]float64) {
		power := chapters.Must(Spectrum(grid.Mean(planes)))
		w := len(power[0])
		curve := plots.Curve{Name: name}
		for v := 1; v <= w/2; v++ {
			share := shareOf(power, func(_, at int) bool { return at == v || at == w-v }, allButMean)
			curve.X, curve.Y = append(curve.X, float64(v)/float64(w)), append(curve.Y, share)
		}
		if at := curve.Y[w/2-1]; len(c.Curves) == 0 {
			real = at
		} else {
			finding += fmt.Sprintf(" %s %.2g times;", name, at/real)
		}
		c.Curves = append(c.Curves, curve)
	}
	add("real digits", realDigits(pictures))
	for _, arm := range []string{transposedThree, transposedFour, subPixel, nearestResize} {
		add(arm, trainedDigits(backend, arm, pictures))
	}
	return c.Picture().Finding("At frequency ½ the mean digit has, of the power that real digits have there:%s the axis is logarithmic.", finding)
}
