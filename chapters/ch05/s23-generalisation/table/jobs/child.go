package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/gomlx/compute"

	"cnnbook/chapters/ch05/s23-generalisation/table"
	"cnnbook/cnnlib/train"
)

// With opens a backend, hands it and its name to f and closes it.
type With func(ctx context.Context, f func(backend compute.Backend, name string) error) error

// order is what the parent writes to the process of a job: one line of JSON. It keeps
// the pipe open as long as it lives.
type order struct {
	Job       table.Job
	Out, Work string
	Machine   string
	Cores     int
}

// event is what the process of a job tells, a line of JSON each.
type event struct {
	Epoch       int     // under way
	Step, Steps int     // of the whole run
	Speed       float64 // pictures trained a second, since the process started
	Ended       bool    // an epoch, whose accuracy follows
	Validation  float64 // share of the validation pictures
	Busy        bool    // another process trains the job
	Stopped     bool    // the end, before that of the training: by a signal, or with the parent
	Stored      bool    // the end: the result is there
	Error       string  // the end, without a result
}

// tellEvery is how often a job tells of its steps: as often as a reader can follow.
const tellEvery = time.Second / 2

// Child is the process of one job: it reads the order from in, trains, and tells of it
// on out. It ends when in does, with the parent.
func Child(ctx context.Context, in io.Reader, out io.Writer, t table.Table, with With) error {
	decoder := json.NewDecoder(in)
	var o order
	if err := decoder.Decode(&o); err != nil {
		return fmt.Errorf("table: --job is for the processes that `table` starts, which are told what to train: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		io.Copy(io.Discard, io.MultiReader(decoder.Buffered(), in)) // until the parent closes it, or is no more
		cancel()
	}()
	encoder := json.NewEncoder(out)
	err := with(ctx, func(backend compute.Backend, name string) error {
		return Train(ctx, backend, t, o.Job, o.setting(encoder, name))
	})
	switch {
	case errors.Is(err, ErrBusy):
		return encoder.Encode(event{Busy: true})
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return encoder.Encode(event{Stopped: true})
	case err != nil:
		return encoder.Encode(event{Error: err.Error()})
	}
	return encoder.Encode(event{Stored: true})
}

func (o order) setting(encoder *json.Encoder, backend string) Setting {
	var now event
	var last time.Time
	tell := func(e event) { encoder.Encode(e) } // a parent that is no more ends the process through in
	return Setting{Out: o.Out, Work: o.Work, Machine: o.Machine, Cores: o.Cores, Backend: backend,
		OnStep: func(p train.Progress) {
			if time.Since(last) < tellEvery {
				return
			}
			last = time.Now()
			now.Epoch, now.Step, now.Steps = p.Epoch, p.Step, p.Steps
			now.Speed = float64(p.Images) / p.Time.Seconds()
			tell(now)
		},
		OnEpoch: func(e train.Epoch) {
			ended := now
			ended.Epoch, ended.Ended, ended.Validation = e.Number, true, e.Validation.Accuracy
			now.Validation = e.Validation.Accuracy
			tell(ended)
		}}
}
