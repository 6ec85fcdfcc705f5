package measure_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/measure"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
	"cnnbook/internal/purego"
)

// pictures are few: 300 to train on, the first 250 of the test set to test on.
func pictures() chapters.Pictures {
	p := chapters.MNIST(300, 0)
	load := p.Load
	p.Load = func() (*data.Images, *data.Images, *data.Images, error) {
		training, validation, test, err := load()
		if err == nil {
			test, err = test.Slice(0, 250)
		}
		return training, validation, test, err
	}
	return p
}

var net = cnnlib.Sequential{cnnlib.Conv2D{Channels: 4, Kernel: 5, Stride: 4, Activation: cnnlib.ReLU}, cnnlib.Conv2D{Channels: 10, Kernel: 6}}

func arm(name string, o train.Options) chapters.Arm {
	a := chapters.Classify(name, net, pictures(), o)
	a.Keep = true
	return a
}

func experiment(arms ...chapters.Arm) chapters.Experiment {
	return chapters.Experiment{ID: "09_09_test", Question: "Does it work?", Seeds: 2, Arms: arms}
}

// counted counts the trainings of an arm.
func counted(a chapters.Arm, n *int) chapters.Arm {
	run := a.Run
	a.Run = func(ctx context.Context, b compute.Backend, seed int64, steps int) (*chapters.Trial, error) {
		*n++
		return run(ctx, b, seed, steps)
	}
	return a
}

func TestMeasureAndVerify(t *testing.T) {
	backend, folder, n := purego.Open(t), t.TempDir(), 0
	e := experiment(counted(arm("slow", train.Options{Rate: train.Constant(0.01)}), &n), counted(arm("fast", train.Options{Epochs: 5}), &n))
	var out strings.Builder
	o := measure.Options{Folder: folder, Out: &out}
	for range 2 { // the second time all is stored
		if err := measure.Run(t.Context(), backend, []chapters.Experiment{e}, o); err != nil {
			t.Fatal(err)
		}
		if n != 4 {
			t.Fatalf("%d trainings, want 4: two arms, two seeds", n)
		}
	}
	if !strings.Contains(out.String(), "test accuracy") || !strings.Contains(out.String(), "n = 2") {
		t.Errorf("the table says\n%s", out.String())
	}
	m, err := chapters.ReadMeasured(os.DirFS(folder), e.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := measure.Complete(e, m); err != nil {
		t.Error(err)
	}
	for _, a := range e.Arms {
		if err := measure.Verify(t.Context(), backend, e, a, os.DirFS(folder), chapters.FirstLosses); err != nil {
			t.Error(err)
		}
	}
	mean, sd, count, err := m.Mean("fast", "test accuracy")
	if err != nil || count != 2 || !(mean > 0.3 && mean < 1) || !(sd > 0) { // 300 digits give more than twice what guessing does
		t.Errorf("mean %v, sd %v, n %d, %v", mean, sd, count, err)
	}

	// One damaged byte in the weights, and the arm is not what was stored.
	path := filepath.Join(folder, chapters.WeightsFile(e.ID, "fast"))
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)-1] ^= 1
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := measure.Verify(t.Context(), backend, e, e.Arms[1], os.DirFS(folder), 1); err == nil || !strings.Contains(err.Error(), "SHA-256") {
		t.Errorf("damaged weights: %v", err)
	}
	n = 0
	if err := measure.Run(t.Context(), backend, []chapters.Experiment{e}, o); err != nil || n != 1 {
		t.Errorf("damaged weights: %d trainings, %v, want that of seed 1", n, err)
	}
	if err := measure.Verify(t.Context(), backend, e, e.Arms[1], os.DirFS(folder), 1); err != nil {
		t.Errorf("after the weights were made anew: %v", err)
	}

	// An arm with another recipe is trained again, the other one is not.
	e.Arms[0] = arm("slow", train.Options{Rate: train.Constant(0.02)})
	if err := measure.Complete(e, m); err == nil || !strings.Contains(err.Error(), "Constant(0.02)") {
		t.Errorf("another recipe: %v", err)
	}
	n = 0
	e.Arms[0] = counted(e.Arms[0], &n)
	if err := measure.Run(t.Context(), backend, []chapters.Experiment{e}, o); err != nil || n != 2 {
		t.Errorf("another recipe: %d trainings, %v, want 2", n, err)
	}

	// An arm that is no more goes.
	e.Arms = e.Arms[:1]
	if err := measure.Run(t.Context(), backend, []chapters.Experiment{e}, o); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the weights of the arm that is no more: %v", err)
	}
	if m, err = chapters.ReadMeasured(os.DirFS(folder), e.ID); err != nil || len(m.Trials) != 2 || len(m.Recipes) != 1 || len(m.Weights) != 1 {
		t.Errorf("%+v, %v: want the two trials of one arm", m, err)
	}
}

