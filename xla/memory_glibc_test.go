//go:build cgo && linux

package xla

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The memory that XLA will get lies in a region for which huge pages were asked (flag hg),
// and which costs nothing yet. The test is a process of its own, which has just begun, as
// where keepMemory is called: threads that have had memory from elsewhere go on there.
func TestHugePagesAreAskedFor(t *testing.T) {
	const own = "CNNBOOK_TEST_HUGE_PAGES"
	if os.Getenv(own) == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestHugePagesAreAskedFor$", "-test.v")
		cmd.Env = append(os.Environ(), own+"=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if strings.Contains(string(out), "--- SKIP") {
			t.Skip(string(out))
		}
		return
	}
	if _, err := os.Stat("/sys/kernel/mm/transparent_hugepage/enabled"); err != nil {
		t.Skip("this system has no huge pages:", err)
	}
	keepMemory()
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(maps), "libc.so.6") {
		t.Skip("another C library than GNU's")
	}
	var size, resident, marked, touched int // kB
	for line := range strings.Lines(string(maps)) {
		fmt.Sscanf(line, "Size: %d kB", &size)
		fmt.Sscanf(line, "Rss: %d kB", &resident)
		// The flags are the last line of a region. Small regions are not of keepMemory.
		if strings.HasPrefix(line, "VmFlags:") && strings.Contains(line, " hg ") && size >= 64<<10 {
			marked += size
			touched += resident
		}
	}
	if marked < 500<<10 { // 512 MB, but for the parts of pages at its ends
		t.Errorf("%d kB are marked for huge pages, want 512 MB", marked)
	}
	if touched > marked/2 { // other tests of this process may have used some
		t.Errorf("%d of %d kB are resident: to mark shall not touch", touched, marked)
	}
}
