package bench

import (
	"os"
	"runtime"
	"strings"
)

// Machine is where a report comes from.
type Machine struct {
	System string `json:"system"` // for instance linux/amd64
	CPU    string `json:"cpu,omitempty"`
	Cores  int    `json:"cores"` // that this process may use
}

func machine() Machine {
	m := Machine{System: runtime.GOOS + "/" + runtime.GOARCH, Cores: runtime.NumCPU()}
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return m
	}
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			m.CPU = strings.TrimSpace(value)
			break
		}
	}
	return m
}
