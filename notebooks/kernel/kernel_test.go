package kernel

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"cnnbook/internal/lang"
	"cnnbook/notebooks/jupyter"
)

const kernelName = jupyter.KernelName

// TestStatementsRun: cells as a reader types them.
func TestStatementsRun(t *testing.T) {
	k := start(t, kernelName)
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
		{"%%\nfmt.Println(os.Args[1:])", "[]\n"},
		{"import \"os\"\n%% a b\nfmt.Println(os.Args[1:])", "[a b]\n"},
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
	// A test of the reader's own runs through the same go command.
	r := k.run("import \"testing\"\nfunc TestOne(t *testing.T) { t.Log(\"here\") }\n%test")
	if r.status() != "ok" || !strings.Contains(r.stdout, "PASS: TestOne") {
		t.Errorf("%%test: %v %q %q", r.reply, r.stdout, r.stderr)
	}
}

// TestReplies: replies have the form that the specification wants.
func TestReplies(t *testing.T) {
	k := start(t, kernelName)
	r := k.run("fmt.Println(1)")
	if r.reply["execution_count"] != 1.0 || r.reply["user_expressions"] == nil {
		t.Errorf("reply %v", r.reply)
	}
	// A client that leaves fields out (GoNB by itself ends).
	id := k.request(shell, "execute_request", object{"code": "fmt.Println(2)"})
	r = *k.await(time.Minute, id)[id]
	if r.status() != "ok" || r.stdout != "2\n" || r.reply["execution_count"] != 2.0 {
		t.Errorf("with a code only: %v, %q", r.reply, r.stdout)
	}
	ask := func(on channel, kind string, content object) object {
		id := k.request(on, kind, content)
		return k.await(time.Minute, id)[id].reply
	}
	info := ask(shell, "kernel_info_request", object{})
	language, _ := info["language_info"].(object)
	if language["name"] != "go" || language["pygments_lexer"] != "go" || language["codemirror_mode"] != "go" || language["file_extension"] != ".go" ||
		language["mimetype"] != "text/x-go" || language["version"] != runtime.Version() || info["banner"] == "" || info["status"] != "ok" {
		t.Errorf("kernel_info_reply %v", info)
	}
	for source, want := range map[string]string{
		"fmt.Println(1)": "complete", "for i := range 3 {": "incomplete", "x := `a": "incomplete", "y := := 3": "invalid", "func f() {}": "complete", "!ls": "complete",
	} {
		if got := ask(shell, "is_complete_request", object{"code": source}); got["status"] != want {
			t.Errorf("is_complete %q: %v, want %s", source, got, want)
		}
	}
	history := ask(shell, "history_request", object{"hist_access_type": "tail", "n": 1, "output": false, "raw": true})
	if got := fmt.Sprint(history["history"]); got != "[[0 2 fmt.Println(2)]]" {
		t.Errorf("history %s", got)
	}
	history = ask(shell, "history_request", object{"hist_access_type": "search", "pattern": "*ln(1*", "n": 5})
	if got := fmt.Sprint(history["history"]); got != "[[0 1 fmt.Println(1)]]" {
		t.Errorf("history by a pattern %s", got)
	}
	if got := ask(shell, "comm_info_request", object{}); got["status"] != "ok" {
		t.Errorf("comm_info %v", got)
	}
}

