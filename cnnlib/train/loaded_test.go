package train_test

import (
	"slices"
	"testing"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/train"
)

// Loaded pictures get the classes that Predict gives, in any order and more than once.
func TestLoaded(t *testing.T) {
	images := digits(t, 0, 60)
	m, err := train.Run(t.Context(), goBackend(t), small, images, train.Options{Epochs: 2})
	if err != nil {
		t.Fatal(err)
	}
	all, err := m.Predict(images)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := m.Load(images)
	if err != nil {
		t.Fatal(err)
	}
	places := []int32{59, 0, 7, 7, 31, 2, 58}
	want := make([]uint8, len(places))
	for i, p := range places {
		want[i] = all[p]
	}
	for _, m.Batch = range []int{0, 1, 3, 7, 100} {
		if got, err := loaded.Predict(places); err != nil || !slices.Equal(got, want) {
			t.Errorf("batch %d: %v, %v: want %v", m.Batch, got, err, want)
		}
	}
	if got, err := loaded.Predict(nil); err != nil || len(got) != 0 {
		t.Errorf("no places: %v, %v", got, err)
	}
	for _, wrong := range []int32{-1, 60} {
		if _, err := loaded.Predict([]int32{0, wrong}); err == nil {
			t.Errorf("there is a picture %d of 60", wrong)
		}
	}
	m.Batch = -1
	if _, err := loaded.Predict(places); err == nil {
		t.Error("a batch of -1 is accepted")
	}
	if err := loaded.Close(); err != nil {
		t.Error(err)
	}
	if err := loaded.Close(); err != nil {
		t.Errorf("closed again: %v", err)
	}
	if _, err := loaded.Predict(places); err == nil {
		t.Error("closed pictures are answered")
	}
	if _, err := m.Load(nil); err == nil {
		t.Error("no pictures are loaded")
	}
}

// GoMLX refuses the 33rd size of a graph's input unless it is told not to.
func TestPredictOfManySizes(t *testing.T) {
	images := digits(t, 0, 40)
	m, err := train.Run(t.Context(), goBackend(t), small, images, train.Options{})
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := m.Load(images)
	if err != nil {
		t.Fatal(err)
	}
	defer loaded.Close()
	for n := 1; n <= images.N; n++ {
		some := digits(t, 0, n)
		if _, err := m.Predict(some); err != nil {
			t.Fatalf("%d pictures: %v", n, err)
		}
		if _, err := m.Logits(some); err != nil {
			t.Fatalf("%d pictures: %v", n, err)
		}
		if _, err := loaded.Predict(make([]int32, n)); err != nil {
			t.Fatalf("%d loaded pictures: %v", n, err)
		}
	}
}

// Of equal logits the first wins, as in Evaluate.
func TestPredictOfEquals(t *testing.T) {
	images := digits(t, 0, 20)
	net := cnnlib.Sequential{cnnlib.Flatten{}, cnnlib.Dense{Units: 10, Weights: make784(), Biases: []float64{0, 1, 3, 2, 3, 3, 0, 0, 0, 3}}}
	m, err := train.Run(t.Context(), goBackend(t), net, images, train.Options{Rate: train.Constant(0)})
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Predict(images)
	if err != nil || !slices.Equal(got, slices.Repeat([]uint8{2}, images.N)) {
		t.Errorf("%v, %v: want class 2 for all", got, err)
	}
}

func make784() [][]float64 {
	rows := make([][]float64, 784)
	for i := range rows {
		rows[i] = make([]float64, 10)
	}
	return rows
}
