package cnnlib

import (
	"errors"
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/lower"
)

// seed starts the random numbers of Run. Any number would do: it is fixed, so that
// the same call on the same backend gives the same result.
const seed int64 = 5

// Run computes the layer once on x [N in...], float32 or float64, with fresh
// variables: given weights as given, all others drawn with a fixed seed. It
// returns the result [N out...] in the type of x. The input is checked by
// OutShape before the backend is touched. From then on x belongs to that backend:
// for another one make a new tensor.
func Run(backend compute.Backend, layer Layer, x *tensors.Tensor) (*tensors.Tensor, error) {
	if backend == nil {
		return nil, errors.New("cnnlib: the backend is nil: open one first")
	}
	if layer == nil {
		return nil, errors.New("cnnlib: the layer is nil")
	}
	if err := checkInput(x); err != nil {
		return nil, err
	}
	if _, err := layer.OutShape(shapeOf(x.Shape())); err != nil {
		return nil, err
	}
	var y *tensors.Tensor
	err := lower.Guard("running "+layer.String(), func() (err error) {
		store := model.NewStore()
		lower.Set(store, lower.Once(backend))
		store.SetParam(model.ParamInitialSeed, seed) // must be an int64: GoMLX takes any other type for 0
		y, err = model.CallOnce(backend, store, func(s *model.Scope, x *graph.Node) *graph.Node {
			return lower.Written(func() *graph.Node { return layer.Build(s, x) })
		}, x)
		return err
	})
	if err != nil {
		return nil, err
	}
	return y, nil
}

// checkInput refuses a tensor that no layer can take.
func checkInput(x *tensors.Tensor) error {
	if x == nil || !x.Ok() {
		return errors.New("cnnlib: the input tensor is nil or was given away: make a new one")
	}
	if t := x.DType(); t != dtypes.Float32 && t != dtypes.Float64 {
		return fmt.Errorf("cnnlib: the input tensor is %v, want Float32 or Float64", t)
	}
	if x.Rank() < 2 {
		return fmt.Errorf("cnnlib: the input tensor has %d axes, want at least 2: the examples, then the shape of one", x.Rank())
	}
	if x.Size() == 0 {
		return fmt.Errorf("cnnlib: the input tensor has shape %v, want at least one example", x.Shape().Dimensions)
	}
	return nil
}

// shapeOf returns the shape of one example of a batch.
func shapeOf(batch shapes.Shape) Shape {
	return append(Shape{}, batch.Dimensions[1:]...)
}
