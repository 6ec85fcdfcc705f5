package transposed

import (
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/chapters"
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
func poolAndBack(backend compute.Backend, image [][]float64, window int) (u unpooling) {
	x := chapters.Must(cnnlib.FromMatrix(image))
	layer := cnnlib.MaxPool2D{Window: window}
	_ = chapters.Must(layer.OutShape(cnnlib.Shape{len(image), len(image[0]), 1}))
	var results []*tensors.Tensor
	chapters.OK(lower.Guard("unpooling", func() (err error) {
		results, err = model.CallOnceN(backend, model.NewStore(), func(_ *model.Scope, x *graph.Node) []*graph.Node {
			y, places := layer.WithIndices(x)
			return []*graph.Node{y, graph.ConvertDType(places, dtypes.Float32), lower.MaxUnpool(y, places, len(image), len(image[0]))}
		}, x)
		return err
	}))
	for i, m := range []*[][]float64{&u.pooled, &u.places, &u.back} {
		*m = chapters.Must(cnnlib.ToMatrix(results[i], 0))
	}
	return u
}

// unpoolTo puts values back to their places in an h×w picture.
func unpoolTo(backend compute.Backend, values, places [][]float64, h, w int) [][]float64 {
	y := chapters.Must(cnnlib.FromMatrix(values))
	at := chapters.Must(cnnlib.FromMatrix(places))
	var back *tensors.Tensor
	chapters.OK(lower.Guard("unpooling", func() (err error) {
		back, err = model.CallOnce(backend, model.NewStore(), func(_ *model.Scope, y, at *graph.Node) *graph.Node {
			return lower.MaxUnpool(y, graph.ConvertDType(at, dtypes.Int32), h, w)
		}, y, at)
		return err
	}))
	return chapters.Must(cnnlib.ToMatrix(back, 0))
}
