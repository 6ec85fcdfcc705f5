package jupyter

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"cnnbook/internal/atomicfile"
	"cnnbook/internal/lock"
	"cnnbook/xla"
)

//go:embed requirements.txt
var requirements []byte

// GoplsVersion is the newest gopls that Go 1.26 builds (v0.24 needs Go 1.27).
// gopls has its own go.mod with newer versions than ours, so it is installed
// beside the module and not as one of its tools.
const GoplsVersion = "v0.23.0"

// SetupOptions are the reader's wishes. The zero value keeps earlier choices.
type SetupOptions struct {
	Backend string    // handed to xla.Open in every cell; "" keeps the earlier choice, "auto" forgets it
	Python  string    // interpreter for the virtual environment; "" keeps the earlier choice, else python3
	NoXLA   bool      // do not fetch the XLA plugin
	Quick   bool      // if all that is needed is there, do not try again what failed before (a plugin without a network)
	Out     io.Writer // progress; nil is silent
}

// A step of the set-up is done when its artifact exists and its stamp holds its
// key. The stamp is written last, so a step that was killed is done again.
type step struct {
	name     string // of the stamp
	says     string // to the reader, while it runs
	key      string // of everything the result depends on
	artifact string // must exist
	optional bool   // a failure is a warning
	run      func(ctx context.Context) error
}

// Setup makes the environment complete, or finds that it is. Several may run at
// once: one works, the others wait. Any of them may be killed at any moment; the
// next completes what is missing.
func Setup(ctx context.Context, o SetupOptions) (Env, error) {
	e, err := Locate()
	if err != nil {
		return Env{}, err
	}
	if o.Out == nil {
		o.Out = io.Discard
	}
	return e, e.describe(e.setup(ctx, o))
}

func (e Env) setup(ctx context.Context, o SetupOptions) error {
	if err := os.MkdirAll(e.path("stamps"), 0o755); err != nil {
		return err
	}
	unlock, err := lock.File(ctx, e.path("setup.lock"), func() {
		fmt.Fprintln(o.Out, "another set-up is at work; waiting for it")
	})
	if ctx.Err() != nil && err != nil {
		return fmt.Errorf("setup: gave up waiting for another set-up: %w", err)
	}
	if err != nil {
		return err
	}
	defer unlock()

	s, err := e.readSettings()
	if err != nil {
		return err
	}
	if s, err = s.with(o); err != nil {
		return err
	}
	realGo, err := e.realGo()
	if err != nil {
		return err
	}
	cache, err := goCache(ctx, realGo)
	if err != nil {
		return err
	}
	steps, err := e.steps(s, o, realGo)
	if err != nil {
		return err
	}
	e.sweep()
	complete := true
	for _, st := range steps {
		complete = complete && (st.optional || e.isDone(st))
	}
	for _, st := range steps {
		if o.Quick && complete && st.optional && !e.isDone(st) {
			fmt.Fprintf(o.Out, "missing: %s; `go run . setup` completes it\n", st.says)
			continue
		}
		if err := e.do(ctx, st, o.Out); err != nil {
			return err
		}
	}
	for _, k := range kernels {
		if err := newKernelSpec(e, s, e.internalLinking(), cache, k.program, k.displayName).write(e.kernels(k.name)); err != nil {
			return err
		}
	}
	return e.writeSettings(s)
}

// with lays the options over the settings of earlier runs.
func (s settings) with(o SetupOptions) (settings, error) {
	switch o.Backend {
	case "":
	case "auto":
		s.Backend = ""
	default:
		if err := xla.Check(o.Backend); err != nil {
			return s, fmt.Errorf("setup: --backend %s: %w", o.Backend, err)
		}
		s.Backend = o.Backend
	}
	if o.Python != "" {
		abs, err := filepath.Abs(o.Python)
		if err != nil {
			return s, err
		}
		if _, err := os.Stat(abs); err != nil {
			return s, fmt.Errorf("setup: --python %s: no such interpreter: give the path of a Python 3.10 or newer", o.Python)
		}
		s.Python = abs
	}
	return s, nil
}

