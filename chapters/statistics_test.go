package chapters_test

import (
	"fmt"
	"math"
	"testing"

	"cnnbook/chapters"
)

// Mean, standard deviation and number of trainings of an arm.
func ExampleEstimateOf() {
	errors := []float64{82, 78, 80}
	fmt.Println(chapters.EstimateOf(errors))
	fmt.Println(chapters.EstimateOf(errors).Times(0.01))
	// Output:
	// 80.00 ± 2.00 (n = 3)
	// 0.80 ± 0.02 (n = 3)
}

// The same three seeds in both arms: what the seeds have in common cancels.
func ExampleDifferenceOf() {
	d, err := chapters.DifferenceOf([]float64{85, 95, 105}, []float64{80, 91, 99})
	fmt.Println(d, d.Positive(), err)
	// Output: 5.00 ± 2.48 (95 %, n = 3) Holds <nil>
}

// TestDifference compares with the table of Student's t: 4.303 for 2 degrees of freedom.
func TestDifference(t *testing.T) {
	d, err := chapters.DifferenceOf([]float64{1, 2, 3}, []float64{0, 0, 0})
	if err != nil || d.Mean != 2 || math.Abs(d.Half-4.303/math.Sqrt(3)) > 1e-3 {
		t.Errorf("%+v, %v", d, err)
	}
	for _, c := range []struct {
		d    chapters.Difference
		want chapters.Verdict
	}{{chapters.Difference{Mean: 1, Half: 0.5}, chapters.Holds}, {chapters.Difference{Mean: 1, Half: 2}, chapters.Unclear}, {chapters.Difference{Mean: -1, Half: 0.5}, chapters.Differs}} {
		if got := c.d.Positive(); got != c.want {
			t.Errorf("%v is %s, want %s", c.d, got, c.want)
		}
	}
	for _, n := range []int{0, 1} {
		if _, err := chapters.DifferenceOf(make([]float64, n), make([]float64, n)); err == nil {
			t.Errorf("a difference of %d pairs", n)
		}
	}
	m := &chapters.Measured{Experiment: "x", Trials: []chapters.Trial{{Arm: "a", Values: map[string]float64{"v": 1}}}}
	if _, err := m.Difference("a", "b", "v"); err == nil {
		t.Error("a difference from an arm that is not there")
	}
}
