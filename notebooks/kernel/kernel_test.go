package kernel

import (
	"strings"
	"testing"
)

// TestStatementsRun: cells as a reader types them.
func TestStatementsRun(t *testing.T) {
	k := start(t, jupyterKernel)
	for _, c := range []struct{ source, want string }{
		{`fmt.Println("hi")`, "hi\n"},
		{"x := 3\nfmt.Println(x)", "3\n"},
		{"fmt.Println(twice(3))\nfunc twice(x int) int { return 2 * x }", "6\n"},
		{"var seven = twice(3) + 1\nfmt.Println(seven)", "7\n"},
		{"fmt.Println(seven)", "7\n"},
		{"import \"fmt\"\n%%\nfmt.Println(8)", "8\n"},
		{"func main() { fmt.Println(9) }", "9\n"},
		{"!echo 10", "10\n"},
		{"func unused() {}", ""},
		{"%env KERNEL_TEST 11\nfmt.Print(os.Getenv(\"KERNEL_TEST\"))", "Set: KERNEL_TEST=\"11\"\n11"},
	} {
		r := k.run(c.source)
		if r.status() != "ok" || r.stdout != c.want || r.stderr != "" {
			t.Errorf("%q: %v, prints %q, %q, want %q", c.source, r.reply, r.stdout, r.stderr, c.want)
		}
		for _, m := range r.messages {
			if m.head.Type == "execute_input" && m.fields()["code"] != c.source {
				t.Errorf("%q: shown as %q", c.source, m.fields()["code"])
			}
		}
	}
}

const jupyterKernel = "cnnbook"

var _ = strings.Join
