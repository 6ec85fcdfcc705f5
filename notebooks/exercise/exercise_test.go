package exercise

import (
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05"
)

// TestEveryExercise: the stub fails with a message, the solution passes quickly,
// every plausible wrong answer fails with a message that names the mistake, and
// the hints give no code away.
func TestEveryExercise(t *testing.T) {
	n, sections := 0, 0
	for _, s := range ch05.Sections() {
		if len(s.Claims) > 0 {
			sections++
		}
		for _, ex := range s.Exercises {
			n++
			t.Run(ex.ID, func(t *testing.T) { examine(t, ex) })
		}
	}
	if n < sections {
		t.Errorf("%d exercises for %d sections", n, sections)
	}
}

func examine(t *testing.T, ex chapters.Exercise) {
	if o := Judge(ex, ex.Stub); o.Passed || !strings.Contains(o.Message, "expected") {
		t.Errorf("the stub: %+v", o)
	}
	start := time.Now()
	if o := Judge(ex, ex.Solution); !o.Passed {
		t.Errorf("the solution fails: %s", o.Message)
	}
	if d := time.Since(start); d > timeLimit {
		t.Errorf("the check of the solution takes %v", d)
	}
	if n := reflect.TypeOf(ex.Solution).NumIn(); len(ex.Args) != n {
		t.Errorf("%d names for %d arguments", len(ex.Args), n)
	}
	if len(ex.Wrong) < 3 {
		t.Errorf("%d plausible wrong answers, at least 3", len(ex.Wrong))
	}
	for _, w := range ex.Wrong {
		if o := Judge(ex, w.Answer); o.Passed || !strings.Contains(o.Message, w.Says) {
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
		if o := Judge(sizes, c.answer); o.Passed || !strings.Contains(o.Message, c.says) || strings.Contains(o.Message, "goroutine") {
			t.Errorf("%s: %+v, want a message with %q", name, o, c.says)
		}
	}
}

// TestDifferingCellsAreMarked: the reader sees where the results differ.
func TestDifferingCellsAreMarked(t *testing.T) {
	got := format([][]float64{{1, 2}}, [][]float64{{1, 3}})
	if want := "      1    [2]"; got != want {
		t.Errorf("format = %q, want %q", got, want)
	}
}

func TestFindNamesTheExercises(t *testing.T) {
	if _, err := Find("9.9"); err == nil || !strings.Contains(err.Error(), "5.2a") {
		t.Errorf("Find of an unknown id: %v", err)
	}
}
