//go:build !(cgo && (linux || (darwin && arm64)))

package xla

import (
	"context"
	"errors"
	"runtime"

	"github.com/gomlx/compute"
)

// CgoEnabled tells whether this program can load XLA plugins: it was built with
// cgo, for a system that go-xla knows. Where false, only the pure-Go backend
// runs.
const CgoEnabled = false

// noCgo is why no plugin can be loaded, and what to do.
func noCgo() string {
	switch runtime.GOOS {
	case "linux", "darwin":
		return "this program was built without cgo because no C compiler was found (or CGO_ENABLED=0 is set), and XLA needs cgo: " +
			"install one (Debian: apt install gcc; macOS: xcode-select --install), then run the command again"
	}
	return "XLA is not available on " + runtime.GOOS + ": nothing has to be done"
}

func newXLA(path, kind, options string) (compute.Backend, error) { return nil, errors.New(noCgo()) }

func probe(ctx context.Context, path string) (api string, err error) { return "", errors.New(noCgo()) }
