package cnnlib_test

// Why Conv2D does not stand on GoMLX's own layers.Convolution (v0.28.2); as in
// lower/gomlx_test.go, a test that fails here is good news.

import (
	"math"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/regularizer"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
	"github.com/gomlx/gomlx/ml/train"
)

func TestGoMLXLayersConvolutionCannotGroup(t *testing.T) {
	_, err := model.CallOnce(goBackend(t), model.NewStore(), func(s *model.Scope, x *graph.Node) *graph.Node {
		return layers.Convolution(s, x).Channels(2).KernelSize(3).ChannelGroupCount(2).Done()
	}, tensors.FromScalarAndDimensions(float32(1), 1, 5, 5, 2))
	if err == nil {
		t.Error("layers.Convolution can group: Conv2D may use it")
	}
}

func TestGoMLXLayersConvolutionRegularizesTwice(t *testing.T) {
	store := model.NewStore()
	store.RootScope().SetParam(regularizer.ParamL2, 0.1)
	loss, err := model.CallOnce(goBackend(t), store, func(s *model.Scope, x *graph.Node) *graph.Node {
		y := layers.Convolution(s.WithInitializer(initializer.One), x).Channels(1).KernelSize(2).UseBias(false).Done()
		// The sum keeps y in the graph: the pure-Go backend cannot run one with unused nodes.
		return graph.Add(train.TotalLoss(x.Graph()), graph.MulScalar(graph.ReduceAllSum(y), 0))
	}, tensors.FromScalarAndDimensions(float32(1), 1, 3, 3, 1))
	if err != nil {
		t.Fatal(err)
	}
	// Four weights of 1 and a factor of 0.1 make 0.4; GoMLX adds it twice.
	if got := float64(loss.Value().(float32)); math.Abs(got-0.4) < 1e-6 {
		t.Errorf("the L2 loss is %v, which is right: Conv2D may use layers.Convolution", got)
	} else if math.Abs(got-0.8) > 1e-6 {
		t.Errorf("the L2 loss is %v, neither right (0.4) nor the known 0.8", got)
	}
}
