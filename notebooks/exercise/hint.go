package exercise

import (
	"fmt"
	"io"
	"os"
	"time"
)

// Hint prints the next hint of an exercise that the reader has not had yet, or the
// n-th, counting from 1.
func Hint(id string, n ...int) { _ = WriteHint(os.Stdout, id, n...) }

// WriteHint is [Hint] to a writer. The error, which is printed as well, says that
// there is no such exercise or hint.
func WriteHint(w io.Writer, id string, which ...int) error {
	ex, err := Find(id)
	if err != nil {
		fmt.Fprintln(w, err)
		return err
	}
	p, err := Read()
	n := p.Exercises[id].Hints + 1
	switch {
	case len(which) > 0:
		n = which[0]
	case err != nil:
		n = 1
	case n > len(ex.Hints):
		fmt.Fprintf(w, "You have had all %d hints. %s shows the worked solution.\n", len(ex.Hints), say("Solution", id))
		n = len(ex.Hints)
	}
	if n < 1 || n > len(ex.Hints) {
		err := fmt.Errorf("exercise: %s has hints 1 to %d, not %d", id, len(ex.Hints), n)
		fmt.Fprintln(w, err)
		return err
	}
	fmt.Fprintf(w, "Hint %d of %d: %s\n", n, len(ex.Hints), ex.Hints[n-1])
	err = Update(w, func(p *Progress) {
		r := p.Exercises[id]
		r.Hints = max(r.Hints, n)
		p.Exercises[id] = r
	})
	if err != nil {
		fmt.Fprintf(w, "(The hint is not remembered: %v)\n", err)
	}
	return nil
}

// Solution prints the Go source of an exercise's worked solution and what else there
// was to learn. Who reads it before solving the exercise has it remembered.
func Solution(id string) { _ = WriteSolution(os.Stdout, id) }

// WriteSolution is [Solution] to a writer. The error, which is printed as well, says
// that there is no such exercise.
func WriteSolution(w io.Writer, id string) error {
	ex, err := Find(id)
	if err != nil {
		fmt.Fprintln(w, err)
		return err
	}
	s, err := SourceOf(ex)
	if err != nil {
		fmt.Fprintln(w, err)
		return err
	}
	fmt.Fprint(w, s.Text)
	for _, lesson := range []string{ex.Lesson, ex.LessonZH} {
		if lesson != "" {
			fmt.Fprintf(w, "\n%s\n", lesson)
		}
	}
	err = Update(w, func(p *Progress) {
		r := p.Exercises[id]
		if r.Solved.IsZero() && r.SolutionSeen.IsZero() {
			r.SolutionSeen = time.Now().UTC().Truncate(time.Second)
			p.Exercises[id] = r
		}
	})
	if err != nil {
		fmt.Fprintf(w, "(It is not remembered that you saw it: %v)\n", err)
	}
	return nil
}
