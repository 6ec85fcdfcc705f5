// Package cell has what almost every notebook cell needs: to stop with one clear
// line, and to check a number.
package cell

import (
	"fmt"
	"os"
	"reflect"
)

// exit is replaced by the tests.
var exit = os.Exit

// Must returns v, or ends the cell with the error as one line where there is
// one. (Go has no exceptions: a function that can fail returns an error beside
// its result, and Must is for cells that have no better answer than to stop.)
//
//	y := cell.Must(cnnlib.Run(backend, net, x))
func Must[T any](v T, err error) T {
	if err != nil {
		stop("%v", err)
	}
	return v
}

// Equal ends the cell where got is not want. The notebooks check their own
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
