package random_test

import (
	"math"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	_ "github.com/gomlx/compute/gobackend"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/random"
)

// draw returns n numbers of the stream of that name at that step.
func draw(t *testing.T, seed int64, step int32, name string, n int) []float64 {
	t.Helper()
	store := model.NewStore()
	random.SetSeed(store, seed)
	if err := random.Step(store.RootScope()).SetValue(tensors.FromScalar(step)); err != nil {
		t.Fatal(err)
	}
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		t.Fatal(err)
	}
	defer backend.Finalize()
	y, err := model.CallOnce(backend, store, func(s *model.Scope, g *graph.Graph) *graph.Node {
		return random.Uniform(s.In("layer"), g, name, shapes.Make(dtypes.Float64, n))
	})
	if err != nil {
		t.Fatal(err)
	}
	return y.Value().([]float64)
}

// The same hash, written in Go's own 32-bit arithmetic.
func TestUniformIsTheHashItSays(t *testing.T) {
	mix := func(x uint32) uint32 {
		x = (x ^ x>>16) * 0x85EBCA6B
		x = (x ^ x>>13) * 0xC2B2AE35
		return x ^ x>>16
	}
	// FNV-1a (64 bits) of the path "/layer/a".
	key := uint64(14695981039346656037)
	for _, b := range []byte("/layer/a") {
		key = (key ^ uint64(b)) * 1099511628211
	}
	const seed, step = 3, 5 // any
	golden := uint64(0x9E3779B97F4A7C15)
	key ^= golden * seed
	stepKey := mix((uint32(step) ^ uint32(key)) + uint32(key>>32))
	for i, got := range draw(t, seed, step, "a", 1000) {
		want := float64(mix(uint32(i)*(uint32(key>>16)|1)^stepKey)>>8) / (1 << 24)
		if got != want {
			t.Fatalf("number %d is %v, want %v", i, got, want)
		}
	}
}

// Mean, variance, and correlation with the neighbours and with other streams are
// what independent uniform numbers have, within five standard errors.
func TestUniformLooksRandom(t *testing.T) {
	const n = 100_000
	moments := func(a, b []float64) (mean, correlation float64) {
		for i := range a {
			mean += a[i] / float64(len(a))
			correlation += 12 * (a[i] - 0.5) * (b[i] - 0.5) / float64(len(a)) // variance of U[0, 1) is 1/12
		}
		return mean, correlation
	}
	const tolerance = 5 / 316.2 // 5/√n; a correlation has the standard error 1/√n, a mean √(1/12n)
	a := draw(t, 1, 1, "a", n)
	others := map[string][]float64{
		"the next number": append(append([]float64{}, a[1:]...), a[0]),
		"28 numbers on":   append(append([]float64{}, a[28:]...), a[:28]...), // a row of MNIST
		"another step":    draw(t, 1, 2, "a", n),
		"another seed":    draw(t, 2, 1, "a", n),
		"another stream":  draw(t, 1, 1, "b", n),
	}
	for name, b := range others {
		mean, correlation := moments(a, b)
		if math.Abs(mean-0.5) > tolerance/3.46 || math.Abs(correlation) > tolerance { // √12 = 3.46
			t.Errorf("mean %v, correlation with %s %v: not uniform and independent", mean, name, correlation)
		}
	}
	_, variance := moments(a, a) // times 12
	if math.Abs(variance-1) > tolerance {
		t.Errorf("variance is %v of 1/12", variance)
	}
}
