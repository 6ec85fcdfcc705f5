package cnnlib_test

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/cnnlib"
)

// activations are the functions of one value and their derivatives, in Go's own
// arithmetic.
var activations = map[cnnlib.Layer]struct{ f, slope func(x float64) float64 }{
	cnnlib.None:              {func(x float64) float64 { return x }, func(float64) float64 { return 1 }},
	cnnlib.ReLU:              {func(x float64) float64 { return max(0, x) }, step(0)},
	cnnlib.Sigmoid:           {sigmoid, func(x float64) float64 { return sigmoid(x) * sigmoid(-x) }},
	cnnlib.Tanh:              {math.Tanh, func(x float64) float64 { return 1 / (math.Cosh(x) * math.Cosh(x)) }},
	cnnlib.LeakyReLU:         {func(x float64) float64 { return max(x, x/100) }, step(0.01)},
	cnnlib.Leaky{}:           {func(x float64) float64 { return max(x, x/100) }, step(0.01)},
	cnnlib.Leaky{Slope: 0.2}: {func(x float64) float64 { return max(x, x/5) }, step(0.2)},
	cnnlib.Leaky{Slope: 3}:   {func(x float64) float64 { return min(x, 3*x) }, step(3)},
	cnnlib.ELU:               {func(x float64) float64 { return max(x, math.Expm1(min(x, 0))) }, func(x float64) float64 { return math.Exp(min(x, 0)) }},
	cnnlib.GELU:              {func(x float64) float64 { return x * normal(x) }, func(x float64) float64 { return normal(x) + x*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi) }},
	cnnlib.Softplus:          {func(x float64) float64 { return max(0, x) + math.Log1p(math.Exp(-math.Abs(x))) }, sigmoid},
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// normal is the distribution function of N(0, 1).
func normal(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }

// step is 1 above 0 and the given slope elsewhere, also at 0.
func step(slope float64) func(float64) float64 {
	return func(x float64) float64 {
		if x > 0 {
			return 1
		}
		return slope
	}
}

// Values and derivatives in float64, at corners, close to them, and far out.
func TestActivations(t *testing.T) {
	in := []float64{-1000, -40, -2, -1e-9, 0, 1e-9, 0.5, 3, 40, 1000}
	for layer, want := range activations {
		y := run(t, layer, tensors.FromFlatDataAndDimensions(in, 1, len(in))).Value().([][]float64)[0]
		slopes, err := graph.CallOnce(goBackend(t), func(x *graph.Node) *graph.Node {
			return graph.Gradient(graph.ReduceAllSum(layer.Build(nil, x)), x)[0]
		}, [][]float64{in})
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range in {
			// A handful of roundings of 1e-16 each, on values of the size of 1 or of x.
			bound := 1e-14 * max(1, math.Abs(x))
			if got, want := y[i], want.f(x); !(math.Abs(got-want) <= bound) {
				t.Errorf("%v(%v) = %v, want %v", layer, x, got, want)
			}
			if got, want := slopes.Value().([][]float64)[0][i], want.slope(x); !(math.Abs(got-want) <= bound) {
				t.Errorf("derivative of %v at %v = %v, want %v", layer, x, got, want)
			}
		}
	}
}

// The value of ELU just below 0 keeps its digits: e^x - 1 computed as written
// would lose all but seven of them.
func TestELUKeepsDigitsNearZero(t *testing.T) {
	x := -1e-9
	y := run(t, cnnlib.ELU, tensors.FromFlatDataAndDimensions([]float64{x}, 1, 1)).Value().([][]float64)[0][0]
	if want := math.Expm1(x); math.Abs(y-want) > 1e-15*math.Abs(want) { // four roundings of 1e-16
		t.Errorf("ELU(%v) = %v, want %v", x, y, want)
	}
}

