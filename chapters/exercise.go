package chapters

import "math/rand/v2"

// Exercise is a task of a section: the reader writes one Go function and has it
// checked (package notebooks/exercise). Stub, solution and wrong answers are
// functions of the same type as the reader's.
type Exercise struct {
	ID    string // "5.2a"
	Kind  Kind
	Title string
	Task  string   // what to write, with the signature in words
	Args  []string // the names of the function's arguments, for messages
	Hints []string // from gentle to nearly there; none gives code away

	// Stub is where the reader starts; it must fail. Solution must pass.
	Stub, Solution any
	// Wrong are plausible wrong answers with a word that the message about
	// each must contain.
	Wrong []WrongAnswer

	// Cases returns the arguments of the calls to check, smallest first. The
	// expected results come from Solution. Every random choice comes from r.
	Cases func(r *rand.Rand) [][]any
	// Explain names the likely mistake behind a wrong result, or returns "".
	Explain func(args []any, want, got any) string
}

// Kind is the kind of work an exercise asks for.
type Kind string

// The kinds of exercise.
const (
	Compute Kind = "compute" // a number or a size
	Build   Kind = "build"   // a layer's loop
	Design  Kind = "design"  // a network
)

// WrongAnswer is a plausible mistake.
type WrongAnswer struct {
	Name   string // "kernel turned"
	Answer any    // the wrong function
	Says   string // part of the message the reader must get
}
