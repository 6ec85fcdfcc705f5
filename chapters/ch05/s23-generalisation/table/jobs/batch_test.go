//go:build unix

package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"cnnbook/chapters/ch05/s23-generalisation/table"
	"cnnbook/chapters/ch05/s23-generalisation/table/jobs"
	"cnnbook/cnnlib/train"
	"cnnbook/internal/cobracmd"
	"cnnbook/internal/home"
)

// The trainings of row "long", by table.Table.Number.
const longSeed1, longSeed2 = 2, 4

func longJob(n int) table.Job {
	return table.Job{Profile: "plain", Row: "long", Seed: int64(n / 2)}
}

// checkout is a folder that looks to the scripts like a checkout whose program is built:
// .cnnbook/cnnbook is this test program, which leaves its process id in pids/N and writes N
// into runs.
type checkout string

func newCheckout(t *testing.T) checkout {
	t.Helper()
	dir := t.TempDir()
	t.Setenv(home.FolderEnv, filepath.Join(dir, ".cnnbook"))
	t.Setenv(programEnv, "1")
	for _, sub := range []string{".cnnbook", "pids", "results"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	script := fmt.Sprintf("#!/bin/sh\nif [ \"$2\" = --only ]; then echo $$ >%s/pids/$3; echo $3 >>%s/runs; fi\nexec %s \"$@\"\n", dir, dir, self)
	if err := os.WriteFile(filepath.Join(dir, ".cnnbook", "cnnbook"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return checkout(dir)
}

// command runs in the checkout.
func (c checkout) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = string(c)
	return cmd
}

// table runs the program and returns its output and exit status.
func (c checkout) table(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, log strings.Builder
	cmd := c.command(".cnnbook/cnnbook", append([]string{"table"}, args...)...)
	cmd.Stdout, cmd.Stderr = &out, &log
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), log.String(), cmd.ProcessState.ExitCode()
}

// list is what `table jobs --json` prints.
func (c checkout) list(t *testing.T) jobs.List {
	t.Helper()
	out, log, status := c.table(t, "jobs", "--json", "--out", "results/measured/table")
	var l jobs.List
	if err := json.Unmarshal([]byte(out), &l); err != nil || status != 0 {
		t.Fatalf("%v, status %d: %s%s", err, status, out, log)
	}
	return l
}

// keeps says whether a training is open and has a checkpoint to go on from.
func (c checkout) keeps(t *testing.T, n int) bool {
	t.Helper()
	return slices.ContainsFunc(c.list(t).Jobs, func(o jobs.Open) bool { return o.N == n && o.Checkpoint })
}

// pid waits for the process that trains number n and its first checkpoint, and returns
// its id, once for each process.
func (c checkout) pid(t *testing.T, n int) int {
	t.Helper()
	path := filepath.Join(string(c), "pids", strconv.Itoa(n))
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if text, err := os.ReadFile(path); err == nil && strings.HasSuffix(string(text), "\n") {
			break
		}
	}
	checkpoints(t, longJob(n))
	text, err := os.ReadFile(path)
	if err == nil {
		err = os.Remove(path)
	}
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func (c checkout) results() string { return filepath.Join(string(c), "results", "measured", "table") }

// same holds all results of two folders against each other, to the bit.
func same(t *testing.T, got, want string) {
	t.Helper()
	all, err := batch().Jobs("plain", batch().IDs(), 0)
	if err != nil || len(all) != 4 {
		t.Fatal(all, err)
	}
	read := func(dir string, j table.Job) *table.Result {
		r, err := batch().Read(os.DirFS(dir), j)
		if err != nil {
			t.Fatal(err)
		}
		r.Date, r.Weights = "", "" // the file of weights holds the times too
		for i := range r.Curve {
			r.Curve[i].Seconds = 0 // no two trainings take the same time
		}
		return r
	}
	for _, j := range all {
		if g, w := read(got, j), read(want, j); !reflect.DeepEqual(g, w) {
			t.Errorf("%v ended as %+v,\nplainly as %+v", j, g, w)
		}
	}
}

// plainly returns the folder of all results of batch, trained without a stop, so many at
// once: made once for each number.
func plainly(t *testing.T, atOnce int) string {
	t.Helper()
	if dir := plain[atOnce]; dir != "" {
		return dir
	}
	dir, err := os.MkdirTemp("", "plain")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(home.FolderEnv, t.TempDir())
	t.Setenv(programEnv, "1")
	all, err := batch().Jobs("plain", batch().IDs(), 0)
	if err == nil {
		err = jobs.Run(t.Context(), batch(), all, jobs.Options{Out: dir, Jobs: atOnce, Log: io.Discard})
	}
	if err != nil {
		t.Fatal(err)
	}
	plain[atOnce] = dir
	return dir
}

// stoppedLine ends what a training says that was stopped with a checkpoint.
var stoppedLine = regexp.MustCompile(`(?m)^table: plain_long_seed\d: stopped; the same command goes on after epoch \d+ of 150$\n\z`)

// TestOnly is the contract with batch systems: numbers that stay, and statuses 0, 75 and 1,
// however a training is stopped: by a signal to one process or to all.
func TestOnly(t *testing.T) {
	want := plainly(t, 1)
	c := newCheckout(t)
	numbers := func() string {
		out, _, status := c.table(t, "jobs", "--numbers")
		if status != 0 {
			t.Errorf("status %d", status)
		}
		return strings.Join(strings.Fields(out), " ")
	}
	if got := numbers(); got != "1 2 3 4" {
		t.Errorf("the numbers are %s", got)
	}
	if _, log, status := c.table(t, "--only", "3"); status != 0 || !strings.Contains(log, "plain_short_seed2 (1 of 1): done") {
		t.Errorf("status %d: %s", status, log)
	}
	if _, log, status := c.table(t, "--only", "3"); status != 0 || log != "plain_short_seed2: stored already\n" {
		t.Errorf("a second time: status %d: %s", status, log)
	}
	if got := numbers(); got != "1 2 4" {
		t.Errorf("after number 3 the numbers are %s", got)
	}
	for _, signalled := range []struct {
		name string
		n    int
		send func(pid int) error
	}{
		{"the parent", longSeed1, func(pid int) error { return syscall.Kill(pid, syscall.SIGTERM) }},
		{"all processes", longSeed2, func(pid int) error { return syscall.Kill(-pid, syscall.SIGTERM) }},
	} {
		cmd := c.command(".cnnbook/cnnbook", "table", "--only", strconv.Itoa(signalled.n))
		var log strings.Builder
		cmd.Stderr = &log
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if err := signalled.send(c.pid(t, signalled.n)); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); cmd.ProcessState.ExitCode() != jobs.StatusStopped || !stoppedLine.MatchString(log.String()) {
			t.Errorf("a signal to %s: %v, it says %q, want status 75 and one line about it", signalled.name, err, log.String())
		}
	}
	for _, open := range c.list(t).Jobs {
		long := open.Row == "long"
		if open.Checkpoint != long || (open.Done > 0) != long || open.Done >= open.Epochs || open.Profile != "plain" || batch().Number(table.Job{Profile: "plain", Row: open.Row, Seed: open.Seed}) != open.N {
			t.Errorf("%+v, want a checkpoint of row long alone", open)
		}
	}
	if out, _, _ := c.table(t, "jobs", "long"); !strings.Contains(out, "2 of 2 trainings") || !strings.Contains(out, " of 150 ") || !strings.Contains(out, "All together") {
		t.Errorf("the list says\n%s", out)
	}
	// The parent killed: the process of the job lets go, and the same command waits for that.
	cmd := c.command(".cnnbook/cnnbook", "table", "--only", strconv.Itoa(longSeed1))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond) // it trains, or is about to
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait() // it was killed
	for _, n := range []int{1, longSeed1, longSeed2} {
		if _, log, status := c.table(t, "--only", strconv.Itoa(n)); status != 0 {
			t.Errorf("number %d: status %d: %s", n, status, log)
		}
	}
	same(t, c.results(), want)
	if l := c.list(t); len(l.Jobs) != 0 || l.All != 4 {
		t.Errorf("in the end the list is %+v", l)
	}
	for says, args := range map[string][]string{
		"seed 3 of row short":          {"--only", "5"},
		"no training number 0":         {"--only", "0"},
		"leave out the rows":           {"--only", "1", "long"},
		"give one of them":             {"jobs", "--json", "--numbers"},
		`no row "b"`:                   {"jobs", "b"},
		`no profile "x"`:               {"--only", "1", "--profile", "x"},
		"--seeds is -1, want at least": {"jobs", "--seeds", "-1"},
	} {
		if _, log, status := c.table(t, args...); status != 1 || !strings.Contains(log, says) || strings.Count(log, "\n") != 1 {
			t.Errorf("%v: status %d: %s, want 1 and one line with %q", args, status, log, says)
		}
	}
}

