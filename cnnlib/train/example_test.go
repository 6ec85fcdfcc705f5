package train_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
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

// Learning rates of a run of 1,000 steps.
func ExampleSchedule() {
	for _, s := range []train.Schedule{
		train.Constant(0.1),
		train.Stairs{First: 0.1, Factor: 0.2, At: []float64{0.5}},
		train.Cosine{First: 0.1},
		train.OneCycle{Peak: 0.1},
	} {
		fmt.Printf("%.4f %.4f %.4f %v\n", s.Rate(0, 1000), s.Rate(300, 1000), s.Rate(999, 1000), s)
	}
	// Output:
	// 0.1000 0.1000 0.1000 Constant(0.1)
	// 0.1000 0.1000 0.0200 Stairs{First: 0.1, Factor: 0.2, At: []float64{0.5}}
	// 0.1000 0.0794 0.0000 Cosine{First: 0.1, Last: 0}
	// 0.0040 0.1000 0.0000 OneCycle{Peak: 0.1}
}

// A run with a folder for its checkpoints can be stopped and taken up again. Here the
// second call makes the run one epoch longer.
func ExampleOptions() {
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
	folder, err := os.MkdirTemp("", "run")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)

	net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 10, Kernel: 28}}
	for epochs := 1; epochs <= 2; epochs++ {
		_, err := train.Run(context.Background(), backend, net, digits, train.Options{
			Epochs: epochs, Batch: 50, Checkpoint: folder,
			OnEpoch: func(e train.Epoch) error { fmt.Println("trained epoch", e.Number); return nil },
		})
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	// Output:
	// trained epoch 1
	// trained epoch 2
}

// Three pictures of the classes 0, 1 and 1; the last one is taken for a 0.
func ExampleConfusion() {
	labels, predicted := []uint8{0, 1, 1}, []uint8{0, 1, 0}
	fmt.Println(train.Confusion(labels, predicted, 2))
	fmt.Println(train.Mistakes(labels, predicted))
	// Output:
	// [[1 0] [1 1]]
	// [2]
}

// The second picture's class has the second largest logit.
func ExampleTopK() {
	labels, logits := []uint8{2, 0}, [][]float32{{1, 2, 3}, {2, 5, 1}}
	fmt.Println(train.TopK(labels, logits, 1), train.TopK(labels, logits, 2))
	// Output: 0.5 1
}

func ExampleSoftmax() {
	fmt.Printf("%.3f\n", train.Softmax([]float32{1000, 1001}))
	// Output: [0.269 0.731]
}

// A linear autoencoder with 16 numbers in the middle: as near as it can come, the mean
// and the first 16 principal components.
func ExampleModel_Reconstruct() {
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
	some, err := digits.Slice(0, 500)
	if err != nil {
		fmt.Println(err)
		return
	}
	net := cnnlib.Sequential{
		cnnlib.Conv2D{Channels: 16, Kernel: 28},         // [1 1 16]
		cnnlib.ConvTranspose2D{Channels: 1, Kernel: 28}, // [28 28 1]
	}
	m, err := train.Run(context.Background(), backend, net, some, train.Options{Reconstruct: true, Epochs: 5, Optimizer: train.Adam{}, Rate: train.Constant(0.003)})
	if err != nil {
		fmt.Println(err)
		return
	}
	pictures, err := m.Reconstruct(some)
	fmt.Printf("%d pictures of %d values, %v; a mean square below 0.05: %t\n", len(pictures), len(pictures[0]), err, m.History[4].Loss < 0.05)
	// Output: 500 pictures of 784 values, <nil>; a mean square below 0.05: true
}

// What a training depends on, and what two trainings must share to give the same
// weights.
func ExampleRecipe() {
	net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 10, Kernel: 28}}
	for _, line := range train.Recipe(net, nil, train.Options{Epochs: 3, Seed: 7}) {
		if strings.HasPrefix(line, "network") || strings.HasPrefix(line, "Rate") || strings.HasPrefix(line, "Seed") || strings.HasPrefix(line, "Epochs") {
			fmt.Println(line)
		}
	}
	// Output:
	// network: Sequential{Conv2D{Channels: 10, Kernel: 28}}
	// Rate: Constant(0.03)
	// Seed: 7
	// Epochs: 3
}

// Three networks that differ in the weights they start from vote (section 5.23 (8)).
func ExampleRunMany() {
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	all, err := data.MNISTTest()
	if err != nil {
		fmt.Println(err)
		return
	}
	digits, err := all.Slice(0, 1000)
	if err != nil {
		fmt.Println(err)
		return
	}
	net := cnnlib.Sequential{cnnlib.Flatten{}, cnnlib.Dense{Units: 20, Activation: cnnlib.ReLU}, cnnlib.Dense{Units: 10}}
	models, err := train.RunMany(context.Background(), backend, net, digits, train.Options{Epochs: 2, Rate: train.Constant(0.1)}, 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	var answers [][]uint8
	for _, m := range models {
		classes, err := m.Predict(digits)
		if err != nil {
			fmt.Println(err)
			return
		}
		answers = append(answers, classes)
	}
	vote, err := train.Vote(answers...)
	wrong := len(train.Mistakes(digits.Labels, vote))
	fmt.Printf("%d networks, fewer than 150 mistakes in 1,000 digits they have seen: %t, %v\n", len(models), wrong < 150, err)
	// Output: 3 networks, fewer than 150 mistakes in 1,000 digits they have seen: true, <nil>
}

// Which way of writing each convolution is fastest is measured once a machine.
func ExampleTune() {
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 2, Kernel: 3}, cnnlib.Flatten{}, cnnlib.Dense{Units: 10}}
	found, err := train.Tune(context.Background(), backend, net, cnnlib.Shape{8, 8, 1}, train.Options{Batch: 2})
	for _, f := range found {
		fmt.Printf("%s: %d ways, %v\n", f.Work, len(f.Seconds), err)
	}
	// Output: Conv2D{Channels: 2, Kernel: 3} on 2 × [8 8 1]: 2 ways, <nil>
}

// Pictures that are asked about again and again stay on the device.
func ExampleModel_Load() {
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	// The brighter of two pixels wins.
	images := &data.Images{N: 3, H: 1, W: 2, C: 1, Pixels: []uint8{9, 0, 0, 9, 9, 8}, Labels: []uint8{0, 1, 0}}
	net := cnnlib.Sequential{cnnlib.Flatten{}, cnnlib.Dense{Weights: [][]float64{{1, 0}, {0, 1}}}}
	m, err := train.Run(context.Background(), backend, net, images, train.Options{Batch: 3, Classes: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	loaded, err := m.Load(images)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer loaded.Close()
	fmt.Println(loaded.Predict([]int32{2, 1, 1}))
	// Output: [0 1 1] <nil>
}
