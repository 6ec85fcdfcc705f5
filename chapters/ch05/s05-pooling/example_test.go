package pooling_test

import (
	"fmt"
	"strings"

	pooling "cnnbook/chapters/ch05/s05-pooling"
	"cnnbook/cnnlib"
	"cnnbook/internal/purego"
)

func ExampleMap() {
	backend := purego.Must()
	defer backend.Finalize()
	m, err := pooling.Map(backend)
	if err != nil {
		fmt.Println(err)
		return
	}
	y, err := cnnlib.RunPlane(backend, cnnlib.AvgPool2D{Window: 10}, m)
	fmt.Printf("%d×%d becomes %.2f %v\n", len(m), len(m[0]), y, err)
	// Output: 20×20 becomes [[0.14 0.14] [0.04 0.21]] <nil>
}

func ExampleAt() {
	_, formula, err := pooling.At(3, 2, false)
	fmt.Println(formula, err)
	// Output: o = ⌊(i − sizeX) / stride⌋ + 1 = ⌊(6 − 3) / 2⌋ + 1 = 2; overlap of neighbouring windows: 1 (sizeX > stride) <nil>
}

func ExampleBins() {
	_, words, err := pooling.Bins(14, 4)
	fmt.Println(words, err)
	// Output: paper: sizeX = ⌈14/4⌉ = 4, stride = ⌊14/4⌋ = 3; windows: 4, wanted: 4, cells lost: 1 <nil>
}

func ExampleMeasured() {
	m, err := pooling.Measured("05_05_overlap")
	if err != nil {
		fmt.Println(err)
		return
	}
	right, err := m.Estimate("max 2×2, stride 2", "test accuracy")
	fmt.Println(right.Times(100), err)
	// Output: 97.11 ± 0.05 (n = 5) <nil>
}

func ExampleDraw() {
	finding, _, _ := strings.Cut(pooling.Draw(nil, "05_05_fourteen").Alt, ".")
	fmt.Println(finding)
	// Output: Row 14 and column 14 are never read: 27 of 196 cells
}

func ExampleSection() {
	s := pooling.Section()
	fmt.Println(s.ID, s.Title, len(s.Claims), "claims")
	// Output: 5.5 Kinds of pooling 31 claims
}
