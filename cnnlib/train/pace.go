package train

import "time"

// pace says how many steps a call shall take: few enough that an interrupt or a
// progress bar does not wait, many enough that the call itself costs nothing.
type pace struct {
	most int           // steps the graph can take
	next int           // steps of the next call
	each time.Duration // a step, as the last call had it
}

const (
	// Half of what a person waits without a thought (J. Nielsen 1993, Usability Engineering,
	// chapter 5). At each call XLA takes its memory anew and the system clears it: with 50 ms a
	// step of conv2 takes 7 % longer in batches of 64, 26 % in batches of 512.
	callTime = 500 * time.Millisecond
	maxSteps = 200 // with the 0.1 ms of the smallest networks, a call of 0.3 ms costs 1.5 %
)

// newPace starts with a single step, which is a measurement. fixed, above 0, is the
// number of steps of every call.
func newPace(fixed int) *pace {
	if fixed > 0 {
		return &pace{most: fixed, next: fixed, each: -1}
	}
	return &pace{most: maxSteps, next: 1}
}

// took records how long a call of the given number of steps took.
func (p *pace) took(steps int, d time.Duration) {
	if p.each < 0 {
		return
	}
	p.each = max(d/time.Duration(steps), 1)
	// At most four times as many as before: the first calls are slow and say little.
	p.next = max(1, min(p.most, 4*steps, int(callTime/p.each)))
}
