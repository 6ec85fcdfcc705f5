package progress

import (
	"fmt"
	"io"

	"github.com/schollz/progressbar/v3"
)

// lines writes one line after every epoch, and what the run shows at its end.
type lines struct{ w io.Writer }

func (lines) step(state)      {}
func (l lines) epoch(s state) { fmt.Fprintln(l.w, s.ended()) }
func (l lines) close(s state) { fmt.Fprintln(l.w, s.summary()) }

// bar keeps a bar below the lines.
type bar struct {
	lines
	bar *progressbar.ProgressBar // of the steps of the whole run
}

// beside is the columns that the bar's percentage and frame leave of a terminal of
// 80. A line that breaks cannot be replaced. The accuracy of the newest epoch, which
// may have no room, is in the line above the bar.
const beside = 80 - len(" 100% ||  ")

func (b *bar) step(s state) {
	if b.bar == nil {
		b.bar = progressbar.NewOptions(s.now.Steps, progressbar.OptionSetWriter(b.w), progressbar.OptionSetWidth(20),
			progressbar.OptionUseANSICodes(true),    // replaces the line without a flicker
			progressbar.OptionSetPredictTime(false)) // it does not know of an earlier run's steps; live does
	}
	b.bar.Describe(s.live(beside))
	b.bar.Set(s.now.Step)
}

func (b *bar) epoch(s state) {
	b.clear()
	b.lines.epoch(s)
}

func (b *bar) close(s state) {
	b.clear()
	b.lines.close(s)
}

func (b *bar) clear() {
	if b.bar != nil {
		b.bar.Clear()
	}
}