// TestAbort: after an error the rest of Run All does not run; what is asked for later does.
func TestAbort(t *testing.T) {
	k := start(t, kernelName)
	k.run("fmt.Println(0)")
	var ids []string
	for _, source := range []string{`fmt.Println("one")`, `fmt.Println(notDeclared)`, `fmt.Println("three")`, `panic("four")`, `!touch five`} {
		ids = append(ids, k.executeRequest(source))
	}
	all := k.await(time.Minute, ids...)
	want := []string{"ok", "error", "aborted", "aborted", "aborted"}
	for i, id := range ids {
		r := all[id]
		if r.status() != want[i] {
			t.Errorf("cell %d: %v, want %s", i+1, r.reply, want[i])
		}
		if want[i] == "aborted" && (r.stdout+r.stderr != "" || len(r.messages) != 2) {
			t.Errorf("cell %d did something: %v", i+1, r.messages)
		}
	}
	// At once after the error, as a client does that runs cell by cell.
	if r := k.run(`fmt.Println("six")`); r.stdout != "six\n" {
		t.Errorf("the next cell: %v, %q", r.reply, r.stdout)
	}
	// With stop_on_error false the rest runs.
	id := k.request(shell, "execute_request", object{"code": "!true\nnotDeclared()", "stop_on_error": false})
	after := k.executeRequest(`fmt.Println("seven")`)
	got := k.await(time.Minute, id, after)
	if got[id].status() != "error" || got[after].stdout != "seven\n" {
		t.Errorf("stop_on_error false: %v, %v", got[id].reply, got[after].reply)
	}
	// Requests that were sent before the error and come after it.
	failing := k.executeRequest("notDeclared()")
	late := message{head: header{Session: "test"}}.answer("execute_request", object{"code": "fmt.Println(8)"})
	lateHeader := late.head
	k.await(time.Minute, failing)
	lateHeader.Date = time.Now().Add(-time.Second).UTC().Format(time.RFC3339Nano)
	late.header = mustJSON(lateHeader)
	k.send(shell, late)
	if r := k.await(time.Minute, late.head.ID)[late.head.ID]; r.status() != "aborted" {
		t.Errorf("a request from before the error: %v", r.reply)
	}
}

// TestFlood: a loop that prints without end is cut at about 1 MB, in few messages, and
// can be interrupted (by the program itself in less than a second, on a machine that has
// nothing else to do); the kernel stays small and works on.
func TestFlood(t *testing.T) {
	t.Setenv(lang.Env, "en")
	for name, source := range map[string]string{
		"lines":           `for i := 0; ; i++ { fmt.Println("line", i) }`,
		"Chinese":         `for { fmt.Print("卷积神经网络") }`,
		"standard error":  `for i := 0; ; i++ { fmt.Fprintln(os.Stderr, "line", i) }`,
		"a shell command": `!yes`,
	} {
		t.Run(name, func(t *testing.T) {
			k := start(t, kernelName)
			k.run("fmt.Println(0)")
			id := k.executeRequest(source)
			time.Sleep(4 * time.Second)
			if size := resident(t, k.cmd.Process.Pid); size > 200 {
				t.Errorf("the kernel and what is below it hold %d MB", size)
			}
			begin := time.Now()
			k.request(control, "interrupt_request", object{})
			r := k.await(20*time.Second, id)[id]
			if took := time.Since(begin); took > 5*time.Second && name != "a shell command" {
				t.Errorf("the interrupt took %v", took)
			}
			text := r.stdout + r.stderr
			if len(text) < maxText || len(text) > 2*maxText+4096 {
				t.Errorf("%d bytes are shown", len(text))
			}
			if !strings.Contains(text, "The output is cut here") || !strings.Contains(text, "MB more were not shown") {
				t.Errorf("it does not say that it is cut: …%q", text[max(0, len(text)-300):])
			}
			if !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError) {
				t.Error("a character is damaged")
			}
			if n := len(r.messages); n > 600 {
				t.Errorf("%d messages", n)
			}
			if name != "a shell command" && (r.status() != "error" || r.reply["evalue"] != "Cell [2]: stopped") {
				t.Errorf("reply %v", r.reply)
			}
			if r := k.run("fmt.Println(1)"); r.stdout != "1\n" {
				t.Errorf("the next cell: %v", r.reply)
			}
		})
	}
}

// resident is the memory of a process and those below it, in MB.
func resident(t *testing.T, pid int) (mb int) {
	for _, p := range append(below(pid), pid) {
		data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p))
		name := regexp.MustCompile(`Name:\s+(\S+)`).FindSubmatch(data)
		if m := regexp.MustCompile(`VmRSS:\s+(\d+)`).FindSubmatch(data); m != nil && string(name[1]) != "gopls" {
			var kb int
			fmt.Sscan(string(m[1]), &kb)
			mb += kb >> 10
		}
	}
	return mb
}

