package plots

import (
	"fmt"
	"math"
)

// axis maps numbers to positions between two ends, with round numbers marked.
type axis struct {
	low, high float64 // numbers at the ends
	from, to  float64 // positions of the ends
	log       bool
	ticks     []float64
	labels    []string
}

// newAxis returns an axis that holds lowest to highest and ends on ticks.
func newAxis(lowest, highest float64, log bool) (axis, error) {
	a := axis{log: log}
	if log {
		if lowest <= 0 {
			return a, fmt.Errorf("plots: %v on a logarithmic axis: give numbers above 0", lowest)
		}
		first, last := math.Floor(math.Log10(lowest)), math.Ceil(math.Log10(highest))
		if first == last {
			last++
		}
		for e := first; e <= last; e++ {
			a.ticks = append(a.ticks, math.Pow(10, e))
			a.labels = append(a.labels, Number(math.Pow(10, e), max(0, int(-e))))
		}
	} else {
		if lowest == highest {
			lowest, highest = lowest-0.5, highest+0.5
		}
		step, decimals := niceStep((highest - lowest) / 5)
		first, last := math.Floor(lowest/step), math.Ceil(highest/step)
		for n := first; n <= last; n++ {
			a.ticks = append(a.ticks, float64(n*step))
			a.labels = append(a.labels, Number(n*step, decimals))
		}
	}
	a.low, a.high = a.ticks[0], a.ticks[len(a.ticks)-1]
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

// at returns the position of a number.
func (a axis) at(v float64) float64 {
	low, high := a.low, a.high
	if a.log {
		low, high, v = math.Log10(low), math.Log10(high), math.Log10(v)
	}
	return a.from + float64((a.to-a.from)*((v-low)/(high-low)))
}

// shown returns which ticks get a label, so that labels at least room apart do
// not touch: all, every second, every third, …
func (a axis) shown(room float64) int {
	if len(a.ticks) < 2 {
		return 1
	}
	gap := math.Abs(a.at(a.ticks[1]) - a.at(a.ticks[0]))
	return max(1, int(math.Ceil(room/gap)))
}
