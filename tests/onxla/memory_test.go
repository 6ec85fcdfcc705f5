package onxla

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/nets"
	"cnnbook/cnnlib/train"
	"cnnbook/xla"
)

// childVariable makes the binary of this package train instead of test, so that the
// memory of a training is that of a process which does nothing else.
const childVariable = "CNNBOOK_TESTS_CHILD"

// trainInChild trains the network of section 5.23 (4) on the 50,000 digits and prints
// the memory in use after each epoch, and the peak, in kB.
func trainInChild() error {
	engine, err := xla.Open(context.Background(), "xla:cpu")
	if err != nil {
		return err
	}
	defer engine.Close()
	digits, validation, _, err := data.MNISTSplit()
	if err != nil {
		return err
	}
	net, err := nets.ByName("conv2")
	if err != nil {
		return err
	}
	_, err = train.Run(context.Background(), engine.Backend, net.Net, digits, train.Options{
		Epochs: 4, Batch: 100, Optimizer: train.SGD{Momentum: 0.9}, Validation: validation,
		OnEpoch: func(e train.Epoch) error {
			fmt.Printf("loss %.3f accuracy %.4f\n", e.Loss, e.Validation.Accuracy)
			return printMemory("VmRSS:")
		}})
	if err != nil {
		return err
	}
	return printMemory("VmHWM:")
}

// printMemory prints a line of Linux's account of this process.
func printMemory(field string) error {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	for _, line := range strings.Split(string(status), "\n") {
		if strings.HasPrefix(line, field) {
			fmt.Println(line)
		}
	}
	return nil
}

// TestTrainingMemory: a training run on MNIST stays under 1.5 GB, and its memory
// does not grow from epoch to epoch.
func TestTrainingMemory(t *testing.T) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("only Linux tells the memory of a process in /proc")
	}
	openXLA(t) // the child needs the plugin; here its absence is a clear line
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childVariable+"=train")
	child.Stderr = os.Stderr
	out, err := child.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("\n%s", out)
	var epochs []float64
	peak := 0.0
	lines := bufio.NewScanner(strings.NewReader(string(out)))
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) != 3 || words[2] != "kB" {
			continue
		}
		kB, err := strconv.ParseFloat(words[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		if words[0] == "VmRSS:" {
			epochs = append(epochs, kB/1e6)
		} else {
			peak = kB / 1e6
		}
	}
	if len(epochs) != 4 || peak == 0 || peak > 1.5 {
		t.Errorf("%d epochs, peak %.2f GB: want 4 and at most 1.5 GB", len(epochs), peak)
	}
	// The first epoch is warm-up. A leak of one batch of activations a step would be
	// 500 · 100 · 18,000 numbers · 4 bytes = 3.6 GB an epoch. A tenth leaves room for
	// the moments of the garbage collector: a heap may double before it is swept, and
	// Go's part of the process is about a third.
	if len(epochs) == 4 && epochs[3] > 1.1*epochs[1] {
		t.Errorf("%v GB after the epochs: it grows", epochs)
	}
}
