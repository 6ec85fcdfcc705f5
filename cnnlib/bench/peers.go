package bench

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"cnnbook/cnnlib/data"
	"cnnbook/internal/atomicfile"
	"cnnbook/internal/home"
	"cnnbook/internal/lock"
)

//go:embed peer_torch.py peer_jax.py peer_serve.py
var scripts embed.FS

//go:embed requirements.txt
var requirements []byte

// peerScripts are the peers, in the order of the tables.
var peerScripts = []string{"peer_torch.py", "peer_jax.py"}

// peers is what the peers' processes need.
type peers struct {
	python string
	mnist  string // folder of the four files
	folder string // of the scripts; temporary
}

// openPeers finds or makes the environment, and writes the scripts.
func openPeers(ctx context.Context, o Options) (p *peers, err error) {
	p = &peers{python: o.Python}
	if p.python == "" {
		if p.python, err = environment(ctx, o); err != nil {
			return nil, err
		}
	}
	if out, err := exec.CommandContext(ctx, p.python, "-c", "import jax, numpy, torch").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("bench: %s does not work as the Python of the peers (%s): give one with torch, jax and numpy after --peers-python, or let --peers make one", p.python, lastLine(out, err))
	}
	if p.mnist, err = data.MNISTDir(); err != nil {
		return nil, err
	}
	if _, err := data.MNISTTrain(); err != nil { // one line that says what to do
		return nil, err
	}
	if p.folder, err = os.MkdirTemp("", "cnnbook-bench-"); err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	return p, errors.Join(os.CopyFS(p.folder, scripts))
}

func (p *peers) close() { os.RemoveAll(p.folder) }

// start starts a peer on the task.
func (p *peers) start(ctx context.Context, script string, t task, core int) (*process, error) {
	what := fmt.Sprintf("%s (%s %s, batch %d)", script, t.Measure, t.Net.Name, t.Batch)
	return start(ctx, what, core, append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1"),
		p.python, filepath.Join(p.folder, script), p.mnist, "--net", t.Net.Name, "--batch", strconv.Itoa(t.Batch), "--mode", t.Measure)
}

// environment returns the Python of .cnnbook/peers, which it makes if it is missing
// or not complete.
func environment(ctx context.Context, o Options) (python string, err error) {
	folder, err := home.Folder("peers")
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", fmt.Errorf("bench: %w: make it writable, or set %s to a folder that is", err, home.FolderEnv)
	}
	unlock, err := lock.Folder(ctx, folder, func() { fmt.Fprintln(o.Log, "bench: another process makes the environment of the peers; waiting") })
	if err != nil {
		return "", fmt.Errorf("bench: %w", err)
	}
	defer unlock()
	venv := filepath.Join(folder, "venv")
	python = filepath.Join(venv, "bin", "python")
	stamp := filepath.Join(folder, "installed.txt") // what is in the environment, once it is complete
	have, err := os.ReadFile(stamp)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("bench: %w", err)
	}
	if _, err := os.Stat(python); err == nil && bytes.Equal(have, requirements) {
		return python, nil
	}
	if err := errors.Join(os.RemoveAll(stamp), os.RemoveAll(venv)); err != nil {
		return "", fmt.Errorf("bench: %w", err)
	}
	defer func() {
		if err != nil {
			os.RemoveAll(venv)
		}
	}()
	host, err := exec.LookPath("python3")
	if err != nil {
		return "", errors.New("bench: python3 was not found on PATH: install Python 3.11 or newer, or give one that has torch, jax and numpy after --peers-python")
	}
	list := filepath.Join(folder, "requirements.txt")
	if err := atomicfile.Write(list, requirements, 0o644); err != nil {
		return "", err
	}
	fmt.Fprintf(o.Log, "bench: fetching PyTorch and JAX for the comparison into %s (1 GB; on Linux with an x86-64 processor 3 GB and 6 GB on disk, because PyTorch brings CUDA along)\n", folder)
	for _, argv := range [][]string{
		{host, "-m", "venv", venv},
		{python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-cache-dir", "--no-input", "-r", list},
	} {
		if out, err := exec.CommandContext(ctx, argv[0], argv[1:]...).CombinedOutput(); err != nil {
			if ctx.Err() != nil {
				return "", fmt.Errorf("bench: stopped: %w", ctx.Err())
			}
			return "", fmt.Errorf("bench: the environment of the peers could not be made (%s): it needs Python 3.11 or newer and a network; for a mirror set PIP_INDEX_URL", lastLine(out, err))
		}
	}
	return python, atomicfile.Write(stamp, requirements, 0o644)
}

// lastLine is the last thing that a program said, or else why it failed.
func lastLine(out []byte, err error) string {
	said := strings.TrimSpace(string(out))
	if said == "" {
		return err.Error()
	}
	return strings.TrimSpace(said[strings.LastIndexByte(said, '\n')+1:])
}
