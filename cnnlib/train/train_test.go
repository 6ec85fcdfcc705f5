package train_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

var openGo = sync.OnceValues(func() (compute.Backend, error) { return compute.NewWithConfig("go:ops_sequential") })

func goBackend(t testing.TB) compute.Backend {
	t.Helper()
	backend, err := openGo()
	if err != nil {
		t.Fatal(err)
	}
	return backend
}

// digits returns n pictures of MNIST's training set, from the given one on.
func digits(t testing.TB, from, n int) *data.Images {
	t.Helper()
	all, err := data.MNISTTrain()
	if err != nil {
		t.Fatal(err)
	}
	size := all.H * all.W
	return &data.Images{N: n, H: all.H, W: all.W, C: 1, Pixels: all.Pixels[from*size : (from+n)*size], Labels: all.Labels[from : from+n]}
}

// small gives ten numbers for a 28×28 picture with 1,530 weights and biases.
var small = cnnlib.Sequential{
	cnnlib.Conv2D{Channels: 4, Kernel: 5, Stride: 4, Activation: cnnlib.ReLU}, // [6 6 4]
	cnnlib.Conv2D{Channels: 10, Kernel: 6},                                    // [1 1 10]
}

func TestRunLearns(t *testing.T) {
	images, test := digits(t, 0, 2000), digits(t, 50_000, 500)
	m, err := train.Run(t.Context(), goBackend(t), small, images, train.Options{Epochs: 2, Rate: train.Constant(0.1)})
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Evaluate(test)
	// Guessing gives 0.1; a linear classifier on 2,000 digits reaches 0.8 or more.
	if err != nil || got.Accuracy < 0.8 {
		t.Errorf("%+v, %v: want an accuracy of at least 0.8", got, err)
	}
	if len(m.History) != 2 || m.History[1].Loss >= m.History[0].Loss {
		t.Errorf("history %+v: want two epochs with a falling loss", m.History)
	}
	predicted, err := m.Predict(test)
	if err != nil {
		t.Fatal(err)
	}
	wrong := train.Mistakes(test.Labels, predicted)
	if len(wrong) != got.Errors {
		t.Errorf("%d mistakes, %d errors", len(wrong), got.Errors)
	}
	right := 0
	for class, row := range train.Confusion(test.Labels, predicted, 10) {
		right += row[class]
	}
	if right != test.N-got.Errors {
		t.Errorf("the diagonal of the confusion matrix sums to %d, want %d", right, test.N-got.Errors)
	}
	logits, err := m.Logits(test)
	if err != nil {
		t.Fatal(err)
	}
	if top := train.TopK(test.Labels, logits, 1); top != got.Accuracy {
		t.Errorf("top-1 is %v, the accuracy %v", top, got.Accuracy)
	}
	if train.TopK(test.Labels, logits, 10) != 1 {
		t.Error("not every label is among the ten of ten classes")
	}
}

// weightsOf returns all weights as bytes.
func weightsOf(t *testing.T, m *train.Model) map[string][]byte {
	t.Helper()
	weights, err := m.Weights()
	if err != nil {
		t.Fatal(err)
	}
	flat := map[string][]byte{}
	for path, w := range weights {
		err := w.ConstBytes(func(b []byte) { flat[path] = bytes.Clone(b) })
		if err != nil {
			t.Fatal(err)
		}
	}
	return flat
}

// The seed fixes the weights bit for bit; how many steps are in one graph does not
// matter for more than rounding, and another seed gives other weights.
func TestSeedFixesEverything(t *testing.T) {
	images := digits(t, 0, 105)
	result := func(seed int64, perCall int) (*train.Model, map[string][]byte) {
		m, err := train.Run(t.Context(), goBackend(t), small, images, train.Options{Epochs: 2, Seed: seed, StepsPerCall: perCall, Optimizer: train.SGD{Momentum: 0.9}})
		if err != nil {
			t.Fatal(err)
		}
		return m, weightsOf(t, m)
	}
	m, first := result(1, 1)
	_, again := result(1, 1)
	together, _ := result(1, 4) // 4 does not divide the 10 steps of an epoch
	_, other := result(2, 1)
	for path := range first {
		if !bytes.Equal(first[path], again[path]) {
			t.Errorf("%s differs between two runs with the same seed", path)
		}
		if bytes.Equal(first[path], other[path]) {
			t.Errorf("%s is the same for another seed", path)
		}
	}
	for i, e := range m.History {
		// 20 steps of float32 with losses of the size of 2; unit roundoff is 6e-8.
		if d := math.Abs(e.Loss - together.History[i].Loss); d > 1e-4 {
			t.Errorf("epoch %d: loss %v one step a call, %v four steps", i+1, e.Loss, together.History[i].Loss)
		}
	}
}

func TestOnStep(t *testing.T) {
	var told []train.Progress
	_, err := train.Run(t.Context(), goBackend(t), small, digits(t, 0, 70), train.Options{Epochs: 2, StepsPerCall: 3,
		OnStep: func(p train.Progress) error { told = append(told, p); return nil }})
	if err != nil {
		t.Fatal(err)
	}
	// 7 steps an epoch, in calls of 3, 3 and 1.
	want := []int{3, 6, 7, 10, 13, 14}
	if len(told) != len(want) {
		t.Fatalf("told %d times, want %d", len(told), len(want))
	}
	for i, p := range told {
		if p.Step != want[i] || p.Steps != 14 || p.Epoch != 1+i/3 || p.Images != 10*want[i] || !(p.Loss > 0) || p.Time <= 0 {
			t.Errorf("%+v: want step %d of 14", p, want[i])
		}
	}
	stop := errors.New("stop")
	m, err := train.Run(t.Context(), goBackend(t), small, digits(t, 0, 70), train.Options{OnStep: func(train.Progress) error { return stop }})
	if !errors.Is(err, stop) || m == nil || len(m.History) != 0 {
		t.Errorf("%v: want the error of OnStep and the network it began with", err)
	}
}

