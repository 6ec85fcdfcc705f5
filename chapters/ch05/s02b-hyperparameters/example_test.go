package hyperparameters_test

import (
	"fmt"
	"strings"

	hyperparameters "cnnbook/chapters/ch05/s02b-hyperparameters"
	"cnnbook/internal/purego"
)

func ExampleSection() {
	s := hyperparameters.Section()
	fmt.Println(s.ID, s.Title)
	// Output: 5.2b The basic definitions of a convolution
}

func ExampleDraw() {
	backend := purego.Must()
	defer backend.Finalize()
	p := hyperparameters.Draw(backend, "05_02b_dilation")
	finding, _, _ := strings.Cut(p.Alt, ".")
	fmt.Println(finding, p.Err())
	// Output: Dilation 2: the same nine weights span 5×5 cells, so 6−5+1 = 2 positions <nil>
}

func ExampleSetting() {
	_, formula, err := hyperparameters.Setting(3, 2, 1, 1)
	fmt.Println(formula, err)
	// Output: o = ⌊(i + 2p − k − (k−1)(d−1)) / s⌋ + 1 = ⌊(6 + 2·1 − 3 − 2·0) / 2⌋ + 1 = 3 <nil>
}
