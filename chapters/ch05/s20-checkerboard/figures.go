package checkerboard

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"cnnbook/cnnlib/lower"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/random"
	"cnnbook/plots"
)

func checkerboardFigures() []chapters.Figure {
	return []chapters.Figure{
		{
			ID: "05_20_wiring", Picture: stampWiringFigure,
			Caption:   "Four inputs stamp a kernel of 3 with stride 2: inside, the outputs get 1 and 2 inputs in turn.",
			CaptionZH: "四个输入以步长 2 叠加大小为 3 的卷积核：在内部，输出依次得到 1 个和 2 个输入。",
		},
		{
			ID: "05_20_overlap", Picture: stampTableFigure,
			Caption:   "How many of four inputs add to each output, for kernel sizes k and strides s: even inside exactly where s divides k.",
			CaptionZH: "四个输入、卷积核大小 k、步长 s 时每个输出叠加的输入个数：当且仅当 s 整除 k 时内部均匀。",
		},
		{
			ID: "05_20_plane", Picture: overlapPlaneFigure,
			Caption:   "On two axes the counts multiply. Size 3 with stride 2 (left): 1, 2 and 4. Size 4 with stride 2 (right): 4 everywhere inside.",
			CaptionZH: "二维时次数相乘。左：大小 3、步长 2，得 1、2、4；右：大小 4、步长 2，内部处处为 4。",
		},
		{
			ID: "05_20_peak", Picture: peakFigure,
			Caption:   "The spectrum of the counts inside: the share of the power at each frequency in %. A pattern of period s is a peak at frequency 1/s; an even count has none. (The rest is at frequency 0, the mean.)",
			CaptionZH: "内部叠加次数的频谱：各频率所占的功率百分比。周期为 s 的图案在频率 1/s 处有峰，均匀的次数没有峰。（其余功率在频率 0，即平均值。）",
		},
		{
			ID: "05_20_stacks", Picture: stacksFigure,
			Caption:   "Layers with stride 2 and equal weights, one behind the other: eight cells from the middle of the result. Patterns of period 2, 4 and 8 add up; size 4 behind size 3 cancels.",
			CaptionZH: "步长 2、权重相等的各层依次叠加：结果中部的八个单元。周期 2、4、8 的图案相互叠加；大小 3 之后接大小 4 则恰好抵消。",
		},
		{
			ID: "05_20_layers", Picture: whichLayersFigure,
			Caption:   "An even area enlarged twice with random weights, by transposed convolutions (size 3, stride 2) or by resizing. A first layer that is transposed makes period 4, a second one period 2.",
			CaptionZH: "均匀区域经随机权重放大两次，每次用转置卷积（大小 3、步长 2）或先缩放再卷积。第一层用转置卷积产生周期 4，第二层产生周期 2。",
		},
		{
			ID: "05_20_matrices", Picture: threeMatricesFigure,
			Caption:   "The matrices, computed by the layers themselves, and the sums of their rows: an even input gives these sums.",
			CaptionZH: "由各层自己算出的矩阵及其行和：均匀输入的输出就是这些行和。",
		},
		{
			ID: "05_20_nearest", Picture: nearestShiftFigure,
			Caption:   "Nearest resize, then convolve = transposed convolution + the same moved down by one row. The row that comes in at the top is the one above, (b · ·).",
			CaptionZH: "最近邻缩放后卷积 = 转置卷积 + 它下移一行。顶部移入的是上方的一行 (b · ·)。",
		},
		{
			ID: "05_20_bilinear", Picture: bilinearShiftFigure,
			Caption:   "Linear interpolation, then convolve = transposed convolution + half of it moved down + half of it moved up. The book's “a/2 (?)” is right.",
			CaptionZH: "线性插值后卷积 = 转置卷积 + 下移一行的一半 + 上移一行的一半。书中的“a/2 (?)”是对的。",
		},
		{
			ID: "05_20_random", Picture: randomGeneratorsFigure,
			Caption:   "What six untrained generators make of one smooth spot, and the spectra of these pictures (logarithmic; frequency 0 in the middle, ½ at the edges). Beside each, the share of the power at ½.",
			CaptionZH: "六种未经训练的生成器由同一光滑亮斑生成的图像及其频谱（对数；中心为频率 0，边缘为 ½）；左侧为 ½ 处的功率份额。",
		},
		{
			ID: "05_20_gradient", Picture: gradientFigure,
			Caption:   "The checkerboard of the way back: the gradient of two convolutions by their input. Stride 1, stride 2 with size 3, stride 2 with size 4; equal weights above, random ones below.",
			CaptionZH: "反向传播中的棋盘效应：两层卷积对输入的梯度。步长 1、步长 2 大小 3、步长 2 大小 4；上行权重相等，下行权重随机。",
		},
	}
}

