package data

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// maxFile is more than any file of these sets that is read in one piece has: the
// largest, of MNIST's pictures, has 47 MB unpacked.
const maxFile = 64 << 20

// readFile returns the content of an ordinary file. Neither a folder nor a device
// that never ends passes.
func readFile(path string) ([]byte, error) {
	if err := ordinary(path, maxFile); err != nil {
		return nil, err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	return content, nil
}

// ordinary returns an error unless path is a file of at most the given number of bytes.
func ordinary(path string, most int64) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return fmt.Errorf("data: %w", err)
	case !info.Mode().IsRegular():
		return fmt.Errorf("data: %s is not an ordinary file", path)
	case info.Size() > most:
		return fmt.Errorf("data: %s has %d bytes, more than the published file: remove it and get it again", path, info.Size())
	}
	return nil
}

// pinned holds a file's SHA-256 against the one that is known.
func pinned(path, got, want string) error {
	if got != want {
		return fmt.Errorf("data: what is in %s has SHA-256 %s, want %s: it is damaged or another file; remove it and get it again", path, got, want)
	}
	return nil
}

// exists tells whether there is something of this name, whatever it is.
func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
