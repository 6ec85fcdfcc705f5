package kernel

import (
	"time"
)

// queue holds the cells that are still to run. GoNB gets them one by one, so that an
// error can end the rest
// (https://jupyter-client.readthedocs.io/en/stable/messaging.html#execution-results:
// stop_on_error).
type queue struct {
	waiting []*execution
	failed  time.Time // when a cell failed that asked to end the rest
}

// late is how long after an error requests may arrive that were sent before it was
// known: Jupyter passes them on one by one.
const late = 100 * time.Millisecond

// execute takes a cell into the queue.
func (p *proxy) execute(m message) {
	if time.Since(p.failed) < late && sentBefore(m, p.failed) {
		p.abort(m)
		return
	}
	p.waiting = append(p.waiting, newExecution(m))
	p.next()
}

// sentBefore reports whether a request says that it was made before a moment.
func sentBefore(m message, moment time.Time) bool {
	date, err := time.Parse(time.RFC3339Nano, m.head.Date)
	return err == nil && date.Before(moment)
}

// next gives GoNB the next cell, if it has none.
func (p *proxy) next() {
	if p.now != nil || p.back == nil || len(p.waiting) == 0 {
		return
	}
	p.now, p.waiting = p.waiting[0], p.waiting[1:]
	p.now.count = p.count // GoNB's number for what it does not count, such as silent cells
	p.back.send(shell, p.now.forGoNB(p.self))
}

// abortAll answers all waiting requests: they will not run.
func (p *proxy) abortAll(failed time.Time) {
	p.failed = failed.Truncate(time.Millisecond) // browsers count no finer
	for _, e := range p.waiting {
		p.abort(e.request)
	}
	p.waiting = nil
	// Those that have arrived meanwhile are still in the channel.
	for n := len(p.front.in); n > 0; n-- {
		m := <-p.front.in
		if m.head.Type == "execute_request" && sentBefore(m.message, p.failed) {
			p.abort(m.message)
		} else {
			p.fromFront(m)
		}
	}
}

func (p *proxy) abort(m message) {
	p.front.send(iopub, m.published("status", object{"execution_state": "busy"}))
	reply := m.answer("execute_reply", object{"status": "aborted"})
	reply.metadata = mustJSON(object{"status": "aborted"})
	p.front.send(shell, reply)
	p.front.send(iopub, m.published("status", object{"execution_state": "idle"}))
}
