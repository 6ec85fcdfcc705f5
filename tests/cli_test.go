package tests

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"cnnbook/chapters"
	"cnnbook/tests/checkout"
)

// outcome of the command as a reader sees it.
type outcome struct {
	stdout, stderr string
	status         int
}

// command runs cnnbook in the checkout with changes to the environment.
func command(t *testing.T, environ []string, args ...string) outcome {
	t.Helper()
	c := exec.CommandContext(t.Context(), cnnbook, args...)
	c.Dir = env.Root
	c.Env = append(os.Environ(), environ...)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return outcome{stdout.String(), stderr.String(), c.ProcessState.ExitCode()}
}

// mustFail checks that the command failed with a last line that names the mend,
// and with no stack of calls.
func (o outcome) mustFail(t *testing.T, names ...string) {
	t.Helper()
	if o.status == 0 {
		t.Fatalf("the command succeeded; it printed %q", o.stdout+o.stderr)
	}
	lines := strings.Split(strings.TrimSpace(o.stderr), "\n")
	last := lines[len(lines)-1]
	for _, want := range names {
		if !strings.Contains(last, want) {
			t.Errorf("the message does not contain %q: %s", want, o.stderr)
		}
	}
	if strings.Contains(o.stderr, "goroutine ") {
		t.Errorf("the message is a stack of calls: %s", o.stderr)
	}
}

// pathWith is a PATH with nothing but the go command and the given programs.
func pathWith(t *testing.T, scripts map[string]string) string {
	dir := t.TempDir()
	realGo, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(realGo, filepath.Join(dir, "go")); err != nil {
		t.Fatal(err)
	}
	for name, body := range scripts {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+body), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return "PATH=" + dir
}

func TestSetupWithoutPython(t *testing.T) {
	dir := t.TempDir()
	o := command(t, []string{"CNNBOOK_HOME=" + dir, pathWith(t, nil)}, "setup")
	o.mustFail(t, "python3 was not found", "3.10", "apt install python3")
	checkout.IsEmptyBut(t, dir, "setup.lock", "stamps", "requirements.txt")
}

func TestSetupWithoutVenv(t *testing.T) {
	dir := t.TempDir()
	// Debian's python3 without python3-venv: it starts, but cannot import ensurepip.
	python := "case \"$*\" in *platform*) echo 3.11.2;; *) exit 1;; esac\n"
	o := command(t, []string{"CNNBOOK_HOME=" + dir, pathWith(t, map[string]string{"python3": python})}, "setup")
	o.mustFail(t, "no venv module", "apt install python3-venv")
	checkout.IsEmptyBut(t, dir, "setup.lock", "stamps", "requirements.txt")
}

func TestSetupWithOldPython(t *testing.T) {
	o := command(t, []string{"CNNBOOK_HOME=" + t.TempDir(), pathWith(t, map[string]string{"python3": "echo 3.9.18\n"})}, "setup")
	o.mustFail(t, "Python 3.9.18", "3.10 or newer")
}

func TestSetupWithoutNetwork(t *testing.T) {
	dir := t.TempDir()
	o := command(t, []string{"CNNBOOK_HOME=" + dir, "PIP_INDEX_URL=http://127.0.0.1:9/simple", "PIP_FIND_LINKS=", "PIP_RETRIES=0",
		"UV_INDEX_URL=http://127.0.0.1:9/simple", "UV_HTTP_RETRIES=0"}, "setup", "--no-xla")
	o.mustFail(t, "could not install JupyterLab", "no network", "PIP_INDEX_URL")
	checkout.IsEmptyBut(t, dir, "setup.lock", "stamps", "requirements.txt")
}

func TestSetupInAFolderThatCannotBeWritten(t *testing.T) {
	// Below a file, because the super-user may write into any folder.
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	o := command(t, []string{"CNNBOOK_HOME=" + filepath.Join(file, "home")}, "setup")
	o.mustFail(t, file, "cannot be written", "CNNBOOK_HOME")
}

func TestSetupOnAFullDisk(t *testing.T) {
	dir := smallDisk(t)
	o := command(t, []string{"CNNBOOK_HOME=" + dir}, "setup")
	o.mustFail(t, "MB", "disk is full", "CNNBOOK_HOME")
	checkout.IsEmptyBut(t, dir, "setup.lock", "stamps", "requirements.txt")
}

