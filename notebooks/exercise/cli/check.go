package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cnnbook/internal/home"
	"cnnbook/notebooks/exercise"
)

const (
	// graceTime is what a program may need beside the check itself: to start, and to
	// open a backend.
	graceTime = 15 * time.Second
	// outputLimit is how much of what an answer prints is shown, in bytes: some 800
	// lines, more than anybody reads.
	outputLimit = 64 << 10
	// errorLines is how many lines of the compiler's are shown; the first is mostly the
	// cause of the others.
	errorLines = 10
)

// check checks the answers of the exercises with these ids, or all that are started.
func check(ctx context.Context, out io.Writer, folder string, ids []string) error {
	all, err := rows(io.Discard, folder) // the check itself tells of a damaged progress
	if err != nil {
		return err
	}
	var chosen []*row
	for _, id := range ids {
		r, err := choose(io.Discard, folder, []string{id})
		if err != nil {
			return err
		}
		if !r.Started {
			return fmt.Errorf("exercises: %s is not there: `go run . exercises start %s` writes it", r.File, id)
		}
		chosen = append(chosen, r)
	}
	if len(ids) == 0 {
		for i := range all {
			if all[i].Started {
				chosen = append(chosen, &all[i])
			}
		}
		if len(chosen) == 0 {
			return errors.New("exercises: no exercise is started: `go run . exercises start` writes the file of the next one")
		}
	}
	wrong := 0
	for i, r := range chosen {
		if i > 0 {
			fmt.Fprintln(out)
		}
		passed, err := judge(ctx, out, r)
		if err != nil {
			return err
		}
		if !passed {
			wrong++
		}
	}
	if wrong > 0 {
		return fmt.Errorf("exercises: %d of %d answers not right yet", wrong, len(chosen))
	}
	return nil
}

// judge compiles the answer, runs it as a program of its own, which can be stopped
// whatever it does, and prints what it says. The answer passed if exercise.Check says so
// in its verdict; a program that ends without one did not pass, whatever its exit status.
func judge(ctx context.Context, out io.Writer, r *row) (passed bool, err error) {
	root, err := home.Root()
	if err != nil {
		return false, err
	}
	if _, err := os.Stat(answerFile(r.dir)); errors.Is(err, fs.ErrNotExist) { // without files go would build the folder it runs in
		fmt.Fprintf(out, "Exercise %s: there is no answer: %s is not there; `go run . exercises start %s` writes it.\n", r.ID, r.File, r.ID)
		return false, nil
	}
	files, err := filepath.Glob(filepath.Join(r.dir, "*.go"))
	if err != nil {
		return false, err
	}
	files = slices.DeleteFunc(files, func(f string) bool { return strings.HasSuffix(f, "_test.go") })
	tmp, err := os.MkdirTemp("", "cnnbook-answer-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(tmp)
	program := filepath.Join(tmp, "answer")
	verdicts := filepath.Join(tmp, rand.Text())                                                                   // a name that no other program writes to
	build := exec.CommandContext(ctx, "go", append([]string{"build", "-ldflags=-w", "-o", program}, files...)...) // without what only a debugger reads
	build.Dir = root
	if said, err := build.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		if _, ran := errors.AsType[*exec.ExitError](err); !ran {
			return false, fmt.Errorf("exercises: %w: is Go on your PATH?", err)
		}
		fmt.Fprintf(out, "Exercise %s does not compile yet:\n%s%s\n", r.ID, compilerLines(string(said)), importsMissing(string(said)))
		return false, nil
	}

	limit := graceTime
	if r.exercise.Judge != nil {
		limit += time.Minute // its own limit
	}
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	answer := exec.CommandContext(within, program)
	answer.Dir = root
	answer.Env = append(os.Environ(), "GOTRACEBACK=none", home.RootEnv+"="+root, exercise.VerdictEnv+"="+verdicts)
	var stderr bytes.Buffer
	answer.Stdout = &limited{w: out, left: outputLimit}
	answer.Stderr = &limited{w: &stderr, left: outputLimit}
	answer.WaitDelay = time.Second // for children that keep its output open
	err = answer.Run()
	exit, ended := errors.AsType[*exec.ExitError](err)
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case within.Err() != nil:
		fmt.Fprintf(out, "Exercise %s: your program did not end within %v and was stopped. Does a loop never end?\n", r.ID, limit)
		return false, nil
	case err != nil && !ended:
		return false, fmt.Errorf("exercises: %w", err)
	case ended && exit.ExitCode() == -1:
		fmt.Fprintf(out, "Exercise %s: the system stopped your program (%v). Does it use more memory than there is?\n", r.ID, exit)
		return false, nil
	case ended && (exit.ExitCode() != 1 || crashLine(stderr.String()) != ""):
		fmt.Fprintf(out, "Exercise %s: your program stopped: %s\n", r.ID, firstError(stderr.String(), exit))
		return false, nil
	}
	if stderr.Len() > 0 { // println in the answer
		fmt.Fprintf(out, "%s\n", strings.TrimRight(stderr.String(), "\n"))
	}
	passed, err = verdictOf(out, r, verdicts)
	return passed && !ended, err
}

