package jupyter

import (
	"os"
	"path/filepath"
	"strings"

	"cnnbook/internal/home"
)

// KernelName is the name of the kernelspec that the notebooks name in their
// metadata.
const KernelName = "cnnbook"

// kernelProgram is our own kernel; GoNB's, which it starts, can be chosen too.
const kernelProgram = "cnnbook-kernel"

var kernels = []struct{ name, program, displayName string }{
	{KernelName, kernelProgram, "Go (cnnbook)"},
	{"gonb", "gonb", "Go (GoNB)"},
}

// Env is the layout of the environment on disk. It says where things are, not
// whether they are there.
type Env struct {
	Root   string // the checkout
	Folder string // .cnnbook, or what $CNNBOOK_HOME names
}

// Locate finds the checkout and its folder.
func Locate() (Env, error) {
	root, err := home.Root()
	if err != nil {
		return Env{}, err
	}
	folder, err := home.Folder()
	if err != nil {
		return Env{}, err
	}
	return Env{Root: root, Folder: folder}, nil
}

func (e Env) path(elem ...string) string {
	return filepath.Join(append([]string{e.Folder}, elem...)...)
}

// Notebooks is the folder of the committed notebooks.
func (e Env) Notebooks() string { return filepath.Join(e.Root, "notebooks") }

// Python is the interpreter of the virtual environment.
func (e Env) Python() string { return e.path("venv", "bin", "python") }

func (e Env) venv() string               { return e.path("venv") }
func (e Env) bin() string                { return e.path("bin") }
func (e Env) kernels(name string) string { return e.path("jupyter", "data", "kernels", name) }
func (e Env) kernelspec() string         { return e.kernels(KernelName) }

// Environ is the environment of every Jupyter process: Jupyter's own folders
// are moved below Folder, and a server of the reader's own that happens to run
// in the same terminal has no say.
func (e Env) Environ(extra ...string) []string {
	keep := func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		return !strings.HasPrefix(name, "JUPYTER") && name != "PYTHONPATH" && name != "PYTHONHOME"
	}
	var env []string
	for _, kv := range os.Environ() {
		if keep(kv) {
			env = append(env, kv)
		}
	}
	return append(append(env,
		home.RootEnv+"="+e.Root,
		home.FolderEnv+"="+e.Folder,
		"JUPYTER_CONFIG_DIR="+e.path("jupyter", "config"),
		"JUPYTER_DATA_DIR="+e.path("jupyter", "data"),
		"JUPYTER_RUNTIME_DIR="+e.path("jupyter", "runtime"),
		"JUPYTERLAB_SETTINGS_DIR="+e.path("jupyter", "settings"),
		"JUPYTERLAB_WORKSPACES_DIR="+e.path("jupyter", "workspaces"),
		"JUPYTER_PLATFORM_DIRS=1",
		"IPYTHONDIR="+e.path("jupyter", "ipython"),
		"PYTHONDONTWRITEBYTECODE=",
		"PYTHONUNBUFFERED=1",
	), extra...)
}
