package separable

import (
	"fmt"
	"math"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
	"cnnbook/plots"
)

func figures() []chapters.Figure {
	return []chapters.Figure{
		{
			ID: "05_11_sum", Picture: sumFigure,
			Caption:   "One kernel of 2×2×4 over four maps: each channel has its slice of the kernel and gives a map of its own; the standard convolution adds the four maps. A depthwise convolution stops before the sum.",
			CaptionZH: "一个 2×2×4 的卷积核作用于四个特征图：每个通道各有一片 2×2 的权重，各得一个图；标准卷积再把四个图相加。逐通道卷积则停在相加之前。",
		},
		{
			ID: "05_11_steps", Picture: stepsFigure,
			Caption:   "4 maps become 9, as in the book's picture. Above, the standard way: 9 kernels, each as deep as the input. Below, the two steps: a 3×3 kernel for each map, then 9 kernels of 1×1×4. Hatched: what one number of the next volume is made of.",
			CaptionZH: "与书中插图一样，4 个特征图变为 9 个。上：标准卷积，9 个卷积核，深度都与输入相同。下：分两步，先每个特征图一个 3×3 卷积核，再用 9 个 1×1×4 的卷积核。阴影：后一个体积中的一个数由哪些数算出。",
		},
		{
			ID: "05_11_weights", Picture: weightsFigure,
			Caption:   "The weights of both ways, 3 → 256 channels, 3×3, without biases. Nearly all of the 795 are in the 1×1 step.",
			CaptionZH: "两种做法的权重个数（3 → 256 通道，3×3，不计偏置）。795 个权重几乎全在 1×1 那一步。",
		},
		{
			ID: "05_11_ratio", Picture: ratioFigure,
			Caption:   "Weights of the separable layer as a share of the standard one's: 1/Cout + 1/k². Many output channels bring 3×3 near 1/9 = 0.111; the example with 256 has 0.115.",
			CaptionZH: "可分离卷积的权重占标准卷积的比例：1/Cout + 1/k²。输出通道很多时，3×3 接近 1/9 = 0.111；书中 256 通道的例子为 0.115。",
		},
		{
			ID: "05_11_budget", Picture: budgetFigure,
			Caption:   "Handwritten digits, 10,000 to train on, small networks with the same numbers of parameters: mean of four trainings with different seeds; the error bars show the standard deviation.",
			CaptionZH: "手写数字识别，10,000 张训练图，参数量相同的小网络：四个随机种子的平均值，误差线为标准差。",
		},
		{
			ID: "05_11_kernels", Picture: kernelsFigure,
			Caption:   "What the first depthwise layer of one of these networks has learned for digits: one 3×3 kernel for each channel, which sees no other channel.",
			CaptionZH: "其中一个网络的第一个逐通道卷积层学到的卷积核：每个通道一个 3×3 的核，看不到其他通道。",
		},
		{
			ID: "05_11_xception", Picture: xceptionFigure,
			Caption:   "The two networks of the section for pictures of 299×299, built from their layers: about as many parameters, and Xception multiplies more.",
			CaptionZH: "按各层搭建的两个网络（输入 299×299）：参数量相近，而 Xception 的乘加次数更多。",
		},
	}
}

// sumMaps and sumKernel are the four maps and the 2×2×4 kernel of sumFigure,
// small enough to add up in the head.
var (
	sumMaps = [][][]float64{
		{{1, 2, 0}, {0, 1, 3}, {2, 1, 1}},
		{{3, 0, 1}, {1, 2, 0}, {0, 1, 2}},
		{{0, 1, 1}, {2, 0, 1}, {1, 3, 0}},
		{{2, 1, 0}, {1, 1, 2}, {0, 2, 1}},
	}
	sumKernel = [][][]float64{
		{{1, 0}, {0, 2}},
		{{0, 1}, {1, 0}},
		{{-1, 1}, {0, 1}},
		{{2, 0}, {0, -1}},
	}
)

// ChannelSums slides a kernel [channel][KH][KW] over maps [channel][H][W] on the backend:
// each channel on its own, as a depthwise convolution does, and all together, as a standard
// one does. parts are [channel][OH][OW], their sum is [OH][OW]. The numbers must be integers
// on which float32 is exact: it is an error if the sum is not that of the parts.
func ChannelSums(backend compute.Backend, maps, kernel [][][]float64) (parts [][][]float64, sum [][]float64, err error) {
	parts, err = cnnlib.RunPlanes(backend, cnnlib.DepthwiseConv2D{NoBias: true, Weights: cnnlib.Filters(kernel...)}, maps...)
	if err != nil {
		return nil, nil, err
	}
	whole, err := cnnlib.RunPlanes(backend, cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filter(kernel...)}, maps...)
	if err != nil {
		return nil, nil, err
	}
	if !ref.EqualWithin(whole[0], grid.Added(parts...), 0) {
		return nil, nil, fmt.Errorf("separable: the convolution gives %v, the sum of its channels is %v: want small integers, on which float32 is exact", whole[0], grid.Added(parts...))
	}
	return parts, whole[0], nil
}

