package train

import (
	"fmt"
	"math"
)

// Schedule gives the learning rate of each step.
type Schedule interface {
	// Rate returns the rate of the given step, counted from 0, of a run of that
	// number of steps.
	Rate(step, steps int) float64
	// String returns the Go literal.
	String() string
}

// Constant is the same rate at every step.
type Constant float64

func (c Constant) check() error { return notNegative(c, float64(c)) }

// notNegative refuses rates of a schedule that would climb.
func notNegative(s Schedule, rates ...float64) error {
	for _, rate := range rates {
		if !(rate >= 0) { // also NaN
			return fmt.Errorf("train: Rate is %v, want a learning rate not below 0", s)
		}
	}
	return nil
}

// Rate returns the constant.
func (c Constant) Rate(_, _ int) float64 { return float64(c) }

// String returns the Go literal.
func (c Constant) String() string { return fmt.Sprintf("Constant(%v)", float64(c)) }

// Stairs starts with First and multiplies by Factor at each of the shares At of the
// run: Stairs{First: 0.1, Factor: 0.2, At: []float64{0.5, 0.75}} ends with 0.004.
// (Section 5.22 of the book "divides by 0.2", which would raise the rate.)
type Stairs struct {
	First, Factor float64
	At            []float64 // from 0 to 1
}

func (s Stairs) check() error {
	for _, at := range s.At {
		if !(at >= 0 && at <= 1) { // also NaN
			return fmt.Errorf("train: Stairs.At holds %v, want shares of the run, from 0 to 1", at)
		}
	}
	return notNegative(s, s.First, s.Factor)
}

// Rate returns the rate of the stair that the step is on.
func (s Stairs) Rate(step, steps int) float64 {
	rate := s.First
	for _, at := range s.At {
		if float64(step) >= at*float64(steps) {
			rate *= s.Factor
		}
	}
	return rate
}

// String returns the Go literal.
func (s Stairs) String() string {
	return fmt.Sprintf("Stairs{First: %v, Factor: %v, At: %#v}", s.First, s.Factor, s.At)
}

// Cosine falls from First to Last along half a cosine (I. Loshchilov, F. Hutter
// 2016, arXiv:1608.03983, eq. 5, without restarts).
type Cosine struct{ First, Last float64 }

func (c Cosine) check() error { return notNegative(c, c.First, c.Last) }

// Rate returns Last + (First-Last)·(1+cos(π·step/steps))/2.
func (c Cosine) Rate(step, steps int) float64 {
	return c.at(float64(step) / float64(steps))
}

// String returns the Go literal.
func (c Cosine) String() string { return fmt.Sprintf("Cosine{First: %v, Last: %v}", c.First, c.Last) }

// OneCycle rises from Peak/25 to Peak in the first three tenths of the run and
// falls to Peak/250,000 in the rest, both along half a cosine (L. Smith, N. Topin
// 2017, arXiv:1708.07120; the shares follow PyTorch's OneCycleLR).
type OneCycle struct{ Peak float64 }

func (o OneCycle) check() error { return notNegative(o, o.Peak) }

// Rate returns the rate of the step.
func (o OneCycle) Rate(step, steps int) float64 {
	up := 0.3 * float64(steps)
	at := float64(step)
	if at < up {
		return Cosine{o.Peak / 25, o.Peak}.at(at / up)
	}
	return Cosine{o.Peak, o.Peak / 250_000}.at((at - up) / (float64(steps) - up))
}

func (c Cosine) at(share float64) float64 {
	return c.Last + (c.First-c.Last)*(1+math.Cos(math.Pi*share))/2
}

// String returns the Go literal.
func (o OneCycle) String() string { return fmt.Sprintf("OneCycle{Peak: %v}", o.Peak) }
