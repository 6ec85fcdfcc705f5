package progress

import (
	"math"
	"time"

	"cnnbook/cnnlib/train"
)

// speed measures how fast a run is from what train.Run reports.
type speed struct {
	images, seconds float64        // sums whose older parts fade
	first, last     train.Progress // of this run; the time before first went into compiling
	before          int            // images when the epoch before ended
	within          bool           // two calls of this epoch were compared
}

// fading is the time in which a measurement loses all but 1/e of its weight:
// short enough to follow a machine that gets busy, long enough to be read.
const fading = 5 * time.Second

// step takes the time since the call before it. Between two epochs lies the
// validation, and before the first call the compiler: these times are no training.
func (s *speed) step(p train.Progress) {
	if s.first.Step == 0 {
		s.first = p
	}
	if s.last.Epoch == p.Epoch {
		s.add(p.Images-s.last.Images, p.Time-s.last.Time)
		s.within = true
	}
	s.last = p
}

// epoch measures the epoch as a whole if it was one call of steps, except the first
// of the run, whose time is mostly the compiler's.
func (s *speed) epoch(e train.Epoch) {
	if !s.within && s.before > 0 {
		s.add(s.last.Images-s.before, e.Time)
	}
	s.before, s.within = s.last.Images, false
}

func (s *speed) add(images int, t time.Duration) {
	rest := math.Exp(-t.Seconds() / fading.Seconds())
	s.images = s.images*rest + float64(images)
	s.seconds = s.seconds*rest + t.Seconds()
}

// rate returns training pictures per second, or 0 as long as nothing is known.
func (s *speed) rate() float64 {
	if s.seconds == 0 {
		return 0
	}
	return s.images / s.seconds
}

// left estimates the time to the last step from the mean of all steps of this run
// but the first call; validation is counted in once it has been seen. It is 0 as
// long as nothing is known.
func (s *speed) left() time.Duration {
	done := s.last.Step - s.first.Step
	if done == 0 {
		return 0
	}
	return time.Duration(float64(s.last.Time-s.first.Time) / float64(done) * float64(s.last.Steps-s.last.Step))
}
