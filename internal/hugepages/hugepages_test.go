package hugepages

import (
	"runtime"
	"slices"
	"testing"
)

func TestEnvironment(t *testing.T) {
	const asks = tunables + "=glibc.malloc.hugetlb=1"
	t.Setenv(tunables, "")
	if got := slices.Contains(Environ(), asks); got != (runtime.GOOS == "linux") {
		t.Errorf("the environment has %s: %t, on %s", asks, got, runtime.GOOS)
	}
	t.Setenv(tunables, "glibc.malloc.arena_max=2")
	if got := Environment(); len(got) != 0 {
		t.Errorf("%v beside the reader's own settings, want nothing", got)
	}
}
