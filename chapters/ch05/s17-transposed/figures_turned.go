package transposed

import (
	"fmt"
	"time"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/ref"
	"cnnbook/plots"
)

// turnedFigures draw 5.17.1, convolution with the kernel turned.
func turnedFigures() []chapters.Figure {
	return []chapters.Figure{
		{
			ID: "05_17_turn", Picture: turnFigure,
			Caption:   "The turn is a step of its own: the kernel, the same turned by 180°, and the result for the section's 3×3 picture. Without the turn every sign is the opposite.",
			CaptionZH: "旋转单独作为一步：卷积核、旋转 180° 后的卷积核，以及本节 3×3 图像的结果。若不旋转，每个数的符号都相反。",
		},
		{
			ID: "05_17_steps", Picture: turnStepsFigure, Animation: turnStepsAnimation,
			Caption:   "Three of the nine steps with the turned kernel; the first is the book's: 4·(−2) + 5·(−1) = −13, everything else is 0. The zeros outside the picture are dashed.",
			CaptionZH: "使用旋转后卷积核的九步中的三步；第一步即书中的例子：4·(−2) + 5·(−1) = −13，其余各项为 0。图像外补的零用虚线表示。",
		},
		{
			ID: "05_17_emboss", Picture: embossFigure,
			Caption:   "The emboss example both ways: the products as drawn add up to −8, with the kernel turned, as the section itself demands, to +8.",
			CaptionZH: "浮雕（emboss）例子的两种算法：按插图直接相乘得 −8；按本节自己的要求旋转卷积核后得 +8。",
		},
		{
			ID: "05_17_emboss_digits", Picture: embossDigitsFigure,
			Caption:   "Emboss on real digits (MNIST test set), not turned and turned: turning this kernel exchanges light and shadow.",
			CaptionZH: "真实手写数字（MNIST 测试集）的浮雕效果，不旋转与旋转：旋转这个卷积核等于明暗互换。",
		},
		{
			ID: "05_17_slide", Picture: slideFigure,
			Caption:   "The section's third example: this kernel looks the same after half a turn, so that it cannot show whether it was turned.",
			CaptionZH: "本节第三个例子：这个卷积核旋转 180° 后不变，因此看不出是否旋转过。",
		},
	}
}

func turnFigure(backend compute.Backend) *plots.Picture {
	turned := ref.Rotate180(turnKernel)
	planes := chapters.Must(cnnlib.RunPlanes(backend, cnnlib.Conv2D{Padding: cnnlib.Same, NoBias: true, Weights: cnnlib.Filters(turnKernel, turned)}, turnImage))
	return plots.Equation{
		Terms: []plots.Matrix{
			{Values: turnKernel, Title: "kernel"},
			{Values: turned, Title: "turned 180°"},
			{Values: turnImage, Title: "picture", Scale: plots.Scale{Palette: plots.Grey, Low: 0, High: 9}},
			{Values: planes[1], Title: "convolution"},
		},
		Operators: []string{"→", "*", "="},
	}.Picture().Finding("With the kernel turned the first number is %s, without the turn %s; all nine signs are opposite.", chapters.FormatNumber(planes[1][0][0]), chapters.FormatNumber(planes[0][0][0]))
}

// turnSteps draws with the result that the backend computed: plots computes its own
// in float64, and both must agree.
func turnSteps(backend compute.Backend) plots.Steps {
	s := plots.Steps{
		Input: turnImage, Kernel: ref.Rotate180(turnKernel),
		Options: ref.Options{Top: 1, Bottom: 1, Left: 1, Right: 1},
		Frames:  []int{0, 4, 8}, // the book's, the middle, the last
	}
	y := crossCorrelate(backend, s.Input, s.Kernel, cnnlib.Same)
	want := chapters.Must(ref.Convolve2D(turnImage, turnKernel, s.Options))
	if !ref.EqualWithin(y, want, 0) { // integers below 2²⁴ are exact in float32
		panic(chapters.Failure(fmt.Errorf("transposed: the backend computes %v, the oracle %v", y, want)))
	}
	return s
}

func turnStepsFigure(backend compute.Backend) *plots.Picture {
	s := turnSteps(backend)
	return s.Picture().Finding("With the turned kernel's centre on the 1 only 4 and 5 meet weights that are not 0 or fall on the picture: the sum is −13.")
}

func turnStepsAnimation(backend compute.Backend) *plots.Animation {
	s := turnSteps(backend)
	a := s.Animation()
	a.Delay = 1500 * time.Millisecond // nine products to read
	return a
}

