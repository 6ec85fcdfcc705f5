package plots_test

import (
	"fmt"
	"time"

	"cnnbook/cnnlib/ref"
	"cnnbook/plots"
)

var (
	image    = [][]float64{{3, 0, 1, 2, 7, 4}, {1, 5, 8, 9, 3, 1}, {2, 7, 2, 5, 1, 3}, {0, 1, 3, 1, 7, 8}, {4, 2, 1, 6, 2, 8}, {2, 4, 5, 2, 3, 9}}
	vertical = [][]float64{{1, 0, -1}, {1, 0, -1}, {1, 0, -1}}
)

func ExampleMatrix() {
	p := plots.Matrix{Values: vertical, Title: "vertical edges"}.Picture()
	svg, err := p.SVG()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Alt)
	fmt.Printf("%s…\n", svg[:4])
	// Output:
	// 3×3 matrix “vertical edges” (rows 1 0 −1 / 1 0 −1 / 1 0 −1).
	// <svg…
}

func ExampleEquation() {
	response, err := ref.CrossCorrelate2D(image, vertical, ref.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	plots.Show(plots.Equation{
		Terms: []plots.Matrix{
			{Values: image, Title: "image", Scale: plots.Scale{Palette: plots.Grey, Low: 0, High: 9}},
			{Values: vertical, Title: "kernel"},
			{Values: response, Title: "result", Windows: []plots.Window{{Row: 3, Col: 3, Label: "A"}}},
		},
		Operators: []string{"*", "="},
	}.Picture())
	// Output:
	// [figure] 6×6 matrix “image” (rows 3 0 1 2 7 4 / 1 5 8 9 3 1 / 2 7 2 5 1 3 / 0 1 3 1 7 8 / 4 2 1 6 2 8 / 2 4 5 2 3 9) * 3×3 matrix “kernel” (rows 1 0 −1 / 1 0 −1 / 1 0 −1) = 4×4 matrix “result” (rows −5 −4 0 8 / −10 −2 2 3 / 0 −2 −4 −7 / −3 −2 −3 −16; boxed A: row 4, column 4).
}

func ExampleSteps() {
	p := plots.Steps{Input: image, Kernel: vertical, Frames: []int{0}, ByColumn: true}.Picture()
	data := p.Data.(plots.StepsData)
	fmt.Println(data.Frames[0].Sum)
	fmt.Println(p.Alt)
	// Output:
	// -5
	// Convolution step by step: 6×6 input, 3×3 kernel, stride 1, dilation 1 give a 4×4 output, rows −5 −4 0 8 / −10 −2 2 3 / 0 −2 −4 −7 / −3 −2 −3 −16. Row 1, column 1: 3×1 + 1×1 + 2×1 + 0×0 + 5×0 + 7×0 + 1×(−1) + 8×(−1) + 2×(−1) = −5.
}

func ExampleSteps_Animation() {
	a := plots.Steps{Input: image, Kernel: vertical, Options: ref.Options{Stride: 3}}.Animation()
	a.Delay = 500 * time.Millisecond
	gif, err := a.GIF()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d frames, %s\n", len(a.Frames), gif[:6])
	// Output: 4 frames, GIF89a
}

func ExampleTiles() {
	p := plots.Tiles{
		Images:  [][][][]float64{{vertical, ref.Rotate90(vertical)}},
		Columns: []string{"vertical", "horizontal"},
		Unit:    "weight",
	}.Picture()
	fmt.Println(p.Alt)
	// Output: 1 by 2 images; columns: vertical, horizontal; one scale from −1 to 1, blue over white at 0 to orange.
}

func ExampleBeside() {
	digit := [][][][]float64{{{{0, 255}, {255, 0}}}}
	response := [][][][]float64{{{{-255}}}}
	p := plots.Beside(
		plots.Tiles{Images: digit, Scale: plots.Scale{Palette: plots.Grey, Low: 0, High: 255}, Side: 84}.Picture(),
		plots.Tiles{Images: response, Side: 84}.Picture(),
	)
	fmt.Println(p.Alt)
	// Output: 1 by 1 images; one scale from 0 to 255, black to white. 1 by 1 images; one scale from −255 to 255, blue over white at 0 to orange.
}

func ExampleCurves() {
	c := plots.Curves{XLabel: "image side n in pixels", YLabel: "share of the edge band in %", LogX: true, FromZero: true}
	band := plots.Curve{}
	for _, n := range []float64{6, 28, 1000} {
		band.X, band.Y = append(band.X, n), append(band.Y, 100*2/(n-2))
	}
	c.Curves = []plots.Curve{band}
	fmt.Println(c.Picture().Alt)
	// Output: share of the edge band in % against image side n in pixels (log scale): 50 at 6, 7.69 at 28, 0.2 at 1000.
}

func ExampleBars() {
	p := plots.Bars{Label: "weights of a pair of channels", Bars: []plots.Bar{{Name: "two 3×3 layers", Value: 18}, {Name: "one 5×5 layer", Value: 25}}}.Picture()
	fmt.Println(p.Alt)
	// Output: weights of a pair of channels: two 3×3 layers: 18; one 5×5 layer: 25.
}

func ExampleShow() {
	plots.Show(plots.Matrix{Values: [][]float64{{1, -1}}}.Picture(), "The smallest edge filter")
	// Output: [figure (The smallest edge filter)] 1×2 matrix (rows 1 −1).
}

func ExampleNumber() {
	fmt.Println(plots.Number(-0.5, 2), plots.Number(105705600, 0))
	// Output: −0.50 105,705,600
}