// TestWholeCharacters: 240 kB in one write, with a character on every border.
func TestWholeCharacters(t *testing.T) {
	k := start(t, kernelName)
	r := k.run(`fmt.Print("a" + strings.Repeat("卷积", 20000))`)
	if want := "a" + strings.Repeat("卷积", 20000); r.stdout != want {
		t.Errorf("%d bytes, %d damaged characters", len(r.stdout), strings.Count(r.stdout, "\uFFFD"))
	}
}

// TestManyLines: nothing is lost below the limit, and it does not become a message a line.
func TestManyLines(t *testing.T) {
	k := start(t, kernelName)
	r := k.run("for i := range 20000 {\n\tfmt.Println(\"line\", i)\n\tif i%100 == 0 {\n\t\ttime.Sleep(2 * time.Millisecond)\n\t}\n}")
	lines := strings.Split(strings.TrimSpace(r.stdout), "\n")
	if len(lines) != 20000 || lines[19999] != "line 19999" {
		t.Errorf("%d lines", len(lines))
	}
	if len(r.messages) > 400 {
		t.Errorf("%d messages", len(r.messages))
	}
}

// TestOrder: text and pictures come in the order in which the program made them.
func TestOrder(t *testing.T) {
	k := start(t, kernelName)
	for range 5 {
		r := k.run(`import "github.com/janpfeifer/gonb/gonbui"
for i := range 20 {
	fmt.Println("text", i)
	gonbui.DisplayHTML(fmt.Sprint("<b>", i, "</b>", strings.Repeat(" ", 20000)))
	gonbui.Sync()
}`)
		var got []string
		for _, m := range r.messages {
			f := m.fields()
			switch m.head.Type {
			case "stream":
				got = append(got, strings.TrimSpace(f["text"].(string)))
			case "display_data":
				got = append(got, f["data"].(object)["text/html"].(string)[:8])
			}
		}
		var want []string
		for i := range 20 {
			want = append(want, fmt.Sprint("text ", i), fmt.Sprint("<b>", i, "</b>   ")[:8])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d: %q", len(got), got)
		}
	}
}

// TestDisplaysAreLimited: updates without end are thinned out, pictures are cut.
func TestDisplaysAreLimited(t *testing.T) {
	t.Setenv(lang.Env, "en")
	k := start(t, kernelName)
	r := k.run(`import "github.com/janpfeifer/gonb/gonbui"
for i := range 5000 {
	gonbui.UpdateHTML("bar", fmt.Sprint("<b>", i, "</b>"))
}
gonbui.Sync()`)
	last := ""
	for _, m := range r.messages {
		if m.head.Type == "update_display_data" {
			last = m.fields()["data"].(object)["text/html"].(string)
		}
	}
	if len(r.messages) > 500 || last != "<b>4999</b>" {
		t.Errorf("%d messages, the last is %q", len(r.messages), last)
	}
	r = k.run(`import "github.com/janpfeifer/gonb/gonbui"
for range 50 {
	gonbui.DisplayHTML(strings.Repeat("x", 1<<20))
}
gonbui.Sync()`)
	if n := len(r.messages); n > 40 || !strings.Contains(r.stderr, "More than 32 MB of pictures") {
		t.Errorf("%d messages, %q", n, r.stderr)
	}
}

// TestInput: a program's question goes to the page, and the answer back.
func TestInput(t *testing.T) {
	k := start(t, kernelName)
	id := k.executeRequest(`import "github.com/janpfeifer/gonb/gonbui"
gonbui.RequestInput("Your name? ", false)
var name string
fmt.Scanln(&name)
fmt.Println("hello", name)`)
	for {
		m := k.next(time.Minute)
		if m.head.Type == "input_request" {
			if m.fields()["prompt"] != "Your name? " {
				t.Errorf("asks %v", m.fields())
			}
			k.send(stdin, m.message.answer("input_reply", object{"value": "Lu"}))
			break
		}
	}
	if r := k.await(time.Minute, id)[id]; r.stdout != "hello Lu\n" {
		t.Errorf("%v, %q, %q", r.reply, r.stdout, r.stderr)
	}
}

