package lower_test

import (
	"testing"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib/lower"
)

// described is a backend with a name and a description, which is all that TraitsOf reads.
type described struct {
	compute.Backend
	name, description string
}

func (d described) Name() string        { return d.name }
func (d described) Description() string { return d.description }

// What go-xla v0.4.1 (compute/xla/backend.go) says of plugins: "xla:", the plugin as it was
// asked for, the plugin with its path and its version, and the devices. Package tests/onxla
// compares the plugin at hand.
func TestTraitsOfPlugins(t *testing.T) {
	for _, c := range []struct {
		description string
		want        lower.Traits
	}{
		{"xla:/x/pjrt_c_api_cpu_plugin.so - PJRT plugin (/x/pjrt_c_api_cpu_plugin.so) v0.115 [StableHLO] [2 device(s)]", lower.Traits{CPU: true, PJRTMinor: 115, Kind: "xla:cpu"}},
		{"xla:/x/pjrt_c_api_cpu_v0.83.4_plugin.so - PJRT plugin (/x/pjrt_c_api_cpu_v0.83.4_plugin.so) v0.81 [StableHLO] [2 device(s)]", lower.Traits{CPU: true, PJRTMinor: 81, Kind: "xla:cpu"}},
		{"xla:cuda - PJRT plugin (/x/pjrt_c_api_cuda_plugin.so) v0.106 [StableHLO] [1 device(s)]", lower.Traits{PJRTMinor: 106, Kind: "xla:cuda"}},
		{"xla:/x/NVIDIA/plugin.so - PJRT plugin (/x/NVIDIA/plugin.so) v0.90 [StableHLO] [1 device(s)]", lower.Traits{PJRTMinor: 90, Kind: "xla"}},
		{"xla:tpu - PJRT plugin (/x/libtpu.so) v0.90 [StableHLO] [8 device(s)]", lower.Traits{PJRTMinor: 90, Kind: "xla:tpu"}},
		{"xla:rocm - PJRT plugin (/x/plugin.so) v0.90 [StableHLO] [1 device(s)]", lower.Traits{PJRTMinor: 90, Kind: "xla"}},
		{"xla: in an invalid state!", lower.Traits{CPU: true, Kind: "xla"}},
	} {
		c.want.Compiles = true
		if got := lower.TraitsOf(described{name: "xla", description: c.description}); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.description, got, c.want)
		}
	}
}

// The pure-Go backend itself, with the bound on its workers and without.
func TestTraitsOfPureGo(t *testing.T) {
	for config, want := range map[string]lower.Traits{
		"go":                {PureGo: true, CPU: true, Kind: "go"},
		"go:ops_sequential": {PureGo: true, CPU: true, Kind: "go"},
		sideBySide:          {PureGo: true, CPU: true, Kind: "go", SideBySide: true},
	} {
		b := open(t, config)
		if got := lower.TraitsOf(b); got != want {
			t.Errorf("%s, %q, which describes itself as %q: %+v, want %+v", config, b.Name(), b.Description(), got, want)
		}
	}
}
