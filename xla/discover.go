package xla

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
)

// A Candidate is one engine that was found, or one thing in a searched folder
// that should have been one.
type Candidate struct {
	Name    string `json:"name"`              // what to give Open to get this kind: go, xla:cpu, ...
	Kind    string `json:"kind"`              // go, cpu, cuda, tpu, another plugin's name, or "" for a folder
	Package string `json:"package,omitempty"` // of what Install put there
	Version string `json:"version,omitempty"` // of Package; else PJRT's, from the plugin
	Path    string `json:"path,omitempty"`    // absolute; "" for the pure-Go backend
	SHA256  string `json:"sha256,omitempty"`  // of the file as it is now, 64 hexadecimal digits
	Loads   bool   `json:"loads"`
	Why     string `json:"why,omitempty"` // why it does not load, or what is odd about one that does; one line
}

// Loadable lists what Discover finds and Open can open.
func Loadable(ctx context.Context) ([]Candidate, error) {
	all, err := Discover(ctx)
	return slices.DeleteFunc(all, func(c Candidate) bool { return !c.Loads }), err
}

// Discover lists the pure-Go backend, every plugin that Install put into the
// .cnnbook folder, and every plugin in $PJRT_PLUGIN_LIBRARY_PATH, or, where that
// is unset, in go-xla's default folders. Each plugin is loaded in a child
// process and read whole for its digest, so this takes about half a second for
// each. The only error is that of ctx.
func Discover(ctx context.Context) ([]Candidate, error) {
	all := []Candidate{{Name: "go", Kind: "go", Package: "github.com/gomlx/compute", Version: goVersion(), Loads: true}}
	for f := range search() {
		c := f.candidate(ctx)
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("xla: looking for plugins: %w", err)
		}
		all = append(all, c)
	}
	return all, nil
}

func (f found) candidate(ctx context.Context) Candidate {
	c := Candidate{Kind: f.kind, Path: f.path, Why: f.why}
	if f.kind != "" {
		c.Name = "xla:" + f.kind
	}
	if f.receipt != nil {
		c.Package, c.Version = f.receipt.Package, f.receipt.Version
	}
	if c.Why != "" {
		return c
	}
	info, err := os.Stat(f.path)
	if err != nil {
		c.Why = reason(err)
		return c
	}
	if c.SHA256, err = fileSHA256(f.path); err != nil {
		c.Why = "cannot be read: " + reason(err)
		return c
	}
	api, err := probe(ctx, f.path) // not the record: this is the report on how things are now
	if err != nil {
		c.Why = oneLine(err.Error())
		return c
	}
	keepRecord(f.path, info, api)
	c.Loads = true
	switch {
	case f.receipt == nil:
		c.Version = "PJRT " + api
	case f.receipt.SHA256 != c.SHA256:
		c.Why = fmt.Sprintf("is not the file that was installed (SHA-256 %s): `go run . xla install --force` installs it again", f.receipt.SHA256)
	}
	if c.Why == "" && c.Kind == "cuda" && !hasGPU() {
		c.Why = "no NVIDIA GPU was found on this machine"
	}
	return c
}

// A Report is what a reader, or a program, wants to know about the engines of
// this machine.
type Report struct {
	Cgo        bool        `json:"cgo"`     // CgoEnabled
	Backend    string      `json:"backend"` // what Open gave, one line; "" where it failed
	Note       string      `json:"note,omitempty"`
	Error      string      `json:"error,omitempty"` // of Open
	Candidates []Candidate `json:"candidates"`
}

// NewReport opens and closes the engine that choice names, as [Open] does, and
// lists all others. A failure of Open is in the report; the error is that of
// ctx.
func NewReport(ctx context.Context, choice string) (Report, error) {
	r := Report{Cgo: CgoEnabled}
	var err error
	if r.Candidates, err = Discover(ctx); err != nil {
		return r, err
	}
	b, err := Open(ctx, choice)
	if err != nil {
		r.Error = err.Error()
		return r, ctx.Err()
	}
	r.Backend, r.Note = b.String(), b.Note
	b.Close()
	return r, nil
}

func fileSHA256(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// goVersion is the version of the module that holds the pure-Go backend, as
// linked into this program; "" in a test, which Go builds without that note.
func goVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "github.com/gomlx/compute" {
				return m.Version
			}
		}
	}
	return ""
}