// figureInputs is how many inputs the pictures of stamps have.
const figureInputs = 4

func stampWiringFigure(compute.Backend) *plots.Picture {
	t := arith.Transposed{In: figureInputs, Kernel: 3, Stride: 2}
	w := chapters.Must(plots.WiringOfTransposed(t))
	counts := chapters.Must(t.Contributions())
	w.Weights = []string{"c", "b", "a"} // as in the book's matrix
	return w.Picture().Finding("Outputs get %s inputs.", strings.Trim(fmt.Sprint(counts), "[]"))
}

// stampTableFigure is the book's picture for more sizes and strides.
func stampTableFigure(b compute.Backend) *plots.Picture {
	c := plots.Coverage{Unit: "inputs"}
	even := ""
	for s := 1; s <= 3; s++ {
		for k := 2; k <= 6; k++ {
			m := chapters.Must(Stamps(b, 1, figureInputs, k, s))
			c.Rows = append(c.Rows, fmt.Sprintf("k=%d s=%d", k, s))
			c.Counts = append(c.Counts, stampCountsOf(m[0]))
			fewest, most := chapters.Must2(arith.Transposed{In: figureInputs, Kernel: k, Stride: s}.Interior())
			if fewest == most && s > 1 {
				even += fmt.Sprintf(" k=%d s=%d (%d inputs each),", k, s, most)
			}
		}
	}
	return c.Picture().Finding("With a stride above 1 the counts are even inside for%s and for no others.", even)
}

func stampCountsOf(row []float64) []int {
	out := make([]int, len(row))
	for i, v := range row {
		out[i] = int(v)
	}
	return out
}

// StampMap is the figure of the slider in the notebook: how many inputs of a square
// of 4×4 add to each output, and the finding in words.
func StampMap(b compute.Backend, kernel, stride int) (*plots.Picture, string, error) {
	const side = 4
	p, err := stampMap(b, kernel, stride, side)
	if err != nil {
		return nil, "", err
	}
	fewest, most, err := arith.Transposed{In: side, Kernel: kernel, Stride: stride}.Interior()
	if err != nil {
		return nil, "", err
	}
	finding := fmt.Sprintf("k = %d, s = %d: inside a large picture %d to %d inputs, a checkerboard", kernel, stride, fewest*fewest, most*most)
	if fewest == most {
		finding = fmt.Sprintf("k = %d, s = %d: inside a large picture %d inputs everywhere, even", kernel, stride, most*most)
	}
	return p, finding, nil
}

func stampMap(b compute.Backend, kernel, stride, side int) (*plots.Picture, error) {
	m, err := Stamps(b, side, side, kernel, stride)
	if err != nil {
		return nil, err
	}
	c := plots.Coverage{Unit: "inputs", Title: fmt.Sprintf("k = %d, s = %d", kernel, stride)}
	for _, row := range m {
		c.Counts = append(c.Counts, stampCountsOf(row))
	}
	return c.Picture(), nil
}

func overlapPlaneFigure(b compute.Backend) *plots.Picture {
	three := chapters.Must(stampMap(b, 3, 2, 3))
	four := chapters.Must(stampMap(b, 4, 2, 3))
	return plots.Beside(three, four).Finding("Size 3 and stride 2: cells inside get 1, 2 or 4 inputs; size 4 and stride 2: all get 4.")
}

