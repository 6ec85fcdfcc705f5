package cnnlib_test

import (
	"fmt"

	"cnnbook/cnnlib"
)

// Four layers of kernel 2 whose dilation doubles, as in WaveNet (arXiv:1609.03499,
// §2.1): with as many zeros in front as the kernel reaches back, a result depends
// on the present and the 1 + 2 + 4 + 8 = 15 samples before it, and on none behind.
func ExampleConv1D() {
	net := cnnlib.Sequential{}
	for dilation := 1; dilation <= 8; dilation *= 2 {
		net = append(net, cnnlib.Conv1D{Channels: 32, Kernel: 2, Dilation: dilation, Padding: cnnlib.Explicit, Pads: cnnlib.Pads1D{Start: dilation}, Activation: cnnlib.ReLU})
	}
	sound := cnnlib.Shape{16000, 1} // one second at 16 kHz
	out, err := net.OutShape(sound)
	fmt.Println(out, err)
	fmt.Println(net.Params(sound), "parameters")
	fmt.Println(net[3])
	// Output:
	// [N 16000 32] <nil>
	// 6336 parameters
	// Conv1D{Channels: 32, Kernel: 2, Padding: Explicit, Pads: Pads1D{Start: 8}, Dilation: 8, Activation: ReLU}
}

// The first layer of C3D (arXiv:1412.0767, Figure 3) on 16 frames of a film.
func ExampleConv3D() {
	layer := cnnlib.Conv3D{Channels: 64, Kernel: 3, Padding: cnnlib.Same, Activation: cnnlib.ReLU}
	film := cnnlib.Shape{16, 112, 112, 3}
	out, err := layer.OutShape(film)
	fmt.Println(out, err)
	fmt.Println(layer.Params(film), "parameters,", layer.MACs(film), "MACs")
	// Output:
	// [N 16 112 112 64] <nil>
	// 5248 parameters, 1040449536 MACs
}

// Section 5.11: 3×3 kernels from 3 channels to 256. Split into a depthwise and a
// 1×1 convolution there are 27 + 768 = 795 weights, where the full convolution
// has 6,912.
func ExampleSeparableConv2D() {
	in := cnnlib.Shape{32, 32, 3}
	for _, layer := range []cnnlib.Layer{
		cnnlib.DepthwiseConv2D{Kernel: 3, NoBias: true},
		cnnlib.SeparableConv2D{Channels: 256, Kernel: 3, NoBias: true},
		cnnlib.Conv2D{Channels: 256, Kernel: 3, NoBias: true},
	} {
		out, err := layer.OutShape(in)
		fmt.Println(out, layer.Params(in), err)
	}
	// Output:
	// [N 30 30 3] 27 <nil>
	// [N 30 30 256] 795 <nil>
	// [N 30 30 256] 6912 <nil>
}

// Two kernels for each channel: channel c gives the result channels 2c and 2c+1.
func ExampleDepthwiseConv2D() {
	layer := cnnlib.DepthwiseConv2D{Multiplier: 2, Kernel: 3, Padding: cnnlib.Same}
	in := cnnlib.Shape{32, 32, 16}
	out, err := layer.OutShape(in)
	fmt.Println(out, err)
	fmt.Println(layer.Params(in), "parameters,", layer.MACs(in), "MACs")
	// Output:
	// [N 32 32 32] <nil>
	// 320 parameters, 294912 MACs
}

// Sections 5.3.3 and 5.20: 2×2 cells to 5×5. A convolution with stride 2 takes both
// 5 and 6 cells to 2; the output padding says to which of them to go back.
func ExampleConvTranspose2D() {
	in := cnnlib.Shape{2, 2, 8}
	for _, layer := range []cnnlib.ConvTranspose2D{
		{Channels: 1, Kernel: 3, Stride: 2},
		{Channels: 1, Kernel: 3, Stride: 2, OutputPadding: 1},
	} {
		out, err := layer.OutShape(in)
		back, _ := cnnlib.Conv2D{Channels: 8, Kernel: 3, Stride: 2}.OutShape(out)
		fmt.Println(in, "→", out, "→", back, err)
	}
	// Output:
	// [N 2 2 8] → [N 5 5 1] → [N 2 2 8] <nil>
	// [N 2 2 8] → [N 6 6 1] → [N 2 2 8] <nil>
}

