package onxla

import (
	"errors"
	"strings"
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
		images, err := all.Slice(from, from+n)
		if err != nil {
			t.Fatal(err)
		}
		return images
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

// TestDevices trains on 1, 2 and 4 devices, with dropout and augmentation: the
// losses must agree, for the random numbers do not depend on the devices.
func TestDevices(t *testing.T) {
	backend := openXLA(t, "devices=4") // on any number of cores
	if n := backend.NumDevices(); n != 4 {
		t.Fatalf("the XLA plugin shows %d devices, want the 4 that were asked for", n)
	}
	all, err := data.MNISTTrain()
	if err != nil {
		t.Fatal(err)
	}
	images, err := all.Slice(0, 400)
	if err != nil {
		t.Fatal(err)
	}
	net := cnnlib.Sequential{
		cnnlib.Conv2D{Channels: 4, Kernel: 5, Activation: cnnlib.ReLU}, cnnlib.MaxPool2D{Window: 2},
		cnnlib.BatchNorm{}, cnnlib.Flatten{}, cnnlib.Dropout{Rate: 0.2}, cnnlib.Dense{Units: 10},
	}
	var first []float64
	for _, devices := range []int{1, 2, 4} {
		var losses []float64
		_, err := train.Run(t.Context(), backend, net, images, train.Options{
			Batch: 20, Devices: devices, Optimizer: train.SGD{Momentum: 0.9}, Augment: train.Augment{Shift: 1, Erase: 3},
			OnStep: func(p train.Progress) error { losses = append(losses, p.Losses...); return nil }})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d devices: first loss %.6f, last %.6f", devices, losses[0], losses[len(losses)-1])
		if first == nil {
			first = losses
			continue
		}
		for i := range losses {
			// 20 steps of float32 with losses of the size of 1; unit roundoff is 6e-8.
			if d := losses[i] - first[i]; !(d < 1e-4 && d > -1e-4) {
				t.Errorf("step %d: loss %v on %d devices, %v on one", i, losses[i], devices, first[i])
			}
		}
	}
	// A batch that cannot be shared, and more devices than there are.
	for want, o := range map[string]train.Options{
		"use a multiple of 4": {Batch: 10, Devices: 4}, "Devices is 100, but": {Batch: 100, Devices: 100},
	} {
		if _, err := train.Run(t.Context(), backend, net, images, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
