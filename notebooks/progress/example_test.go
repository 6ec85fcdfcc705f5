package progress_test

import (
	"fmt"
	"strings"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
	"cnnbook/notebooks/cell"
	"cnnbook/notebooks/progress"
)

// A cell that trains ten kernels as large as the picture. The stop button of
// Jupyter ends the training; the network of the last whole epoch is kept.
func ExampleRun() {
	backend := cell.Must(compute.NewWithConfig("go"))
	digits := cell.Must(data.MNISTTest())
	net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 10, Kernel: 28, Init: cnnlib.Zeros{}}}
	options := train.Options{Epochs: 2, Batch: 50, Rate: train.Constant(0.2)}

	m := cell.Kept(progress.Run(cell.Context(), backend, net, digits, options))
	fmt.Println(len(m.History), "epochs")
	// Output: 2 epochs
}

// A program that calls train.Run itself.
func ExampleShow() {
	backend := cell.Must(compute.NewWithConfig("go"))
	digits := cell.Must(data.MNISTTest())
	net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 10, Kernel: 28, Init: cnnlib.Zeros{}}}
	options := train.Options{Epochs: 2, Batch: 50, Patience: 1, Validation: digits}

	defer progress.Show(&options).Close() // Patience may end the run before epoch 2
	m := cell.Must(train.Run(cell.Context(), backend, net, digits, options))
	fmt.Println("at least one epoch:", len(m.History) >= 1)
	// Output: at least one epoch: true
}

// The lines in a file, as a long run wants them.
func ExampleShowTo() {
	var log strings.Builder // or a file of os.Create
	options := train.Options{}
	progress.ShowTo(&log, &options)

	// train.Run calls the hooks.
	options.OnStep(train.Progress{Step: 1, Steps: 1, Epoch: 1, Loss: 2.3, Images: 10})
	options.OnEpoch(train.Epoch{Number: 1, Loss: 2.3, Time: 90e9}) // ns
	fmt.Print(log.String())
	// Output:
	// epoch 1 of 1: loss 2.30, 1 min 30 s
	// Ended after epoch 1 of 1, 1 min 30 s of training. After epoch 1 the training loss is 2.30.
}