// TestOnlyFails: what is not stopped with something to go on from has failed.
func TestOnlyFails(t *testing.T) {
	var log strings.Builder
	o := options(t, &log)
	job := jobsOf(t, "slow")[0]
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	err := jobs.Only(ended, small(), job, o)
	if cobracmd.Status(err) != 1 || !strings.Contains(err.Error(), "stopped before its first epoch ended") {
		t.Errorf("stopped at once: %v, status %d", err, cobracmd.Status(err))
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() { checkpoints(t, job); cancel() }()
	err = jobs.Only(ctx, small(), job, o)
	var stopped *jobs.Stopped
	if !errors.As(err, &stopped) || stopped.Job != job || stopped.Epochs < 1 || stopped.Of != 60 || cobracmd.Status(err) != 75 {
		t.Fatalf("stopped on the way: %v", err)
	}
	if err := jobs.Only(ended, small(), job, o); cobracmd.Status(err) != 75 {
		t.Errorf("stopped at once, with a checkpoint: %v, want status 75", err)
	}
	// A checkpoint of another recipe is nothing to go on from.
	other := small()
	recipe := other.Profiles[0].Recipe
	other.Profiles[0].Recipe = func(row string) (table.Recipe, error) {
		r, err := recipe(row)
		r.Options.Rate = train.Constant(0.06)
		return r, err
	}
	if err := jobs.Only(ended, other, job, o); cobracmd.Status(err) != 1 {
		t.Errorf("a checkpoint of another recipe: %v", err)
	}
	for want, tab := range map[bool]table.Table{true: small(), false: other} {
		list, err := jobs.ListOpen(tab, "plain", []table.Job{job}, o)
		if err != nil || len(list.Jobs) != 1 || list.Jobs[0].Checkpoint != want || (list.Jobs[0].Done == stopped.Epochs) != want {
			t.Errorf("the list is %+v, %v, want a checkpoint: %t", list, err, want)
		}
	}
	o.Program = []string{"sh", "-c", "echo the disk is on fire >&2; exit 3"}
	if err := jobs.Only(t.Context(), small(), job, o); cobracmd.Status(err) != 1 || !strings.Contains(err.Error(), "on fire") {
		t.Errorf("a failure: %v", err)
	}
	o.Program = []string{"sh", "-c", "kill -TERM $$"} // before it could listen
	if err := jobs.Only(t.Context(), small(), job, o); cobracmd.Status(err) != 75 {
		t.Errorf("a process that was stopped while it started: %v", err)
	}
	o.Program = []string{"sh", "-c", "kill -KILL $$"}
	if err := jobs.Only(t.Context(), small(), job, o); cobracmd.Status(err) != 1 {
		t.Errorf("a process that was killed: %v", err)
	}
}

// TestOnlyIsAlone: a training that another process has is left to it, for good.
func TestOnlyIsAlone(t *testing.T) {
	var log strings.Builder
	o := options(t, &log)
	job := jobsOf(t, "a")[0]
	folder := filepath.Join(os.Getenv(home.FolderEnv), "table")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	l := flock.New(filepath.Join(folder, job.String()+".lock"))
	if ok, err := l.TryLock(); err != nil || !ok {
		t.Fatal(ok, err)
	}
	defer l.Close()
	if err := jobs.Only(t.Context(), small(), job, o); !errors.Is(err, jobs.ErrBusy) || cobracmd.Status(err) != 1 {
		t.Errorf("%v, want ErrBusy", err)
	}
}

// needs skips a test that wants programs that are not there; .ci/run installs them.
func needs(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skip(err)
		}
	}
}

