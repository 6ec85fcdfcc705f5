package edges

import (
	"fmt"
	"math"
	"time"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/book"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/ref"
	"cnnbook/plots"
)

func figures() []chapters.Figure {
	return []chapters.Figure{
		{
			ID: "05_02a_matrices", Picture: matricesFigure,
			Caption:   "The grey image, the filter, and the whole result; the book prints its top left cell, −5.",
			CaptionZH: "灰度图像、过滤器和完整的结果；书中只给出左上角的 −5。",
		},
		{
			ID: "05_02a_steps", Picture: stepsFigure, Animation: stepsAnimation,
			Caption:   "Four of the sixteen steps: the window, the products under it, and their sum.",
			CaptionZH: "十六步中的四步：窗口、窗口内逐项相乘及其和。",
		},
		{
			ID: "05_02a_halves", Picture: halvesFigure,
			Caption:   "White beside grey, before and after: the filter answers 30 where its window holds both halves, and 0 elsewhere.",
			CaptionZH: "左白右灰的图像及其卷积结果：窗口跨越分界线时为 30，其余为 0。",
		},
		{
			ID: "05_02a_sign", Picture: signFigure,
			Caption:   "The sign tells the direction: grey beside white gives −30, and a filter for horizontal edges gives 0.",
			CaptionZH: "符号表示方向：左灰右白得 −30；水平边缘过滤器得 0。",
		},
		{
			ID: "05_02a_convention", Picture: conventionFigure,
			Caption:   "The same kernel not turned (cross-correlation, as CNNs do) and turned by 180° (convolution as section 5.17 defines it).",
			CaptionZH: "同一卷积核：不旋转（互相关，卷积神经网络的做法）与旋转 180°（5.17 节定义的卷积）。",
		},
		{
			ID: "05_02a_digits", Picture: digitsFigure,
			Caption:   "Four filters on real handwritten digits (MNIST test set). Positive: brighter on the left or above.",
			CaptionZH: "四种过滤器作用于真实手写数字（MNIST 测试集）。正值表示左侧或上方更亮。",
		},
		{
			ID: "05_02a_scene", Picture: sceneFigure,
			Caption:   "Vertical and horizontal Sobel filters on a computed scene, and the strength of both together.",
			CaptionZH: "竖直与水平 Sobel 过滤器作用于一幅由程序生成的场景，以及两者合成的强度。",
		},
		{
			ID: "05_02a_band", Picture: lineFigure,
			Caption:   "The line of the edge is 2 cells wide whatever the size of the image; its share of the result falls.",
			CaptionZH: "无论图像多大，分界线都是 2 个像素宽；它在结果中所占的比例不断减小。",
		},
	}
}

func matricesFigure(backend compute.Backend) *plots.Picture {
	y := filtered(backend, book.GreyImage, book.VerticalEdges)
	return plots.Equation{
		Terms: []plots.Matrix{
			{Values: book.GreyImage, Title: "image", Scale: plots.Scale{Palette: plots.Grey, Low: 0, High: 9}, Windows: []plots.Window{{Rows: 3, Cols: 3}}},
			{Values: book.VerticalEdges, Title: "filter"},
			{Values: y, Title: "result", Windows: []plots.Window{{}}},
		},
		Operators: []string{"*", "="},
	}.Picture().Finding("The filter turns the %d×%d image into a %d×%d result, whose top left number is %s.", len(book.GreyImage), len(book.GreyImage[0]), len(y), len(y[0]), chapters.FormatNumber(y[0][0]))
}

// steps slides the filter over the grey image. Package plots computes the results in float64;
// the backend must compute the same.
func steps(backend compute.Backend) plots.Steps {
	s := plots.Steps{Input: book.GreyImage, Kernel: book.VerticalEdges}
	y := filtered(backend, s.Input, s.Kernel)
	want := chapters.Must(ref.CrossCorrelate2D(s.Input, s.Kernel, s.Options))
	if !ref.EqualWithin(y, want, 0) { // integers below 2²⁴ are exact in float32
		panic(chapters.Failure(fmt.Errorf("edges: the backend computes %v, the oracle %v", y, want)))
	}
	return s
}

