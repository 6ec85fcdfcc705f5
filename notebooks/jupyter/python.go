package jupyter

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"cnnbook/internal/atomicfile"
)

// minPython is what JupyterLab 4.6 needs.
const minPython = "3.10"

// makeVenv makes the virtual environment anew: with uv where it is on PATH
// (several times faster), else with python3 -m venv and pip. Where it fails it
// leaves nothing.
func (e Env) makeVenv(ctx context.Context, s settings) (err error) {
	defer func() {
		if err != nil {
			os.RemoveAll(e.venv())
		}
	}()
	if err := e.needSpace(400, "JupyterLab"); err != nil { // MB; the venv took 250 MB when measured
		return err
	}
	if err := os.RemoveAll(e.venv()); err != nil {
		return err
	}
	reqs := e.path("requirements.txt")
	if err := atomicfile.Write(reqs, requirements, 0o644); err != nil {
		return err
	}
	if uv, err := exec.LookPath("uv"); err == nil {
		return e.venvWithUV(ctx, uv, s, reqs)
	}
	return e.venvWithPip(ctx, s, reqs)
}

// noPackages says what to do in either case: without a network pip reports that no
// version matches, which misleads.
const noPackages = " could not install JupyterLab (if there is no network, connect and run `go run . setup` again; for a mirror set PIP_INDEX_URL)"

func (e Env) venvWithUV(ctx context.Context, uv string, s settings, reqs string) error {
	// uv's own folders move below ours too.
	env := []string{"UV_CACHE_DIR=" + e.path("cache", "uv"), "UV_PYTHON_INSTALL_DIR=" + e.path("python")}
	python := s.Python
	if python == "" {
		python = ">=" + minPython
	}
	if err := e.command(ctx, "", env, uv, "venv", "--quiet", "--python", python, e.venv()).run("uv could not make a Python environment"); err != nil {
		return err
	}
	defer os.RemoveAll(e.path("cache", "uv"))
	return e.command(ctx, "", env, uv, "pip", "install", "--quiet", "--no-deps", "--compile-bytecode", "--python", e.Python(), "-r", reqs).run("uv" + noPackages)
}

func (e Env) venvWithPip(ctx context.Context, s settings, reqs string) error {
	python, err := findPython(ctx, s.Python)
	if err != nil {
		return err
	}
	if err := e.command(ctx, "", nil, python, "-m", "venv", e.venv()).run("python3 could not make a virtual environment"); err != nil {
		return err
	}
	return e.command(ctx, "", nil, e.Python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
		"--no-cache-dir", "--no-input", "--no-deps", "-r", reqs).run("pip" + noPackages)
}

// findPython returns a Python that is new enough and has the venv module.
func findPython(ctx context.Context, chosen string) (string, error) {
	names := []string{"python3", "python"}
	if chosen != "" {
		names = []string{chosen}
	}
	var tooOld string
	for _, name := range names {
		p, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		version, err := pythonVersion(ctx, p)
		if err != nil {
			continue // e.g. the Windows store's placeholder, or a broken link
		}
		if !atLeast(version, minPython) {
			tooOld = fmt.Sprintf("%s is Python %s", p, version)
			continue
		}
		// Debian ships venv and ensurepip in a package of their own.
		if exec.CommandContext(ctx, p, "-c", "import venv, ensurepip").Run() != nil {
			return "", fmt.Errorf("setup: %s (Python %s) has no venv module: install it (Debian, Ubuntu: sudo apt install python3-venv) or put uv on PATH", p, version)
		}
		return p, nil
	}
	if tooOld != "" {
		return "", fmt.Errorf("setup: %s, but JupyterLab needs %s or newer: install one, or name one with --python PATH", tooOld, minPython)
	}
	return "", fmt.Errorf("setup: python3 was not found on PATH: install Python %s or newer (Debian, Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python)", minPython)
}

func pythonVersion(ctx context.Context, python string) (string, error) {
	out, err := exec.CommandContext(ctx, python, "-c", "import platform; print(platform.python_version())").Output()
	return strings.TrimSpace(string(out)), err
}

// atLeast compares the first two numbers of dotted versions.
func atLeast(version, min string) bool {
	var a, b, c, d int
	fmt.Sscanf(version, "%d.%d", &a, &b)
	fmt.Sscanf(min, "%d.%d", &c, &d)
	return a > c || a == c && b >= d
}

// labOverrides keep JupyterLab quiet and offline: no news, no update check. Long lines
// of code are wrapped, so that the end of a caption is read without scrolling.
const labOverrides = `{
  "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false},
  "@jupyterlab/notebook-extension:tracker": {"codeCellConfig": {"lineWrap": true}}
}
`

func (e Env) overridesFile() string {
	return filepath.Join(e.venv(), "share", "jupyter", "lab", "settings", "overrides.json")
}
