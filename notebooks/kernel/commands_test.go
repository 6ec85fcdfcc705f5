package kernel

import (
	"os/exec"
	"strings"
	"testing"
)

func TestThroughUs(t *testing.T) {
	const self = `/a "b"/kernel`
	for _, c := range []struct{ code, want string }{
		{"!ls", `!exec "$CNNBOOK_KERNEL" shell 'ls'`},
		{"! ls -l", `!exec "$CNNBOOK_KERNEL" shell 'ls -l'`},
		{"!*pwd", `!*exec "$CNNBOOK_KERNEL" shell 'pwd'`},
		{"!echo 'a b'", `!exec "$CNNBOOK_KERNEL" shell 'echo '\''a b'\'''`},
		{"!echo a \\\n'b'", "!exec \"$CNNBOOK_KERNEL\" shell 'echo a \\\n'\\''b'\\'''"},
		{"//gonb:!ls", `//gonb:!exec "$CNNBOOK_KERNEL" shell 'ls'`},
		{"!", "!"},
		{"! ", "! "},
		{"!ls \\", "!ls \\"},
		{"%env A !b\n%%\nx := !y", "%env A !b\n%%\nx := !y"},
		{"%%bash\necho 'a'", "%%script \"/a \\\"b\\\"/kernel\" run bash\necho 'a'"},
		{"%%script python3 -u\nprint(1)", "%%script \"/a \\\"b\\\"/kernel\" run python3 -u\nprint(1)"},
		{"%%writefile a\n!b", "%%writefile a\n!b"},
	} {
		if got := strings.Join(throughUs(strings.Split(c.code, "\n"), self), "\n"); got != c.want {
			t.Errorf("%q becomes %q, want %q", c.code, got, c.want)
		}
	}
}

// TestThroughUsMeansTheSame: bash understands the quoted command as it was.
func TestThroughUsMeansTheSame(t *testing.T) {
	for _, command := range []string{"echo 'a  b' \"$HOME\"", `echo "it's" \\ '"'`, "echo $((1+2)) | cat; false || echo x"} {
		want, _ := exec.Command("bash", "-c", command).CombinedOutput()
		wrapped := throughUs([]string{"!" + command}, "")[0]
		inner := strings.Replace(strings.TrimPrefix(wrapped, "!"), `exec "$CNNBOOK_KERNEL" shell`, "bash -c", 1)
		if got, _ := exec.Command("bash", "-c", inner).CombinedOutput(); string(got) != string(want) || len(want) == 0 {
			t.Errorf("%s: %q, want %q", command, got, want)
		}
	}
}

// TestShellCommands: they run as before.
func TestShellCommands(t *testing.T) {
	k := start(t, kernelName)
	for _, c := range []struct{ source, stdout, stderr, status string }{
		{"!echo 'it''s' \"$((1+2))\"", "its 3\n", "", "ok"},
		{"!printf '%s\\n' a \\\nb", "a\nb\n", "", "ok"},
		{"!echo out; echo err >&2; exit 3", "out\n", "err\nexit status 3\n", "ok"},
		{"%%bash\nfor i in 1 2; do\necho $i\ndone", "1\n2\n", "", "ok"},
		{"%%script cat\nhello", "hello\n", "", "ok"},
		{"!printf 'a'; for i in $(seq 20000); do printf '卷积'; done", "a" + strings.Repeat("卷积", 20000), "", "ok"},
	} {
		r := k.run(c.source)
		if r.stdout != c.stdout || r.stderr != c.stderr || r.status() != c.status {
			t.Errorf("%q: %v, %.200q, %q", c.source, r.reply, r.stdout, r.stderr)
		}
	}
}