// script copies one of the scripts beside this test into the checkout.
func (c checkout) script(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(filepath.Join(string(c), name), content, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// TestParallel: GNU parallel runs the table with parallel.sh; what was stopped or killed on
// the way goes on by the same command, and ends to the bit as a plain run.
func TestParallel(t *testing.T) {
	needs(t, "parallel", "taskset", "nproc")
	if runtime.GOOS != "linux" {
		t.Skip("taskset is of Linux")
	}
	want := plainly(t, runtime.NumCPU()) // one core each, as there
	c := newCheckout(t)
	run := func(disturb func(parallel *os.Process)) (log string, err error) {
		cmd := c.command("sh", c.script(t, "parallel.sh"))
		var out strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		disturb(cmd.Process)
		err = cmd.Wait()
		return out.String(), err
	}
	send := func(n int, s syscall.Signal) {
		if err := syscall.Kill(c.pid(t, n), s); err != nil {
			t.Errorf("number %d: %v", n, err)
		}
	}
	// parallel stops what it runs when it is stopped.
	log, err := run(func(parallel *os.Process) {
		c.pid(t, longSeed1)
		if err := parallel.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
	})
	if err == nil || !c.keeps(t, longSeed1) {
		t.Errorf("parallel stopped: %v, and there is no checkpoint\n%s", err, log)
	}
	// The same again, in which one training is stopped and one killed: both are tried again.
	log, err = run(func(*os.Process) { send(longSeed1, syscall.SIGTERM); send(longSeed2, syscall.SIGKILL) })
	if err != nil {
		t.Errorf("a training stopped and one killed: %v\n%s", err, log)
	}
	same(t, c.results(), want)
	runs, err := os.ReadFile(filepath.Join(string(c), "runs"))
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]int{longSeed1: 3, longSeed2: 2} { // one run for each stop, and the last
		got := 0
		for _, ran := range strings.Fields(string(runs)) {
			if ran == strconv.Itoa(n) {
				got++
			}
		}
		if got < want {
			t.Errorf("number %d ran %d times, want at least %d", n, got, want)
		}
	}
}

// TestScripts: both scripts stand in the README beside the table, so that what it shows is
// what is tested.
func TestScripts(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"array.sbatch", "parallel.sh"} {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfter(string(content), "\n")
		for len(lines) > 0 && strings.HasPrefix(lines[0], "#") && !strings.HasPrefix(lines[0], "#SBATCH") {
			lines = lines[1:] // says what the README says around it
		}
		if len(lines) < 4 || !strings.Contains(string(readme), "```bash\n"+strings.Join(lines, "")+"```\n") {
			t.Errorf("README.md does not show %s as it is", name)
		}
	}
}
