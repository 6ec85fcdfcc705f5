package parity

import (
	"fmt"
	"io"
	"math/rand/v2"
	"text/tabwriter"

	"github.com/gomlx/compute"
)

// Grid is the generated rows of one layer.
type Grid struct {
	Name  string // the layer's type
	Cases []Case
}

// Grids returns the grids of all layers.
func Grids() []Grid {
	return []Grid{
		{"Conv1D", Conv1DGrid()},
		{"Conv2D", Conv2DGrid()},
		{"Conv2D and MaxPool2D", ConvPoolGrid()},
		{"Conv3D", Conv3DGrid()},
		{"DepthwiseConv2D", DepthwiseConv2DGrid()},
		{"SeparableConv2D", SeparableConv2DGrid()},
		{"ConvTranspose2D", ConvTranspose2DGrid()},
		{"LocallyConnected2D", LocallyConnected2DGrid()},
		{"MaxPool1D", MaxPool1DGrid()},
		{"MaxPool2D", MaxPool2DGrid()},
		{"MaxPool3D", MaxPool3DGrid()},
		{"AvgPool1D", AvgPool1DGrid()},
		{"AvgPool2D", AvgPool2DGrid()},
		{"AvgPool3D", AvgPool3DGrid()},
		{"GlobalAvgPool", GlobalAvgPoolGrid()},
		{"GlobalMaxPool", GlobalMaxPoolGrid()},
		{"AdaptivePool2D", AdaptivePool2DGrid()},
		{"SpatialPyramidPool", SpatialPyramidPoolGrid()},
		{"Switches", SwitchesGrid()},
		{"Upsample", UpsampleGrid()},
		{"PixelShuffle", PixelShuffleGrid()},
		{"Dense", DenseGrid()},
		{"Dense, many weights", LargeDenseGrid()},
		{"Softmax", SoftmaxGrid()},
		{"BatchNorm", BatchNormGrid()},
		{"LocalResponseNorm", LocalResponseNormGrid()},
	}
}

// Table checks the rows of every grid on the backend, prints one line a layer with
// the worst shares of what rounding allows, and returns an error for each row that
// could not run or is wrong. Of a grid with more rows than most it takes that many,
// chosen at random, always the same ones.
func Table(w io.Writer, backend compute.Backend, most int) []error {
	var wrong []error
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "layer\trows\tresult\tby input\tby parameters")
	for _, grid := range Grids() {
		var worst Shares
		order := rand.New(rand.NewPCG(7, 3)).Perm(len(grid.Cases)) // any fixed seed
		order = order[:min(most, len(order))]
		for _, i := range order {
			c := grid.Cases[i]
			got, err := c.Check(backend)
			if err == nil && got.Worst() > 1 {
				err = fmt.Errorf("parity: %v: errors are %+v of what rounding allows", c, got)
			}
			if err != nil {
				wrong = append(wrong, err)
			}
			worst = worst.Max(got)
		}
		fmt.Fprintf(table, "%s\t%d\t%.3f\t%.3f\t%.3f\n", grid.Name, len(order), worst.Result, worst.Input, worst.Params)
	}
	table.Flush()
	return wrong
}
