package progress

import (
	"context"
	"io"
	"os"
	"time"

	"github.com/gomlx/compute"
	"github.com/janpfeifer/gonb/gonbui"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

// Run is [train.Run] with the run shown, in the output of the notebook's cell or on
// standard error. Arguments, results and errors are those of train.Run; hooks that
// the options hold already are called too.
func Run(ctx context.Context, backend compute.Backend, net cnnlib.Layer, images *data.Images, options train.Options) (*train.Model, error) {
	d := Show(&options)
	d.last = 0 // it is closed here
	m, err := train.Run(ctx, backend, net, images, options)
	if m != nil && len(m.History) > 0 {
		if d.view == nil { // a checkpoint held the whole run
			d.begin()
		}
		d.epochs = m.History // with those that a checkpoint held
	}
	d.Close()
	return m, err
}

// Show makes a training with these options show itself, in the output of the
// notebook's cell or on standard error. It sets OnStep and OnEpoch; hooks that are
// there already are called after the display's own.
//
//	progress.Show(&options)
//	m, err := train.Run(ctx, backend, net, images, options)
//
// The display closes itself after the last epoch. If the run may end before, by
// Patience, an error or an interrupt, Close completes the figure and the table.
func Show(o *train.Options) *Display {
	if gonbui.IsNotebook {
		return show(o, func() view { return newNotebook(gonb{}) })
	}
	return ShowTo(os.Stderr, o)
}

// ShowTo is [Show] with the writer given: a bar and a line for every epoch if w
// is a terminal, else the lines alone.
func ShowTo(w io.Writer, o *train.Options) *Display {
	if isTerminal(w) {
		return show(o, func() view { return &bar{lines: lines{w}} })
	}
	return show(o, func() view { return lines{w} })
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// view is a place where a run can be seen. A failure to show must not end a
// training of hours, so no method returns an error.
type view interface {
	step(state)  // at most 4 times a second of the run
	epoch(state) // after every epoch
	close(state) // once, at the end
}

// state is what is known of a run.
type state struct {
	total  int // epochs of the whole run
	now    train.Progress
	epochs []train.Epoch // that have ended
	speed  speed
}

// Display is a training on display. It is not safe for concurrent use; train.Run
// calls the hooks one after the other.
type Display struct {
	state
	newView func() view
	view    view          // nil while no run is on display
	shown   time.Duration // of the run, when a step was shown
	last    int           // the epoch that closes the display; 0 leaves that to Run
}

// refresh is the shortest time between two live lines: more cannot be read, and
// every one is a message through kernel, server and browser.
const refresh = time.Second / 4

func show(o *train.Options, newView func() view) *Display {
	d := &Display{newView: newView, last: max(o.Epochs, 1)} // 0 epochs mean 1
	d.total = d.last
	o.OnStep, o.OnEpoch = chain(d.onStep, o.OnStep), chain(d.onEpoch, o.OnEpoch)
	return d
}

// chain calls own, which cannot fail, before the reader's hook.
func chain[T any](own func(T), hook func(T) error) func(T) error {
	return func(v T) error {
		own(v)
		if hook == nil {
			return nil
		}
		return hook(v)
	}
}

func (d *Display) begin() {
	d.state, d.view, d.shown = state{total: d.total}, d.newView(), -refresh
}

func (d *Display) onStep(p train.Progress) {
	if p.Step <= d.now.Step { // a second run with the same options
		d.Close()
	}
	if d.view == nil {
		d.begin()
	}
	d.now = p
	d.speed.step(p)
	if p.Time-d.shown >= refresh {
		d.shown = p.Time
		d.view.step(d.state)
	}
}

func (d *Display) onEpoch(e train.Epoch) {
	d.epochs = append(d.epochs, e)
	d.speed.epoch(e)
	d.view.epoch(d.state)
	if e.Number == d.last {
		d.Close()
	}
}

// Close shows the final state. Without a run on display it does nothing.
func (d *Display) Close() {
	if d.view != nil {
		d.view.close(d.state)
		d.view = nil
	}
}
