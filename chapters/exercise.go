package chapters

import (
	"context"
	"math/rand/v2"

	"github.com/gomlx/compute"
)

// Exercise is a task of a section: the reader writes one Go function and has it
// checked (package notebooks/exercise). Stub, solution and wrong answers are
// functions of the same type as the reader's.
//
// Most exercises compare results: Cases gives the arguments, Solution the results
// that are expected, Explain the likely mistake. Then the arguments and results of
// the function are of type int, float64, bool or string, []int or []float64, [][]int
// or [][]float64, or [][][]float64. An exercise that has many right answers, such as
// a network with a given size, has Judge instead.
type Exercise struct {
	ID      string // "5.2a", and "5.2a-2", "5.2a-3" for the next ones of the section
	Kind    Kind
	Title   string
	TitleZH string   // may be empty
	Task    string   // what to write, with the signature in words
	TaskZH  string   // may be empty
	Args    []string // the names of the function's arguments, for messages
	// Results are the names of its results. They are needed where it has more than
	// one; Explain then gets a []any of them.
	Results []string
	Hints   []string // from gentle to nearly there; none gives code away

	// Stub is where the reader starts; it must fail. Solution must pass. It is a
	// function with a name and a comment, not a literal: readers are shown its source.
	Stub, Solution any
	// Lesson is what else there was to learn; it is printed below the solution. It and
	// LessonZH may be empty.
	Lesson, LessonZH string
	// Wrong are plausible wrong answers with a word that the message about
	// each must contain.
	Wrong []WrongAnswer

	// Cases returns the arguments of the calls to check, smallest first. The
	// expected results come from Solution. Every random choice comes from r.
	Cases func(r *rand.Rand) [][]any
	// Explain names the likely mistake behind a wrong result, or returns "". It may
	// be nil. The reader is told of a mistake only if all cases agree with it: if the answer
	// returns in each what one of Wrong does, or if Explain says the same of each.
	Explain func(args []any, want, got any) string

	// Judge, where it is not nil, decides on the answer instead of Cases and Explain.
	// The answer has the type of Solution and is not nil; a panic in it is reported for
	// you. The message is shown in either case: what is wrong, or what was reached. The
	// judgement must take less than a minute and end with ctx.
	Judge func(ctx context.Context, backend compute.Backend, answer any) (passed bool, message string)
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
	// Says is part of what Explain says of it, or the whole sentence that the reader is told
	// if Explain does not know it.
	Says string
}
