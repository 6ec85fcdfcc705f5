package jobs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gofrs/flock"
	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/s23-generalisation/table"
	"cnnbook/chapters/ch05/s23-generalisation/table/jobs"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
	"cnnbook/internal/cobracmd"
	"cnnbook/internal/home"
	"cnnbook/internal/purego"
)

// childEnv makes this test program the process of a job, parentEnv one that trains row
// "slow" into the folder that it names.
const (
	childEnv  = "CNNBOOK_TABLE_CHILD"
	parentEnv = "CNNBOOK_TABLE_PARENT"
)

func TestMain(m *testing.M) {
	if out := os.Getenv(parentEnv); out != "" {
		os.Unsetenv(parentEnv) // of the processes that it starts
		os.Setenv(childEnv, "1")
		all, err := small().Jobs("plain", []string{"slow"}, 0)
		if err == nil {
			err = jobs.Run(context.Background(), small(), all, jobs.Options{Out: out, Log: os.Stderr, Program: []string{os.Args[0]}})
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1) // it was to be killed before
	}
	if os.Getenv(programEnv) != "" {
		os.Exit(program())
	}
	if os.Getenv(childEnv) == "" {
		status := m.Run()
		if dir, err := trained(); err == nil {
			os.RemoveAll(dir)
		}
		for _, dir := range plain {
			os.RemoveAll(dir)
		}
		os.Exit(status)
	}
	if err := jobs.Child(context.Background(), os.Stdin, os.Stdout, small(), pureGo); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func pureGo(_ context.Context, f func(compute.Backend, string) error) error {
	b, err := purego.New()
	if err != nil {
		return err
	}
	defer b.Finalize()
	return f(b, "go")
}

// programEnv makes this test program cnnbook, with the table batch alone.
const programEnv = "CNNBOOK_TABLE_PROGRAM"

// plain are the folders of plain runs of batch, by the number of trainings at once.
var plain = map[int]string{}

func program() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := cobracmd.Group("cnnbook", "Train", jobs.Command(os.Stdout, os.Stderr, "results", batch(), pureGo)).ExecuteContext(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return cobracmd.Status(err)
}

// batch is a table of two rows, two seeds each; row "long" trains for some seconds, so
// that a batch system can stop it on the way.
func batch() table.Table {
	t := small()
	net, err := t.Recipe(table.Job{Row: "a", Seed: 1})
	if err != nil {
		panic(err) // row a is there
	}
	t.Rows = []table.Row{{ID: "short", What: "a network", Book: 90, Seeds: 2}, {ID: "long", What: "more epochs", Book: 91, Against: "short", Seeds: 2}}
	t.Profiles = []table.Profile{{Name: "plain", Title: "plainly", Recipe: func(row string) (table.Recipe, error) {
		r := net
		r.Options.Epochs = map[string]int{"short": 3, "long": 150}[row]
		return r, nil
	}}}
	return t
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
			epochs := map[string]int{"a": 3, "slow": 60}[row]
			return table.Recipe{Net: net, Pictures: few(), Images: 200, Keep: true, Options: train.Options{Epochs: epochs, Rate: train.Constant(0.05), Batch: 20}}, nil
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

// trained returns the folder of a run of all rows of small but "slow", made once.
var trained = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "table")
	if err != nil {
		return "", err
	}
	work, err := os.MkdirTemp("", "work")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	all, err := small().Jobs("plain", []string{"a"}, 0)
	if err != nil {
		return "", err
	}
	for _, j := range all {
		err := pureGo(context.Background(), func(b compute.Backend, name string) error {
			return jobs.Train(context.Background(), b, small(), j, jobs.Setting{Out: dir, Work: work, Machine: "here", Cores: 1, Backend: name})
		})
		if err != nil {
			return "", err
		}
	}
	return dir, nil
})

// resultsOf copies the stored results into a folder in memory.
func resultsOf(t *testing.T) fstest.MapFS {
	t.Helper()
	dir, err := trained()
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = &fstest.MapFile{Data: content}
	}
	return files
}