// TestComms: what GoNB's widgets say goes to the page and comes from it, in the middle
// of a run too.
func TestComms(t *testing.T) {
	k := start(t, kernelName)
	id := k.executeRequest("fmt.Println(\"begun\")\ntime.Sleep(5 * time.Second)")
	for m := k.next(time.Minute); m.head.Type != "stream"; m = k.next(time.Minute) {
	}
	k.request(shell, "comm_open", object{"comm_id": "1", "target_name": "gonb_comm", "kernel_id": "0123abcd", "data": object{}})
	for {
		m := k.next(20 * time.Second)
		if m.on == shell && m.parentID() == id {
			t.Fatal("the answer did not come before the end of the cell")
		}
		if m.on == iopub && m.head.Type == "comm_msg" {
			if f := m.fields(); f["comm_id"] != "1" || !strings.Contains(fmt.Sprint(f["data"]), "comm_open_ack") {
				t.Errorf("comm_msg %v", f)
			}
			break
		}
	}
	if r := k.await(time.Minute, id)[id]; r.status() != "ok" {
		t.Errorf("%v", r.reply)
	}
}

// TestSilent: a silent request shows only what it prints, and is not counted.
func TestSilent(t *testing.T) {
	t.Setenv(lang.Env, "en")
	k := start(t, kernelName)
	k.run("fmt.Println(1)")
	id := k.request(shell, "execute_request", object{"code": "fmt.Println(2)", "silent": true})
	if r := k.await(time.Minute, id)[id]; r.stdout != "2\n" || slices.ContainsFunc(r.messages, func(m message) bool { return m.head.Type == "execute_input" }) {
		t.Errorf("%v", r.messages)
	}
	id = k.request(shell, "execute_request", object{"code": "x := 1\nnotDeclared(x)", "silent": true})
	if r := k.await(time.Minute, id)[id]; r.status() != "error" || !strings.Contains(fmt.Sprint(r.reply["traceback"]), "notDeclared(x)") {
		t.Errorf("%v", r.reply)
	}
	if r := k.run("fmt.Println(3)"); r.reply["execution_count"] != 2.0 {
		t.Errorf("%v", r.reply)
	}
}

// TestCompletionKnowsStatements: completion and help work without %%, and name places in
// the reader's own text.
func TestCompletionKnowsStatements(t *testing.T) {
	k := start(t, kernelName)
	source := "x := \"卷积\"\nfunc f() {}\nfmt.Printl"
	deadline := time.Now().Add(100 * time.Second) // gopls reads the module first
	for {
		id := k.request(shell, "complete_request", object{"code": source, "cursor_pos": length(source)})
		f := k.await(time.Minute, id)[id].reply
		if matches := fmt.Sprint(f["matches"]); strings.Contains(matches, "Println") {
			if end := f["cursor_end"].(float64); int(end) != length(source) || int(f["cursor_start"].(float64)) != length(source)-len("Printl") {
				t.Errorf("the completion goes from %v to %v, the text ends at %d", f["cursor_start"], end, length(source))
			}
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("completion %v", f)
		}
		time.Sleep(time.Second)
	}
	id := k.request(shell, "inspect_request", object{"code": "y := 1\nfmt.Println(y)", "cursor_pos": 14})
	if f := k.await(time.Minute, id)[id].reply; !strings.Contains(fmt.Sprint(f["data"]), "Println formats") {
		t.Errorf("help %v", f)
	}
}

