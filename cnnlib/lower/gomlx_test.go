package lower_test

// What this package works round in GoMLX v0.28.2. Each test here passes as long as
// GoMLX behaves as described; one that fails says which work-around may go.

import (
	"math"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// ones1D is a batch of one row of n ones, with one channel.
func ones1D(n int) *tensors.Tensor { return tensors.FromScalarAndDimensions(1.0, 1, n, 1) }

// gradientOfSum returns the gradient of Σ Convolve(x, kernel) by x, for a kernel
// of 1, 2, 3 ... that is cross-correlated along one axis.
func gradientOfSum(t *testing.T, n, k int, configure func(*graph.ConvolutionBuilder)) ([]float64, error) {
	t.Helper()
	got, err := graph.CallOnce(open(t, "go:ops_sequential"), func(x *graph.Node) *graph.Node {
		kernel := graph.AddScalar(graph.Iota(x.Graph(), shapes.Make(dtypes.Float64, k, 1, 1), 0), 1)
		conv := graph.Convolve(x, kernel)
		configure(conv)
		return graph.Gradient(graph.ReduceAllSum(conv.Done()), x)[0]
	}, ones1D(n))
	if err != nil {
		return nil, err
	}
	var flat []float64
	got.MustConstFlatData(func(data any) { flat = append(flat, data.([]float64)...) })
	return flat, nil
}

func TestGoMLXGradientOfEvenKernelsIsWrong(t *testing.T) {
	// Over 4 ones, kernel [1 2]: the first cell is met by the first tap only, the
	// last by the second, all others by both.
	right := []float64{1, 3, 3, 2}
	got, err := gradientOfSum(t, 4, 2, func(*graph.ConvolutionBuilder) {})
	if err != nil {
		t.Fatal(err)
	}
	same := true
	for i := range right {
		same = same && math.Abs(got[i]-right[i]) < 1e-12
	}
	if same {
		t.Errorf("the gradient of an even kernel is %v, which is right: convolve need not make kernels odd any more", got)
	}
}

func TestGoMLXGradientPanicsOnWidePadding(t *testing.T) {
	for name, pads := range map[string][2]int{"before": {3, 0}, "after": {0, 3}} {
		if got, err := gradientOfSum(t, 5, 3, func(c *graph.ConvolutionBuilder) { c.PaddingPerDim([][2]int{pads}) }); err == nil {
			t.Errorf("padding above k-1 %s: gradient %v without an error: convolve need not pad by Concatenate any more", name, got)
		} else if !strings.Contains(err.Error(), "out-of-bounds") {
			t.Errorf("padding above k-1 %s: another error than the known one: %v", name, err)
		}
	}
}

func TestGoMLXRefusesStrideWithDilation(t *testing.T) {
	if _, err := gradientOfSum(t, 9, 3, func(c *graph.ConvolutionBuilder) { c.Strides(2).Dilations(2) }); err == nil {
		t.Error("stride with dilation works: convolve need not put zeros into the kernel any more")
	}
}

func TestGoMLXHasNoGradientOfInputDilation(t *testing.T) {
	if _, err := gradientOfSum(t, 5, 3, func(c *graph.ConvolutionBuilder) { c.InputDilationPerAxis(2) }); err == nil {
		t.Error("input dilation has a gradient: transposed convolution may use it")
	}
}

func TestGoMLXHasNoGradientOfPad(t *testing.T) {
	_, err := graph.CallOnce(open(t, "go:ops_sequential"), func(x *graph.Node) *graph.Node {
		padded := graph.Pad(x, graph.ScalarZero(x.Graph(), x.DType()), compute.PadAxis{}, compute.PadAxis{Start: 1})
		return graph.Gradient(graph.ReduceAllSum(padded), x)[0]
	}, ones1D(4))
	if err == nil {
		t.Error("Pad has a gradient: padAxis may use it")
	}
}

func TestGoMLXTakesSeedsThatAreNotInt64ForZero(t *testing.T) {
	draw := func(seed any) []float32 {
		store := model.NewStore()
		store.SetParam(model.ParamInitialSeed, seed)
		y, err := model.CallOnce(open(t, "go:ops_sequential"), store, func(s *model.Scope, x *graph.Node) *graph.Node {
			return graph.Add(s.RandomUniform(x.Graph(), x.Shape()), graph.MulScalar(x, 0))
		}, tensors.FromScalarAndDimensions(float32(1), 3))
		if err != nil {
			t.Fatal(err)
		}
		return y.Value().([]float32)
	}
	if a, b := draw(int64(5)), draw(int64(0)); a[0] == b[0] {
		t.Fatalf("the seeds 5 and 0 draw the same numbers %v", a)
	}
	if a, b := draw(int(5)), draw(int64(0)); a[0] != b[0] {
		t.Error("a seed of type int is used: Run need not give an int64 any more")
	}
}