func TestInterruptKeepsTheLastEpoch(t *testing.T) {
	images := digits(t, 0, 100)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var after map[string][]byte
	one, err := train.Run(t.Context(), goBackend(t), small, images, train.Options{Epochs: 1, Seed: 3, Rate: train.Constant(0.03)})
	if err != nil {
		t.Fatal(err)
	}
	after = weightsOf(t, one)
	m, err := train.Run(ctx, goBackend(t), small, images, train.Options{Epochs: 5, Seed: 3, OnEpoch: func(train.Epoch) error { cancel(); return nil }})
	if !errors.Is(err, context.Canceled) || m == nil || len(m.History) != 1 {
		t.Fatalf("%v: want the network after one epoch and context.Canceled", err)
	}
	for path, got := range weightsOf(t, m) {
		if !bytes.Equal(got, after[path]) {
			t.Errorf("%s is not what one epoch gives", path)
		}
	}
}

func TestNotFiniteStopsWithTheLastEpoch(t *testing.T) {
	images := digits(t, 0, 100)
	m, err := train.Run(t.Context(), goBackend(t), small, images, train.Options{Epochs: 3, Rate: explode{}})
	var stop *train.NotFiniteError
	if !errors.As(err, &stop) || stop.Epoch != 2 || stop.Step <= 10 { // 10 steps an epoch; the rate explodes at step 10
		t.Fatalf("%v: want a NotFiniteError in epoch 2", err)
	}
	// Weights of about 1e30 make numbers of about 1e60, which float32 cannot hold: the
	// first layer's are still finite, the second's are not.
	if !strings.HasPrefix(stop.Layer, "layer 1 Conv2D{Channels: 10") {
		t.Errorf("%v: want layer 1 named", err)
	}
	if !strings.Contains(err.Error(), "smaller learning rate") || strings.Contains(err.Error(), "\n") {
		t.Errorf("%q: want one line that says what to do", err)
	}
	if score, err := m.Evaluate(images); err != nil || math.IsNaN(score.Loss) || len(m.History) != 1 {
		t.Errorf("%+v, %v: want the finite network after epoch 1", score, err)
	}
}

// explode is a rate that is right for ten steps and then far too large.
type explode struct{}

func (explode) String() string { return "explode{}" }
func (explode) Rate(step, _ int) float64 {
	if step < 10 {
		return 0.03
	}
	return 1e30
}

// The best epoch on the validation pictures is the result, not the last one.
func TestBestEpochOnValidation(t *testing.T) {
	images, validation := digits(t, 0, 300), digits(t, 50_000, 200)
	m, err := train.Run(t.Context(), goBackend(t), small, images, train.Options{Epochs: 6, Rate: backwards{}, Validation: validation, Patience: 3})
	if err != nil {
		t.Fatal(err)
	}
	// Epochs 1 and 2 learn, the others undo it: 3, 4 and 5 bring no new best.
	if len(m.History) != 5 || !m.History[1].Best || m.History[4].Best {
		t.Fatalf("history %+v: want five epochs, the second the best", m.History)
	}
	got, err := m.Evaluate(validation)
	if err != nil || got != m.History[1].Validation {
		t.Errorf("%+v, %v: want the network of epoch 2, %+v", got, err, m.History[1].Validation)
	}
}

// backwards climbs after the first third of the run.
type backwards struct{}

func (backwards) String() string { return "backwards{}" }
func (backwards) Rate(step, steps int) float64 {
	if step < steps/3 {
		return 0.03
	}
	return -0.01
}

func TestBadInput(t *testing.T) {
	images := digits(t, 0, 20)
	odd := *images
	odd.Labels = bytes.Repeat([]byte{12}, 20)
	for want, f := range map[string]func() error{
		"Batch is 50, but there are 20": func() error {
			_, err := train.Run(t.Context(), goBackend(t), small, images, train.Options{Batch: 50})
			return err
		},
		"72 numbers, for 10 classes": func() error {
			_, err := train.Run(t.Context(), goBackend(t), cnnlib.Sequential{cnnlib.Conv2D{Channels: 2, Kernel: 5, Stride: 4}}, images, train.Options{})
			return err
		},
		"kernel of 40 cells does not fit": func() error {
			_, err := train.Run(t.Context(), goBackend(t), cnnlib.Sequential{cnnlib.Conv2D{Channels: 2, Kernel: 40}}, images, train.Options{})
			return err
		},
		"a label is 12, want 0 to 9": func() error {
			_, err := train.Run(t.Context(), goBackend(t), small, &odd, train.Options{})
			return err
		},
		"Patience is 1 without Validation": func() error {
			_, err := train.Run(t.Context(), goBackend(t), small, images, train.Options{Patience: 1})
			return err
		},
		"Average is 1, want 0 to below 1": func() error {
			_, err := train.Run(t.Context(), goBackend(t), small, images, train.Options{Average: 1})
			return err
		},
		"Rotate from 0 to 45": func() error {
			_, err := train.Run(t.Context(), goBackend(t), small, images, train.Options{Augment: train.Augment{Rotate: 90}})
			return err
		},
		"Devices is 2, but": func() error { // the pure-Go backend has one
			_, err := train.Run(t.Context(), goBackend(t), small, images, train.Options{Devices: 2})
			return err
		},
		"give all three": func() error { _, err := train.Run(t.Context(), nil, small, images, train.Options{}); return err },
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: want one line with %q", err, want)
		}
	}
}
