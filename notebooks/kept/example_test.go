package kept_test

import (
	"fmt"
	"os"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
	"cnnbook/internal/home"
	"cnnbook/notebooks/cell"
	"cnnbook/notebooks/kept"
)

// Two cells that use the same network: whichever runs first trains it.
func ExampleTrain() {
	os.Setenv(home.FolderEnv, cell.Must(os.MkdirTemp("", "cnnbook"))) // not in a notebook
	defer os.RemoveAll(os.Getenv(home.FolderEnv))

	backend := cell.Must(compute.NewWithConfig("go"))
	digits := cell.Must(data.MNISTTest())
	net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 10, Kernel: 28, Init: cnnlib.Zeros{}}}
	trained := 0
	options := train.Options{Batch: 50, Seed: 1, OnEpoch: func(train.Epoch) error { trained++; return nil }}

	stdout := os.Stdout
	os.Stdout = cell.Must(os.Open(os.DevNull)) // the lines have times in them
	for range 2 {
		cell.Kept(kept.Train(cell.Context(), backend, net, digits, options, digits))
	}
	os.Stdout = stdout
	fmt.Println("epochs trained:", trained)
	// Output: epochs trained: 1
}

// A network is trained anew after it was forgotten.
func ExampleForget() {
	digits := cell.Must(data.MNISTTest())
	net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 10, Kernel: 28}}
	fmt.Println(kept.Forget(net, digits, train.Options{Seed: 1})) // none was kept: no error
	// Output: <nil>
}