// In float32, too, no activation gives NaN or infinity for large inputs.
func TestActivationsAreFinite(t *testing.T) {
	in := []float32{-1e30, -1000, 0, 1000, 1e30}
	layers := []cnnlib.Layer{cnnlib.Softmax}
	for layer := range activations {
		layers = append(layers, layer)
	}
	for _, layer := range layers {
		results, err := graph.CallOnceN(goBackend(t), func(x *graph.Node) []*graph.Node {
			y := layer.Build(nil, x)
			return []*graph.Node{y, graph.Gradient(graph.ReduceAllSum(y), x)[0]}
		}, [][]float32{in})
		if err != nil {
			t.Fatal(err)
		}
		for i, what := range []string{"value", "derivative"} {
			for j, v := range results[i].Value().([][]float32)[0] {
				if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
					t.Errorf("%s of %v at %v is %v", what, layer, in[j], v)
				}
			}
		}
	}
}

func TestReLUPassesNoGradientAtZero(t *testing.T) {
	got, err := graph.CallOnce(goBackend(t), func(x *graph.Node) *graph.Node {
		return graph.Gradient(graph.ReduceAllSum(cnnlib.ReLU.Build(nil, x)), x)[0]
	}, []float64{-1, 0, 1})
	if err != nil || !reflect.DeepEqual(got.Value(), []float64{0, 0, 1}) {
		t.Errorf("gradient of ReLU at -1, 0, 1: %v, %v, want [0 0 1]", got, err)
	}
}

// Softmax works along the last axis and takes any size of input.
func TestSoftmax(t *testing.T) {
	x := tensors.FromFlatDataAndDimensions([]float64{math.Log(1), math.Log(3), 1000, 1000, -1000, 1000}, 1, 3, 2)
	got := run(t, cnnlib.Softmax, x).Value().([][][]float64)[0]
	for i, want := range [][]float64{{0.25, 0.75}, {0.5, 0.5}, {0, 1}} {
		for j := range want {
			if !(math.Abs(got[i][j]-want[j]) <= 1e-15) { // a few roundings of 1e-16
				t.Errorf("cell %d: %v, want %v", i, got[i], want)
			}
		}
	}
}

func TestActivationErrors(t *testing.T) {
	for _, c := range []struct {
		layer cnnlib.Layer
		want  string
	}{
		{cnnlib.Activation(77), "cnnlib: Activation(77): it is none of [None ReLU Sigmoid Tanh LeakyReLU ELU GELU Softplus Softmax] (input [N 3])"},
		{cnnlib.Activation(-1), "cnnlib: Activation(-1): it is none of"},
		{cnnlib.Leaky{Slope: math.Inf(1)}, "cnnlib: Leaky{Slope: +Inf}: Slope is +Inf, want a number (input [N 3])"},
		{cnnlib.Leaky{Slope: math.NaN()}, "cnnlib: Leaky{Slope: NaN}: Slope is NaN, want a number (input [N 3])"},
	} {
		if _, err := c.layer.OutShape(cnnlib.Shape{3}); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

// GELU falls to 0 faster than 1 + erf can tell: far below 0 the allowance is relative.
func TestGELUFarBelowZero(t *testing.T) {
	backend, err := openGo()
	if err != nil {
		t.Fatal(err)
	}
	for x := -40.0; x < -2.6; x += 0.1 {
		far := float64(float32(x))
		row, err := cnnlib.RunPlane(backend, cnnlib.GELU, [][]float64{{far}})
		if err != nil {
			t.Fatal(err)
		}
		want := far / 2 * math.Erfc(-far/math.Sqrt2)
		// The square in the exponent is rounded: x²/2 units of it; below 1e-38 float32 has 0.
		allowed := (far*far+300)*0x1p-24*-want + 1e-37
		if far > -2.5*math.Sqrt2 { // 1 + erf: half a unit of 1, twice, times x/2
			allowed += -far * 0x1p-24
		}
		if math.Abs(row[0][0]-want) > allowed {
			t.Fatalf("GELU(%v) is %g, want %g", far, row[0][0], want)
		}
	}
	row, err := cnnlib.RunPlane(backend, cnnlib.GELU, [][]float64{{-6, -1e30, math.Inf(-1), math.NaN(), math.Inf(1), 1e30}})
	if err != nil {
		t.Fatal(err)
	}
	if v := row[0]; math.Abs(v[0]+5.919526e-9) > 1e-13 || v[1] != 0 || v[2] != 0 || !math.IsNaN(v[3]) || !math.IsInf(v[4], 1) || v[5] != float64(float32(1e30)) {
		t.Errorf("GELU is %v", v)
	}
}
