package cnnlib

import (
	"fmt"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
)

// variable returns the trainable variable of that name, with the given values in
// the order of its shape, or drawn at random (biases: 0) where they are nil.
func variable(s *model.Scope, name string, shape shapes.Shape, given []float64) *model.Variable {
	if given == nil {
		return s.WithInitializer(initializer.HeFn(s)).VariableWithShape(name, shape)
	}
	return s.VariableWithValue(name, tensorOf(given, shape.DType, shape.Dimensions...))
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
