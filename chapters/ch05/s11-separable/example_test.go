package separable_test

import (
	"fmt"
	"strings"

	separable "cnnbook/chapters/ch05/s11-separable"
	"cnnbook/cnnlib"
	"cnnbook/internal/purego"
)

// Two maps of one row, a kernel of 1×2×2: each channel gives its part, and the
// standard convolution is the sum of the parts.
func ExampleChannelSums() {
	backend := purego.Must()
	defer backend.Finalize()
	maps := [][][]float64{{{1, 2, 3}}, {{4, 5, 6}}}
	kernel := [][][]float64{{{1, 1}}, {{0, 2}}}
	parts, sum, err := separable.ChannelSums(backend, maps, kernel)
	fmt.Println(parts, sum, err)
	// Output: [[[3 5]] [[10 12]]] [[13 17]] <nil>
}

// The networks of the experiment: at the same number of parameters the separable one
// has more channels.
func ExampleBudgetNet() {
	for _, depthwise := range []bool{false, true} {
		net, _ := separable.BudgetNet(depthwise, 4000)
		in := cnnlib.Shape{28, 28, 1}
		first, err := net[0].OutShape(in)
		fmt.Println(net.Params(in), "parameters,", first[2], "channels", err)
	}
	// Output:
	// 3846 parameters, 14 channels <nil>
	// 4042 parameters, 36 channels <nil>
}

// The numbers of the section: 27 + 768 in place of 6912.
func ExampleBars() {
	_, sum := separable.Bars(3, 256)
	fmt.Println(sum)
	// Output: 3 → 256 channels, 3×3: (27 + 768) / 6912 = 0.115 = 1/256 + 1/3²
}

// About as many parameters as Inception V3, and more multiplications, both counted
// layer by layer.
func ExampleXception() {
	x, v3 := separable.Xception(), separable.InceptionV3()
	fmt.Println(x.Params(separable.PictureShape), v3.Params(separable.PictureShape))
	fmt.Println(x.MACs(separable.PictureShape) > v3.MACs(separable.PictureShape))
	// Output:
	// 22855952 23834568
	// true
}

func ExampleInceptionV3() {
	out, err := separable.InceptionV3().OutShape(separable.PictureShape)
	fmt.Println(out, err)
	// Output: [N 1000] <nil>
}

func ExampleMeasured() {
	m, err := separable.Measured("05_11_budget")
	if err != nil {
		fmt.Println(err)
		return
	}
	better, err := m.Difference("separable 4000", "standard 4000", "test accuracy")
	fmt.Println(better.Times(100), err)
	// Output: 1.79 ± 1.60 (95 %, n = 4) <nil>
}

func ExampleTrained() {
	backend := purego.Must()
	defer backend.Finalize()
	m, err := separable.Trained(backend, "05_11_budget", "separable 4000")
	if err != nil {
		fmt.Println(err)
		return
	}
	weights, err := m.Weights()
	fmt.Println(weights["1/depthwise/weights"].Shape().Dimensions, err)
	// Output: [3 3 1 36] <nil>
}

func ExampleDraw() {
	finding, _, _ := strings.Cut(separable.Draw(nil, "05_11_weights").Alt, ", a factor")
	fmt.Println(finding)
	// Output: 6912 weights against 27 + 768 = 795
}

func ExampleSection() {
	s := separable.Section()
	fmt.Println(s.ID, s.Title, len(s.Claims), "claims")
	// Output: 5.11 Must a convolution look at channels and regions at once? 12 claims
}
