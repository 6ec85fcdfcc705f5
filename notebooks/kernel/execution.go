package kernel

import (
	"bytes"
	"regexp"
	"strings"
	"time"

	"cnnbook/internal/lang"
)

// execution is one run of a cell.
type execution struct {
	request message
	cell    cell
	count   int      // GoNB's number of it, which the front end shows
	reply   *message // GoNB's
	idle    bool     // GoNB has said that it is done

	text     map[string]*budget
	pace     pace
	name     string // the stream of pending
	pending  []byte // text that waits to be sent with more
	displays budget
	updates  []update // of displays: the newest of each

	exit  string // GoNB's remark on how the program ended, which an error says again
	dying []byte // standard error from a panic on
}

// update is what is to be shown in the place of an earlier display.
type update struct {
	id string
	message
}

func newExecution(m message) *execution {
	source, _ := m.fields()["code"].(string)
	return &execution{
		request: m, cell: newCell(source),
		// Behind the limit in cell.go, for what does not pass there: shell commands.
		text:     map[string]*budget{"stdout": {max: 2 * maxText}, "stderr": {max: 2 * maxText}},
		displays: budget{max: maxDisplays},
	}
}

// forGoNB is the request as GoNB wants it: the code with %%, and all fields, since it
// ends without some of them.
func (e *execution) forGoNB(self string) message {
	m, f := e.request, e.request.fields()
	f["code"] = strings.Join(throughUs(e.cell.code, self), "\n")
	f["silent"] = f["silent"] == true
	store, ok := f["store_history"].(bool)
	f["store_history"] = (store || !ok) && f["silent"] == false
	f["allow_stdin"] = f["allow_stdin"] == true
	m.content = mustJSON(f)
	return m
}

var (
	exitLine  = regexp.MustCompile(`^(\^C\n)?(exit status \d+|signal: [^\n]*)\n$`)
	panicLine = regexp.MustCompile(`(?m)^(panic: |fatal error: |SIG[A-Z]+: |runtime: (goroutine stack exceeds|out of memory))`)
	cellLine  = regexp.MustCompile(`\[\[ Cell \[(\d+)\] Line (\d+) \]\]`)
)

// output handles what GoNB publishes about the run.
func (e *execution) output(p *proxy, m message) {
	m.to, m.parent = [][]byte{[]byte(m.head.Type)}, e.request.header
	switch m.head.Type {
	case "stream":
		f := m.fields()
		name, _ := f["name"].(string)
		text, _ := f["text"].(string)
		e.stream(p, name, text)
		return
	case "error": // the reply says the same, and is answered with both
		return
	case "status":
		if m.fields()["execution_state"] == "idle" {
			e.idle = true
			p.finish()
			return
		}
	case "execute_input":
		f := m.fields()
		if n, ok := f["execution_count"].(float64); ok {
			e.count, p.count = int(n), int(n)
			if strings.HasPrefix(e.cell.source[0], "%reset") {
				clear(p.cells) // GoNB forgets what they declared
			}
			p.cells[e.count] = e.cell
		}
		f["code"] = strings.Join(e.cell.source, "\n")
		m.content = mustJSON(f)
	case "update_display_data":
		e.update(p, m)
		return
	case "display_data":
		if e.displays.cut > 0 {
			return
		}
		if len(m.content) > e.displays.max-e.displays.shown {
			e.displays.cut = 1
			e.say(p, "stderr", cutDisplays.String(), maxDisplays>>20)
			return
		}
		e.displays.shown += len(m.content)
	}
	e.flush(p) // what came before it
	p.front.send(iopub, m)
}

// stream takes a piece of text.
func (e *execution) stream(p *proxy, name, text string) {
	e.release(p)
	if name == "stderr" {
		text = situation{e.count, e.cell, p.cells}.ownLines(text)
		if exitLine.MatchString(text) {
			e.exit = text
			return
		}
		if at := panicLine.FindStringIndex(text); e.dying != nil || at != nil {
			from := 0
			if e.dying == nil {
				from = at[0]
			}
			if len(e.dying) < maxText {
				e.dying = append(e.dying, text[from:]...)
			}
			text = text[:from]
		}
	}
	b := e.text[name]
	if b == nil {
		b = e.text["stderr"]
	}
	show, met := b.take([]byte(text))
	e.append(p, name, show)
	if met {
		e.say(p, name, cutText.String(), b.max>>20)
	}
}