// peakFigure transforms one period of 12 cells, which holds whole periods of 2 and 3,
// from the middle of a long row.
func peakFigure(b compute.Backend) *plots.Picture {
	const inputs, from, cells = 16, 12, 12
	m := plots.Matrix{Title: "cycles per cell", HideSize: true, Decimals: 1, Scale: plots.Scale{Palette: plots.Sequential}}
	for v := 1; v <= cells/2; v++ {
		m.Columns = append(m.Columns, big.NewRat(int64(v), cells).String())
	}
	finding := ""
	for _, setting := range []struct{ k, s int }{{3, 2}, {5, 2}, {5, 3}, {4, 2}} {
		stamps := chapters.Must(Stamps(b, 1, inputs, setting.k, setting.s))
		power := chapters.Must(Spectrum([][]float64{stamps[0][from : from+cells]}))
		name := fmt.Sprintf("k=%d s=%d", setting.k, setting.s)
		var shares []float64 // whole periods have no frequencies between
		largest, at := 0.0, 0
		for v := 1; v <= cells/2; v++ {
			share := shareAt(power, func(_, w int) bool { return w == v || w == cells-v }, func(_, _ int) bool { return true })
			if share < roundingShare {
				share = 0
			}
			shares = append(shares, 100*share)
			if share > largest {
				largest, at = share, v
			}
		}
		if at > 0 {
			finding += fmt.Sprintf(" %s: %.1f %% of the power at frequency %s;", name, 100*largest, m.Columns[at-1])
		} else {
			finding += fmt.Sprintf(" %s: no peak.", name)
		}
		m.Rows, m.Values = append(m.Rows, name), append(m.Values, shares)
	}
	return m.Picture().Finding("Counts of stamps,%s", finding)
}

// stacksFigure shows one period of stacks of up to three layers.
func stacksFigure(b compute.Backend) *plots.Picture {
	c := plots.Coverage{Unit: "inputs (paths)"}
	finding, even := "", []string{}
	for _, kernels := range [][]int{{3}, {3, 3}, {3, 3, 3}, {3, 4}, {4, 4}, {5}, {5, 5}} {
		counts := stackMiddle(b, 8, kernels...)
		name := "k = " + strings.Trim(strings.ReplaceAll(fmt.Sprint(kernels), " ", ", "), "[]")
		c.Rows, c.Counts = append(c.Rows, name), append(c.Counts, stampCountsOf(counts))
		finding += fmt.Sprintf(" %s: %.0f to %.0f;", name, slices.Min(counts), slices.Max(counts))
		if slices.Min(counts) == slices.Max(counts) {
			even = append(even, name)
		}
	}
	return c.Picture().Finding("Fewest and most ways from the input to a cell:%s even are %s.", finding, strings.Join(even, " and "))
}

// whichLayersFigure enlarges an even area twice, each time in one of two ways.
func whichLayersFigure(b compute.Backend) *plots.Picture {
	ways := enlargers()
	stamp, resize := ways[0], ways[4]
	tiles := plots.Tiles{Images: [][][][]float64{{}}, Scale: plots.Scale{Low: -1, High: 1}, Unit: "largest is 1"}
	finding := ""
	for _, c := range []struct {
		name          string
		first, second enlarger
	}{{"both transposed", stamp, stamp}, {"only the first", stamp, resize}, {"only the second", resize, stamp}, {"none", resize, resize}} {
		net := append(cnnlib.Sequential{}, c.first.double(midChannels, cnnlib.LeakyReLU)...)
		net = append(net, c.second.double(1, cnnlib.None)...)
		y := chapters.Must(cnnlib.RunPlane(b, net, evenArea(12, 12)))
		y = largestOne(withoutBorder(y, 16)) // the middle 16×16 of 48×48
		power := chapters.Must(Spectrum(y))
		n, all := len(power), func(int, int) bool { return true }
		two := shareAt(power, func(u, v int) bool { return u == n/2 || v == n/2 }, all)
		four := shareAt(power, func(u, v int) bool { return u%(n/2) == n/4 || v%(n/2) == n/4 }, all)
		finding += fmt.Sprintf(" %s: %.1f %% with period 2, %.1f %% with period 4;", c.name, 100*two, 100*four)
		tiles.Columns = append(tiles.Columns, c.name)
		tiles.Images[0] = append(tiles.Images[0], y)
	}
	return tiles.Picture().Finding("Shares of the power:%s a wave can have period 2 down and 4 across, and then counts for both.", finding)
}

// symbolCells writes a matrix of the weights a, b, c and d in symbols.
func symbolCells(m [][]float64) [][]string {
	out := make([][]string, len(m))
	for i, row := range m {
		for _, v := range row {
			out[i] = append(out[i], weightSymbols(v))
		}
	}
	return out
}

