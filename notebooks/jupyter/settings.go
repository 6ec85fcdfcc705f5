package jupyter

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"cnnbook/internal/atomicfile"
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
	return atomicfile.Write(e.path("settings.json"), append(data, '\n'), 0o644)
}
