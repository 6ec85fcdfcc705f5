package train_test

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/train"
)

// everything uses all that has a state or random numbers of its own.
func everything(t testing.TB, folder string) train.Options {
	return train.Options{
		Epochs: 4, Seed: 7, StepsPerCall: 3, L2: 0.1, Smoothing: 0.1, Average: 0.9,
		Optimizer: train.SGD{Momentum: 0.9, Nesterov: true}, Rate: train.Cosine{First: 0.05},
		Augment:    train.Augment{Shift: 1, Rotate: 10, Erase: 4},
		Validation: digits(t, 50_000, 50), Checkpoint: folder,
	}
}

var withDropout = append(cnnlib.Sequential{cnnlib.Dropout{Rate: 0.1}}, small...)

func sameWeights(t *testing.T, got, want *train.Model) {
	t.Helper()
	a, b := weightsOf(t, got), weightsOf(t, want)
	if !maps.EqualFunc(a, b, bytes.Equal) {
		t.Errorf("the weights of %v differ", slices.Sorted(maps.Keys(a)))
	}
	if len(got.History) != len(want.History) {
		t.Fatalf("%d epochs, want %d", len(got.History), len(want.History))
	}
	for i := range got.History {
		got.History[i].Time, want.History[i].Time = 0, 0
		if got.History[i] != want.History[i] {
			t.Errorf("epoch %d: %+v, want %+v", i+1, got.History[i], want.History[i])
		}
	}
}

// A run that is stopped in an epoch and taken up again gives the weights, bit for
// bit, and the history of one that was never stopped.
func TestResume(t *testing.T) {
	images := digits(t, 0, 100)
	want, err := train.Run(t.Context(), goBackend(t), withDropout, images, everything(t, ""))
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "run")
	stop := errors.New("stop")
	for _, at := range []int{3, 12, 17, 39} { // steps of 40: before the first checkpoint, twice in an epoch, and just before the end
		o := everything(t, folder)
		o.OnStep = func(p train.Progress) error {
			if p.Step >= at {
				return stop
			}
			return nil
		}
		if _, err := train.Run(t.Context(), goBackend(t), withDropout, images, o); !errors.Is(err, stop) {
			t.Fatalf("%v: want the run stopped at step %d", err, at)
		}
	}
	got, err := train.Run(t.Context(), goBackend(t), withDropout, images, everything(t, folder))
	if err != nil {
		t.Fatal(err)
	}
	sameWeights(t, got, want)

	// Once more: nothing is left to train.
	o := everything(t, folder)
	o.OnStep = func(train.Progress) error { return errors.New("a step of a finished run") }
	again, err := train.Run(t.Context(), goBackend(t), withDropout, images, o)
	if err != nil {
		t.Fatal(err)
	}
	sameWeights(t, again, want)

	// A constant rate does not depend on the number of epochs: a run can be made longer.
	longer := train.Options{Epochs: 1, Checkpoint: t.TempDir()}
	if _, err := train.Run(t.Context(), goBackend(t), small, images, longer); err != nil {
		t.Fatal(err)
	}
	longer.Epochs = 2
	got, err = train.Run(t.Context(), goBackend(t), small, images, longer)
	if err != nil {
		t.Fatal(err)
	}
	want, err = train.Run(t.Context(), goBackend(t), small, images, train.Options{Epochs: 2})
	if err != nil {
		t.Fatal(err)
	}
	sameWeights(t, got, want)
}

// A damaged checkpoint is passed over and the previous one used.
func TestResumeBehindADamagedCheckpoint(t *testing.T) {
	images, folder := digits(t, 0, 100), t.TempDir()
	want, err := train.Run(t.Context(), goBackend(t), withDropout, images, everything(t, folder))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.safetensors"))
	if err != nil || len(files) != 2 {
		t.Fatalf("%v, %v: want two checkpoints", files, err)
	}
	slices.Sort(files)
	content, err := os.ReadFile(files[1])
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)/2] ^= 1
	if err := os.WriteFile(files[1], content, 0o644); err != nil {
		t.Fatal(err)
	}
	steps := 0
	o := everything(t, folder)
	o.OnStep = func(train.Progress) error { steps++; return nil }
	got, err := train.Run(t.Context(), goBackend(t), withDropout, images, o)
	if err != nil {
		t.Fatal(err)
	}
	sameWeights(t, got, want)
	if len(got.Skipped) != 1 || !strings.Contains(got.Skipped[0].Error(), files[1]) || steps != 4 { // 10 steps in calls of 3
		t.Errorf("skipped %v, %d calls: want the damaged file named and one epoch done again", got.Skipped, steps)
	}
}

