package lower

import (
	"fmt"
	"strings"

	"github.com/gomlx/compute"
)

// Traits are what the way to write a graph depends on. GoMLX's interface of a backend does
// not tell them, so they are read from its name and description, and nowhere else in this
// module.
type Traits struct {
	PureGo     bool   // GoMLX's own backend
	SideBySide bool   // PureGo that may run any number of operations at once
	CPU        bool   // computes on the processor
	Compiles   bool   // XLA: compiles a graph, which takes its time, and can loop in it
	PJRTMinor  int    // y of the version 0.y of the PJRT interface of an XLA plugin, which tells how old its XLA is; 0 if unknown
	Kind       string // "go", "xla:cpu", "xla:cuda", "xla:tpu", or "xla" if the plugin tells no more
}

// TraitsOf reads the traits of a backend.
//
// A pure-Go backend with its default bound on workers (compute v0.1.3) is not SideBySide:
// each operation holds a worker while it waits for more, so that several products of
// matrices can wait for each other for ever.
func TraitsOf(backend compute.Backend) Traits {
	return traitsOf(backend.Name(), backend.Description())
}

func traitsOf(name, description string) Traits {
	t := Traits{PureGo: name == "Go Backend", Compiles: name == "xla", CPU: true, Kind: "go"}
	t.SideBySide = t.PureGo && strings.Contains(description, "parallelism=-1")
	text := strings.ToLower(name + " " + description)
	for _, other := range []string{"cuda", "nvidia", "tpu", "rocm"} {
		if strings.Contains(text, other) {
			t.CPU = false
		}
	}
	if t.Compiles {
		t.Kind = "xla"
		for _, kind := range []string{"cpu", "cuda", "tpu"} { // in the plugin's name or path
			if strings.Contains(strings.ToLower(description), kind) {
				t.Kind = "xla:" + kind
				break
			}
		}
	}
	_, version, _ := strings.Cut(description, ") v0.") // "PJRT plugin (path) v0.115 [StableHLO]"
	fmt.Sscanf(version, "%d", &t.PJRTMinor)            // leaves 0 if there is none
	return t
}
