package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cnnbook/chapters/ch05"
	"cnnbook/internal/home"
	"cnnbook/notebooks/exercise"
)

// run runs the command with the reader's progress in a folder of its own.
func run(t *testing.T, args ...string) (said string, err error) {
	t.Helper()
	var out bytes.Buffer
	c := Command(&out, &out)
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetArgs(args)
	err = c.ExecuteContext(t.Context())
	return out.String(), err
}

// reader is a reader with no progress, and a folder for the answers.
func reader(t *testing.T) (folder string) {
	t.Helper()
	t.Setenv(home.FolderEnv, t.TempDir())
	return t.TempDir()
}

func TestList(t *testing.T) {
	folder := reader(t)
	if err := exercise.Update(io.Discard, func(p *exercise.Progress) {
		p.Exercises["5.2a"] = exercise.Record{Solved: time.Unix(1, 0), SolutionSeen: time.Unix(1, 0)}
		p.Exercises["5.2b"] = exercise.Record{Tries: 3, Hints: 1}
		p.Exercises["gone"] = exercise.Record{Tries: 1} // of an exercise that a later version left out
	}); err != nil {
		t.Fatal(err)
	}
	said, err := run(t, "--folder", folder)
	n := 0
	for _, s := range ch05.Sections() {
		n += len(s.Exercises)
	}
	for _, want := range []string{"solved (solution seen)", "tried 3×", "Write the convolution loop",
		fmt.Sprintf("%d exercises: 1 solved, 0 solution seen, 1 tried, %d open.", n, n-2)} {
		if err != nil || !strings.Contains(said, want) {
			t.Errorf("the list, %v, lacks %q:\n%s", err, want, said)
		}
	}
	said, err = run(t, "--json", "--folder", folder)
	var r struct {
		Exercises []struct {
			Section, ID, Kind, State, Title, File string
			Tries                                 int
			SolutionSeen                          bool `json:"solution_seen"`
		}
		Counts map[string]int
	}
	if err != nil || json.Unmarshal([]byte(said), &r) != nil || len(r.Exercises) != n || r.Counts["open"] != n-2 {
		t.Fatalf("--json: %v\n%s", err, said)
	}
	for _, e := range r.Exercises {
		switch e.ID {
		case "5.2a":
			if e.State != "solved" || !e.SolutionSeen {
				t.Errorf("%+v", e)
			}
		case "5.2b":
			if e.State != "tried" || e.Tries != 3 || e.File != filepath.Join(folder, "ch05_02b", "answer.go") {
				t.Errorf("%+v", e)
			}
		}
	}
}