// smallDisk mounts a disk of 8 MB.
func smallDisk(t *testing.T) string {
	dir := t.TempDir()
	unmount, err := mountDisk(dir)
	checkout.MustHave(t, err == nil, fmt.Sprintf("the right to mount a small disk (%v)", err), "run the tests as the super-user, as in a container")
	t.Cleanup(unmount)
	return dir
}

func TestPortInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
	o := command(t, nil, "lab", "--no-browser", "--port", port)
	o.mustFail(t, "port "+port+" is in use", "--port")
}

func TestWrongBackend(t *testing.T) {
	o := command(t, []string{"GOMLX_BACKEND=nonsense"}, "claims", "--engine", "auto", "5.2a")
	o.mustFail(t, "GOMLX_BACKEND", "nonsense", "xla:cpu")
}

func TestWrongUsage(t *testing.T) {
	for _, c := range []struct {
		args  []string
		names []string
	}{
		{[]string{"nonsense"}, []string{"unknown command", "nonsense"}},
		{[]string{"notebooks", "nonsense"}, []string{"unknown command", "nonsense"}},
		{[]string{"lab", "--prot", "1"}, []string{"unknown flag", "--prot"}},
		{[]string{"lab", "--port", "99999"}, []string{"99999", "65535"}},
		{[]string{"claims", "9.9"}, []string{"9.9", "5.2a"}},
		{[]string{"figures", "9.9"}, []string{"9.9", "5.2a"}},
		{[]string{"notebooks", "run", "9.9"}, []string{"9.9", "5.2a"}},
		{[]string{"setup", "--backend", "nonsense"}, []string{"nonsense", "xla:cpu"}},
		{[]string{"setup", "--python", "/no/such/python"}, []string{"/no/such/python", "3.10"}},
		{[]string{"xla", "install", "nonsense"}, []string{"nonsense", "cuda"}},
	} {
		command(t, nil, c.args...).mustFail(t, c.names...)
	}
}

func TestDoctor(t *testing.T) {
	o := command(t, nil, "doctor", "--json")
	var r struct {
		OK       bool
		Backends []struct {
			Name  string
			Loads bool
		}
		Troubles []struct{ What, Mend string }
	}
	if err := json.Unmarshal([]byte(o.stdout), &r); err != nil {
		t.Fatalf("%v in %q", err, o.stdout)
	}
	if o.status != 0 || !r.OK {
		t.Errorf("status %d, ok %v, troubles %v", o.status, r.OK, r.Troubles)
	}
	if len(r.Backends) < 2 { // XLA's CPU plugin and pure Go
		t.Errorf("backends: %v", r.Backends)
	}
}

func TestDoctorBeforeSetup(t *testing.T) {
	o := command(t, []string{"CNNBOOK_HOME=" + t.TempDir()}, "doctor")
	if o.status == 0 || !strings.Contains(o.stdout, "go run . setup") {
		t.Errorf("status %d; doctor says %s%s", o.status, o.stdout, o.stderr)
	}
}

func TestClaimsJSON(t *testing.T) {
	o := command(t, nil, "claims", "5.2", "--json")
	var rows []struct{ ID, Section, Quote, Book, Value, Computed, Verdict, Note string }
	if err := json.Unmarshal([]byte(o.stdout), &rows); err != nil || o.status != 0 {
		t.Fatalf("status %d, %v in %q", o.status, err, o.stdout+o.stderr)
	}
	sections := map[string]int{}
	for _, r := range rows {
		sections[r.Section]++
		if r.Computed != r.Verdict || r.Computed == "" {
			t.Errorf("%s: computed %q, reviewed %q", r.ID, r.Computed, r.Verdict)
		}
	}
	if sections["5.2a"] == 0 || sections["5.2b"] == 0 {
		t.Errorf("rows by section: %v", sections)
	}
}

