package kernel

import (
	"bytes"
	"fmt"
	"time"
	"unicode/utf8"

	"cnnbook/internal/lang"
)

// The limits of what a cell shows. A page of JupyterLab with more text answers slowly,
// and with ten times as much not at all.
const (
	maxText     = 1 << 20  // bytes of each stream
	maxDisplays = 32 << 20 // bytes of pictures and HTML; a notebook of the chapter shows 5 MB at most
	pieceSize   = 32 << 10 // of one message
)

var cutText = lang.Text{
	EN: "\n[The output is cut here, after %d MB. The cell goes on running; the stop button ends it.]\n",
	ZH: "\n［输出过多，显示到 %d MB 为止。单元格仍在运行；点停止按钮可以结束它。］\n",
}

// endOfCut follows when the cell has ended.
var endOfCut = lang.Text{
	EN: "[%.1f MB more were not shown.]\n",
	ZH: "［另有 %.1f MB 没有显示。］\n",
}

var cutDisplays = lang.Text{
	EN: "\n[More than %d MB of pictures: the rest of them is not shown.]\n",
	ZH: "\n［图片超过 %d MB，其余的不再显示。］\n",
}

// budget lets the first bytes through and counts the others.
type budget struct {
	max, shown, cut int
}

// take returns what of a text is still to be shown, whole characters, and whether the
// limit was met just now.
func (b *budget) take(text []byte) (show []byte, met bool) {
	if b.cut > 0 {
		b.cut += len(text)
		return nil, false
	}
	if left := b.max - b.shown; len(text) > left {
		show = text[:wholeCharacters(text[:left])]
		b.shown += len(show)
		b.cut = len(text) - len(show)
		return show, true
	}
	b.shown += len(text)
	return text, false
}

// end is what to say when no more comes.
func (b *budget) end() string {
	if b.cut == 0 {
		return ""
	}
	return fmt.Sprintf(endOfCut.String(), float64(b.cut)/(1<<20))
}

// wholeCharacters is the length of a text without a character that is cut off at its end.
func wholeCharacters(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if c := text[len(text)-n]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(text[len(text)-n:]) {
				return len(text) - n
			}
			break
		}
	}
	return len(text)
}

// wholeFrames is the length of a text without the line of a stack of calls that is not
// at its end yet: GoNB knows the reader's line in it only where it comes in one piece.
func wholeFrames(text []byte) int {
	start := bytes.LastIndexByte(text, '\n') + 1
	if start < len(text) && text[start] == '\t' && len(text)-start < 4<<10 {
		return start
	}
	return len(text)
}

// pace lets a burst of pieces through at once, and after it some each second, so that a
// program that prints line by line does not become as many messages.
type pace struct {
	tokens float64
	at     time.Time
}

const burst, perSecond = 100, 50

// wait is how long the next piece has to wait; if that is 0, the piece counts as sent.
func (p *pace) wait(now time.Time) time.Duration {
	if p.at.IsZero() {
		p.tokens, p.at = burst, now
	}
	p.tokens = min(burst, p.tokens+now.Sub(p.at).Seconds()*perSecond)
	p.at = now
	if p.tokens >= 1 {
		p.tokens--
		return 0
	}
	return time.Duration((1 - p.tokens) / perSecond * float64(time.Second))
}
