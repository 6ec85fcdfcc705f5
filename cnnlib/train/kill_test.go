//go:build unix

package train_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"cnnbook/cnnlib/checkpoint"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

// childVariable makes this test binary train in the folder that it names, instead
// of running its tests.
const childVariable = "CNNBOOK_TRAIN_TEST_CHILD"

func TestMain(m *testing.M) {
	folder := os.Getenv(childVariable)
	if folder == "" {
		os.Exit(m.Run())
	}
	if _, err := longRun(folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// longRun trains for seconds: many epochs of a few steps, with everything that has
// a state of its own. The pictures are noise; learning does not matter here.
func longRun(folder string) (*train.Model, error) {
	backend, err := openGo()
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(1, 2)) // any fixed seed
	images := &data.Images{N: 40, H: 28, W: 28, C: 1, Pixels: make([]uint8, 40*28*28), Labels: make([]uint8, 40)}
	for i := range images.Pixels {
		images.Pixels[i] = uint8(random.Uint32())
	}
	for i := range images.Labels {
		images.Labels[i] = uint8(i % 10)
	}
	return train.Run(context.Background(), backend, withDropout, images, train.Options{
		Epochs: 300, Seed: 11, Rate: train.OneCycle{Peak: 0.01}, Optimizer: train.Adam{Decay: 0.01}, Average: 0.99,
		Augment: train.Augment{Shift: 1, Flip: true}, Validation: images, Checkpoint: folder,
	})
}

// A run that is killed 20 times at random moments ends with the weights, bit for
// bit, of one that was never interrupted.
func TestKilledRunsResumeExactly(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "run")
	const kills = 20
	for kill := range uint64(kills) {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childVariable+"="+folder)
		child.Stderr = os.Stderr
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		// From before the first step to many epochs on; the moments are seeded, what
		// the program is doing then is not.
		time.Sleep(time.Duration(20+rand.New(rand.NewPCG(kill, 0)).IntN(180)) * time.Millisecond)
		if err := child.Process.Kill(); err != nil {
			t.Fatalf("kill %d: %v: the run had ended, it is too short for this test", kill, err)
		}
		if err := child.Wait(); err == nil {
			t.Fatalf("kill %d came too late: the run is too short for this test", kill)
		}
	}
	state, _, _, err := checkpoint.Latest(folder)
	if err != nil || state.Epoch < 5 || state.Epoch >= 300 { // otherwise there was nothing to take up
		t.Fatalf("epoch %d, %v: want a run under way", state.Epoch, err)
	}
	t.Logf("killed %d times up to epoch %d of 300", kills, state.Epoch)
	got, err := longRun(folder)
	if err != nil {
		t.Fatal(err)
	}
	want, err := longRun("")
	if err != nil {
		t.Fatal(err)
	}
	sameWeights(t, got, want)
	if paths := slices.Collect(maps.Keys(weightsOf(t, got))); len(paths) != 4 {
		t.Errorf("compared %v, want weights and biases of two layers", paths)
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) > 3 { // two checkpoints and the lock
		t.Errorf("%v, %v: want two checkpoints and a lock", left, err)
	}
}
