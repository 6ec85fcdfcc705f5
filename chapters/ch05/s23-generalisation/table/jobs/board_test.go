package jobs

import (
	"strings"
	"testing"
)

// TestBoard: in a terminal each job has one line, cut to the width; what is said stands
// above them, and nothing of them is left at the end.
func TestBoard(t *testing.T) {
	var out strings.Builder
	b := newBoard(&out, 2)
	b.width = 20
	b.show(0, "first")
	b.show(1, "second, which is too long for it")
	b.say("done: %d", 1)
	b.tell(0, "job", event{Epoch: 2, Step: 150, Steps: 600, Validation: 0.9875, Speed: 1234.5})
	b.show(1, "")
	b.close()
	screen := terminal(out.String())
	if got, want := strings.Join(screen, "|"), "done: 1"; got != want {
		t.Errorf("left on the terminal: %q, want %q", got, want)
	}
	if all := out.String(); !strings.Contains(all, "second, which is to\n") || !strings.Contains(all, "job: epoch 2, 25 %,\n") {
		t.Errorf("written: %q", all)
	}

	// Into a file: a line when an epoch ends, not more often than once a minute.
	out.Reset()
	b = newBoard(&out, 1)
	b.show(0, "nothing")
	b.tell(0, "job", event{Epoch: 1, Step: 1, Steps: 4})
	ended := event{Epoch: 1, Step: 2, Steps: 4, Ended: true, Validation: 0.5}
	b.tell(0, "job", ended)
	b.tell(0, "job", ended)
	b.close()
	if got, want := out.String(), "job: epoch 1, 50 %, validation 50.00 %\n"; got != want {
		t.Errorf("written: %q, want %q", got, want)
	}
}

// terminal returns the lines that are left of what is written: of the control sequences
// it knows the two that board uses.
func terminal(written string) []string {
	lines := []string{""}
	for written != "" {
		if rest, ok := strings.CutPrefix(written, "\x1b["); ok {
			up, rest, _ := strings.Cut(rest, "A\x1b[J")
			lines = append(lines[:len(lines)-1-int(up[0]-'0')], "")
			written = rest
			continue
		}
		if written[0] == '\n' {
			lines = append(lines, "")
		} else {
			lines[len(lines)-1] += written[:1]
		}
		written = written[1:]
	}
	return lines[:len(lines)-1]
}