// TestFigures: drawn twice they are the same, byte for byte, and their numbers are
// the committed ones.
func TestFigures(t *testing.T) {
	committed := filepath.Join(env.Root, "chapters", "ch05", "figures")
	first, second := t.TempDir(), t.TempDir()
	for _, dir := range []string{first, second} {
		if o := command(t, nil, "figures", "--out", dir); o.status != 0 {
			t.Fatal(o.stderr)
		}
	}
	names := fileNames(t, first)
	if there := fileNames(t, committed); len(names) == 0 || !slices.Equal(there, names) {
		t.Errorf("committed are %v, drawn are %v", there, names)
	}
	for _, name := range names {
		a, b := readFile(t, filepath.Join(first, name)), readFile(t, filepath.Join(second, name))
		if !bytes.Equal(a, b) {
			t.Errorf("%s is not the same when drawn again", name)
		}
		if filepath.Ext(name) != ".json" {
			continue
		}
		var got, want any
		if err := errors.Join(json.Unmarshal(a, &got), json.Unmarshal(readFile(t, filepath.Join(committed, name)), &want)); err != nil {
			t.Fatal(err)
		}
		if !chapters.Alike(got, want) {
			t.Errorf("the numbers of %s are not the committed ones; look at it, then `go run . figures`", name)
		}
	}
}

func fileNames(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestTable: without a row it trains nothing; here nothing is stored either.
func TestTable(t *testing.T) {
	o := command(t, nil, "table", "--json", "--out", t.TempDir())
	var report struct {
		Profile string
		Rows    []struct {
			Row, Missing string
			Book         float64
			Runs         int
		}
	}
	if err := json.Unmarshal([]byte(o.stdout), &report); err != nil || o.status != 0 {
		t.Fatalf("%v: %s%s", err, o.stdout, o.stderr)
	}
	if len(report.Rows) != 12 || report.Profile != "faithful" { // 1 to 8, with 5b, 5c, 6b and 6c
		t.Errorf("%d rows of profile %q", len(report.Rows), report.Profile)
	}
	for _, r := range report.Rows {
		if r.Runs != 0 || r.Missing != "go run . table "+r.Row || r.Book < 97 {
			t.Errorf("row %+v", r)
		}
	}
	command(t, nil, "table", "9").mustFail(t, "no row", "5b")
	command(t, nil, "table", "--job").mustFail(t, "--job is for the processes that `table` starts") // standard input is empty
}

// TestErrata: the committed list is the generated one.
func TestErrata(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ERRATA.md")
	if o := command(t, nil, "claims", "--errata", path); o.status != 0 {
		t.Fatal(o.stderr)
	}
	if !bytes.Equal(readFile(t, path), readFile(t, filepath.Join(env.Root, "chapters", "ch05", "ERRATA.md"))) {
		t.Error("chapters/ch05/ERRATA.md is old; `go run . claims --errata chapters/ch05/ERRATA.md` writes it")
	}
}

// TestFiguresDoNotDependOnTheEngine: whatever a reader's cells run on, the files are the
// committed ones, byte for byte.
func TestFiguresDoNotDependOnTheEngine(t *testing.T) {
	const section = "5.2"
	for _, engine := range []string{"go", "xla:cpu"} {
		dir := t.TempDir()
		if o := command(t, []string{"GOMLX_BACKEND=" + engine}, "figures", section, "--out", dir); o.status != 0 {
			t.Fatal(o.stderr)
		}
		names := fileNames(t, dir)
		for _, name := range names {
			if !bytes.Equal(readFile(t, filepath.Join(dir, name)), readFile(t, filepath.Join(env.Root, "chapters", "ch05", "figures", name))) {
				t.Errorf("%s is not the committed file if cells run on %s", name, engine)
			}
		}
		if len(names) < 10 {
			t.Errorf("only %v were drawn", names)
		}
	}
}

// TestWithoutCCompiler: the command builds without cgo, says what is missing and
// how to get it, and computes on the pure-Go backend.
func TestWithoutCCompiler(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cnnbook")
	build := exec.Command("go", "build", "-o", path, ".")
	build.Dir, build.Env = env.Root, append(os.Environ(), "CGO_ENABLED=0") // what go does if it finds no gcc or clang
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	run := exec.Command(path, "claims", "--engine", "auto", "5.2a")
	run.Dir = env.Root
	var stderr bytes.Buffer
	run.Stderr = &stderr
	if err := run.Run(); err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	for _, want := range []string{"C compiler", "apt install gcc", "slower"} {
		if !strings.Contains(stderr.String(), want) || strings.Count(stderr.String(), "\n") != 1 {
			t.Errorf("the command says %q, want one line with %q", stderr.String(), want)
		}
	}
}

// TestSetupStopped: Ctrl-C ends a set-up with one line and leaves nothing half-made.
func TestSetupStopped(t *testing.T) {
	dir := t.TempDir()
	c := exec.Command(cnnbook, "setup", "--no-xla")
	c.Dir, c.Env = env.Root, append(os.Environ(), "CNNBOOK_HOME="+dir)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, filepath.Join(dir, "venv", "bin", "python"))
	c.Process.Signal(os.Interrupt)
	c.Wait()
	o := outcome{stderr: stderr.String(), status: c.ProcessState.ExitCode()}
	o.mustFail(t, "stopped", "go run . setup")
	checkout.IsEmptyBut(t, dir, "setup.lock", "stamps", "requirements.txt")
}

