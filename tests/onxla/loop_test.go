package onxla

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/lower"
	"cnnbook/cnnlib/train"
)

// looped has all that a loop of steps has to hand on: running averages of batch norm,
// dropout that depends on the step, the velocities of momentum.
var looped = cnnlib.Sequential{
	cnnlib.Conv2D{Channels: 4, Kernel: 5, Activation: cnnlib.ReLU}, cnnlib.MaxPool2D{Window: 2},
	cnnlib.Conv2D{Channels: 6, Kernel: 3, Padding: cnnlib.Same}, cnnlib.BatchNorm{}, cnnlib.ReLU,
	cnnlib.Flatten{}, cnnlib.Dropout{Rate: 0.2}, cnnlib.Dense{Units: 300, Activation: cnnlib.ReLU}, cnnlib.Dense{Units: 10},
}

func firstDigits(t *testing.T, n int) *data.Images {
	t.Helper()
	all, err := data.MNISTTrain()
	if err != nil {
		t.Fatal(err)
	}
	images, err := all.Slice(0, n)
	if err != nil {
		t.Fatal(err)
	}
	return images
}

// A loop of steps in one graph trains what the steps one by one train, and so do several
// in a row; a network that is used in a loop over batches of any size answers the same.
func TestLoopsDoTheSameSteps(t *testing.T) {
	backend, images := openXLA(t), firstDigits(t, 450)
	var losses, answers [3][]float64
	for i, perCall := range []int{0, 1, 3} {
		o := train.Options{Epochs: 2, Batch: 10, Optimizer: train.SGD{Momentum: 0.9}, Rate: train.OneCycle{Peak: 0.02}, L2: 0.1, Average: 0.9,
			Augment: train.Augment{Shift: 1}, Seed: 2, StepsPerCall: perCall,
			OnStep: func(p train.Progress) error { losses[i] = append(losses[i], p.Losses...); return nil }}
		m, err := train.Run(t.Context(), backend, looped, images, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, batch := range []int{0, 7, 450, 1000} {
			m.Batch = batch
			logits, err := m.Logits(images)
			if err != nil {
				t.Fatal(err)
			}
			if len(logits) != images.N {
				t.Fatalf("%d answers to %d pictures", len(logits), images.N)
			}
			var flat []float64
			for _, row := range logits {
				for _, v := range row {
					flat = append(flat, float64(v))
				}
			}
			if answers[i] == nil {
				answers[i] = flat
			}
			same(t, "logits with batches of another size", answers[i], flat, 1e-4)
		}
	}
	if len(losses[0]) != 90 { // 2 epochs of 45 steps
		t.Fatalf("%d losses, want 90", len(losses[0]))
	}
	for i := 1; i < 3; i++ {
		// Sums of up to 2,000 products, 2,000·2⁻²⁴ = 1e-4 each, through 90 steps that
		// mostly forget them: less than measure.Tolerance, which is for 10⁴.
		same(t, "losses", losses[0], losses[i], 1e-3)
		same(t, "logits", answers[0], answers[i], 1e-2)
	}
}

func same(t *testing.T, what string, a, b []float64, tolerance float64) {
	t.Helper()
	if len(a) != len(b) {
		t.Fatalf("%s: %d and %d", what, len(a), len(b))
	}
	for i := range a {
		if d := math.Abs(a[i] - b[i]); !(d <= tolerance*max(1, math.Abs(a[i]))) {
			t.Fatalf("%s: number %d is %v and %v", what, i, a[i], b[i])
		}
	}
}

// Several networks in one graph, on the backend whose loops they are for.
func TestRunManyOnXLA(t *testing.T) {
	backend, images := openXLA(t), firstDigits(t, 300)
	o := train.Options{Epochs: 1, Batch: 10, Rate: train.Constant(0.05), Seed: 4}
	many, err := train.RunMany(t.Context(), backend, looped, images, o, 2)
	if err != nil {
		t.Fatal(err)
	}
	alone, err := train.RunMany(t.Context(), backend, looped, images, o, 1)
	if err != nil {
		t.Fatal(err)
	}
	flat := func(m *train.Model) (list []float64) {
		logits, err := m.Logits(images)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range logits {
			for _, v := range row {
				list = append(list, float64(v))
			}
		}
		return list
	}
	same(t, "the first of two and the same alone", flat(many[0]), flat(alone[0]), 1e-2)
	if a, b := flat(many[0]), flat(many[1]); math.Abs(a[0]-b[0]) < 1e-6 {
		t.Error("two networks with different starting weights give the same answer")
	}
}

// Batches in parallel, turns, calls that are not full and pictures that stay on the device: all
// give the classes of the logits, and leave the weights alone.
func TestClassesOnXLA(t *testing.T) {
	backend, images := openXLA(t), firstDigits(t, 2300) // more than a call takes from Go
	m, err := train.Run(t.Context(), backend, looped, images, train.Options{Batch: 50, Rate: train.Constant(0.02)})
	if err != nil {
		t.Fatal(err)
	}
	m.Batch = 1000
	logits, err := m.Logits(images)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := m.Load(images)
	if err != nil {
		t.Fatal(err)
	}
	defer loaded.Close()
	for _, batch := range []int{0, 7, 64, 1150} {
		m.Batch = batch
		all, err := m.Predict(images)
		if err != nil {
			t.Fatal(err)
		}
		likeliest(t, logits, all, func(i int) int { return i })
		for _, n := range []int{1, 64, 2300, 9001} { // few, one batch, many, more than a call
			places := make([]int32, n)
			for i := range places {
				places[i] = int32(i * 37 % images.N)
			}
			some, err := loaded.Predict(places)
			if err != nil {
				t.Fatal(err)
			}
			if len(some) != n {
				t.Fatalf("%d classes for %d places", len(some), n)
			}
			likeliest(t, logits, some, func(i int) int { return int(places[i]) })
		}
	}
	m.Batch = 1000
	again, err := m.Logits(images)
	if err != nil {
		t.Fatal(err)
	}
	for i := range again {
		if !slices.Equal(again[i], logits[i]) {
			t.Fatalf("picture %d: %v before, %v after: a call changed the weights", i, logits[i], again[i])
		}
	}
}

// likeliest wants each class to have the largest logit of its picture, but for rounding.
func likeliest(t *testing.T, logits [][]float32, got []uint8, place func(i int) int) {
	t.Helper()
	for i, class := range got {
		row := logits[place(i)]
		if most := slices.Max(row); row[class] < most-1e-4*max(1, most) {
			t.Fatalf("answer %d is class %d of %v", i, class, row)
		}
	}
}

// XLA takes the first of equals, as the pure-Go backend does.
func TestClassesOfEqualsOnXLA(t *testing.T) {
	images := firstDigits(t, 1200)
	weights := make([][]float64, 784)
	for i := range weights {
		weights[i] = make([]float64, 10)
	}
	net := cnnlib.Sequential{cnnlib.Flatten{}, cnnlib.Dense{Weights: weights, Biases: []float64{0, 1, 3, 2, 3, 3, 0, 0, 0, 3}}}
	m, err := train.Run(t.Context(), openXLA(t), net, images, train.Options{Rate: train.Constant(0)})
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Predict(images)
	if err != nil || !slices.Equal(got, slices.Repeat([]uint8{2}, images.N)) {
		t.Errorf("%v: want class 2 for all of %v", err, got)
	}
}

// The plugin describes itself in the words that package lower reads.
func TestTraitsOfThePlugin(t *testing.T) {
	backend := openXLA(t)
	got := lower.TraitsOf(backend)
	if got.PJRTMinor == 0 || !strings.Contains(backend.Description(), fmt.Sprintf(" v0.%d ", got.PJRTMinor)) {
		t.Errorf("version 0.%d, want that of %q", got.PJRTMinor, backend.Description())
	}
	if want := (lower.Traits{CPU: true, Compiles: true, Kind: "xla:cpu", PJRTMinor: got.PJRTMinor}); got != want {
		t.Errorf("%q: %+v, want %+v", backend.Description(), got, want)
	}
}