// release sends GoNB's remark on an exit after all: more came, so it was about a shell
// command and not about the cell.
func (e *execution) release(p *proxy) {
	if e.exit != "" {
		text := e.exit
		e.exit = ""
		e.append(p, "stderr", []byte(text))
	}
}

func (e *execution) append(p *proxy, name string, text []byte) {
	if len(text) == 0 {
		return
	}
	if e.name != name || len(e.pending) > pieceSize {
		e.flush(p)
	}
	e.name, e.pending = name, append(e.pending, text...)
	if d := e.pace.wait(time.Now()); d > 0 {
		p.timer.Reset(d)
		return
	}
	e.flush(p)
}

// flush sends what waits.
func (e *execution) flush(p *proxy) {
	if len(e.pending) > 0 {
		p.front.send(iopub, e.request.published("stream", object{"name": e.name, "text": string(e.pending)}))
		e.pending = nil
	}
	for _, u := range e.updates {
		p.front.send(iopub, u.message)
	}
	e.updates = nil
}

// update takes a new content of a display. If they come faster than anyone sees, only
// the newest of each is sent.
func (e *execution) update(p *proxy, m message) {
	transient, _ := m.fields()["transient"].(object)
	id, _ := transient["display_id"].(string)
	for i := range e.updates {
		if e.updates[i].id == id {
			e.updates[i].message = m
			return
		}
	}
	e.updates = append(e.updates, update{id, m})
	if d := e.pace.wait(time.Now()); d > 0 {
		p.timer.Reset(d)
		return
	}
	e.flush(p)
}

// finish answers the request when GoNB has both answered and said that it is done: then
// all output has come.
func (p *proxy) finish() {
	e := p.now
	if e.reply == nil || !e.idle {
		return
	}
	f := e.reply.fields()
	if f["status"] == "error" {
		e.fail(p, e.explain(p, f).lines()...)
	} else {
		e.succeed(p, f)
	}
	p.next()
}

func (e *execution) succeed(p *proxy, f object) {
	e.release(p)
	e.append(p, "stderr", e.dying)
	e.close(p, "ok", object{"user_expressions": object{}, "payload": []object{}})
}

// fail ends the run with an error. The first line says what is wrong.
func (e *execution) fail(p *proxy, lines ...string) {
	content := object{"ename": errorName.String(), "evalue": lines[0], "traceback": lines}
	e.flush(p)
	p.front.send(iopub, e.request.published("error", content))
	failed := time.Now()
	e.close(p, "error", content)
	if stop, ok := e.request.fields()["stop_on_error"].(bool); stop || !ok {
		p.abortAll(failed)
	}
}

var errorName = lang.Text{EN: "Error", ZH: "错误"}

var lostText = lang.Text{
	EN: "The kernel ended by itself. Restart it (Kernel > Restart Kernel), and run the cells above first.",
	ZH: "内核自己退出了。请重启内核（Kernel > Restart Kernel），再从头依次运行前面的单元格。",
}

// close sends what is left, the reply and "idle".
func (e *execution) close(p *proxy, status string, content object) {
	for name, b := range e.text {
		if s := b.end(); s != "" {
			e.append(p, name, []byte(s))
		}
	}
	e.flush(p)
	content["status"], content["execution_count"] = status, e.count
	p.front.send(shell, e.request.answer("execute_reply", content))
	p.front.send(iopub, e.request.published("status", object{"execution_state": "idle"}))
	p.remember(e)
	p.now = nil
}

// say sends a remark of the kernel's.
func (e *execution) say(p *proxy, name string, format string, a ...any) {
	e.append(p, name, []byte(sprintf(format, a...)))
}

// dump is what a dying program wrote, without colours.
func (e *execution) dump() string {
	return string(bytes.TrimSpace(colours.ReplaceAll(e.dying, nil)))
}

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")
