package exercise

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/metrics"
	"strings"
	"time"

	"github.com/gomlx/compute"
	"github.com/janpfeifer/gonb/gonbui"

	"cnnbook/chapters"
)

const (
	// timeLimit is for all cases of one answer: a right one takes milliseconds, so
	// one that needs longer does not end.
	timeLimit = 2 * time.Second
	// designLimit is for an exercise with a judge of its own, which may train.
	designLimit = time.Minute
	// stackLimit and heapLimit are what an answer may use in memory, in bytes. A right
	// one needs kilobytes; at 1e9 bytes of stack Go itself ends the program, with a stack
	// of a hundred calls.
	stackLimit, heapLimit = 256 << 20, 2 << 30
	// watchPeriod is how often the memory is looked at. A stack that grows without end
	// needs about 100 ms from stackLimit to Go's own limit, since it doubles by copying.
	watchPeriod = 5 * time.Millisecond
)

// defaultSeed is that of the random cases, any number: it is printed, so that a case
// can be made again.
const defaultSeed = 5

// Outcome is the judgement of one answer.
type Outcome struct {
	Passed  bool
	Message string
	// Deadly is set where the answer is still running and about to use up the memory:
	// nothing can stop it but the end of the program.
	Deadly bool

	// Untouched is set where the answer does what the stub does, or returns zeros only:
	// nothing is written yet.
	Untouched bool

	// Of the case that failed, where its results can be compared: the call, the
	// results, and why they differ.
	call, why string
	want, got any
	cases     [][]any // all of them
	failed    int     // the number of the one that failed, from 0

	refused bool // by the exercise's own judge
}

// Short is the message without the results.
func (o Outcome) Short() string { return o.call + o.why }

// Judge runs the answer on the exercise's cases, smallest first, and compares
// each result with the solution's, or hands it to the exercise's own judge, which
// alone uses the backend. The seed is that of the random cases.
func Judge(ctx context.Context, backend compute.Backend, ex chapters.Exercise, answer any, seed uint64) Outcome {
	want := reflect.TypeOf(ex.Solution)
	if got := reflect.TypeOf(answer); got != want {
		return fail("Exercise %s needs a %s, but was given %s.", ex.ID, want, describeType(got))
	}
	if reflect.ValueOf(answer).IsNil() {
		return fail("Exercise %s was given a nil function: write its body, and give its name to Check.", ex.ID)
	}
	if ex.Judge != nil {
		ctx, cancel := context.WithTimeout(ctx, designLimit)
		defer cancel()
		o := within(ctx, ex, designLimit, func() Outcome {
			passed, message := ex.Judge(ctx, backend, answer)
			if passed {
				return Outcome{Passed: true, Message: "Exercise " + ex.ID + " is solved. " + message}
			}
			return Outcome{Message: "Exercise " + ex.ID + ": " + message, refused: true}
		})
		if o.refused {
			o.Untouched = untouchedDesign(ex, answer)
		}
		return o
	}
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	o := within(ctx, ex, timeLimit, func() Outcome { return judgeAll(ex, answer, seed) })
	if o.cases == nil {
		return o
	}
	return o.diagnosed(ex, answer)
}

// untouchedDesign reports whether an answer with a judge of its own is still the stub.
func untouchedDesign(ex chapters.Exercise, answer any) (untouched bool) {
	ctx, cancel := context.WithTimeout(context.Background(), timeLimit)
	defer cancel()
	quietly(func() {
		untouched = within(ctx, ex, timeLimit, func() Outcome {
			return Outcome{Untouched: sameAs(ex.Stub, answer, nil) || sameAs(zeros(ex), answer, nil)}
		}).Untouched
	})
	return untouched
}

// diagnosed adds why the answer is wrong to the outcome of a case that failed. It runs the
// answer on the cases behind that one too. There it may not end or use up the memory;
// then only the case is told.
func (o Outcome) diagnosed(ex chapters.Exercise, answer any) Outcome {
	ctx, cancel := context.WithTimeout(context.Background(), timeLimit)
	defer cancel()
	quietly(func() {
		d := within(ctx, ex, timeLimit, func() Outcome {
			why, untouched := diagnose(ex, answer, o.cases, o.failed)
			return Outcome{why: why, Untouched: untouched}
		})
		o.Untouched, o.Deadly = d.Untouched, d.Deadly
		if d.why != "" {
			o.why = "\n" + d.why
		}
	})
	returned := formatResult(ex.Results, o.got, o.want)
	marks := ""
	if strings.Contains(returned, "[") {
		marks = ", what differs in [brackets]"
	}
	o.Message = fmt.Sprintf("%s\nexpected:%s\nyour function returned%s:%s%s", o.call, formatResult(ex.Results, o.want, nil), marks, returned, o.why)
	return o
}

