package train_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

// What cannot be trained is refused in a line before the first step, not after an epoch
// and not in silence.
func TestOptionsAreChecked(t *testing.T) {
	images := digits(t, 0, 20)
	relabelled := *images
	relabelled.Labels = make([]uint8, 20)
	relabelled.Labels[19] = 11
	narrow := data.Images{N: 1, H: 28, W: 14, C: 1, Pixels: make([]uint8, 28*14), Labels: make([]uint8, 1)}
	nan := math.NaN()
	stairs := func(at float64) train.Stairs { return train.Stairs{First: 0.1, Factor: 0.2, At: []float64{at}} }
	for _, c := range []struct {
		options train.Options
		want    string
	}{
		{train.Options{Validation: &relabelled}, "train: Validation: a label is 11, want 0 to 9"},
		{train.Options{Validation: &narrow}, "train: Validation: the pictures are [N 28 14 1]"},
		{train.Options{L2: nan}, "L2 is NaN"},
		{train.Options{L2: math.Inf(1)}, "L2 is +Inf"},
		{train.Options{L2: -1}, "L2 is -1"},
		{train.Options{White: nan}, "White NaN"},
		{train.Options{Smoothing: nan}, "Smoothing is NaN, want 0 to below 1"},
		{train.Options{Average: nan}, "Average is NaN"},
		{train.Options{Rate: train.Constant(-1)}, "Rate is Constant(-1), want a learning rate not below 0"},
		{train.Options{Rate: train.Constant(nan)}, "Rate is Constant(NaN)"},
		{train.Options{Rate: train.Constant(1e39)}, "which gives 1e+39 at step 0"}, // above float32
		{train.Options{Rate: train.Cosine{First: 0.1, Last: -0.3}}, "Rate is Cosine{First: 0.1, Last: -0.3}"},
		{train.Options{Rate: train.OneCycle{Peak: -1}}, "Rate is OneCycle{Peak: -1}"},
		{train.Options{Rate: lost{}}, "Rate is lost{}, which gives -Inf at step 0 of 2"},
		{train.Options{Rate: stairs(7)}, "Stairs.At holds 7, want shares of the run, from 0 to 1"},
		{train.Options{Rate: stairs(nan)}, "Stairs.At holds NaN"},
		{train.Options{Optimizer: train.SGD{Momentum: 1}}, "Momentum of SGD is 1, want 0 to below 1"},
		{train.Options{Optimizer: train.SGD{Momentum: nan}}, "Momentum of SGD is NaN"},
		{train.Options{Optimizer: train.Adam{Decay: -0.1}}, "Decay of Adam is -0.1"},
		{train.Options{Augment: train.Augment{Shift: 28}}, "Shift below 28"},
		{train.Options{Augment: train.Augment{Erase: 29}}, "Erase at most 28"},
	} {
		c.options.OnStep = func(train.Progress) error { t.Errorf("%s: a step was taken", c.want); return nil }
		_, err := train.Run(t.Context(), goBackend(t), small, images, c.options)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || strings.Count(err.Error(), "train: ") != 1 {
			t.Errorf("%v, want one line with %q", err, c.want)
		}
	}
}