func stepsFigure(backend compute.Backend) *plots.Picture {
	return steps(backend).Picture()
}

func stepsAnimation(backend compute.Backend) *plots.Animation {
	a := steps(backend).Animation()
	a.Delay = 1500 * time.Millisecond // nine products to read
	return a
}

// greyScale shows the book's second image as the book does: 10 is white and 0 mid grey, so
// that −10 would be black.
var greyScale = plots.Scale{Palette: plots.Grey, Low: -10, High: 10}

// answerGrey is greyScale for answers: 30 is white, 0 mid grey, −30 black.
var answerGrey = plots.Scale{Palette: plots.Grey, Low: -30, High: 30}

func halvesFigure(backend compute.Backend) *plots.Picture {
	image := book.WhiteGrey(6)
	y := filtered(backend, image, book.VerticalEdges)
	return plots.Equation{
		Terms: []plots.Matrix{
			{Values: image, Title: "image", Scale: greyScale, Windows: []plots.Window{{Rows: 3, Cols: 3}, {Row: 3, Col: 2, Rows: 3, Cols: 3, Dashed: true}}},
			{Values: book.VerticalEdges, Title: "filter"},
			{Values: y, Title: "result", Scale: answerGrey, Windows: []plots.Window{{}, {Row: 3, Col: 2, Dashed: true}}},
		},
		Operators: []string{"*", "="},
	}.Picture().Finding("A window inside the white half answers %s, one with both halves in it %s: the edge is found.", chapters.FormatNumber(y[0][0]), chapters.FormatNumber(y[3][2]))
}

func signFigure(backend compute.Backend) *plots.Picture {
	image := grid.Mirrored(book.WhiteGrey(6))
	planes := chapters.Must(cnnlib.RunPlanes(backend, cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filters(book.VerticalEdges, book.HorizontalEdges)}, image))
	line := func(plane [][]float64, filter string) *plots.Picture {
		return plots.Equation{
			Terms: []plots.Matrix{
				{Values: image, Title: "grey beside white", Scale: greyScale},
				{Values: plane, Title: filter, Scale: answerGrey},
			},
			Operators: []string{"→"},
		}.Picture()
	}
	return plots.Below(line(planes[0], "vertical filter"), line(planes[1], "horizontal filter")).Finding("Where grey stands beside white the vertical filter answers %s; the horizontal filter answers %s.", chapters.FormatNumber(planes[0][0][1]), chapters.FormatNumber(planes[1][0][1]))
}

func conventionFigure(backend compute.Backend) *plots.Picture {
	turned := ref.Rotate180(book.VerticalEdges)
	planes := chapters.Must(cnnlib.RunPlanes(backend, cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filters(book.VerticalEdges, turned)}, book.GreyImage))
	return plots.Equation{
		Terms: []plots.Matrix{
			{Values: book.VerticalEdges, Title: "kernel"},
			{Values: planes[0], Title: "not turned", Windows: []plots.Window{{}}},
			{Values: turned, Title: "kernel turned"},
			{Values: planes[1], Title: "turned", Windows: []plots.Window{{}}},
		},
		Operators: []string{"→", ",", "→"},
	}.Picture().Finding("Turning the kernel by 180° makes %s of %s.", chapters.FormatNumber(planes[1][0][0]), chapters.FormatNumber(planes[0][0][0]))
}

// digitLabels are the digits shown: the first of each in the test set. 1 is all
// vertical, 7 has a long horizontal, 0 and 4 have both.
var digitLabels = []uint8{1, 7, 4, 0}

