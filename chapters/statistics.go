package chapters

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Estimate is a measured value over the seeds of an arm.
type Estimate struct {
	Mean float64
	SD   float64 // standard deviation of one training, with n−1; 0 if N is 1
	N    int     // trainings
}

// EstimateOf returns the estimate of at least one value.
func EstimateOf(values []float64) Estimate {
	e := Estimate{N: len(values)}
	e.Mean, e.SD = stat.MeanStdDev(values, nil)
	if len(values) == 1 {
		e.SD = 0
	}
	return e
}

// String writes "1.12 ± 0.05 (n = 5)": mean, standard deviation and number of trainings.
func (e Estimate) String() string {
	return fmt.Sprintf("%.2f ± %.2f (n = %d)", e.Mean, e.SD, e.N)
}

// Times returns the estimate in another unit, such as per cent for factor 100.
func (e Estimate) Times(factor float64) Estimate {
	return Estimate{Mean: factor * e.Mean, SD: math.Abs(factor) * e.SD, N: e.N}
}

// Estimate returns a measured value over the seeds of an arm.
func (m *Measured) Estimate(arm, value string) (Estimate, error) {
	values, err := m.Values(arm, value)
	if err != nil {
		return Estimate{}, err
	}
	return EstimateOf(values), nil
}

// Difference is how much larger a value is in one arm than in another, seed by seed: both
// arms start from the same seeds, which fix the first weights and the order of the
// pictures, so that most of what varies from seed to seed cancels.
type Difference struct {
	Mean float64
	Half float64 // half the 95 % interval of Student's t with N−1 degrees of freedom
	N    int     // pairs
}

// confidence is the probability that the interval of a Difference holds the true mean.
const confidence = 0.95

// DifferenceOf returns the paired difference a − b of values in the order of the seeds.
func DifferenceOf(a, b []float64) (Difference, error) {
	if len(a) != len(b) || len(a) < 2 {
		return Difference{}, fmt.Errorf("chapters: %d and %d values: a paired difference wants the same number, at least 2", len(a), len(b))
	}
	pairs := make([]float64, len(a))
	for i := range pairs {
		pairs[i] = a[i] - b[i]
	}
	mean, sd := stat.MeanStdDev(pairs, nil)
	n := float64(len(pairs))
	t := distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile((1 + confidence) / 2)
	return Difference{Mean: mean, Half: t * sd / math.Sqrt(n), N: len(pairs)}, nil
}

// Difference returns how much larger a value is in arm a than in arm b.
func (m *Measured) Difference(a, b, value string) (Difference, error) {
	x, err := m.Values(a, value)
	if err != nil {
		return Difference{}, err
	}
	y, err := m.Values(b, value)
	if err != nil {
		return Difference{}, err
	}
	return DifferenceOf(x, y)
}

// String writes "0.43 ± 0.12 (95 %, n = 5)".
func (d Difference) String() string {
	return fmt.Sprintf("%.2f ± %.2f (95 %%, n = %d)", d.Mean, d.Half, d.N)
}

// Times returns the difference in another unit, such as percentage points for factor 100.
func (d Difference) Times(factor float64) Difference {
	return Difference{Mean: factor * d.Mean, Half: math.Abs(factor) * d.Half, N: d.N}
}

// Positive is the verdict on "a is larger than b": it holds if the whole interval is
// above 0, differs if it is below, and is unclear if it contains 0.
func (d Difference) Positive() Verdict {
	switch {
	case d.Mean-d.Half > 0:
		return Holds
	case d.Mean+d.Half < 0:
		return Differs
	}
	return Unclear
}
