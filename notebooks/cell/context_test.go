//go:build unix

package cell

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

// childVariable makes this test binary train instead of running its tests.
const childVariable = "CNNBOOK_CELL_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) == "" {
		os.Exit(m.Run())
	}
	trainUntilStopped()
}

// trainUntilStopped waits in the middle of epoch 3 for the signal, and compares what
// it keeps with a run of 2 epochs.
func trainUntilStopped() {
	images := &data.Images{N: 40, H: 4, W: 4, C: 1, Pixels: make([]uint8, 40*16), Labels: make([]uint8, 40)}
	for i := range images.Pixels {
		images.Pixels[i] = uint8(i * i) // any pictures do
	}
	for i := range images.Labels {
		images.Labels[i] = uint8(i % 10)
	}
	backend := Must(compute.NewWithConfig("go"))
	net := cnnlib.Sequential{cnnlib.Flatten{}, cnnlib.Dense{Units: 10}}
	options := train.Options{Epochs: 5, OnStep: func(p train.Progress) error {
		if p.Step == 10 { // of 4 steps an epoch
			fmt.Println("ready")
			select {
			case <-Context().Done():
			case <-time.After(time.Minute):
				return errors.New("no signal came")
			}
		}
		return nil
	}}
	m := Kept(train.Run(Context(), backend, net, images, options))
	two := Must(train.Run(context.Background(), backend, net, images, train.Options{Epochs: 2}))
	same := reflect.DeepEqual(Must(m.Logits(images)), Must(two.Logits(images)))
	fmt.Printf("%d epochs, the network of the last: %t\n", len(m.History), same)
}

// TestInterruptKeepsTheLastEpoch: a program that is sent a signal in the middle of
// a training ends well, with the network of the last whole epoch.
func TestInterruptKeepsTheLastEpoch(t *testing.T) {
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childVariable+"=1")
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		var said []string
		for lines := bufio.NewScanner(out); lines.Scan(); {
			said = append(said, lines.Text())
			if lines.Text() == "ready" {
				if err := child.Process.Signal(sig); err != nil {
					t.Error(err)
				}
			}
		}
		if err := child.Wait(); err != nil {
			t.Errorf("%v: the program ended with %v", sig, err)
		}
		want := []string{"ready", "stopped by the reader: train: stopped in epoch 3: context canceled", "2 epochs, the network of the last: true"}
		if !reflect.DeepEqual(said, want) {
			t.Errorf("%v: the program said\n%s\nwant\n%s", sig, strings.Join(said, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestKept(t *testing.T) {
	// Nobody stopped this program, so a context that ended is an error like others.
	for _, err := range []error{errors.New("no"), fmt.Errorf("a task: %w", context.Canceled)} {
		if s := ended(t, func() { Kept(0, err) }); s != 1 {
			t.Errorf("Kept with %v ended the cell with %d, want 1", err, s)
		}
	}
	if s := ended(t, func() {
		if v := Kept(7, nil); v != 7 {
			t.Errorf("Kept(7, nil) = %d", v)
		}
	}); s != -1 {
		t.Errorf("Kept without an error ended the cell with %d", s)
	}
}

func ExampleContext() {
	select {
	case <-Context().Done():
		fmt.Println("the reader stopped the cell")
	case <-time.After(time.Millisecond):
		fmt.Println("nobody stopped the cell")
	}
	// Output: nobody stopped the cell
}

func ExampleKept() {
	fmt.Println(Kept("a network", Context().Err()))
	// Output: a network
}
