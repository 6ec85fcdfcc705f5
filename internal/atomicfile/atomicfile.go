// Package atomicfile replaces files in one step.
package atomicfile

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Write makes data the content of the file, and makes its folder where that is
// missing. A program that is stopped leaves the old file or the new one, never a
// half. A file that has this content already is left alone, with its time.
func Write(path string, data []byte, mode fs.FileMode) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return nil
	}
	return replace(path, mode, func(f *os.File) error {
		_, err := f.Write(data)
		return err
	})
}

// Stream makes what fill writes the content of the file, and makes its folder
// where that is missing. It returns once the disk holds the content and the name:
// then a power cut leaves the new file, before that the old one. The file that
// fill gets is a new one in the same folder, with a name made by TempPattern.
func Stream(path string, mode fs.FileMode, fill func(*os.File) error) error {
	err := replace(path, mode, func(f *os.File) error {
		if err := fill(f); err != nil {
			return err
		}
		return f.Sync()
	})
	if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// TempPattern matches (filepath.Match) the base names of the files that Write and
// Stream fill before they take the place of a file with that base name. A program
// that is killed leaves one behind.
func TempPattern(base string) string { return "." + base + ".*" }

// replace renames a new file over the old one, or leaves the old one and nothing else.
func replace(path string, mode fs.FileMode, fill func(*os.File) error) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, TempPattern(filepath.Base(path)))
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // fails once renamed, as it should
	err = fill(tmp)
	if err == nil {
		err = tmp.Chmod(mode)
	}
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// syncFolder writes the names in a folder to the disk.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" { // has no such call, and keeps names in a journal
		return nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