func TestRunRefusesWhatCannotTrain(t *testing.T) {
	images := digits(t, 0, 20)
	var none context.Context
	if _, err := train.Run(none, goBackend(t), small, images, train.Options{}); err == nil || !strings.Contains(err.Error(), "the context is nil") {
		t.Errorf("no context: %v", err)
	}
	if _, err := train.Tune(none, goBackend(t), small, cnnlib.Shape{28, 28, 1}, train.Options{}); err == nil || !strings.Contains(err.Error(), "the context is nil") {
		t.Errorf("no context for Tune: %v", err)
	}
	net := cnnlib.Sequential{cnnlib.AdaptivePool2D{Bins: 2, BinsW: 5}, cnnlib.Flatten{}}
	if _, err := train.Run(t.Context(), goBackend(t), net, images, train.Options{}); err == nil || !strings.Contains(err.Error(), "no weights to train") {
		t.Errorf("a network without weights: %v", err)
	}
	// Given weights that are no numbers: no learning rate helps.
	net = cnnlib.Sequential{cnnlib.Flatten{}, cnnlib.Dense{Units: 10, Biases: []float64{0, 0, 0, math.NaN(), 0, 0, 0, 0, 0, 0}}}
	_, err := train.Run(t.Context(), goBackend(t), net, images, train.Options{Rate: train.Constant(0.3)})
	if err == nil || strings.Contains(err.Error(), "smaller learning rate") || !strings.Contains(err.Error(), "given Weights and Biases") || !strings.Contains(err.Error(), "learning rate 0.3)") {
		t.Errorf("biases with NaN: %v", err)
	}
}

// A layer that panics with a text ends the training; GoMLX alone would hang.
func TestRunEndsAtAPanicWithAText(t *testing.T) {
	_, err := train.Run(t.Context(), goBackend(t), panicking{}, digits(t, 0, 20), train.Options{})
	if err == nil || !strings.Contains(err.Error(), "not today") || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v: want one line with what the layer said", err)
	}
}

// An accuracy is the float64 nearest to the share, so that it prints with no more digits
// than it has: 0.9, not 0.8999999999999999.
func TestAccuracyIsTheNearestNumber(t *testing.T) {
	m, err := train.Run(t.Context(), goBackend(t), small, digits(t, 0, 100), train.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 40; n++ {
		score, err := m.Evaluate(digits(t, 100, n))
		if err != nil {
			t.Fatal(err)
		}
		if want := float64(n-score.Errors) / float64(n); score.Accuracy != want {
			t.Errorf("%d mistakes on %d pictures: accuracy %v, want %v", score.Errors, n, score.Accuracy, want)
		}
	}
}

// The lists of a comparison must fit together; the panic says in what they do not.
func TestComparisonsOfListsThatDoNotFit(t *testing.T) {
	for want, f := range map[string]func(){
		"Confusion: picture 1 has the label 3 and the prediction 0": func() { train.Confusion([]uint8{0, 3}, []uint8{0, 0}, 3) },
		"Confusion: picture 0 has the label 0 and the prediction 9": func() { train.Confusion([]uint8{0, 1}, []uint8{9, 0}, 3) },
		"Confusion: 2 labels and 1 predictions":                     func() { train.Confusion([]uint8{0, 1}, []uint8{0}, 3) },
		"Mistakes: 1 labels and 2 predictions":                      func() { train.Mistakes([]uint8{0}, []uint8{0, 1}) },
		"TopK: 2 labels and 1 rows of logits":                       func() { train.TopK([]uint8{0, 1}, [][]float32{{1, 2}}, 1) },
		"TopK: picture 0 has the label 2 and 2 logits":              func() { train.TopK([]uint8{2}, [][]float32{{1, 2}}, 1) },
		"TopK: 1 pictures and k = 0":                                func() { train.TopK([]uint8{0}, [][]float32{{1, 2}}, 0) },
	} {
		func() {
			defer func() {
				if err, ok := recover().(error); !ok || !strings.Contains(err.Error(), want) {
					t.Errorf("%v: want an error with %q", err, want)
				}
			}()
			f()
		}()
	}
}

// panicking is a layer whose Build panics with a text.
type panicking struct{ cnnlib.Layer }

func (panicking) OutShape(cnnlib.Shape) (cnnlib.Shape, error) { return cnnlib.Shape{10}, nil }
func (panicking) String() string                              { return "panicking{}" }
func (panicking) Build(*model.Scope, *graph.Node) *graph.Node { panic("not today") }

// lost is a schedule of the reader's own that takes the logarithm of 0.
type lost struct{}

func (lost) String() string           { return "lost{}" }
func (lost) Rate(step, _ int) float64 { return math.Log(float64(step)) }
