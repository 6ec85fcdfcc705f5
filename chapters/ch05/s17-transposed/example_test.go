package transposed_test

import (
	"fmt"

	"cnnbook/chapters"
	transposed "cnnbook/chapters/ch05/s17-transposed"
	"cnnbook/cnnlib"
	"cnnbook/internal/purego"
)

func ExampleSection() {
	s := transposed.Section()
	fmt.Println(s.ID, s.Title, len(s.Claims), "claims")
	// Output: 5.17 Image convolution and transposed convolution 32 claims
}

func ExampleDraw() {
	p := transposed.Draw(nil, "05_17_places") // stored results: nothing to compute on a backend
	fmt.Println(p.Alt, p.Err())
	// Output: With the recorded places the correlation is 0.51, without them 0.09. correlation; mean and standard deviation of 3 trainings: recorded places: 0.51 ± 0.02; first cell of each window: 0.09 ± 0.01. <nil>
}

func ExampleMeasured() {
	m := chapters.Must(transposed.Measured("05_17_deconvnet"))
	fmt.Println("with places:   ", chapters.Must(m.Estimate("conv-pool-conv-pool", "correlation with places")))
	fmt.Println("without places:", chapters.Must(m.Estimate("conv-pool-conv-pool", "correlation without places")))
	// Output:
	// with places:    0.51 ± 0.02 (n = 3)
	// without places: 0.09 ± 0.01 (n = 3)
}

func ExampleResults() {
	m, err := chapters.ReadMeasured(transposed.Results(), "05_17_deconvnet")
	fmt.Println(m.Experiment, len(m.Trials), err)
	// Output: 05_17_deconvnet 3 <nil>
}

func ExampleTrained() {
	backend := purego.Must()
	defer backend.Finalize()
	m, err := transposed.Trained(backend, "05_17_deconvnet", "conv-pool-conv-pool")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Net.Params(cnnlib.Shape{28, 28, 1}), "parameters")
	// Output: 5994 parameters
}

func ExampleViews() {
	backend := purego.Must()
	defer backend.Finalize()
	views, err := transposed.Views(backend, [][]float64{{1, 2}}, [][]float64{{3, 4, 5}}, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range views {
		fmt.Println(v.Result, v.Name)
	}
	// Output:
	// [[3 4 11 8 10]] scatter
	// [[3 4 11 8 10]] zeros inserted, kernel turned
	// [[3 4 11 8 10]] matrix Cᵀ
	// [[3 4 11 8 10]] gradient of a convolution
}

func ExampleStampSetting() {
	_, formula, err := transposed.StampSetting(4, 3, 0)
	fmt.Println(formula, err)
	_, _, err = transposed.StampSetting(1, 1, 2)
	fmt.Println(err != nil)
	// Output:
	// o = (i − 1)·s + k − 2p = (2 − 1)·3 + 4 − 2·0 = 7 <nil>
	// true
}
