package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
)

// axis is the range of an axis, which ends on ticks. Ticks without a label are
// short and have no grid line.
type axis struct {
	low, high float64
	log       bool
	ticks     []plot.Tick
}

// newAxis returns an axis that holds lowest to highest. Where counted is true the
// values are whole by nature, such as epochs, and so are its ticks.
//
// gonum's own ticks are not used. plot.DefaultTicks gives three, leaves the ends of
// the axis open and writes a hyphen for a minus sign; plot.LogTicks (v0.17.0) rounds
// the exponent towards 0 and so loses the decade of a lowest number below 1.
func newAxis(lowest, highest float64, log, counted bool) (axis, error) {
	a := axis{log: log}
	if log {
		if lowest <= 0 {
			return a, fmt.Errorf("plots: %v on a logarithmic axis: give numbers above 0", lowest)
		}
		first, last := math.Floor(math.Log10(lowest)), math.Ceil(math.Log10(highest))
		if first == last {
			last++
		}
		for e := int(first); e <= int(last); e++ {
			label := Number(math.Pow10(e), max(0, -e))
			if first < -3 && e < 0 { // nobody counts so many zeros, and the font has no raised minus
				label = "1e" + Number(float64(e), 0)
			}
			a.ticks = append(a.ticks, plot.Tick{Value: math.Pow10(e), Label: label})
			for m := 2.0; m < 10 && e < int(last); m++ {
				a.ticks = append(a.ticks, plot.Tick{Value: m * math.Pow10(e)})
			}
		}
		a.low, a.high = math.Pow10(int(first)), math.Pow10(int(last))
		return a, nil
	}
	if lowest == highest {
		lowest, highest = lowest-0.5, highest+0.5
	}
	about := (highest - lowest) / 5
	if counted {
		lowest, highest = math.Floor(lowest), math.Ceil(highest)
		about = max(about, 1)
	}
	step, decimals := niceStep(about)
	first, last := math.Floor(lowest/step), math.Ceil(highest/step)
	for n := first; n <= last; n++ {
		a.ticks = append(a.ticks, plot.Tick{Value: float64(n * step), Label: Number(n*step, decimals)})
	}
	a.low, a.high = a.ticks[0].Value, a.ticks[len(a.ticks)-1].Value
	return a, nil
}

// niceStep returns the smallest of 1, 2, 5 times a power of ten that is at least
// about, and how many decimals write its multiples.
func niceStep(about float64) (step float64, decimals int) {
	exponent := int(math.Floor(math.Log10(about)))
	for {
		for _, m := range []float64{1, 2, 5} {
			step = m * math.Pow10(exponent)
			if step >= about*(1-1e-9) { // 1e-9: rounding in about must not double the step
				return step, max(0, -exponent)
			}
		}
		exponent++
	}
}

// labels returns the labels of the ticks that have one.
func (a axis) labels() []string {
	var all []string
	for _, t := range a.ticks {
		if !t.IsMinor() {
			all = append(all, t.Label)
		}
	}
	return all
}

// thin takes away labels until each of the rest has room points of an axis that is
// length points long: of every second, then every third one, …
func (a axis) thin(length, room float64) {
	gap := length / float64(len(a.labels())-1)
	every := max(1, int(math.Ceil(room/gap)))
	n := 0
	for i, t := range a.ticks {
		if t.IsMinor() {
			continue
		}
		if n%every != 0 {
			a.ticks[i].Label = ""
		}
		n++
	}
}

// set gives the range and the ticks to an axis of gonum.
func (a axis) set(x *plot.Axis) {
	x.Min, x.Max = a.low, a.high
	x.Tick.Marker = plot.ConstantTicks(a.ticks)
	if a.log {
		x.Scale = logScale{}
	}
}

// logScale is gonum's, but takes what lies below the axis as its low end, where
// the bars of plotter.BarChart, which start at 0, then start.
type logScale struct{}

func (logScale) Normalize(low, high, v float64) float64 {
	return plot.LogScale{}.Normalize(low, high, max(low, v))
}
