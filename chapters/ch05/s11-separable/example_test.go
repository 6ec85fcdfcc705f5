package separable_test

import (
	"fmt"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"

	separable "cnnbook/chapters/ch05/s11-separable"
	"cnnbook/cnnlib"
)

// Two maps of one row, a kernel of 1×2×2: each channel gives its part, and the
// standard convolution is the sum of the parts.
func ExampleChannelSums() {
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	maps := [][][]float64{{{1, 2, 3}}, {{4, 5, 6}}}
	kernel := [][][]float64{{{1, 1}}, {{0, 2}}}
	parts, sum, err := separable.ChannelSums(backend, maps, kernel)
	fmt.Println(parts, sum, err)
	// Output: [[[3 5]] [[10 12]]] [[13 17]] <nil>
}

// Two layers whose arrays have the same layout start from the same integers.
func ExampleSmallIntegers() {
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	image := [][]float64{{1, 2}, {3, 4}}
	for _, layer := range []cnnlib.Layer{
		cnnlib.DepthwiseConv2D{Kernel: 2, NoBias: true, Init: separable.SmallIntegers{}},
		cnnlib.Conv2D{Channels: 2, Kernel: 2, Groups: 2, NoBias: true, Init: separable.SmallIntegers{}},
	} {
		x, err := cnnlib.FromMatrix(image, image)
		if err != nil {
			fmt.Println(err)
			return
		}
		y, err := cnnlib.Run(backend, layer, x)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(y.Value())
	}
	// Output:
	// [[[[10 3]]]]
	// [[[[10 3]]]]
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
func ExampleSeparableBars() {
	_, sum := separable.SeparableBars(3, 256)
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
