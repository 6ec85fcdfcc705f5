package checkerboard

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/plots"
)

func figures() []chapters.Figure {
	return []chapters.Figure{
		{
			ID: "05_20_wiring", Picture: drawWiring,
			Caption:   "Four inputs stamp a kernel of 3 with stride 2: inside, the outputs get 1 and 2 inputs in turn.",
			CaptionZH: "四个输入以步长 2 叠加大小为 3 的卷积核：在内部，输出依次得到 1 个和 2 个输入。",
		},
		{
			ID: "05_20_overlap", Picture: drawOverlap,
			Caption:   "How many of four inputs add to each output, for kernel sizes k and strides s: even inside exactly where s divides k.",
			CaptionZH: "四个输入、卷积核大小 k、步长 s 时每个输出叠加的输入个数：当且仅当 s 整除 k 时内部均匀。",
		},
		{
			ID: "05_20_plane", Picture: drawPlane,
			Caption:   "On two axes the counts multiply. Size 3 with stride 2 (left): 1, 2 and 4. Size 4 with stride 2 (right): 4 everywhere inside.",
			CaptionZH: "二维时次数相乘。左：大小 3、步长 2，得 1、2、4；右：大小 4、步长 2，内部处处为 4。",
		},
		{
			ID: "05_20_peak", Picture: drawPeak,
			Caption:   "The spectrum of the counts inside: the share of the power at each frequency in %. A pattern of period s is a peak at frequency 1/s; an even count has none. (The rest is at frequency 0, the mean.)",
			CaptionZH: "内部叠加次数的频谱：各频率所占的功率百分比。周期为 s 的图案在频率 1/s 处有峰，均匀的次数没有峰。（其余功率在频率 0，即平均值。）",
		},
		{
			ID: "05_20_stacks", Picture: drawStacks,
			Caption:   "Layers with stride 2 and equal weights, one behind the other: eight cells from the middle of the result. Patterns of period 2, 4 and 8 add up; size 4 behind size 3 cancels.",
			CaptionZH: "步长 2、权重相等的各层依次叠加：结果中部的八个单元。周期 2、4、8 的图案相互叠加；大小 3 之后接大小 4 则恰好抵消。",
		},
		{
			ID: "05_20_layers", Picture: drawLayers,
			Caption:   "An even area enlarged twice with random weights, by transposed convolutions (size 3, stride 2) or by resizing. A first layer that is transposed makes period 4, a second one period 2.",
			CaptionZH: "均匀区域经随机权重放大两次，每次用转置卷积（大小 3、步长 2）或先缩放再卷积。第一层用转置卷积产生周期 4，第二层产生周期 2。",
		},
		{
			ID: "05_20_matrices", Picture: drawMatrices,
			Caption:   "The matrices, computed by the layers themselves, and the sums of their rows: an even input gives these sums.",
			CaptionZH: "由各层自己算出的矩阵及其行和：均匀输入的输出就是这些行和。",
		},
		{
			ID: "05_20_nearest", Picture: drawNearestShift,
			Caption:   "Nearest resize, then convolve = transposed convolution + the same moved down by one row. The row that comes in at the top is the one above, (b · ·).",
			CaptionZH: "最近邻缩放后卷积 = 转置卷积 + 它下移一行。顶部移入的是上方的一行 (b · ·)。",
		},
		{
			ID: "05_20_bilinear", Picture: drawBilinearShift,
			Caption:   "Linear interpolation, then convolve = transposed convolution + half of it moved down + half of it moved up. The book's “a/2 (?)” is right.",
			CaptionZH: "线性插值后卷积 = 转置卷积 + 下移一行的一半 + 上移一行的一半。书中的“a/2 (?)”是对的。",
		},
		{
			ID: "05_20_random", Picture: drawRandom,
			Caption:   "What six untrained generators make of one smooth spot, and the spectra of these pictures (logarithmic; frequency 0 in the middle, ½ at the edges). Beside each, the share of the power at ½.",
			CaptionZH: "六种未经训练的生成器由同一光滑亮斑生成的图像及其频谱（对数；中心为频率 0，边缘为 ½）；左侧为 ½ 处的功率份额。",
		},
		{
			ID: "05_20_gradient", Picture: drawGradient,
			Caption:   "The checkerboard of the way back: the gradient of two convolutions by their input. Stride 1, stride 2 with size 3, stride 2 with size 4; equal weights above, random ones below.",
			CaptionZH: "反向传播中的棋盘效应：两层卷积对输入的梯度。步长 1、步长 2 大小 3、步长 2 大小 4；上行权重相等，下行权重随机。",
		},
	}
}

// figureInputs is how many inputs the pictures of stamps have.
const figureInputs = 4

func drawWiring(compute.Backend) *plots.Picture {
	t := arith.Transposed{In: figureInputs, Kernel: 3, Stride: 2}
	w := chapters.Must(plots.WiringOfTransposed(t))
	counts := chapters.Must(t.Contributions())
	w.Weights = []string{"c", "b", "a"} // as in the book's matrix
	return w.Picture().Finding("Outputs get %s inputs.", strings.Trim(fmt.Sprint(counts), "[]"))
}

