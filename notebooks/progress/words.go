package progress

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"cnnbook/cnnlib/train"
	"cnnbook/plots"
)

// live is the line while the run goes on. Where it would have more columns than
// given, it leaves out the accuracy; 0 means any number.
func (s state) live(columns int) string {
	parts := []string{fmt.Sprintf("epoch %d/%d", s.now.Epoch, s.total), "loss " + loss(s.now.Loss)}
	if n := len(s.epochs); n > 0 && validated(s.epochs) {
		parts = append(parts, "accuracy "+accuracy(s.epochs[n-1]))
	}
	if r := s.speed.rate(); r > 0 {
		parts = append(parts, perSecond(r))
	}
	if left := s.speed.left(); left > 0 {
		parts = append(parts, whole(left)+" left") // an estimate has no decimals
	}
	line := strings.Join(parts, ", ")
	if columns > 0 && len(line) > columns {
		parts = slices.DeleteFunc(parts, func(p string) bool { return strings.HasPrefix(p, "accuracy ") })
		line = strings.Join(parts, ", ")
	}
	return line
}

// ended is the line of the newest epoch.
func (s state) ended() string {
	e := s.epochs[len(s.epochs)-1]
	parts := []string{fmt.Sprintf("epoch %d of %d: loss %s", e.Number, s.total, loss(e.Loss))}
	if validated(s.epochs) {
		mark := ""
		if e.Best {
			mark = " (best so far)"
		}
		parts = append(parts, "validation accuracy "+accuracy(e)+mark)
	}
	if r := s.speed.rate(); r > 0 {
		parts = append(parts, perSecond(r))
	}
	return strings.Join(append(parts, duration(e.Time)), ", ")
}

// summary is the line that stays: how far the run came, and what it shows.
func (s state) summary() string {
	if len(s.epochs) == 0 {
		return fmt.Sprintf("Ended in epoch 1 of %d, before a whole epoch.", s.total)
	}
	line := fmt.Sprintf("Ended after epoch %d of %d", s.epochs[len(s.epochs)-1].Number, s.total)
	var took time.Duration
	for _, e := range s.epochs {
		took += e.Time
	}
	return fmt.Sprintf("%s, %s of training. %s", line, duration(took), sentence(finding(s.epochs)))
}

// finding says what the curves show.
func finding(epochs []train.Epoch) string {
	n := len(epochs)
	first, last := epochs[0], epochs[n-1]
	if n == 1 {
		words := fmt.Sprintf("after epoch %d the training loss is %s", last.Number, loss(last.Loss))
		if validated(epochs) {
			words += " and the validation accuracy " + accuracy(last)
		}
		return words
	}
	over := fmt.Sprintf(" over %d epochs", n)
	words := "training loss " + change(first.Loss, last.Loss, loss(first.Loss), loss(last.Loss)) + over
	if !validated(epochs) {
		return words
	}
	from, to := first.Validation.Accuracy, last.Validation.Accuracy
	words += "; validation accuracy " + change(from, to, accuracy(first), accuracy(last)) + over
	if i := best(epochs); i >= 0 {
		words += fmt.Sprintf("; best: epoch %d (%s)", epochs[i].Number, accuracy(epochs[i]))
	}
	return words
}

// change compares two numbers as the reader sees them.
func change(from, to float64, shownFrom, shownTo string) string {
	switch {
	case shownFrom == shownTo:
		return "stays at " + shownTo
	case from < to:
		return "rises from " + shownFrom + " to " + shownTo
	default:
		return "falls from " + shownFrom + " to " + shownTo
	}
}

func sentence(words string) string { return strings.ToUpper(words[:1]) + words[1:] + "." }

// validated reports whether the run has an accuracy on validation pictures: without
// them every score is zero, one with no right answer counts errors, and a network
// that gives back its pictures (train.Options.Reconstruct) has neither.
func validated(epochs []train.Epoch) bool {
	return slices.ContainsFunc(epochs, func(e train.Epoch) bool { return e.Validation.Accuracy > 0 || e.Validation.Errors > 0 })
}

// best returns the place of the best epoch, or -1: each is marked that was the best
// so far, so the latest of them is the best of all.
func best(epochs []train.Epoch) int {
	for i := len(epochs) - 1; i >= 0; i-- {
		if epochs[i].Best {
			return i
		}
	}
	return -1
}

func loss(v float64) string { return fmt.Sprintf("%#.3g", v) }

// accuracy has four places: the share of 10,000 pictures is exact.
func accuracy(e train.Epoch) string { return fmt.Sprintf("%.4f", e.Validation.Accuracy) }

// perSecond rounds to three digits, as far as the measurement goes: 12,300 images/s.
func perSecond(rate float64) string {
	if rate < 100 {
		return fmt.Sprintf("%.3g images/s", rate)
	}
	unit := math.Pow(10, math.Floor(math.Log10(rate))-2)
	return plots.Number(math.Round(rate/unit)*unit, 0) + " images/s"
}

// duration gives two digits below 10 s: 0.43 s, 4.3 s; else as whole.
func duration(t time.Duration) string {
	switch {
	case t < 995*time.Millisecond:
		return fmt.Sprintf("%.2f s", t.Seconds())
	case t < 9950*time.Millisecond:
		return fmt.Sprintf("%.1f s", t.Seconds())
	default:
		return whole(t)
	}
}

// whole gives no more than matters to who waits: 43 s, 4 min 3 s, 12 min, 2 h 5 min.
func whole(t time.Duration) string {
	s := int(t.Round(time.Second).Seconds())
	m := int(t.Round(time.Minute).Minutes())
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 600:
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	case m < 60:
		return fmt.Sprintf("%d min", m)
	default:
		return fmt.Sprintf("%d h %d min", m/60, m%60)
	}
}
