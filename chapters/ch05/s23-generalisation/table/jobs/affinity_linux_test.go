package jobs_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"cnnbook/chapters/ch05/s23-generalisation/table/jobs"
)

// TestCores: of two processes at once each has half of the cores, and this one keeps its
// own.
func TestCores(t *testing.T) {
	var before, after unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		t.Fatal(err)
	}
	if before.Count() < 2 {
		t.Skip("one core cannot be shared out")
	}
	var log strings.Builder
	o := options(t, &log)
	o.Jobs = 2
	o.Program = []string{"sh", "-c", "nproc >&2; sleep 0.2"} // the second begins before the first has failed
	if err := jobs.Run(t.Context(), small(), jobsOf(t, "a")[:2], o); err == nil {
		t.Error("a shell trains")
	}
	if want := fmt.Sprint(before.Count() / 2); !strings.HasPrefix(log.String(), want+"\n") {
		t.Errorf("a process of two has %q cores, want %s of %d", log.String(), want, before.Count())
	}
	if err := unix.SchedGetaffinity(0, &after); err != nil || after != before {
		t.Errorf("the cores of this process were %v and are %v, %v", before, after, err)
	}
}
