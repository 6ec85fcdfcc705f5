package home_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnnbook/internal/home"
)

func TestRootIsFoundFromBelow(t *testing.T) {
	t.Setenv(home.RootEnv, "")
	root, err := home.Root()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "internal", "home", "home_test.go")); err != nil {
		t.Errorf("Root() = %s, which does not hold this test: %v", root, err)
	}
}

func TestRootOutsideACheckout(t *testing.T) {
	t.Setenv(home.RootEnv, "")
	t.Chdir(t.TempDir())
	if _, err := home.Root(); !errors.Is(err, home.ErrNoRoot) {
		t.Errorf("Root() outside a checkout: %v, want ErrNoRoot", err)
	}
}

func TestRootEnvThatIsWrong(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(home.RootEnv, dir)
	if _, err := home.Root(); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("Root() with a wrong %s: %v, want an error that names %s", home.RootEnv, err, dir)
	}
}

func TestFolderCanBeMoved(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(home.FolderEnv, dir)
	got, err := home.Folder("xla", "cpu")
	if want := filepath.Join(dir, "xla", "cpu"); err != nil || got != want {
		t.Errorf("Folder = %q, %v, want %q", got, err, want)
	}
}
