// Package exercise checks a reader's answer to an exercise of the book's
// companion. In a notebook the reader writes a function and calls
//
//	exercise.Check("5.2a", crossCorrelate)
//
// and is told the smallest case that fails, with what was expected and what came
// out, or that the exercise is solved. Whatever the function does, the answer is
// a sentence, never a stack of calls.
package exercise

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05"
	"cnnbook/xla"
)

// Check judges the answer to the exercise with this id, prints the judgement,
// and reports whether it passed.
func Check(id string, answer any) bool {
	ex, err := Find(id)
	if err != nil {
		fmt.Println(err)
		return false
	}
	var o Outcome
	judge := func(b compute.Backend) error {
		o = Judge(context.Background(), b, ex, answer)
		return nil
	}
	if ex.Judge == nil {
		err = judge(nil)
	} else {
		err = xla.With(context.Background(), os.Stdout, judge)
	}
	if err != nil {
		o.Message = fmt.Sprintf("Exercise %s could not be checked: %v", id, err)
	}
	fmt.Println(o.Message)
	return o.Passed
}

// Hint prints the n-th hint of an exercise, counting from 1.
func Hint(id string, n int) {
	ex, err := Find(id)
	switch {
	case err != nil:
		fmt.Println(err)
	case n < 1 || n > len(ex.Hints):
		fmt.Printf("Exercise %s has hints 1 to %d.\n", id, len(ex.Hints))
	default:
		fmt.Printf("Hint %d of %d: %s\n", n, len(ex.Hints), ex.Hints[n-1])
	}
}

// Find returns the exercise with this id.
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
