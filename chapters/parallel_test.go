package chapters_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"cnnbook/chapters"
)

func ExampleInParallel() {
	var jobs []func() (int, error)
	for i := range 5 {
		jobs = append(jobs, func() (int, error) { return i * i, nil })
	}
	fmt.Println(chapters.InParallel(jobs))
	// Output: [0 1 4 9 16] <nil>
}

func TestInParallelEndsAfterAnError(t *testing.T) {
	const n = 10_000
	var begun atomic.Int32
	jobs := make([]func() (int, error), n)
	for i := range jobs {
		jobs[i] = func() (int, error) { begun.Add(1); return 0, errors.New("no") }
	}
	if _, err := chapters.InParallel(jobs); err == nil || begun.Load() == n {
		t.Errorf("%v after %d of %d jobs", err, begun.Load(), n)
	}
}
