package tests

import (
	"errors"
	"testing"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

// TestTrainingOnXLA trains the two convolutions of section 5.23 (4), shrunk, with
// dropout and augmentation, and does it twice, the second time with a stop in the
// middle: the results must agree bit for bit.
func TestTrainingOnXLA(t *testing.T) {
	all, err := data.MNISTTrain()
	if err != nil {
		t.Fatal(err)
	}
	part := func(from, n int) *data.Images {
		size := all.H * all.W
		return &data.Images{N: n, H: all.H, W: all.W, C: 1, Pixels: all.Pixels[from*size : (from+n)*size], Labels: all.Labels[from : from+n]}
	}
	net := cnnlib.Sequential{
		cnnlib.Conv2D{Channels: 8, Kernel: 5, Activation: cnnlib.ReLU}, cnnlib.MaxPool2D{Window: 2},
		cnnlib.Conv2D{Channels: 16, Kernel: 5, Activation: cnnlib.ReLU}, cnnlib.MaxPool2D{Window: 2},
		cnnlib.Flatten{}, cnnlib.Dropout{Rate: 0.2}, cnnlib.Dense{Units: 10, Init: cnnlib.Zeros{}},
	}
	backend := openXLA(t)
	var logits [2][][]float32
	stop := errors.New("stop")
	for i := range logits {
		o := train.Options{Epochs: 2, Batch: 20, Optimizer: train.SGD{Momentum: 0.9}, Rate: train.OneCycle{Peak: 0.05}, L2: 0.1,
			StepsPerCall: 2, Augment: train.Augment{Shift: 1, Rotate: 5}, Seed: 1}
		if i == 1 {
			o.Checkpoint = t.TempDir()
			stopped := o
			stopped.OnStep = func(p train.Progress) error {
				if p.Step > 300 { // 250 steps an epoch
					return stop
				}
				return nil
			}
			if _, err := train.Run(t.Context(), backend, net, part(0, 5000), stopped); !errors.Is(err, stop) {
				t.Fatalf("%v: want the run stopped", err)
			}
		}
		m, err := train.Run(t.Context(), backend, net, part(0, 5000), o)
		if err != nil {
			t.Fatal(err)
		}
		test := part(50_000, 1000)
		score, err := m.Evaluate(test)
		// Guessing gives 0.1; a linear classifier stays below 0.9 on so few digits.
		if err != nil || score.Accuracy < 0.9 {
			t.Errorf("%+v, %v: want an accuracy of at least 0.9", score, err)
		}
		t.Logf("run %d: %+v after %v", i, score, m.History[0].Time)
		if logits[i], err = m.Logits(test); err != nil {
			t.Fatal(err)
		}
	}
	for i := range logits[0] {
		for c, v := range logits[0][i] {
			if logits[1][i][c] != v {
				t.Fatalf("picture %d, class %d: %v in one run, %v in the other with the same seed", i, c, v, logits[1][i][c])
			}
		}
	}
}
