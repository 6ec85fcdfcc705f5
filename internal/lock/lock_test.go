package lock_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"cnnbook/internal/lock"
)

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	other := flock.New(filepath.Join(dir, lock.Name)) // stands for another process
	if err := other.Lock(); err != nil {
		t.Fatal(err)
	}
	said := 0
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := lock.Folder(ctx, dir, func() { said++ }); !errors.Is(err, context.DeadlineExceeded) || said != 1 {
		t.Errorf("while another has the lock: %v, told %d times", err, said)
	}
	release := func() { said++; other.Unlock() }
	unlock, err := lock.Folder(t.Context(), dir, release)
	if err != nil || said != 2 {
		t.Fatalf("after the other let go: %v, told %d times", err, said)
	}
	if ok, err := other.TryLock(); ok || err != nil {
		t.Errorf("two have the lock (%v)", err)
	}
	unlock()
	if ok, err := other.TryLock(); !ok || err != nil {
		t.Errorf("the lock was not released (%v)", err)
	}
	other.Unlock()
	if _, err := lock.Folder(t.Context(), filepath.Join(dir, "missing"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// TestFileLetsOneIn: of many at once, none sees another one inside, and none is left out.
func TestFileLetsOneIn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.lock")
	var inside, entered atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			unlock, err := lock.File(t.Context(), path, nil)
			if err != nil {
				t.Error(err)
				return
			}
			defer unlock()
			if n := inside.Add(1); n != 1 {
				t.Errorf("%d are inside at once", n)
			}
			time.Sleep(2 * time.Millisecond)
			inside.Add(-1)
			entered.Add(1)
		})
	}
	all.Wait()
	if n := entered.Load(); n != 8 {
		t.Errorf("%d got the lock, want 8", n)
	}
}

// TestAFreeLockIsNotWaitedFor: even an ended context gets a free lock, and nobody is told to
// wait; what is done under the lock looks at the context itself.
func TestAFreeLockIsNotWaitedFor(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	unlock, err := lock.Folder(ctx, t.TempDir(), func() { t.Error("it waits for nobody") })
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

// TestTry: a free lock is taken, a taken one is left at once, and both without an error.
func TestTry(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.lock")
	unlock, err := lock.Try(path)
	if err != nil || unlock == nil {
		t.Fatalf("a free lock: %v", err)
	}
	if second, err := lock.Try(path); err != nil || second != nil {
		t.Errorf("a taken lock: %v, taken again: %t", err, second != nil)
	}
	unlock()
	again, err := lock.Try(path)
	if err != nil || again == nil {
		t.Fatalf("a lock that was let go: %v", err)
	}
	again()
	if _, err := lock.Try(filepath.Join(path, "no folder", "a.lock")); err == nil {
		t.Error("a lock in a folder that cannot be")
	}
}

func ExampleFolder() {
	dir, err := os.MkdirTemp("", "shared")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	unlock, err := lock.Folder(context.Background(), dir, func() { fmt.Println("another process is at work; waiting") })
	if err != nil {
		fmt.Println(err)
		return
	}
	defer unlock()
	fmt.Println("this process alone changes the folder")
	// Output: this process alone changes the folder
}
