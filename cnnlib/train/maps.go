package train

import (
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/lower"
)

// Maps returns what the first n layers of the network make of every picture, such
// as its feature maps: [N H W C] behind a convolution, float32. The network must
// be a Sequential of at least n layers; 0 layers give the pictures themselves,
// from 0 to 1. Dropout and batch norm are as in Predict.
func (m *Model) Maps(images *data.Images, n int) (*tensors.Tensor, error) {
	layers, ok := m.Net.(cnnlib.Sequential)
	if !ok {
		return nil, fmt.Errorf("train: the network is a %T, and only a Sequential has first layers: put it into one", m.Net)
	}
	if n < 0 || n > len(layers) {
		return nil, fmt.Errorf("train: the first %d layers of a network of %d: want 0 to %d", n, len(layers), len(layers))
	}
	if err := m.accepts(images); err != nil {
		return nil, err
	}
	return m.front(layers[:n], images)
}

// front runs some first layers of the network.
func (m *Model) front(layers cnnlib.Layer, images *data.Images) (y *tensors.Tensor, err error) {
	x, _ := onDevice(images)
	err = lower.Guard("running "+layers.String(), func() error {
		y, err = model.CallOnce(m.backend, m.store, func(s *model.Scope, x *graph.Node) *graph.Node {
			return lower.With(m.store, lower.Once(m.backend), func() *graph.Node { return layers.Build(s.At(netScope), m.scaled(x)) })
		}, x)
		return err
	})
	return y, err
}
