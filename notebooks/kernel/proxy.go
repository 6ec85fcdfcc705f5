package kernel

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// EnvProgram names the environment variable that tells the kernel's go command where
// this program is: it puts it in the place of a cell's program (cell.go).
const EnvProgram = "CNNBOOK_KERNEL"

// proxy hands messages on between Jupyter and GoNB. All of it happens in one goroutine.
type proxy struct {
	front *sockets // Jupyter
	back  *sockets // GoNB; nil until it is there
	early []incoming
	guard *guarded
	self  string // this program

	queue // of cells to run
	now   *execution
	count int          // of the newest execution
	cells map[int]cell // that have run, by execution count

	cursors  map[string]cell // completions and inspections that GoNB is at, by their id
	shutdown *message        // the request to which GoNB's answer is awaited
	history  []entry
	timer    *time.Timer // for text that waits
}

// Run is the kernel. It starts the program gonb that is beside this one, with flags,
// and returns when Jupyter has asked it to end, or when Jupyter or GoNB has ended.
func Run(connectionFile string, flags []string) error {
	c, err := readConnection(connectionFile)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	folder, err := temporary()
	if err != nil {
		return fmt.Errorf("kernel: no temporary folder: %w", err)
	}
	defer os.RemoveAll(folder)
	path, toGoNB, err := backend(folder, connectionFile)
	if err != nil {
		return err
	}
	// GoNB's own files, and those of the programs it starts, go away with the kernel.
	env := append(os.Environ(), "TMPDIR="+folder, EnvProgram+"="+self)
	gonb := filepath.Join(filepath.Dir(self), "gonb")
	front, err := listen(c)
	if err != nil {
		return err
	}
	guard, err := startGuard(self, folder, env, append([]string{gonb, "--kernel", path}, flags...)...)
	if err != nil {
		return fmt.Errorf("kernel: GoNB cannot be started: %w", err)
	}
	defer guard.end()
	connected := make(chan *sockets, 1)
	failed := make(chan error, 1)
	go func() {
		s, err := dial(toGoNB)
		if err != nil {
			failed <- err
			return
		}
		connected <- s
	}()
	p := &proxy{front: front, guard: guard, self: self, cells: map[int]cell{}, cursors: map[string]cell{}, timer: time.NewTimer(time.Hour)}
	return p.serve(connected, failed)
}

// temporary makes a folder of our own. The name of a socket has at most 104 characters on
// some systems, and GoNB and gopls have theirs below it.
func temporary() (string, error) {
	folder, err := os.MkdirTemp("", "cnnb-")
	if err == nil && len(folder) > 70 {
		os.Remove(folder)
		return os.MkdirTemp("/tmp", "cnnb-")
	}
	return folder, err
}

func (p *proxy) serve(connected chan *sockets, failed chan error) error {
	p.front.send(iopub, message{}.published("status", object{"execution_state": "starting"}))
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	var back chan incoming
	var shutdownLimit <-chan time.Time
	orphan := parentGone()
	for {
		if p.shutdown != nil && shutdownLimit == nil {
			if p.back == nil {
				return p.endShutdown()
			}
			shutdownLimit = time.After(time.Second)
		}
		select {
		case m := <-p.front.in:
			p.fromFront(m)
		case m := <-back:
			if p.fromBack(m) {
				return p.endShutdown()
			}
		case p.back = <-connected:
			back = p.back.in
			for _, m := range p.early {
				p.fromFront(m)
			}
			p.early = nil
			p.next()
		case <-p.timer.C:
			if p.now != nil {
				p.now.flush(p)
			}
		case <-shutdownLimit:
			return p.endShutdown()
		case err := <-failed:
			return err
		case <-p.guard.ended:
			return p.lost()
		case <-orphan:
			return nil
		case s := <-signals:
			if s != syscall.SIGINT {
				return nil
			}
			if p.back != nil {
				p.back.send(control, message{}.answer("interrupt_request", object{}))
			}
		}
	}
}

