package jupyter

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/schollz/progressbar/v3"
)

//go:embed execute.py
var executePy string

// RunOptions say what [Run] executes and where the copies go.
type RunOptions struct {
	Sections []string  // "5.2a", "5.2"; none means all
	Dir      string    // of the executed copies; "" is .cnnbook/executed
	Out      io.Writer // progress; nil is silent
}

// Executed is the outcome of one notebook.
type Executed struct {
	Notebook string `json:"notebook"` // file name
	Cells    int    `json:"cells"`    // code cells executed
	OK       bool   `json:"ok"`
	Failed   int    `json:"failed,omitempty"` // the first failing cell, counting all cells from 1
	Error    string `json:"error,omitempty"`  // its first line
	Copy     string `json:"copy"`             // the executed notebook; the HTML page is beside it
}

// Run sets the environment up where it is not, and executes notebooks in it.
func Run(ctx context.Context, o RunOptions) ([]Executed, error) {
	if _, err := Setup(ctx, SetupOptions{Quick: true, Out: o.Out}); err != nil {
		return nil, err
	}
	return Execute(ctx, o)
}

// Execute executes notebooks through the real kernel and writes executed copies,
// as .ipynb and .html. The error names the first cell that failed.
func Execute(ctx context.Context, o RunOptions) ([]Executed, error) {
	if o.Out == nil {
		o.Out = io.Discard
	}
	e, err := Locate()
	if err != nil {
		return nil, err
	}
	paths, err := e.Find(o.Sections)
	if err != nil {
		return nil, err
	}
	if o.Dir == "" {
		o.Dir = e.path("executed")
	}
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("notebooks: %w: name a folder that can be written with --out", err)
	}
	return e.execute(ctx, o, paths)
}

func (e Env) execute(ctx context.Context, o RunOptions, paths []string) ([]Executed, error) {
	c := e.command(ctx, e.Root, nil, e.Python(), append([]string{"-c", executePy, KernelName, o.Dir}, paths...)...)
	stdout, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer stdout.Close()
	c.Stdout = w
	if err := c.Start(); err != nil {
		w.Close()
		return nil, e.describe(err)
	}
	w.Close()

	results, readErr := readProgress(stdout, o)
	if err := c.Wait(); err != nil {
		if ctx.Err() != nil {
			return results, fmt.Errorf("notebooks: stopped: %w", ctx.Err())
		}
		return results, fmt.Errorf("notebooks: %s", errorLine(c.output.String()))
	}
	if readErr != nil {
		return results, readErr
	}
	for _, r := range results {
		if !r.OK {
			return results, fmt.Errorf("notebooks: %s: cell %d failed: %s (see %s)", r.Notebook, r.Failed, r.Error, r.Copy)
		}
	}
	return results, nil
}

// readProgress turns execute.py's lines into results and a progress bar.
func readProgress(r io.Reader, o RunOptions) ([]Executed, error) {
	var results []Executed
	var bar *progressbar.ProgressBar
	var now Executed
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20) // a line holds at most one cell's source
	for lines.Scan() {
		var m struct {
			Notebook    string
			Cell, Cells int
			Done        bool
			Failed      int
			Error       string
		}
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			return results, fmt.Errorf("notebooks: execute.py said %q: %w", lines.Text(), err)
		}
		if m.Notebook != now.Notebook {
			now = Executed{Notebook: m.Notebook, Copy: filepath.Join(o.Dir, m.Notebook)}
			bar = nil
		}
		switch {
		case m.Done || m.Failed > 0:
			now.OK, now.Failed, now.Error = m.Done, m.Failed, m.Error
			results = append(results, now)
			if bar != nil {
				bar.Exit()
				fmt.Fprintln(o.Out)
			}
		default:
			if bar == nil {
				bar = progressbar.NewOptions(m.Cells, progressbar.OptionSetWriter(o.Out), progressbar.OptionSetDescription(m.Notebook),
					progressbar.OptionShowCount(), progressbar.OptionSetWidth(30), progressbar.OptionSetPredictTime(true))
			}
			now.Cells = m.Cell
			bar.Set(m.Cell)
		}
	}
	return results, lines.Err()
}

// Find lists the notebooks of the sections, in the order of the chapter: the id
// "5.2a" names one, "5.2" all that begin with it, none names all.
func (e Env) Find(sections []string) ([]string, error) {
	all, err := filepath.Glob(filepath.Join(e.Notebooks(), "ch*", "*.ipynb"))
	if err != nil {
		return nil, err
	}
	sort.Strings(all)
	if len(sections) == 0 {
		return all, nil
	}
	var found []string
	for _, s := range sections {
		n := len(found)
		for _, p := range all {
			if Names(s, filepath.Base(p)) {
				found = append(found, p)
			}
		}
		if len(found) == n {
			return nil, fmt.Errorf("notebooks: no notebook of section %q: there are %s", s, strings.Join(ids(all), ", "))
		}
	}
	return found, nil
}

// Names reports whether a section's id ("5.2a", or "5.2" for 5.2a and 5.2b)
// names the notebook file ("05_02a_edges.ipynb").
func Names(section, file string) bool {
	id := idOf(file)
	return id == section || strings.TrimRight(id, "ab") == section
}

// idOf reads "5.2a" out of "05_02a_edges.ipynb".
func idOf(file string) string {
	parts := strings.SplitN(file, "_", 3)
	if len(parts) < 3 {
		return ""
	}
	return strings.TrimLeft(parts[0], "0") + "." + strings.TrimLeft(parts[1], "0")
}

func ids(paths []string) []string {
	var list []string
	for _, p := range paths {
		list = append(list, idOf(filepath.Base(p)))
	}
	return list
}
