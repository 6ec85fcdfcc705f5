package jobs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"cnnbook/chapters/ch05/s23-generalisation/table"
	"cnnbook/internal/home"
)

// StatusStopped is the exit status of a training that was stopped and can go on: EX_TEMPFAIL
// of sysexits.h, "the user is invited to retry". Batch systems start such a job again.
const StatusStopped = 75

// Stopped is the error of a training that was stopped after at least one whole epoch.
type Stopped struct {
	Job        table.Job
	Epochs, Of int // that are kept, of all
}

func (s *Stopped) Error() string {
	return fmt.Sprintf("table: %v: stopped; the same command goes on after epoch %d of %d", s.Job, s.Epochs, s.Of)
}

// ExitStatus is [StatusStopped].
func (s *Stopped) ExitStatus() int { return StatusStopped }

// Only trains one job, on all cores that this process may use; one that is stored is done.
// The error is a [*Stopped] if it was stopped and the next run has an epoch to go on from,
// and wraps [ErrBusy] if another process trains the job. A job that was stopped before
// its first epoch ended has failed: a batch system that gives it no more time than that
// would start it for ever.
func Only(ctx context.Context, t table.Table, j table.Job, o Options) error {
	if _, err := t.Read(os.DirFS(o.Out), j); err == nil {
		fmt.Fprintf(o.Log, "%v: stored already\n", j)
		return nil
	}
	for end := time.Now().Add(grace); ; time.Sleep(grace / 20) {
		err := Run(ctx, t, []table.Job{j}, o)
		if errors.Is(err, errStopped) {
			return stopped(t, j)
		}
		if err != nil {
			return err
		}
		_, err = t.Read(os.DirFS(o.Out), j)
		if !missing(err) { // stored, or damaged
			return err
		}
		if time.Now().After(end) { // Run leaves a job to another process that trains it
			return fmt.Errorf("table: %v: %w: wait for its end", j, ErrBusy)
		}
	}
}

// grace is how long Only waits for a process that trains the same job: one whose parent was
// killed ends at its next step, and a batch system may be quicker to start the job again.
const grace = 10 * time.Second

func stopped(t table.Table, j table.Job) error {
	recipe, err := t.Recipe(j)
	if err != nil {
		return err
	}
	work, err := home.Folder("table")
	if err != nil {
		return err
	}
	epochs, err := saved(work, j, recipe)
	if err != nil {
		return err
	}
	if epochs == 0 {
		return fmt.Errorf("table: %v: stopped before its first epoch ended, and nothing is kept: give it more time", j)
	}
	return &Stopped{j, epochs, max(recipe.Options.Epochs, 1)}
}