// TestVerifySeesSlips: what is trained now but was not measured must show, also on
// a part of the steps.
func TestVerifySeesSlips(t *testing.T) {
	backend, folder := purego.Open(t), t.TempDir()
	e := experiment(arm("a", train.Options{Rate: train.Constant(0.05)}))
	if err := measure.Run(t.Context(), backend, []chapters.Experiment{e}, measure.Options{Folder: folder, Seeds: 1}); err != nil {
		t.Fatal(err)
	}
	widened := cnnlib.Sequential{cnnlib.Conv2D{Channels: 4, Kernel: 5, Stride: 4}, net[1]} // no activation
	other := chapters.MNIST(299, 0)
	for what, slip := range map[string]chapters.Arm{
		"another rate":       arm("a", train.Options{Rate: train.Constant(0.051)}),
		"another network":    chapters.Classify("a", widened, pictures(), train.Options{Rate: train.Constant(0.05)}),
		"momentum":           arm("a", train.Options{Rate: train.Constant(0.05), Optimizer: train.SGD{Momentum: 0.1}}),
		"one picture less":   chapters.Classify("a", net, other, train.Options{Rate: train.Constant(0.05)}),
		"another divisor":    arm("a", train.Options{Rate: train.Constant(0.05), White: 250}),
		"another batch size": arm("a", train.Options{Rate: train.Constant(0.05), Batch: 11}),
	} {
		if err := measure.Verify(t.Context(), backend, e, slip, os.DirFS(folder), chapters.FirstLosses); err == nil {
			t.Errorf("%s was not seen", what)
		}
	}
}

// TestInterruptKeepsTrials: what has ended is stored, the rest is trained next time.
func TestInterruptKeepsTrials(t *testing.T) {
	backend, folder := purego.Open(t), t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	a := arm("a", train.Options{})
	run := a.Run
	a.Run = func(ctx context.Context, b compute.Backend, seed int64, steps int) (*chapters.Trial, error) {
		n++
		if seed == 2 && n == 2 {
			cancel()
		}
		return run(ctx, b, seed, steps)
	}
	e := experiment(a)
	if err := measure.Run(ctx, backend, []chapters.Experiment{e}, measure.Options{Folder: folder}); !errors.Is(err, context.Canceled) {
		t.Fatalf("%v, want the interrupt", err)
	}
	if err := measure.Run(t.Context(), backend, []chapters.Experiment{e}, measure.Options{Folder: folder}); err != nil || n != 3 {
		t.Errorf("%d trainings, %v, want 3: the first, the interrupted one twice", n, err)
	}
}

