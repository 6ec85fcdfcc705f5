package train_test

import (
	"context"
	"fmt"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
	"github.com/gomlx/compute"
)

// Ten kernels as large as the picture, one for each digit, are a linear
// classifier.
func ExampleRun() {
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	digits, err := data.MNISTTest()
	if err != nil {
		fmt.Println(err)
		return
	}
	net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 10, Kernel: 28, Init: cnnlib.Zeros{}}}

	m, err := train.Run(context.Background(), backend, net, digits, train.Options{Batch: 50, Rate: train.Constant(0.2)})
	if err != nil {
		fmt.Println(err)
		return
	}
	score, err := m.Evaluate(digits)
	fmt.Printf("%d epoch, more than 85 %% of the digits it has seen: %t, %v\n", len(m.History), score.Accuracy > 0.85, err)
	// Output: 1 epoch, more than 85 % of the digits it has seen: true, <nil>
}
