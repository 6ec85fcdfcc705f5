package kernel

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestBudget(t *testing.T) {
	b := budget{max: 10}
	var shown []byte
	for i, piece := range []string{"卷积", "神经网络", "more"} {
		show, met := b.take([]byte(piece))
		shown = append(shown, show...)
		if met != (i == 1) {
			t.Errorf("piece %d: the limit is met: %v", i+1, met)
		}
	}
	if string(shown) != "卷积神" { // 9 bytes: the tenth would be a third of a character
		t.Errorf("%q is shown", shown)
	}
	if want := len("卷积神经网络more") - 9; b.cut != want || b.end() == "" {
		t.Errorf("%d bytes are cut, want %d; it says %q", b.cut, want, b.end())
	}
	if b := (budget{max: 10}); b.end() != "" {
		t.Errorf("with nothing cut it says %q", b.end())
	}
}

// TestWholeCharactersOfAnyCut: a text that is cut anywhere loses no character, and bytes
// that are no text are not held back for ever.
func TestWholeCharactersOfAnyCut(t *testing.T) {
	text := []byte("aé卷😀b")
	for n := range len(text) + 1 {
		w := wholeCharacters(text[:n])
		if !utf8.Valid(text[:w]) || n-w >= utf8.UTFMax {
			t.Errorf("of %d bytes %d are whole: %q", n, w, text[:w])
		}
	}
	for _, s := range []string{"\xff\xfe", "a\x80\x80\x80\x80", ""} {
		if w := wholeCharacters([]byte(s)); w != len(s) {
			t.Errorf("%q: %d bytes are held back", s, len(s)-w)
		}
	}
}

func TestWholeFrames(t *testing.T) {
	for text, want := range map[string]int{
		"panic: x\n\t/tmp/ma": 9, "panic: x\n\t/tmp/main.go:3 +0x1\n": 30, "50 %\r": 5, "": 0,
		"\t" + strings.Repeat("x", 5000): 5001, // no stack of calls
	} {
		if got := wholeFrames([]byte(text)); got != want {
			t.Errorf("%.20q: %d, want %d", text, got, want)
		}
	}
}

func TestPace(t *testing.T) {
	var p pace
	now := time.Now()
	sent := 0
	for p.wait(now) == 0 {
		sent++
	}
	if sent != burst {
		t.Errorf("%d pieces at once, want %d", sent, burst)
	}
	for range 1000 { // a second, in steps of 1 ms
		now = now.Add(time.Millisecond)
		if p.wait(now) == 0 {
			sent++
		}
	}
	if got := sent - burst; got < perSecond-1 || got > perSecond+1 {
		t.Errorf("%d pieces in the next second, want %d", got, perSecond)
	}
}
