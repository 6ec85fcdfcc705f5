package measure_test

import (
	"context"
	"fmt"
	"os"

	"cnnbook/chapters"
	"cnnbook/chapters/measure"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/train"
	"cnnbook/internal/purego"
)

// An experiment of two arms that differ in the learning rate, measured into a
// folder, checked and read again. (The experiments of a chapter are those of its
// sections; `go run . measure` does what this example does.)
func Example() {
	backend := purego.Must()
	defer backend.Finalize()
	net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 10, Kernel: 28, Init: cnnlib.Zeros{}}}
	e := chapters.Experiment{ID: "09_09_rates", Question: "Which rate is better?", Seeds: 2, Arms: []chapters.Arm{
		chapters.Classify("small", net, chapters.MNIST(200, 0), train.Options{Rate: train.Constant(0.0001)}),
		chapters.Classify("large", net, chapters.MNIST(200, 0), train.Options{Rate: train.Constant(0.1)}),
	}}
	folder, err := os.MkdirTemp("", "measured")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	if err := measure.Run(context.Background(), backend, []chapters.Experiment{e}, measure.Options{Folder: folder}); err != nil {
		fmt.Println(err)
		return
	}
	m, err := chapters.ReadMeasured(os.DirFS(folder), e.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("complete:", measure.Complete(e, m) == nil)
	fmt.Println("trains as stored:", measure.Check(context.Background(), backend, e, os.DirFS(folder), "large", chapters.FirstLosses) == nil)
	small, _, _, err := m.Mean("small", "test accuracy")
	if err != nil {
		fmt.Println(err)
		return
	}
	large, _, n, err := m.Mean("large", "test accuracy")
	fmt.Println("the larger rate is better:", large > small, "with", n, "seeds,", err)
	// Output:
	// complete: true
	// trains as stored: true
	// the larger rate is better: true with 2 seeds, <nil>
}