func digitsFigure(backend compute.Backend) *plots.Picture {
	images := chapters.Must(chapters.Must(data.MNISTTest()).First(digitLabels...))
	kernels := [][][]float64{grid.StepOne(book.VerticalEdges), grid.StepOne(book.HorizontalEdges), grid.StepOne(book.SobelX), grid.StepOne(book.ScharrX)}
	inputs := plots.Tiles{Columns: []string{"digit"}, Scale: plots.Ink, Side: digitSide}
	answers := plots.Tiles{
		Columns: []string{"vertical", "horizontal", "Sobel x", "Scharr x"},
		Scale:   plots.Scale{Low: -1, High: 1}, Unit: "answer; 1 is a full step from paper to ink", Side: digitSide,
	}
	finding := "Vertical against horizontal filter, sums of the answers without their signs:"
	for i, image := range images {
		planes := chapters.Must(cnnlib.RunPlanes(backend, cnnlib.Conv2D{Padding: cnnlib.Same, NoBias: true, Weights: cnnlib.Filters(kernels...)}, image))
		finding += fmt.Sprintf(" digit %d: %.0f against %.0f;", digitLabels[i], grid.SumAbs(planes[0]), grid.SumAbs(planes[1]))
		inputs.Rows = append(inputs.Rows, fmt.Sprint(digitLabels[i]))
		inputs.Images = append(inputs.Images, [][][]float64{image})
		answers.Images = append(answers.Images, planes)
	}
	return plots.Beside(inputs.Picture(), answers.Picture()).Finding("%s a 1 is nearly all upright, a 7 is not.", finding)
}

// The sides of the tiles, in points, make both halves of a figure equal, and the figure as
// wide as a page.
const (
	digitSide = 72
	sceneSide = 104
)

// A small scene has visible pixels and makes a small file.
const (
	sceneHeight = 72
	sceneWidth  = 96
)

func sceneFigure(backend compute.Backend) *plots.Picture {
	image := chapters.Must(data.Scene(sceneHeight, sceneWidth))
	planes := chapters.Must(cnnlib.RunPlanes(backend, cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filters(grid.StepOne(book.SobelX), grid.StepOne(ref.Rotate90(book.SobelX)))}, image))
	both := grid.Zip(planes[0], planes[1], math.Hypot) // the length of the gradient
	return plots.Beside(
		plots.Tiles{Images: [][][][]float64{{image}}, Columns: []string{"scene"}, Scale: plots.Ink, Side: sceneSide}.Picture(),
		plots.Tiles{
			Images:  [][][][]float64{{planes[0], planes[1], both}},
			Columns: []string{"Sobel x", "Sobel y", "strength"},
			Scale:   plots.Scale{Low: -1, High: 1}, Unit: "answer; 1 is a full step from black to white", Side: sceneSide,
		}.Picture()).Finding("Sobel x answers to upright edges of the house and the fence (sum of the answers without their signs %.0f), Sobel y to the hills and the roof (%.0f); the strength of both draws all outlines (%.0f).", grid.SumAbs(planes[0]), grid.SumAbs(planes[1]), grid.SumAbs(both))
}

// lineSizes are the sides of the images of lineFigure, from the book's small one to its
// large one.
var lineSizes = []int{6, 10, 30, 100, 300, 1000}

func lineFigure(backend compute.Backend) *plots.Picture {
	curve := plots.Curve{Name: "share of the result that is line"}
	for _, n := range lineSizes {
		line, row := lineWidth(backend, n)
		curve.X = append(curve.X, float64(n))
		curve.Y = append(curve.Y, 100*float64(line)/float64(row))
	}
	last := len(curve.X) - 1
	return plots.Curves{
		XLabel: "side of the image in cells", YLabel: "share in %",
		LogX: true, LogY: true, Curves: []plots.Curve{curve},
	}.Picture().Finding("The line takes %s %% of the result of a %s-cell image and %.1f %% of a %s-cell one.", chapters.FormatNumber(curve.Y[0]), chapters.FormatNumber(curve.X[0]), curve.Y[last], chapters.FormatNumber(curve.X[last]))
}
