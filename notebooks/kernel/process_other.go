//go:build !linux

package kernel

import (
	"bufio"
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
)

// bytesInPipe asks how much a pipe holds; FIONREAD in the manual.
const bytesInPipe = 0x4004667f

// Only Linux has these two. Elsewhere the guard finds the processes below it while GoNB
// is alive, which is their parent.
func dieWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }
func adopt()                              {}

// parents lists the processes of this machine with their parents. Those that have
// ended and wait to be asked for their status are left out.
func parents() map[int]int {
	list := map[int]int{}
	out, _ := exec.Command("ps", "-A", "-o", "pid=,ppid=,state=").Output()
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		var pid, parent int
		var state string
		if _, err := fmt.Sscan(s.Text(), &pid, &parent, &state); err == nil && !strings.HasPrefix(state, "Z") {
			list[pid] = parent
		}
	}
	return list
}
