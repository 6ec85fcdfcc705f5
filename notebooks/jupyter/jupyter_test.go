package jupyter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"cnnbook/internal/atomicfile"
)

func TestAtLeast(t *testing.T) {
	for _, c := range []struct {
		version string
		want    bool
	}{{"3.10.0", true}, {"3.9.18", false}, {"3.11.2", true}, {"4.0", true}, {"2.7", false}, {"", false}} {
		if got := atLeast(c.version, minPython); got != c.want {
			t.Errorf("atLeast(%q, %q) = %v", c.version, minPython, got)
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		section, file string
		want          bool
	}{
		{"5.2a", "05_02a_edges.ipynb", true},
		{"5.2", "05_02a_edges.ipynb", true},
		{"5.2b", "05_02a_edges.ipynb", false},
		{"5.20", "05_02a_edges.ipynb", false},
		{"5.2", "05_20_checkerboard.ipynb", false},
		{"5.20", "05_20_checkerboard.ipynb", true},
	} {
		if got := Names(c.section, c.file); got != c.want {
			t.Errorf("Names(%q, %q) = %v", c.section, c.file, got)
		}
	}
}

func TestErrorLine(t *testing.T) {
	for _, c := range []struct{ out, want string }{
		{"WARNING: a\nERROR: No matching distribution\n", "ERROR: No matching distribution"},
		{"go: module not found\nmore\n", "go: module not found"},
		{"only this\n", "only this"},
		{"", ""},
	} {
		if got := errorLine(c.out); got != c.want {
			t.Errorf("errorLine(%q) = %q, want %q", c.out, got, c.want)
		}
	}
}

// TestGoShim: a bare `go get` does nothing; a build says the bare message first,
// loses GoNB's header and keeps its status; everything else reaches the real go.
func TestGoShim(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "it's here") // a path that needs quoting
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	real, shim := filepath.Join(dir, "go"), filepath.Join(dir, "shim")
	script := "#!/bin/sh\necho \"real $*\"\ncase $1 in build) printf '# gonb_1234\\n./main.go:3:2: undefined: x\\n' >&2; exit 1;; esac\n"
	for path, body := range map[string]string{real: script, shim: goShim(real)} {
		if err := os.WriteFile(path, []byte(body), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		args, want string
		status     int
	}{
		{"get", "", 0},
		{"get -t", "", 0},
		{"get example.com/x", "real get example.com/x\n", 0},
		{"env GOPATH", "real env GOPATH\n", 0},
		{"build -o x", "undefined: x\nreal build -o x\n./main.go:3:2: undefined: x\n", 1},
	} {
		cmd := exec.Command(shim, strings.Fields(c.args)...)
		out, err := cmd.CombinedOutput()
		if string(out) != c.want || cmd.ProcessState.ExitCode() != c.status {
			t.Errorf("go %s: %q, %v, want %q and status %d", c.args, out, err, c.want, c.status)
		}
	}
}

// TestGoShimMakesRoomForTheKernel: the program of a cell is built under another name, and
// a link to the kernel takes its place; nothing else is.
func TestGoShimMakesRoomForTheKernel(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gonb_0123abcd")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	real, shim := filepath.Join(dir, "go"), filepath.Join(dir, "shim")
	for path, body := range map[string]string{real: "#!/bin/sh\necho \"real $*\"\n", shim: goShim(real)} {
		if err := os.WriteFile(path, []byte(body), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cell := filepath.Join(dir, "gonb_0123abcd")
	for _, c := range []struct {
		args   []string
		env    string
		builds string
		link   bool
	}{
		{[]string{"build", "-o", cell}, "CNNBOOK_KERNEL=/the/kernel", "real build -o " + cell + ".cell\n", true},
		{[]string{"build", "-o", cell, "-race"}, "CNNBOOK_KERNEL=/the/kernel", "real build -o " + cell + ".cell -race\n", true},
		{[]string{"test", "-c", "-o", cell}, "CNNBOOK_KERNEL=/the/kernel", "real test -c -o " + cell + ".cell\n", true},
		{[]string{"build", "-o", cell}, "A=b", "real build -o " + cell + "\n", false},
		{[]string{"build", "-o", "prog", "."}, "CNNBOOK_KERNEL=/the/kernel", "real build -o prog .\n", false},
		{[]string{"vet", "-o", cell}, "CNNBOOK_KERNEL=/the/kernel", "real vet -o " + cell + "\n", false},
	} {
		os.Remove(cell)
		cmd := exec.Command(shim, c.args...)
		cmd.Env = append(os.Environ(), "CNNBOOK_KERNEL=", c.env)
		out, err := cmd.CombinedOutput()
		to, linkErr := os.Readlink(cell)
		if string(out) != c.builds || err != nil || c.link != (linkErr == nil && to == "/the/kernel") {
			t.Errorf("go %v with %s: %q, %v, a link to %q", c.args, c.env, out, err, to)
		}
	}
}

func TestKernelSpecQuotesDollars(t *testing.T) {
	k := newKernelSpec(Env{Root: "/a$b", Folder: "/a$b/.cnnbook"}, settings{Backend: "go"}, true, "/cache", kernelProgram, "")
	if got := k.Env["CNNBOOK_ROOT"]; got != "/a$$b" {
		t.Errorf("CNNBOOK_ROOT = %q, want /a$$b: front ends replace $b", got)
	}
	if filepath.Base(k.Argv[0]) != kernelProgram {
		t.Errorf("the kernel is %s", k.Argv[0])
	}
	if k.Env["GOMLX_BACKEND"] != "go" {
		t.Errorf("the chosen backend is lost: %v", k.Env)
	}
	if k := newKernelSpec(Env{}, settings{}, false, "/cache", kernelProgram, ""); k.Env["GOFLAGS"] != "-ldflags=-s" {
		t.Errorf("without internal linking GOFLAGS = %q", k.Env["GOFLAGS"])
	} else if _, ok := k.Env["GOMLX_BACKEND"]; ok {
		t.Error("an empty GOMLX_BACKEND would hide the reader's own")
	}
}

func TestDescribe(t *testing.T) {
	e := Env{Folder: "/there"}
	for _, c := range []struct {
		err  error
		says []string
	}{
		{fmt.Errorf("setup: pip could not install JupyterLab: %w", syscall.ENOSPC), []string{"disk is full", "/there", "CNNBOOK_HOME"}},
		{&os.PathError{Op: "mkdir", Path: "/there", Err: syscall.EACCES}, []string{"/there", "cannot be written", "CNNBOOK_HOME"}},
		{&os.PathError{Op: "open", Path: "/there/x", Err: syscall.EROFS}, []string{"/there/x", "cannot be written"}},
	} {
		got := e.describe(c.err).Error()
		for _, s := range c.says {
			if !strings.Contains(got, s) || strings.Contains(got, "\n") {
				t.Errorf("describe(%v) = %q, want one line with %q", c.err, got, s)
			}
		}
	}
}

func TestSettingsThatAreDamaged(t *testing.T) {
	e := Env{Folder: t.TempDir()}
	if err := os.WriteFile(e.path("settings.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := e.readSettings(); err == nil || !strings.Contains(err.Error(), "delete it") {
		t.Errorf("readSettings of a damaged file: %v", err)
	}
}

// TestStepsAreDoneOnce: a step runs when its stamp or its artifact is missing or
// its key has changed, and not otherwise.
func TestStepsAreDoneOnce(t *testing.T) {
	e := Env{Folder: t.TempDir()}
	ran := 0
	st := step{name: "x", key: "1", artifact: e.path("artifact")}
	st.run = func(context.Context) error { ran++; return atomicfile.Write(st.artifact, []byte("x"), 0o644) }
	do := func(want int) {
		t.Helper()
		if err := e.do(t.Context(), st, new(strings.Builder)); err != nil {
			t.Fatal(err)
		}
		if ran != want {
			t.Fatalf("the step ran %d times, want %d", ran, want)
		}
	}
	do(1)
	do(1)
	os.Remove(st.artifact)
	do(2)
	st.key = "2"
	do(3)
	st.run = func(context.Context) error { return errors.New("no") }
	st.key = "3"
	if err := e.do(t.Context(), st, new(strings.Builder)); err == nil {
		t.Error("a step that fails is taken for done")
	}
	if e.isDone(st) {
		t.Error("a step that failed has a stamp")
	}
}

// head are the cells that a notebook of section 5.2a begins with, lastly that it ends with.
const (
	head   = heading + `, ` + importCell
	lastly = `, {"cell_type": "code", "id": "z", "source": "exercise.Check(\"5.2a\", f)", "outputs": [], "execution_count": null}`

	heading    = `{"cell_type": "markdown", "id": "a", "source": ["# 5.2a Edges\n", "边缘"]}`
	importCell = `{"cell_type": "code", "id": "i", "source": "import (\n\t\"fmt\"\n\n\t\"cnnbook/plots\"\n)", "outputs": [], "execution_count": null,` + collapsed + `}`
	collapsed  = `"metadata": {"jupyter": {"source_hidden": true}}`
)

// writeNotebook writes a notebook of these cells and returns its path.
func writeNotebook(t *testing.T, name, cells, kernel string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	body := fmt.Sprintf(`{"cells": [%s], "metadata": {"kernelspec": {"name": %q, "display_name": "Go"}}, "nbformat": 4, "nbformat_minor": 5}`, cells, kernel)
	if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// codeCell is a code cell as JSON, with a comma before it.
func codeCell(t *testing.T, source string) string {
	t.Helper()
	text, err := json.Marshal(source)
	if err != nil {
		t.Fatal(err)
	}
	return `, {"cell_type": "code", "id": "c", "source": ` + string(text) + `, "outputs": [], "execution_count": null}`
}

func TestLint(t *testing.T) {
	saved := func(rest string) string {
		return head + `, {"cell_type": "code", "source": "x", ` + rest + `}` + lastly
	}
	markdown := func(source string) string {
		return head + `, {"cell_type": "markdown", "source": "` + source + `"}` + lastly
	}
	for _, c := range []struct{ cells, kernel, says string }{
		{head + lastly, KernelName, ""},
		{head + lastly, "gonb", "kernel"},
		{`{"cell_type": "markdown", "source": "# Edges"}, ` + importCell + lastly, KernelName, "heading"},
		{`{"cell_type": "markdown", "source": "# 5.2a Edges"}, ` + importCell + lastly, KernelName, "Chinese title"},
		{saved(`"outputs": [{"output_type": "stream"}], "execution_count": null`), KernelName, "output"},
		{saved(`"outputs": [], "execution_count": 3`), KernelName, "execution count"},
		{saved(`"id": "z", "outputs": [], "execution_count": null`), KernelName, "that of another cell"},
		{markdown("![](a.png)"), KernelName, "1 images without alternative text"},
		{markdown("![a cat](a.png)"), KernelName, ""},
		{markdown(`<img src='a.png'>`), KernelName, "alternative text"},
		{markdown(`<img alt='' src='a.png'>`), KernelName, "alternative text"},
		{markdown(`<img alt='a cat' src='a.png'>`), KernelName, ""},
		{markdown(`<img title='no alt=\"here\"' src='a.png'>`), KernelName, "alternative text"},
		{head, KernelName, "checks no exercise of section 5.2a"},
		{head + strings.Replace(lastly, "5.2a", "5.2b", 1), KernelName, "checks no exercise"},
		{head + strings.Replace(lastly, "5.2a", "5.2a-2", 1), KernelName, ""},
		{head + lastly + codeCell(t, "x"), KernelName, "checks no exercise"},
		{head + lastly + `, {"cell_type": "markdown", "id": "y", "source": "What next."}`, KernelName, ""},
	} {
		lintSays(t, "05_02a_edges.ipynb", c.cells, c.kernel, c.says)
	}
}

// lintSays checks that Lint says one line, with these words; "" if it is to say nothing.
func lintSays(t *testing.T, name, cells, kernel, words string) {
	t.Helper()
	wrong, err := Lint(writeNotebook(t, name, cells, kernel))
	if err != nil {
		t.Fatal(err)
	}
	if words == "" && len(wrong) > 0 || words != "" && (len(wrong) != 1 || !strings.Contains(wrong[0], words)) {
		t.Errorf("Lint says %q of\n%s\nwant one line with %q", wrong, cells, words)
	}
}

// TestLintOfCodeCells: what a cell may look like.
func TestLintOfCodeCells(t *testing.T) {
	for source, says := range map[string]string{
		strings.Repeat("x\n", maxCodeLines):                  "",
		strings.Repeat("x\n", maxCodeLines+1):                "16 lines of code, at most 15",
		"y\n" + strings.Repeat("x", maxCodeColumns):          "",
		"y\n" + strings.Repeat("x", maxCodeColumns+1):        "line 2 has 101 columns, at most 100",
		strings.Repeat("二", maxCodeColumns):                  "",
		"\t" + strings.Repeat("x", maxCodeColumns-4):         "",
		"\t" + strings.Repeat("x", maxCodeColumns-3):         "line 1 has 101 columns",
		"import \"fmt\"\n\n%%\nfmt.Println(3)":               "it has imports",
		"important := 3":                                     "",
		"engine.Describe()":                                  "",
		"e := cell.Must(xla.Open(cell.Context(), \"auto\"))": "", // section 5.2a may
	} {
		lintSays(t, "05_02a_edges.ipynb", head+codeCell(t, source)+lastly, KernelName, says)
	}
	other := func(cells string) string { return strings.ReplaceAll(cells, "5.2a", "5.2b") }
	open := codeCell(t, "e := cell.Must(xla.Open(cell.Context(), \"auto\"))")
	lintSays(t, "05_02b_hyperparameters.ipynb", other(head+open+lastly), KernelName, "opens the engine by hand")
	lintSays(t, "05_02b_hyperparameters.ipynb", other(head+codeCell(t, "engine.Describe()")+lastly), KernelName, "")
}

// TestLintOfTheImportCell: one cell at the head has the imports of all, is collapsed, and may
// have more lines than others.
func TestLintOfTheImportCell(t *testing.T) {
	long := `import (\n` + strings.Repeat(`\t_ \"fmt\"\n`, maxCodeLines+1) + `)`
	for cells, says := range map[string]string{
		strings.Replace(head, `import (\n\t\"fmt\"\n\n\t\"cnnbook/plots\"\n)`, long, 1):                 "",
		strings.Replace(head, collapsed, `"metadata": {}`, 1):                                           "not collapsed",
		strings.Replace(head, `\n)"`, `\n)\n\n%%\nengine.Describe()"`, 1):                               "is not the import cell",
		strings.Replace(head, `\n)"`, `\n)\n\nvar x = 3"`, 1):                                           "is not the import cell",
		strings.Replace(head, `import (`, `const (`, 1):                                                 "is not the import cell",
		head + codeCell(t, "import \"os\""):                                                             "it has imports",
		heading + strings.Replace(codeCell(t, "engine.Describe()"), `null}`, `null, `+collapsed+`}`, 1): "is not the import cell",
	} {
		lintSays(t, "05_02a_edges.ipynb", cells+lastly, KernelName, says)
	}
}

func TestLintExecuted(t *testing.T) {
	for _, c := range []struct{ data, says string }{
		{`"text/html": "<img src=\"a\">"`, "1 images without"},
		{`"text/html": ["<img alt=\"\" src=\"a\">", "<img alt=\" \" src=\"b\">"]`, "2 images without"},
		{`"text/html": "<figure><img alt=\"A cat.\" src=\"a\"></figure>"`, ""},
		{`"text/html": "<svg width=\"3\"><path/></svg>"`, "1 images without"},
		{`"text/html": "<svg aria-label=\"\"></svg>"`, "1 images without"},
		{`"text/html": "<svg role=\"img\" aria-label=\"A cat.\"></svg>"`, ""},
		{`"text/html": "<svg><title>A cat.</title></svg>"`, ""},
		{`"text/html": "<script>const s = '<img src=x>'</script>"`, ""},
		{`"image/png": "iVBOR"`, "image/png"},
		{`"text/plain": "3"`, ""},
	} {
		path := filepath.Join(t.TempDir(), "05_02a_edges.ipynb")
		body := `{"cells": [{"cell_type": "markdown", "source": "x"}, {"cell_type": "code", "source": "x", "outputs": [{"output_type": "display_data", "data": {` + c.data + `}}]}]}`
		if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
		wrong, err := LintExecuted(path)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(wrong, "\n")
		if c.says == "" && got != "" || !strings.Contains(got, c.says) || got != "" && !strings.Contains(got, "cell 2") {
			t.Errorf("%s: LintExecuted says %q, want %q", c.data, got, c.says)
		}
	}
}
