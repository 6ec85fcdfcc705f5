// Package cell has what almost every notebook cell needs: to stop with one clear
// line, and to check a number. It imports nothing of ours, so that a plain cell stays
// quick to link.
package cell

import (
	"fmt"
	"os"
	"reflect"
)

// exit is replaced by the tests.
var exit = os.Exit

// Must returns v, or ends the cell with the error as one line. (Go has no exceptions: a function that can fail returns an error beside
// its result, and Must is for cells that have no better answer than to stop.)
//
//	y := cell.Must(cnnlib.Run(backend, net, x))
func Must[T any](v T, err error) T {
	if err != nil {
		stop("%v", err)
	}
	return v
}

// OK is [Must] for a function that returns only an error.
//
//	cell.OK(m.WriteWeights("digits.safetensors"))
func OK(err error) { Must(0, err) }

// Equal ends the cell if got is not want. The notebooks check their own
// numbers with it.
func Equal[T any](what string, got, want T) {
	if !reflect.DeepEqual(got, want) {
		stop("%s is %v, but should be %v", what, got, want)
	}
	fmt.Printf("✓ %s: %v\n", what, got)
}

func stop(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	exit(1)
}
