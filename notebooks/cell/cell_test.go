package cell

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"testing"
)

// ended runs f and returns the exit status it asked for, or -1.
func ended(t *testing.T, f func()) (status int) {
	t.Helper()
	status = -1
	exit = func(code int) { status = code }
	t.Cleanup(func() { exit = nil })
	f()
	return status
}

func TestMust(t *testing.T) {
	if s := ended(t, func() {
		if v := Must(7, nil); v != 7 {
			t.Errorf("Must(7, nil) = %d", v)
		}
	}); s != -1 {
		t.Errorf("Must without an error ended the cell with %d", s)
	}
	if s := ended(t, func() { Must(0, errors.New("no")) }); s != 1 {
		t.Errorf("Must with an error ended with %d, want 1", s)
	}
}

func TestOK(t *testing.T) {
	if s := ended(t, func() { OK(nil) }); s != -1 {
		t.Errorf("OK without an error ended the cell with %d", s)
	}
	if s := ended(t, func() { OK(errors.New("no")) }); s != 1 {
		t.Errorf("OK with an error ended with %d, want 1", s)
	}
}

func TestEqual(t *testing.T) {
	if s := ended(t, func() { Equal("a matrix", [][]float64{{1}}, [][]float64{{2}}) }); s != 1 {
		t.Errorf("Equal of different values ended with %d, want 1", s)
	}
}

func ExampleEqual() {
	Equal("the sum", 3+4, 7)
	// Output: ✓ the sum: 7
}

func ExampleMust() {
	fmt.Println(Must(strconv.Atoi("7")))
	// Output: 7
}

func ExampleOK() {
	OK(os.Chdir(os.TempDir()))
	fmt.Println("the folder is there")
	// Output: the folder is there
}