// TestReport: the report of trained networks holds what their predictions say.
func TestReport(t *testing.T) {
	files := resultsOf(t)
	r, err := small().Report(files, "", table.Here{Machine: "here", Jobs: 2})
	if err != nil {
		t.Fatal(err)
	}
	test, err := small().Test()
	if err != nil {
		t.Fatal(err)
	}
	a, slow, vote := r.Line("a"), r.Line("slow"), r.Line("v")
	sum, best := 0, a.Results()[0]
	var predictions [][]uint8
	for _, run := range a.Results() {
		sum += run.TestErrors
		if run.ValidationErrors < best.ValidationErrors {
			best = run
		}
		classes, err := run.Classes()
		if err != nil {
			t.Fatal(err)
		}
		predictions = append(predictions, classes)
	}
	if want := 100 - 100*float64(sum)/3/250; a.Runs != 3 || math.Abs(a.Mean-want) > 1e-9 || a.BestSeed != best.Seed || a.BestErrors != best.TestErrors || a.SD == 0 {
		t.Errorf("row a is %+v, want the mean %v of 3 and the best seed %d", a, want, best.Seed)
	}
	winners, err := train.Vote(predictions...)
	if err != nil {
		t.Fatal(err)
	}
	wrong := train.Mistakes(test.Labels, winners)
	c, err := table.McNemar(test.Labels, mustClasses(t, best), winners)
	if err != nil || vote.Runs != 1 || vote.BestErrors != len(wrong) || vote.Comparison == nil || *vote.Comparison != c || vote.BestRun() != nil || vote.SD != 0 {
		t.Errorf("the vote is %+v, %v, want %d errors and %+v", vote, err, len(wrong), c)
	}
	// 60 epochs and not 3, of the same pictures and the same network.
	if want := 60 * a.SecondsPerEpoch / 3600; slow.Runs != 0 || slow.Missing != "go run . table slow" || math.Abs(slow.Hours-want) > 1e-9*want || slow.Comparison != nil {
		t.Errorf("what is missing is %+v, want %v hours", slow, want)
	}
	var text strings.Builder
	if err := r.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"go run . table slow", "min here", fmt.Sprintf("%.2f ± %.2f (3)", a.Mean, a.SD), "- here (1 a training): row a with go\n"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, text.String())
		}
	}
	// Two networks cannot vote, and a result of another recipe is not used.
	file := files["plain_a_seed3.json"]
	file.Data = bytes.Replace(file.Data, []byte("Constant(0.05)"), []byte("Constant(0.06)"), 1)
	if r, err = small().Report(files, "", table.Here{}); err != nil || r.Line("a").Runs != 2 || r.Line("v").Runs != 0 || r.Line("v").Missing == "" || len(r.Unused) != 1 || !strings.Contains(r.Unused[0], "0.06") {
		t.Errorf("with one result of another recipe: %+v, %v", r, err)
	}
}

func mustClasses(t *testing.T, r *table.Result) []uint8 {
	t.Helper()
	classes, err := r.Classes()
	if err != nil {
		t.Fatal(err)
	}
	return classes
}

// TestVerify: what is stored is what the code trains, and what was changed is found.
func TestVerify(t *testing.T) {
	job := table.Job{Profile: "plain", Row: "a", Seed: 1}
	verify := func(tab table.Table, files fstest.MapFS) error {
		return pureGo(t.Context(), func(b compute.Backend, _ string) error {
			return jobs.Verify(t.Context(), b, tab, files, job, 3)
		})
	}
	if err := verify(small(), resultsOf(t)); err != nil {
		t.Error(err)
	}
	const name, weights = "plain_a_seed1.json", "plain_a_seed1.safetensors"
	for want, spoil := range map[string]func(files fstest.MapFS){
		"the loss 9 at step 2": func(files fstest.MapFS) {
			r := decode(t, files[name].Data)
			r.FirstLosses[1].Loss = 9
			files[name].Data = encode(t, r)
		},
		"curve of 4 epochs": func(files fstest.MapFS) {
			r := decode(t, files[name].Data)
			r.Curve = append([]table.Epoch{{ValidationErrors: 100}}, r.Curve...)
			r.Chosen++
			files[name].Data = encode(t, r)
		},
		"names the weights": func(files fstest.MapFS) {
			r := decode(t, files[name].Data)
			r.Weights = ""
			files[name].Data = encode(t, r)
		},
		"are missing": func(files fstest.MapFS) { delete(files, weights) },
		"is not the file": func(files fstest.MapFS) {
			files[weights].Data[len(files[weights].Data)-1] ^= 1
		},
		"take test picture 0 for": func(files fstest.MapFS) { // another digit, and the number of errors with it
			r := decode(t, files[name].Data)
			test, err := small().Test()
			if err != nil {
				t.Fatal(err)
			}
			classes := mustClasses(t, r)
			classes[0] = (classes[0] + 1) % 10
			r.Predictions, r.TestErrors = table.Digits(classes), len(train.Mistakes(test.Labels, classes))
			files[name].Data = encode(t, r)
		},
	} {
		files := resultsOf(t)
		spoil(files)
		if err := verify(small(), files); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want one line with %q", err, want)
		}
	}
	// Other pictures under the same words.
	other := small()
	recipe := other.Profiles[0].Recipe
	other.Profiles[0].Recipe = func(row string) (table.Recipe, error) {
		r, err := recipe(row)
		load := r.Pictures.Load
		r.Pictures.Load = func() (training, validation, test *data.Images, err error) {
			if training, validation, test, err = load(); err == nil {
				training = training.Shuffled(1)
			}
			return training, validation, test, err
		}
		return r, err
	}
	if err := verify(other, resultsOf(t)); err == nil || !strings.Contains(err.Error(), "the code's pictures") {
		t.Errorf("other pictures: %v", err)
	}
}

