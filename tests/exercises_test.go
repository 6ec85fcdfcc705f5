package tests

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestExercises is a reader's way through one exercise in an editor, as typed.
func TestExercises(t *testing.T) {
	folder := t.TempDir()
	environ := []string{"CNNBOOK_HOME=" + t.TempDir()}
	path := filepath.Join(folder, "ch05_02b", "answer.go")
	typed := func(status int, says string, args ...string) string {
		t.Helper()
		o := command(t, environ, append([]string{"exercises", "--folder", folder}, args...)...)
		if o.status != status || !strings.Contains(o.stdout+o.stderr, says) || strings.Contains(o.stdout+o.stderr, "goroutine ") {
			t.Errorf("%v: status %d, want %d, and %q in\n%s%s", args, o.status, status, says, o.stdout, o.stderr)
		}
		return o.stdout
	}
	typed(0, "0 solved")
	typed(0, "in your editor", "next")
	typed(1, "exercises start 5.2b", "check", "5.2b")
	typed(0, path, "start", "5.2b")
	typed(0, "Hint 1 of 3", "hint", "5.2b")
	typed(0, "Hint 2 of 3", "hint", "5.2b")
	typed(1, "1 of 1 answers not right yet", "check", "5.2b")
	text := strings.Replace(string(readFile(t, path)), "return 0 // your code", "return (i+2*p-k)/s + 1", 1)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	typed(0, "is solved", "check", "5.2b")
	typed(0, "func outputSize(", "solution", "5.2b")
	typed(0, "1 solved, 0 solution seen")
	var r struct{ Counts map[string]int }
	if err := json.Unmarshal([]byte(typed(0, "", "--json")), &r); err != nil || r.Counts["solved"] != 1 {
		t.Errorf("--json: %+v, %v", r, err)
	}
	typed(0, "open again", "reset", "5.2b")
	typed(0, "0 solved")
	typed(1, "unknown command", "nonsense")
	command(t, environ, "exercises", "start", "9.9").mustFail(t, "9.9", "5.2a")

	for _, args := range [][]string{{"watch", "5.2b"}, {"--watch"}} { // the second takes the next open one
		watch := exec.Command(cnnbook, append([]string{"exercises", "--folder", folder}, args...)...)
		watch.Dir, watch.Env = env.Root, append(os.Environ(), environ...)
		var said bytes.Buffer
		watch.Stdout, watch.Stderr = &said, &said
		if err := watch.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(300 * time.Millisecond) // it compiles the answer: Ctrl-C must end that, too
		if err := watch.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		if err := watch.Wait(); err != nil || !strings.Contains(said.String(), "The watch ended") {
			t.Errorf("%v, Ctrl-C: %v\n%s", args, err, said.String())
		}
	}
}
