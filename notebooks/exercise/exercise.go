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
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"time"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05"
	"cnnbook/cnnlib/ref"
)

// timeLimit is for all cases of one answer: a right one takes milliseconds, so
// one that needs longer does not end.
const timeLimit = 2 * time.Second

// seed of the random cases. It is printed, so that a case can be made again.
const seed = 5

// Outcome is the judgement of one answer.
type Outcome struct {
	Passed  bool
	Message string
}

// Check judges the answer to the exercise with this id, prints the judgement,
// and reports whether it passed.
func Check(id string, answer any) bool {
	ex, err := Find(id)
	if err != nil {
		fmt.Println(err)
		return false
	}
	o := Judge(ex, answer)
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

// Judge runs the answer on the exercise's cases, smallest first, and compares
// each result with the solution's.
func Judge(ex chapters.Exercise, answer any) Outcome {
	want := reflect.TypeOf(ex.Solution)
	if got := reflect.TypeOf(answer); got != want {
		return fail("Exercise %s needs a %s, but was given %s.", ex.ID, want, describeType(got))
	}
	if reflect.ValueOf(answer).IsNil() {
		return fail("Exercise %s was given a nil function.", ex.ID)
	}
	cases := ex.Cases(rand.New(rand.NewPCG(seed, 0)))
	verdict := make(chan Outcome, 1) // buffered: a late answer must not block for ever
	go func() { verdict <- judgeAll(ex, answer, cases) }()
	select {
	case o := <-verdict:
		return o
	case <-time.After(timeLimit):
		return fail("Exercise %s: your function did not finish within %v. Does a loop never end?", ex.ID, timeLimit)
	}
}

func judgeAll(ex chapters.Exercise, answer any, cases [][]any) Outcome {
	for i, args := range cases {
		want := call(ex.Solution, args)
		got, panicked := tryCall(answer, args)
		which := fmt.Sprintf("Exercise %s, case %d of %d (seed %d):%s", ex.ID, i+1, len(cases), seed, formatArgs(ex.Args, args))
		if panicked != nil {
			return fail("%s\nyour function stopped with: %v.", which, panicked)
		}
		if equal(want, got) {
			continue
		}
		msg := fmt.Sprintf("%s\nexpected:\n%s\nyour function returned:\n%s", which, format(want, nil), format(got, want))
		if hasNaN(got) {
			msg += "\nThere is a NaN (not a number) in it: was something divided by zero?"
		} else if why := ex.Explain(args, want, got); why != "" {
			msg += "\n" + why
		}
		return Outcome{Message: msg}
	}
	return Outcome{Passed: true, Message: fmt.Sprintf("Exercise %s is solved: all %d cases are right.", ex.ID, len(cases))}
}

func fail(format string, args ...any) Outcome {
	return Outcome{Message: fmt.Sprintf(format, args...)}
}

func describeType(t reflect.Type) string {
	if t == nil {
		return "nothing (nil)"
	}
	return "a " + t.String()
}

// call runs a function on copies of the arguments, so that an answer that writes
// into its input does not spoil the comparison.
func call(fn any, args []any) any {
	in := make([]reflect.Value, len(args))
	for i, a := range args {
		in[i] = reflect.ValueOf(clone(a))
	}
	return reflect.ValueOf(fn).Call(in)[0].Interface()
}

func tryCall(fn any, args []any) (result, panicked any) {
	defer func() { panicked = recover() }()
	return call(fn, args), nil
}

func clone(v any) any {
	m, ok := v.([][]float64)
	if !ok {
		return v
	}
	c := make([][]float64, len(m))
	for i := range m {
		c[i] = append([]float64(nil), m[i]...)
	}
	return c
}

// tolerance absorbs the order of summation: cases hold small integers, so right
// answers differ by rounding only.
const tolerance = 1e-9

func equal(want, got any) bool {
	w, ok := want.([][]float64)
	if !ok {
		return reflect.DeepEqual(want, got)
	}
	return ref.EqualWithin(w, got.([][]float64), tolerance) // the types were compared
}

// near is false for NaN.
func near(a, b float64) bool { return math.Abs(a-b) <= tolerance }

func hasNaN(v any) bool {
	m, _ := v.([][]float64)
	for _, row := range m {
		for _, x := range row {
			if math.IsNaN(x) {
				return true
			}
		}
	}
	return false
}

// formatArgs writes the arguments of a call: numbers in one line, matrices below
// their names.
func formatArgs(names []string, args []any) string {
	var b strings.Builder
	for i, a := range args {
		if _, ok := a.([][]float64); ok {
			fmt.Fprintf(&b, "\n%s:\n%s", names[i], format(a, nil))
		} else {
			fmt.Fprintf(&b, " %s = %v", names[i], a)
		}
	}
	return b.String()
}

// format writes a value; a matrix becomes lines of aligned numbers, and where
// another matrix is given the cells that differ from it stand in [brackets].
func format(v, other any) string {
	m, ok := v.([][]float64)
	if !ok {
		return fmt.Sprint(v)
	}
	if len(m) == 0 {
		return "  (an empty matrix)"
	}
	o, _ := other.([][]float64)
	lines := make([]string, len(m))
	for i, row := range m {
		var b strings.Builder
		for j, x := range row {
			cell := chapters.FormatNumber(x)
			if other != nil && (i >= len(o) || j >= len(o[i]) || !near(o[i][j], x)) {
				cell = "[" + cell + "]"
			}
			fmt.Fprintf(&b, "%7s", cell)
		}
		lines[i] = b.String()
	}
	return strings.Join(lines, "\n")
}
