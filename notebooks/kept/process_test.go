//go:build unix

package kept

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnnbook/cnnlib/train"
	"cnnbook/internal/home"
	"cnnbook/internal/purego"
)

// childVariable makes this test binary train instead of running its tests.
const childVariable = "CNNBOOK_KEPT_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) == "" {
		os.Exit(m.Run())
	}
	if err := trainInChild(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// options of the children: slow is their sleep in every step.
func options(slow time.Duration) train.Options {
	return train.Options{Epochs: 3, Seed: 5, OnStep: func(p train.Progress) error {
		time.Sleep(slow)
		return nil
	}, OnEpoch: func(e train.Epoch) error { fmt.Println("epoch", e.Number); return nil }}
}

func trainInChild() error {
	backend := purego.Must()
	defer backend.Finalize()
	images, test, err := digits()
	if err != nil {
		return err
	}
	m, err := Train(context.Background(), backend, net, images, options(30*time.Millisecond), test)
	if err != nil {
		return err
	}
	l, err := m.Logits(test)
	fmt.Printf("logits %v\n", l)
	return err
}

func child(t *testing.T) (*exec.Cmd, *strings.Builder) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childVariable+"=1")
	out := new(strings.Builder)
	c.Stdout, c.Stderr = out, os.Stderr
	return c, out
}

func last(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	return lines[len(lines)-1]
}

// TestTwoAtOnce: of two programs that want the same network, one trains and the
// other waits for it.
func TestTwoAtOnce(t *testing.T) {
	t.Setenv(home.FolderEnv, t.TempDir())
	a, outA := child(t)
	b, outB := child(t)
	if err := a.Start(); err != nil {
		t.Fatal(err)
	}
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	if errA, errB := a.Wait(), b.Wait(); errA != nil || errB != nil {
		t.Fatalf("%v, %v\n%s\n%s", errA, errB, outA, outB)
	}
	both := outA.String() + outB.String()
	if strings.Count(both, "Trained in ") != 1 || strings.Count(both, "Kept network") != 1 || strings.Count(both, "waiting for it") != 1 || strings.Count(both, "epoch 3") != 1 {
		t.Errorf("they said\n%s\n%s", outA, outB)
	}
	if last(outA.String()) != last(outB.String()) {
		t.Error("they have different networks")
	}
}

// TestKill kills a program in the middle of its training: the next goes on from the
// last whole epoch, and the network is that of a run that was never disturbed.
func TestKill(t *testing.T) {
	t.Setenv(home.FolderEnv, t.TempDir())
	c, out := child(t)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	pattern := filepath.Join(os.Getenv(home.FolderEnv), "nets", "*", epochsDir, "*.safetensors")
	deadline := time.Now().Add(time.Minute)
	for {
		if saved, _ := filepath.Glob(pattern); len(saved) > 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("no epoch was saved within a minute: %s", out)
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait() // reports the kill
	if strings.Contains(out.String(), "Trained in ") {
		t.Fatal("the program had ended before it was killed")
	}
	next, outNext := child(t)
	if err := next.Run(); err != nil {
		t.Fatalf("%v\n%s", err, outNext)
	}
	if strings.Contains(outNext.String(), "epoch 1\n") || !strings.Contains(outNext.String(), "epoch 3\n") || !strings.Contains(outNext.String(), "Trained in ") {
		t.Errorf("the next program said\n%s", outNext)
	}
	t.Setenv(home.FolderEnv, t.TempDir())
	straight, outStraight := child(t)
	if err := straight.Run(); err != nil {
		t.Fatal(err)
	}
	if last(outNext.String()) != last(outStraight.String()) {
		t.Error("the network is not that of a run that was never disturbed")
	}
}
