package plots_test

import (
	"fmt"
	"time"

	"cnnbook/cnnlib/arith"
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

func ExampleBelow() {
	p := plots.Below(plots.Matrix{Values: vertical, Title: "vertical"}.Picture(), plots.Matrix{Values: ref.Rotate90(vertical), Title: "horizontal"}.Picture())
	fmt.Println(p.Alt)
	// Output: 3×3 matrix “vertical” (rows 1 0 −1 / 1 0 −1 / 1 0 −1). 3×3 matrix “horizontal” (rows 1 1 1 / 0 0 0 / −1 −1 −1).
}

// Windows of 3 cells, 2 apart: of 4 rows the last is in none, of 5 columns the
// middle one is in two.
func ExampleCoverage() {
	rows, err := arith.Pool{In: 4, Window: 3, Stride: 2}.Visits()
	if err != nil {
		fmt.Println(err)
		return
	}
	columns, err := arith.Pool{In: 5, Window: 3, Stride: 2}.Visits()
	if err != nil {
		fmt.Println(err)
		return
	}
	counts, err := arith.Outer(rows, columns)
	if err != nil {
		fmt.Println(err)
		return
	}
	plots.Show(plots.Coverage{Counts: counts, Title: "4×5, windows of 3, stride 2"}.Picture())
	// Output: [figure] 4×5, windows of 3, stride 2. Number of windows on each of 20 cells: 0 on 5, 1 on 12, 2 on 3; the 5 cells with 0 are hatched; rows 1 1 2 1 1 / 1 1 2 1 1 / 1 1 2 1 1 / 0 0 0 0 0.
}

// The checkerboard of section 5.20 as numbers: a kernel that the stride does not
// divide gives neighbouring outputs different numbers of inputs.
func ExampleCoverage_rows() {
	c := plots.Coverage{Title: "stride 2", Unit: "inputs"}
	for _, k := range []int{3, 4} {
		counts, err := arith.Transposed{In: 4, Kernel: k, Stride: 2}.Contributions()
		if err != nil {
			fmt.Println(err)
			return
		}
		c.Counts, c.Rows = append(c.Counts, counts), append(c.Rows, fmt.Sprintf("kernel %d", k))
	}
	fmt.Println(c.Picture().Alt)
	// Output: stride 2. Number of inputs on each of 19 cells: 1 on 10, 2 on 9; rows kernel 3: 1 1 2 1 2 1 2 1 1 / kernel 4: 1 1 2 2 2 2 2 2 1 1.
}

// The stamps of section 5.17: 2×2 inputs, a 4×4 kernel, stride 3.
func ExampleScatter() {
	kernel := [][]float64{{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}, {13, 14, 15, 16}}
	p := plots.Scatter{Input: [][]float64{{1, 2}, {3, 4}}, Kernel: kernel, Options: ref.TransposedOptions{Options: ref.Options{Stride: 3}}}.Picture()
	data := p.Data.(plots.ScatterData)
	fmt.Println(data.Output[3])
	fmt.Println(data.Counts[3])
	// Output:
	// [16 20 24 58 36 42 48]
	// [2 2 2 4 2 2 2]
}

// The way back from 5×5 to 2×2 with stride 2: a zero between the cells and two
// around them.
func ExampleTransposedSteps() {
	p := plots.TransposedSteps{Input: [][]float64{{1, 2}, {3, 4}}, Kernel: vertical, Options: ref.TransposedOptions{Options: ref.Options{Stride: 2}}, Frames: []int{0}}.Picture()
	data := p.Data.(plots.TransposedStepsData)
	fmt.Println(data.Inserted, data.Padding)
	fmt.Println(data.Output)
	// Output:
	// [[1 0 2] [0 0 0] [3 0 4]] [2 2 2 2]
	// [[1 0 1 0 -2] [1 0 1 0 -2] [4 0 2 0 -6] [3 0 1 0 -4] [3 0 1 0 -4]]
}

func ExampleIsometric() {
	p := plots.Isometric{Setting: arith.Setting{In: 6, Kernel: 3, Stride: 2, Padding: 1}}.Picture()
	fmt.Println(p.Alt)
	// Output: Convolution, i=6 k=3 s=2 p=1 → o=3: the output has 3×3 cells, the input with its zeros 8×8; cells never read: 15.
}

func ExampleContactSheet() {
	p := plots.ContactSheet{Settings: arith.Settings()}.Picture()
	for _, d := range p.Data.([]plots.SettingData)[4:7] {
		fmt.Println(d.Name, d.Out, d.Unread)
	}
	// Output:
	// no_padding_strides 2 0
	// padding_strides 3 0
	// padding_strides_odd 3 15
}

func ExampleDiagram() {
	p := plots.Diagram{Blocks: []plots.Block{
		{Name: "input", Kind: plots.Input, Lines: []string{"56×56×256"}},
		{Name: "residual block", Branches: [][]plots.Block{
			{{Name: "1×1 conv", Kind: plots.Convolution, Lines: []string{"16,384 weights"}}, {Name: "3×3 conv", Kind: plots.Convolution, Lines: []string{"36,864 weights"}}, {Name: "1×1 conv", Kind: plots.Convolution, Lines: []string{"16,384 weights"}}},
			{}, // the shortcut
		}},
		{Name: "sum", Kind: plots.Join},
	}}.Picture()
	fmt.Println(p.Alt)
	// Output: input (56×56×256) → residual block [1×1 conv (16,384 weights) → 3×3 conv (36,864 weights) → 1×1 conv (16,384 weights) | identity] → sum.
}

// The network of section 5.1 of the book.
func ExampleVolumes() {
	p := plots.Volumes{Volumes: []plots.Volume{
		{Name: "image", H: 32, W: 32, C: 3, Window: &plots.Cuboid{H: 3, W: 3}},
		{Before: "conv 3×3, 12 kernels", H: 32, W: 32, C: 12},
		{Before: "max pool 2×2", H: 16, W: 16, C: 12},
		{Before: "fully connected", Name: "scores", H: 1, W: 1, C: 10, Role: plots.RoleOutput},
	}}.Picture()
	fmt.Println(p.Alt)
	// Output: image 32×32×3 (marked: 3×3×3) → conv 3×3, 12 kernels → 32×32×12 → max pool 2×2 → 16×16×12 → fully connected → scores 1×1×10.
}

// The narrow convolution of section 5.12: the samples at the ends are used once.
func ExampleWiringOfConv() {
	w, err := plots.WiringOfConv(arith.Conv{In: 7, Kernel: 5})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(w.Picture().Alt)
	// Output: 7 inputs and 3 outputs, joined by 15 lines with 5 different weights; lines of each input: 1 2 3 3 3 2 1; of each output: 5 5 5.
}

func ExampleWiringOfTransposed() {
	w, err := plots.WiringOfTransposed(arith.Transposed{In: 3, Kernel: 3, Stride: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(w.Picture().Data.(plots.WiringData).Outputs)
	// Output: [1 1 2 1 2 1 1]
}

// A layer without sharing has a weight of its own for each line.
func ExampleWiring() {
	p := plots.Wiring{Inputs: 3, Outputs: 2, Wires: []plots.Wire{{0, 0, 0}, {1, 0, 1}, {1, 1, 2}, {2, 1, 3}}, Title: "locally connected"}.Picture()
	fmt.Println(p.Alt)
	// Output: locally connected. 3 inputs and 2 outputs, joined by 4 lines with 4 different weights; lines of each input: 1 2 1; of each output: 2 2.
}

// A transposed convolution with stride 2 as a matrix: with a kernel of 3 the rows
// have different sums, with one of 4 all rows inside take two weights.
func ExampleSparse() {
	p := plots.Sparse{Terms: []plots.SparseTerm{{Cells: [][]string{{"a", "c"}, {"", "b"}, {"", "a"}}, Title: "kernel 3", RowSums: true}}}.Picture()
	fmt.Println(p.Alt)
	fmt.Println(p.Data.([]plots.SparseData)[0].ColumnSums)
	// Output:
	// 3×2 matrix “kernel 3” (4 of 6 cells not 0: rows a c / 0 b / 0 a; row sums a+c, b, a).
	// [a a+b+c]
}
