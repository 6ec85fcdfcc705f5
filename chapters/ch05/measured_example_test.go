package ch05_test

import (
	"fmt"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"

	"cnnbook/chapters/ch05"
)

// The stored results of an experiment: mean, standard deviation and number of seeds.
func ExampleMeasured() {
	m, err := ch05.Measured("05_11_budget")
	if err != nil {
		fmt.Println(err)
		return
	}
	separable, _, n, err := m.Mean("separable 4000", "test accuracy")
	if err != nil {
		fmt.Println(err)
		return
	}
	standard, _, _, err := m.Mean("standard 4000", "test accuracy")
	fmt.Println("separable is better:", separable > standard, "seeds:", n, err)
	// Output: separable is better: true seeds: 4 <nil>
}

// A network with the weights that come with the project.
func ExampleTrained() {
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	m, err := ch05.Trained(backend, "05_11_budget", "separable 4000")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.In, m.Net.Params(m.In), "parameters,", len(m.History), "epochs")
	// Output: [N 28 28 1] 4042 parameters, 3 epochs
}