func sumFigure(backend compute.Backend) *plots.Picture {
	parts, sum := chapters.Must2(ChannelSums(backend, sumMaps, sumKernel))
	window := []plots.Window{{Rows: 2, Cols: 2}}
	// One scale for the maps, one for the kernel, and one for parts and sum, so that
	// the same number has the same colour.
	of := func(largest float64) plots.Scale { return plots.Scale{Low: -largest, High: largest} }
	const inMaps, inKernel, inSum = 3, 2, 12
	var rows []*plots.Picture
	terms := ""
	for c, part := range parts {
		title := func(text string) string {
			if c > 0 {
				return ""
			}
			return text
		}
		rows = append(rows, plots.Equation{
			Terms: []plots.Matrix{
				{Values: sumMaps[c], Title: title("map"), Scale: of(inMaps), Windows: window, HideSize: true},
				{Values: sumKernel[c], Title: title("kernel slice"), Scale: of(inKernel), HideSize: true},
				{Values: part, Title: title("its part"), Scale: of(inSum), Windows: []plots.Window{{}}, HideSize: true},
			},
			Operators: []string{"*", "="},
		}.Picture())
		if c > 0 {
			terms += " + "
		}
		terms += chapters.FormatNumber(part[0][0])
	}
	rows = append(rows, plots.Matrix{Values: sum, Title: "sum: " + terms + " = " + chapters.FormatNumber(sum[0][0]), Scale: of(inSum), Windows: []plots.Window{{}}, HideSize: true}.Picture())
	return plots.Below(rows...).Finding("The top left cells of the four parts add up to the one of the standard convolution: %s = %s.", terms, chapters.FormatNumber(sum[0][0]))
}

// The picture of the section has 4 maps that become 9.
const mapsBefore, mapsAfter = 4, 9

func stepsFigure(compute.Backend) *plots.Picture {
	const side = 8 // of the maps in the picture; padding keeps it
	in := cnnlib.Shape{side, side, mapsBefore}
	window, cell := plots.Cuboid{Row: 2, Col: 2, H: 3, W: 3}, plots.Cuboid{Row: 3, Col: 3, H: 1, W: 1}
	// last keeps one channel of a cuboid, the one in front.
	last := func(c plots.Cuboid, channels int) *plots.Cuboid { c.Channel, c.C = channels-1, 1; return &c }
	input := plots.Volume{H: side, W: side, C: mapsBefore, Name: "input", Role: plots.RoleInput, Planes: true}
	output := plots.Volume{H: side, W: side, C: mapsAfter, Name: "output", Role: plots.RoleOutput, Planes: true, Window: last(cell, mapsAfter)}

	whole, eachMap := input, input
	whole.Window, eachMap.Window = &window, last(window, mapsBefore)
	atOnce, afterwards := output, output
	atOnce.Before, afterwards.Before = fmt.Sprintf("%d kernels 3×3×%d", mapsAfter, mapsBefore), fmt.Sprintf("%d kernels 1×1×%d", mapsAfter, mapsBefore)
	middle := plots.Volume{H: side, W: side, C: mapsBefore, Name: "after depthwise", Planes: true, Before: fmt.Sprintf("%d kernels 3×3×1", mapsBefore), Window: &cell}

	standard := cnnlib.Conv2D{Channels: mapsAfter, Kernel: 3, Padding: cnnlib.Same, NoBias: true}
	separable := cnnlib.SeparableConv2D{Channels: mapsAfter, Kernel: 3, Padding: cnnlib.Same, NoBias: true}
	return plots.Below(
		plots.Volumes{Title: "standard convolution", Volumes: []plots.Volume{whole, atOnce}}.Picture(),
		plots.Volumes{Title: "depthwise separable convolution", Volumes: []plots.Volume{eachMap, middle, afterwards}}.Picture(),
	).Finding("From %d maps to %d the standard layer has %d weights, the two steps together have %d.", mapsBefore, mapsAfter, standard.Params(in), separable.Params(in))
}

func weightsFigure(compute.Backend) *plots.Picture {
	standard, depthwise, pointwise := wideStandard.Params(wideInput), wideDepthwise.Params(wideInput), widePointwise.Params(wideInput)
	return plots.Bars{Label: "weights", Bars: []plots.Bar{
		{Name: "standard 3×3", Value: float64(standard)},
		{Name: "separable", Value: float64(depthwise + pointwise)},
		{Name: "– depthwise 3×3", Value: float64(depthwise)},
		{Name: "– pointwise 1×1", Value: float64(pointwise)},
	}}.Picture().Finding("%d weights against %d + %d = %d, a factor of %.2f.", standard, depthwise, pointwise, depthwise+pointwise, float64(standard)/float64(depthwise+pointwise))
}

