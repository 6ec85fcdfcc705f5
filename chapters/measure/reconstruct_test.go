package measure_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/measure"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
	"cnnbook/internal/purego"
)

// autoencoder makes 4 numbers of a digit, and a digit of them.
func autoencoder(name string, rate float64, measures ...chapters.MeasurePictures) chapters.Arm {
	net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 4, Kernel: 28}, cnnlib.ConvTranspose2D{Channels: 1, Kernel: 28}}
	a := chapters.Reconstruct(name, net, chapters.MNIST(200, 0).MeasuredOn(30),
		train.Options{Epochs: 2, Optimizer: train.Adam{}, Rate: train.Constant(rate)}, measures...)
	a.Keep = true
	return a
}

// pictureCount measures how many pictures a measure is given.
func pictureCount(_ compute.Backend, _ *train.Model, test *data.Images) (map[string]float64, error) {
	return map[string]float64{"pictures": float64(test.N)}, nil
}

func TestReconstruct(t *testing.T) {
	backend, folder := purego.Open(t), t.TempDir()
	arm := autoencoder("a", 0.003, pictureCount)
	if !strings.Contains(arm.Recipe, "\nReconstruct: true\n") || !strings.HasSuffix(arm.Recipe, "\nmeasured on the first 30 test pictures") {
		t.Errorf("the recipe is\n%s", arm.Recipe)
	}
	e := experiment(arm)
	if err := measure.Run(t.Context(), backend, []chapters.Experiment{e}, measure.Options{Folder: folder, Seeds: 1}); err != nil {
		t.Fatal(err)
	}
	m, err := chapters.ReadMeasured(os.DirFS(folder), e.ID)
	if err != nil {
		t.Fatal(err)
	}
	trial := m.Trials[0]
	if len(trial.Losses) != chapters.FirstLosses || !strings.HasPrefix(trial.Digest, "trained on 200 of ") || !strings.Contains(trial.Digest, "; measured on 30 of ") {
		t.Errorf("%d losses, %s", len(trial.Losses), trial.Digest)
	}
	v := trial.Values
	if v["pictures before"] != 30 || v["pictures after"] != 30 || !(v["loss after"] < v["loss before"]) || len(v) != 4 {
		t.Errorf("the values are %v", v)
	}
	if err := measure.Verify(t.Context(), backend, e, arm, os.DirFS(folder), chapters.FirstLosses); err != nil {
		t.Error(err)
	}
	if err := measure.Verify(t.Context(), backend, e, autoencoder("a", 0.004), os.DirFS(folder), chapters.FirstLosses); err == nil {
		t.Error("another learning rate was not seen")
	}
	net, err := e.Trained(backend, os.DirFS(folder), "a")
	if err != nil {
		t.Fatal(err)
	}
	if net.Classes != 0 {
		t.Errorf("the kept network has %d classes, want 0: it reconstructs", net.Classes)
	}

	// A loss that is off by a thousandth is not that of the kept weights.
	v["loss after"] *= 1.001
	content, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, e.ID+".json"), content, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := measure.Verify(t.Context(), backend, e, arm, os.DirFS(folder), 0); err == nil || !strings.Contains(err.Error(), "have the loss") {
		t.Errorf("another loss: %v", err)
	}
}

// TestReconstructStartsFromTheSeed: what is measured before training are the weights of the
// first step: their loss on the first batch is the first loss of the training.
func TestReconstructStartsFromTheSeed(t *testing.T) {
	net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 4, Kernel: 28}, cnnlib.ConvTranspose2D{Channels: 1, Kernel: 28}}
	batch := chapters.MNIST(10, 0)
	load := batch.Load
	batch.Load = func() (training, validation, test *data.Images, err error) {
		training, _, _, err = load()
		return training, nil, training, err // one batch, on which the network is measured too
	}
	for _, perCall := range []int{1, 2} {
		arm := chapters.Reconstruct("a", net, batch, train.Options{Epochs: 3, StepsPerCall: perCall})
		trial, err := arm.Run(t.Context(), purego.Open(t), 7, 0)
		if err != nil {
			t.Fatal(err)
		}
		// 784 products in float32, as measure.Verify says.
		if got, want := trial.Values["loss before"], trial.Losses[0]; !(got > want*(1-1e-4) && got < want*(1+1e-4)) {
			t.Errorf("%d steps a call: loss before %v, of the first step %v", perCall, got, want)
		}
	}
}

// TestReconstructRefusesTwins: two measures of one name are an error, not one value.
func TestReconstructRefusesTwins(t *testing.T) {
	_, err := autoencoder("a", 0.003, pictureCount, pictureCount).Run(t.Context(), purego.Open(t), 1, 0)
	if err == nil || !strings.Contains(err.Error(), `"pictures before" is measured twice`) {
		t.Errorf("the same value twice: %v", err)
	}
}
