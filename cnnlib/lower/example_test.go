package lower_test

import (
	"fmt"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/lower"
)

// The first convolution of section 5.23 (2) can be written into a graph in five ways,
// the last three with its pooling.
func ExampleWork() {
	conv := cnnlib.Conv2D{Channels: 20, Kernel: 5, Activation: cnnlib.Sigmoid}
	w := conv.Work(cnnlib.MaxPool2D{Window: 2}, cnnlib.Shape{28, 28, 1}, 10)
	fmt.Println(w)
	fmt.Println(w.Lowerings())
	// Output:
	// Conv2D{Channels: 20, Kernel: 5}, MaxPool2D{Window: 2} on 10 × [28 28 1]
	// [direct im2col fused phases winograd]
}

// Whatever the way, the result is the same.
func ExampleForce() {
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	net := cnnlib.Sequential{
		cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filter([][]float64{{1, -1}})},
		cnnlib.MaxPool2D{Window: 1, WindowW: 2},
	}
	for _, name := range []string{"direct", "im2col", "fused", "phases", "winograd"} {
		lowering, err := lower.Parse(name)
		if err != nil {
			fmt.Println(err)
			return
		}
		store := model.NewStore()
		lower.Set(store, lower.Force(lowering))
		y, err := model.CallOnce(backend, store, func(s *model.Scope, x *graph.Node) *graph.Node { return net.Build(s, x) },
			tensors.FromValue([][][][]float32{{{{3}, {1}, {4}, {1}, {5}}}})) // one picture of one row
		fmt.Println(lowering, y.Value(), err)
	}
	// Output:
	// direct [[[[2] [3]]]] <nil>
	// im2col [[[[2] [3]]]] <nil>
	// fused [[[[2] [3]]]] <nil>
	// phases [[[[2] [3]]]] <nil>
	// winograd [[[[2] [3]]]] <nil>
}

// Without gradients the pure-Go backend follows its rule as in training.
func ExampleForward() {
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	conv := cnnlib.Conv2D{Channels: 40, Kernel: 5}
	fmt.Println(lower.Forward(backend)(conv.Work(cnnlib.MaxPool2D{}, cnnlib.Shape{12, 12, 20}, 1)))
	// Output: auto
}
