package train_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/lower"
	"cnnbook/cnnlib/train"
	"cnnbook/internal/home"
)

func TestTuneMeasuresOnceAndKeepsTheAnswer(t *testing.T) {
	folder := t.TempDir()
	t.Setenv(home.FolderEnv, folder)
	net := cnnlib.Sequential{
		cnnlib.Conv2D{Channels: 2, Kernel: 3, Activation: cnnlib.ReLU}, cnnlib.MaxPool2D{Window: 2},
		cnnlib.Conv2D{Channels: 2, Kernel: 3, Groups: 2}, // has one lowering only: not measured
		cnnlib.Conv2D{Channels: 3, Kernel: 2},
		cnnlib.Flatten{}, cnnlib.Dense{Units: 10},
	}
	o := train.Options{Batch: 4}
	found, err := train.Tune(t.Context(), goBackend(t), net, cnnlib.Shape{12, 12, 1}, o)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Conv2D{Channels: 2, Kernel: 3}, MaxPool2D{Window: 2} on 4 × [12 12 1]",
		"Conv2D{Channels: 3, Kernel: 2} on 4 × [3 3 2], with the gradient by the input",
	}
	for i, f := range found {
		if f.Work != want[i] {
			t.Errorf("work %d is %q, want %q", i, f.Work, want[i])
		}
		fastest := ""
		for name, s := range f.Seconds {
			if s <= 0 {
				t.Errorf("%s took %v s", name, s)
			}
			if fastest == "" || s < f.Seconds[fastest] {
				fastest = name
			}
		}
		ways := 4
		if i == 1 {
			ways = 2 // it has no pooling to take in
		}
		if f.Lowering != fastest || len(f.Seconds) != ways {
			t.Errorf("%+v: want the fastest of %d", f, ways)
		}
	}
	if len(found) != len(want) {
		t.Fatalf("%d were measured, want %d", len(found), len(want))
	}

	// The second time everything is read from the file, to the last digit.
	again, err := train.Tune(t.Context(), goBackend(t), net, cnnlib.Shape{12, 12, 1}, o)
	if err != nil || !slices.EqualFunc(found, again, func(a, b train.Measured) bool { return a.Work == b.Work && a.Seconds["im2col"] == b.Seconds["im2col"] }) {
		t.Errorf("%v: measured %v, and again %v", err, found, again)
	}
	// A damaged file is as good as none.
	if err := os.WriteFile(filepath.Join(folder, "lowerings.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if again, err := train.Tune(t.Context(), goBackend(t), net, cnnlib.Shape{12, 12, 1}, o); err != nil || len(again) != len(want) {
		t.Errorf("%v, %v", again, err)
	}
}

// However convolutions are written, the weights are the same but for rounding.
func TestLoweringsGiveTheSameWeights(t *testing.T) {
	images := digits(t, 0, 60)
	var logits [][][]float32
	for _, l := range []lower.Lowering{lower.Direct, lower.Im2col, lower.Phases, lower.Winograd, lower.Fused} {
		m, err := train.Run(t.Context(), goBackend(t), small, images, train.Options{Epochs: 2, Seed: 1, Lowerings: lower.Force(l)})
		if err != nil {
			t.Fatal(err)
		}
		out, err := m.Logits(images)
		if err != nil {
			t.Fatal(err)
		}
		logits = append(logits, out)
	}
	for k := range logits {
		for i := range logits[k] {
			for c, v := range logits[k][i] {
				// 12 steps with sums of at most 26 products: 12·26·2⁻²⁴ = 2e-5 of numbers of the size of 1.
				if d := v - logits[0][i][c]; d > 2e-5 || d < -2e-5 {
					t.Fatalf("lowering %d: logit %v, with the backend's convolution %v", k, v, logits[0][i][c])
				}
			}
		}
	}
}