// TestListOfADamagedProgress: the list is there, with one line about the file.
func TestListOfADamagedProgress(t *testing.T) {
	folder := reader(t)
	if err := os.WriteFile(filepath.Join(os.Getenv(home.FolderEnv), "exercises.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	said, err := run(t, "--folder", folder)
	if err != nil || strings.Count(said, "damaged") != 1 || !strings.Contains(said, "5.2a") {
		t.Errorf("%v\n%s", err, said)
	}
}

// TestNext: open ones in the order of the book, then those whose solution was seen.
func TestNext(t *testing.T) {
	folder := reader(t)
	all, err := rows(io.Discard, folder)
	if err != nil {
		t.Fatal(err)
	}
	set := func(id string, r exercise.Record) {
		if err := exercise.Update(io.Discard, func(p *exercise.Progress) { p.Exercises[id] = r }); err != nil {
			t.Fatal(err)
		}
	}
	next := func(wants ...string) {
		t.Helper()
		said, err := run(t, "next", "--folder", folder)
		for _, want := range wants {
			if err != nil || !strings.Contains(said, want) {
				t.Errorf("next, %v, says %q, want %q in it", err, said, want)
			}
		}
	}
	first := all[0]
	next(first.ID+"  ", strings.Fields(first.Task)[0], first.Notebook, "exercises watch "+first.ID, "exercises hint "+first.ID)
	set(first.ID, exercise.Record{SolutionSeen: time.Unix(1, 0)})
	next(all[1].ID + "  ")
	for _, r := range all[1:] {
		set(r.ID, exercise.Record{Solved: time.Unix(1, 0)})
	}
	next(first.ID + "  ")
	set(first.ID, exercise.Record{Solved: time.Unix(1, 0)})
	next(allSolved)
	if said, err := run(t, "next", "--json"); err != nil || said != "null\n" {
		t.Errorf("next --json where all are solved: %q, %v", said, err)
	}

	if said, err := run(t, "reset", first.ID); err != nil || !strings.Contains(said, "open again") {
		t.Errorf("reset: %q, %v", said, err)
	}
	next(first.ID + "  ")
	if _, err := run(t, "reset"); err != nil {
		t.Error(err)
	}
	if p, err := exercise.Read(); err != nil || len(p.Exercises) != 0 {
		t.Errorf("after a reset of all: %+v, %v", p, err)
	}
}

// TestStart: the file compiles, is never overwritten, and its stub fails.
func TestStart(t *testing.T) {
	folder := reader(t)
	path := filepath.Join(folder, "ch05_02b", "answer.go")
	said, err := run(t, "start", "5.2b", "--folder", folder)
	if err != nil || !strings.Contains(said, path) {
		t.Fatalf("start: %q, %v", said, err)
	}
	said, err = run(t, "check", "--folder", folder)
	if err == nil || !strings.Contains(said, "empty function") {
		t.Errorf("the stub: %q, %v", said, err)
	}
	if p, err := exercise.Read(); err != nil || p.Exercises["5.2b"].State() != "open" {
		t.Errorf("the stub counts as a try: %+v, %v", p, err)
	}
	const mine = "package main // mine"
	if err := os.WriteFile(path, []byte(mine), 0o644); err != nil {
		t.Fatal(err)
	}
	said, err = run(t, "start", "5.2b", "--folder", folder)
	if data, readErr := os.ReadFile(path); err != nil || readErr != nil || string(data) != mine || !strings.Contains(said, "stays as it is") {
		t.Errorf("start again: %q, %v; the file holds %q, %v", said, err, data, readErr)
	}
}

// TestFolderOfAnswers: its place is one that git and the patterns of the go command
// leave out, whatever is in it.
func TestFolderOfAnswers(t *testing.T) {
	a, err := findAnswers("")
	if err != nil {
		t.Fatal(err)
	}
	if got := a.short(a.folder); got != filepath.Join("notebooks", "exercises") {
		t.Fatalf("the folder is %q", got)
	}
	ignored := exec.Command("git", "check-ignore", "-q", filepath.Join(a.folder, "ch05_02b", "answer.go"))
	ignored.Dir = a.root
	if err := ignored.Run(); err != nil {
		t.Errorf("git does not ignore %s: %v", a.folder, err)
	}
	mod, err := os.ReadFile(filepath.Join(a.root, "go.mod"))
	if err != nil || !strings.Contains(string(mod), "\nignore ./notebooks/exercises\n") {
		t.Errorf("go.mod does not ignore ./notebooks/exercises (%v)", err)
	}
}

// TestFilesOfAllExercises: the file to start from and the printed solution of every
// exercise compile, each alone, and no two exercises share a folder.
func TestFilesOfAllExercises(t *testing.T) {
	folder := reader(t)
	all, err := rows(io.Discard, folder)
	if err != nil {
		t.Fatal(err)
	}
	dirs := map[string]string{}
	a, err := findAnswers("")
	if err != nil {
		t.Fatal(err)
	}
	// In the module, so that one call compiles all; patterns of the go command leave out
	// what begins with a low line.
	tmp, err := os.MkdirTemp(filepath.Join(a.root, "notebooks", "exercise"), "_answers-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(tmp) })
	var packages []string
	for i, r := range all {
		if other := dirs[r.dir]; other != "" {
			t.Errorf("%s and %s share %s", r.ID, other, r.dir)
		}
		dirs[r.dir] = r.ID
		text, err := stub(r.exercise)
		if err != nil {
			t.Error(err)
			continue
		}
		source, err := exercise.SourceOf(r.exercise)
		if err != nil {
			t.Error(err)
			continue
		}
		if !strings.HasPrefix(strings.TrimPrefix(source.Text[strings.Index(source.Text, "//"):], "// "), source.Name) {
			t.Errorf("%s: the solution has no comment that begins with %s:\n%s", r.ID, source.Name, source.Text)
		}
		for name, text := range map[string]string{"stub": text, "solution": "package main\n\n" + source.Text + "\nfunc main() { _ = " + source.Name + " }\n"} {
			dir := filepath.Join(tmp, fmt.Sprint(name, i))
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "answer.go"), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			packages = append(packages, "./"+filepath.Base(tmp)+"/"+filepath.Base(dir))
		}
	}
	vet := exec.Command("go", append([]string{"vet", "-unreachable"}, packages...)...) // one analysis: it is the compiler that counts
	vet.Dir = filepath.Dir(tmp)
	if said, err := vet.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}

// answer5_2b is a file with this body of the function.
func answer5_2b(body string) string {
	return "package main\n\nimport \"cnnbook/notebooks/exercise\"\n\nfunc outputSize(i, k, s, p int) int {\n" + body + "\n}\n\nfunc main() { exercise.Main(\"5.2b\", outputSize) }\n"
}

// screen is what a watch prints, read while it is written.
type screen struct {
	mu   sync.Mutex
	said strings.Builder
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.String()
}

// TestWatch: a file that is saved several times, as it comes, right, with what does
// not compile, endless and crashing; then Ctrl-C.
func TestWatch(t *testing.T) {
	folder := reader(t)
	ctx, ctrlC := context.WithCancel(t.Context())
	defer ctrlC()
	var out screen
	ended := make(chan error, 1)
	go func() { ended <- watch(ctx, &out, &out, folder, []string{"5.2b"}) }()
	path := filepath.Join(folder, "ch05_02b", "answer.go")
	seen := 0
	says := func(what string) {
		t.Helper()
		for range 1200 { // two minutes, for a machine that compiles slowly
			said := out.String()[seen:]
			if at := strings.Index(said, what); at >= 0 {
				if end := strings.Index(said[at:], "Ctrl-C ends the watch"); end >= 0 {
					seen += at + end
					return
				}
			}
			select {
			case err := <-ended:
				t.Fatalf("the watch ended with %v:\n%s", err, out.String())
			case <-time.After(100 * time.Millisecond):
			}
		}
		t.Fatalf("it does not say %q:\n%s", what, out.String()[seen:])
	}
	save := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	says("empty function")
	save(answer5_2b("\treturn (i + 2*p - k) / s"))
	says("first position")
	// As editors do that save into a new file and rename it.
	if err := os.WriteFile(path+"~", []byte(answer5_2b("\treturn (i+2*p-k)/s + 1")), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+"~", path); err != nil {
		t.Fatal(err)
	}
	says("is solved")
	save(answer5_2b("\treturn i +"))
	says("answer.go:")
	save(answer5_2b("\tfor {\n\t}"))
	says("did not finish")
	save(answer5_2b("\tselect {}")) // a deadlock is nothing a function can recover from
	says("did not finish")
	save(answer5_2b("\tgo panic(\"oh\")\n\tselect {}"))
	says("your program stopped: panic: oh")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	says("there is no answer")
	if strings.Contains(out.String(), "goroutine ") {
		t.Errorf("a stack of calls:\n%s", out.String())
	}
	ctrlC()
	if err := <-ended; err != nil || !strings.HasSuffix(out.String(), "The watch ended. Your file stays.\n") {
		t.Errorf("Ctrl-C: %v\n%s", err, out.String()[seen:])
	}
	if p, err := exercise.Read(); err != nil || p.Exercises["5.2b"].State() != "solved" {
		t.Errorf("the progress: %+v, %v", p, err)
	}
}

// TestOnlyAVerdictIsAPass: a program that ends with status 0 and was not judged on this
// exercise, or was judged wrong, does not pass.
func TestOnlyAVerdictIsAPass(t *testing.T) {
	folder := reader(t)
	path := filepath.Join(folder, "ch05_02b", "answer.go")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	const imports = "package main\n\nimport (\n\t\"os\"\n\n\t\"cnnbook/notebooks/exercise\"\n)\n\nvar _, _ = os.Exit, exercise.Check\n\n"
	const right = "(i+2*p-k)/s + 1"
	for name, c := range map[string]struct {
		text   string
		passes bool
		says   string
	}{
		"a missing import":     {imports + "func f(i, k, s, p int) int { return int(math.Floor(2)) }\n\nfunc main() { exercise.Main(\"5.2b\", f) }\n", false, "Add to the imports at the top: \"math\"\n"},
		"an empty main":        {"package main\n\nfunc main() {}\n", false, "ended before the answer was checked"},
		"exit in the answer":   {imports + "func f(i, k, s, p int) int { os.Exit(0); return 0 }\n\nfunc main() { exercise.Main(\"5.2b\", f) }\n", false, "ended before the answer was checked"},
		"exit 1 in the answer": {imports + "func f(i, k, s, p int) int { os.Exit(1); return 0 }\n\nfunc main() { exercise.Main(\"5.2b\", f) }\n", false, "ended before the answer was checked"},
		"println, wrong":       {imports + "func f(i, k, s, p int) int { println(\"here\"); return 7 }\n\nfunc main() { exercise.Main(\"5.2b\", f) }\n", false, "here\n"},
		"println, right":       {imports + "func f(i, k, s, p int) int { println(\"here\"); return " + right + " }\n\nfunc main() { exercise.Main(\"5.2b\", f) }\n", true, "here\n"},
		"wrong, Check":         {imports + "func f(i, k, s, p int) int { return 7 }\n\nfunc main() { exercise.Check(\"5.2b\", f) }\n", false, "expected"},
		"right, Check":         {imports + "func f(i, k, s, p int) int { return " + right + " }\n\nfunc main() { exercise.Check(\"5.2b\", f) }\n", true, "is solved"},
		"another exercise":     {imports + "func f(kernel, in, out int) int { return (kernel*kernel*in + 1) * out }\n\nfunc main() { exercise.Main(\"5.1\", f) }\n", false, "checks 5.1 instead"},
		"one wrong, one right": {imports + "func f(i, k, s, p int) int { return 7 }\n\nfunc main() {\n\texercise.Check(\"5.2b\", f)\n\texercise.Check(\"5.2b\", func(i, k, s, p int) int { return " + right + " })\n}\n", false, "expected"},
	} {
		if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		said, err := run(t, "check", "5.2b", "--folder", folder)
		if (err == nil) != c.passes || !strings.Contains(said, c.says) || strings.Contains(said, "your program stopped") {
			t.Errorf("%s: %v, %q, want passed %v and %q", name, err, said, c.passes, c.says)
		}
	}
}

// TestAProgramThatDoesNotEnd is stopped from outside: here the loop is not in the
// function that Main judges. Ctrl-C ends it, too.
func TestAProgramThatDoesNotEnd(t *testing.T) {
	folder := reader(t)
	dir := filepath.Join(folder, "ch05_02b")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	text := "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfor {\n\t\tfmt.Println(\"again\")\n\t}\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "answer.go"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, ctrlC := context.WithCancel(t.Context())
	var out screen
	ended := make(chan error, 1)
	go func() { ended <- check(ctx, &out, folder, []string{"5.2b"}) }()
	for !strings.Contains(out.String(), "not shown") {
		select {
		case err := <-ended:
			t.Fatalf("%v\n%.200s", err, out.String())
		case <-time.After(50 * time.Millisecond):
		}
	}
	ctrlC()
	if err := <-ended; err == nil {
		t.Error("a check that was stopped passed")
	}
	if n := len(out.String()); n > outputLimit+100 {
		t.Errorf("%d bytes were shown", n)
	}
}

func TestMistakes(t *testing.T) {
	folder := reader(t)
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"check", "9.9"}, "there is no exercise"},
		{[]string{"check", "5.2b", "--folder", folder}, "exercises start 5.2b"},
		{[]string{"check", "--folder", folder}, "exercises start"},
		{[]string{"start", "9.9"}, "there is no exercise"},
		{[]string{"watch", "9.9"}, "there is no exercise"},
		{[]string{"reset", "9.9"}, "there is no exercise"},
		{[]string{"hint", "5.2b", "first"}, "number of a hint"},
		{[]string{"hint", "5.2b", "99"}, "hints 1 to"},
		{[]string{"solution", "9.9"}, "there is no exercise"},
		{[]string{"start", "5.2b", "--folder", filepath.Join(folder, "file", "below")}, "--folder"},
	} {
		if err := os.WriteFile(filepath.Join(folder, "file"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := run(t, c.args...); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %v, want %q", c.args, err, c.says)
		}
	}
}