// TestSetupAnew makes an environment in an empty folder the hard way: a set-up
// that is killed half-way, then two at once, then one that finds nothing to do.
func TestSetupAnew(t *testing.T) {
	if testing.Short() {
		t.Skip("it installs JupyterLab once more (a minute)")
	}
	dir, userHome := t.TempDir(), t.TempDir()
	environ := append(checkout.GoFolders(t), "CNNBOOK_HOME="+dir, "HOME="+userHome)

	first := exec.Command(cnnbook, "setup", "--no-xla")
	first.Dir, first.Env = env.Root, append(os.Environ(), environ...)
	first.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, filepath.Join(dir, "venv", "bin", "python")) // half-way: pip is at work
	syscall.Kill(-first.Process.Pid, syscall.SIGKILL)
	first.Wait()
	if o := command(t, environ, "doctor"); o.status == 0 {
		t.Error("doctor finds a half-made environment well")
	}

	var both [2]outcome
	var wg sync.WaitGroup
	for i := range both {
		wg.Go(func() { both[i] = command(t, environ, "setup", "--no-xla") })
	}
	wg.Wait()
	installs := 0
	for _, o := range both {
		if o.status != 0 {
			t.Errorf("one of two set-ups at once failed: %s", o.stderr)
		}
		installs += strings.Count(o.stderr, "Python environment")
	}
	if installs != 1 {
		t.Errorf("the Python environment was made %d times by two set-ups", installs)
	}

	before := tree(t, dir)
	start := time.Now()
	again := command(t, environ, "setup", "--no-xla")
	t.Logf("a set-up with nothing to do took %v", time.Since(start))
	if again.status != 0 || strings.Count(again.stderr, "\n") != 1 {
		t.Errorf("a set-up with nothing to do says %q", again.stderr)
	}
	if after := tree(t, dir); after != before {
		t.Errorf("a set-up with nothing to do changed\n%s\nto\n%s", before, after)
	}
	if o := command(t, append(environ, "GOMLX_BACKEND=go"), "doctor"); o.status != 0 {
		t.Errorf("doctor after set-up: %s", o.stdout)
	}
	// Not ours: the go command's counters, and what the rustc of a machine that has
	// one makes when pip asks for its version.
	checkout.IsEmptyBut(t, userHome, ".config", ".rustup")
	checkout.IsEmptyBut(t, filepath.Join(userHome, ".config"), "go")
}

func waitFor(t *testing.T, path string) {
	for range 600 { // a minute
		if _, err := os.Lstat(path); err == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s did not appear in a minute", path)
}

// tree lists files with their sizes and times, down to the second level.
func tree(t *testing.T, dir string) string {
	var b strings.Builder
	for _, pattern := range []string{"*", "*/*"} {
		paths, _ := filepath.Glob(filepath.Join(dir, pattern)) // the patterns are well-formed
		for _, p := range paths {
			info, err := os.Lstat(p)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "%s %d %v\n", p, info.Size(), info.ModTime())
		}
	}
	return b.String()
}

func TestRegisterForUser(t *testing.T) {
	data := t.TempDir()
	o := command(t, []string{"JUPYTER_DATA_DIR=" + data}, "setup", "--user")
	if o.status != 0 || !strings.Contains(o.stderr, data) || !strings.Contains(o.stderr, "remove") {
		t.Errorf("status %d: %s", o.status, o.stderr)
	}
	spec, err := os.ReadFile(filepath.Join(data, "kernels", "cnnbook", "kernel.json"))
	if err != nil || !json.Valid(spec) {
		t.Errorf("no kernel.json for the user: %v", err)
	}
}
