package kernel

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// GoNB starts the program of a cell as TempDir/gonb_XXXXXXXX. The kernel's go command
// (goShim in package jupyter) builds it under another name, and puts a link to the
// kernel's program in its place: so GoNB starts a cell process, which starts the
// reader's program. What that gains:
//
//   - characters stay whole: GoNB cuts the output into pieces of 32 KB wherever they
//     end, and the halves of a character are lost;
//   - the lines of a stack of calls stay whole too, and GoNB finds the reader's in them;
//   - too much output is dropped here, before it costs anything;
//   - the reader's program ends with the cell process, whoever ends that.

// programSuffix is what the go command adds to the name of the reader's program.
const programSuffix = ".cell"

// killAfter is how long an interrupted program may take: less than the 5 s after which
// GoNB kills what it started.
const killAfter = 4500 * time.Millisecond

// IsCell reports whether the program was started in the place of a cell's.
func IsCell(arg0 string) bool {
	return strings.HasPrefix(filepath.Base(arg0), "gonb_")
}

// RunCell runs the reader's program and returns its exit status. It must be called by
// the main goroutine, locked to its thread, on whose death the program is killed.
func RunCell(arg0 string, args []string) int {
	r := runner{streams: []*stream{{to: os.Stdout}, {to: os.Stderr, whole: wholeFrames}}}
	return r.status(exec.Command(arg0+programSuffix, args...))
}

// status runs a program and returns its exit status, or dies by its signal.
func (r *runner) status(program *exec.Cmd) int {
	program.Stdin = os.Stdin
	status, err := r.run(program)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if status.Signaled() {
		return dieLike(status.Signal())
	}
	return status.ExitStatus()
}

// dieLike ends the process by the signal that ended the program: GoNB tells the reader.
func dieLike(s syscall.Signal) int {
	switch s {
	case syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGKILL:
		signal.Reset(s)
		syscall.Kill(os.Getpid(), s)
		time.Sleep(time.Second)
	}
	// Go's own handler would print a stack of calls for the others.
	fmt.Fprintf(os.Stderr, "signal: %v\n", s)
	return 128 + int(s)
}

// stream is the standard output or error of the program.
type stream struct {
	from  int // a file descriptor: os.File would make it block
	to    *os.File
	whole func([]byte) int // how much of a piece may be sent before its end is known
	held  []byte
	limit budget
	sent  time.Time // when something was sent last
	ended bool
}

type runner struct {
	streams  []*stream
	displays int      // from the program: pictures, in gonbui's own code; -1 if there are none
	gonb     *os.File // to GoNB, which reads them
	folder   string
	pace     pace
	wake     int  // readable when the program has ended
	group    bool // the program gets a process group, which gets the signals
	dead     bool
}

func (r *runner) run(program *exec.Cmd) (ws syscall.WaitStatus, err error) {
	var inherited []*os.File
	for _, s := range r.streams {
		s.limit.max = maxText
		read, write, err := pipe()
		if err != nil {
			return ws, err
		}
		s.from = read
		inherited = append(inherited, write)
	}
	program.Stdout, program.Stderr = inherited[0], inherited[1]
	program.SysProcAttr = dieWithParent()
	program.SysProcAttr.Setpgid = r.group
	program.Env = os.Environ()
	wake, end, err := pipe()
	if err != nil {
		return ws, err
	}
	r.wake = wake
	if err := r.relayDisplays(program); err != nil {
		return ws, err
	}
	defer os.RemoveAll(r.folder)
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	if err := program.Start(); err != nil {
		return ws, err
	}
	for _, f := range inherited {
		f.Close()
	}
	go func() {
		for s := range signals {
			pid := program.Process.Pid
			if r.group {
				pid = -pid
			}
			syscall.Kill(pid, s.(syscall.Signal))
			time.AfterFunc(killAfter, func() { syscall.Kill(pid, syscall.SIGKILL) })
		}
	}()
	go func() {
		program.Wait()
		end.Close()
	}()
	r.copy()
	return program.ProcessState.Sys().(syscall.WaitStatus), nil
}

// pipe is os.Pipe with an end for reading that never waits.
func pipe() (read int, write *os.File, err error) {
	var fds [2]int
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := syscall.Pipe(fds[:]); err != nil {
		return 0, nil, err
	}
	syscall.CloseOnExec(fds[0])
	syscall.CloseOnExec(fds[1])
	syscall.SetNonblock(fds[0], true)
	return fds[0], os.NewFile(uintptr(fds[1]), "pipe"), nil
}

