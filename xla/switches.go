package xla

import (
	"fmt"
	"os"
	"strings"
)

// flagsVariable is where XLA looks for its switches, when a plugin is first used.
const flagsVariable = "XLA_FLAGS"

// cpuSwitches make training on the processor faster; both plugins of ours for x86-64
// know them. The first lets loops use all 512 bits of AVX-512 (half of them is XLA's
// choice). The second leaves out copies of the weights in a loop of training steps:
// with dropout's 1.7 million weights and batches of 10 a step takes 3.1 ms in place of
// 3.6 (`go run . bench train`, with and without XLA_FLAGS set to the opposite).
const cpuSwitches = "--xla_cpu_prefer_vector_width=512 --xla_cpu_copy_insertion_use_region_analysis=true"

// useSwitches puts a product's switches before those of the reader: of two that
// contradict each other XLA takes the later.
func useSwitches(r *receipt) error {
	for _, p := range products {
		if r == nil || p.switches == "" || p.name != r.Package || p.version != r.Version || p.platform != platform {
			continue
		}
		reader := os.Getenv(flagsVariable)
		if strings.HasPrefix(reader, p.switches) { // an engine was opened before
			return nil
		}
		if err := os.Setenv(flagsVariable, strings.TrimSpace(p.switches+" "+reader)); err != nil {
			return fmt.Errorf("setting %s: %w", flagsVariable, err)
		}
	}
	return nil
}
