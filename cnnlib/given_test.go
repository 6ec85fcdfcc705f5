package cnnlib_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
)

// integers returns weights of small integers, on which float32 is exact.
func integers(out, in, h, w int) cnnlib.Weights {
	r := rand.New(rand.NewPCG(1, 2)) // any fixed seed
	list := make(cnnlib.Weights, out)
	for o := range list {
		for range in {
			m := make([][]float64, h)
			for row := range m {
				for range w {
					m[row] = append(m[row], float64(r.IntN(11)-5))
				}
			}
			list[o] = append(list[o], m)
		}
	}
	return list
}

// arrayOf puts weights [o][i][row][column] into the order [row column i o] of package ref.
func arrayOf(w cnnlib.Weights) ref.Array {
	a := ref.NewArray(len(w[0][0]), len(w[0][0][0]), len(w[0]), len(w))
	for o, filter := range w {
		for i, m := range filter {
			for row := range m {
				for col, v := range m[row] {
					a.Set(v, row, col, i, o)
				}
			}
		}
	}
	return a
}

// Layers that are given their weights and biases compute what the loops of package ref do
// with them. All numbers are integers, so that the two are equal.
func TestGivenWeights(t *testing.T) {
	const n, h, w, c = 2, 5, 6, 4
	r := rand.New(rand.NewPCG(3, 4)) // any fixed seed
	x := ref.NewArray(n, h, w, c)
	flat := make([]float32, len(x.Data))
	for i := range flat {
		x.Data[i] = float64(r.IntN(9) - 4)
		flat[i] = float32(x.Data[i])
	}
	depth, up, point := integers(2*c, 1, 3, 2), integers(c, 3, 2, 3), integers(3, 2*c, 1, 1)
	rows := make([][]float64, len(point))
	for o, filter := range point {
		for _, m := range filter {
			rows[o] = append(rows[o], m[0][0])
		}
	}
	two, three, six := []float64{1, -2, 3, -4, 5, -6, 7, -8}, []float64{3, -1, 2}, []float64{1, -1, 2, -2, 3, -3}
	separable := func() (ref.Array, error) {
		middle, err := ref.CrossCorrelate(x, arrayOf(depth), nil, ref.Options{Groups: c})
		if err != nil {
			return middle, err
		}
		return ref.CrossCorrelate(middle, arrayOf(point), three, ref.Options{})
	}
	for _, test := range []struct {
		layer  cnnlib.Layer
		params int
		want   func() (ref.Array, error)
	}{
		{cnnlib.DepthwiseConv2D{Weights: depth, Biases: two}, 8*6 + 8, func() (ref.Array, error) {
			return ref.CrossCorrelate(x, arrayOf(depth), two, ref.Options{Groups: c})
		}},
		{cnnlib.DepthwiseConv2D{Weights: depth, Multiplier: 2, Kernel: 3, KernelW: 2, Stride: 2, NoBias: true}, 8 * 6, func() (ref.Array, error) {
			return ref.CrossCorrelate(x, arrayOf(depth), nil, ref.Options{Groups: c, Stride: 2})
		}},
		{cnnlib.SeparableConv2D{Depthwise: depth, Pointwise: rows, Biases: three}, 8*6 + 3*8 + 3, separable},
		{cnnlib.ConvTranspose2D{Weights: up, Stride: 2, Biases: three}, 4*3*6 + 3, func() (ref.Array, error) {
			return ref.Transposed(x, arrayOf(up), three, ref.TransposedOptions{Options: ref.Options{Stride: 2}})
		}},
		{cnnlib.ConvTranspose2D{Channels: 6, Weights: up, Groups: 2, Biases: six}, 4*3*6 + 6, func() (ref.Array, error) {
			return ref.Transposed(x, arrayOf(up), six, ref.TransposedOptions{Options: ref.Options{Groups: 2}})
		}},
	} {
		want, err := test.want()
		if err != nil {
			t.Fatal(err)
		}
		y, err := cnnlib.Run(goBackend(t), test.layer, tensors.FromFlatDataAndDimensions(flat, n, h, w, c))
		if err != nil {
			t.Error(err)
			continue
		}
		if out, err := test.layer.OutShape(cnnlib.Shape{h, w, c}); err != nil || fmt.Sprint(append([]int{n}, out...)) != fmt.Sprint(want.Shape) {
			t.Errorf("%v: shape %v, %v, want %v", test.layer, out, err, want.Shape)
		}
		if got := test.layer.Params(cnnlib.Shape{h, w, c}); got != test.params {
			t.Errorf("%v: %d parameters, want %d", test.layer, got, test.params)
		}
		y.MustConstFlatData(func(data any) {
			for i, v := range data.([]float32) {
				if float64(v) != want.Data[i] {
					t.Errorf("%v: number %d is %v, want %v", test.layer, i, v, want.Data[i])
					break
				}
			}
		})
	}
}

