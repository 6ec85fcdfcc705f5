package checkerboard

import (
	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/lower"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/random"
)

// InputGradient returns the gradient, by its input [h w], of the sum of what a layer
// makes of it. Weights that are not given are drawn with a fixed seed.
func InputGradient(backend compute.Backend, layer cnnlib.Layer, x [][]float64) ([][]float64, error) {
	return runSeeded(backend, "the gradient of "+layer.String(), generatorSeed, x, func(s *model.Scope, x *graph.Node) *graph.Node {
		return graph.Gradient(graph.ReduceAllSum(layer.Build(s, x)), x)[0]
	})
}

// drawnUntrained returns what an autoencoder makes of a digit before it is trained with
// the seed 1: its variables stand where package train puts them.
func drawnUntrained(backend compute.Backend, net cnnlib.Layer, digit [][]float64) ([][]float64, error) {
	return runSeeded(backend, "running "+net.String(), 1, digit, func(s *model.Scope, x *graph.Node) *graph.Node {
		return net.Build(s.At("net"), x)
	})
}

// runSeeded computes a graph with one plane as input and as result, and weights that are
// drawn with a seed. what says in an error what was done.
func runSeeded(backend compute.Backend, what string, seed int64, plane [][]float64, build func(*model.Scope, *graph.Node) *graph.Node) (result [][]float64, err error) {
	x, err := cnnlib.FromMatrix(plane)
	if err != nil {
		return nil, err
	}
	err = lower.Guard(what, func() error {
		store := model.NewStore()
		random.SetSeed(store, seed)
		y, err := model.CallOnce(backend, store, build, x)
		if err != nil {
			return err
		}
		result, err = cnnlib.ToMatrix(y, 0)
		return err
	})
	return result, err
}
