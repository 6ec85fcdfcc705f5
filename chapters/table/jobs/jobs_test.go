package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"

	"cnnbook/chapters"
	"cnnbook/chapters/table"
	"cnnbook/chapters/table/jobs"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
	"cnnbook/internal/home"
)

// childEnv makes this test program the process of a job.
const childEnv = "CNNBOOK_TABLE_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) == "" {
		os.Exit(m.Run())
	}
	if err := jobs.Child(context.Background(), os.Stdin, os.Stdout, small(), pureGo); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func pureGo(_ context.Context, f func(compute.Backend, string) error) error {
	b, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		return err
	}
	defer b.Finalize()
	return f(b, "go")
}

// few are pictures that one epoch of takes milliseconds: 200 to train on, 100 to
// validate on, 250 to test on.
func few() chapters.Pictures {
	p := chapters.MNIST(200, 100)
	load := p.Load
	p.Load = func() (training, validation, test *data.Images, err error) {
		if training, validation, test, err = load(); err == nil {
			test, err = test.Slice(0, 250)
		}
		return training, validation, test, err
	}
	return p
}

// small is a table of two rows that are trained and a vote. Row "slow" has so many
// epochs that a test can stop it.
func small() table.Table {
	net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 4, Kernel: 5, Stride: 4, Activation: cnnlib.ReLU}, cnnlib.Flatten{}, cnnlib.Dense{Units: 10, Init: cnnlib.Zeros{}}}
	return table.Table{
		Section: "9.9",
		Rows: []table.Row{
			{ID: "a", What: "a network", Book: 90, Seeds: 3},
			{ID: "slow", What: "more epochs", Book: 91, Against: "a", Seeds: 1},
			{ID: "v", What: "a vote", Book: 92, Against: "a", Seeds: 1, VoteOf: "a", Voters: 3},
		},
		Profiles: []table.Profile{{Name: "plain", Title: "plainly", Recipe: func(row string) (table.Recipe, error) {
			epochs := map[string]int{"a": 3, "slow": 150}[row]
			return table.Recipe{Net: net, Pictures: few(), Keep: true, Options: train.Options{Epochs: epochs, Rate: train.Constant(0.05), Batch: 20}}, nil
		}}},
		Test: func() (*data.Images, error) { _, _, test, err := few().Load(); return test, err },
	}
}

// options train with this test program.
func options(t *testing.T, log *strings.Builder) jobs.Options {
	t.Helper()
	t.Setenv(home.FolderEnv, t.TempDir())
	t.Setenv(childEnv, "1")
	return jobs.Options{Out: t.TempDir(), Log: log, Program: []string{os.Args[0]}}
}

