package cnnlib_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/nets"
	"cnnbook/cnnlib/random"
)

// Mean and variance agree with the papers, within five standard errors.
func TestInitializers(t *testing.T) {
	const n = 100_000
	fan := cnnlib.Fan{In: 25, Out: 500} // section 5.23: 20 kernels of 5×5 on one channel
	for _, c := range []struct {
		init            cnnlib.Initializer
		weights, biases float64 // standard deviations
	}{
		{cnnlib.HeNormal{}, math.Sqrt(2.0 / 25), 0},
		{cnnlib.GlorotUniform{}, math.Sqrt(2.0 / 525), 0}, // U(-a, a) has the variance a²/3
		{cnnlib.LeCunNormal{}, 1.0 / 5, 0},
		{cnnlib.TorchUniform{}, 1 / math.Sqrt(3*25), 1 / math.Sqrt(3*25)},
		{cnnlib.Normal{Std: 0.01}, 0.01, 0},
		{cnnlib.Zeros{}, 0, 0},
		{nets.Network3{Pool: 2}, 1 / math.Sqrt(125), 1}, // 20·25/4 = 125
		{nets.Network3{}, 1 / math.Sqrt(500), 1},
	} {
		values := make([]float64, n)
		check := func(what string, want float64) {
			sum, squares := 0.0, 0.0
			for _, v := range values {
				sum += v
				squares += v * v
			}
			mean, std := sum/n, math.Sqrt(squares/n)
			// The standard error of a mean is σ/√n, that of σ itself at most as large.
			if bound := 5 * want / math.Sqrt(n); math.Abs(mean) > bound || math.Abs(std-want) > bound {
				t.Errorf("%v: %s have mean %v and standard deviation %v, want 0 and %v", c.init, what, mean, std, want)
			}
		}
		r := rand.New(rand.NewPCG(1, 2)) // any fixed seed
		c.init.Weights(r, fan, values)
		check("weights", c.weights)
		c.init.Biases(r, fan, values)
		check("biases", c.biases)
	}
}

// drawn returns the weights and biases that a layer at a place starts from.
func drawn(t *testing.T, seed int64, place string, layer cnnlib.Layer) []float64 {
	t.Helper()
	store := model.NewStore()
	random.SetSeed(store, seed)
	exec, err := model.NewExec(goBackend(t), store, func(s *model.Scope, x *graph.Node) *graph.Node { return layer.Build(s.In("%s", place), x) })
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	if _, err := exec.Call([][]float64{{1, 2, 3}}); err != nil {
		t.Fatal(err)
	}
	numbers := []float64{}
	for v := range store.IterVariables() {
		value, err := v.Value()
		if err != nil {
			t.Fatal(err)
		}
		value.MustConstFlatData(func(data any) {
			numbers = append(numbers, data.([]float64)...)
		})
	}
	return numbers
}

// Seed and place fix the numbers, and nothing else does; a change of either changes
// them.
func TestInitializersDependOnSeedAndPath(t *testing.T) {
	for _, init := range []cnnlib.Initializer{
		nil, cnnlib.HeNormal{}, cnnlib.GlorotUniform{}, cnnlib.LeCunNormal{}, cnnlib.TorchUniform{}, cnnlib.Normal{Std: 2}, nets.Network3{},
	} {
		layer := cnnlib.Dense{Units: 4, Init: init}
		want := drawn(t, 1, "a", layer)
		if len(want) != 3*4+4 {
			t.Fatalf("%v: %d numbers, want 12 weights and 4 biases", layer, len(want))
		}
		if got := drawn(t, 1, "a", layer); !slices.Equal(got, want) {
			t.Errorf("%v: the same seed and place give %v and %v", layer, got, want)
		}
		if got := drawn(t, 2, "a", layer); slices.Equal(got[:12], want[:12]) {
			t.Errorf("%v: seeds 1 and 2 give the same weights", layer)
		}
		if got := drawn(t, 1, "b", layer); slices.Equal(got[:12], want[:12]) {
			t.Errorf("%v: places a and b get the same weights", layer)
		}
	}
}

// The variance is kept from layer to layer if the initialiser says so: behind ten
// layers of 200 units, He's with ReLU has neither vanished nor grown.
func TestHeNormalKeepsTheSizeOfTheSignal(t *testing.T) {
	net := cnnlib.Sequential{}
	for range 10 {
		net = append(net, cnnlib.Dense{Units: 200, Activation: cnnlib.ReLU})
	}
	x := make([]float64, 200)
	for i := range x {
		x[i] = 1
	}
	y := run(t, net, tensors.FromValue([][]float64{x})).Value().([][]float64)[0]
	sum := 0.0
	for _, v := range y {
		sum += v * v / float64(len(y))
	}
	// The mean square of a layer of n units varies relatively by √(5/n) = 0.16 (the
	// square of a half-normal value has the variance 5 at the mean 1), ten of them by
	// √10·0.16 = 0.5: the logarithm stays within five times that.
	if math.Abs(math.Log(sum)) > 2.5 {
		t.Errorf("the mean square is %v behind ten layers, want about 1", sum)
	}
}
