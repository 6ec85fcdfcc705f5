package cnnlib_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/lower"
)

// sequence, image and volume are the inputs of the tables below.
var (
	sequence = cnnlib.Shape{12, 4}
	image    = cnnlib.Shape{6, 7, 4}
	volume   = cnnlib.Shape{4, 6, 7, 4}
)

// unknown is what an activation of 77, which is none, is refused with.
const unknown = "Activation(77) is none of [None ReLU Sigmoid Tanh LeakyReLU ELU GELU Softplus Softmax]"

// Each row is refused with the text behind the layer's literal.
func TestConvolutionsRefuse(t *testing.T) {
	for _, c := range []struct {
		layer cnnlib.Layer
		in    cnnlib.Shape
		want  string
	}{
		{cnnlib.Conv1D{Channels: 1, Kernel: 3}, image, "the input has 3 axes beside N, want 2: length, channels"},
		{cnnlib.Conv1D{Kernel: 3}, sequence, "Channels is 0, want at least 1"},
		{cnnlib.Conv1D{Channels: 3}, sequence, "Kernel is 0, want at least 1"},
		{cnnlib.Conv1D{Channels: 3, Kernel: 3, Dilation: -2}, sequence, "Dilation is -2, want at least 1"},
		{cnnlib.Conv1D{Channels: 3, Kernel: 3, Groups: 3}, sequence, "input channels 4 not divisible by groups 3"},
		{cnnlib.Conv1D{Channels: 3, Kernel: 4, Dilation: 4}, sequence, "length: kernel of 13 cells does not fit into 12 (input 12, padding 0 and 0): use a smaller kernel or more padding"},
		{cnnlib.Conv1D{Channels: 3, Kernel: 3, Pads: cnnlib.Pads1D{Start: 2}}, sequence, "length: padding 2 and 0 given with Padding Valid: use Padding Explicit, or give none"},
		{cnnlib.Conv1D{Channels: 3, Kernel: 3, Activation: 77}, sequence, unknown},
		{cnnlib.Conv3D{Channels: 1, Kernel: 3}, image, "the input has 3 axes beside N, want 4: depth, rows, columns, channels"},
		{cnnlib.Conv3D{Channels: 1, Kernel: 3, KernelH: -1}, volume, "KernelH is -1, want at least 1"},
		{cnnlib.Conv3D{Channels: 1, Kernel: 5}, volume, "depth: kernel of 5 cells does not fit into 4 (input 4, padding 0 and 0): use a smaller kernel or more padding"},
		{cnnlib.Conv3D{Channels: 3, Kernel: 1, Groups: 2}, volume, "output channels 3 not divisible by groups 2"},
		{cnnlib.Conv3D{Channels: 1, Kernel: 1 << 40, Padding: cnnlib.Full}, volume, "the product of [1099511627776 1099511627776 1099511627776] is more than an int can count"},
		{cnnlib.DepthwiseConv2D{Kernel: 3}, sequence, "the input has 2 axes beside N, want 3: rows, columns, channels"},
		{cnnlib.DepthwiseConv2D{Kernel: 3}, cnnlib.Shape{6, 7, 0}, "the number of input channels is 0, want at least 1"},
		{cnnlib.DepthwiseConv2D{Kernel: 3, Multiplier: -1}, image, "Multiplier is -1, want at least 1"},
		{cnnlib.DepthwiseConv2D{Multiplier: 2}, image, "Kernel is 0, want at least 1"},
		{cnnlib.DepthwiseConv2D{Kernel: 3, KernelW: 8}, image, "columns: kernel of 8 cells does not fit into 7 (input 7, padding 0 and 0): use a smaller kernel or more padding"},
		{cnnlib.DepthwiseConv2D{Kernel: 1, Multiplier: 1 << 62}, image, "the product of [4 4611686018427387904] is more than an int can count"},
		{cnnlib.SeparableConv2D{Kernel: 3}, image, "Channels is 0, want at least 1"},
		{cnnlib.SeparableConv2D{Channels: 8, Kernel: 7}, image, "rows: kernel of 7 cells does not fit into 6 (input 6, padding 0 and 0): use a smaller kernel or more padding"},
		{cnnlib.SeparableConv2D{Channels: 8, Kernel: 3, Activation: 77}, image, unknown},
		{cnnlib.ConvTranspose2D{Channels: 2, Kernel: 3}, sequence, "the input has 2 axes beside N, want 3: rows, columns, channels"},
		{cnnlib.ConvTranspose2D{Kernel: 3}, image, "Channels is 0, want at least 1"},
		{cnnlib.ConvTranspose2D{Channels: 2, Kernel: 3, KernelW: -1}, image, "KernelW is -1, want at least 1"},
		{cnnlib.ConvTranspose2D{Channels: 2, Kernel: 3, Groups: 3}, image, "input channels 4 not divisible by groups 3"},
		{cnnlib.ConvTranspose2D{Channels: 3, Kernel: 3, Groups: 2}, image, "output channels 3 not divisible by groups 2"},
		{cnnlib.ConvTranspose2D{Channels: 2, Kernel: 3, Stride: 2, OutputPadding: 2}, image, "rows: output padding 2 is not below the stride 2: use 0 to 1"},
		{cnnlib.ConvTranspose2D{Channels: 2, Kernel: 3, OutputPadding: -1}, image, "rows: output padding -1 is below 0"},
		{cnnlib.ConvTranspose2D{Channels: 2, Kernel: 1, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Left: 3, Right: 4}}, image,
			"columns: padding 3 and 4 leaves nothing of 7 cells (input 7, stride 1, output padding 0): use less than 7 in all"},
		{cnnlib.ConvTranspose2D{Channels: 2, Kernel: 3, Activation: 77}, image, unknown},
		{cnnlib.LocallyConnected2D{Channels: 2, Kernel: 3}, volume, "the input has 4 axes beside N, want 3: rows, columns, channels"},
		{cnnlib.LocallyConnected2D{Kernel: 3}, image, "Channels is 0, want at least 1"},
		{cnnlib.LocallyConnected2D{Channels: 2, Kernel: 3, Stride: -2}, image, "Stride is -2, want at least 1"},
		{cnnlib.LocallyConnected2D{Channels: 2, Kernel: 9, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Bottom: 2}}, image,
			"rows: kernel of 9 cells does not fit into 8 (input 6, padding 0 and 2): use a smaller kernel or more padding"},
		{cnnlib.LocallyConnected2D{Channels: 2, Kernel: 3, Activation: 77}, image, unknown},
	} {
		_, err := c.layer.OutShape(c.in)
		want := fmt.Sprintf("cnnlib: %v: %s (input %v)", c.layer, c.want, c.in)
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		if c.layer.Params(c.in) != 0 || c.layer.MACs(c.in) != 0 {
			t.Errorf("%v: counts %d parameters and %d MACs for an input it refuses", c.layer, c.layer.Params(c.in), c.layer.MACs(c.in))
		}
		if err := lower.Guard("building", func() error { return build(c.layer, c.in, nil) }); err == nil {
			t.Errorf("%v: Build takes an input that OutShape refuses", c.layer)
		}
	}
}

