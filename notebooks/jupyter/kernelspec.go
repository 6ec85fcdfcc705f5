package jupyter

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"cnnbook/internal/atomicfile"
	"cnnbook/internal/home"
	"cnnbook/internal/hugepages"
)

// kernelSpec is Jupyter's kernel.json
// (https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs).
type kernelSpec struct {
	Argv          []string          `json:"argv"`
	DisplayName   string            `json:"display_name"`
	Language      string            `json:"language"`
	InterruptMode string            `json:"interrupt_mode"`
	Env           map[string]string `json:"env"`
}

// newKernelSpec makes cells fast and hermetic:
//   - go.work on the checkout: a cell sees cnnbook and exactly the versions of its go.mod;
//   - -ldflags=-s leaves out debug information, which halves the time to link; internal linking,
//     where it works, saves starting the C linker (measured: 0.86 s → 0.64 s for a cell with XLA);
//   - the folder bin comes first on PATH: gonb finds goimports, gopls and our go there;
//   - GOPROXY=off: no cell can wait for the network;
//   - XDG_CACHE_HOME: goimports keeps an index of the module cache there, which belongs into
//     our folder; GOCACHE then must say where Go's own cache is;
//   - what package hugepages says: training takes less time;
//   - -raw_error: compile errors are plain text, readable in every front end and in saved files.
//
// The program is our own kernel, which starts GoNB (package kernel), or GoNB's by itself.
func newKernelSpec(e Env, s settings, internalLink bool, goCache, program, displayName string) kernelSpec {
	// The front end replaces $NAME in these values, so a $ in a path is doubled.
	lit := func(s string) string { return strings.ReplaceAll(s, "$", "$$") }
	ldflags := "-ldflags=-s"
	if internalLink {
		ldflags = "'-ldflags=-s -linkmode=internal'"
	}
	env := map[string]string{
		"PATH":           lit(e.bin()) + string(os.PathListSeparator) + "${PATH}",
		"GOFLAGS":        ldflags,
		"GOPROXY":        "off",
		"GOCACHE":        lit(goCache),
		"XDG_CACHE_HOME": lit(e.path("cache")),
		"GOPLSCACHE":     lit(e.path("cache", "gopls")),
		home.RootEnv:     lit(e.Root),
		home.FolderEnv:   lit(e.Folder),
	}
	maps.Copy(env, hugepages.Environment())
	if s.Backend != "" { // else xla.Open chooses
		env["GOMLX_BACKEND"] = s.Backend
	}
	return kernelSpec{
		Argv:          []string{filepath.Join(e.bin(), program), "--kernel", "{connection_file}", "-go_work=" + e.Root, "-raw_error"},
		DisplayName:   displayName,
		Language:      "go",
		InterruptMode: "message",
		Env:           env,
	}
}

func (k kernelSpec) write(dir string) error {
	data, err := json.MarshalIndent(k, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, "kernel.json"), append(data, '\n'), 0o644)
}

// goShim stands in front of the go command for the kernel. GoNB runs a bare
// `go get` before every cell and offers no flag against it (only %noautoget,
// cell by cell); it costs a second, needs the network, and would take versions
// other than go.mod's. Everything else goes to the real go.
//
// Compiler and linker run without collecting garbage until they hold 1 GiB: the
// linker ends long before (0.28 GB), and a cell is built in seven eighths of the time
// (0.85 s for 0.98 s, medians of 12).
//
// Where a build fails, the bare message of the first error comes before all else:
// GoNB shows lines of context above a message, and the header that the compiler
// prints names GoNB's temporary module.
//
// Our kernel wants to stand between GoNB and the reader's program (cell.go in package
// kernel): the program is built under another name, and a link to the kernel takes its
// place.
func goShim(realGo string) string {
	return `#!/bin/sh
# Written by cnnbook's set-up: the go command of the notebook kernel.
if [ -n "$CNNBOOK_KERNEL" ] && [ "$GOOS" != js ]; then
	case "$1 $2 $3 $4" in
	build\ -o\ */gonb_*/gonb_*)
		cell=$3
		shift 3
		set -- build -o "$cell.cell" "$@"
		;;
	test\ -c\ -o\ */gonb_*/gonb_*)
		cell=$4
		shift 4
		set -- test -c -o "$cell.cell" "$@"
		;;
	esac
	[ -z "$cell" ] || [ -L "$cell" ] || ln -s "$CNNBOOK_KERNEL" "$cell"
fi
case "$*" in
get | "get -t") exit 0 ;;
build\ *) ;;
*) exec ` + shellQuote(realGo) + ` "$@" ;;
esac
messages=$(GOGC=off GOMEMLIMIT=1GiB ` + shellQuote(realGo) + ` "$@" 2>&1)
status=$?
[ -n "$messages" ] || exit $status
if [ $status != 0 ]; then
	printf '%s\n' "$messages" | sed -n 's/^[^ ]*main\(_test\)\{0,1\}\.go:[0-9]*:[0-9]*: //p' | sed 1q >&2
fi
printf '%s\n' "$messages" | grep -v '^# gonb_' >&2
exit $status
`
}

func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// userKernels is the folder where Jupyter looks for the reader's own kernels.
func userKernels() (string, error) {
	if dir := os.Getenv("JUPYTER_DATA_DIR"); dir != "" {
		return filepath.Join(dir, "kernels"), nil
	}
	dir, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("setup: no home directory to register the kernel in: %w", err)
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(dir, "Library", "Jupyter", "kernels"), nil
	}
	if data := os.Getenv("XDG_DATA_HOME"); data != "" {
		return filepath.Join(data, "jupyter", "kernels"), nil
	}
	return filepath.Join(dir, ".local", "share", "jupyter", "kernels"), nil
}

// RegisterForUser copies the kernelspec to where the reader's own Jupyter and
// VS Code look, and returns the folder it made. Deleting that folder undoes it.
func RegisterForUser() (string, error) {
	e, err := Locate()
	if err != nil {
		return "", err
	}
	data, err := os.ReadFile(filepath.Join(e.kernelspec(), "kernel.json"))
	if err != nil {
		return "", fmt.Errorf("setup: there is no kernel to register yet: run `go run . setup` first: %w", err)
	}
	dir, err := userKernels()
	if err != nil {
		return "", err
	}
	dir = filepath.Join(dir, KernelName)
	if err := atomicfile.Write(filepath.Join(dir, "kernel.json"), data, 0o644); err != nil {
		return "", fmt.Errorf("setup: the kernel cannot be registered: %w", err)
	}
	return dir, nil
}

// goCache is where the go command keeps what it compiled: cells share it.
func goCache(ctx context.Context, realGo string) (string, error) {
	out, err := exec.CommandContext(ctx, realGo, "env", "GOCACHE").Output()
	if err != nil {
		return "", fmt.Errorf("setup: %s does not say where its cache is: %w: install Go 1.26 (https://go.dev/dl)", realGo, err)
	}
	return strings.TrimSpace(string(out)), nil
}

// realGo is the go command itself, not our shim: set-up may be started by a cell.
func (e Env) realGo() (string, error) {
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if dir == "" || dir == e.bin() {
			continue
		}
		if p, err := exec.LookPath(filepath.Join(dir, "go")); err == nil {
			return p, nil
		}
	}
	return "", fmt.Errorf("setup: the go command was not found on PATH: install Go 1.26 (https://go.dev/dl) and open a new terminal")
}
