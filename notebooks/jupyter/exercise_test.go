package jupyter

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestExercisesInTheKernel solves an exercise in cells, after every way to fail at it:
// each is a sentence, never a stack of calls. The last one uses up the memory, which
// ends the cell.
func TestExercisesInTheKernel(t *testing.T) {
	progress := t.TempDir() // not that of whoever runs the test; the kernel sets its own
	cell := func(body, after string) string {
		return fmt.Sprintf(`import (
	"os"

	"cnnbook/notebooks/exercise"
)

func answer(image, kernel [][]float64) [][]float64 {
%s
}

%%%%
os.Setenv("CNNBOOK_HOME", %q)
%s`, body, progress, after)
	}
	const check = `exercise.Check("5.2a", answer)`
	right := `	y := make([][]float64, len(image)-len(kernel)+1)
	for i := range y {
		y[i] = make([]float64, len(image[0])-len(kernel[0])+1)
		for j := range y[i] {
			for a := range kernel {
				for b := range kernel[a] {
					y[i][j] += image[i+a][j+b] * kernel[a][b]
				}
			}
		}
	}
	return y`
	r, _ := runCells(t,
		cell("	return nil", check),
		cell("	return image", check),
		cell("	return [][]float64{{image[9][9]}}", check),
		cell("	for {\n	}", check),
		cell("	return nil", `exercise.Check("5.2a", func() int { return 1 })`),
		cell("	return nil", "exercise.Hint(\"5.2a\")\nexercise.Hint(\"5.2a\")"),
		cell(right, `exercise.Check("5.2a", func(image, kernel [][]float64) [][]float64 {
	y := answer(image, kernel)
	if len(y) > 1 { // the first case that is large enough to be drawn
		y[0][0]++
	}
	return y
})`),
		cell(right, check+"\nexercise.Solution(\"5.2a\")"),
		cell("	return answer(kernel, image)", check),
	)
	data, err := os.ReadFile(r.Copy)
	if err != nil {
		t.Fatal(err)
	}
	said := string(data)
	for _, want := range []string{
		"empty function", "The size is wrong", "They differ in 1 of 16 cells", "index out of range [9] with length 2, in the line `return [][]float64{{image[9][9]}}`", "did not finish within", "needs a func(", "Hint 1 of 3", "Hint 2 of 3",
		"Exercise 5.2a is solved", "func crossCorrelate(image, kernel [][]float64) [][]float64 {", "calls itself without end",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the cells do not say %q", want)
		}
	}
	if strings.Contains(said, "goroutine ") {
		t.Errorf("a stack of calls: %s", said)
	}
	if r.OK || r.Failed != 9 {
		t.Errorf("the cell that would use up the memory: %+v", r)
	}
	if kept, err := os.ReadFile(progress + "/exercises.json"); err != nil || !strings.Contains(string(kept), `"solved": "20`) {
		t.Errorf("the progress: %s, %v", kept, err)
	}
}