// steps lists what a complete environment needs, in the order in which it is
// made. The keys need no other program, so that finding all done takes
// milliseconds.
func (e Env) steps(s settings, o SetupOptions, realGo string) ([]step, error) {
	gosum, err := os.ReadFile(filepath.Join(e.Root, "go.sum"))
	if err != nil {
		return nil, err
	}
	goKey := key(runtime.Version(), realGo, e.Root, string(gosum))
	sources, err := e.kernelSources()
	if err != nil {
		return nil, err
	}
	steps := []step{
		{
			name: "python", says: "Python environment with JupyterLab",
			key: key(s.Python, e.Folder, string(requirements)), artifact: e.Python(),
			run: func(ctx context.Context) error { return e.makeVenv(ctx, s) },
		},
		{
			name: "overrides", says: "JupyterLab settings",
			key: key(labOverrides), artifact: e.overridesFile(),
			run: func(context.Context) error { return atomicfile.Write(e.overridesFile(), []byte(labOverrides), 0o644) },
		},
		{
			name: "go", says: "go command of the kernel",
			key: key(goShim(realGo)), artifact: filepath.Join(e.bin(), "go"),
			run: func(context.Context) error {
				return atomicfile.Write(filepath.Join(e.bin(), "go"), []byte(goShim(realGo)), 0o755)
			},
		},
		{
			name: "gonb", says: "GoNB kernel (compiled from its pinned source)",
			key: goKey, artifact: filepath.Join(e.bin(), "gonb"),
			run: func(ctx context.Context) error { return e.buildTool(ctx, realGo, "github.com/janpfeifer/gonb") },
		},
		{
			name: "kernel", says: "kernel of the notebooks",
			key: key(goKey, sources), artifact: filepath.Join(e.bin(), kernelProgram),
			run: func(ctx context.Context) error {
				return e.buildTool(ctx, realGo, "cnnbook/notebooks/kernel/"+kernelProgram)
			},
		},
		{
			name: "goimports", says: "goimports",
			key: goKey, artifact: filepath.Join(e.bin(), "goimports"),
			run: func(ctx context.Context) error { return e.buildTool(ctx, realGo, "golang.org/x/tools/cmd/goimports") },
		},
		{
			name: "gopls", says: "gopls " + GoplsVersion + " (completion and help in cells)", optional: true,
			key: key(runtime.Version(), goplsShim(GoplsVersion)), artifact: e.path("libexec", "gopls"),
			run: func(ctx context.Context) error { return e.installGopls(ctx, realGo) },
		},
	}
	if x, ok := e.xlaStep(s, o); ok {
		steps = append(steps, x)
	}
	return append(steps, step{
		name: "cells", says: "first compilation of a notebook cell",
		key: key(goKey, ldflagsTried), artifact: e.bin(),
		run: func(ctx context.Context) error { return e.warmCells(ctx, realGo) },
	}), nil
}

// sweep removes what a killed set-up left half-made. The lock is held.
func (e Env) sweep() {
	for _, pattern := range []string{".gopls-*", ".warm-*", "bin/.*.new"} {
		left, _ := filepath.Glob(e.path(pattern)) // the patterns are well-formed
		for _, dir := range left {
			os.RemoveAll(dir)
		}
	}
}

func (e Env) stamp(name string) string { return e.path("stamps", name) }

func (e Env) isDone(st step) bool {
	got, err := os.ReadFile(e.stamp(st.name))
	if err != nil || string(got) != st.key {
		return false
	}
	_, err = os.Stat(st.artifact)
	return err == nil
}

func (e Env) do(ctx context.Context, st step, out io.Writer) error {
	if e.isDone(st) {
		return nil
	}
	if err := os.Remove(e.stamp(st.name)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	fmt.Fprintf(out, "%s …\n", st.says)
	start := time.Now()
	err := st.run(ctx)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("setup: stopped at %q: run `go run . setup` again to complete it (%w)", st.says, context.Cause(ctx))
	case err != nil && st.optional:
		fmt.Fprintf(out, "  left out: %v\n", e.describe(err))
		return nil
	case err != nil:
		return err
	}
	fmt.Fprintf(out, "  done in %.1f s\n", time.Since(start).Seconds())
	return atomicfile.Write(e.stamp(st.name), []byte(st.key), 0o644)
}

// key joins what a step depends on into one line.
func key(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return fmt.Sprintf("%x\n", h.Sum(nil))
}
