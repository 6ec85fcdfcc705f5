package ch05

import (
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/lower"
)

// unpooling is a picture, pooled and taken back.
type unpooling struct {
	pooled [][]float64 // the largest value of each window
	places [][]float64 // where it came from: row·W + column
	back   [][]float64 // the values in their places, everything else 0
}

// poolAndBack takes the largest value of each window×window cells and puts it back
// to its place (M. Zeiler, R. Fergus, arXiv:1311.2901, §2.1).
func poolAndBack(b compute.Backend, image [][]float64, window int) (u unpooling, err error) {
	x, err := cnnlib.FromMatrix(image)
	if err != nil {
		return u, err
	}
	layer := cnnlib.MaxPool2D{Window: window}
	if _, err := layer.OutShape(cnnlib.Shape{len(image), len(image[0]), 1}); err != nil {
		return u, err
	}
	var results []*tensors.Tensor
	err = cnnlib.Guard("unpooling", func() (err error) {
		results, err = model.CallOnceN(b, model.NewStore(), func(_ *model.Scope, x *graph.Node) []*graph.Node {
			y, places := layer.WithIndices(x)
			return []*graph.Node{y, graph.ConvertDType(places, dtypes.Float32), lower.MaxUnpool(y, places, len(image), len(image[0]))}
		}, x)
		return err
	})
	if err != nil {
		return u, err
	}
	for i, m := range []*[][]float64{&u.pooled, &u.places, &u.back} {
		if *m, err = cnnlib.ToMatrix(results[i], 0); err != nil {
			return u, err
		}
	}
	return u, nil
}

// putBack is the unpooling alone, to an h×w picture.
func putBack(b compute.Backend, values, places [][]float64, h, w int) ([][]float64, error) {
	y, err := cnnlib.FromMatrix(values)
	if err != nil {
		return nil, err
	}
	at, err := cnnlib.FromMatrix(places) // below 2²⁴, so exact in float32
	if err != nil {
		return nil, err
	}
	var back *tensors.Tensor
	err = cnnlib.Guard("unpooling", func() (err error) {
		back, err = model.CallOnce(b, model.NewStore(), func(_ *model.Scope, y, at *graph.Node) *graph.Node {
			return lower.MaxUnpool(y, graph.ConvertDType(at, dtypes.Int32), h, w)
		}, y, at)
		return err
	})
	if err != nil {
		return nil, err
	}
	return cnnlib.ToMatrix(back, 0)
}
