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
	"cnnbook/internal/hugepages"
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
			return printMemory("status", "VmRSS:")
		}})
	if err != nil {
		return err
	}
	if err := printMemory("smaps_rollup", "AnonHugePages:"); err != nil {
		return err
	}
	return printMemory("status", "VmHWM:")
}

// printMemory prints a line of one of Linux's accounts of this process.
func printMemory(account, field string) error {
	status, err := os.ReadFile("/proc/self/" + account)
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
	child.Env = append(hugepages.Environ(), childVariable+"=train")
	child.Stderr = os.Stderr
	out, err := child.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("\n%s", out)
	var epochs []float64
	peak, huge := 0.0, 0.0
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
		switch words[0] {
		case "VmRSS:":
			epochs = append(epochs, kB/1e6)
		case "AnonHugePages:":
			huge = kB / 1e6
		default:
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
	// A batch of 100 takes some tens of megabytes at a time, and Go's own heap also
	// lies in huge pages if the system gives them to all ("always").
	if huge < 0.02 && hugePagesCanBeHad() {
		t.Errorf("%.3f GB lie in huge pages: want XLA's memory there", huge)
	}
}

// hugePagesCanBeHad says that Linux gives huge pages to those that ask, and that the C
// library is one that asks: GNU's from 2.35 on.
func hugePagesCanBeHad() bool {
	enabled, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled")
	if err != nil || strings.Contains(string(enabled), "[never]") {
		return false
	}
	library, err := exec.Command("getconf", "GNU_LIBC_VERSION").Output()
	var minor int
	if err == nil {
		_, err = fmt.Sscanf(string(library), "glibc 2.%d", &minor)
	}
	return err == nil && minor >= 35
}
