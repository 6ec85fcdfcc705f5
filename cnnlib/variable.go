package cnnlib

import (
	"fmt"
	"math/rand/v2"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/random"
)

// mostNumbers is how many a variable can hold: 2³³, which take 64 GB while they are drawn.
const mostNumbers = 1 << 33

// parameter returns the value, in the graph g, of the trainable variable of that
// name, and makes it first if it is not there yet: from the given numbers, in
// the order of the shape, or else from what draw fills in. The random numbers
// depend on the seed of the store and on the path of the variable only.
func parameter(s *model.Scope, g *graph.Graph, name string, shape shapes.Shape, given []float64, draw func(r *rand.Rand, values []float64)) *graph.Node {
	if v := s.GetVariable(name); v != nil {
		if !v.Shape().Equal(shape) {
			panic(fmt.Errorf("cnnlib: the variable %s is %s, the layer wants %s: it was built for another input", v.Path(), v.Shape(), shape))
		}
		return v.NodeValue(g)
	}
	if n := shape.Size(); n < 1 || n > mostNumbers {
		panic(fmt.Errorf("cnnlib: the variable %s would hold %s numbers, want 1 to %d: use fewer units or channels, or a smaller input", name, shape, mostNumbers))
	}
	values := given
	if values == nil {
		values = make([]float64, shape.Size())
		path := model.JoinPath(s.Scope(), name)
		draw(random.Source(s, path), values)
	}
	return s.VariableWithValue(name, tensorOf(values, shape.DType, shape.Dimensions...)).NodeValue(g)
}

// weights returns the kernel or matrix "weights" of a layer; nil means HeNormal.
func weights(s *model.Scope, g *graph.Graph, shape shapes.Shape, given []float64, init Initializer, fan Fan) *graph.Node {
	return parameter(s, g, "weights", shape, given, func(r *rand.Rand, w []float64) { orHe(init).Weights(r, fan, w) })
}

// biases returns the vector "biases" of a layer; nil means HeNormal.
func biases(s *model.Scope, g *graph.Graph, shape shapes.Shape, given []float64, init Initializer, fan Fan) *graph.Node {
	return parameter(s, g, "biases", shape, given, func(r *rand.Rand, b []float64) { orHe(init).Biases(r, fan, b) })
}

func orHe(init Initializer) Initializer {
	if init == nil {
		return HeNormal{}
	}
	return init
}

// tensorOf returns float32 or float64 tensors only: layers are built on nothing
// else. It panics on other types, as graph code does.
func tensorOf(values []float64, dtype dtypes.DType, dims ...int) *tensors.Tensor {
	switch dtype {
	case dtypes.Float64:
		return tensors.FromFlatDataAndDimensions(append([]float64{}, values...), dims...)
	case dtypes.Float32:
		narrow := make([]float32, len(values))
		for i, v := range values {
			narrow[i] = float32(v)
		}
		return tensors.FromFlatDataAndDimensions(narrow, dims...)
	}
	panic(fmt.Errorf("cnnlib: the tensor is %v, want Float32 or Float64", dtype))
}

// flatOrNil returns the weights in the order of their variable, or nil for none.
func (w Weights) flatOrNil() []float64 {
	if w == nil {
		return nil
	}
	return w.flat()
}