// TestOneAtATime: of two that measure one experiment the second waits, says so in one
// line, and then trains nothing; an interrupt ends the wait.
func TestOneAtATime(t *testing.T) {
	backend, folder := purego.Open(t), t.TempDir()
	began, goOn := make(chan bool), make(chan bool)
	n := 0
	a := arm("a", train.Options{})
	run := a.Run
	a.Run = func(ctx context.Context, b compute.Backend, seed int64, steps int) (*chapters.Trial, error) {
		if n++; n == 1 {
			close(began)
			<-goOn
		}
		return run(ctx, b, seed, steps)
	}
	e := []chapters.Experiment{experiment(a)}
	first := make(chan error)
	go func() { first <- measure.Run(t.Context(), backend, e, measure.Options{Folder: folder}) }()
	<-began
	ctx, cancel := context.WithCancel(t.Context())
	interrupted := waiter{said: cancel}
	if err := measure.Run(ctx, backend, e, measure.Options{Folder: folder, Out: &interrupted}); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupt while waiting: %v", err)
	}
	second := waiter{said: func() { close(goOn) }}
	if err := measure.Run(t.Context(), backend, e, measure.Options{Folder: folder, Out: &second}); err != nil {
		t.Error(err)
	}
	if err := <-first; err != nil || n != 2 {
		t.Errorf("%v, %d trainings of both, want 2: one arm, two seeds", err, n)
	}
	for _, w := range []*waiter{&interrupted, &second} {
		if line, _, _ := strings.Cut(w.String(), "\n"); line != "09_09_test: another process measures it; waiting for its end." || strings.Count(w.String(), "another process") != 1 {
			t.Errorf("it says %q", w.String())
		}
	}
	if m, err := chapters.ReadMeasured(os.DirFS(folder), "09_09_test"); err != nil || len(m.Trials) != 2 {
		t.Errorf("%+v, %v, want both trials", m, err)
	}
}

// waiter calls said at the first line that is written.
type waiter struct {
	strings.Builder
	said func()
}

func (w *waiter) Write(text []byte) (int, error) {
	if w.Len() == 0 {
		w.said()
	}
	return w.Builder.Write(text)
}

func TestSelect(t *testing.T) {
	sections := []chapters.Section{{ID: "5.2a", Experiments: []chapters.Experiment{{ID: "05_02a_x"}, {ID: "05_02a_y"}}}, {ID: "5.3", Experiments: []chapters.Experiment{{ID: "05_03_z"}}}}
	for ids, want := range map[string]string{"": "05_02a_x 05_02a_y 05_03_z", "5.2": "05_02a_x 05_02a_y", "05_03_z": "05_03_z"} {
		got, err := measure.Select(sections, strings.Fields(ids))
		var names []string
		for _, s := range got {
			for _, e := range s.Experiments {
				names = append(names, e.ID)
			}
		}
		if err != nil || strings.Join(names, " ") != want {
			t.Errorf("%q selects %v, %v, want %s", ids, names, err, want)
		}
	}
	if _, err := measure.Select(sections, []string{"05_09_none"}); err == nil || !strings.Contains(err.Error(), "05_03_z") {
		t.Errorf("an unknown id: %v", err)
	}
}

// TestFirstLosses: a trial stores the losses of all first steps, however many a call takes.
func TestFirstLosses(t *testing.T) {
	net := cnnlib.Sequential{cnnlib.Flatten{}, cnnlib.Dense{Units: 10, Init: cnnlib.Zeros{}}}
	var want []float64
	for _, perCall := range []int{1, 3, 4, 12} {
		arm := chapters.Classify("a", net, pictures(), train.Options{StepsPerCall: perCall})
		for _, steps := range []int{0, 5} { // a whole training, and the first of it
			n := chapters.FirstLosses
			if steps > 0 {
				n = steps
			}
			trial, err := arm.Run(t.Context(), purego.Open(t), 1, steps)
			if err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = trial.Losses
			}
			if len(trial.Losses) != n {
				t.Errorf("%d steps a call, %d steps: %d losses, want %d", perCall, steps, len(trial.Losses), n)
			}
			for i, loss := range trial.Losses {
				if math.Abs(loss-want[i]) > measure.Tolerance {
					t.Errorf("%d steps a call: loss %d is %v, want %v", perCall, i+1, loss, want[i])
				}
			}
		}
	}
}
