package jupyter

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// settings are the choices of the reader that outlive one set-up.
type settings struct {
	// Backend is the choice handed to xla.Open in every cell; "" is auto.
	Backend string `json:"backend,omitempty"`
	// Python is the interpreter the venv was made with; "" is python3 on PATH.
	Python string `json:"python,omitempty"`
}

func (e Env) readSettings() (s settings, err error) {
	data, err := os.ReadFile(e.path("settings.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &s)
	}
	if err != nil {
		return s, fmt.Errorf("setup: %s cannot be read: %w: delete it and run `go run . setup` again", e.path("settings.json"), err)
	}
	return s, nil
}

func (e Env) writeSettings(s settings) error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(e.path("settings.json"), append(data, '\n'), 0o644)
}

// writeFile replaces a file in one step, so that a killed run leaves the old
// one or the new one. It leaves a file with the same content alone.
func writeFile(path string, data []byte, mode os.FileMode) error {
	if old, err := os.ReadFile(path); err == nil && string(old) == string(data) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // fails once renamed, as it should
	if _, err := tmp.Write(data); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Chmod(mode); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