// TestInterrupt: the stop button ends a silent loop; a program that handles the signal
// ends as it likes; one that does not care is killed. By Jupyter's message and by signal.
func TestInterrupt(t *testing.T) {
	k := start(t, kernelName)
	k.run("fmt.Println(0)")
	for _, c := range []struct {
		source          string
		bySignal        bool
		status, printed string
	}{
		{"fmt.Println(\"begun\")\nfor {\n}", false, "error", "begun\n"},
		{"fmt.Println(\"begun\")\nfor {\n}", true, "error", "begun\n"},
		{"fmt.Println(\"begun\")\nc := make(chan os.Signal, 1)\nsignal.Notify(c, os.Interrupt)\n<-c\nfmt.Println(\"kept\")", false, "ok", "begun\nkept\n"},
		{"fmt.Println(\"begun\")\nsignal.Ignore(os.Interrupt)\nfor {\n}", false, "error", "begun\n"},
	} {
		id := k.executeRequest(c.source)
		for m := k.next(time.Minute); m.head.Type != "stream"; m = k.next(time.Minute) {
		}
		if c.bySignal {
			k.cmd.Process.Signal(os.Interrupt)
		} else {
			k.request(control, "interrupt_request", object{})
		}
		r := k.await(10*time.Second, id)[id]
		if r.status() != c.status || "begun\n"+r.stdout != c.printed || r.stderr != "" {
			t.Errorf("%q: %v, %q, %q", c.source, r.reply, r.stdout, r.stderr)
		}
	}
	if r := k.run("fmt.Println(1)"); r.stdout != "1\n" {
		t.Errorf("afterwards: %v", r.reply)
	}
}

// TestShutdown: asked to end, the kernel answers, ends, and leaves nothing: no process, no file.
func TestShutdown(t *testing.T) {
	temp := t.TempDir()
	k := start(t, kernelName, "TMPDIR="+temp)
	k.executeRequest("fmt.Println(\"begun\")\nfor {\n}")
	for m := k.next(time.Minute); m.head.Type != "stream"; m = k.next(time.Minute) {
	}
	all := below(k.cmd.Process.Pid)
	if len(all) < 3 {
		t.Errorf("only %d processes are below the kernel", len(all))
	}
	id := k.request(control, "shutdown_request", object{"restart": true})
	for {
		m := k.next(5 * time.Second)
		if m.head.Type == "shutdown_reply" && m.on == control {
			if f := m.fields(); f["restart"] != true || f["status"] != "ok" || m.parentID() != id {
				t.Errorf("shutdown_reply %v", f)
			}
			break
		}
	}
	ended := make(chan error, 1)
	go func() { ended <- k.cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("the kernel ended with %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the kernel goes on")
	}
	awaitEnd(t, all)
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("%s is left", left[0].Name())
	}
	// Restarted, as Jupyter does it: the same connection file, the same ports.
	again := &client{t: t, cmd: exec.Command(k.cmd.Path, k.cmd.Args[1:]...)}
	again.cmd.Env, again.cmd.Dir, again.cmd.SysProcAttr = k.cmd.Env, k.cmd.Dir, k.cmd.SysProcAttr
	c, err := readConnection(k.cmd.Args[2])
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.CreateTemp(t.TempDir(), "log")
	if err != nil {
		t.Fatal(err)
	}
	again.cmd.Stdout, again.cmd.Stderr = log, log
	if r := again.connect(c, log).run("fmt.Println(1)"); r.stdout != "1\n" || r.reply["execution_count"] != 1.0 {
		t.Errorf("after the restart: %v, %q", r.reply, r.stdout)
	}
}

// awaitEnd fails if one of the processes is there after 3 s.
func awaitEnd(t *testing.T, pids []int) {
	t.Helper()
	deadline := time.Now().Add(3 * time.Second)
	for {
		alive := parents()
		left := slices.DeleteFunc(slices.Clone(pids), func(pid int) bool { _, ok := alive[pid]; return !ok })
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			for _, pid := range left {
				line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
				t.Errorf("process %d is left: %q", pid, strings.ReplaceAll(string(line), "\x00", " "))
				syscall.Kill(pid, syscall.SIGKILL)
			}
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}