func decode(t *testing.T, content []byte) *table.Result {
	t.Helper()
	r := new(table.Result)
	if err := json.Unmarshal(content, r); err != nil {
		t.Fatal(err)
	}
	return r
}

func encode(t *testing.T, r *table.Result) []byte {
	t.Helper()
	content, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// TestCommand: the command trains nothing without a row, and says in one line what it
// does not know.
func TestCommand(t *testing.T) {
	dir, err := trained()
	if err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (string, error) {
		var out strings.Builder
		cmd := jobs.Command(&out, io.Discard, "chapters/none", small(), pureGo)
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		cmd.SetArgs(append([]string{"--out", dir}, args...))
		err := cmd.ExecuteContext(t.Context())
		return out.String(), err
	}
	if out, err := run(); err != nil || !strings.Contains(out, "go run . table slow") {
		t.Errorf("%v\n%s", err, out)
	}
	out, err := run("a", "v", "--json") // both are stored
	var r table.Report
	if err != nil || json.Unmarshal([]byte(out), &r) != nil || r.Line("a") == nil || r.Line("a").Runs != 3 || r.Line("v").Comparison == nil {
		t.Errorf("%v\n%s", err, out)
	}
	for want, args := range map[string][]string{
		`no row "b": there are a, slow, v`: {"b"},
		`no profile "x": there are plain`:  {"--profile", "x"},
		"--seeds is -1":                    {"--seeds", "-1"},
		"--jobs is -1":                     {"--jobs", "-1"},
	} {
		if _, err := run(args...); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: %v, want one line with %q", args, err, want)
		}
	}
}

// checkpoints counts the checkpoints of a job, and returns when there are any.
func checkpoints(t *testing.T, j table.Job) []string {
	t.Helper()
	for range 3000 { // times 0.02 s: a minute, of which the slowest machine needs seconds
		found, err := filepath.Glob(filepath.Join(os.Getenv(home.FolderEnv), "table", j.String()+"-*", "epochs", "*.safetensors"))
		if err != nil {
			t.Fatal(err)
		}
		if len(found) > 0 {
			return found
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("no checkpoint after a minute")
	return nil
}

// TestGoOn: a training that is stopped after some epochs, or whose parent is killed, ends
// as one that is not: with its first losses, in the same curve and predictions.
func TestGoOn(t *testing.T) {
	job := jobsOf(t, "slow")[0]
	finish := func(o jobs.Options) *table.Result {
		if err := jobs.Run(t.Context(), small(), []table.Job{job}, o); err != nil {
			t.Fatal(err)
		}
		r, err := small().Read(os.DirFS(o.Out), job)
		if err != nil {
			t.Fatal(err)
		}
		for i := range r.Curve {
			r.Curve[i].Seconds = 0 // no two trainings take the same time
		}
		r.Weights = "" // the file holds the times too
		return r
	}
	var log strings.Builder
	want := finish(options(t, &log))
	if len(want.Curve) != 60 || len(want.FirstLosses) != chapters.FirstLosses {
		t.Errorf("in one go: %+v", want)
	}
	for name, interrupt := range map[string]func(o jobs.Options){
		"stopped": func(o jobs.Options) {
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				defer cancel()
				checkpoints(t, job)
			}()
			if err := jobs.Run(ctx, small(), []table.Job{job}, o); err == nil || !strings.Contains(err.Error(), "goes on") || strings.Contains(err.Error(), "\n") {
				t.Errorf("a stopped run: %v, want one line that says how to go on", err)
			}
		},
		"killed": func(o jobs.Options) {
			parent := exec.Command(os.Args[0])
			parent.Env = append(os.Environ(), parentEnv+"="+o.Out)
			if err := parent.Start(); err != nil {
				t.Fatal(err)
			}
			checkpoints(t, job)
			if err := parent.Process.Kill(); err != nil {
				t.Error(err)
			}
			_ = parent.Wait() // it was killed
			// The process of the job sees that its parent is no more, and lets go of the lock.
			l := flock.New(filepath.Join(os.Getenv(home.FolderEnv), "table", job.String()+".lock"))
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if ok, err := l.TryLockContext(ctx, 20*time.Millisecond); !ok {
				t.Errorf("the process of the job goes on without its parent: %v", err)
			}
			l.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t, &log)
			interrupt(o)
			if files, err := os.ReadDir(o.Out); err != nil || len(files) > 0 {
				t.Fatalf("left among the results: %v, %v", files, err)
			}
			got := finish(o)
			if !reflect.DeepEqual(got.Curve, want.Curve) || !reflect.DeepEqual(got.FirstLosses, want.FirstLosses) {
				t.Error("its curve or its first losses are not those of a training in one go")
			}
			got.Curve, got.FirstLosses = want.Curve, want.FirstLosses
			if !reflect.DeepEqual(got, want) {
				t.Errorf("it ended as %+v,\nin one go as %+v", got, want)
			}
		})
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