func threeMatricesFigure(b compute.Backend) *plots.Picture {
	e := plots.Sparse{}
	finding := ""
	for _, c := range []struct {
		title string
		layer cnnlib.Layer
	}{
		{"transposed, k=3 s=2", deconvolution(weightA, weightB, weightC)},
		{"transposed, k=4 s=2", sizeFour(weightA, weightB, weightC, weightD)},
		{"nearest, then k=3", nearestConvolution(weightA, weightB, weightC)},
		{"bilinear, then k=3", midpointConvolution(weightA, weightB, weightC)},
	} {
		m := matrixRows(b, c.layer, 4, 4)
		if len(e.Terms) > 0 {
			e.Operators = append(e.Operators, ",")
		}
		e.Terms = append(e.Terms, plots.SparseTerm{Cells: symbolCells(m), Title: c.title, RowSums: true})
		finding += fmt.Sprintf(" %s: %s;", c.title, strings.Join(weightSums(m)[:2], " and "))
	}
	return e.Picture().Finding("Sums of two neighbouring rows:%s only after resizing are they equal whatever the weights. 4 rows each.", finding)
}

func nearestShiftFigure(b compute.Backend) *plots.Picture {
	nearest := matrixRows(b, nearestConvolution(weightA, weightB, weightC), 3, 4)
	e := plots.Sparse{Terms: []plots.SparseTerm{{Cells: symbolCells(nearest), Title: "nearest, then k=3"}}, Operators: []string{"=", "+"}}
	for down, title := range []string{"transposed", "moved down"} {
		m := deconvolutionMoved(b, 3, 4, down)
		e.Terms = append(e.Terms, plots.SparseTerm{Cells: symbolCells(m), Title: title})
	}
	return e.Picture().Finding("The matrix of nearest resizing and a convolution is the sum of 2 matrices of the transposed convolution, one moved down by 1 row.")
}

func bilinearShiftFigure(b compute.Backend) *plots.Picture {
	bilinear := matrixRows(b, midpointConvolution(weightA, weightB, weightC), 4, 4)
	e := plots.Sparse{Terms: []plots.SparseTerm{{Cells: symbolCells(bilinear), Title: "bilinear, then k=3"}}, Operators: []string{"=", "+", "+"}}
	for _, c := range []struct {
		title  string
		down   int
		factor float64
	}{{"transposed", 0, 1}, {"half, moved down", 1, 0.5}, {"half, moved up", -1, 0.5}} {
		m := deconvolutionMoved(b, 4, 4, c.down)
		e.Terms = append(e.Terms, plots.SparseTerm{Cells: symbolCells(plusTimes(grid.Zeros(4, 4), m, c.factor)), Title: c.title})
	}
	return e.Picture().Finding("The matrix of linear interpolation and a convolution is the sum of 3 matrices of the transposed convolution: one as it is, half of one moved down and half of one moved up by 1 row.")
}

// armLabels are short names of the enlargers, for tiles.
var armLabels = []string{"k3 s2", "k4 s2", "sub-pixel", "ICNR", "nearest", "bilinear"}

// smoothSpot is a smooth bright area [side side], a bell of half the side.
func smoothSpot(side int) [][]float64 {
	m := make([][]float64, side)
	middle, width := float64(side-1)/2, float64(side)/4
	for i := range m {
		for j := range side {
			y, x := (float64(i)-middle)/width, (float64(j)-middle)/width
			m[i] = append(m[i], math.Exp(-(x*x+y*y)/2))
		}
	}
	return m
}

// randomGeneratorsFigure runs each way of enlarging twice, with random weights.
func randomGeneratorsFigure(b compute.Backend) *plots.Picture {
	const side = 14                       // 56×56 comes out
	var pictures, spectra [][][][]float64 // one column
	var rows []string
	finding := ""
	for i, way := range enlargers() {
		net := append(cnnlib.Sequential{}, way.double(midChannels, cnnlib.LeakyReLU)...)
		net = append(net, way.double(1, cnnlib.None)...)
		y := chapters.Must(cnnlib.RunPlane(b, net, smoothSpot(side)))
		y = largestOne(y)
		power := chapters.Must(Spectrum(y))
		pictures = append(pictures, [][][]float64{y})
		spectra = append(spectra, [][][]float64{centredSpectrum(power)})
		rows = append(rows, fmt.Sprintf("%s: %.1f %%", armLabels[i], 100*nyquistShare(power)))
		finding += fmt.Sprintf(" %s %.1f %%;", armLabels[i], 100*nyquistShare(power))
	}
	return plots.Beside(
		plots.Tiles{Images: pictures, Rows: rows, Columns: []string{"picture"}, Scale: plots.Scale{Low: -1, High: 1}, Unit: "largest is 1", Side: randomSide}.Picture(),
		plots.Tiles{Images: spectra, Columns: []string{"spectrum"}, Scale: spectrumScale, Unit: "log₁₀ of power", Side: randomSide}.Picture(),
	).Finding("Share of the power without the mean at frequency ½:%s transposed convolutions and sub-pixel convolution begin with a checkerboard, the others do not.", finding)
}

