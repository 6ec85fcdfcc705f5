package train_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/ref"
	"cnnbook/cnnlib/train"
)

// tiny gives back a picture of any size, through two convolutions without an
// activation: the way back by hand stays short.
var tiny = cnnlib.Sequential{
	cnnlib.Conv2D{Channels: 2, Kernel: 3, Padding: cnnlib.Same},
	cnnlib.ConvTranspose2D{Channels: 1, Kernel: 3, Padding: cnnlib.Same},
}

// noise has n pictures of 5×4 random bytes and no labels.
func noise(n int) *data.Images {
	r := rand.New(rand.NewPCG(7, 0))
	images := &data.Images{N: n, H: 5, W: 4, C: 1}
	for range n * 20 {
		images.Pixels = append(images.Pixels, uint8(r.IntN(256)))
	}
	return images
}

// TestReconstructSteps follows three steps of descent in float64 with the oracle's
// loops and chain rules, and compares losses and weights.
func TestReconstructSteps(t *testing.T) {
	const batch, steps, rate = 3, 3, 0.1
	images := noise(batch * steps)
	options := train.Options{Reconstruct: true, Batch: batch, KeepOrder: true, Rate: train.Constant(rate), Seed: 11}
	var losses []float64
	options.OnStep = func(p train.Progress) error { losses = append(losses, p.Loss); return nil }
	trained, err := train.Run(t.Context(), goBackend(t), tiny, images, options)
	if err != nil {
		t.Fatal(err)
	}
	options.Rate, options.OnStep = train.Constant(0), nil // the same start, not moved
	start, err := train.Run(t.Context(), goBackend(t), tiny, images, options)
	if err != nil {
		t.Fatal(err)
	}
	w := arrays(t, start)
	half := ref.Options{Top: 1, Bottom: 1, Left: 1, Right: 1}
	for step := range steps {
		x := ref.NewArray(batch, 5, 4, 1)
		for i := range x.Data {
			x.Data[i] = float64(images.Pixels[step*batch*20+i]) / 255
		}
		h, err := ref.CrossCorrelate(x, w["0/weights"], w["0/biases"].Data, half)
		if err != nil {
			t.Fatal(err)
		}
		y, err := ref.Transposed(h, w["1/weights"], w["1/biases"].Data, ref.TransposedOptions{Options: half})
		if err != nil {
			t.Fatal(err)
		}
		loss, dy := 0.0, ref.NewArray(y.Shape...)
		for i, v := range y.Data {
			d := v - x.Data[i]
			loss += d * d / float64(len(y.Data))
			dy.Data[i] = 2 * d / float64(len(y.Data))
		}
		// 18 to 20 float32 products a value, 60 values: relative rounding of some 1e-6.
		const tolerance = 1e-5
		if math.Abs(loss-losses[step]) > tolerance*loss {
			t.Errorf("step %d: loss %v, the oracle's is %v", step, losses[step], loss)
		}
		dh, dw1, db1, err := ref.TransposedGrad(h, w["1/weights"], dy, ref.TransposedOptions{Options: half})
		if err != nil {
			t.Fatal(err)
		}
		_, dw0, db0, err := ref.CrossCorrelateGrad(x, w["0/weights"], dh, half)
		if err != nil {
			t.Fatal(err)
		}
		for path, slope := range map[string][]float64{"0/weights": dw0.Data, "0/biases": db0, "1/weights": dw1.Data, "1/biases": db1} {
			for i, d := range slope {
				w[path].Data[i] -= rate * d
			}
		}
	}
	for path, got := range arrays(t, trained) {
		for i, v := range got.Data {
			if math.Abs(v-w[path].Data[i]) > 1e-5 { // weights of the size of 1
				t.Errorf("%s[%d] is %v after %d steps, the oracle's is %v", path, i, v, steps, w[path].Data[i])
			}
		}
	}
}

// arrays returns the weights of a model in float64.
func arrays(t *testing.T, m *train.Model) map[string]ref.Array {
	t.Helper()
	weights, err := m.Weights()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]ref.Array{}
	for path, w := range weights {
		a := ref.NewArray(w.Shape().Dimensions...)
		for i, v := range tensors.MustCopyFlatData[float32](w) {
			a.Data[i] = float64(v)
		}
		all[path] = a
	}
	return all
}

