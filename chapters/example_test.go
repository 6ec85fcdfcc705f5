package chapters_test

import (
	"fmt"
	"strings"

	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/train"
)

// The arms of an experiment: a network with and without an activation, everything
// else the same. The recipe is what a stored result must agree with.
func ExampleClassify() {
	net := func(a cnnlib.Activation) cnnlib.Layer {
		return cnnlib.Sequential{cnnlib.Conv2D{Channels: 8, Kernel: 5, Stride: 2, Activation: a}, cnnlib.GlobalAvgPool{}, cnnlib.Dense{Units: 10}}
	}
	digits, options := chapters.MNIST(10_000, 0), train.Options{Epochs: 3, Batch: 50}
	e := chapters.Experiment{
		ID: "05_01_activation", Question: "What is an activation worth?", QuestionZH: "激活函数有多大作用？", Seeds: 3,
		Arms: []chapters.Arm{chapters.Classify("relu", net(cnnlib.ReLU), digits, options), chapters.Classify("none", net(cnnlib.None), digits, options)},
	}
	fmt.Println("the same recipe:", e.Arms[0].Recipe == e.Arms[1].Recipe)
	fmt.Println(digits.Describe)
	fmt.Println(chapters.WeightsFile(e.ID, "relu"))
	// Output:
	// the same recipe: false
	// MNIST: the first 10000 of 50000 training pictures, the first 0 of 10000 validation pictures, all 10000 test pictures
	// 05_01_activation_relu.safetensors
}

// An autoencoder: the network learns to give the digit that it gets. It is measured on the
// first 500 test pictures, and its recipe says so.
func ExampleReconstruct() {
	net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 16, Kernel: 28}, cnnlib.ConvTranspose2D{Channels: 1, Kernel: 28}}
	a := chapters.Reconstruct("16 numbers", net, chapters.MNIST(5_000, 0).MeasuredOn(500), train.Options{Batch: 50})
	lines := strings.Split(a.Recipe, "\n")
	fmt.Println(lines[len(lines)-1])
	fmt.Println(strings.Contains(a.Recipe, "Reconstruct: true"))
	// Output:
	// measured on the first 500 test pictures
	// true
}

// The pictures to train on stay; only the test set becomes smaller.
func ExamplePictures_MeasuredOn() {
	training, _, test, err := chapters.MNIST(2_000, 0).MeasuredOn(100).Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(training.N, test.N)
	// Output: 2000 100
}

// Only the pictures that are asked for are in the set; the file is read once,
// whatever the number of experiments.
func ExampleMNIST() {
	training, validation, test, err := chapters.MNIST(2_000, 500).Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(training.N, validation.N, test.N)
	// Output: 2000 500 10000
}
