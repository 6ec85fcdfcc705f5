package xla

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/go-xla/installer"
)

// An Engine is an open backend and where it comes from. GoMLX's functions take
// its field Backend. (Engine does not embed it: a tensor remembers the backend that
// made it, and GoMLX refuses to use it with another value, a wrapper included.)
type Engine struct {
	Backend compute.Backend

	Kind    string // go, cpu, cuda or tpu; "unknown" where a plugin's name does not tell
	Package string // what Install installed; "" for a plugin from elsewhere
	Version string // of Package, else "PJRT x.y" of the plugin
	Path    string // of the plugin; "" for the pure-Go backend

	// Note is one line for the reader where the choice was left to Open and it
	// had to take the pure-Go backend, or the CPU though there is a GPU: what is
	// slower, and the command that mends it. Else "".
	Note string
}

// String is one line that tells which engine this is, for example
// "xla:cpu (xla-cpu-pjrt 0.0.1, /…/pjrt_c_api_cpu_plugin.so)".
func (e *Engine) String() string {
	if e.Kind == "go" {
		return "go (" + strings.TrimSpace("pure Go, github.com/gomlx/compute "+e.Version) + ")"
	}
	return fmt.Sprintf("xla:%s (%s, %s)", e.Kind, strings.TrimSpace(e.Package+" "+e.Version), e.Path)
}

// Close releases what the backend holds. It must not be used afterwards.
func (e *Engine) Close() { e.Backend.Finalize() }

// hasGPU is a variable so that tests can stand on another machine.
var hasGPU = func() bool { return installer.HasNvidiaGPU() }

// Open opens the engine that choice names:
//
//   - "" or "auto": what GOMLX_BACKEND says, if it is set (in GoMLX's own
//     spelling, options included); else a CUDA plugin where there is an NVIDIA
//     GPU; else a CPU plugin; else the pure-Go backend, with a Note;
//   - "xla": the same without the pure-Go backend;
//   - "xla:cpu", "xla:cuda", "xla:tpu": the first plugin of that kind that loads;
//   - "go": the pure-Go backend;
//   - the path of a PJRT plugin, absolute or relative (.so).
//
// Options of the engine may follow as GOMLX_BACKEND has them ("xla:cpu,tf32=false"), and for the
// processor devices=N, which shows it as so many devices instead of one for each core.
//
// Open prints nothing of its own and never uses the network. A plugin is loaded in a child
// process first, unless the same file did load before, so a broken file gives an
// error or is passed over, and not a crash. The error is one line that says what
// to do.
func Open(ctx context.Context, choice string) (*Engine, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("xla: opening the backend: %w", err)
	}
	s, err := parseChoice(choice)
	if err != nil {
		return nil, fmt.Errorf("xla: backend %q: %w", choice, err)
	}
	if s.engine != "" {
		b, err := s.open(ctx)
		if err != nil {
			return nil, fmt.Errorf("xla: %w", err)
		}
		return b, nil
	}
	if env := os.Getenv(compute.ConfigEnvVar); env != "" {
		s, err := parseChoice(env)
		if err != nil {
			return nil, fmt.Errorf("xla: %s=%s: %w, or unset the variable", compute.ConfigEnvVar, env, err)
		}
		if s.engine != "" {
			b, err := s.open(ctx)
			if err != nil {
				return nil, fmt.Errorf("xla: %s=%s: %w, or unset the variable", compute.ConfigEnvVar, env, err)
			}
			return b, nil
		}
	}
	return openAuto(ctx)
}

func openAuto(ctx context.Context) (*Engine, error) {
	b, err := selection{engine: "xla"}.open(ctx)
	if err == nil {
		return b, nil
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("xla: opening the backend: %w", ctx.Err())
	}
	pure, pureErr := openGo("")
	if pureErr != nil {
		return nil, fmt.Errorf("xla: %w", pureErr)
	}
	pure.Note = "xla: the pure-Go backend is used: same results up to rounding, but convolutions and training are several times slower. Why, and the mend: " + err.Error()
	return pure, nil
}

