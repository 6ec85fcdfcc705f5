package onxla

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05"
	"cnnbook/internal/home"
)

// TestFigures: what XLA computes for a figure is what the committed figure shows, which
// was computed in pure Go.
func TestFigures(t *testing.T) {
	backend := openXLA(t)
	root, err := home.Root()
	if err != nil {
		t.Fatal(err)
	}
	var jobs []func() (string, error)
	for _, s := range ch05.Sections() {
		for _, f := range s.Figures {
			jobs = append(jobs, func() (string, error) {
				p := f.Draw(backend)
				if p.Err() != nil {
					return "", p.Err()
				}
				drawn, err := json.Marshal(p.Data)
				if err != nil {
					return "", err
				}
				committed, err := os.ReadFile(filepath.Join(root, "chapters", "ch05", "figures", f.ID+".json"))
				if err != nil {
					return "", err
				}
				var got any
				var want struct{ Data any }
				if err := errors.Join(json.Unmarshal(drawn, &got), json.Unmarshal(committed, &want)); err != nil {
					return "", err
				}
				if !chapters.Alike(got, want.Data) {
					return fmt.Sprintf("%s: XLA computes %.300s", f.ID, drawn), nil
				}
				return "", nil
			})
		}
	}
	different, err := chapters.InParallel(jobs)
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range different {
		if what != "" {
			t.Error(what)
		}
	}
}
