package parity

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
)

// step is the h of the central difference (L(v+h)-L(v-h))/2h. Its own error is
// about h² ≈ 1e-10, that of rounding about 1e-16/h ≈ 1e-11, both times the size
// of L's terms.
const step = 1e-5

// Tolerance is the largest difference that Differences may return for a layer
// whose gradients are right, with inputs and weights of the size of 1: it leaves a
// factor of a thousand over the error of the central difference.
const Tolerance = 1e-7

// Differences compares, in float64, the gradients that the graph computes for a
// layer with central differences: by every value of a batch of n inputs and of
// every trainable variable. It returns the largest absolute difference, divided by
// the largest gradient if that is above 1.
//
// A layer with a corner, such as ReLU, can differ by chance if a value lies
// within 1e-5 of the corner.
func Differences(backend compute.Backend, layer cnnlib.Layer, n int, in cnnlib.Shape) (float64, error) {
	out, err := layer.OutShape(in)
	if err != nil {
		return 0, err
	}
	rng := rand.New(rand.NewPCG(7, 2)) // any fixed seed
	x := randomArray(rng, append([]int{n}, in...)...)
	weight := randomArray(rng, append([]int{n}, out...)...)

	store := model.NewStore()
	store.SetParam(model.ParamInitialSeed, int64(7))
	loss := func(s *model.Scope, in []*graph.Node) *graph.Node {
		return graph.ReduceAllSum(graph.Mul(layer.Build(s, in[0]), in[1]))
	}
	xTensor := tensors.FromFlatDataAndDimensions(x.Data, x.Shape...)
	weightTensor := tensors.FromFlatDataAndDimensions(weight.Data, weight.Shape...)

	var trained []*model.Variable
	gradients, err := model.CallOnceN(backend, store, func(s *model.Scope, in []*graph.Node) []*graph.Node {
		l := loss(s, in)
		by := []*graph.Node{in[0]}
		trained = nil
		for v := range s.IterVariables() {
			if v.Trainable {
				trained = append(trained, v)
				by = append(by, v.NodeValue(l.Graph()))
			}
		}
		return graph.Gradient(l, by...)
	}, xTensor, weightTensor)
	if err != nil {
		return 0, fmt.Errorf("parity: gradients of %v: %w", layer, err)
	}

	lossExec, err := model.NewExec1(backend, store, loss)
	if err != nil {
		return 0, fmt.Errorf("parity: %v: %w", layer, err)
	}
	at := func() (float64, error) {
		t, err := lossExec.Call(xTensor, weightTensor)
		if err != nil {
			return 0, fmt.Errorf("parity: %v: %w", layer, err)
		}
		return t.Value().(float64), nil
	}

	worst, largest := 0.0, 1.0
	compare := func(gradient *tensors.Tensor, values []float64, put func([]float64) error) error {
		slopes, err := flat64(gradient)
		if err != nil {
			return err
		}
		for i, v := range values {
			var side [2]float64
			for j, h := range []float64{step, -step} {
				values[i] = v + h
				if err := put(values); err != nil {
					return err
				}
				if side[j], err = at(); err != nil {
					return err
				}
			}
			values[i] = v
			difference := math.Abs(slopes[i] - (side[0]-side[1])/(2*step))
			if math.IsNaN(difference) {
				difference = math.Inf(1)
			}
			worst, largest = max(worst, difference), max(largest, math.Abs(slopes[i]))
		}
		return put(values)
	}
	err = compare(gradients[0], x.Data, func(values []float64) error {
		xTensor = tensors.FromFlatDataAndDimensions(values, x.Shape...)
		return nil
	})
	if err != nil {
		return 0, err
	}
	for i, v := range trained {
		t, err := v.Value()
		if err != nil {
			return 0, err
		}
		values, err := flat64(t)
		if err != nil {
			return 0, err
		}
		dims := v.Shape().Dimensions
		err = compare(gradients[1+i], values, func(values []float64) error {
			return v.SetValue(tensors.FromFlatDataAndDimensions(values, dims...))
		})
		if err != nil {
			return 0, err
		}
	}
	return worst / largest, nil
}

// flat64 copies the numbers of a float64 tensor.
func flat64(t *tensors.Tensor) ([]float64, error) {
	var flat []float64
	err := t.ConstFlatData(func(data any) { flat = append(flat, data.([]float64)...) })
	return flat, err
}
