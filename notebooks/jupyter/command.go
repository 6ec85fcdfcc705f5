package jupyter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// command is a program whose output matters only where it fails.
type command struct {
	*exec.Cmd
	output bytes.Buffer
}

func (e Env) command(ctx context.Context, dir string, env []string, name string, args ...string) *command {
	c := &command{Cmd: exec.CommandContext(ctx, name, args...)}
	c.Dir = dir
	c.Env = e.Environ(env...)
	c.Stdout, c.Stderr = &c.output, &c.output
	// A child's children (pip's, the go command's) die with it.
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGTERM) }
	c.WaitDelay = 5 * time.Second
	return c
}

// run runs the program. Its error is one line: what failed, and the last line
// that the program itself called an error.
func (c *command) run(what string) error {
	err := c.Run()
	if err == nil {
		return nil
	}
	out := c.output.String()
	// pip and the go command report a full disk only in words.
	if strings.Contains(out, "No space left on device") || strings.Contains(out, "no space left on device") {
		return fmt.Errorf("setup: %s: %w", what, syscall.ENOSPC)
	}
	if line := errorLine(out); line != "" {
		return fmt.Errorf("setup: %s: %s", what, line)
	}
	return fmt.Errorf("setup: %s: %w", what, err)
}

// errorLine picks the line of a program's output that says most.
func errorLine(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		if l := strings.ToLower(lines[i]); strings.Contains(l, "error") || strings.Contains(l, "not ") || strings.Contains(l, "failed") {
			return strings.TrimSpace(lines[i])
		}
	}
	return strings.TrimSpace(lines[len(lines)-1])
}

// needSpace refuses to start what cannot end.
func (e Env) needSpace(megabytes uint64, what string) error {
	var fs unix.Statfs_t
	if err := unix.Statfs(e.Folder, &fs); err != nil {
		return nil // a file system that does not say
	}
	if free := fs.Bavail * uint64(fs.Bsize) >> 20; free < megabytes {
		return fmt.Errorf("setup: %s needs %d MB in %s, where %d MB are free: %w", what, megabytes, e.Folder, free, syscall.ENOSPC)
	}
	return nil
}

// describe adds the mend to errors of the file system.
func (e Env) describe(err error) error {
	mend := func(what string) error {
		return fmt.Errorf("%s (folder %s): free some space, or set CNNBOOK_HOME to a folder on another disk, then run `go run . setup` again", what, e.Folder)
	}
	var path *os.PathError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return mend(strings.TrimSuffix(err.Error(), ": "+syscall.ENOSPC.Error()) + ": the disk is full")
	case errors.As(err, &path) && (errors.Is(err, os.ErrPermission) || errors.Is(err, syscall.EROFS) || errors.Is(err, syscall.ENOTDIR)):
		return fmt.Errorf("setup: %s cannot be written (%v): make it writable, or set CNNBOOK_HOME to a folder that is", path.Path, path.Err)
	}
	return err
}