func TestResumeRefusesAnotherRun(t *testing.T) {
	images, folder := digits(t, 0, 100), t.TempDir()
	if _, err := train.Run(t.Context(), goBackend(t), small, images, train.Options{Checkpoint: folder}); err != nil {
		t.Fatal(err)
	}
	for want, f := range map[string]func() (*train.Model, error){
		"Batch: 10; this one has Batch: 20": func() (*train.Model, error) {
			return train.Run(t.Context(), goBackend(t), small, images, train.Options{Checkpoint: folder, Batch: 20})
		},
		"this one has pictures: 90 of": func() (*train.Model, error) {
			return train.Run(t.Context(), goBackend(t), small, digits(t, 0, 90), train.Options{Checkpoint: folder})
		},
		"this one has network: Sequential{Dropout": func() (*train.Model, error) {
			return train.Run(t.Context(), goBackend(t), withDropout, images, train.Options{Checkpoint: folder})
		},
		"16 settings": func() (*train.Model, error) { // the epochs count if the rate depends on them
			return train.Run(t.Context(), goBackend(t), small, images, train.Options{Checkpoint: folder, Rate: train.Cosine{First: 0.1}})
		},
	} {
		_, err := f()
		if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "give Checkpoint another folder") ||
			!strings.Contains(err.Error(), want) && want != "16 settings" {
			t.Errorf("%v, want one line with %q", err, want)
		}
	}
	// Two runs in one folder at once.
	o := train.Options{Checkpoint: folder, Epochs: 2}
	var second error
	o.OnStep = func(train.Progress) error {
		_, second = train.Run(t.Context(), goBackend(t), small, images, train.Options{Checkpoint: folder, Epochs: 2})
		return errors.New("enough")
	}
	train.Run(t.Context(), goBackend(t), small, images, o)
	if second == nil || strings.Contains(second.Error(), "\n") {
		t.Errorf("%v: want the second of two runs in one folder refused", second)
	}
}

// The average of the weights, from its formula: a second run, without it, gives
// the weights after each step.
func TestAverage(t *testing.T) {
	images := digits(t, 0, 30)
	run := func(steps int, average float64) map[string][]float32 {
		flat := map[string][]float32{}
		part := digits(t, 0, 10*steps)
		m, err := train.Run(t.Context(), goBackend(t), small, part, train.Options{KeepOrder: true, Average: average})
		if err != nil {
			t.Fatal(err)
		}
		weights, err := m.Weights()
		if err != nil {
			t.Fatal(err)
		}
		for path, w := range weights {
			if err := w.ConstFlatData(func(data any) { flat[path] = slices.Clone(data.([]float32)) }); err != nil {
				t.Fatal(err)
			}
		}
		return flat
	}
	first, second, third := run(1, 0), run(2, 0), run(3, 0)
	var start map[string][]float32
	one := run(1, 0.5) // half of the beginning, half of the first step
	start = map[string][]float32{}
	for path := range one {
		for i, v := range one[path] {
			start[path] = append(start[path], 2*v-first[path][i])
		}
	}
	got := run(images.N/10, 0.5)
	for path := range got {
		for i, v := range got[path] {
			want := start[path][i]/8 + first[path][i]/8 + second[path][i]/4 + third[path][i]/2
			if d := v - want; d > 1e-6 || d < -1e-6 { // float32, weights of the size of 1
				t.Fatalf("%s %d: %v, want %v", path, i, v, want)
			}
		}
	}
}
