// Package tests holds the whole-product tests: the notebooks through the real
// kernel, JupyterLab in a real browser, the command as a reader types it, and
// the layout of the source.
package tests

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"cnnbook/internal/home"
	"cnnbook/notebooks/jupyter"
)

// env is the environment that every test of this package uses; the first one on
// a clean checkout makes it.
var env jupyter.Env

// cnnbook is the path of the command, built from this checkout.
var cnnbook string

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	if os.Getenv(childVariable) != "" {
		return 0, trainInChild()
	}
	var err error
	if env, err = jupyter.Setup(context.Background(), jupyter.SetupOptions{Out: os.Stderr}); err != nil {
		return 1, err
	}
	dir, err := os.MkdirTemp("", "cnnbook-tests-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	cnnbook = filepath.Join(dir, "cnnbook")
	root, err := home.Root()
	if err != nil {
		return 1, err
	}
	build := exec.Command("go", "build", "-o", cnnbook, ".")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("the command does not build: %w\n%s", err, out)
	}
	return m.Run(), nil
}

// mustHave ends a test that needs a component of the machine: on a reader's
// machine it is skipped with what to install, on CI its absence is a failure.
func mustHave(t *testing.T, ok bool, what, mend string) {
	t.Helper()
	switch {
	case ok:
	case os.Getenv("CI") != "":
		t.Fatalf("%s is missing: %s", what, mend)
	default:
		t.Skipf("%s is missing: %s", what, mend)
	}
}