// verdictOf says whether a program that ended by itself passed: its verdicts on this
// exercise must all be good, and there must be one.
func verdictOf(out io.Writer, r *row, path string) (passed bool, err error) {
	all, err := exercise.ReadVerdicts(path)
	if err != nil {
		return false, err
	}
	var others []string
	judged := false
	passed = true
	for _, v := range all {
		if v.ID != r.ID {
			others = append(others, v.ID)
			continue
		}
		judged = true
		passed = passed && v.Passed
	}
	switch {
	case judged:
		return passed, nil
	case len(others) > 0:
		fmt.Fprintf(out, "Exercise %s: %s checks %s instead: its main must call exercise.Main(%q, …).\n", r.ID, r.File, strings.Join(others, ", "), r.ID)
	default:
		fmt.Fprintf(out, "Exercise %s: your program ended before the answer was checked: its main must call exercise.Main(%q, …), and nothing may end the program before (os.Exit).\n", r.ID, r.ID)
	}
	return false, nil
}

// compilerLines leaves out the name of the package, which is the go command's own.
func compilerLines(said string) string {
	var lines []string
	for line := range strings.Lines(said) {
		if line = strings.TrimRight(line, "\n"); !strings.HasPrefix(line, "# ") {
			lines = append(lines, "  "+line)
		}
	}
	if more := len(lines) - errorLines; more > 0 {
		lines = append(lines[:errorLines], fmt.Sprintf("  and %d lines more", more))
	}
	return strings.Join(lines, "\n")
}

// standard are the packages that answers use, by the name with which they are called.
var standard = map[string]string{"fmt": "fmt", "math": "math", "slices": "slices", "sort": "sort", "strings": "strings", "os": "os", "maps": "maps", "rand": "math/rand/v2"}

var undefined = regexp.MustCompile(`undefined: (\w+)`)

// importsMissing tells which imports the compiler's words ask for; in a notebook the
// kernel adds them itself.
func importsMissing(said string) string {
	told := map[string]bool{}
	var b strings.Builder
	for _, found := range undefined.FindAllStringSubmatch(said, -1) {
		if path := standard[found[1]]; path != "" && !told[path] {
			told[path] = true
			fmt.Fprintf(&b, "\nAdd to the imports at the top: %q", path)
		}
	}
	return b.String()
}

// firstError is the line that says why a Go program crashed, or the first one.
func firstError(stderr string, exit *exec.ExitError) string {
	if line := crashLine(stderr); line != "" {
		return line
	}
	if first, _, _ := strings.Cut(strings.TrimSpace(stderr), "\n"); first != "" {
		return first
	}
	return exit.String()
}

// crashLine is the line with which Go's runtime begins, "" if it says nothing.
func crashLine(stderr string) string {
	for line := range strings.Lines(stderr) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "panic:") || strings.HasPrefix(line, "fatal error:") {
			return line
		}
	}
	return ""
}

// limited hands on so many bytes, says so once, and drops the rest.
type limited struct {
	w    io.Writer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	n := len(p)
	if l.left <= 0 {
		return n, nil
	}
	if len(p) > l.left {
		for p = p[:l.left]; len(p) > 0 && !utf8.Valid(p); { // no half character
			p = p[:len(p)-1]
		}
		p = append(p[:len(p):len(p)], "\n(and more, which is not shown)\n"...)
		l.left = 0
	}
	l.left -= len(p)
	_, err := l.w.Write(p)
	return n, err
}