func TestGivenWeightsAreRefused(t *testing.T) {
	in := cnnlib.Shape{5, 6, 4}
	two, ragged := integers(2, 1, 3, 3), cnnlib.Weights{{{{1, 2}, {3}}}}
	for _, c := range []struct {
		layer cnnlib.Layer
		want  string
	}{
		{cnnlib.DepthwiseConv2D{Weights: two}, "the weights hold 2 filters, the input has 4 channels and Multiplier is 1, which makes 4"},
		{cnnlib.DepthwiseConv2D{Weights: integers(6, 1, 3, 3)}, "the weights hold 6 filters, the input has 4 channels and Multiplier is 1, which makes 4"},
		{cnnlib.DepthwiseConv2D{Weights: integers(8, 1, 3, 3), Multiplier: 1}, "the weights hold 8 filters, the input has 4 channels and Multiplier is 1, which makes 4"},
		{cnnlib.DepthwiseConv2D{Weights: integers(4, 2, 3, 3)}, "each filter of the weights has 2 matrices for 1 channel that a kernel sees: use Filters"},
		{cnnlib.DepthwiseConv2D{Weights: integers(4, 1, 3, 3), Kernel: 2}, "the weights are 3×3, the kernel is 2×2"},
		{cnnlib.DepthwiseConv2D{Weights: cnnlib.Weights{}}, "the weights are empty"},
		{cnnlib.DepthwiseConv2D{Weights: ragged}, "row 1 of matrix 0 of filter 0 of the weights has 1 numbers, the first has 2"},
		{cnnlib.DepthwiseConv2D{Kernel: 3, Biases: []float64{1}}, "1 biases given for 4 output channels"},
		{cnnlib.DepthwiseConv2D{Kernel: 3, NoBias: true, Biases: []float64{1}}, "1 biases given with NoBias: leave one of them out"},
		{cnnlib.ConvTranspose2D{Weights: two}, "the weights hold 2 filters, the number of input channels is 4"},
		{cnnlib.ConvTranspose2D{Weights: integers(4, 3, 2, 2), Channels: 2}, "each filter of the weights has 3 matrices for 2 output channels per group"},
		{cnnlib.ConvTranspose2D{Weights: integers(4, 3, 2, 2), Channels: 3, Groups: 2}, "output channels 3 not divisible by groups 2"},
		{cnnlib.ConvTranspose2D{Weights: integers(4, 3, 2, 1), Kernel: 2}, "the weights are 2×1, the kernel is 2×2"},
		{cnnlib.ConvTranspose2D{Weights: ragged}, "row 1 of matrix 0 of filter 0 of the weights has 1 numbers, the first has 2"},
		{cnnlib.ConvTranspose2D{Weights: cnnlib.Weights{}}, "the weights are empty"},
		{cnnlib.ConvTranspose2D{Channels: 2, Kernel: 1, Biases: []float64{1}}, "1 biases given for 2 output channels"},
		{cnnlib.SeparableConv2D{Channels: 2, Depthwise: two}, "Depthwise: the weights hold 2 filters, the input has 4 channels"},
		{cnnlib.SeparableConv2D{Channels: 2, Kernel: 3, Pointwise: [][]float64{{1, 2, 3, 4}}}, "Pointwise has 1 rows for 2 output channels"},
		{cnnlib.SeparableConv2D{Kernel: 3, Pointwise: [][]float64{{1, 2, 3, 4}, {1, 2, 3}}}, "row 1 of Pointwise has 3 numbers for the 4 channels of the depthwise result"},
		{cnnlib.SeparableConv2D{Kernel: 3, Pointwise: [][]float64{}}, "Channels is 0, want at least 1"},
		{cnnlib.SeparableConv2D{Channels: 2, Kernel: 3, Biases: []float64{1}}, "1 biases given for 2 output channels"},
	} {
		checkRefuses(t, c.layer, in, c.want)
		if c.layer.Params(in) != 0 || c.layer.MACs(in) != 0 {
			t.Errorf("%v: counted though it is refused", c.layer)
		}
	}
}

// Long weights are printed by their sizes only.
func TestGivenWeightsPrinted(t *testing.T) {
	many := integers(16, 1, 3, 3)
	for _, c := range []struct {
		layer cnnlib.Layer
		want  string
	}{
		{cnnlib.DepthwiseConv2D{Weights: cnnlib.Filters([][]float64{{1, 2}}, [][]float64{{3, 4}}), Biases: []float64{1, 0}},
			"DepthwiseConv2D{Weights: Filters([][]float64{{1, 2}}, [][]float64{{3, 4}}), Biases: []float64{1, 0}}"},
		{cnnlib.DepthwiseConv2D{Weights: many}, "DepthwiseConv2D{Weights: Weights{ /* 16 filters of 1 3×3 */ }}"},
		{cnnlib.ConvTranspose2D{Stride: 2, NoBias: true, Weights: cnnlib.Filter([][]float64{{1, 2}})},
			"ConvTranspose2D{Stride: 2, NoBias: true, Weights: Filter([][]float64{{1, 2}})}"},
		{cnnlib.SeparableConv2D{NoBias: true, Depthwise: cnnlib.Filter([][]float64{{1, 2}}), Pointwise: [][]float64{{3}, {4}}},
			"SeparableConv2D{NoBias: true, Depthwise: Filter([][]float64{{1, 2}}), Pointwise: [][]float64{{3}, {4}}}"},
		{cnnlib.SeparableConv2D{Kernel: 1, Pointwise: make([][]float64, 2)}, "SeparableConv2D{Kernel: 1, Pointwise: [][]float64{{}, {}}}"},
	} {
		if got := c.layer.String(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
	rows := make([][]float64, 8)
	for i := range rows {
		rows[i] = make([]float64, 10)
	}
	if got := (cnnlib.SeparableConv2D{Kernel: 1, Pointwise: rows}).String(); !strings.Contains(got, "Pointwise: [][]float64{ /* 8×10 */ }") {
		t.Errorf("%s: 80 numbers are printed", got)
	}
}
