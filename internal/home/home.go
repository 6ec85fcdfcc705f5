// Package home finds the two folders the rest of the module needs: the
// checkout (where go.mod and the notebooks are) and its .cnnbook folder, which
// holds everything that is downloaded or built and nothing that is written by
// hand. Nothing is ever written to the reader's home directory.
package home

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// RootEnv names the environment variable that holds the checkout's path. The
// Jupyter kernel sets it, because a cell runs in a temporary module of its own.
const RootEnv = "CNNBOOK_ROOT"

// FolderEnv names the environment variable that moves the .cnnbook folder
// elsewhere, for example to a disk with more room.
const FolderEnv = "CNNBOOK_HOME"

// ErrNoRoot is returned where no checkout of the module is found.
var ErrNoRoot = errors.New("home: this is not a checkout of cnnbook: run the command inside one, or set " + RootEnv + " to its path")

// Root returns the checkout: $CNNBOOK_ROOT, else the nearest folder at or above
// the working directory whose go.mod declares module cnnbook.
func Root() (string, error) {
	if dir := os.Getenv(RootEnv); dir != "" {
		if !isRoot(dir) {
			return "", fmt.Errorf("home: %s=%s holds no go.mod of module cnnbook: set it to the checkout, or unset it", RootEnv, dir)
		}
		return filepath.Abs(dir)
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("home: %w", err)
	}
	for {
		if isRoot(dir) {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", ErrNoRoot
		}
		dir = parent
	}
}

// Folder returns the path of the .cnnbook folder joined with elem:
// $CNNBOOK_HOME, else .cnnbook in the checkout. It does not create it.
func Folder(elem ...string) (string, error) {
	dir := os.Getenv(FolderEnv)
	if dir == "" {
		root, err := Root()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(root, ".cnnbook")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("home: %w", err)
	}
	return filepath.Join(append([]string{dir}, elem...)...), nil
}

func isRoot(dir string) bool {
	f, err := os.Open(filepath.Join(dir, "go.mod"))
	if err != nil {
		return false
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if line := strings.TrimSpace(s.Text()); strings.HasPrefix(line, "module ") {
			return strings.TrimSpace(strings.TrimPrefix(line, "module ")) == "cnnbook"
		}
	}
	return false
}
