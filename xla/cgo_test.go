//go:build cgo

package xla

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestWithoutCgo builds this package without cgo, as on a machine without a C
// compiler, and runs nocgo_test.go there.
func TestWithoutCgo(t *testing.T) {
	cmd := exec.Command("go", "test", "-count=1", "-v", "-run", "WithoutCgo$", ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	for _, name := range []string{"TestOpenWithoutCgo", "TestInstallWithoutCgo"} {
		if err != nil || !strings.Contains(string(out), "--- PASS: "+name) {
			t.Fatalf("%v: %s did not pass:\n%s", err, name, out)
		}
	}
}

// Systems for which this package must at least compile.
func TestOtherSystems(t *testing.T) {
	for _, system := range []string{"windows/amd64", "darwin/arm64"} {
		goos, goarch, _ := strings.Cut(system, "/")
		cmd := exec.Command("go", "vet", ".")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+goarch)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", system, err, out)
		}
	}
}
