package pooling_test

import (
	"fmt"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"

	pooling "cnnbook/chapters/ch05/s05-pooling"
	"cnnbook/cnnlib"
)

func ExamplePooledMap() {
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	m, err := pooling.PooledMap(backend)
	if err != nil {
		fmt.Println(err)
		return
	}
	y, err := cnnlib.RunPlane(backend, cnnlib.AvgPool2D{Window: 10}, m)
	fmt.Printf("%d×%d becomes %.2f %v\n", len(m), len(m[0]), y, err)
	// Output: 20×20 becomes [[0.14 0.14] [0.04 0.21]] <nil>
}

func ExamplePoolingAt() {
	_, formula, err := pooling.PoolingAt(3, 2, false)
	fmt.Println(formula, err)
	// Output: o = ⌊(i − sizeX) / stride⌋ + 1 = ⌊(6 − 3) / 2⌋ + 1 = 2; overlap of neighbouring windows: 1 (sizeX > stride) <nil>
}

func ExampleBinsAt() {
	_, words, err := pooling.BinsAt(14, 4)
	fmt.Println(words, err)
	// Output: paper: sizeX = ⌈14/4⌉ = 4, stride = ⌊14/4⌋ = 3; windows: 4, wanted: 4, cells lost: 1 <nil>
}