// within runs a judgement in a goroutine of its own, because an answer may not end,
// and watches its time and its memory.
func within(ctx context.Context, ex chapters.Exercise, limit time.Duration, judge func() Outcome) Outcome {
	verdict := make(chan Outcome, 1) // buffered: a late answer must not block for ever
	go func() {
		o := fail("Exercise %s: your function ended the goroutine that called it (runtime.Goexit).", ex.ID)
		defer func() {
			if p := recover(); p != nil {
				o = fail("Exercise %s: your function stopped with: %v%s.", ex.ID, p, readersLine())
			}
			verdict <- o
		}()
		o = judge()
	}()
	used := []metrics.Sample{{Name: "/memory/classes/heap/stacks:bytes"}, {Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(used)
	stacks, heap := used[0].Value.Uint64(), used[1].Value.Uint64() // of the rest of the program
	tick := time.NewTicker(watchPeriod)
	defer tick.Stop()
	for {
		select {
		case o := <-verdict:
			return o
		case <-ctx.Done():
			return fail("Exercise %s: your function did not finish within %v. Does a loop never end? (It goes on until this program ends; in a notebook, that is the end of the cell.)", ex.ID, limit)
		case <-tick.C:
		}
		metrics.Read(used)
		o := Outcome{Deadly: true}
		switch {
		case used[0].Value.Uint64() > stacks+stackLimit:
			o.Message = fmt.Sprintf("Exercise %s: your function calls itself without end. Which call is the last one? (The program ends here, before it uses up the memory.)", ex.ID)
			return o
		case ex.Judge == nil && used[1].Value.Uint64() > heap+heapLimit:
			o.Message = fmt.Sprintf("Exercise %s: your function uses more than %d GB of memory. Does something grow without end? (The program ends here.)", ex.ID, heapLimit>>30)
			return o
		}
	}
}

func judgeAll(ex chapters.Exercise, answer any, seed uint64) Outcome {
	cases := ex.Cases(rand.New(rand.NewPCG(seed, 0)))
	for i, args := range cases {
		want := call(ex.Solution, args)
		got, panicked := tryCall(answer, args)
		which := fmt.Sprintf("Exercise %s, case %d of %d (seed %d):%s", ex.ID, i+1, len(cases), seed, formatAll(ex.Args, args, nil))
		if panicked != nil {
			return fail("%s\nyour function stopped with: %v.", which, panicked)
		}
		if equal(want, got) {
			continue
		}
		return Outcome{call: which, want: want, got: got, cases: cases, failed: i}
	}
	return Outcome{Passed: true, Message: fmt.Sprintf("Exercise %s is solved: all %d cases are right.", ex.ID, len(cases))}
}

// sameAs reports whether the answer returns in every case what another function does.
// Without cases it is called once with nothing.
func sameAs(other, answer any, cases [][]any) bool {
	if cases == nil {
		if reflect.TypeOf(answer).NumIn() > 0 {
			return false
		}
		cases = [][]any{{}}
	}
	for _, args := range cases {
		got, panicked := tryCall(answer, args)
		want, otherPanicked := tryCall(other, args)
		if panicked != nil || otherPanicked != nil || !reflect.DeepEqual(got, want) {
			return false
		}
	}
	return true
}

// zeros is the function with which the file for an editor begins: of the answer's type,
// it returns nothing but zeros.
func zeros(ex chapters.Exercise) any {
	t := reflect.TypeOf(ex.Solution)
	return reflect.MakeFunc(t, func([]reflect.Value) (results []reflect.Value) {
		for i := range t.NumOut() {
			results = append(results, reflect.Zero(t.Out(i)))
		}
		return results
	}).Interface()
}

// explain asks the exercise why a result is wrong. It has no answer to results of
// shapes its author did not think of.
func explain(ex chapters.Exercise, args []any, want, got any) (why string) {
	if ex.Explain == nil {
		return ""
	}
	defer func() {
		if recover() != nil {
			why = ""
		}
	}()
	return ex.Explain(args, want, got)
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
// into its input does not spoil the comparison. Several results come as a []any.
func call(fn any, args []any) any {
	in := make([]reflect.Value, len(args))
	for i, a := range args {
		in[i] = clone(reflect.ValueOf(a))
	}
	out := reflect.ValueOf(fn).Call(in)
	if len(out) == 1 {
		return out[0].Interface()
	}
	all := make([]any, len(out))
	for i, v := range out {
		all[i] = v.Interface()
	}
	return all
}

func tryCall(fn any, args []any) (result, panicked any) {
	defer func() {
		if p := recover(); p != nil {
			panicked = fmt.Sprint(p, readersLine())
		}
	}()
	return call(fn, args), nil
}

// readersLine is where a panic that was just recovered happened in the reader's own
// file: ", in answer.go line 7". In a notebook the lines of the compiled file are not
// those of the cell, so that the line itself is quoted.
func readersLine() string {
	calls := make([]uintptr, 64)
	frames := runtime.CallersFrames(calls[:runtime.Callers(2, calls)])
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "main.") {
			if gonbui.IsNotebook {
				return quotedLine(f.File, f.Line)
			}
			return fmt.Sprintf(", in %s line %d", filepath.Base(f.File), f.Line)
		}
		if !more {
			return ""
		}
	}
}

// quotedLine is the text of a line: ", in the line `y[i] = x[i+1]`". It is "" if the file
// cannot be read, which GoNB keeps while the cell runs.
func quotedLine(path string, line int) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	lines := strings.Split(string(data), "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	return fmt.Sprintf(", in the line `%s`", strings.TrimSpace(lines[line-1]))
}
