package jobs

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// board shows what jobs do: in a terminal one line a job that is written anew, else a
// line now and then.
type board struct {
	mu     sync.Mutex
	w      io.Writer
	width  int // of the terminal; 0 where there is none
	lines  []string
	drawn  int
	spoken []time.Time // last line of each slot
}

// speakEvery is how often a job writes a line where there is no terminal.
const speakEvery = time.Minute

func newBoard(w io.Writer, slots int) *board {
	b := &board{w: w, lines: make([]string, slots), spoken: make([]time.Time, slots)}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		b.width = 80
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			b.width = width
		}
	}
	return b
}

// tell shows an event of a job.
func (b *board) tell(slot int, what string, e event) {
	if e.Steps == 0 {
		return
	}
	text := fmt.Sprintf("%s: epoch %d, %.0f %%", what, e.Epoch, 100*float64(e.Step)/float64(e.Steps))
	if e.Validation > 0 {
		text += fmt.Sprintf(", validation %.2f %%", 100*e.Validation)
	}
	if e.Speed > 0 {
		text += fmt.Sprintf(", %.0f pictures/s", e.Speed)
	}
	if b.width > 0 {
		b.show(slot, text)
		return
	}
	if now := time.Now(); e.Ended && now.Sub(b.spoken[slot]) >= speakEvery { // a slot has one job at a time
		b.spoken[slot] = now
		b.say("%s", text)
	}
}

// show sets the line of a job; "" takes it away. Without a terminal it does nothing.
func (b *board) show(slot int, text string) {
	if b.width == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines[slot] = text
	b.clear()
	b.draw()
}

// say writes a line that stays.
func (b *board) say(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
	fmt.Fprintf(b.w, format+"\n", args...)
	b.draw()
}

func (b *board) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
}

// clear takes the lines of the jobs off the terminal: cursor up, erase to the end
// (ECMA-48, CUU and ED).
func (b *board) clear() {
	if b.drawn > 0 {
		fmt.Fprintf(b.w, "\x1b[%dA\x1b[J", b.drawn)
	}
	b.drawn = 0
}

func (b *board) draw() {
	if b.width == 0 {
		return
	}
	for _, line := range b.lines {
		if line == "" {
			continue
		}
		if letters := []rune(line); len(letters) >= b.width { // a line that breaks cannot be taken off
			line = string(letters[:b.width-1])
		}
		fmt.Fprintln(b.w, strings.TrimSpace(line))
		b.drawn++
	}
}
