package exercise

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
)

// find is Find for an id that is there.
func find(t *testing.T, id string) chapters.Exercise {
	t.Helper()
	ex, err := Find(id)
	if err != nil {
		t.Fatal(err)
	}
	return ex
}

// TestNoMistakeThatIsNotThere: wrong answers that agree with a named mistake in the case
// that is shown, but not in all cases, hear nothing of that mistake.
func TestNoMistakeThatIsNotThere(t *testing.T) {
	type matrix = [][]float64
	for _, c := range []struct {
		id, name string
		answer   any
		not      string
	}{
		{"5.2a", "the kernel's place for the window's", func(image, kernel matrix) matrix {
			y := grid.Zeros(len(image)-len(kernel)+1, len(image[0])-len(kernel[0])+1)
			for i := range y {
				for j := range y[i] {
					for a := range kernel {
						for b := range kernel[a] {
							y[i][j] += image[i*a%len(image)][j*b%len(image[0])] * kernel[a][b]
						}
					}
				}
			}
			return y
		}, "divided"},
		{"5.2a", "another number", func(image, kernel matrix) matrix {
			return grid.Map(find(t, "5.2a").Solution.(func(image, kernel matrix) matrix)(image, kernel), func(v float64) float64 { return v*v - 55 }) // 9 for 8
		}, "divided"},
		{"5.1-2", "POOL left out", func(x matrix) matrix { return grid.Map(x, func(v float64) float64 { return max(0, v) }) }, "overlap"},
		{"5.1-2", "result transposed", func(x matrix) matrix {
			return grid.Transposed(find(t, "5.1-2").Solution.(func(matrix) matrix)(x))
		}, "overlap"},
		{"5.2b", "one added too early", func(i, k, s, p int) int { return (i + 2*p - k + 1) / s }, "first position"},
		{"5.19", "one added too early", func(i, k, s, p, d int) int { return max(0, (i+2*p-(k-1)*d)/s) }, "first position"},
		{"5.19", "span d·k−1", func(i, k, s, p, d int) int {
			if i+2*p < d*k-1 {
				return 0
			}
			return (i+2*p-(d*k-1))/s + 1
		}, "first position"},
		{"5.2a-2", "larger of both", func(image matrix) matrix {
			strength := func(name string) matrix {
				for _, w := range find(t, "5.2a-2").Wrong {
					if w.Name == name {
						return w.Answer.(func(matrix) matrix)(image)
					}
				}
				t.Fatalf("no wrong answer %q", name)
				return nil
			}
			return grid.Zip(strength("x only"), strength("y only"), math.Max)
		}, "only"},
		{"5.17-3", "stride less one", func(i, k, s, p int) int { return s - 1 }, "number of moves"},
		{"5.17-4", "places off by one", func(values matrix, places [][]int, h, w int) matrix {
			y := grid.Zeros(h, w)
			for i := range values {
				for j, v := range values[i] {
					at := max(0, places[i][j]-1)
					y[at/w][at%w] += v
				}
			}
			return y
		}, "recorded"},
		{"5.20", "kernel over stride, rounded up", func(i, k, s, o int) int { return (k + s - 1) / s }, "ends at"},
		{"5.20", "cells counted from 1", func(i, k, s, o int) int {
			return find(t, "5.20").Solution.(func(i, k, s, o int) int)(i, k, s, o-1)
		}, "border"},
	} {
		o := judge(t, find(t, c.id), c.answer)
		if o.Passed || !strings.Contains(o.Message, "expected") || strings.Contains(strings.TrimPrefix(o.why, "\n"), c.not) {
			t.Errorf("%s, %s: it says %q, and must not speak of %q:\n%s", c.id, c.name, o.why, c.not, o.Message)
		}
	}
}

// doubled is an exercise of the tests' own with two results and a mistake that is known.
var doubled = chapters.Exercise{
	ID: "0.2", Args: []string{"n"}, Results: []string{"double", "square"},
	Stub:     func(n int) (int, int) { return -1, -1 },
	Solution: func(n int) (int, int) { return 2 * n, n * n },
	Wrong:    []chapters.WrongAnswer{{Name: "cube", Answer: func(n int) (int, int) { return 2 * n, n * n * n }, Says: "This is the cube."}},
	Cases:    func(*rand.Rand) [][]any { return [][]any{{1}, {2}, {3}, {5}} },
}

// matrixOf is one with a matrix.
var matrixOf = chapters.Exercise{
	ID: "0.3", Args: []string{"n"}, Stub: func(n int) [][]float64 { return nil }, Solution: countingUp,
	Cases: func(*rand.Rand) [][]any { return [][]any{{1}, {2}, {3}} },
}

// countingUp has n rows and n+1 columns.
func countingUp(n int) [][]float64 {
	y := grid.Zeros(n, n+1)
	for i := range y {
		for j := range y[i] {
			y[i][j] = float64(i*(n+1)+j) / 7
		}
	}
	return y
}

