package jobs

import (
	"fmt"
	"os/exec"
	"runtime"

	"golang.org/x/sys/unix"
)

// binds says that processes can be bound to cores on this system.
const binds = true

// cores lists the cores that this process may use.
func cores() ([]int, error) {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return nil, fmt.Errorf("table: reading the cores of this process: %w", err)
	}
	var list []int
	for core := 0; len(list) < set.Count(); core++ {
		if set.IsSet(core) {
			list = append(list, core)
		}
	}
	return list, nil
}

// start starts a process that may use the given cores only, with all its threads: a new
// process has the cores of the thread that starts it.
func start(cmd *exec.Cmd, on []int) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before, set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return fmt.Errorf("table: reading the cores of this thread: %w", err)
	}
	for _, core := range on {
		set.Set(core)
	}
	if err := unix.SchedSetaffinity(0, &set); err != nil {
		return fmt.Errorf("table: binding a training to the cores %v: %w", on, err)
	}
	started := cmd.Start()
	if err := unix.SchedSetaffinity(0, &before); err != nil { // never seen: the set was that of this thread
		runtime.LockOSThread() // once more than unlocked: the thread ends with its goroutine
	}
	return started
}
