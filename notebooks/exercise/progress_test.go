package exercise

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"cnnbook/internal/home"
)

// TestMain keeps the tests away from the progress of whoever runs them. With
// writerVariable set it is a program that writes.
func TestMain(m *testing.M) {
	if id := os.Getenv(writerVariable); id != "" {
		for range writes {
			if err := Update(os.Stderr, func(p *Progress) { tried(p, id) }); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		}
		os.Exit(0)
	}
	if answer := os.Getenv(wildVariable); answer != "" {
		Check("5.2b", wild[answer])
		fmt.Println("the program goes on")
		os.Exit(0)
	}
	dir, err := os.MkdirTemp("", "cnnbook-exercise-")
	if err == nil {
		err = os.Setenv(home.FolderEnv, dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

const (
	writerVariable = "CNNBOOK_TEST_WRITER"
	writes         = 25
)

func tried(p *Progress, id string) {
	r := p.Exercises[id]
	r.judged(false)
	p.Exercises[id] = r
}

// TestWritersAtTheSameTime: in one program and in several, no write is lost.
func TestWritersAtTheSameTime(t *testing.T) {
	t.Setenv(home.FolderEnv, t.TempDir())
	const programs, goroutines = 3, 3
	var wg sync.WaitGroup
	for range programs {
		wg.Go(func() {
			c := exec.Command(os.Args[0])
			c.Env = append(os.Environ(), writerVariable+"=5.2a")
			if said, err := c.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, said)
			}
		})
	}
	for range goroutines {
		wg.Go(func() {
			for range writes {
				if err := Update(io.Discard, func(p *Progress) { tried(p, "5.2a") }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	p, err := Read()
	if want := (programs + goroutines) * writes; err != nil || p.Exercises["5.2a"].Tries != want {
		t.Errorf("%+v, %v, want %d tries", p, err, want)
	}
}

// progressFile makes the file of the progress with this content.
func progressFile(t *testing.T, content string) (dir, path string) {
	t.Helper()
	dir = t.TempDir()
	t.Setenv(home.FolderEnv, dir)
	path = filepath.Join(dir, "exercises.json")
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir, path
}

// TestDamagedProgress: one line says so, the check counts, and what was in the file is
// kept, every time.
func TestDamagedProgress(t *testing.T) {
	for _, content := range []string{`{"version": 1, "exerc`, "", "[1]", `{"exercises": {}}`, `{"version": 1, "exercises": {"5.2a": {"tries": "two"}}}`} {
		dir, path := progressFile(t, content)
		for n := 1; n <= 2; n++ {
			p, err := Read()
			if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "damaged") || p.Exercises == nil {
				t.Errorf("Read of %q: %v, %v", content, p, err)
			}
			var said strings.Builder
			if err := Update(&said, func(p *Progress) { tried(p, "5.2a") }); err != nil {
				t.Errorf("Update of %q: %v", content, err)
			}
			kept := fmt.Sprintf("%s.damaged-%d", path, n)
			if data, err := os.ReadFile(kept); err != nil || string(data) != content {
				t.Errorf("kept of %q: %q, %v", content, data, err)
			}
			if !strings.Contains(said.String(), kept) || strings.Count(said.String(), "\n") != 1 {
				t.Errorf("it says %q", said.String())
			}
			if p, err := Read(); err != nil || p.Exercises["5.2a"].Tries != 1 {
				t.Errorf("after that: %+v, %v", p, err)
			}
			if err := os.WriteFile(path, []byte(content), 0o644); err != nil { // damaged again
				t.Fatal(err)
			}
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 4 { // the file, its lock, two that were kept
			t.Errorf("%v, %v", entries, err)
		}
	}
}

// TestProgressOfALaterVersion is never overwritten.
func TestProgressOfALaterVersion(t *testing.T) {
	const content = `{"version": 2, "stars": 5}`
	_, path := progressFile(t, content)
	err := Update(io.Discard, func(p *Progress) { tried(p, "5.2a") })
	if err == nil || !strings.Contains(err.Error(), "update the companion") {
		t.Errorf("Update: %v", err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != content {
		t.Errorf("the file holds %q, %v", data, err)
	}
}

// TestProgressThatCannotBeWritten: the check judges all the same.
func TestProgressThatCannotBeWritten(t *testing.T) {
	_, path := progressFile(t, "")
	t.Setenv(home.FolderEnv, filepath.Join(path, "below a file")) // the super-user may write into any folder
	said := printed(t, func() {
		if !Check("5.2b", func(i, k, s, p int) int { return (i+2*p-k)/s + 1 }) {
			t.Error("the right answer did not pass")
		}
		Hint("5.2b")
	})
	for _, want := range []string{"is solved", "Your progress was not kept", "Hint 1 of", "not remembered", path} {
		if !strings.Contains(said, want) {
			t.Errorf("it says %q, want %q in it", said, want)
		}
	}
}

// printed returns what f prints on standard output.
func printed(t *testing.T, f func()) string {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	old := os.Stdout
	os.Stdout = file
	defer func() { os.Stdout = old }()
	f()
	data, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestAReadersWay: what is counted and said from the first look to the solution.
func TestAReadersWay(t *testing.T) {
	t.Setenv(home.FolderEnv, t.TempDir())
	const id = "5.2b"
	ex, err := Find(id)
	if err != nil {
		t.Fatal(err)
	}
	check := func(answer any) func() { return func() { Check(id, answer) } }
	for i, step := range []struct {
		do    func()
		says  string
		state string
		Record
	}{
		{check(ex.Stub), "empty function", "open", Record{}},
		{check(ex.Wrong[0].Answer), ex.Wrong[0].Says, "tried", Record{Tries: 1}},
		{check(ex.Wrong[0].Answer), "exercises hint 5.2b", "tried", Record{Tries: 2}},
		{func() { Hint(id) }, ex.Hints[0], "tried", Record{Tries: 2, Hints: 1}},
		{func() { Hint(id, 1) }, ex.Hints[0], "tried", Record{Tries: 2, Hints: 1}},
		{func() { Hint(id) }, ex.Hints[1], "tried", Record{Tries: 2, Hints: 2}},
		{func() { Hint(id, 99) }, "hints 1 to", "tried", Record{Tries: 2, Hints: 2}},
		{func() { Hint(id) }, ex.Hints[2], "tried", Record{Tries: 2, Hints: 3}},
		{func() { Hint(id) }, "exercises solution 5.2b", "tried", Record{Tries: 2, Hints: 3}},
		{func() { Solution(id) }, "func outputSize(i, k, s, p int) int", "solution seen", Record{Tries: 2, Hints: 3}},
		{func() { Check(id, ex.Solution, 77) }, "is solved", "solved", Record{Tries: 2, Hints: 3}},
		{check(ex.Wrong[0].Answer), ex.Wrong[0].Says, "solved", Record{Tries: 2, Hints: 3}},
		{func() { Solution("9.9") }, "there is no exercise", "solved", Record{Tries: 2, Hints: 3}},
		{func() { Hint("9.9") }, "there is no exercise", "solved", Record{Tries: 2, Hints: 3}},
		{func() { Check("9.9", nil) }, "there is no exercise", "solved", Record{Tries: 2, Hints: 3}},
	} {
		said := printed(t, step.do)
		p, err := Read()
		r := p.Exercises[id]
		if err != nil || r.State() != step.state || r.Tries != step.Tries || r.Hints != step.Hints || !strings.Contains(said, step.says) {
			t.Errorf("step %d: %+v, %q, %v; it says %q, want %+v", i+1, r, r.State(), err, said, step)
		}
	}
	p, _ := Read() // read without an error just now
	if data, err := json.Marshal(p); err != nil || !strings.Contains(string(data), `"solution_seen":"20`) {
		t.Errorf("the file: %s, %v", data, err)
	}
}

const wildVariable = "CNNBOOK_TEST_WILD"

// wild answers use up the memory; each runs in a program of its own.
var wild = map[string]func(i, k, s, p int) int{
	"calls itself": deeper,
	"grows": func(i, k, s, p int) int {
		var kept [][]int
		for {
			kept = append(kept, make([]int, 1<<20))
			kept[len(kept)-1][0] = len(kept)
		}
	},
}

//lint:ignore SA5007 it is to run wild
func deeper(i, k, s, p int) int { return deeper(i+1, k, s, p) + 1 }

// TestAnswersThatRunWild: the program ends, in a notebook the cell, with a sentence
// and no stack of calls.
func TestAnswersThatRunWild(t *testing.T) {
	for name, says := range map[string]string{"calls itself": "calls itself without end", "grows": "more than 2 GB"} {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), wildVariable+"="+name, home.FolderEnv+"="+t.TempDir())
		said, err := c.CombinedOutput()
		if err == nil || !strings.Contains(string(said), says) || strings.Contains(string(said), "goroutine") || strings.Contains(string(said), "goes on") {
			t.Errorf("%s: %v, %.500s", name, err, said)
		}
	}
}