// TestGeneralMistakes: those that any exercise can have, and a sentence of its own for a
// known one.
func TestGeneralMistakes(t *testing.T) {
	mapped := func(f func(v float64) float64) func(n int) [][]float64 {
		return func(n int) [][]float64 { return grid.Map(countingUp(n), f) }
	}
	for _, c := range []struct {
		ex     chapters.Exercise
		answer any
		says   string // "" for nothing
	}{
		{doubled, func(n int) (int, int) { return 2 * n, n * n * n }, "This is the cube."},
		{doubled, func(n int) (int, int) { return 2 * n, n*n*n + n/5 }, ""}, // not in the last case
		{doubled, func(n int) (int, int) { return n * n, 2 * n }, "The results double and square are exchanged."},
		{doubled, func(n int) (int, int) { return 2*n + 1, n*n + 1 }, "Every number is 1 too large, in every case."},
		{matrixOf, func(n int) [][]float64 {
			row := make([]float64, n+1)
			var y [][]float64
			for i := range n {
				for j := range row {
					row[j] = float64(i*(n+1)+j) / 7
				}
				y = append(y, row)
			}
			return y
		}, "one and the same slice"},
		{matrixOf, func(n int) [][]float64 { return grid.Transposed(countingUp(n)) }, "Rows and columns of the result are exchanged."},
		{matrixOf, mapped(func(v float64) float64 { return -v }), "wrong sign"},
		{matrixOf, mapped(func(v float64) float64 { return v / 2 }), "0.5 times"},
		{matrixOf, mapped(func(v float64) float64 { return float64(float32(v)) }), "Compute in float64"},
		{matrixOf, mapped(func(v float64) float64 { return v + 1e-3*v*v }), ""},
		{matrixOf, func(n int) [][]float64 { return countingUp(n + 1) }, "2 rows and 3 columns, expected 1 row and 2 columns"},
		{matrixOf, func(n int) [][]float64 { y := countingUp(n); y[0] = y[0][:1]; return append(y, []float64{1, 2}) }, "different lengths"},
	} {
		o := judge(t, c.ex, c.answer)
		if o.Passed || c.says == "" && o.why != "" || !strings.Contains(o.why, c.says) {
			t.Errorf("it says %q, want %q:\n%s", o.why, c.says, o.Message)
		}
	}
}

// TestOneNumberIsNoDiagnosis: a single wrong number agrees with too many mistakes.
func TestOneNumberIsNoDiagnosis(t *testing.T) {
	ex := doubled
	ex.Cases = func(*rand.Rand) [][]any { return [][]any{{1}, {2}} } // cube and square differ at 2 only
	if o := judge(t, ex, ex.Wrong[0].Answer); o.Passed || o.why != "" {
		t.Errorf("%+v", o)
	}
}

// TestDigitsThatDiffer are shown.
func TestDigitsThatDiffer(t *testing.T) {
	o := judge(t, find(t, "5.2a-2"), func(image [][]float64) [][]float64 {
		return grid.Map(find(t, "5.2a-2").Solution.(func([][]float64) [][]float64)(image), func(v float64) float64 { return float64(float32(v)) })
	})
	if o.Passed || strings.Contains(o.Message, "[14.7648]") || !strings.Contains(o.Message, "[14.764822959899902]") || !strings.Contains(o.why, "float64") {
		t.Errorf("%s", o.Message)
	}
}

// TestOneElementIsAList: it is not shown as a number.
func TestOneElementIsAList(t *testing.T) {
	ex := find(t, "5.13")
	if o := judge(t, ex, ex.Stub); !strings.Contains(o.Message, "kernels:\n{2}") && !strings.Contains(o.Message, "kernels = {2}") {
		t.Errorf("%s", o.Message)
	}
}

// TestPrintsOnce: what an answer prints comes once for each case that the reader hears of.
func TestPrintsOnce(t *testing.T) {
	said := printed(t, func() {
		judge(t, doubled, func(n int) (int, int) {
			fmt.Println("called with", n)
			return 0, n
		})
	})
	if strings.Count(said, "called with 1\n") != 1 || strings.Contains(said, "called with 2") {
		t.Errorf("%q", said)
	}
	said = printed(t, func() {
		judge(t, threeLayers, func() []string {
			fmt.Println("called")
			return nil
		})
	})
	if said != "called\n" {
		t.Errorf("of a design: %q", said)
	}
}

// TestALaterCaseThatDoesNotEnd: the case that fails is told all the same.
func TestALaterCaseThatDoesNotEnd(t *testing.T) {
	o := judge(t, doubled, func(n int) (int, int) {
		for n > 1 {
			time.Sleep(time.Millisecond)
		}
		return 9, 9
	})
	if o.Passed || !strings.Contains(o.Message, "case 1 of 4") || o.why != "" {
		t.Errorf("%+v", o)
	}
}

// TestQuotedLine: in a notebook a panic is told with the text of its line.
func TestQuotedLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(path, []byte("package main\n\n\ty[i] = x[i+1]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := quotedLine(path, 3); got != ", in the line `y[i] = x[i+1]`" {
		t.Errorf("line 3: %q", got)
	}
	if got := quotedLine(path, 99) + quotedLine(path+"gone", 1); got != "" {
		t.Errorf("no such line: %q", got)
	}
}
