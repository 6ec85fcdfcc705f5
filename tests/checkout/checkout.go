// Package checkout is what the packages of whole-product tests share: the environment
// of this checkout, which the first of them makes, the command built from it, and
// what a machine must have. The tests are in several packages because each of them
// may take ten minutes, go test's limit for a package:
//
//   - tests: the command as a reader types it, and the layout of the source;
//   - tests/notebooks: the notebooks through the real kernel and in a real browser;
//   - tests/onxla: layers, networks, training and experiments on XLA.
package checkout

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cnnbook/internal/home"
	"cnnbook/notebooks/jupyter"
)

// Main runs the tests of a package in the environment of this checkout, which it
// makes if it is missing. env becomes that environment; cnnbook, if it is not
// nil, the path of the command, built from this checkout. It returns the exit status.
func Main(m *testing.M, env *jupyter.Env, cnnbook *string) int {
	code, err := run(m, env, cnnbook)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func run(m *testing.M, env *jupyter.Env, cnnbook *string) (int, error) {
	var err error
	if *env, err = jupyter.Setup(context.Background(), jupyter.SetupOptions{Out: os.Stderr}); err != nil {
		return 1, err
	}
	if cnnbook == nil {
		return m.Run(), nil
	}
	dir, err := os.MkdirTemp("", "cnnbook-tests-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	*cnnbook = filepath.Join(dir, "cnnbook")
	root, err := home.Root()
	if err != nil {
		return 1, err
	}
	build := exec.Command("go", "build", "-o", *cnnbook, ".")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("the command does not build: %w\n%s", err, out)
	}
	return m.Run(), nil
}

// MustHave ends a test that needs a component of the machine: on a reader's machine
// it is skipped with what to install, on CI its absence is a failure.
func MustHave(t *testing.T, ok bool, what, mend string) {
	t.Helper()
	switch {
	case ok:
	case os.Getenv("CI") != "":
		t.Fatalf("%s is missing: %s", what, mend)
	default:
		t.Skipf("%s is missing: %s", what, mend)
	}
}

// GoFolders keeps Go's own folders where they are when HOME moves.
func GoFolders(t *testing.T) []string {
	out, err := exec.Command("go", "env", "GOPATH", "GOMODCACHE", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	f := strings.Fields(string(out))
	return []string{"GOPATH=" + f[0], "GOMODCACHE=" + f[1], "GOCACHE=" + f[2], "GOTELEMETRYDIR=" + t.TempDir()}
}

// IsEmptyBut checks that a folder holds nothing but the allowed names.
func IsEmptyBut(t *testing.T, dir string, allowed ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
next:
	for _, e := range entries {
		for _, a := range allowed {
			if e.Name() == a {
				continue next
			}
		}
		t.Errorf("%s was left behind", e.Name())
	}
}