// build builds the layer for two examples of the shape and hands the result and
// the variables to see.
func build(layer cnnlib.Layer, in cnnlib.Shape, see func(y *tensors.Tensor, store *model.Store)) error {
	backend, err := openGo()
	if err != nil {
		return err
	}
	store := model.NewStore()
	y, err := model.CallOnce(backend, store, func(s *model.Scope, x *graph.Node) *graph.Node { return layer.Build(s, x) },
		tensors.FromScalarAndDimensions(float32(1), append([]int{2}, in...)...))
	if err != nil {
		return err
	}
	if see != nil {
		see(y, store)
	}
	return nil
}

// The sizes, counts and literals of one layer of each kind, worked out by hand;
// and the graph must give the same sizes and counts.
func TestConvolutionsCount(t *testing.T) {
	for _, c := range []struct {
		layer        cnnlib.Layer
		in, out      cnnlib.Shape
		params, macs int
		literal      string
	}{
		// 12 + 3 + 1 - (2·2+1) = 11, 11/2 + 1 = 6 positions; 3·(4/2)·6 weights.
		{cnnlib.Conv1D{Channels: 6, Kernel: 3, Stride: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads1D{Start: 3, End: 1}, Dilation: 2, Groups: 2, Activation: cnnlib.Tanh},
			sequence, cnnlib.Shape{6, 6}, 36 + 6, 36 * 6,
			"Conv1D{Channels: 6, Kernel: 3, Stride: 2, Padding: Explicit, Pads: Pads1D{Start: 3, End: 1}, Dilation: 2, Groups: 2, Activation: Tanh}"},
		{cnnlib.Conv1D{Channels: 5, Kernel: 1, NoBias: true, Init: cnnlib.LeCunNormal{}}, sequence, cnnlib.Shape{12, 5}, 20, 20 * 12,
			"Conv1D{Channels: 5, Kernel: 1, NoBias: true, Init: LeCunNormal{}}"},
		// Depth 4+2-2 = 4, rows 6-3+1 = 4, columns 7+1-1 = 7, floored by stride 2: 3 2 4.
		{cnnlib.Conv3D{Channels: 2, Kernel: 2, KernelH: 3, KernelW: 1, Stride: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads3D{Front: 1, Back: 1, Right: 1}},
			volume, cnnlib.Shape{3, 2, 4, 2}, 2*3*4*2 + 2, 2 * 3 * 4 * 2 * 3 * 2 * 4,
			"Conv3D{Channels: 2, Kernel: 2, KernelH: 3, KernelW: 1, Stride: 2, Padding: Explicit, Pads: Pads3D{Front: 1, Back: 1, Right: 1}}"},
		{cnnlib.Conv3D{Channels: 4, Kernel: 3, Padding: cnnlib.Same, Groups: 4, Dilation: 2, NoBias: true}, volume, cnnlib.Shape{4, 6, 7, 4}, 27 * 4, 27 * 4 * 4 * 6 * 7,
			"Conv3D{Channels: 4, Kernel: 3, Padding: Same, Dilation: 2, Groups: 4, NoBias: true}"},
		// 6 → 3 and 7 → 4; one 3×3 kernel for each of the 4 channels, twice.
		{cnnlib.DepthwiseConv2D{Multiplier: 2, Kernel: 3, Stride: 2, Padding: cnnlib.Same, Activation: cnnlib.ReLU}, image, cnnlib.Shape{3, 4, 8}, 9*8 + 8, 9 * 8 * 3 * 4,
			"DepthwiseConv2D{Multiplier: 2, Kernel: 3, Stride: 2, Padding: Same, Activation: ReLU}"},
		// Rows 6+2-(3·2+1)+1 = 2, columns 7.
		{cnnlib.DepthwiseConv2D{Kernel: 4, KernelW: 1, Dilation: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: 2}, NoBias: true, Init: cnnlib.Zeros{}}, image, cnnlib.Shape{2, 7, 4}, 4 * 4, 4 * 4 * 2 * 7,
			"DepthwiseConv2D{Kernel: 4, KernelW: 1, Padding: Explicit, Pads: Pads{Top: 2}, Dilation: 2, NoBias: true, Init: Zeros{}}"},
		// Section 5.11: 27 + 768 = 795 weights for 3×3 kernels, 3 channels to 256; the
		// full convolution has 6,912.
		{cnnlib.SeparableConv2D{Channels: 256, Kernel: 3, NoBias: true}, cnnlib.Shape{8, 8, 3}, cnnlib.Shape{6, 6, 256}, 795, 795 * 6 * 6,
			"SeparableConv2D{Channels: 256, Kernel: 3, NoBias: true}"},
		// 3·2 weights for each of 4·2 channels, then 8·5, with 5 biases; rows (6-3)/2+1, columns (7+2-2)/2+1.
		{cnnlib.SeparableConv2D{Channels: 5, Kernel: 3, KernelW: 2, Multiplier: 2, Stride: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Left: 1, Right: 1}, Activation: cnnlib.Tanh, Init: cnnlib.TorchUniform{}},
			image, cnnlib.Shape{2, 4, 5}, 6*8 + 8*5 + 5, (6*8 + 8*5) * 2 * 4,
			"SeparableConv2D{Channels: 5, Kernel: 3, KernelW: 2, Multiplier: 2, Stride: 2, Padding: Explicit, Pads: Pads{Left: 1, Right: 1}, Activation: Tanh, Init: TorchUniform{}}"},
		// Rows 5·2 + 3 - 1 + 1, columns 6·2 + 2 + 1; 3·2 taps for each of 6/2 channels of
		// the result and 4 of the input.
		{cnnlib.ConvTranspose2D{Channels: 6, Kernel: 3, KernelW: 2, Stride: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: 1}, Groups: 2, OutputPadding: 1, Activation: cnnlib.ReLU},
			image, cnnlib.Shape{13, 15, 6}, 72 + 6, 72 * 6 * 7,
			"ConvTranspose2D{Channels: 6, Kernel: 3, KernelW: 2, Stride: 2, Padding: Explicit, Pads: Pads{Top: 1}, Groups: 2, OutputPadding: 1, Activation: ReLU}"},
		// Padding above the kernel's reach: 5 + 2 - 4 rows, 6 + 2 - 3 columns.
		{cnnlib.ConvTranspose2D{Channels: 1, Kernel: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: 4, Right: 3}, NoBias: true}, image, cnnlib.Shape{3, 5, 1}, 16, 16 * 6 * 7,
			"ConvTranspose2D{Channels: 1, Kernel: 2, Padding: Explicit, Pads: Pads{Top: 4, Right: 3}, NoBias: true}"},
		// Padding that leaves only a row of output padding, which no stamp reaches:
		// 5·3 + 1 + 2 - 17 rows.
		{cnnlib.ConvTranspose2D{Channels: 1, Kernel: 1, Stride: 3, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: 17}, OutputPadding: 2}, image, cnnlib.Shape{1, 21, 1}, 4 + 1, 4 * 6 * 7,
			"ConvTranspose2D{Channels: 1, Kernel: 1, Stride: 3, Padding: Explicit, Pads: Pads{Top: 17}, OutputPadding: 2}"},
		// Rows (6+1-3)/2 + 1, columns (7-2)/2 + 1; 3·2·4 weights for each of 3·3·5 values.
		{cnnlib.LocallyConnected2D{Channels: 5, Kernel: 3, KernelW: 2, Stride: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: 1}, Activation: cnnlib.ReLU, Init: cnnlib.GlorotUniform{}},
			image, cnnlib.Shape{3, 3, 5}, 24*45 + 45, 24 * 45,
			"LocallyConnected2D{Channels: 5, Kernel: 3, KernelW: 2, Stride: 2, Padding: Explicit, Pads: Pads{Top: 1}, Activation: ReLU, Init: GlorotUniform{}}"},
		{cnnlib.LocallyConnected2D{Channels: 2, Kernel: 3, Padding: cnnlib.Same, NoBias: true}, image, cnnlib.Shape{6, 7, 2}, 36 * 84, 36 * 84,
			"LocallyConnected2D{Channels: 2, Kernel: 3, Padding: Same, NoBias: true}"},
	} {
		out, err := c.layer.OutShape(c.in)
		if err != nil || !out.Equal(c.out) {
			t.Errorf("%v: OutShape %v, %v, want %v", c.layer, out, err, c.out)
		}
		if n := c.layer.Params(c.in); n != c.params {
			t.Errorf("%v: %d parameters, want %d", c.layer, n, c.params)
		}
		if n := c.layer.MACs(c.in); n != c.macs {
			t.Errorf("%v: %d MACs, want %d", c.layer, n, c.macs)
		}
		if got := c.layer.String(); got != c.literal {
			t.Errorf("got  %s\nwant %s", got, c.literal)
		}
		err = build(c.layer, c.in, func(y *tensors.Tensor, store *model.Store) {
			if got := y.Shape().Dimensions; !reflect.DeepEqual(got, append([]int{2}, c.out...)) {
				t.Errorf("%v: the graph gives %v, want %v", c.layer, got, c.out)
			}
			if n := store.NumParameters(); n != c.params {
				t.Errorf("%v: the graph has %d parameters, want %d", c.layer, n, c.params)
			}
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// recorder is an Initializer that notes the connections it is told of.
type recorder struct {
	cnnlib.HeNormal
	fans *[]cnnlib.Fan
}

func (r recorder) Weights(_ *rand.Rand, fan cnnlib.Fan, w []float64) {
	*r.fans = append(*r.fans, fan)
}

// What the initialisers are told: the values that a neuron sums, and the neurons
// that a value of the input feeds.
func TestFansOfConvolutions(t *testing.T) {
	var fans []cnnlib.Fan
	init := recorder{fans: &fans}
	for _, c := range []struct {
		layer cnnlib.Layer
		in    cnnlib.Shape
		want  []cnnlib.Fan
	}{
		{cnnlib.Conv1D{Channels: 6, Kernel: 3, Groups: 2, Init: init}, sequence, []cnnlib.Fan{{In: 3 * 2, Out: 3 * 3}}},
		{cnnlib.Conv2D{Channels: 5, Kernel: 3, KernelW: 2, Init: init}, image, []cnnlib.Fan{{In: 6 * 4, Out: 6 * 5}}},
		{cnnlib.Conv3D{Channels: 5, Kernel: 2, Init: init}, volume, []cnnlib.Fan{{In: 8 * 4, Out: 8 * 5}}},
		{cnnlib.DepthwiseConv2D{Multiplier: 2, Kernel: 3, Init: init}, image, []cnnlib.Fan{{In: 9, Out: 9 * 2}}},
		{cnnlib.SeparableConv2D{Channels: 5, Kernel: 3, Init: init}, image, []cnnlib.Fan{{In: 9, Out: 9}, {In: 4, Out: 5}}},
		// A stride of 2 leaves a quarter of the 16 taps on each cell of the result.
		{cnnlib.ConvTranspose2D{Channels: 6, Kernel: 4, Stride: 2, Groups: 2, Init: init}, image, []cnnlib.Fan{{In: 4 * 2, Out: 16 * 3}}},
		{cnnlib.LocallyConnected2D{Channels: 5, Kernel: 3, Init: init}, image, []cnnlib.Fan{{In: 9 * 4, Out: 9 * 5}}},
	} {
		fans = nil
		if err := build(c.layer, c.in, nil); err != nil {
			t.Error(err)
		}
		if !reflect.DeepEqual(fans, c.want) {
			t.Errorf("%v: connections %+v, want %+v", c.layer, fans, c.want)
		}
	}
}

func TestSeparableConvolutionNamesItsVariables(t *testing.T) {
	err := build(cnnlib.SeparableConv2D{Channels: 5, Kernel: 3, KernelW: 2, Multiplier: 2}, image, func(_ *tensors.Tensor, store *model.Store) {
		for path, want := range map[string][]int{"/depthwise/weights": {3, 2, 1, 8}, "/pointwise/weights": {1, 1, 8, 5}, "/pointwise/biases": {5}} {
			v := store.GetVariable(path)
			if v == nil || !reflect.DeepEqual(v.Shape().Dimensions, want) {
				t.Errorf("%s is %v, want %v", path, v, want)
			}
		}
	})
	if err != nil {
		t.Error(err)
	}
}

// The way back has the size that the way forth began with, with the output padding
// a = (i + 2p - k) mod s (arXiv:1603.07285, Relationship 14).
func TestTransposedConvolutionRestoresTheSize(t *testing.T) {
	for size := 5; size <= 9; size++ {
		for kernel := 1; kernel <= 4; kernel++ {
			for stride := 1; stride <= 3; stride++ {
				for p := range kernel {
					pads := cnnlib.Pads{Top: p, Bottom: p, Left: p, Right: p}
					forth := cnnlib.Conv2D{Channels: 2, Kernel: kernel, Stride: stride, Padding: cnnlib.Explicit, Pads: pads}
					back := cnnlib.ConvTranspose2D{Channels: 3, Kernel: kernel, Stride: stride, Padding: cnnlib.Explicit, Pads: pads, OutputPadding: (size + 2*p - kernel) % stride}
					in := cnnlib.Shape{size, size, 3}
					out, err := cnnlib.Sequential{forth, back}.OutShape(in)
					if err != nil || !out.Equal(in) {
						t.Errorf("%v, then %v: %v, %v, want %v", forth, back, out, err, in)
					}
				}
			}
		}
	}
}
