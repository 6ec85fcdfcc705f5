package exercise_test

import (
	"fmt"
	"os"
	"path/filepath"

	"cnnbook/notebooks/exercise"
)

func ExampleCheck() {
	outputSize := func(i, k, s, p int) int { return (i+p-k)/s + 1 }
	exercise.Check("5.2b", outputSize)
	// Output:
	// Exercise 5.2b, case 3 of 26 (seed 5): i = 3, k = 3, s = 1, p = 2
	// expected: 5
	// your function returned: 3
	// The zeros are counted on one side only; they stand on both sides.
}

func ExampleHint() {
	exercise.Hint("5.2b", 2)
	// Output: Hint 2 of 3: The first position is at 0. What is the last one at which the kernel still fits?
}

func ExampleSolution() {
	exercise.Solution("5.2b") // prints the Go source of outputSize, and what else there was to learn
}

func ExampleReadVerdicts() {
	folder, err := os.MkdirTemp("", "verdicts-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "verdicts") // handed to the program in exercise.VerdictEnv
	fmt.Println(exercise.ReadVerdicts(path))  // it ended before its first Check
	if err := os.WriteFile(path, []byte(`{"id":"5.2b","passed":true}`), 0o600); err != nil {
		panic(err)
	}
	fmt.Println(exercise.ReadVerdicts(path))
	// Output:
	// [] <nil>
	// [{5.2b true}] <nil>
}
