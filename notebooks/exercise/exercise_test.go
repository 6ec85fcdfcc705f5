package exercise

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05"
	"cnnbook/internal/purego"
)

// perSection is how many exercises a section has at least, if it has any: the others are
// still to be written (chapters.Section.Owes).
const perSection = 2

// TestEveryExercise: the stub fails with a message, the solution passes quickly,
// every plausible wrong answer fails with a message that names the mistake, and
// the hints give no code away.
func TestEveryExercise(t *testing.T) {
	for _, s := range ch05.Sections() {
		if n := len(s.Exercises); n > 0 && n < perSection {
			t.Errorf("section %s has %d exercises, want at least %d", s.ID, n, perSection)
		}
		for i, ex := range s.Exercises {
			want := s.ID
			if i > 0 {
				want = fmt.Sprintf("%s-%d", s.ID, i+1)
			}
			if ex.ID != want {
				t.Errorf("exercise %d of section %s has the id %q, want %q", i+1, s.ID, ex.ID, want)
			}
			t.Run(ex.ID, func(t *testing.T) { examine(t, ex) })
		}
	}
}

// judge judges on the pure-Go backend.
func judge(t *testing.T, ex chapters.Exercise, answer any) Outcome {
	t.Helper()
	if ex.Judge == nil {
		return Judge(t.Context(), nil, ex, answer, defaultSeed)
	}
	return Judge(t.Context(), goBackend(), ex, answer, defaultSeed)
}

var goBackend = sync.OnceValue(purego.Must)

// signature checks that the machine can show the arguments and results.
func signature(t *testing.T, ex chapters.Exercise) {
	f := reflect.TypeOf(ex.Solution)
	for i := range f.NumIn() {
		if !slices.Contains(types, f.In(i)) {
			t.Errorf("argument %d is a %v; use %v", i+1, f.In(i), types)
		}
	}
	for i := range f.NumOut() {
		if !slices.Contains(types, f.Out(i)) {
			t.Errorf("result %d is a %v; use %v", i+1, f.Out(i), types)
		}
	}
	if n := f.NumOut(); n == 0 || n > 1 && len(ex.Results) != n {
		t.Errorf("%d names for %d results", len(ex.Results), n)
	}
}

func examine(t *testing.T, ex chapters.Exercise) {
	if o := judge(t, ex, ex.Stub); o.Passed || ex.Judge == nil && !strings.Contains(o.Message, "expected") || ex.Judge != nil && o.Message == "" {
		t.Errorf("the stub: %+v", o)
	}
	start := time.Now()
	if o := judge(t, ex, ex.Solution); !o.Passed {
		t.Errorf("the solution fails: %s", o.Message)
	}
	if o := judge(t, ex, zeros(ex)); o.Passed || !o.Untouched {
		t.Errorf("the file for an editor: %+v", o)
	}
	limit := timeLimit
	if ex.Judge != nil {
		limit = designLimit
	}
	if d := time.Since(start); d > limit {
		t.Errorf("the check of the solution takes %v", d)
	}
	if ex.Judge == nil {
		signature(t, ex)
	}
	if n := reflect.TypeOf(ex.Solution).NumIn(); len(ex.Args) != n {
		t.Errorf("%d names for %d arguments", len(ex.Args), n)
	}
	if !slices.Contains([]chapters.Kind{chapters.Compute, chapters.Build, chapters.Design}, ex.Kind) || ex.Title == "" {
		t.Errorf("kind %q, title %q", ex.Kind, ex.Title)
	}
	if !strings.Contains(ex.Task, "func(") {
		t.Errorf("the task does not tell the signature: %s", ex.Task)
	}
	if o := judge(t, ex, ex.Stub); !o.Untouched {
		t.Errorf("the stub counts as a try: %s", o.Message)
	}
	if len(ex.Wrong) < 3 {
		t.Errorf("%d plausible wrong answers, at least 3", len(ex.Wrong))
	}
	for _, w := range ex.Wrong {
		o := judge(t, ex, w.Answer)
		if strings.Contains(o.Message, "<nil>") || strings.Contains(o.Message, "%!") {
			t.Errorf("%s: a value that nobody meant to show:\n%s", w.Name, o.Message)
		}
		if o.Passed || !strings.Contains(o.Message, w.Says) {
			t.Errorf("%s: passed %v; the message does not say %q:\n%s", w.Name, o.Passed, w.Says, o.Message)
		}
	}
	if len(ex.Hints) == 0 {
		t.Error("there are no hints")
	}
	for _, h := range ex.Hints {
		if h == "" || strings.ContainsAny(h, "{}[]=") || strings.Contains(h, "for ") && strings.Contains(h, ":=") {
			t.Errorf("the hint %q is empty or gives code away", h)
		}
	}
}

// sizes is a small exercise of the tests' own.
var sizes = chapters.Exercise{
	ID: "0.0", Args: []string{"n"}, Solution: func(n int) [][]float64 { return [][]float64{{float64(n)}} },
	Cases:   func(*rand.Rand) [][]any { return [][]any{{1}, {2}} },
	Explain: func([]any, any, any) string { return "" },
}

func TestBadAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		answer any
		says   string
	}{
		"a panic":            {func(n int) [][]float64 { panic("oh") }, "stopped with: oh"},
		"index out of range": {func(n int) [][]float64 { return [][]float64{{[]float64{}[n]}} }, "index out of range"},
		"an endless loop": {func(n int) [][]float64 {
			for {
				time.Sleep(time.Millisecond)
			}
		}, "did not finish"},
		"not a number":      {func(n int) [][]float64 { return [][]float64{{math.NaN()}} }, "NaN"},
		"another type":      {func(n int) int { return n }, "func(int) [][]float64"},
		"no function":       {nil, "nothing"},
		"a nil function":    {(func(int) [][]float64)(nil), "nil function"},
		"wrong second case": {func(n int) [][]float64 { return [][]float64{{1}} }, "case 2 of 2"},
	} {
		if o := judge(t, sizes, c.answer); o.Passed || !strings.Contains(o.Message, c.says) || strings.Contains(o.Message, "goroutine") {
			t.Errorf("%s: %+v, want a message with %q", name, o, c.says)
		}
	}
}

// TestDifferingCellsAreMarked: the reader sees where the results differ.
func TestDifferingCellsAreMarked(t *testing.T) {
	got := display([][]float64{{1, 2}}, [][]float64{{1, 3}})
	if want := "      1    [2]"; got != want {
		t.Errorf("display = %q, want %q", got, want)
	}
}

func TestFindNamesTheExercises(t *testing.T) {
	if _, err := Find("9.9"); err == nil || !strings.Contains(err.Error(), "5.2a") {
		t.Errorf("Find of an unknown id: %v", err)
	}
}

// TestTypes: every type of argument and result is compared, copied and shown.
func TestTypes(t *testing.T) {
	for _, c := range []struct {
		want, got any
		shows     string
	}{
		{1, 2, "2"},
		{0.5, 0.25, "0.25"},
		{true, false, "false"},
		{"valid", "same", `"same"`},
		{[]int{1, 2}, []int{1, 3}, "1 [3]"},
		{[]float64{1, 2}, []float64{1}, "1"},
		{[]float64{1}, []float64{1, 2}, "1 [2]"},
		{[][]int{{1, 2}, {3, 4}}, [][]int{{1, 2}, {5, 4}}, "      1      2\n    [5]      4"},
		{[][]float64{{1}}, [][]float64{{1}, {-2}}, "      1\n   [−2]"},
		{[][]float64{{1}}, [][]float64{}, "an empty matrix"},
		{[][]float64{{1}}, [][]float64{{}}, "an empty row"},
		{[][][]float64{{{1}}, {{2}}}, [][][]float64{{{1}}, {{3}}}, "plane 1:\n    [3]"},
		{[]any{1, [][]float64{{2}}}, []any{1, [][]float64{{3}}}, " n = 1\nm:\n    [3]"},
	} {
		if equal(c.want, c.got) || !equal(c.want, c.want) {
			t.Errorf("equal of %v and %v", c.want, c.got)
		}
		if got := formatResult([]string{"n", "m"}, c.got, c.want); !strings.Contains(got, c.shows) {
			t.Errorf("%v is shown as %q, want %q in it", c.got, got, c.shows)
		}
		if _, several := c.got.([]any); several {
			continue
		}
		got := reflect.ValueOf(c.got)
		copied := clone(got)
		if !same(got, copied) || depth(got.Type()) > 0 && got.Len() > 0 && got.Pointer() == copied.Pointer() {
			t.Errorf("%v is copied as %v", c.got, copied)
		}
	}
}

// threeLayers is an exercise of the tests' own with a judge.
var threeLayers = chapters.Exercise{
	ID: "0.1", Stub: func() []string { return nil }, Solution: func() []string { return make([]string, 3) },
	Judge: func(ctx context.Context, b compute.Backend, answer any) (bool, string) {
		if n := len(answer.(func() []string)()); n != 3 {
			return false, "There are not three."
		}
		return true, "It is " + b.Name() + "."
	},
}

func TestJudgeOfADesign(t *testing.T) {
	for name, c := range map[string]struct {
		answer any
		passed bool
		says   string
	}{
		"right":        {threeLayers.Solution, true, "is solved. It is "},
		"wrong":        {func() []string { return nil }, false, "There are not three."},
		"a panic":      {func() []string { panic("oh") }, false, "stopped with: oh"},
		"another type": {func() int { return 3 }, false, "func() []string"},
		"nil":          {(func() []string)(nil), false, "nil function"},
		"Goexit":       {func() []string { runtime.Goexit(); return nil }, false, "Goexit"},
	} {
		if o := judge(t, threeLayers, c.answer); o.Passed != c.passed || !strings.Contains(o.Message, c.says) {
			t.Errorf("%s: %+v, want %v with %q", name, o, c.passed, c.says)
		}
	}
}
