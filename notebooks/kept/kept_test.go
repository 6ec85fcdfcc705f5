package kept

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"cnnbook/chapters"
	"cnnbook/chapters/measure"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
	"cnnbook/internal/home"
	"cnnbook/internal/purego"
)

var net = cnnlib.Sequential{cnnlib.Conv2D{Channels: 4, Kernel: 5, Stride: 4, Activation: cnnlib.ReLU}, cnnlib.Conv2D{Channels: 10, Kernel: 6}}

// digits returns some of the test set: 100 to train on, 50 to test on.
func digits() (images, test *data.Images, err error) {
	all, err := data.MNISTTest()
	if err != nil {
		return nil, nil, err
	}
	if images, err = all.Slice(0, 100); err != nil {
		return nil, nil, err
	}
	test, err = all.Slice(100, 150)
	return images, test, err
}

func sets(t *testing.T) (images, test *data.Images) {
	t.Helper()
	images, test, err := digits()
	if err != nil {
		t.Fatal(err)
	}
	return images, test
}

// printed returns what f prints.
func printed(t *testing.T, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stdout
	os.Stdout = w
	defer func() { os.Stdout = old }()
	f()
	w.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func mustTrain(t *testing.T, o train.Options) (m *train.Model, says string) {
	t.Helper()
	images, test := sets(t)
	backend := purego.Open(t)
	says = printed(t, func() {
		var err error
		if m, err = Train(t.Context(), backend, net, images, o, test); err != nil {
			t.Fatal(err)
		}
	})
	return m, says
}

func logits(t *testing.T, m *train.Model) [][]float32 {
	t.Helper()
	_, test := sets(t)
	l, err := m.Logits(test)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestKept(t *testing.T) {
	t.Setenv(home.FolderEnv, t.TempDir())
	steps := 0
	o := train.Options{Epochs: 2, Seed: 7, OnStep: func(train.Progress) error { steps++; return nil }}
	first, says := mustTrain(t, o)
	if steps != 20 || !strings.HasPrefix(says, "Trained in ") || !strings.Contains(says, "seed 7, ") || !strings.Contains(says, "of 50 test pictures") {
		t.Errorf("%d steps, want 20; it says %q", steps, says)
	}
	again, says := mustTrain(t, o)
	if steps != 20 || !strings.HasPrefix(says, "Kept network, not trained again: ") || strings.Count(says, "\n") != 1 {
		t.Errorf("%d steps, want 20 still; it says %q", steps, says)
	}
	if !reflect.DeepEqual(logits(t, first), logits(t, again)) || !reflect.DeepEqual(first.History, again.History) {
		t.Error("the kept network is another one, or has another history")
	}
	images, _ := sets(t)
	if err := Forget(net, images, o); err != nil {
		t.Fatal(err)
	}
	if _, says = mustTrain(t, o); steps != 40 {
		t.Errorf("after Forget: %d steps, want 40; it says %q", steps, says)
	}
}

// TestDamage: whatever happens to the files, the result is the network that was
// asked for, and a line says what was wrong.
func TestDamage(t *testing.T) {
	t.Setenv(home.FolderEnv, t.TempDir())
	o := train.Options{Seed: 7}
	first, _ := mustTrain(t, o)
	images, _ := sets(t)
	k, err := newKey(net, images, o)
	if err != nil {
		t.Fatal(err)
	}
	weights, rec := filepath.Join(k.folder, weightsFile), filepath.Join(k.folder, recordFile)
	flip := func(path string) {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		content[len(content)/2] ^= 1
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for what, damage := range map[string]func(){
		"SHA-256":              func() { flip(weights) },
		"cannot be read":       func() { os.Remove(weights) },
		"kept.json is damaged": func() { os.WriteFile(rec, []byte(`{"key": `), 0o666) },
		"of another network": func() {
			text, _ := json.Marshal(record{Key: "another"})
			os.WriteFile(rec, text, 0o666)
		},
	} {
		damage()
		m, says := mustTrain(t, o)
		if !strings.Contains(says, what) || !strings.Contains(says, "trained again") || !strings.Contains(says, "Trained in ") {
			t.Errorf("%s: it says %q", what, says)
		}
		if !reflect.DeepEqual(logits(t, m), logits(t, first)) {
			t.Errorf("%s: another network came", what)
		}
		if _, says = mustTrain(t, o); !strings.HasPrefix(says, "Kept network") {
			t.Errorf("%s: after it was trained again: %q", what, says)
		}
	}
	// A record without weights and without itself: nothing was ever kept.
	os.Remove(rec)
	if _, says := mustTrain(t, o); !strings.HasPrefix(says, "Trained in ") {
		t.Errorf("without a record: %q", says)
	}
}

func TestStoppedTrainingGoesOn(t *testing.T) {
	t.Setenv(home.FolderEnv, t.TempDir())
	images, test := sets(t)
	ctx, cancel := context.WithCancel(t.Context())
	o := train.Options{Epochs: 4, Seed: 7}
	stopped := o
	stopped.OnEpoch = func(e train.Epoch) error {
		if e.Number == 2 {
			cancel()
		}
		return nil
	}
	m, err := Train(ctx, purego.Open(t), net, images, stopped, test)
	if !errors.Is(err, context.Canceled) || m == nil || len(m.History) != 2 {
		t.Fatalf("%v, want the network after two epochs", err)
	}
	steps := 0
	o.OnStep = func(train.Progress) error { steps++; return nil }
	whole, _ := mustTrain(t, o)
	if steps != 20 || len(whole.History) != 4 {
		t.Errorf("%d steps and %d epochs, want the last 2 of 4 epochs of 10 steps", steps, len(whole.History))
	}
	straight, err := train.Run(t.Context(), purego.Open(t), net, images, train.Options{Epochs: 4, Seed: 7})
	if err != nil || !reflect.DeepEqual(logits(t, straight), logits(t, whole)) {
		t.Errorf("%v: the network that was stopped differs from one that was not", err)
	}
	if left, _ := filepath.Glob(filepath.Join(os.Getenv(home.FolderEnv), "nets", "*", epochsDir)); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

// TestAnotherKey: each thing the weights depend on makes another key, and what only
// shows the run does not.
func TestAnotherKey(t *testing.T) {
	t.Setenv(home.FolderEnv, t.TempDir())
	images, _ := sets(t)
	folder := func(net cnnlib.Layer, images *data.Images, o train.Options) string {
		k, err := newKey(net, images, o)
		if err != nil {
			t.Fatal(err)
		}
		return k.folder
	}
	base := train.Options{Epochs: 2, Seed: 1}
	want := folder(net, images, base)
	shown := base
	shown.OnStep, shown.Checkpoint = func(train.Progress) error { return nil }, "elsewhere"
	shown.Rate, shown.Batch = train.Constant(0.03), 10 // as 0 and nil are filled in
	if folder(net, images, shown) != want {
		t.Error("showing the run makes another key")
	}
	other := *images
	other.Pixels = append([]uint8{1}, images.Pixels[1:]...)
	relabelled := *images
	relabelled.Labels = append([]uint8{(images.Labels[0] + 1) % 10}, images.Labels[1:]...)
	reshaped := *images
	reshaped.H, reshaped.W = 56, 14
	fewer, err := images.Slice(0, 99)
	if err != nil {
		t.Fatal(err)
	}
	with := func(f func(*train.Options)) train.Options { o := base; f(&o); return o }
	// More weights than a literal prints; two that differ in the last one.
	given := func(last float64) cnnlib.Sequential {
		kernels := make([][][]float64, 10)
		for i := range kernels {
			for range 28 {
				kernels[i] = append(kernels[i], make([]float64, 28))
			}
		}
		kernels[9][27][27] = last
		return cnnlib.Sequential{cnnlib.Conv2D{Weights: cnnlib.Filters(kernels...)}}
	}
	if a, b := folder(given(1), images, base), folder(given(2), images, base); a == b || a != folder(given(1), images, base) {
		t.Error("given weights do not make the key, or make another one each time")
	}
	seen := map[string]string{want: "the first"}
	for what, got := range map[string]string{
		"network":    folder(net[:1], images, base),
		"a pixel":    folder(net, &other, base),
		"a label":    folder(net, &relabelled, base),
		"the shape":  folder(net, &reshaped, base),
		"the number": folder(net, fewer, base),
		"seed":       folder(net, images, with(func(o *train.Options) { o.Seed = 2 })),
		"epochs":     folder(net, images, with(func(o *train.Options) { o.Epochs = 3 })),
		"batch":      folder(net, images, with(func(o *train.Options) { o.Batch = 20 })),
		"rate":       folder(net, images, with(func(o *train.Options) { o.Rate = train.Constant(0.01) })),
		"optimizer":  folder(net, images, with(func(o *train.Options) { o.Optimizer = train.SGD{Momentum: 0.9} })),
		"L2":         folder(net, images, with(func(o *train.Options) { o.L2 = 0.1 })),
		"smoothing":  folder(net, images, with(func(o *train.Options) { o.Smoothing = 0.1 })),
		"average":    folder(net, images, with(func(o *train.Options) { o.Average = 0.9 })),
		"augment":    folder(net, images, with(func(o *train.Options) { o.Augment.Shift = 1 })),
		"white":      folder(net, images, with(func(o *train.Options) { o.White = 256 })),
		"order":      folder(net, images, with(func(o *train.Options) { o.KeepOrder = true })),
		"validation": folder(net, images, with(func(o *train.Options) { o.Validation = fewer })),
		"patience":   folder(net, images, with(func(o *train.Options) { o.Validation, o.Patience = fewer, 2 })),
	} {
		if before, ok := seen[got]; ok {
			t.Errorf("%s has the key of %s", what, before)
		}
		seen[got] = what
	}
}

// TestAnotherSource: a change in the code that trains makes another key; one in a
// test, or in another package, does not.
func TestAnotherSource(t *testing.T) {
	root, dir := mustRoot(t), t.TempDir()
	for _, pattern := range []string{"go.mod", "cnnlib/*.go", "cnnlib/train/*.go", "cnnlib/data/*.go"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			inside, err := filepath.Rel(root, f)
			if err != nil {
				t.Fatal(err)
			}
			content, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, inside)), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, inside), content, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	now := func() string {
		s, err := sources(dir)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if first := now(); strings.Count(first, "engine: ") != len(engines) {
		t.Errorf("the sources are %q, want the versions of %v", first, engines)
	}
	for file, want := range map[string]bool{
		"cnnlib/conv.go": true, "cnnlib/train/step.go": true, "cnnlib/data/order.go": true, "go.mod": true,
		"cnnlib/conv_test.go": false, "cnnlib/data/mnist.go": false,
	} {
		before := now()
		path := filepath.Join(dir, file)
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text := string(content) + "\n"
		if file == "go.mod" {
			text = strings.Replace(text, "github.com/gomlx/gomlx v", "github.com/gomlx/gomlx v1", 1)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if got := now() != before; got != want {
			t.Errorf("a change of %s makes another key: %t, want %t", file, got, want)
		}
	}
}

func mustRoot(t *testing.T) string {
	t.Helper()
	root, err := home.Root()
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// TestCommitted: the weights of a measured experiment are found, and the line has
// nothing in it that another machine would print otherwise.
func TestCommitted(t *testing.T) {
	root := t.TempDir()
	for _, folder := range append([]string{"cnnlib/data"}, sourceFolders...) {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for path, content := range map[string]string{"go.mod": "module cnnbook\n", orderFile: "package data\n"} {
		if err := os.WriteFile(filepath.Join(root, path), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	images, test := sets(t)
	pictures := chapters.Pictures{Describe: "some digits", Load: func() (*data.Images, *data.Images, *data.Images, error) { return images, nil, test, nil }}
	arm := chapters.Classify("plain", net, pictures, train.Options{Epochs: 2})
	arm.Keep = true
	e := chapters.Experiment{ID: "09_09_x", Seeds: 1, Arms: []chapters.Arm{arm}}
	folder := filepath.Join(root, "chapters", "ch09", "s09-x", "measured")
	if err := measure.Run(t.Context(), purego.Open(t), []chapters.Experiment{e}, measure.Options{Folder: folder}); err != nil {
		t.Fatal(err)
	}
	t.Setenv(home.RootEnv, root)
	t.Setenv(home.FolderEnv, filepath.Join(root, ".cnnbook"))

	m, says := mustTrain(t, train.Options{Epochs: 2, Seed: 1})
	if !strings.Contains(says, "come with the project, in chapters/ch09/s09-x/measured/09_09_x_plain.safetensors") || strings.Count(says, "\n") != 1 {
		t.Errorf("it says %q", says)
	}
	stored, err := e.Trained(purego.Open(t), os.DirFS(folder), "plain")
	if err != nil || !reflect.DeepEqual(logits(t, stored), logits(t, m)) {
		t.Errorf("%v: another network than the stored one", err)
	}
	if _, says := mustTrain(t, train.Options{Epochs: 2, Seed: 2}); !strings.HasPrefix(says, "Trained in ") {
		t.Errorf("another seed: %q", says)
	}
	// Damaged: the network is trained, after a line.
	path := filepath.Join(folder, "09_09_x_plain.safetensors")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content[:len(content)-4], 0o666); err != nil {
		t.Fatal(err)
	}
	if _, says := mustTrain(t, train.Options{Epochs: 2, Seed: 1}); !strings.Contains(says, "Trained in ") {
		t.Errorf("damaged weights of the project: %q", says)
	}
}

func TestBadInput(t *testing.T) {
	t.Setenv(home.FolderEnv, t.TempDir())
	images, test := sets(t)
	for want, f := range map[string]func() error{
		"give all three": func() error { _, err := Train(t.Context(), nil, net, images, train.Options{}, test); return err },
		"Batch is 500": func() error {
			_, err := Train(t.Context(), purego.Open(t), net, images, train.Options{Batch: 500}, test)
			return err
		},
		"give both": func() error { return Forget(nil, images, train.Options{}) },
		"for 10 classes:": func() error {
			_, err := Train(t.Context(), purego.Open(t), net[:1], images, train.Options{}, nil)
			return err
		},
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want one line with %q", err, want)
		}
	}
}
