package exercise_test

import "cnnbook/notebooks/exercise"

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