// multiplyCells multiplies cell by cell, and adds up.
func multiplyCells(a, b [][]float64) (out [][]float64, sum float64) {
	out = grid.Zeros(len(a), len(a[0]))
	for i, row := range a {
		for j, v := range row {
			out[i][j] = v * b[i][j]
			sum += out[i][j]
		}
	}
	return out, sum
}

func embossFigure(backend compute.Backend) *plots.Picture {
	turned := ref.Rotate180(embossKernel)
	planes := chapters.Must(cnnlib.RunPlanes(backend, cnnlib.Conv2D{Padding: cnnlib.Same, NoBias: true, Weights: cnnlib.Filters(embossKernel, turned)}, embossImage))
	around := grid.Zeros(3, 3) // the pixel with its neighbours
	for i := range around {
		copy(around[i], embossImage[embossPixel-1+i][embossPixel-1:])
	}
	plain, notTurned := multiplyCells(around, embossKernel)
	other, asDefined := multiplyCells(around, turned)
	if notTurned != planes[0][embossPixel][embossPixel] || asDefined != planes[1][embossPixel][embossPixel] {
		panic(chapters.Failure(fmt.Errorf("transposed: the products add up to %v and %v, the backend computes %v and %v",
			notTurned, asDefined, planes[0][embossPixel][embossPixel], planes[1][embossPixel][embossPixel])))
	}
	pixels := plots.Matrix{Values: around, Title: "pixels", Scale: plots.Scale{Palette: plots.Grey, Low: 0, High: 2}, Windows: []plots.Window{{Row: 1, Col: 1}}}
	return plots.Equation{
		Terms: []plots.Matrix{
			pixels, {Values: embossKernel, Title: "kernel"}, {Values: plain, Title: "sum " + chapters.FormatNumber(notTurned)},
			pixels, {Values: turned, Title: "turned 180°"}, {Values: other, Title: "sum +" + chapters.FormatNumber(asDefined)},
		},
		Operators: []string{"×", "=", ";", "×", "="},
	}.Picture().Finding("The pixel becomes %s if the kernel is laid on as drawn, and +%s by the section's own definition, which turns it.", chapters.FormatNumber(notTurned), chapters.FormatNumber(asDefined))
}

func embossDigitsFigure(backend compute.Backend) *plots.Picture {
	labels := []uint8{2, 5}
	images := chapters.Must(chapters.Must(data.MNISTTest()).First(labels...))
	inputs := plots.Tiles{Columns: []string{"digit"}, Scale: plots.Ink, Side: digitTile}
	answers := plots.Tiles{Columns: []string{"not turned", "turned"}, Scale: plots.Scale{Palette: plots.Grey, Low: -1, High: 1}, Side: digitTile, Unit: "0 is mid grey"}
	opposite := 0.0
	for i, image := range images {
		planes := chapters.Must(cnnlib.RunPlanes(backend, cnnlib.Conv2D{Padding: cnnlib.Same, NoBias: true, Weights: cnnlib.Filters(grid.StepOne(embossKernel), grid.StepOne(ref.Rotate180(embossKernel)))}, image))
		for r, row := range planes[0] {
			for c, v := range row {
				opposite = max(opposite, v+planes[1][r][c], -v-planes[1][r][c])
			}
		}
		inputs.Rows = append(inputs.Rows, fmt.Sprint(labels[i]))
		inputs.Images = append(inputs.Images, [][][]float64{image})
		answers.Images = append(answers.Images, planes)
	}
	return plots.Beside(inputs.Picture(), answers.Picture()).Finding("Strokes look lit from one side, and with the kernel turned from the other: the two results add up to %s everywhere.", chapters.FormatNumber(opposite))
}

func slideFigure(backend compute.Backend) *plots.Picture {
	planes := chapters.Must(cnnlib.RunPlanes(backend, cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filters(slideKernel, ref.Rotate180(slideKernel))}, slideImage))
	if !ref.EqualWithin(planes[0], planes[1], 0) {
		panic(chapters.Failure(fmt.Errorf("transposed: turned %v, not turned %v", planes[1], planes[0])))
	}
	return plots.Equation{
		Terms: []plots.Matrix{
			{Values: slideImage, Title: "picture", Windows: []plots.Window{{Row: 2, Col: 2, Rows: 3, Cols: 3}}},
			{Values: slideKernel, Title: "kernel = turned"},
			{Values: planes[0], Title: "convolution", Windows: []plots.Window{{Row: 2, Col: 2}}},
		},
		Operators: []string{"*", "="},
	}.Picture().Finding("Turned or not, the %d×%d picture gives the same %d×%d result; its last number is %s.", len(slideImage), len(slideImage[0]), len(planes[0]), len(planes[0][0]), chapters.FormatNumber(planes[0][2][2]))
}

// digitTile is the side of a digit in points.
const digitTile = 72