// drawOverlap is the book's picture for more sizes and strides.
func drawOverlap(backend compute.Backend) *plots.Picture {
	c := plots.Coverage{Unit: "inputs"}
	even := ""
	for s := 1; s <= 3; s++ {
		for k := 2; k <= 6; k++ {
			m := chapters.Must(Stamps(backend, 1, figureInputs, k, s))
			c.Rows = append(c.Rows, fmt.Sprintf("k=%d s=%d", k, s))
			c.Counts = append(c.Counts, asCounts(m[0]))
			fewest, most := chapters.Must2(arith.Transposed{In: figureInputs, Kernel: k, Stride: s}.Interior())
			if fewest == most && s > 1 {
				even += fmt.Sprintf(" k=%d s=%d (%d inputs each),", k, s, most)
			}
		}
	}
	return c.Picture().Finding("With a stride above 1 the counts are even inside for%s and for no others.", even)
}

func drawPlane(backend compute.Backend) *plots.Picture {
	three := chapters.Must(stampMap(backend, 3, 2, 3))
	four := chapters.Must(stampMap(backend, 4, 2, 3))
	return plots.Beside(three, four).Finding("Size 3 and stride 2: cells inside get 1, 2 or 4 inputs; size 4 and stride 2: all get 4.")
}

// drawPeak transforms one period of 12 cells, which holds whole periods of 2 and 3,
// from the middle of a long row.
func drawPeak(backend compute.Backend) *plots.Picture {
	const inputs, from, cells = 16, 12, 12
	m := plots.Matrix{Title: "cycles per cell", HideSize: true, Decimals: 1, Scale: plots.Scale{Palette: plots.Sequential}}
	for v := 1; v <= cells/2; v++ {
		m.Columns = append(m.Columns, big.NewRat(int64(v), cells).String())
	}
	finding := ""
	for _, setting := range []struct{ k, s int }{{3, 2}, {5, 2}, {5, 3}, {4, 2}} {
		stamps := chapters.Must(Stamps(backend, 1, inputs, setting.k, setting.s))
		power := chapters.Must(Spectrum([][]float64{stamps[0][from : from+cells]}))
		name := fmt.Sprintf("k=%d s=%d", setting.k, setting.s)
		var shares []float64 // whole periods have no frequencies between
		largest, at := 0.0, 0
		for v := 1; v <= cells/2; v++ {
			share := shareOf(power, func(_, w int) bool { return w == v || w == cells-v }, allFrequencies)
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

// drawStacks shows one period of stacks of up to three layers.
func drawStacks(backend compute.Backend) *plots.Picture {
	c := plots.Coverage{Unit: "inputs (paths)"}
	finding, even := "", []string{}
	for _, kernels := range [][]int{{3}, {3, 3}, {3, 3, 3}, {3, 4}, {4, 4}, {5}, {5, 5}} {
		counts := stackMiddle(backend, 8, kernels...)
		name := "k = " + strings.Trim(strings.ReplaceAll(fmt.Sprint(kernels), " ", ", "), "[]")
		c.Rows, c.Counts = append(c.Rows, name), append(c.Counts, asCounts(counts))
		finding += fmt.Sprintf(" %s: %.0f to %.0f;", name, slices.Min(counts), slices.Max(counts))
		if slices.Min(counts) == slices.Max(counts) {
			even = append(even, name)
		}
	}
	return c.Picture().Finding("Fewest and most ways from the input to a cell:%s even are %s.", finding, strings.Join(even, " and "))
}

// drawLayers enlarges an even area twice, each time in one of two ways.
func drawLayers(backend compute.Backend) *plots.Picture {
	stamp := enlarger{double: stampsOf(3)}
	resize := enlarger{double: resized(cnnlib.Nearest)}
	tiles := plots.Tiles{Images: [][][][]float64{{}}, Scale: plots.Scale{Low: -1, High: 1}, Unit: "largest is 1"}
	finding := ""
	for _, c := range []struct {
		name          string
		first, second enlarger
	}{{"both transposed", stamp, stamp}, {"only the first", stamp, resize}, {"only the second", resize, stamp}, {"none", resize, resize}} {
		y := chapters.Must(cnnlib.RunPlane(backend, enlargeTwice(c.first, c.second, cnnlib.LeakyReLU), grid.Filled(12, 12, 1)))
		y = grid.LargestOne(grid.WithoutBorder(y, 16)) // the middle 16×16 of 48×48
		power := chapters.Must(Spectrum(y))
		n := len(power)
		two := shareOf(power, periodTwo(n, n), allFrequencies)
		four := shareOf(power, periodFour(n), allFrequencies)
		finding += fmt.Sprintf(" %s: %.1f %% with period 2, %.1f %% with period 4;", c.name, 100*two, 100*four)
		tiles.Columns = append(tiles.Columns, c.name)
		tiles.Images[0] = append(tiles.Images[0], y)
	}
	return tiles.Picture().Finding("Shares of the power:%s a wave can have period 2 down and 4 across, and then counts for both.", finding)
}

func drawMatrices(backend compute.Backend) *plots.Picture {
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
		m := matrixRows(backend, c.layer, 4, 4)
		if len(e.Terms) > 0 {
			e.Operators = append(e.Operators, ",")
		}
		e.Terms = append(e.Terms, plots.SparseTerm{Cells: symbolCells(m), Title: c.title, RowSums: true})
		finding += fmt.Sprintf(" %s: %s;", c.title, strings.Join(weightSums(m)[:2], " and "))
	}
	return e.Picture().Finding("Sums of two neighbouring rows:%s only after resizing are they equal whatever the weights. 4 rows each.", finding)
}

func drawNearestShift(backend compute.Backend) *plots.Picture {
	nearest := matrixRows(backend, nearestConvolution(weightA, weightB, weightC), 3, 4)
	e := plots.Sparse{Terms: []plots.SparseTerm{{Cells: symbolCells(nearest), Title: "nearest, then k=3"}}, Operators: []string{"=", "+"}}
	for down, title := range []string{"transposed", "moved down"} {
		m := deconvolutionMoved(backend, 3, 4, down)
		e.Terms = append(e.Terms, plots.SparseTerm{Cells: symbolCells(m), Title: title})
	}
	return e.Picture().Finding("The matrix of nearest resizing and a convolution is the sum of 2 matrices of the transposed convolution, one moved down by 1 row.")
}

func drawBilinearShift(backend compute.Backend) *plots.Picture {
	bilinear := matrixRows(backend, midpointConvolution(weightA, weightB, weightC), 4, 4)
	e := plots.Sparse{Terms: []plots.SparseTerm{{Cells: symbolCells(bilinear), Title: "bilinear, then k=3"}}, Operators: []string{"=", "+", "+"}}
	for _, c := range []struct {
		title  string
		down   int
		factor float64
	}{{"transposed", 0, 1}, {"half, moved down", 1, 0.5}, {"half, moved up", -1, 0.5}} {
		m := deconvolutionMoved(backend, 4, 4, c.down)
		e.Terms = append(e.Terms, plots.SparseTerm{Cells: symbolCells(grid.AddScaled(grid.Zeros(4, 4), m, c.factor)), Title: c.title})
	}
	return e.Picture().Finding("The matrix of linear interpolation and a convolution is the sum of 3 matrices of the transposed convolution: one as it is, half of one moved down and half of one moved up by 1 row.")
}

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

// drawRandom runs each way of enlarging twice, with random weights.
func drawRandom(backend compute.Backend) *plots.Picture {
	const side = 14                       // 56×56 comes out
	var pictures, spectra [][][][]float64 // one column
	var rows []string
	finding := ""
	for _, way := range enlargers() {
		y := grid.LargestOne(chapters.Must(cnnlib.RunPlane(backend, enlargeTwice(way, way, cnnlib.LeakyReLU), smoothSpot(side))))
		power := chapters.Must(Spectrum(y))
		pictures = append(pictures, [][][]float64{y})
		spectra = append(spectra, [][][]float64{centredSpectrum(power)})
		rows = append(rows, fmt.Sprintf("%s: %.1f %%", way.label, 100*varyingShare(power)))
		finding += fmt.Sprintf(" %s %.1f %%;", way.label, 100*varyingShare(power))
	}
	return plots.Beside(
		plots.Tiles{Images: pictures, Rows: rows, Columns: []string{"picture"}, Scale: plots.Scale{Low: -1, High: 1}, Unit: "largest is 1", Side: randomSide}.Picture(),
		plots.Tiles{Images: spectra, Columns: []string{"spectrum"}, Scale: spectrumScale, Unit: "log₁₀ of power", Side: randomSide}.Picture(),
	).Finding("Share of the power without the mean at frequency ½:%s transposed convolutions and sub-pixel convolution begin with a checkerboard, the others do not.", finding)
}

// randomSide, in points, shows each of the 56 cells as two dots on a screen.
const randomSide = 84

// spectrumScale is the scale of centredSpectrum: from a millionth of the largest power to it.
var spectrumScale = plots.Scale{Palette: plots.Grey, Low: -6, High: 0}

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

// drawGradient takes the gradient of two layers by a bright area, away from its border.
func drawGradient(backend compute.Backend) *plots.Picture {
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
				ones := slices.Repeat([][][]float64{grid.Ones(c.k)}, channels)
				first.Weights, second.Weights = cnnlib.Filters(ones...), cnnlib.Filter(ones...)
			}
			g := chapters.Must(InputGradient(backend, cnnlib.Sequential{first, second}, grid.Filled(side, side, 1)))
			g = grid.LargestOne(grid.WithoutBorder(g, (side-24)/2)) // the middle 24×24
			share := chapters.Must(FlatShare(g))
			finding += fmt.Sprintf(" %s, %s weights %.1f %%;", tiles.Columns[i], kind, 100*share)
			row = append(row, g)
		}
		tiles.Images = append(tiles.Images, row)
	}
	return tiles.Picture().Finding("Share of the power of the gradient at frequency ½:%s stride 1 has none.", finding)
}
