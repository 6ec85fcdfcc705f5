package table

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is a range of accuracies in per cent, or of their differences in percentage
// points.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Contains says whether an accuracy in per cent is in it.
func (i Interval) Contains(accuracy float64) bool { return i.Low <= accuracy && accuracy <= i.High }

// confidence is that of all intervals.
const confidence = 0.95

// Wilson returns the 95 % interval for the accuracy of a network that is right on so many
// of n pictures, in per cent (E. Wilson 1927, "Probable inference, the law of succession,
// and statistical inference", J. Amer. Statist. Assoc. 22). It is how far another n
// pictures of the same kind might move the accuracy; how far another seed might is the
// deviation over seeds. right may be a mean and need not be whole.
func Wilson(right float64, n int) Interval {
	z := distuv.UnitNormal.Quantile(1 - (1-confidence)/2)
	p, m := right/float64(n), float64(n)
	centre := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	i := Interval{100 * (centre - half), 100 * (centre + half)}
	if right == 0 { // rounding leaves 1e-17
		i.Low = 0
	}
	if right == m {
		i.High = 100
	}
	return i
}

// fewestSeeds are those from which on an interval over seeds is told: that of two reaches
// nine deviations to both sides, which says nothing.
const fewestSeeds = 3

// Student returns the 95 % interval of a mean over at least two trainings, in the unit of
// the values: how far other seeds might move it (Student 1908, "The probable error of a
// mean", Biometrika 6).
func Student(values []float64) Interval {
	mean, sd := stat.MeanStdDev(values, nil)
	n := float64(len(values))
	half := distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile((1+confidence)/2) * sd / math.Sqrt(n)
	return Interval{mean - half, mean + half}
}
