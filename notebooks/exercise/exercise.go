// Package exercise checks a reader's answer to an exercise of the book's
// companion. In a notebook the reader writes a function and calls
//
//	exercise.Check("5.2a", crossCorrelate)
//
// and is told the smallest case that fails, with what was expected and what came
// out, or that the exercise is solved. Whatever the function does, the answer is
// a sentence, never a stack of calls.
//
// [Hint] gives one hint after the other, [Solution] the worked solution. What was
// tried, solved and seen is kept in one file ([Progress]); `go run . exercises` lists
// it.
package exercise

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/janpfeifer/gonb/gonbui"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05"
	"cnnbook/internal/purego"
	"cnnbook/plots"
)

// exit is replaced by the tests.
var exit = os.Exit

// Check judges the answer to the exercise with this id, prints the judgement, keeps
// it in the reader's progress, and reports whether it passed. In a notebook it also
// draws the results that differ. A seed makes other random cases than the usual ones.
//
// An answer that is about to use up the memory ends the program, which in a notebook
// is the cell: Go can stop a function that runs wild in no other way.
func Check(id string, answer any, seed ...uint64) bool {
	ex, err := Find(id)
	if err != nil {
		fmt.Println(err)
		return false
	}
	o := open(ex, answer, seed)
	if err := (Verdict{ID: id, Passed: o.Passed}).send(); err != nil {
		fmt.Println(err)
	}
	var p *plots.Picture
	message := o.Message
	if gonbui.IsNotebook && o.want != nil {
		var numbers bool
		if p, numbers = picture(o.want, o.got); numbers {
			message = o.Short() // the figure has the rest
		}
	}
	fmt.Println(message)
	if p != nil {
		plots.Show(p)
	}
	if o.Untouched {
		return false // it is not a try to run the cell as it came
	}
	note(os.Stdout, ex, o)
	if o.Deadly {
		exit(1)
	}
	return o.Passed
}

// Main is [Check] for a program: it ends with status 1 if the answer did not pass.
func Main(id string, answer any) {
	if !Check(id, answer) {
		exit(1)
	}
}

// open judges on the pure-Go backend if the exercise needs one: it gives the same
// judgement as XLA, and a cell that does not link XLA is there in half the time.
func open(ex chapters.Exercise, answer any, seeds []uint64) Outcome {
	seed := uint64(defaultSeed)
	if len(seeds) > 0 {
		seed = seeds[0]
	}
	if ex.Judge == nil {
		return Judge(context.Background(), nil, ex, answer, seed)
	}
	backend, err := purego.New()
	if err != nil {
		return fail("Exercise %s could not be checked: %v", ex.ID, err)
	}
	defer backend.Finalize()
	return Judge(context.Background(), backend, ex, answer, seed)
}

// note keeps the judgement and prints how to go on. A judgement that cannot be kept
// is still one.
func note(w io.Writer, ex chapters.Exercise, o Outcome) {
	var r Record
	err := Update(w, func(p *Progress) {
		r = p.Exercises[ex.ID]
		r.judged(o.Passed)
		p.Exercises[ex.ID] = r
	})
	switch {
	case o.Passed:
		fmt.Fprintf(w, "%s shows the worked solution; yours may be as good.\n", say("Solution", ex.ID))
	case r.Tries > 1 && r.Hints < len(ex.Hints):
		fmt.Fprintf(w, "%s gives a hint.\n", say("Hint", ex.ID))
	}
	if err != nil {
		fmt.Fprintf(w, "(Your progress was not kept: %v)\n", err)
	}
}

// say is how a reader calls Hint or Solution: in a cell or in a terminal.
func say(what, id string) string {
	if gonbui.IsNotebook {
		return fmt.Sprintf("exercise.%s(%q)", what, id)
	}
	return fmt.Sprintf("`go run . exercises %s %s`", strings.ToLower(what), id)
}

// Find returns the exercise with this id. The error lists the ids.
func Find(id string) (chapters.Exercise, error) {
	var ids []string
	for _, s := range ch05.Sections() {
		for _, ex := range s.Exercises {
			if ex.ID == id {
				return ex, nil
			}
			ids = append(ids, ex.ID)
		}
	}
	return chapters.Exercise{}, fmt.Errorf("exercise: there is no exercise %q: there are %s", id, strings.Join(ids, ", "))
}