// TestReconstructLearns: the loss falls, Evaluate is the mean square of what
// Reconstruct returns, the best epoch is the one with the smallest loss, and a file
// of weights brings the same network back.
func TestReconstructLearns(t *testing.T) {
	images, validation := digits(t, 0, 200), digits(t, 50_000, 50)
	images.Labels = nil
	net := cnnlib.Sequential{
		cnnlib.Conv2D{Channels: 8, Kernel: 28},
		cnnlib.ConvTranspose2D{Channels: 1, Kernel: 28},
	}
	m, err := train.Run(t.Context(), goBackend(t), net, images, train.Options{Reconstruct: true, Epochs: 6, Optimizer: train.Adam{}, Rate: climbs{}, Validation: validation})
	if err != nil {
		t.Fatal(err)
	}
	best := slices.MinFunc(m.History, func(a, b train.Epoch) int { return int(math.Copysign(1, a.Validation.Loss-b.Validation.Loss)) })
	if !best.Best || best.Number == 6 || best.Number == 1 || m.History[5].Best {
		t.Errorf("history %+v: want the best epoch inside the run", m.History)
	}
	score, err := m.Evaluate(validation)
	if err != nil || score != best.Validation || score.Accuracy != 0 {
		t.Errorf("%+v, %v: want that of epoch %d, %+v", score, err, best.Number, best.Validation)
	}
	pictures, err := m.Reconstruct(validation)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for i, p := range pictures {
		for j, v := range p {
			d := float64(v) - float64(validation.Pixels[i*784+j])/255
			sum += d * d
		}
	}
	// Both add 39,200 numbers in float64, in another order.
	if mean := sum / float64(50*784); math.Abs(mean-score.Loss) > 1e-12 {
		t.Errorf("mean square %v, Evaluate says %v", mean, score.Loss)
	}
	path := filepath.Join(t.TempDir(), "w.safetensors")
	if err := m.WriteWeights(path); err != nil {
		t.Fatal(err)
	}
	again, err := train.ReadWeights(goBackend(t), net, m.In, 0, path)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Evaluate(validation); err != nil || got != score {
		t.Errorf("from the file: %+v, %v, want %+v", got, err, score)
	}
	if _, err := m.Predict(validation); err == nil || !strings.Contains(err.Error(), "no classes") {
		t.Errorf("Predict: %v", err)
	}
}

// climbs learns for four sixths of the run and then undoes it.
type climbs struct{}

func (climbs) String() string { return "climbs{}" }
func (climbs) Rate(step, steps int) float64 {
	if step < steps*4/6 {
		return 0.002
	}
	return -0.002
}

// TestReconstructResumes: a run in two parts gives the weights of one in one part,
// and is not taken for a classification.
func TestReconstructResumes(t *testing.T) {
	images := noise(30)
	folder := t.TempDir()
	o := train.Options{Reconstruct: true, Epochs: 1, Checkpoint: folder, Rate: train.Constant(0.1)}
	if _, err := train.Run(t.Context(), goBackend(t), tiny, images, o); err != nil {
		t.Fatal(err)
	}
	o.Epochs = 2
	two, err := train.Run(t.Context(), goBackend(t), tiny, images, o)
	if err != nil || len(two.History) != 2 {
		t.Fatalf("%v: want the second epoch", err)
	}
	o.Checkpoint = ""
	one, err := train.Run(t.Context(), goBackend(t), tiny, images, o)
	if err != nil {
		t.Fatal(err)
	}
	want := weightsOf(t, one)
	for path, got := range weightsOf(t, two) {
		if !bytes.Equal(got, want[path]) {
			t.Errorf("%s differs between one run and two parts", path)
		}
	}
	if !slices.Contains(train.Recipe(tiny, images, o), "Reconstruct: true") {
		t.Error("the recipe does not say that the network reconstructs")
	}
	labelled := *images
	labelled.Labels = make([]uint8, 30)
	_, err = train.Run(t.Context(), goBackend(t), tiny, &labelled, train.Options{Classes: 20, Epochs: 2, Checkpoint: folder, Rate: train.Constant(0.1)})
	if err == nil || !strings.Contains(err.Error(), "another run") {
		t.Errorf("%v: want a refusal", err)
	}
}

func TestReconstructRefuses(t *testing.T) {
	images := digits(t, 0, 20)
	classifier, err := train.Run(t.Context(), goBackend(t), small, images, train.Options{})
	if err != nil {
		t.Fatal(err)
	}
	run := func(net cnnlib.Layer, images *data.Images, o train.Options) error {
		_, err := train.Run(t.Context(), goBackend(t), net, images, o)
		return err
	}
	short := *images
	short.Pixels = short.Pixels[:100]
	_, reconstructs := classifier.Reconstruct(images)
	for want, err := range map[string]error{
		"must have the shape of the picture": run(small, images, train.Options{Reconstruct: true}),
		"Classes 10 and Smoothing 0":         run(tiny, images, train.Options{Reconstruct: true, Classes: 10}),
		"Smoothing 0.1":                      run(tiny, images, train.Options{Reconstruct: true, Smoothing: 0.1}),
		"100 pixel values":                   run(tiny, &short, train.Options{Reconstruct: true}),
		"gives 10 classes, not pictures":     reconstructs,
		"Classes is 1, want at least 2":      run(small, images, train.Options{Classes: 1}),
	} {
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: want one line with %q", err, want)
		}
	}
}
