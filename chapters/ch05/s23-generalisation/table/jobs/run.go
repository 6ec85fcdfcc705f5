package jobs

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"cnnbook/chapters/ch05/s23-generalisation/table"
	"cnnbook/chapters/measure"
	"cnnbook/internal/home"
	"cnnbook/internal/hugepages"
)

// Options say which jobs are trained, and how many at once.
type Options struct {
	Out  string // folder of the results
	Jobs int    // at once; 0 means one a core, where processes can be bound to cores, else 1
	Log  io.Writer
	// Program is the command of a job's process; nil is this program with "table --job".
	Program []string
}

// Run trains the jobs that have no result of the recipe of the code. It stops them when
// ctx ends; what a job has learned up to its last whole epoch is kept. A job that fails
// does not stop those under way, but no more are begun.
func Run(ctx context.Context, t table.Table, all []table.Job, o Options) error {
	todo, err := o.missing(t, all)
	if err != nil || len(todo) == 0 {
		return err
	}
	slots, err := o.slots(len(todo))
	if err != nil {
		return err
	}
	work, err := home.Folder("table")
	if err != nil {
		return err
	}
	out, err := filepath.Abs(o.Out)
	if err != nil {
		return fmt.Errorf("table: %w", err)
	}
	if o.Program == nil {
		program, err := os.Executable()
		if err != nil {
			return fmt.Errorf("table: %w", err)
		}
		o.Program = []string{program, "table", "--job"}
	}
	r := &running{o: o, board: newBoard(o.Log, len(slots)), out: out, work: work, machine: measure.Machine(), queue: make(chan table.Job, len(todo)), of: len(todo)}
	for _, j := range todo {
		r.queue <- j
	}
	close(r.queue)
	var wait sync.WaitGroup
	for slot, on := range slots {
		wait.Go(func() { r.workOff(ctx, slot, on) })
	}
	wait.Wait()
	r.board.close()
	if len(r.errs) == 0 && (ctx.Err() != nil || r.stopped) {
		return errStopped
	}
	return errors.Join(r.errs...)
}

// errStopped says that a run was stopped before its end, by ctx or a signal to the process
// of a job: those of a batch system reach all processes, in any order.
var errStopped = errors.New("table: stopped: the same command goes on from the last whole epoch of each training")

// missing are the jobs without a result that can be used. It tells of results that cannot.
func (o Options) missing(t table.Table, all []table.Job) ([]table.Job, error) {
	var todo []table.Job
	for _, j := range all {
		_, err := t.Read(os.DirFS(o.Out), j)
		if err == nil {
			continue
		}
		if !missing(err) {
			return nil, err
		}
		if errors.Is(err, table.ErrRecipe) {
			fmt.Fprintf(o.Log, "%v; it is trained anew\n", err)
		}
		todo = append(todo, j)
	}
	return todo, nil
}

// slots returns the cores of each job that runs at the same time.
func (o Options) slots(jobs int) ([][]int, error) {
	have, err := cores()
	if err != nil {
		return nil, err
	}
	n := o.Jobs
	if n == 0 {
		n = 1
		if binds {
			n = len(have)
		}
	}
	if n < 1 || n > len(have) {
		return nil, fmt.Errorf("table: --jobs is %d, want 1 to %d, the cores of this machine", n, len(have))
	}
	if n > 1 && !binds {
		fmt.Fprintln(o.Log, "table: this system cannot bind processes to cores; the trainings share them all")
	}
	n = min(n, jobs)
	slots := make([][]int, n)
	for i := range slots {
		slots[i] = have[i*len(have)/n : (i+1)*len(have)/n]
	}
	return slots, nil
}

// running is a Run under way.
type running struct {
	o         Options
	board     *board
	out, work string
	machine   string
	queue     chan table.Job
	of        int // jobs

	mu      sync.Mutex
	begun   int
	errs    []error
	stopped bool
	heard   map[string]bool // lines of the processes that were passed on
}

// workOff trains one job after the other.
func (r *running) workOff(ctx context.Context, slot int, on []int) {
	for j := range r.queue {
		r.mu.Lock()
		stop := ctx.Err() != nil || len(r.errs) > 0 || r.stopped
		r.begun++
		what := fmt.Sprintf("%v (%d of %d)", j, r.begun, r.of)
		r.mu.Unlock()
		if stop {
			return
		}
		began := time.Now()
		last, err := r.job(ctx, slot, on, j, what)
		switch {
		case ctx.Err() != nil:
			return
		case last.Stopped:
			r.mu.Lock()
			r.stopped = true
			r.mu.Unlock()
		case err != nil:
			r.mu.Lock()
			r.errs = append(r.errs, fmt.Errorf("table: %v: %w", j, err))
			r.mu.Unlock()
		case last.Busy:
			r.board.say("%s: another process trains it", what)
		default:
			r.board.say("%s: done, %s", what, time.Since(began).Round(time.Second))
		}
	}
}

// job runs the process of one job and returns the last it told.
func (r *running) job(ctx context.Context, slot int, on []int, j table.Job, what string) (last event, err error) {
	o := order{Job: j, Out: r.out, Work: r.work, Machine: r.machine}
	if binds {
		o.Cores = len(on)
	}
	text, err := json.Marshal(o)
	if err != nil {
		return last, err
	}
	cmd := exec.CommandContext(ctx, r.o.Program[0], r.o.Program[1:]...)
	cmd.Env = hugepages.Environ()
	in, err := cmd.StdinPipe()
	if err != nil {
		return last, err
	}
	cmd.Cancel = in.Close // the process ends at its next step
	cmd.WaitDelay = 20 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		return last, err
	}
	complaints := &passOn{r: r}
	cmd.Stderr = complaints
	if err := start(cmd, on); err != nil {
		return last, err
	}
	in.Write(append(text, '\n')) // a process that has ended already says below why
	r.board.show(slot, what+": reads its pictures")
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if json.Unmarshal(lines.Bytes(), &last) != nil {
			continue // a library's own words
		}
		r.board.tell(slot, what, last)
		if last.Stored || last.Busy || last.Stopped || last.Error != "" {
			break
		}
		last = event{}
	}
	r.board.show(slot, "")
	in.Close()
	err = cmd.Wait()
	switch {
	case last.Error != "":
		return last, errors.New(last.Error)
	case last.Stored || last.Busy || last.Stopped:
		return last, nil
	case askedToEnd(cmd.ProcessState): // before it could listen
		return event{Stopped: true}, nil
	}
	return last, fmt.Errorf("its process ended (%v) without a result: %s", err, complaints.last)
}

// askedToEnd says that a process was ended by Ctrl-C or SIGTERM.
func askedToEnd(p *os.ProcessState) bool {
	status, ok := p.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && (status.Signal() == syscall.SIGINT || status.Signal() == syscall.SIGTERM)
}

// passOn shows what processes write to their standard error, each line once.
type passOn struct {
	r    *running
	rest []byte
	last string
}

func (p *passOn) Write(text []byte) (int, error) {
	p.rest = append(p.rest, text...)
	for {
		line, rest, whole := bytes.Cut(p.rest, []byte("\n"))
		if !whole {
			return len(text), nil
		}
		p.rest, p.last = rest, strings.TrimSpace(string(line))
		p.r.mu.Lock()
		heard := p.r.heard[p.last]
		if p.r.heard == nil {
			p.r.heard = map[string]bool{}
		}
		p.r.heard[p.last] = true
		p.r.mu.Unlock()
		if !heard && p.last != "" {
			p.r.board.say("%s", p.last)
		}
	}
}