func (s selection) open(ctx context.Context) (*Engine, error) {
	switch {
	case s.engine == "go":
		return openGo(s.options)
	case !CgoEnabled:
		return nil, errors.New(noCgo())
	case s.path != "":
		f := found{path: s.path, kind: s.kind}
		// The path may be that of a plugin of ours.
		for dir, up := filepath.Dir(s.path), 0; up < 3 && f.receipt == nil; dir, up = filepath.Dir(dir), up+1 {
			if r, err := readReceipt(dir); err == nil && filepath.Join(dir, filepath.FromSlash(r.Plugin)) == s.path {
				f.receipt = r
			}
		}
		b, err := f.open(ctx, s.options)
		if err != nil {
			return nil, fmt.Errorf("%s does not load: %w: give another plugin, or choose auto", s.path, err)
		}
		return b, nil
	case s.kind == "": // the best there is
		var gpuErr error
		if hasGPU() {
			b, err := selection{engine: "xla", kind: "cuda", options: s.options}.open(ctx)
			if err == nil {
				return b, nil
			}
			gpuErr = err
		}
		b, err := selection{engine: "xla", kind: "cpu", options: s.options}.open(ctx)
		switch {
		case gpuErr != nil && err != nil:
			err = fmt.Errorf("%w; %w", gpuErr, err)
		case gpuErr != nil:
			b.Note = "xla: there is an NVIDIA GPU, but the CPU is used: " + gpuErr.Error()
		}
		return b, err
	}
	var broken []string
	for f := range search() {
		if f.kind != s.kind {
			continue
		}
		b, err := f.open(ctx, s.options)
		if err == nil {
			return b, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		broken = append(broken, fmt.Sprintf("%s does not load (%v)", f.path, err))
	}
	trouble := "no XLA plugin for " + strings.ToUpper(s.kind) + " is installed"
	mend := map[string]string{
		"cpu":  "`go run . xla install` installs one",
		"cuda": "`go run . xla install cuda` installs one",
		"tpu":  tpuMend,
	}[s.kind]
	if broken != nil {
		trouble = strings.Join(broken, "; ")
		mend = strings.Replace(mend, "` installs one", " --force` installs a good one", 1)
	}
	return nil, fmt.Errorf("%s: %s", trouble, mend)
}

func openGo(options string) (*Engine, error) {
	// By itself the backend (compute v0.1.3) runs several operations of a graph at
	// once, up to a bound; each holds a worker while it waits for more of them, so that in
	// the gradient of a large network all can wait for ever. Without the bound none waits
	// (cnnlib cuts batches in pieces there, one for each core). A reader who sets another
	// gets one operation after the other, unless ops_parallel is among the options.
	own := "parallelism=-1"
	if strings.Contains(options, "parallelism=") {
		own = "ops_sequential"
	}
	if options != "" {
		own += "," // the reader's options come later and win
	}
	var b compute.Backend
	err := silently(func() (err error) {
		b, err = gobackend.New(own + options)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("the pure-Go backend: %s", oneLine(err.Error()))
	}
	return &Engine{Backend: b, Kind: "go", Version: goVersion()}, nil
}

// silence lets one call of silently run at a time.
var silence sync.Mutex

// silently runs f while os.Stdout leads nowhere: the backend says there that it has read
// its options, and the standard output is for what the command prints.
func silently(f func() error) error {
	nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return f() // a line too many is no reason to fail
	}
	defer nowhere.Close()
	silence.Lock()
	defer silence.Unlock()
	stdout := os.Stdout
	os.Stdout = nowhere
	defer func() { os.Stdout = stdout }()
	return f()
}

// open loads one plugin; the error is the bare reason.
func (f found) open(ctx context.Context, options string) (*Engine, error) {
	api, err := f.loads(ctx)
	if err != nil {
		return nil, err
	}
	if err := useSwitches(f.receipt); err != nil {
		return nil, err
	}
	keepMemory()
	inner, err := newXLA(f.path, f.kind, options)
	if err != nil {
		return nil, err
	}
	b := &Engine{Backend: inner, Kind: f.kind, Version: "PJRT " + api, Path: f.path}
	if f.receipt != nil {
		b.Package, b.Version = f.receipt.Package, f.receipt.Version
	}
	return b, nil
}

// loads returns the plugin's PJRT API version: from the record of an earlier
// try, else from a child process.
func (f found) loads(ctx context.Context) (api string, err error) {
	info, err := os.Stat(f.path)
	if err != nil {
		return "", errors.New(reason(err))
	}
	if api, ok := recorded(f.path, info); ok {
		return api, nil
	}
	if api, err = probe(ctx, f.path); err != nil {
		return "", err
	}
	keepRecord(f.path, info, api)
	return api, nil
}