// fromFront handles a request of Jupyter's.
func (p *proxy) fromFront(m incoming) {
	switch m.head.Type {
	case "kernel_info_request":
		p.answer(m, "kernel_info_reply", kernelInfo())
	case "is_complete_request":
		p.answer(m, "is_complete_reply", isComplete(m.fields()))
	case "history_request":
		p.answer(m, "history_reply", p.recall(m.fields()))
	case "comm_info_request":
		// GoNB's comms are opened by the page, and only by it.
		p.answer(m, "comm_info_reply", object{"status": "ok", "comms": object{}})
	case "execute_request":
		p.execute(m.message)
	case "shutdown_request":
		p.shutdown = &m.message
		p.shutdown.to = append([][]byte{{byte(m.on)}}, m.to...) // the channel to answer on
		if p.back != nil {
			p.back.send(control, m.message)
		}
	default:
		if p.back == nil {
			p.early = append(p.early, m)
			return
		}
		p.back.send(m.on, p.pointed(m.message))
	}
}

// answer answers a request without GoNB's help.
func (p *proxy) answer(m incoming, kind string, content object) {
	p.front.send(iopub, m.published("status", object{"execution_state": "busy"}))
	p.front.send(m.on, m.message.answer(kind, content))
	p.front.send(iopub, m.published("status", object{"execution_state": "idle"}))
}

// fromBack handles a message of GoNB's. It reports whether GoNB has ended.
func (p *proxy) fromBack(m incoming) (ended bool) {
	current := p.now != nil && m.parentID() == p.now.request.head.ID
	switch {
	case m.head.Type == "shutdown_reply":
		return true
	case len(m.to) == 0 && m.on != iopub: // to a request of our own
	case m.on == iopub && current:
		p.now.output(p, m.message)
	case m.on == iopub:
		m.to = [][]byte{[]byte(m.head.Type)}
		p.front.send(iopub, m.message)
	case m.on == shell && current:
		p.now.reply = &m.message
		p.finish()
	default:
		p.front.send(m.on, p.pointedBack(m.message))
	}
	return false
}

// pointed moves the cursor of a completion or an inspection to where the same character
// is in the code that GoNB gets.
func (p *proxy) pointed(m message) message {
	if m.head.Type != "complete_request" && m.head.Type != "inspect_request" {
		return m
	}
	f := m.fields()
	source, _ := f["code"].(string)
	cursor, _ := f["cursor_pos"].(float64)
	c := newCell(source)
	f["code"], f["cursor_pos"] = strings.Join(c.code, "\n"), c.toCode(int(cursor))
	if _, ok := f["detail_level"].(float64); !ok {
		f["detail_level"] = 0 // GoNB ends without it
	}
	p.cursors[m.head.ID] = c
	m.content = mustJSON(f)
	return m
}

// pointedBack moves the places in a completion back to the source.
func (p *proxy) pointedBack(m message) message {
	c, ok := p.cursors[m.parentID()]
	if !ok {
		return m
	}
	delete(p.cursors, m.parentID())
	f := m.fields()
	for _, name := range []string{"cursor_start", "cursor_end"} {
		if n, ok := f[name].(float64); ok {
			f[name] = c.toSource(int(n))
		}
	}
	m.content = mustJSON(f)
	return m
}

// endShutdown answers the request to end, as Jupyter waits for it.
func (p *proxy) endShutdown() error {
	if p.shutdown == nil {
		return nil
	}
	m := *p.shutdown
	on := channel(m.to[0][0])
	m.to = m.to[1:]
	reply := object{"status": "ok", "restart": m.fields()["restart"] == true}
	p.front.send(iopub, m.published("shutdown_reply", reply))
	p.front.send(on, m.answer("shutdown_reply", reply))
	time.Sleep(20 * time.Millisecond) // iopub is sent by a goroutine of its own
	return nil
}

// lost tells whoever waits that GoNB has ended by itself.
func (p *proxy) lost() error {
	if p.now != nil {
		p.now.fail(p, lostText.String())
	}
	time.Sleep(100 * time.Millisecond)
	return fmt.Errorf("kernel: GoNB has ended")
}

// parentGone is closed when the Jupyter that started us has ended without a word
// (killed, or its terminal closed). Jupyter says in JPY_PARENT_PID if it wants that.
func parentGone() <-chan struct{} {
	gone := make(chan struct{})
	parent, err := strconv.Atoi(os.Getenv("JPY_PARENT_PID"))
	if err != nil || parent <= 1 || parent != os.Getppid() {
		return gone // not started by it directly, so there is nothing to compare with
	}
	go func() {
		for os.Getppid() == parent {
			time.Sleep(time.Second)
		}
		close(gone)
	}()
	return gone
}
