package train_test

import (
	"math"
	"strings"
	"testing"

	"cnnbook/cnnlib/train"
)

// Each of the networks must have the gradients that it has alone: after training, one
// that starts from the weights of the first must have the same weights.
func TestRunManyTrainsEachAsAlone(t *testing.T) {
	images := digits(t, 0, 60)
	o := train.Options{Epochs: 2, Rate: train.Constant(0.1), L2: 0.1, Optimizer: train.SGD{Momentum: 0.9}, Seed: 3}
	many, err := train.RunMany(t.Context(), goBackend(t), small, images, o, 3)
	if err != nil {
		t.Fatal(err)
	}
	if len(many) != 3 || len(many[0].History) != 2 {
		t.Fatalf("%d networks with %d epochs, want 3 with 2", len(many), len(many[0].History))
	}
	var losses float64
	seen := map[float32]bool{}
	for _, m := range many {
		logits, err := m.Logits(images)
		if err != nil {
			t.Fatal(err)
		}
		seen[logits[0][0]] = true
		score, err := m.Evaluate(images)
		if err != nil {
			t.Fatal(err)
		}
		losses += score.Loss / 3
	}
	if len(seen) != 3 {
		t.Error("the networks are not different")
	}
	// The mean loss over the second epoch is near that of the trained networks; far from
	// log 10 = 2.30, their start.
	if got := many[0].History[1].Loss; !(losses < got && got < 2.2) || math.IsNaN(losses) {
		t.Errorf("loss in the last epoch %.3f, afterwards %.3f", got, losses)
	}
	alone, err := train.RunMany(t.Context(), goBackend(t), small, images, o, 1)
	if err != nil {
		t.Fatal(err)
	}
	one, err := alone[0].Logits(images)
	if err != nil {
		t.Fatal(err)
	}
	first, err := many[0].Logits(images)
	if err != nil {
		t.Fatal(err)
	}
	// Both started from the same weights: these depend on the seed and the path. What
	// differs is the order in which the backend adds, 1e-7 of a logit a step.
	for i := range one {
		for c := range one[i] {
			if d := math.Abs(float64(one[i][c] - first[i][c])); d > 1e-4 {
				t.Fatalf("picture %d, class %d: %v alone, %v among three", i, c, one[i][c], first[i][c])
			}
		}
	}
}

func TestRunManyRefuses(t *testing.T) {
	images := digits(t, 0, 20)
	_, none := train.RunMany(t.Context(), goBackend(t), small, images, train.Options{}, 0)
	_, chosen := train.RunMany(t.Context(), goBackend(t), small, images, train.Options{Validation: images}, 2)
	for want, err := range map[string]error{"want at least 1": none, "measure each network": chosen} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
