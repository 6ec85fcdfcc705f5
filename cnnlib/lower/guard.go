package lower

import (
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/gomlx/gomlx/core/graph"
)

// Guard runs f, which builds or executes a graph, and returns what GoMLX reports
// by panic or error as an error of one line. A mistake in the program itself (a
// nil pointer, an index out of range) is not turned into an error: it panics on.
func Guard(what string, f func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case error:
			err = p
		default:
			panic(p)
		}
		var bug runtime.Error
		if errors.As(err, &bug) {
			// GoMLX wraps runtime errors of the graph function too; its text holds
			// the place where it happened.
			panic(fmt.Sprintf("cnnlib: %s: %+v", what, err))
		}
		if err != nil {
			err = &graphError{what: what, err: err}
		}
	}()
	return f()
}

// Written returns what write writes into a graph. If write panics with something that is
// no error, a text for instance, Written panics with an error of the same words: GoMLX
// v0.28.2 takes back its locks for errors only, and after any other panic within an
// executor waits for itself for ever.
func Written(write func() *graph.Node) *graph.Node {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case error:
			panic(p)
		default:
			panic(fmt.Errorf("%v", p))
		}
	}()
	return write()
}

// graphError prints one line. The whole story, with stack traces, is in the error
// it wraps and is printed with %+v of errors.Unwrap.
type graphError struct {
	what string
	err  error
}

func (e *graphError) Error() string {
	text := e.err.Error()
	line, _, _ := strings.Cut(text, "\n")
	// GoMLX prints the whole tensor, on many lines, before it says what is wrong with it.
	if strings.HasPrefix(line, "Failed to convert argument") {
		reason := text[strings.LastIndex(text, ": ")+2:]
		return fmt.Sprintf("cnnlib: %s: %s: a tensor belongs to the backend that it was first used on, as long as that is open: open a backend, and make a new tensor for it", e.what, reason)
	}
	// GoMLX puts the name of its executor, twice, in front of what went wrong.
	const preamble = " panicked: "
	if i := strings.LastIndex(line, preamble); i >= 0 {
		line = line[i+len(preamble):]
	}
	return fmt.Sprintf("cnnlib: %s: %s", e.what, strings.TrimPrefix(line, "cnnlib: "))
}

func (e *graphError) Unwrap() error { return e.err }
