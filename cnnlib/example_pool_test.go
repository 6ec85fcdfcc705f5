package cnnlib_test

import (
	"fmt"

	"cnnbook/cnnlib"
)

// show runs a layer on one picture of one channel and prints the result.
func show(layer cnnlib.Layer, picture [][]float64) {
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
	m, err := cnnlib.ToMatrix(y, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range m {
		fmt.Println(row)
	}
}

// Section 5.5.2: windows of 3 cells that move by 2 share a row or a column with
// their neighbours.
func ExampleMaxPool2D_overlapping() {
	show(cnnlib.MaxPool2D{Window: 3, Stride: 2}, [][]float64{
		{1, 1, 2, 4, 0},
		{5, 6, 7, 8, 1},
		{3, 2, 9, 0, 2},
		{1, 2, 3, 4, 3},
		{0, 1, 0, 1, 4},
	})
	// Output:
	// [9 9]
	// [9 9]
}

// Section 5.16: the 4×4 matrix and its means.
func ExampleAvgPool2D() {
	show(cnnlib.AvgPool2D{Window: 2}, [][]float64{{1, 1, 2, 4}, {5, 6, 7, 8}, {3, 2, 1, 0}, {1, 2, 3, 4}})
	// Output:
	// [3.25 5.25]
	// [2 2]
}

// A text of 20 words, each written as 50 numbers, is halved in length.
func ExampleMaxPool1D() {
	fmt.Println(cnnlib.MaxPool1D{Window: 2}.OutShape(cnnlib.Shape{20, 50}))
	fmt.Println(cnnlib.AvgPool1D{Window: 3, Stride: 2}.OutShape(cnnlib.Shape{20, 50}))
	// Output:
	// [N 10 50] <nil>
	// [N 9 50] <nil>
}

// The first pooling of a network for films keeps all 16 frames.
func ExampleMaxPool3D() {
	film := cnnlib.Shape{16, 112, 112, 64}
	fmt.Println(cnnlib.MaxPool3D{Window: 2, WindowD: 1}.OutShape(film))
	fmt.Println(cnnlib.AvgPool3D{Window: 2}.OutShape(film))
	// Output:
	// [N 16 56 56 64] <nil>
	// [N 8 56 56 64] <nil>
}

// A picture of any size becomes as many numbers as it has feature maps.
func ExampleGlobalAvgPool() {
	for _, in := range []cnnlib.Shape{{7, 7, 1024}, {9, 12, 1024}} {
		fmt.Println(cnnlib.GlobalAvgPool{}.OutShape(in))
		fmt.Println(cnnlib.GlobalMaxPool{}.OutShape(in))
	}
	// Output:
	// [N 1024] <nil>
	// [N 1024] <nil>
	// [N 1024] <nil>
	// [N 1024] <nil>
}

// Two bins on three columns share the one in the middle.
func ExampleAdaptivePool2D() {
	show(cnnlib.AdaptivePool2D{Bins: 1, BinsW: 2}, [][]float64{{1, 2, 9}})
	show(cnnlib.AdaptivePool2D{Bins: 1, BinsW: 2, Max: true}, [][]float64{{1, 2, 9}})
	// Output:
	// [1.5 5.5]
	// [2 9]
}

// Section 5.5.3: 21 bins on each of 256 feature maps, whatever their size. The
// windows of the paper do not fit every size.
func ExampleSpatialPyramidPool() {
	adaptive := cnnlib.SpatialPyramidPool{Bins: []int{4, 2, 1}}
	fmt.Println(adaptive.OutShape(cnnlib.Shape{13, 13, 256}))
	fmt.Println(adaptive.OutShape(cnnlib.Shape{7, 10, 256}))
	paper := cnnlib.SpatialPyramidPool{Bins: []int{4, 2, 1}, Mode: cnnlib.PaperWindows}
	fmt.Println(paper.OutShape(cnnlib.Shape{13, 13, 256}))
	_, err := paper.OutShape(cnnlib.Shape{7, 7, 256})
	fmt.Println(err)
	// Output:
	// [N 5376] <nil>
	// [N 5376] <nil>
	// [N 5376] <nil>
	// cnnlib: SpatialPyramidPool{Bins: []int{4, 2, 1}, Mode: PaperWindows}: rows: windows of 2 cells, 1 apart, are 6 on 7 cells, not 4: use AdaptiveBins (input [N 7 7 256])
}

// Section 5.21: each cell is repeated, or the new cells lie on straight lines
// between the old ones.
func ExampleUpsample() {
	picture := [][]float64{{1, 2}, {3, 4}}
	show(cnnlib.Upsample{Factor: 2}, picture)
	fmt.Println()
	show(cnnlib.Upsample{Factor: 2, Mode: cnnlib.Bilinear}, picture)
	// Output:
	// [1 1 2 2]
	// [1 1 2 2]
	// [3 3 4 4]
	// [3 3 4 4]
	//
	// [1 1.25 1.75 2]
	// [1.5 1.75 2.25 2.5]
	// [2.5 2.75 3.25 3.5]
	// [3 3.25 3.75 4]
}

// A picture three times as large in three colours: the convolution works on the
// small one.
func ExamplePixelShuffle() {
	net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 27, Kernel: 3, Padding: cnnlib.Same}, cnnlib.PixelShuffle{Factor: 3}}
	fmt.Println(net.OutShape(cnnlib.Shape{20, 30, 64}))
	// Output: [N 60 90 3] <nil>
}

// A sequence of 100 steps with 8 channels, and 16 slices of 64×64 cells.
func ExampleAvgPool1D() {
	fmt.Println(cnnlib.AvgPool1D{Window: 4}.OutShape(cnnlib.Shape{100, 8}))
	fmt.Println(cnnlib.AvgPool3D{Window: 2}.OutShape(cnnlib.Shape{16, 64, 64, 1}))
	// Output:
	// [N 25 8] <nil>
	// [N 8 32 32 1] <nil>
}

func ExampleGlobalMaxPool() {
	fmt.Println(cnnlib.GlobalMaxPool{}.OutShape(cnnlib.Shape{7, 7, 512}))
	// Output: [N 512] <nil>
}