// The three locally connected layers of DeepFace (Y. Taigman et al. 2014, Figure 2;
// section 5.27), which have 73,454,256 of the network's parameters. The same layers
// with shared weights have 39,728, and the same number of MACs.
func ExampleLocallyConnected2D() {
	local, shared := cnnlib.Sequential{}, cnnlib.Sequential{}
	for _, c := range []struct{ kernel, stride int }{{9, 1}, {7, 2}, {5, 1}} { // L4, L5, L6
		local = append(local, cnnlib.LocallyConnected2D{Channels: 16, Kernel: c.kernel, Stride: c.stride})
		shared = append(shared, cnnlib.Conv2D{Channels: 16, Kernel: c.kernel, Stride: c.stride})
	}
	in := cnnlib.Shape{63, 63, 16} // the result of C3
	l4 := local[0]
	fmt.Println(l4.Params(in))
	for _, net := range []cnnlib.Sequential{local, shared} {
		out, err := net.OutShape(in)
		fmt.Println(out, net.Params(in), net.MACs(in), err)
	}
	// Output:
	// 62774800
	// [N 21 21 16] 73454256 73388800 <nil>
	// [N 21 21 16] 39728 73388800 <nil>
}

// Each cell stamps the kernel, times its value: a step of sections 5.17 and 5.20 that can be
// followed by hand. The stamps of 1 and 2 share the cell in the middle.
func ExampleConvTranspose2D_weights() {
	runAndPrint(cnnlib.ConvTranspose2D{Stride: 2, NoBias: true, Weights: cnnlib.Filter([][]float64{{1, 10, 100}})},
		[][]float64{{1, 2}})
	// Output: [[1 10 102 20 200]]
}

// Two kernels for the one channel: its differences to the right and downwards.
func ExampleDepthwiseConv2D_weights() {
	runAndPrint(cnnlib.DepthwiseConv2D{NoBias: true, Weights: cnnlib.Filters([][]float64{{-1, 1}, {0, 0}}, [][]float64{{-1, 0}, {1, 0}})},
		[][]float64{{1, 2, 4}, {5, 6, 8}})
	// Output:
	// [[1 2]]
	// [[4 4]]
}

// The same two kernels, and a 1×1 convolution that mixes them: their sum.
func ExampleSeparableConv2D_weights() {
	runAndPrint(cnnlib.SeparableConv2D{
		NoBias:    true,
		Depthwise: cnnlib.Filters([][]float64{{-1, 1}, {0, 0}}, [][]float64{{-1, 0}, {1, 0}}),
		Pointwise: [][]float64{{1, 1}},
	}, [][]float64{{1, 2, 4}, {5, 6, 8}})
	// Output: [[5 6]]
}

// runAndPrint prints what a layer makes of a picture of one channel, one matrix a channel.
func runAndPrint(layer cnnlib.Layer, picture [][]float64) {
	backend, err := openGo()
	if err != nil {
		fmt.Println(err)
		return
	}
	x, err := cnnlib.FromMatrix(picture)
	if err != nil {
		fmt.Println(err)
		return
	}
	y, err := cnnlib.Run(backend, layer, x)
	if err != nil {
		fmt.Println(err)
		return
	}
	for channel := range y.Shape().Dimensions[3] {
		m, err := cnnlib.ToMatrix(y, channel)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(m)
	}
}

// Settings of the columns are fields that end in W; 0 means the same as for the rows. A
// spectrogram is convolved with 3×9 taps, every second row and every fourth column.
func ExampleConv2D_axes() {
	layer := cnnlib.Conv2D{Channels: 32, Kernel: 3, KernelW: 9, Stride: 2, StrideW: 4, Padding: cnnlib.Same}
	in := cnnlib.Shape{80, 400, 1} // 80 frequencies, 400 moments
	out, err := layer.OutShape(in)
	fmt.Println(out, err)
	// Output: [N 40 100 32] <nil>
}

// A convolution with stride 2 takes 7×8 and 8×7 to 3×3, too. OutputPaddingW, where -1 means
// none, says to which width to go back.
func ExampleConvTranspose2D_axes() {
	for _, layer := range []cnnlib.ConvTranspose2D{
		{Channels: 1, Kernel: 3, Stride: 2, OutputPaddingW: 1},
		{Channels: 1, Kernel: 3, Stride: 2, OutputPadding: 1, OutputPaddingW: -1},
	} {
		fmt.Println(layer.OutShape(cnnlib.Shape{3, 3, 1}))
	}
	// Output:
	// [N 7 8 1] <nil>
	// [N 8 7 1] <nil>
}