// randomSide, in points, shows each of the 56 cells as two dots on a screen.
const randomSide = 84

// spectrumScale is that of centredSpectrum: from a millionth of the largest power to it.
var spectrumScale = plots.Scale{Palette: plots.Grey, Low: -6, High: 0}

// largestOne divides a picture by its largest number without sign.
func largestOne(m [][]float64) [][]float64 {
	largest := 0.0
	for _, row := range m {
		for _, v := range row {
			largest = max(largest, math.Abs(v))
		}
	}
	if largest == 0 {
		return m
	}
	return plusTimes(grid.Zeros(len(m), len(m[0])), m, 1/largest)
}

// centredSpectrum returns the logarithm to base 10 of powers, as shares of the largest but that
// of the mean, from −6 to 0, with frequency 0 in the middle.
func centredSpectrum(power [][]float64) [][]float64 {
	h, w := len(power), len(power[0])
	largest := 0.0
	for u, row := range power {
		for v, p := range row {
			if u+v > 0 {
				largest = max(largest, p)
			}
		}
	}
	out := grid.Zeros(h, w)
	for u, row := range power {
		for v, p := range row {
			level := -6.0
			if largest > 0 && p > 0 {
				level = min(0, max(-6, math.Log10(p/largest)))
			}
			out[(u+h/2)%h][(v+w/2)%w] = level
		}
	}
	return out
}

// InputGradient returns the gradient, by its input [h w], of the sum of what a layer
// makes of it.
func InputGradient(b compute.Backend, layer cnnlib.Layer, x [][]float64) ([][]float64, error) {
	t, err := cnnlib.FromMatrix(x)
	if err != nil {
		return nil, err
	}
	var y *tensors.Tensor
	err = lower.Guard("the gradient of "+layer.String(), func() (err error) {
		store := model.NewStore()
		random.SetSeed(store, generatorSeed)
		y, err = model.CallOnce(b, store, func(s *model.Scope, x *graph.Node) *graph.Node {
			return graph.Gradient(graph.ReduceAllSum(layer.Build(s, x)), x)[0]
		}, t)
		return err
	})
	if err != nil {
		return nil, err
	}
	return cnnlib.ToMatrix(y, 0)
}

// gradientFigure takes the gradient of two layers by a bright area, away from its border.
func gradientFigure(b compute.Backend) *plots.Picture {
	const side = 48
	tiles := plots.Tiles{Rows: []string{"equal", "random"}, Columns: []string{"k3 s1", "k3 s2", "k4 s2"}, Scale: plots.Scale{Low: -1, High: 1}, Unit: "gradient; largest is 1"}
	finding := ""
	for _, kind := range tiles.Rows {
		var row [][][]float64
		for i, c := range []struct{ k, s int }{{3, 1}, {3, 2}, {4, 2}} {
			const channels = 4
			first := cnnlib.Conv2D{Channels: channels, Kernel: c.k, Stride: c.s}
			second := cnnlib.Conv2D{Channels: 1, Kernel: c.k, Stride: c.s}
			if kind == "equal" {
				first.Init, second.Init = equalWeights(c.k*c.k*channels), equalWeights(c.k*c.k*channels)
			}
			g := chapters.Must(InputGradient(b, cnnlib.Sequential{first, second}, evenArea(side, side)))
			g = largestOne(withoutBorder(g, (side-24)/2)) // the middle 24×24
			share := chapters.Must(FlatShare(g))
			finding += fmt.Sprintf(" %s, %s weights %.1f %%;", tiles.Columns[i], kind, 100*share)
			row = append(row, g)
		}
		tiles.Images = append(tiles.Images, row)
	}
	return tiles.Picture().Finding("Share of the power of the gradient at frequency ½:%s stride 1 has none.", finding)
}
