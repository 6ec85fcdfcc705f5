// Package purego opens the pure-Go backend as tests, Examples and the check of exercises
// need it: one operation after the other, so that results are the same on every machine.
// (With the backend's default bound on its workers, operations side by side can wait for
// each other for ever: xla.Open says more.)
package purego

import (
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/gobackend"
)

// New opens a backend. Finalize it after use.
func New() (compute.Backend, error) {
	b, err := gobackend.New("ops_sequential")
	if err != nil {
		return nil, fmt.Errorf("the pure-Go backend: %w", err)
	}
	return b, nil
}

// T is the part of testing.TB that Open uses. (Package testing stays out of the programs
// that link this one.)
type T interface {
	Helper()
	Fatal(args ...any)
	Cleanup(func())
}

// Open opens a backend for a test, and finalizes it when the test ends.
func Open(t T) compute.Backend {
	t.Helper()
	b, err := New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Finalize)
	return b
}

// Must opens a backend for an Example, which has no test to fail:
//
//	backend := purego.Must()
//	defer backend.Finalize()
func Must() compute.Backend {
	b, err := New()
	if err != nil {
		panic(err) // the backend is part of this program
	}
	return b
}