// relayDisplays puts a pipe of ours in the place of the one through which the program
// sends its pictures. They have to take the same way as the text: else a picture would
// overtake the line that was printed before it.
func (r *runner) relayDisplays(program *exec.Cmd) error {
	r.displays = -1
	if os.Getenv("GONB_PIPE") == "" {
		return nil
	}
	var err error
	if r.folder, err = os.MkdirTemp("", "cell-"); err != nil {
		return err
	}
	path := filepath.Join(r.folder, "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		return err
	}
	// Opened for writing too: so opening does not wait, and reading never meets an end.
	if r.displays, err = syscall.Open(path, syscall.O_RDWR|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0); err != nil {
		return err
	}
	program.Env = append(program.Env, "GONB_PIPE="+path)
	return nil
}

// copy hands on what the program writes, until it has ended and all is read. One loop
// does it all, because the order matters.
func (r *runner) copy() {
	const text = 2 // streams come first in the list
	buffer := make([]byte, 2*pieceSize)
	for {
		fds := make([]unix.PollFd, 0, text+2)
		add := func(fd int, want bool) {
			if !want {
				fd = -1 // is left out
			}
			fds = append(fds, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
		}
		timeout := -1
		for _, s := range r.streams {
			if !s.ended && r.mayFlush(s) > 0 { // the text has to wait
				timeout = 5
			}
			add(s.from, !s.ended && len(s.held) < pieceSize)
		}
		add(r.displays, true)
		add(r.wake, !r.dead)
		if r.dead && r.streams[0].ended && r.streams[1].ended {
			timeout = 0 // a last look for pictures
		}
		n, err := unix.Poll(fds, timeout)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return
		}
		if fds[text+1].Revents != 0 {
			r.dead = true
		}
		dropped := false
		for _, s := range r.streams {
			dropped = r.read(s, buffer) || dropped
		}
		if fds[text].Revents != 0 {
			before := false
			for _, s := range r.streams {
				s.flush(false)
				before = before || time.Since(s.sent) < publishing
			}
			if before {
				for _, s := range r.streams {
					taken(s.to)
				}
				time.Sleep(publishing)
			}
			r.display(buffer)
		}
		if n == 0 && r.dead && r.streams[0].ended && r.streams[1].ended {
			return
		}
		if dropped {
			time.Sleep(2 * time.Millisecond) // 32 MB/s: the processor is left to the page
		}
	}
}

// mayFlush sends what a stream holds, or says how long that has to wait.
func (r *runner) mayFlush(s *stream) time.Duration {
	if len(s.ready()) == 0 {
		return 0
	}
	d := r.pace.wait(time.Now())
	if d == 0 {
		s.flush(false)
	}
	return d
}

// read takes what a stream has to give. It reports whether it was dropped.
func (r *runner) read(s *stream, buffer []byte) (dropped bool) {
	for !s.ended && len(s.held) < pieceSize {
		n, err := unix.Read(s.from, buffer[:pieceSize])
		switch {
		case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.EINTR):
			return false
		case err != nil || n == 0:
			s.ended = true
			s.flush(true)
			s.to.WriteString(s.limit.end())
			return false
		}
		if s.limit.cut > 0 {
			s.limit.cut += n
			return true
		}
		s.held = append(s.held, buffer[:n]...)
	}
	return false
}

func (s *stream) ready() []byte {
	n := wholeCharacters(s.held)
	if s.whole != nil {
		n = s.whole(s.held[:n])
	}
	return s.held[:n]
}

func (s *stream) flush(end bool) {
	piece := s.ready()
	if end {
		piece = s.held
	}
	show, met := s.limit.take(piece)
	for len(show) > 0 {
		n := len(show)
		if n > pieceSize {
			n = wholeCharacters(show[:pieceSize])
		}
		// GoNB reads as much as there is, up to 32 KB: two pieces would become one and a
		// part, with a border in the middle of a character.
		taken(s.to)
		s.to.Write(show[:n])
		s.sent = time.Now()
		show = show[n:]
	}
	if met {
		fmt.Fprintf(s.to, cutText.String(), maxText>>20)
	}
	s.held = append(s.held[:0], s.held[len(piece):]...)
}

// publishing is the time that GoNB gets for a text which it has read, before the picture
// that follows it, since it reads them side by side (0.05 ms were measured).
const publishing = 500 * time.Microsecond

// taken waits until a pipe is empty, at most a second, if the system says how full it is.
func taken(f *os.File) {
	for range 10_000 {
		if n, err := unix.IoctlGetInt(int(f.Fd()), bytesInPipe); err != nil || n == 0 {
			return
		}
		time.Sleep(100 * time.Microsecond)
	}
}

// display hands a piece of a picture on.
func (r *runner) display(buffer []byte) {
	n, err := unix.Read(r.displays, buffer)
	if err != nil || n <= 0 {
		return
	}
	if r.gonb == nil {
		if r.gonb, err = os.OpenFile(os.Getenv("GONB_PIPE"), os.O_WRONLY, 0); err != nil {
			r.displays = -1 // GoNB is gone
			return
		}
	}
	r.gonb.Write(buffer[:n])
}
