package chapters

import "fmt"

// Inside checks and pictures an error ends the work: there is nothing to draw or to
// compare. Must says so in a word; [CheckClaims] and [Figure.Draw] turn its panic into
// an error again, and no other panic. Exported functions return errors as usual.

// failure is what Must panics with.
type failure struct{ err error }

// Failure makes of an error what [Must] panics with, for a check or a picture that finds
// one by itself: panic(Failure(fmt.Errorf(…))).
func Failure(err error) any { return failure{err} }

// Must returns v, or ends the check or picture that calls it with the error.
func Must[T any](v T, err error) T {
	OK(err)
	return v
}

// Must2 is [Must] for two values.
func Must2[A, B any](a A, b B, err error) (A, B) {
	OK(err)
	return a, b
}

// Must3 is [Must] for three values.
func Must3[A, B, C any](a A, b B, c C, err error) (A, B, C) {
	OK(err)
	return a, b, c
}

// OK ends the check or picture that calls it, if there is an error.
func OK(err error) {
	if err != nil {
		panic(failure{err})
	}
}

// recovered turns the panic of a Must into *err. A program's own mistakes stay panics.
func recovered(err *error, what string) {
	switch p := recover().(type) {
	case nil:
	case failure:
		*err = fmt.Errorf("chapters: %s: %w", what, p.err)
	default:
		panic(p)
	}
}
