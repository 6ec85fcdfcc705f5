package xla

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"cnnbook/internal/home"
	"cnnbook/internal/lock"
)

// InstallOptions may be zero.
type InstallOptions struct {
	Dir      string    // where plugins are put, a folder for each; "" is .cnnbook/xla
	Progress io.Writer // a bar and a line for each step; nil is quiet
	Force    bool      // install again what is there, and CUDA on a machine without a GPU
	SHA256   string    // of the go-xla release's archive, which is not pinned; else ""
}

// Install makes a plugin available to [Open] and returns it. what is
//
//   - "cpu" or "": the go-xla release if its digest is known, else xla-cpu-pjrt
//     (about 63 MB to download, 260 MB on disk);
//   - "cuda": jax-cuda13-pjrt and NVIDIA's libraries (2.5 GB to download, 4.0 GB on disk);
//   - or one of these by its name: "go-xla-release", "xla-cpu-pjrt",
//     "lammps-jax-pjrt-cpu", "fastatomstruct-xla-cpu" (third parties' builds of the
//     same engine: the first is faster with convolutions, the second, whose single
//     operations cost least, with small dense networks).
//
// If it is installed already, Install returns at once, without the network;
// any plugin for CPU satisfies "cpu". Each file's SHA-256 is checked before
// anything of it is unpacked, and the plugin is loaded once in a child process
// before it gets its place, so a failed, cancelled or killed install leaves
// nothing that Open could take for a plugin, and the next one clears away what
// is left. Of several installs at once, in whatever processes, one downloads
// and the others wait for it. Cancelling ctx stops it at any moment but the
// seconds in which one archive is unpacked.
func Install(ctx context.Context, what string, opts InstallOptions) (Candidate, error) {
	tries, err := choose(what, opts.SHA256)
	if err != nil {
		return Candidate{}, err
	}
	if tries[0].kind == "cuda" && !opts.Force && !hasGPU() {
		return Candidate{}, errors.New("xla: no NVIDIA GPU was found on this machine (no /dev/nvidia*, no nvidia-smi): nothing is installed; --force installs all the same")
	}
	dir := opts.Dir
	if dir == "" {
		if dir, err = home.Folder("xla"); err != nil {
			return Candidate{}, err
		}
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return Candidate{}, fmt.Errorf("xla: %w", err)
	}
	in := installation{dir: dir, progress: opts.Progress}
	if in.progress == nil {
		in.progress = io.Discard
	}
	if !opts.Force {
		if c, ok := in.present(ctx, what, tries); ok {
			return c, nil
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Candidate{}, in.explain(err, 0)
	}
	unlock, err := in.lock(ctx)
	if err != nil {
		return Candidate{}, err
	}
	defer unlock()
	if !opts.Force {
		if c, ok := in.present(ctx, what, tries); ok { // another process was faster
			return c, nil
		}
	}
	if err := in.clear(); err != nil {
		return Candidate{}, in.explain(err, 0)
	}
	var failures []string
	for i := range tries {
		c, err := in.install(ctx, &tries[i])
		if err == nil {
			return c, nil
		}
		var source *sourceError
		if !errors.As(err, &source) {
			return Candidate{}, err
		}
		failures = append(failures, fmt.Sprintf("%s: %v", tries[i].name, source.err))
		if i+1 < len(tries) {
			in.say("%s: %v; trying %s", tries[i].name, source.err, tries[i+1].name)
		}
	}
	return Candidate{}, fmt.Errorf("xla: nothing was installed: %s", strings.Join(failures, "; "))
}

// A sourceError is a failure that another source may not have.
type sourceError struct{ err error }

func (e *sourceError) Error() string { return e.err.Error() }

func fromSource(format string, args ...any) error { return &sourceError{fmt.Errorf(format, args...)} }

// An installation is one call of Install.
type installation struct {
	dir      string
	progress io.Writer
}

func (in *installation) say(format string, args ...any) {
	fmt.Fprintf(in.progress, "xla: "+format+"\n", args...)
}

// stagingPrefix starts the names of folders that an install works in. They are
// inside dir so that the last step is a rename on one file system.
const stagingPrefix = ".staging-"

// lock waits until this process alone may change dir.
func (in *installation) lock(ctx context.Context) (unlock func(), err error) {
	unlock, err = lock.Folder(ctx, in.dir, func() { in.say("waiting for another installation into %s", in.dir) })
	if err != nil {
		return nil, in.explain(err, 0)
	}
	return unlock, nil
}

// clear removes what a killed install left. The lock must be held.
func (in *installation) clear() error {
	stale, err := filepath.Glob(filepath.Join(escapeGlob(in.dir), stagingPrefix+"*"))
	if err != nil {
		return err
	}
	for _, folder := range stale {
		if err := os.RemoveAll(folder); err != nil {
			return err
		}
	}
	return nil
}

var globEscaper = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`)

func escapeGlob(dir string) string { return globEscaper.Replace(dir) }

// present looks for something installed that satisfies what, whole and fit to
// load (if this program can tell).
func (in *installation) present(ctx context.Context, what string, tries []product) (Candidate, bool) {
	for _, f := range ours(in.dir) {
		if f.receipt == nil || !satisfies(f.receipt, what, tries) {
			continue
		}
		info, err := os.Stat(f.path)
		if err != nil || info.Size() != f.receipt.Size {
			continue
		}
		if CgoEnabled {
			if _, err := f.loads(ctx); err != nil {
				continue
			}
		}
		return f.installed(), true
	}
	return Candidate{}, false
}

func satisfies(r *receipt, what string, tries []product) bool {
	if what == "" || what == "cpu" || what == "xla:cpu" {
		return r.Kind == "cpu"
	}
	for _, p := range tries {
		if r.Package == p.name && r.Version == p.version {
			return true
		}
	}
	return false
}

// installed is the candidate of a plugin whose receipt has just been checked.
func (f found) installed() Candidate {
	c := Candidate{Name: "xla:" + f.kind, Kind: f.kind, Package: f.receipt.Package, Version: f.receipt.Version,
		Path: f.path, SHA256: f.receipt.SHA256, Loads: CgoEnabled}
	if !CgoEnabled {
		c.Why = noCgo()
	}
	return c
}

// install fetches, checks, unpacks and tries one product, and puts it in place.
func (in *installation) install(ctx context.Context, p *product) (_ Candidate, err error) {
	for _, d := range p.downloads {
		if d.sha256 == "" {
			return Candidate{}, fromSource("%s %s has no pinned digest: give its SHA-256 with --sha256 to use it", d.file, d.version)
		}
	}
	need := p.space()
	if free, ok := freeBytes(in.dir); ok && free < need {
		return Candidate{}, in.explain(syscall.ENOSPC, need)
	}
	staging, err := os.MkdirTemp(in.dir, stagingPrefix)
	if err != nil {
		return Candidate{}, in.explain(err, need)
	}
	defer func() {
		if removeErr := os.RemoveAll(staging); err == nil && removeErr != nil {
			err = in.explain(removeErr, 0)
		}
	}()
	root := filepath.Join(staging, p.folder())
	r := receipt{Package: p.name, Version: p.version, Kind: p.kind, Source: "Python package index", Plugin: p.place(), Files: make(map[string]string)}
	if p.release {
		r.Source = "release of go-xla"
	}
	for i, d := range p.downloads {
		if err := ctx.Err(); err != nil {
			return Candidate{}, fmt.Errorf("xla: installing %s: %w", p.name, err)
		}
		archive := filepath.Join(staging, d.file)
		title := fmt.Sprintf("%s %s", d.pkg, d.version)
		if len(p.downloads) > 1 {
			title = fmt.Sprintf("[%d/%d] %s", i+1, len(p.downloads), title)
		}
		url, err := address(ctx, p, d)
		if err == nil {
			err = in.fetch(ctx, url, archive, title, d)
		}
		if err == nil {
			err = p.unpack(i, archive, root)
		}
		if err == nil {
			err = os.Remove(archive)
		}
		if err != nil {
			return Candidate{}, in.explain(err, need)
		}
		r.Files[d.file] = d.sha256
	}
	plugin := filepath.Join(root, filepath.FromSlash(p.place()))
	info, err := os.Stat(plugin)
	if err != nil {
		return Candidate{}, in.explain(err, 0)
	}
	r.Size = info.Size()
	if r.SHA256, err = fileSHA256(plugin); err != nil {
		return Candidate{}, in.explain(err, 0)
	}
	var api string
	if CgoEnabled {
		if api, err = probe(ctx, plugin); err != nil {
			if ctx.Err() != nil {
				return Candidate{}, fmt.Errorf("xla: installing %s: %w", p.name, ctx.Err())
			}
			return Candidate{}, fromSource("its plugin does not load on this machine and was removed: %v", err)
		}
	}
	if err := writeReceipt(root, r); err != nil {
		return Candidate{}, in.explain(err, need)
	}
	if err := syncTree(root); err != nil {
		return Candidate{}, in.explain(err, need)
	}
	final := filepath.Join(in.dir, p.folder())
	if err := replace(root, final, filepath.Join(staging, "old")); err != nil {
		return Candidate{}, in.explain(err, 0)
	}
	f := found{path: filepath.Join(final, filepath.FromSlash(r.Plugin)), kind: r.Kind, receipt: &r}
	if CgoEnabled {
		keepRecord(f.path, info, api)
	}
	in.say("installed %s %s as %s", r.Package, r.Version, f.path)
	return f.installed(), nil
}

// explain turns a system's error into a line that names the mend. need is the
// room that the product wants, or 0.
func (in *installation) explain(err error, need int64) error {
	var source *sourceError
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("xla: installing: %w", err)
	case errors.As(err, &source):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		room := ""
		if free, ok := freeBytes(in.dir); ok && need > 0 {
			room = fmt.Sprintf(" (%d MB are needed, %d MB are free)", megabytes(need), free/1e6)
		}
		return fmt.Errorf("xla: the disk of %s is full%s: free some room, or set %s to a folder on another disk: %w", in.dir, room, home.FolderEnv, syscall.ENOSPC)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("xla: cannot write to %s: %w: make it a writable folder, or set %s to one", in.dir, err, home.FolderEnv)
	}
	if strings.HasPrefix(err.Error(), "xla: ") {
		return err
	}
	return fmt.Errorf("xla: installing into %s: %w", in.dir, err)
}

// megabytes rounds up: what is said to be needed must suffice.
func megabytes(n int64) int64 { return (n + 1e6 - 1) / 1e6 }

func writeReceipt(folder string, r receipt) error {
	data, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, receiptName), data, 0o644)
}

// syncTree sends files and folders to the disk, so that a power cut after the
// rename cannot leave an empty file under the final name.
func syncTree(root string) error {
	return filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.Type()&fs.ModeSymlink != 0 {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Sync()
	})
}

// replace gives root its final name. A folder cannot be renamed onto a full
// one, so an old version is first moved into the staging folder; a process that
// runs on it keeps its files.
func replace(root, final, old string) error {
	if err := os.Rename(final, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(root, final); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(final))
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
