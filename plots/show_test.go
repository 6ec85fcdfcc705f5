package plots

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"encoding/xml"
	"image/gif"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"

	"cnnbook/cnnlib/ref"
)

// cut returns what stands between two marks.
func cut(t *testing.T, s, before, after string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, before)
	inside, _, ok2 := strings.Cut(rest, after)
	if !ok || !ok2 {
		t.Fatalf("no %q … %q in %.200s", before, after, s)
	}
	return inside
}

func TestHTML(t *testing.T) {
	p := Matrix{Values: vertical, Alt: `a "quoted" <alt>`}.Picture()
	got, err := p.HTML(`5 < 6 & "so on" <script>`)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(got, "<script>") || strings.Contains(got, "<alt>") {
		t.Errorf("text became markup: %s", got)
	}
	if !strings.Contains(got, `alt="a &#34;quoted&#34; &lt;alt&gt;"`) || !strings.Contains(got, "<figcaption>5 &lt; 6 &amp; ") {
		t.Errorf("description or caption is missing: %s", got)
	}
	svg, err := base64.StdEncoding.DecodeString(cut(t, got, "data:image/svg+xml;base64,", `"`))
	if err != nil {
		t.Fatal(err)
	}
	want, err := p.SVG()
	if err != nil || !bytes.Equal(svg, want) {
		t.Errorf("the figure holds other bytes than SVG gives (%v)", err)
	}
	if strings.Contains(got, "http:") || strings.Contains(got, "https:") {
		t.Error("the figure needs the network")
	}
	if bare, _ := p.HTML(""); strings.Contains(bare, "figcaption") {
		t.Errorf("an empty caption: %s", bare)
	}

	a := Steps{Input: greyImage, Kernel: vertical, Options: ref.Options{Stride: 3}}.Animation()
	moving, err := a.HTML("")
	if err != nil {
		t.Fatal(err)
	}
	movie, err := base64.StdEncoding.DecodeString(cut(t, moving, "data:image/gif;base64,", `"`))
	if err != nil {
		t.Fatal(err)
	}
	if g, err := gif.DecodeAll(bytes.NewReader(movie)); err != nil || len(g.Image) != 4 {
		t.Errorf("no GIF of 4 frames: %v", err)
	}
	if !strings.Contains(moving, "prefers-reduced-motion: reduce") || !strings.Contains(moving, a.Alt) {
		t.Errorf("%.300s", moving)
	}
	// A figure is well-formed, so that it cannot break the page around it.
	for _, s := range []string{got, moving} {
		d := xml.NewDecoder(strings.NewReader(s))
		d.Strict = false
		d.AutoClose = xml.HTMLAutoClose
		for {
			_, err := d.Token()
			if err != nil {
				if err.Error() != "EOF" {
					t.Errorf("%v in %.200s", err, s)
				}
				break
			}
		}
	}
}

func TestShowOutsideANotebook(t *testing.T) {
	var b bytes.Buffer
	p := Matrix{Values: vertical}.Picture()
	if err := show(p, "a caption", false, &b); err != nil {
		t.Fatal(err)
	}
	if want := "[figure (a caption)] " + p.Alt + "\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

// TestShowStopsOnAnError: a cell must not look fine without its figure.
func TestShowStopsOnAnError(t *testing.T) {
	defer func() { exit = os.Exit }()
	status := 0
	exit = func(code int) { status = code }
	Show(Matrix{}.Picture())
	if status != 1 {
		t.Errorf("exit status %d, want 1", status)
	}
}

// childVariable makes the test binary a notebook cell, see TestMain.
const childVariable = "CNNBOOK_PLOTS_CELL"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		Show(Matrix{Values: vertical, Alt: "from the cell"}.Picture(), "shown", "here")
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestShowInANotebook plays the kernel: it starts a program with the two pipes of
// GoNB's protocol, reads what the cell displays and acknowledges it.
func TestShowInANotebook(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("named pipes of another kind")
	}
	if gonbui.IsNotebook {
		t.Fatal("the test itself runs as a notebook cell")
	}
	dir := t.TempDir()
	out, back := filepath.Join(dir, "out"), filepath.Join(dir, "back")
	if msg, err := exec.Command("mkfifo", out, back).CombinedOutput(); err != nil {
		t.Fatalf("mkfifo: %v %s", err, msg)
	}
	cell := exec.Command(os.Args[0])
	cell.Env = append(os.Environ(), childVariable+"=1", protocol.GONB_PIPE_ENV+"="+out, protocol.GONB_PIPE_BACK_ENV+"="+back)
	var stdout, stderr bytes.Buffer
	cell.Stdout, cell.Stderr = &stdout, &stderr
	if err := cell.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(30*time.Second, func() { cell.Process.Kill() }) // a cell takes milliseconds
	defer timer.Stop()
	defer cell.Process.Kill()                     // if the test ends early
	reader, err := os.OpenFile(out, os.O_RDWR, 0) // with O_RDWR opening does not wait for the cell
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	writer, err := os.OpenFile(back, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()

	decoder, encoder := gob.NewDecoder(reader), gob.NewEncoder(writer)
	var shown string
	for {
		var message protocol.DisplayData
		if err := decoder.Decode(&message); err != nil {
			t.Fatal(err)
		}
		if html, ok := message.Data[protocol.MIMETextHTML]; ok {
			shown = html.(string)
			continue
		}
		sync, ok := message.Data[protocol.MIMECommValue].(protocol.CommValue)
		if !ok {
			t.Fatalf("unexpected message %v", message.Data)
		}
		if err := encoder.Encode(&protocol.CommValue{Address: protocol.GonbuiSyncAckAddress, Value: sync.Value}); err != nil {
			t.Fatal(err)
		}
		break
	}
	if err := cell.Wait(); err != nil {
		t.Fatalf("the cell: %v %s", err, stderr.String())
	}
	want, err := Matrix{Values: vertical, Alt: "from the cell"}.Picture().HTML("shown here")
	if err != nil || shown != want {
		t.Errorf("displayed\n%.300s\nwant\n%.300s (%v)", shown, want, err)
	}
	if stdout.Len() > 0 {
		t.Errorf("a cell printed %q", stdout.String())
	}
}

// TestLeastWidth: on a narrow page the smallest type keeps its least size.
func TestLeastWidth(t *testing.T) {
	p := &Picture{Width: 600}
	p.text("small", 0, 0, 9, start, ink)
	p.text("large", 0, 0, 18, start, ink)
	if got := p.leastWidth(); got != 400 { // 600 pt, shrunk until 9 units are 6 px
		t.Errorf("least width %v, want 400", got)
	}
	if got := (&Picture{Width: 600}).leastWidth(); got != 0 {
		t.Errorf("a picture without text has the least width %v", got)
	}
	element, err := p.HTML("")
	if err != nil || !strings.Contains(element, "min-width:400px") || !strings.Contains(element, "overflow-x:auto") {
		t.Errorf("error %v, element %.300s", err, element)
	}
}
