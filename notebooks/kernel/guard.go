package kernel

import (
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"syscall"
	"time"
)

// The guard runs GoNB, and waits for the end of the kernel or of GoNB. Then it ends all
// processes below it: GoNB, its gopls (which has a process group of its own, and which
// GoNB ends only when it is asked to stop), the go command, the reader's program.
//
// It learns of the kernel's end through its standard input, a pipe whose other end only
// the kernel holds: however the kernel ends, the pipe ends with it. It has a session of
// its own, so that what kills the kernel's process group does not kill it. On Linux it
// adopts what loses its parent. If the guard is killed, the kernel does the same work
// ([guarded.end]).

// Guard runs a program until it or our standard input ends, leaves nothing of it behind,
// neither a process nor the folder, and returns its exit status. It must be called by
// the main goroutine, locked to its thread.
func Guard(folder string, program []string) int {
	adopt()
	signal.Ignore(syscall.SIGINT, syscall.SIGHUP)
	attr := dieWithParent()
	attr.Setpgid = true
	nothing, err := os.Open(os.DevNull)
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		return 1
	}
	p, err := os.StartProcess(program[0], program, &os.ProcAttr{Files: []*os.File{nothing, os.Stdout, os.Stderr}, Sys: attr})
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		return 1
	}
	ended := make(chan int, 2)
	go func() {
		io.Copy(io.Discard, os.Stdin)
		ended <- 0
	}()
	go func() {
		for {
			var ws syscall.WaitStatus
			pid, err := syscall.Wait4(-1, &ws, 0, nil) // also those that were adopted
			if err == syscall.EINTR {
				continue
			}
			if err != nil || pid == p.Pid {
				ended <- ws.ExitStatus()
				return
			}
		}
	}()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	status := 0
	select {
	case status = <-ended:
	case <-stop:
	}
	endAllBelow()
	os.RemoveAll(folder)
	// Some systems' first process asks none for its status.
	for range 100 {
		if _, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); err == syscall.ECHILD {
			break
		}
		time.Sleep(2 * time.Millisecond)
	}
	return status
}

// guarded is the guard as the kernel sees it.
type guarded struct {
	cmd   *exec.Cmd
	pipe  io.Closer
	ended chan struct{}
}

// startGuard starts a guard, which starts a program in an environment.
func startGuard(self, folder string, env []string, program ...string) (*guarded, error) {
	adopt()
	g := &guarded{cmd: exec.Command(self, append([]string{"guard", folder}, program...)...), ended: make(chan struct{})}
	g.cmd.Env = env
	g.cmd.Stdout, g.cmd.Stderr = os.Stdout, os.Stderr
	g.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	var err error
	if g.pipe, err = g.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := g.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		g.cmd.Wait()
		close(g.ended)
	}()
	return g, nil
}

// end ends the guard and all below it.
func (g *guarded) end() {
	g.pipe.Close()
	select {
	case <-g.ended:
	case <-time.After(5 * time.Second):
	}
	endAllBelow()
}

// endAllBelow kills the processes below this one until there are none: one that is
// killed cannot start another, but may just have done so.
func endAllBelow() {
	for range 500 {
		list := below(os.Getpid())
		if len(list) == 0 {
			return
		}
		for _, pid := range list {
			syscall.Kill(pid, syscall.SIGKILL)
		}
		for { // those that were adopted
			var ws syscall.WaitStatus
			if pid, err := syscall.Wait4(-1, &ws, syscall.WNOHANG, nil); pid <= 0 || err != nil {
				break
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// below lists the processes that descend from one.
func below(pid int) []int {
	all := parents()
	var list []int
	for p := range all {
		seen := []int{}
		for q := p; q != pid && q > 1 && !slices.Contains(seen, q); q = all[q] {
			seen = append(seen, q)
			if all[q] == pid {
				list = append(list, p)
			}
		}
	}
	return list
}
