package kernel

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// bytesInPipe asks how much a pipe holds; FIONREAD in the manual.
const bytesInPipe = unix.TIOCINQ

// dieWithParent lets a child be killed when the thread that started it dies.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

// adopt makes this process the parent of those below it whose own parent has ended.
func adopt() { unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// parents lists the processes of this machine with their parents. Those that have
// ended and wait to be asked for their status are left out.
func parents() map[int]int {
	list := map[int]int{}
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue // it has ended
		}
		// "pid (name) state parent …"; the name may hold anything.
		_, rest, _ := strings.Cut(string(stat[strings.LastIndexByte(string(stat), ')'):]), " ")
		var state string
		var parent int
		if _, err := fmt.Sscan(rest, &state, &parent); err == nil && state != "Z" && state != "X" {
			list[pid] = parent
		}
	}
	return list
}
