//go:build !linux

package jobs

import (
	"os/exec"
	"runtime"
)

// binds says that processes cannot be bound to cores here.
const binds = false

// cores lists as many numbers as there are cores.
func cores() ([]int, error) {
	list := make([]int, runtime.NumCPU())
	for i := range list {
		list[i] = i
	}
	return list, nil
}

func start(cmd *exec.Cmd, _ []int) error { return cmd.Start() }
