//go:build unix

package checkpoint

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// childVariable names what this test binary does in place of its tests.
const childVariable = "CNNBOOK_CHECKPOINT_TEST_CHILD"

var children = map[string]func() error{
	"save forever":  saveForever,
	"disk is full":  saveOnFullDisk,
	"no permission": saveWithoutPermission,
}

func TestMain(m *testing.M) {
	child := os.Getenv(childVariable)
	if child == "" {
		os.Exit(m.Run())
	}
	if err := children[child](); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// command prepares a child that works in dir.
func command(dir, child string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Dir = dir
	c.Env = append(os.Environ(), childVariable+"="+child)
	c.Stderr = os.Stderr
	return c
}

// run is a state whose every number is its step; 256 kB take long enough to write
// that some kills fall into it.
func run(step int64) State {
	weights := make([]float32, 1<<16)
	for i := range weights {
		weights[i] = float32(step)
	}
	return State{Step: step, Tensors: []Tensor{
		{"optimizer/step", []int{1}, []int64{step}},
		{"weights", []int{1 << 8, 1 << 8}, weights},
	}}
}

// saveForever goes on from the latest checkpoint and prints each step once it is
// saved.
func saveForever() error {
	f, err := Open(".", 3)
	if err != nil {
		return err
	}
	s, _, _, _ := f.Latest() // none: begins at 0
	for step := s.Step + 1; ; step++ {
		if _, err := f.Save(run(step)); err != nil {
			return err
		}
		fmt.Println(step)
	}
}

// TestKill kills a program that saves all the time. Whatever it was doing, the
// step it has last reported, or a later one, is there and whole, the lock is
// free, and nothing half-written stays.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	const attempts = 20
	halfWritten, before := 0, int64(0)
	for attempt := range uint64(attempts) {
		random := rand.New(rand.NewPCG(attempt, 0))
		c := command(dir, "save forever")
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(out)
		first, err := lines.ReadString('\n') // it has saved once
		if err != nil {
			t.Fatalf("attempt %d: the child printed %q, %v", attempt, first, err)
		}
		time.Sleep(time.Duration(random.Int64N(int64(20 * time.Millisecond)))) // some saves long
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		rest, err := io.ReadAll(lines)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.Wait() // reports the kill
		reported := strings.Fields(first + string(rest))
		last, err := strconv.ParseInt(reported[len(reported)-1], 10, 64)
		if err != nil {
			t.Fatalf("attempt %d: the child printed %q", attempt, reported)
		}

		left, err := filepath.Glob(filepath.Join(dir, ".step-*"))
		if err != nil {
			t.Fatal(err)
		}
		halfWritten += len(left)
		f, err := Open(dir, 3)
		if err != nil {
			t.Fatalf("attempt %d: %v", attempt, err)
		}
		s, _, skipped, err := f.Latest()
		if err != nil || len(skipped) > 0 {
			t.Fatalf("attempt %d: %v, skipped %v", attempt, err, skipped)
		}
		if s.Step < last || s.Step > last+1 || s.Step <= before {
			t.Errorf("attempt %d: the latest is step %d, want %d or the one after it, and more than %d", attempt, s.Step, last, before)
		}
		before = s.Step
		checkRun(t, s)
		entries, err := os.ReadDir(dir)
		// The 3 to keep, one that is saved while an old one is not yet removed, the lock.
		if most := 3 + 1 + 1; err != nil || len(entries) > most {
			t.Errorf("attempt %d: the folder holds %v, %v, want at most %d", attempt, entries, err, most)
		}
		for _, e := range entries {
			if _, ok := stepOf(e.Name()); !ok && e.Name() != lockName {
				t.Errorf("attempt %d: %s is left", attempt, e.Name())
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d of %d kills left a half-written file; last step %d", halfWritten, attempts, before)
}

func checkRun(t *testing.T, s State) {
	t.Helper()
	want := run(s.Step)
	if len(s.Tensors) != len(want.Tensors) {
		t.Fatalf("step %d has %d tensors, want %d", s.Step, len(s.Tensors), len(want.Tensors))
	}
	for i, got := range s.Tensors {
		if fmt.Sprint(got) != fmt.Sprint(want.Tensors[i]) {
			t.Fatalf("tensor %q of step %d is not that of the step", got.Name, s.Step)
		}
	}
}

// TestLockOfAnotherProcess: refused while the other runs, free once it is killed.
func TestLockOfAnotherProcess(t *testing.T) {
	dir := t.TempDir()
	c := command(dir, "save forever")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	_, err = Open(dir, 0)
	checkLine(t, err, "in use: another run saves its checkpoints here")
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait() // reports the kill
	open(t, dir, 0)
}

// failure runs a child that saves step 1, then fails to save step 2 and prints
// its error.
func failure(t *testing.T, dir, child, want string) {
	t.Helper()
	out, err := command(dir, child).Output()
	if err != nil {
		t.Fatalf("the child failed: %v: %s", err, out)
	}
	line := strings.TrimSuffix(string(out), "\n")
	if strings.Contains(line, "\n") || !strings.HasPrefix(line, "checkpoint: ") ||
		!strings.Contains(line, want+": not saved, earlier checkpoints are untouched; the folder must have room and be writable for this user") {
		t.Errorf("the child printed %q, want one line with %q", line, want)
	}
	checkSteps(t, dir, 1)
	s, _, skipped, err := Latest(dir)
	if err != nil || len(skipped) > 0 {
		t.Fatalf("%v, skipped %v", err, skipped)
	}
	checkRun(t, s)
}

// saveTwice saves, breaks something, and reports why the second Save failed.
func saveTwice(breakIt func() error) error {
	f, err := Open(".", 0)
	if err != nil {
		return err
	}
	if _, err := f.Save(run(1)); err != nil {
		return err
	}
	if err := breakIt(); err != nil {
		return err
	}
	_, err = f.Save(run(2))
	if err == nil {
		return fmt.Errorf("step 2 was saved")
	}
	fmt.Println(err)
	return nil
}

// TestDiskFull stops the writing in the middle of the file. A limit on the size of
// files does it without a disk of its own.
func TestDiskFull(t *testing.T) {
	failure(t, t.TempDir(), "disk is full", syscall.EFBIG.Error())
}

func saveOnFullDisk() error {
	return saveTwice(func() error {
		signal.Ignore(syscall.SIGXFSZ) // which would end the process before the write returns its error
		const most = 100 << 10         // less than the 256 kB of the tensors, more than the header
		return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: most, Max: most})
	})
}

func TestNoPermission(t *testing.T) {
	dir := t.TempDir()
	t.Cleanup(func() { os.Chmod(dir, 0o755) }) // so that TempDir can remove it
	failure(t, dir, "no permission", syscall.EACCES.Error())
}

func saveWithoutPermission() error {
	return saveTwice(func() error {
		if err := os.Chmod(".", 0o555); err != nil {
			return err
		}
		if os.Getuid() != 0 {
			return nil
		}
		return syscall.Setuid(65534) // root may write anywhere: become nobody
	})
}
