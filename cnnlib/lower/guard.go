package lower

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
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

// graphError prints one line. The whole story, with stack traces, is in the error
// it wraps and is printed with %+v of errors.Unwrap.
type graphError struct {
	what string
	err  error
}

func (e *graphError) Error() string {
	line, _, _ := strings.Cut(e.err.Error(), "\n")
	// GoMLX puts the name of its executor, twice, in front of what went wrong.
	const preamble = " panicked: "
	if i := strings.LastIndex(line, preamble); i >= 0 {
		line = line[i+len(preamble):]
	}
	return fmt.Sprintf("cnnlib: %s: %s", e.what, line)
}

func (e *graphError) Unwrap() error { return e.err }
