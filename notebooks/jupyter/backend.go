package jupyter

import (
	"context"
	"fmt"

	"cnnbook/xla"
)

// xlaStep fetches the CPU plugin. It is optional: without it, and without a
// network, the cells run on the pure-Go backend and give the same numbers.
func (e Env) xlaStep(s settings, o SetupOptions) (step, bool) {
	if o.NoXLA || s.Backend == "go" {
		return step{}, false
	}
	if !xla.CgoEnabled {
		fmt.Fprintln(o.Out, "XLA is left out: it needs a C compiler (Debian, Ubuntu: sudo apt install gcc; macOS: xcode-select --install); cells run on the pure-Go backend")
		return step{}, false
	}
	dir := e.path("xla")
	return step{
		name: "xla", says: "XLA plugin for the CPU (about 60 MB to fetch, 260 MB on disk)", optional: true,
		key: key("cpu"), artifact: dir,
		run: func(ctx context.Context) error {
			_, err := xla.Install(ctx, "cpu", xla.InstallOptions{Dir: dir, Progress: o.Out})
			return err
		},
	}, true
}
