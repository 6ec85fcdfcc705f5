package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A process is a contestant's, or one of its two.
type process struct {
	ready
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	stderr bytes.Buffer
	what   string
	once   sync.Once
	ended  error
}

// start runs a program and waits until it is ready. core, unless -1, is the only one
// that it may use. The program ends with ctx, together with its children.
func start(ctx context.Context, what string, core int, env []string, argv ...string) (*process, error) {
	p := &process{what: what, cmd: exec.CommandContext(ctx, argv[0], argv[1:]...)}
	p.cmd.Env = env
	p.cmd.Stderr = &p.stderr
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.cmd.Cancel = func() error { return syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) }
	p.cmd.WaitDelay = 5 * time.Second
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	p.out = bufio.NewReader(out)
	if err := pinned(core, p.cmd.Start); err != nil {
		return nil, fmt.Errorf("bench: %s does not start: %w", what, err)
	}
	if err := p.read(ctx, &p.ready); err != nil {
		return nil, err
	}
	if len(p.Ways) == 0 {
		p.close()
		return nil, fmt.Errorf("bench: %s names no way to work: want at least one in its first line", what)
	}
	return p, nil
}

// ask has the process run, and returns what it did.
func (p *process) ask(ctx context.Context, r request) (s sample, err error) {
	if err := json.NewEncoder(p.in).Encode(r); err != nil {
		return s, p.failed(ctx, err)
	}
	if err := p.read(ctx, &s); err != nil {
		return s, err
	}
	if s.Steps <= 0 || s.Images <= 0 || !(s.Seconds > 0) {
		return s, fmt.Errorf("bench: %s reports %+v: want steps, pictures and seconds above 0", p.what, s)
	}
	return s, nil
}

func (p *process) read(ctx context.Context, v any) error {
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return p.failed(ctx, err)
	}
	if err := json.Unmarshal(line, v); err != nil {
		p.close()
		return fmt.Errorf("bench: %s says %q, want one JSON object a line: %w", p.what, bytes.TrimSpace(line), err)
	}
	return nil
}

// failed ends the process and returns what it said last.
func (p *process) failed(ctx context.Context, cause error) error {
	err := p.close()
	if ctx.Err() != nil {
		return fmt.Errorf("bench: stopped: %w", ctx.Err())
	}
	said := strings.TrimSpace(p.stderr.String())
	if i := strings.LastIndexByte(said, '\n'); i >= 0 {
		said = said[i+1:]
	}
	switch {
	case said != "":
		return fmt.Errorf("bench: %s: %s", p.what, said)
	case err != nil:
		return fmt.Errorf("bench: %s ended: %w", p.what, err)
	}
	return fmt.Errorf("bench: %s ended: %w", p.what, cause)
}

// close ends the process. It may be called again: two ways can share a process.
func (p *process) close() error {
	p.once.Do(func() {
		p.in.Close()
		ended := make(chan error, 1)
		go func() { ended <- p.cmd.Wait() }()
		select {
		case p.ended = <-ended:
		case <-time.After(5 * time.Second): // it does not read its input
			p.ended = errors.Join(p.cmd.Cancel(), <-ended)
		}
	})
	return p.ended
}
