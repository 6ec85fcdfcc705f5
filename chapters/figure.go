package chapters

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/gomlx/compute"

	"cnnbook/internal/atomicfile"
	"cnnbook/plots"
)

// Figure is a figure of a section. Its picture carries the numbers it shows
// (Picture.Data), computed on the backend by the code that the notebook runs, and
// an alternative text that states the finding.
type Figure struct {
	ID        string // "05_02a_digits"
	Caption   string
	CaptionZH string
	Picture   func(backend compute.Backend) *plots.Picture
	// Animation, if there is one, shows the same as a GIF.
	Animation func(backend compute.Backend) *plots.Animation
}

// Draw computes and draws the figure. What goes wrong is the picture's error.
func (f Figure) Draw(backend compute.Backend) *plots.Picture {
	p, err := drawn(f.ID, f.Picture, backend)
	if err != nil {
		return plots.Failed(err)
	}
	return p
}

// drawn calls what draws, which may end with [Must].
func drawn[T any](id string, draw func(compute.Backend) T, backend compute.Backend) (picture T, err error) {
	defer recovered(&err, "figure "+id)
	return draw(backend), nil
}

// Numbers is the file beside a figure: what it says and the numbers in it.
type Numbers struct {
	Caption   string `json:"caption"`
	CaptionZH string `json:"caption_zh"`
	Alt       string `json:"alt"`
	Data      any    `json:"data"`
}

// write draws the figure into dir: ID.svg, ID.json and, where there is an
// animation, ID.gif.
func (f Figure) write(dir string, backend compute.Backend) error {
	p := f.Draw(backend)
	svg, err := p.SVG()
	if err != nil {
		return err
	}
	numbers, err := f.numbers(p)
	if err != nil {
		return err
	}
	files := map[string][]byte{".svg": svg, ".json": numbers}
	if f.Animation != nil {
		a, err := drawn(f.ID, f.Animation, backend)
		if err != nil {
			return err
		}
		if files[".gif"], err = a.GIF(); err != nil {
			return err
		}
	}
	for ext, data := range files {
		if err := atomicfile.Write(filepath.Join(dir, f.ID+ext), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// significant is how many digits of a number go into a figure's file: more than
// can be seen, fewer than differ from one processor to the next.
const significant = 4

func (f Figure) numbers(p *plots.Picture) ([]byte, error) {
	data, err := json.Marshal(p.Data)
	if err != nil {
		return nil, err
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return nil, err
	}
	data, err = json.Marshal(Numbers{f.Caption, f.CaptionZH, p.Alt, rounded(v)})
	return append(data, '\n'), err
}

// rounded rounds the numbers in a decoded JSON value.
func rounded(v any) any {
	switch v := v.(type) {
	case float64:
		r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', significant, 64), 64)
		if err != nil {
			panic(err) // it was written by FormatFloat
		}
		return r
	case []any:
		for i := range v {
			v[i] = rounded(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = rounded(v[k])
		}
	}
	return v
}

// FiguresCommand is `cnnbook figures`: it draws the figures of the sections into
// dir.
func FiguresCommand(w io.Writer, all []Section, ids []string, backend compute.Backend, dir string) error {
	sections, err := Select(all, ids)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("figures: %w: name a folder that can be written with --out", err)
	}
	for _, s := range sections {
		for _, f := range s.Figures {
			if err := f.write(dir, backend); err != nil {
				return fmt.Errorf("figures: %s: %w", f.ID, err)
			}
			fmt.Fprintln(w, filepath.Join(dir, f.ID+".svg"))
		}
	}
	return nil
}
