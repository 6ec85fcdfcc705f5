package bench

import (
	"fmt"
	"os"
	"strings"
)

// memory returns what this process has resident, and the most it had, in MB, from
// Linux's account of it (proc(5), VmRSS and VmHWM); 0 elsewhere.
func memory() (now, peak float64) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, 0
	}
	for line := range strings.Lines(string(status)) {
		var kB float64
		if _, err := fmt.Sscanf(line, "VmRSS: %f", &kB); err == nil {
			now = kB / 1024
		}
		if _, err := fmt.Sscanf(line, "VmHWM: %f", &kB); err == nil {
			peak = kB / 1024
		}
	}
	return now, peak
}
