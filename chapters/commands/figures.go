package commands

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strconv"

	"github.com/gomlx/compute"
	"github.com/spf13/cobra"

	"cnnbook/chapters"
	"cnnbook/internal/atomicfile"
	"cnnbook/internal/cobracmd"
	"cnnbook/plots"
)

func figures(w io.Writer, folder string, sections []chapters.Section, with With) *cobra.Command {
	var dir, engine string
	cmd := cobracmd.New("figures [SECTION...]", "Redraw the figures from computed data", nil,
		func(ctx context.Context, ids []string) error {
			return with(ctx, engine, func(b compute.Backend) error { return writeFigures(w, sections, ids, b, dir) })
		})
	engineFlag(cmd, &engine)
	cmd.Flags().StringVar(&dir, "out", path.Join(folder, "figures"), "folder to write the figures to")
	return cmd
}

// writeFigures draws the figures of the sections with the ids, or of all, into dir, and
// prints the files.
func writeFigures(w io.Writer, all []chapters.Section, ids []string, backend compute.Backend, dir string) error {
	sections, err := chapters.Select(all, ids)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("figures: %w: name a folder that can be written with --out", err)
	}
	var jobs []func() (string, error)
	for _, s := range sections {
		for _, f := range s.Figures {
			jobs = append(jobs, func() (string, error) {
				if err := writeFigure(f, dir, backend); err != nil {
					return "", fmt.Errorf("figures: %s: %w", f.ID, err)
				}
				return filepath.Join(dir, f.ID+".svg"), nil
			})
		}
	}
	written, err := chapters.InParallel(jobs)
	for _, path := range written {
		fmt.Fprintln(w, path)
	}
	owed(w, "figures", chapters.Unwritten(sections, func(s chapters.Section) int { return len(s.Figures) }))
	return err
}

// numbers is the file beside a figure: what it says and the numbers in it.
type numbers struct {
	Caption   string `json:"caption"`
	CaptionZH string `json:"caption_zh"`
	Alt       string `json:"alt"`
	Data      any    `json:"data"`
}

// writeFigure draws the figure into dir: ID.svg, ID.json and, if there is an animation,
// ID.gif.
func writeFigure(f chapters.Figure, dir string, backend compute.Backend) error {
	p := f.Draw(backend)
	svg, err := p.SVG()
	if err != nil {
		return err
	}
	numbers, err := numbersOf(f, p)
	if err != nil {
		return err
	}
	files := map[string][]byte{".svg": svg, ".json": numbers}
	if f.Animation != nil {
		a, err := f.Animate(backend)
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

func numbersOf(f chapters.Figure, p *plots.Picture) ([]byte, error) {
	data, err := json.Marshal(p.Data)
	if err != nil {
		return nil, err
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return nil, err
	}
	data, err = json.Marshal(numbers{f.Caption, f.CaptionZH, p.Alt, rounded(v)})
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
