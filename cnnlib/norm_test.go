package cnnlib_test

import (
	"math"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
)

// normBatch is a batch of 4 pictures of 2×3 cells with 2 channels, in float64: the
// first channel has values around 10, the second around -1.
func normBatch() ref.Array {
	x := ref.NewArray(4, 2, 3, 2)
	for i := range x.Data {
		wave := math.Sin(float64(i)) // any numbers that do not repeat
		x.Data[i] = 10 + 3*wave
		if i%2 == 1 {
			x.Data[i] = -1 + wave/2
		}
	}
	return x
}

func tensor64(a ref.Array) *tensors.Tensor {
	return tensors.FromFlatDataAndDimensions(append([]float64{}, a.Data...), a.Shape...)
}

// builder runs a layer again and again on one store, in training or in use.
func builder(t *testing.T, store *model.Store, layer cnnlib.Layer, training bool) *model.Exec {
	t.Helper()
	exec, err := model.NewExec(goBackend(t), store, func(s *model.Scope, x *graph.Node) *graph.Node {
		store.SetTraining(x.Graph(), training)
		return layer.Build(s, x)
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(exec.Finalize)
	return exec
}

func flat(t *testing.T, exec *model.Exec, x ref.Array) []float64 {
	t.Helper()
	y, err := exec.Call(tensor64(x))
	if err != nil {
		t.Fatal(err)
	}
	var numbers []float64
	y[0].MustConstFlatData(func(data any) { numbers = append(numbers, data.([]float64)...) })
	return numbers
}

func variable(t *testing.T, store *model.Store, path string) []float64 {
	t.Helper()
	v := store.GetVariable(path)
	if v == nil {
		t.Fatalf("no variable %s", path)
	}
	value, err := v.Value()
	if err != nil {
		t.Fatal(err)
	}
	return append([]float64{}, value.Value().([]float64)...)
}

func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range got {
		// Sums of 24 numbers of the size of 10 in float64: 24·10·1e-16, and a few more
		// roundings.
		if !(math.Abs(got[i]-want[i]) <= 1e-12) {
			t.Fatalf("%s: number %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

// Training uses the moments of the batch and moves the running averages towards
// them; use takes the running averages, whatever the batch.
func TestBatchNormModes(t *testing.T) {
	x := normBatch()
	mean, variance, err := ref.Moments(x)
	if err != nil {
		t.Fatal(err)
	}
	const m = 4 * 2 * 3 // values of a channel
	ones, zeros := []float64{1, 1}, []float64{0, 0}
	for _, c := range []struct {
		layer             cnnlib.BatchNorm
		momentum, epsilon float64
	}{
		{cnnlib.BatchNorm{}, 0.1, 1e-5}, // the defaults of PyTorch
		{cnnlib.BatchNorm{Momentum: 0.25, Epsilon: 0.01}, 0.25, 0.01},
		{cnnlib.BatchNorm{Momentum: 1}, 1, 1e-5},
	} {
		store := model.NewStore()
		train, use := builder(t, store, c.layer, true), builder(t, store, c.layer, false)
		inTraining, err := ref.BatchNorm(x, ones, zeros, c.epsilon)
		if err != nil {
			t.Fatal(err)
		}
		runningMean, runningVariance := []float64{0, 0}, []float64{1, 1}
		for range 3 {
			near(t, "training", flat(t, train, x), inTraining.Data)
			for ch := range 2 {
				runningMean[ch] += c.momentum * (mean[ch] - runningMean[ch])
				runningVariance[ch] += c.momentum * (variance[ch]*m/(m-1) - runningVariance[ch])
			}
			near(t, "running mean", variable(t, store, "/mean"), runningMean)
			near(t, "running variance", variable(t, store, "/variance"), runningVariance)
			inUse, err := ref.Normalize(x, ones, zeros, runningMean, runningVariance, c.epsilon)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "use", flat(t, use, x), inUse.Data)
		}
		near(t, "running mean after use", variable(t, store, "/mean"), runningMean)
		// One picture alone gives what it gave among others.
		one := ref.Array{Shape: []int{1, 2, 3, 2}, Data: x.Data[:12]}
		near(t, "use of one picture", flat(t, use, one), flat(t, use, x)[:12])
	}
}

// After 300 batches that are all the same, the start has the share 0.9^300 = 2e-14.
func TestBatchNormAveragesConverge(t *testing.T) {
	x := normBatch()
	store := model.NewStore()
	train := builder(t, store, cnnlib.BatchNorm{}, true)
	for range 300 {
		flat(t, train, x)
	}
	mean, variance, err := ref.Moments(x)
	if err != nil {
		t.Fatal(err)
	}
	for ch := range variance {
		variance[ch] *= 24.0 / 23
	}
	near(t, "running mean", variable(t, store, "/mean"), mean)
	near(t, "running variance", variable(t, store, "/variance"), variance)
}

func TestBatchNormVariables(t *testing.T) {
	store := model.NewStore()
	layer := cnnlib.BatchNorm{}
	flat(t, builder(t, store, layer, true), normBatch())
	paths, trained := "", 0
	for v := range store.IterVariables() {
		paths += v.Path() + " "
		if v.Trainable {
			trained += v.Shape().Size()
		}
	}
	if want := "/scale /shift /mean /variance "; paths != want {
		t.Errorf("variables %s, want %s", paths, want)
	}
	if want := layer.Params(cnnlib.Shape{2, 3, 2}); trained != want || want != 4 { // two channels
		t.Errorf("%d numbers are trained, Params says %d, want 4", trained, want)
	}
}

// A single value has no variance.
func TestBatchNormRefusesOneValue(t *testing.T) {
	exec, err := model.NewExec(goBackend(t), model.NewStore(), func(s *model.Scope, x *graph.Node) *graph.Node {
		s.Store().SetTraining(x.Graph(), true)
		return cnnlib.BatchNorm{}.Build(s, x)
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = exec.Call([][]float64{{1, 2}})
	if err == nil || !strings.Contains(err.Error(), "BatchNorm{}: in training the batch has one value of each channel, want at least 2") {
		t.Errorf("%v", err)
	}
}

func TestNormErrors(t *testing.T) {
	in := cnnlib.Shape{3, 3, 2}
	for _, c := range []struct {
		layer cnnlib.Layer
		in    cnnlib.Shape
		want  string
	}{
		{cnnlib.BatchNorm{}, cnnlib.Shape{}, "BatchNorm{}: the input has no axes beside N"},
		{cnnlib.BatchNorm{Momentum: 1.5}, in, "BatchNorm{Momentum: 1.5}: Momentum is 1.5, want above 0 to 1, or 0 for 0.1"},
		{cnnlib.BatchNorm{Momentum: math.NaN()}, in, "Momentum is NaN"},
		{cnnlib.BatchNorm{Epsilon: -1e-5}, in, "BatchNorm{Epsilon: -1e-05}: Epsilon is -1e-05, want above 0"},
		{cnnlib.LocalResponseNorm{}, cnnlib.Shape{}, "LocalResponseNorm{}: the input has no axes beside N"},
		{cnnlib.LocalResponseNorm{Size: 4}, in, "LocalResponseNorm{Size: 4}: Size is 4, want an odd number"},
		{cnnlib.LocalResponseNorm{Size: -1}, in, "Size is -1"},
		{cnnlib.LocalResponseNorm{K: -2}, in, "K is -2, want above 0"},
		{cnnlib.LocalResponseNorm{Alpha: math.NaN()}, in, "Alpha is NaN"},
		{cnnlib.LocalResponseNorm{Size: 3, Beta: math.Inf(1)}, in, "LocalResponseNorm{Size: 3, Beta: +Inf}: Beta is +Inf"},
	} {
		if _, err := c.layer.OutShape(c.in); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
		if c.layer.Params(c.in) != 0 || c.layer.MACs(c.in) != 0 {
			t.Errorf("%v counts for an input it refuses", c.layer)
		}
	}
}
