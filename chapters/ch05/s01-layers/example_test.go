package layers_test

import (
	"fmt"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	layers "cnnbook/chapters/ch05/s01-layers"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
	"cnnbook/internal/purego"
)

func ExampleSection() {
	s := layers.Section()
	fmt.Println(s.ID, s.Title)
	// Output: 5.1 The layers of a convolutional network
}

func ExampleDraw() {
	backend := purego.Must()
	defer backend.Finalize()
	p := layers.Draw(backend, "05_01_volumes")
	finding, _, _ := strings.Cut(p.Alt, ".")
	fmt.Println(finding, p.Err())
	// Output: The data become smaller in height and width and deeper in channels: 32·32·3 → 32·32·12 → 32·32·12 → 16·16·12 → 1·1·10 <nil>
}

func ExampleResults() {
	m, err := chapters.ReadMeasured(layers.Results(), "05_01_layers")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Experiment)
	// Output: 05_01_layers
}

// How many mistakes fewer a network with one convolution makes than FC alone.
func ExampleMeasured() {
	m, err := layers.Measured("05_01_layers")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Difference("FC alone", "one CONV", "test errors"))
	// Output: 612.33 ± 40.99 (95 %, n = 3) <nil>
}

// A network with the weights that come with the project.
func ExampleTrained() {
	backend := purego.Must()
	defer backend.Finalize()
	m, err := layers.Trained(backend, "05_01_layers", "four CONV")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.In, m.Net.Params(m.In), "parameters,", len(m.History), "epochs")
	// Output: [N 28 28 1] 7900 parameters, 5 epochs
}

func ExampleDigitNet() {
	fmt.Println(layers.DigitNet().Params(cnnlib.Shape{28, 28, 1}), "parameters")
	// Output: 7900 parameters
}

func ExampleDigit() {
	one, err := layers.Digit(8, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("a %d of %d×%d pixels\n", one.Labels[0], one.H, one.W)
	// Output: a 5 of 28×28 pixels
}

func ExampleMapsBehind() {
	backend := purego.Must()
	defer backend.Finalize()
	m, digit, err := trained(backend)
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := layers.MapsBehind(m, digit, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	finding, _, _ := strings.Cut(p.Alt, ".")
	fmt.Println("Behind RELU", finding)
	// Output: Behind RELU 66 % of the numbers are 0
}

func ExampleScores() {
	backend := purego.Must()
	defer backend.Finalize()
	m, digit, err := trained(backend)
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := layers.Scores(m, digit)
	if err != nil {
		fmt.Println(err)
		return
	}
	finding, _, _ := strings.Cut(p.Alt, " with")
	fmt.Println(finding)
	// Output: Class 5
}

// trained returns the network with four convolutions, and a digit for it.
func trained(backend compute.Backend) (*train.Model, *data.Images, error) {
	m, err := layers.Trained(backend, "05_01_layers", "four CONV")
	if err != nil {
		return nil, nil, err
	}
	digit, err := layers.Digit(8, 0)
	return m, digit, err
}