func jobsOf(t *testing.T, rows ...string) []table.Job {
	t.Helper()
	all, err := small().Jobs("plain", rows, 0)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestRun: all jobs are trained by processes, stored, and not trained again.
func TestRun(t *testing.T) {
	var log strings.Builder
	o := options(t, &log)
	all := jobsOf(t, "a")
	if err := jobs.Run(t.Context(), small(), all, o); err != nil {
		t.Fatal(err)
	}
	test, err := small().Test()
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range all {
		r, err := small().Read(os.DirFS(o.Out), j)
		if err != nil {
			t.Error(err)
			continue
		}
		if err := r.Check(test); err != nil {
			t.Error(err)
		}
		// 200 pictures in batches of 20 are 10 steps: all their losses are stored.
		if len(r.Curve) != 3 || len(r.FirstLosses) != 10 || r.FirstLosses[9].Step != 10 || r.Backend != "go" || !strings.Contains(r.Machine, "core") || r.Parameters != 104+4*36*10+10 {
			t.Errorf("%v: %+v", j, r)
		}
		if _, err := os.Stat(filepath.Join(o.Out, j.String()+".safetensors")); (err == nil) != (j.Seed == 1) || (r.Weights != "") != (j.Seed == 1) {
			t.Errorf("%v: weights %q, %v: want those of seed 1 kept, and no others", j, r.Weights, err)
		}
	}
	if n := strings.Count(log.String(), "done"); n != len(all) {
		t.Errorf("%d trainings are told of, want %d:\n%s", n, len(all), log.String())
	}
	left, err := filepath.Glob(filepath.Join(os.Getenv(home.FolderEnv), "table", "*-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	log.Reset()
	if err := jobs.Run(t.Context(), small(), all, o); err != nil || log.Len() > 0 {
		t.Errorf("a second run: %v, it says %q, want nothing to do", err, log.String())
	}
}

// checkpoints counts the checkpoints of a job, and returns when there are any.
func checkpoints(t *testing.T, j table.Job) []string {
	t.Helper()
	for range 600 { // times 0.1 s: a minute, of which the slowest machine needs seconds
		found, err := filepath.Glob(filepath.Join(os.Getenv(home.FolderEnv), "table", j.String()+"-*", "epochs", "*.safetensors"))
		if err != nil {
			t.Fatal(err)
		}
		if len(found) > 0 {
			return found
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("no checkpoint after a minute")
	return nil
}

// TestStopAndGoOn: a training that is stopped after some epochs ends as one that is not,
// with its first losses, in the same predictions.
func TestStopAndGoOn(t *testing.T) {
	var log strings.Builder
	o := options(t, &log)
	all := jobsOf(t, "slow")
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		checkpoints(t, all[0])
	}()
	if err := jobs.Run(ctx, small(), all, o); err == nil || !strings.Contains(err.Error(), "goes on") || strings.Contains(err.Error(), "\n") {
		t.Fatalf("a stopped run: %v, want one line that says how to go on", err)
	}
	if files, err := os.ReadDir(o.Out); err != nil || len(files) > 0 {
		t.Fatalf("a stopped run left %v, %v among the results", files, err)
	}
	if err := jobs.Run(t.Context(), small(), all, o); err != nil {
		t.Fatal(err)
	}
	stopped, err := small().Read(os.DirFS(o.Out), all[0])
	if err != nil {
		t.Fatal(err)
	}
	o.Out = t.TempDir()
	if err := jobs.Run(t.Context(), small(), all, o); err != nil {
		t.Fatal(err)
	}
	whole, err := small().Read(os.DirFS(o.Out), all[0])
	if err != nil {
		t.Fatal(err)
	}
	if stopped.Predictions != whole.Predictions || stopped.Weights == "" || len(stopped.Curve) != 150 || len(stopped.FirstLosses) != len(whole.FirstLosses) || stopped.Chosen != whole.Chosen {
		t.Errorf("the stopped training ended as %+v,\nthe whole one as %+v", stopped, whole)
	}
	for i := range whole.Curve {
		if stopped.Curve[i].Loss != whole.Curve[i].Loss {
			t.Fatalf("epoch %d: loss %v, in one go %v", i+1, stopped.Curve[i].Loss, whole.Curve[i].Loss)
		}
	}
}

// TestBusy: a job that another process trains is left to it.
func TestBusy(t *testing.T) {
	var log strings.Builder
	o := options(t, &log)
	all := jobsOf(t, "a")[:1]
	folder := filepath.Join(os.Getenv(home.FolderEnv), "table")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	l := flock.New(filepath.Join(folder, all[0].String()+".lock"))
	if ok, err := l.TryLock(); err != nil || !ok {
		t.Fatal(ok, err)
	}
	defer l.Close()
	if err := jobs.Run(t.Context(), small(), all, o); err != nil || !strings.Contains(log.String(), "another process trains it") {
		t.Errorf("%v, it says %q", err, log.String())
	}
	if _, err := small().Read(os.DirFS(o.Out), all[0]); !errors.Is(err, table.ErrNone) {
		t.Errorf("the result: %v, want none", err)
	}
}

// TestWrongRecipe: a result of another recipe is trained anew, and said to be.
func TestWrongRecipe(t *testing.T) {
	var log strings.Builder
	o := options(t, &log)
	all := jobsOf(t, "a")[:1]
	if err := jobs.Run(t.Context(), small(), all, o); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(o.Out, all[0].String()+".json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), "Constant(0.05)", "Constant(0.06)", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	log.Reset()
	if err := jobs.Run(t.Context(), small(), all, o); err != nil {
		t.Fatal(err)
	}
	if first, _, _ := strings.Cut(log.String(), "\n"); !strings.Contains(first, "Constant(0.06)") || !strings.Contains(first, "Constant(0.05)") || !strings.Contains(first, "anew") {
		t.Errorf("it says %q", first)
	}
	if again, err := os.ReadFile(path); err != nil || !strings.Contains(string(again), "Constant(0.05)") {
		t.Errorf("the file was not replaced: %v", err)
	}
}

// TestFailure: what a process complains of is one line, and nothing is stored.
func TestFailure(t *testing.T) {
	var log strings.Builder
	o := options(t, &log)
	o.Program = []string{"sh", "-c", "echo the disk is on fire >&2; exit 3"}
	err := jobs.Run(t.Context(), small(), jobsOf(t, "a")[:1], o)
	if err == nil || !strings.Contains(err.Error(), "plain_a_seed1") || !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "on fire") || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v, want one line with the job, the status and the last words", err)
	}
	o.Jobs = 1000
	if err := jobs.Run(t.Context(), small(), jobsOf(t, "a")[:1], o); err == nil || !strings.Contains(err.Error(), "--jobs is 1000, want 1 to") {
		t.Errorf("too many jobs: %v", err)
	}
}