// ratioFigure draws what share of a standard layer's weights the separable one has, counted
// from the layers, over the number of output channels.
func ratioFigure(compute.Backend) *plots.Picture {
	in := cnnlib.Shape{8, 8, 3} // cancels out
	c := plots.Curves{XLabel: "output channels", YLabel: "weights, separable : standard", LogX: true, FromZero: true}
	last := ""
	for _, k := range []int{2, 3, 5, 7} {
		curve := plots.Curve{Name: fmt.Sprintf("%d×%d kernel", k, k)}
		for _, out := range []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000} {
			share := shareOf(in, k, out)
			curve.X, curve.Y = append(curve.X, float64(out)), append(curve.Y, share)
			if out == 256 && k == 3 {
				last = fmt.Sprintf("%.3f", share)
			}
		}
		c.Curves = append(c.Curves, curve)
	}
	// Above this line the separable layer has more weights.
	c.Curves = append(c.Curves, plots.Curve{Name: "equal", X: []float64{1, 1000}, Y: []float64{1, 1}})
	return c.Picture().Finding("With 3×3 kernels and 256 output channels the separable layer has %s of the weights; with one output channel each kernel size costs more than the standard layer.", last)
}

// shareOf counts the weights of both layers.
func shareOf(in cnnlib.Shape, k, out int) float64 {
	separable := cnnlib.SeparableConv2D{Channels: out, Kernel: k, Padding: cnnlib.Same, NoBias: true}.Params(in)
	standard := cnnlib.Conv2D{Channels: out, Kernel: k, Padding: cnnlib.Same, NoBias: true}.Params(in)
	return float64(separable) / float64(standard)
}

func budgetFigure(compute.Backend) *plots.Picture {
	m := chapters.Must(Measured(budgetID))
	c := plots.Curves{XLabel: "parameters of the network", YLabel: "test accuracy in %"}
	finding, seeds := "", 0
	for _, separable := range []bool{true, false} {
		curve := plots.Curve{Name: kindName(separable)}
		for i, budget := range budgets {
			right := chapters.Must(m.Estimate(armName(separable, budget), "test accuracy")).Times(100)
			net, _ := BudgetNet(separable, budget)
			curve.X = append(curve.X, float64(net.Params(digitShape)))
			curve.Y, curve.Err = append(curve.Y, right.Mean), append(curve.Err, right.SD)
			seeds = right.N
			if i == 0 {
				finding += fmt.Sprintf("With about %d parameters the %s networks recognise %.1f %% of the test digits. ", budget, kindName(separable), right.Mean)
			}
		}
		c.Curves = append(c.Curves, curve)
	}
	return c.Picture().Finding("%sMean of %d trainings each.", finding, seeds)
}

func kernelsFigure(backend compute.Backend) *plots.Picture {
	m := chapters.Must(Trained(backend, budgetID, armName(true, keptBudget)))
	weights := chapters.Must(m.Weights())
	w, ok := weights["1/depthwise/weights"].Value().([][][][]float32) // [3 3 1 channels]
	if !ok {
		panic(chapters.Failure(fmt.Errorf("separable: the depthwise weights are %v, want four axes of float32", weights["1/depthwise/weights"].Shape())))
	}
	const perRow = 8
	tiles := plots.Tiles{Side: 36, Unit: "weight"}
	largest, channels := 0.0, len(w[0][0][0])
	for c := range channels {
		kernel := grid.Zeros(len(w), len(w[0]))
		for i := range kernel {
			for j := range kernel[i] {
				kernel[i][j] = float64(w[i][j][0][c])
				largest = max(largest, math.Abs(kernel[i][j]))
			}
		}
		if c%perRow == 0 {
			tiles.Images = append(tiles.Images, nil)
		}
		row := &tiles.Images[len(tiles.Images)-1]
		*row = append(*row, kernel)
	}
	bound := math.Ceil(largest)
	tiles.Scale = plots.Scale{Low: -bound, High: bound}
	return tiles.Picture().Finding("%d kernels of 3×3, one for each channel; the largest weight has the size %.2f.", channels, largest)
}

func xceptionFigure(compute.Backend) *plots.Picture {
	x, v3 := Xception(), InceptionV3()
	bars := func(label string, unit float64, count func(cnnlib.Layer, cnnlib.Shape) int) *plots.Picture {
		return plots.Bars{Label: label, Bars: []plots.Bar{
			{Name: "Inception V3", Value: float64(count(v3, PictureShape)) / unit},
			{Name: "Xception", Value: float64(count(x, PictureShape)) / unit},
		}}.Picture()
	}
	const million, billion = 1e6, 1e9
	return plots.Below(bars("parameters in millions", million, cnnlib.Layer.Params), bars("multiplications for a picture, in billions", billion, cnnlib.Layer.MACs)).Finding("Xception has %.1f %% fewer parameters than Inception V3, and %.0f %% more multiplications.", 100*(1-float64(x.Params(PictureShape))/float64(v3.Params(PictureShape))), 100*(float64(x.MACs(PictureShape))/float64(v3.MACs(PictureShape))-1))
}
