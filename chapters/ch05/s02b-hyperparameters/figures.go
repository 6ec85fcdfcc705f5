package hyperparameters

import (
	"fmt"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/book"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
	"cnnbook/plots"
)

// setting is one convolution of the section: what is drawn and what is run.
type setting struct {
	id, caption, captionZH string
	kernel                 int
	conv                   cnnlib.Conv2D
	options                ref.Options // the same for the oracle
}

// settings change one thing at a time.
var settings = []setting{
	{
		id: "05_02b_kernel", kernel: 3,
		caption: "Kernel size 3, nothing else set: 6−3+1 = 4 positions on each axis.", captionZH: "卷积核大小为 3，其余取默认值：每个方向有 6−3+1 = 4 个位置。",
	},
	{
		id: "05_02b_stride", kernel: 3, conv: cnnlib.Conv2D{Stride: 2}, options: ref.Options{Stride: 2},
		caption: "Stride 2: ⌊(6−3)/2⌋+1 = 2 positions; the last row and column are never read.", captionZH: "步长为 2：⌊(6−3)/2⌋+1 = 2 个位置；最后一行和最后一列从未被读取。",
	},
	{
		id: "05_02b_padding", kernel: 3, conv: cnnlib.Conv2D{Padding: cnnlib.Same}, options: ref.Options{Top: 1, Bottom: 1, Left: 1, Right: 1},
		caption: "Half padding, one zero on every side: 6+2−3+1 = 6, the size is kept.", captionZH: "半填充，每边补一个零：6+2−3+1 = 6，尺寸不变。",
	},
	{
		id: "05_02b_dilation", kernel: 3, conv: cnnlib.Conv2D{Dilation: 2}, options: ref.Options{Dilation: 2},
		caption: "Dilation 2: the same nine weights span 5×5 cells, so 6−5+1 = 2 positions.", captionZH: "扩张率为 2：同样九个权重覆盖 5×5 个像素，因此有 6−5+1 = 2 个位置。",
	},
}

func figures() []chapters.Figure {
	var list []chapters.Figure
	for _, s := range settings {
		list = append(list, chapters.Figure{ID: s.id, Caption: s.caption, CaptionZH: s.captionZH, Picture: s.picture})
	}
	return append(list,
		chapters.Figure{
			ID: "05_02b_sizes", Picture: sizesFigure,
			Caption:   "The side of the result for a 28×28 input with half padding: odd kernels keep it at stride 1 (boxes), even ones with p = k/2 on both sides do not.",
			CaptionZH: "输入为 28×28、半填充时输出的边长：步长为 1 时奇数卷积核保持尺寸（方框），每边填充 k/2 的偶数卷积核则不能。",
		},
		chapters.Figure{
			ID: "05_02b_parameters", Picture: parametersFigure,
			Caption:   "Parameters of a layer with 3×3 kernels: I·O·K weights, and O biases that the book's formula leaves out.",
			CaptionZH: "3×3 卷积层的参数个数：I·O·K 个权重，以及书中公式未计入的 O 个偏置。",
		},
	)
}

// picture draws the last step on the top row. Package plots computes the result in float64;
// the backend must compute the same.
func (s setting) picture(backend compute.Backend) *plots.Picture {
	got := convolved(backend, s.conv, book.GreyImage, grid.Ones(s.kernel))
	want := chapters.Must(ref.CrossCorrelate2D(book.GreyImage, grid.Ones(s.kernel), s.options))
	if !ref.EqualWithin(got, want, 0) { // integers below 2²⁴ are exact in float32
		panic(chapters.Failure(fmt.Errorf("hyperparameters: %s: the backend computes %v, the oracle %v", s.id, got, want)))
	}
	p := plots.Steps{Input: book.GreyImage, Kernel: grid.Ones(s.kernel), Options: s.options, Frames: []int{len(got[0]) - 1}}.Picture()
	return p.Finding("%s", s.caption)
}

// sizesFigure is a table: kernel sizes down, strides across.
func sizesFigure(compute.Backend) *plots.Picture {
	const i = 28
	var table [][]float64
	var kernels []string
	kept := ""
	var boxes []plots.Window
	for k := 1; k <= 7; k++ {
		var row []float64
		for s := 1; s <= 4; s++ {
			o := chapters.Must(arith.ConvSize(i, k, s, k/2))
			row = append(row, float64(o))
			if o == i {
				kept += fmt.Sprintf(" kernel %d at stride %d,", k, s)
				boxes = append(boxes, plots.Window{Row: k - 1, Col: s - 1})
			}
		}
		table = append(table, row)
		kernels = append(kernels, fmt.Sprintf("kernel %d", k))
	}
	return plots.Matrix{
		Values: table, Title: "stride", Rows: kernels, Columns: []string{"1", "2", "3", "4"}, HideSize: true, Windows: boxes,
		Scale: plots.Scale{Palette: plots.Sequential},
	}.Picture().Finding("The size %d is kept by%s and by no other.", i, kept)
}

// parametersFigure counts layers of the chapter's size: O of their I·O·9 + O parameters
// are biases.
func parametersFigure(compute.Backend) *plots.Picture {
	bars := plots.Bars{Label: "parameters of a layer with 3×3 kernels", Log: true}
	for _, c := range []struct{ in, out int }{{1, 4}, {3, 12}, {12, 12}, {12, 32}} {
		layer, in := cnnlib.Conv2D{Channels: c.out, Kernel: 3}, cnnlib.Shape{32, 32, c.in}
		all := layer.Params(in)
		layer.NoBias = true
		bars.Bars = append(bars.Bars,
			plots.Bar{Name: fmt.Sprintf("%d→%d, weights", c.in, c.out), Value: float64(layer.Params(in))},
			plots.Bar{Name: fmt.Sprintf("%d→%d, with biases", c.in, c.out), Value: float64(all)})
	}
	first, last := bars.Bars[:2], bars.Bars[len(bars.Bars)-2:]
	share := func(pair []plots.Bar) float64 { return 100 * (pair[1].Value/pair[0].Value - 1) }
	return bars.Picture().Finding("The biases add %.1f %% to the smallest layer and %.1f %% to the largest.", share(first), share(last))
}
