package data_test

import (
	"errors"
	"fmt"
	"os"

	"cnnbook/cnnlib/data"
)

// The first picture of the test set is a seven: its rows where the ink is.
func ExampleMNISTTest() {
	digits, err := data.MNISTTest()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("label", digits.Labels[0])
	for _, row := range digits.Plane(0)[7:26] {
		line := ""
		for _, v := range row[5:22] {
			line += string(" .o#"[min(int(v*4), 3)])
		}
		fmt.Printf("|%s|\n", line)
	}
	// Output:
	// label 7
	// | .ooo            |
	// | ##############o |
	// | ....o##########o|
	// |       . ...  ##.|
	// |             .## |
	// |             ##. |
	// |            o##  |
	// |            ##   |
	// |           o#o   |
	// |           ##    |
	// |          .#o    |
	// |         .##     |
	// |         ##o     |
	// |        ###      |
	// |        ##.      |
	// |       ##.       |
	// |      o##        |
	// |      ###        |
	// |     .###        |
}

// Section 5.23 trains on 50,000 digits and chooses the epoch by 10,000 others.
func ExampleMNISTSplit() {
	train, validation, test, err := data.MNISTSplit()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(train.N, validation.N, test.N)
	fmt.Println("one pixel in each direction:", data.Shifted(train).N)
	// Output:
	// 50000 10000 10000
	// one pixel in each direction: 250000
}

// A stroke, and what the four moves make of it.
func ExampleShifted() {
	m := &data.Images{N: 1, H: 2, W: 3, C: 1, Pixels: []uint8{
		0, 9, 0,
		0, 9, 0}, Labels: []uint8{1}}
	five := data.Shifted(m)
	for i := range five.N {
		fmt.Println(five.Pixels[i*6:i*6+3], five.Pixels[i*6+3:i*6+6])
	}
	// Output:
	// [0 9 0] [0 9 0]
	// [0 0 0] [0 9 0]
	// [0 9 0] [0 0 0]
	// [0 0 9] [0 0 9]
	// [9 0 0] [9 0 0]
}

// Each epoch has an order of its own, which is the same at every start.
func ExamplePermutation() {
	for epoch := range 3 {
		fmt.Println(data.Permutation(8, 2, epoch))
	}
	// Output:
	// [4 3 6 0 1 2 7 5]
	// [5 3 4 6 1 2 7 0]
	// [7 5 4 0 2 3 6 1]
}

func ExampleImages_Take() {
	m := &data.Images{N: 4, H: 1, W: 1, C: 1, Pixels: []uint8{0, 10, 20, 30}, Labels: []uint8{0, 1, 0, 2}}
	some, err := m.Take([]int32{3, 0})
	fmt.Println(some.Pixels, some.Labels, err)
	_, err = m.Take([]int32{4})
	fmt.Println(err)
	// Output:
	// [30 0] [2 0] <nil>
	// data: picture 4 of 4: want indices from 0 to 3
}

func ExampleImages_Slice() {
	m := &data.Images{N: 4, H: 1, W: 1, C: 1, Pixels: []uint8{0, 10, 20, 30}, Labels: []uint8{0, 1, 0, 2}}
	part, err := m.Slice(1, 3)
	fmt.Println(part.Pixels, part.Labels, err)
	// Output:
	// [10 20] [1 0] <nil>
}

func ExampleImages_Shuffled() {
	m := &data.Images{N: 4, H: 1, W: 1, C: 1, Pixels: []uint8{0, 10, 20, 30}, Labels: []uint8{0, 1, 0, 2}}
	s := m.Shuffled(1)
	fmt.Println(s.Pixels, s.Labels)
	// Output:
	// [30 10 0 20] [2 1 0 0]
}

func ExampleImages_Class() {
	digits, err := data.MNISTTest()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("ones:", digits.Class(1).N, "of", digits.N)
	fmt.Println("all digits:", digits.Counts())
	// Output:
	// ones: 1135 of 10000
	// all digits: [980 1135 1032 1010 982 892 958 1028 974 1009]
}

// What inputs of a network are normalised with: (pixel/255 - mean) / deviation.
func ExampleImages_Stats() {
	train, err := data.MNISTTrain()
	if err != nil {
		fmt.Println(err)
		return
	}
	mean, deviation := train.Stats()
	fmt.Printf("mean %.4f, deviation %.4f\n", mean[0], deviation[0])
	// Output:
	// mean 0.1307, deviation 0.3081
}

func ExampleImages_Image() {
	digits, err := data.MNISTTest()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(digits.Image(0).Bounds())
	// Output:
	// (0,0)-(28,28)
}

func ExampleFashionMNIST() {
	train, _, err := data.FashionMNIST()
	if err != nil {
		fmt.Println(err) // says how to get it
		return
	}
	fmt.Println("the first picture shows:", data.FashionMNISTNames[train.Labels[0]])
}

func ExampleCIFAR10() {
	os.Setenv(data.CIFAR10Env, "no/such/folder")
	defer os.Unsetenv(data.CIFAR10Env)
	_, _, err := data.CIFAR10()
	fmt.Println(errors.Is(err, data.ErrMissing))
	fmt.Println(err)
	// Output:
	// true
	// data: CIFAR-10 is not on this machine (no/such/folder has no cifar-10-binary.tar.gz): fetch it with go run . data fetch cifar10 in the checkout, or set CNNBOOK_CIFAR10 to a folder with its files
}

func ExampleScene() {
	scene, err := data.Scene(120, 160)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("the middle of the sun:", scene[24][129])
	// Output:
	// the middle of the sun: 1
}
