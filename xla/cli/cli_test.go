package cli_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib/bench"
	"cnnbook/xla/cli"
)

// onPureGo makes auto mean the pure-Go backend, and the machine one without plugins.
func onPureGo(t *testing.T) {
	t.Helper()
	t.Setenv("GOMLX_BACKEND", "go")
	t.Setenv("CNNBOOK_HOME", t.TempDir())
	t.Setenv("PJRT_PLUGIN_LIBRARY_PATH", t.TempDir())
}

func TestInstallOfNothingKnown(t *testing.T) {
	onPureGo(t)
	cmd := cli.Command(io.Discard, io.Discard)
	cmd.SetArgs([]string{"install", "abacus"})
	if err := cmd.ExecuteContext(t.Context()); err == nil || !strings.Contains(err.Error(), "abacus") || strings.Contains(err.Error(), "\n") {
		t.Errorf("install abacus: %v, want one line that names it", err)
	}
}

func TestWithLendsABackend(t *testing.T) {
	onPureGo(t)
	mine := errors.New("mine")
	err := cli.With(io.Discard)(t.Context(), "auto", func(b compute.Backend) error {
		if b.Name() == "xla" {
			t.Error("the backend is XLA, want pure Go")
		}
		return mine
	})
	if !errors.Is(err, mine) {
		t.Errorf("the error of the function came back as %v", err)
	}
	err = cli.WithNamed(io.Discard)(t.Context(), func(_ compute.Backend, name string) error {
		if name != "go" {
			t.Errorf("the name is %q, want go", name)
		}
		return mine
	})
	if !errors.Is(err, mine) {
		t.Errorf("the error of the function came back as %v", err)
	}
}

func TestEnginesHavePureGo(t *testing.T) {
	onPureGo(t)
	all, err := cli.Engines().List(t.Context())
	if err != nil || !slices.ContainsFunc(all, func(e bench.Engine) bool { return e.Kind == "go" && e.Path == "" }) {
		t.Errorf("the engines are %v, %v, want pure Go among them", all, err)
	}
}

func ExampleCommand() {
	for _, c := range cli.Command(io.Discard, io.Discard).Commands() {
		fmt.Println(c.Name(), "-", c.Short)
	}
	// Output: install - Fetch an XLA plugin, checked against its pinned SHA-256
}
