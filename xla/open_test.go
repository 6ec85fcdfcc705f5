//go:build cgo && linux

package xla

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"

	"cnnbook/internal/home"
)

func TestParseChoice(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	odd := filepath.Join(dir, "a,b", "pjrt_c_api_cpu_plugin.so")
	write(t, odd, nil)
	write(t, filepath.Join(dir, "cuda_plugin.so"), nil)
	for _, test := range []struct {
		choice string
		want   selection
	}{
		{"", selection{}},
		{"auto", selection{}},
		{"go", selection{engine: "go"}},
		{"go:ops_sequential,parallelism=1", selection{engine: "go", options: "ops_sequential,parallelism=1"}},
		{"xla", selection{engine: "xla"}},
		{"stablehlo:cpu", selection{engine: "xla", kind: "cpu"}},
		{"xla:cpu", selection{engine: "xla", kind: "cpu"}},
		{"xla:cpu,tf32=false", selection{engine: "xla", kind: "cpu", options: "tf32=false"}},
		{"xla:,tf32=false", selection{engine: "xla", options: "tf32=false"}},
		{"xla:cuda,preallocate,memory_fraction=0.5", selection{engine: "xla", kind: "cuda", options: "preallocate,memory_fraction=0.5"}},
		{"xla:tpu", selection{engine: "xla", kind: "tpu"}},
		{"xla:" + odd + ",tf32=false", selection{engine: "xla", kind: "cpu", path: odd, options: "tf32=false"}},
		{odd, selection{engine: "xla", kind: "cpu", path: odd}},
		{"cuda_plugin.so", selection{engine: "xla", kind: "cuda", path: filepath.Join(dir, "cuda_plugin.so")}},
		{"xla:./cuda_plugin.so", selection{engine: "xla", kind: "cuda", path: filepath.Join(dir, "cuda_plugin.so")}},
	} {
		if got, err := parseChoice(test.choice); err != nil || got != test.want {
			t.Errorf("parseChoice(%q) = %+v, %v, want %+v", test.choice, got, err, test.want)
		}
	}
}

func TestDevicesFrom(t *testing.T) {
	for options, want := range map[string]struct {
		devices int
		rest    string
	}{
		"":                           {runtime.NumCPU(), ""},
		"tf32=false":                 {runtime.NumCPU(), "tf32=false"},
		"devices=3":                  {3, ""},
		"tf32,devices=3,preallocate": {3, "tf32,preallocate"},
	} {
		if devices, rest, err := devicesFrom(options); err != nil || devices != want.devices || rest != want.rest {
			t.Errorf("%q: %d devices, the rest %q, %v, want %v", options, devices, rest, err, want)
		}
	}
	for _, options := range []string{"devices=0", "devices=", "devices=many"} {
		if _, _, err := devicesFrom(options); err == nil || !strings.Contains(err.Error(), options) {
			t.Errorf("%q: %v, want an error that names it", options, err)
		}
	}
}

func TestOpenRefusesNonsense(t *testing.T) {
	isolate(t)
	for _, choice := range []string{"nonsense", "xla:nonsense", "auto:cpu", "XLA", "cpu", "onnx", "xla:cpu:cuda"} {
		_, err := Open(t.Context(), choice)
		oneLineThat(t, err, fmt.Sprintf("%q", choice), "auto, go, xla, xla:cpu, xla:cuda, xla:tpu or the path")
	}
	_, err := Open(t.Context(), "/no/such/plugin.so")
	oneLineThat(t, err, "no plugin at /no/such/plugin.so", "no such file", "choose auto")
	_, err = Open(t.Context(), t.TempDir()+"/")
	oneLineThat(t, err, "it is a folder")
	_, err = Open(t.Context(), "go:nonsense")
	oneLineThat(t, err, "the pure-Go backend", `"nonsense"`)
}

func TestGomlxBackendNonsense(t *testing.T) {
	isolate(t)
	for _, value := range []string{"nonsense", "xla:rocm", "/no/such.so"} {
		t.Setenv(compute.ConfigEnvVar, value)
		_, err := Open(t.Context(), "auto")
		oneLineThat(t, err, "GOMLX_BACKEND="+value+": ", "auto", "unset the variable")
		if b, err := Open(t.Context(), "go"); err != nil || b.Kind != "go" {
			t.Errorf("with GOMLX_BACKEND=%s an explicit choice gives %v, %v", value, b, err)
		}
	}
	t.Setenv(compute.ConfigEnvVar, "xla:cpu")
	_, err := Open(t.Context(), "")
	oneLineThat(t, err, "GOMLX_BACKEND=xla:cpu: ", "`go run . xla install`", "unset the variable")
	for _, value := range []string{"go", "go:ops_sequential"} {
		t.Setenv(compute.ConfigEnvVar, value)
		if b, err := Open(t.Context(), "auto"); err != nil || b.Kind != "go" || b.Note != "" {
			t.Errorf("GOMLX_BACKEND=%s: %v, %v, want the pure-Go backend without a note", value, b, err)
		}
	}
}

// The pure-Go backend runs operations side by side without a bound, and says nothing; a
// reader's own bound makes it run one after the other.
func TestOpenGoWithoutABound(t *testing.T) {
	isolate(t)
	stdout := os.Stdout
	file := filepath.Join(t.TempDir(), "printed")
	printed, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer printed.Close()
	os.Stdout = printed
	defer func() { os.Stdout = stdout }()
	for choice, want := range map[string]string{"go": "parallelism=-1", "go:parallelism=3": "parallelism=3"} {
		b, err := Open(t.Context(), choice)
		if err != nil {
			t.Fatal(err)
		}
		if text := b.Backend.Description(); !strings.Contains(text, want) {
			t.Errorf("Open(%q) describes itself as %q, want %s in it", choice, text, want)
		}
		if os.Stdout != printed {
			t.Errorf("Open(%q) leaves the standard output changed", choice)
		}
	}
	if text, err := os.ReadFile(file); err != nil || len(text) > 0 {
		t.Errorf("Open prints %q, %v", text, err)
	}
}

// isolate makes any use of the network a failure, here and in all tests.
func TestOpenWithoutAPlugin(t *testing.T) {
	dir := isolate(t)
	for _, choice := range []string{"", "auto"} {
		b, err := Open(t.Context(), choice)
		if err != nil || b.Kind != "go" {
			t.Fatalf("Open(%q) = %v, %v, want the pure-Go backend", choice, b, err)
		}
		if !strings.HasPrefix(b.Note, "xla: ") || !strings.Contains(b.Note, "slower") ||
			!strings.Contains(b.Note, "`go run . xla install`") || strings.Contains(b.Note, "\n") {
			t.Errorf("Note = %q, want one line with what is slower and the command that mends it", b.Note)
		}
		checkGradient(t, b)
	}
	for choice, mend := range map[string]string{
		"xla": "`go run . xla install`", "xla:cpu": "`go run . xla install`",
		"xla:cuda": "`go run . xla install cuda`", "xla:tpu": "TPUInstall",
	} {
		_, err := Open(t.Context(), choice)
		oneLineThat(t, err, "no XLA plugin for", mend)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("Open made %s", dir)
	}
	b, err := Open(t.Context(), "go")
	if err != nil || b.Note != "" || !strings.HasPrefix(b.String(), "go (pure Go, github.com/gomlx/compute") {
		t.Errorf("Open(go) = %v, %v, note %q", b, err, b.Note)
	}
}

// checkGradient runs f(x) = sum x² and its gradient 2x through GoMLX, and feeds the
// result back: a tensor on the device must be taken by the backend that made it.
func checkGradient(t *testing.T, b *Engine) {
	t.Helper()
	got, err := CallOnce(b.Backend, func(x *Node) *Node { return Gradient(ReduceAllSum(Mul(x, x)), x)[0] }, []float32{1, 2, 3})
	if err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	if want := []float32{2, 4, 6}; !reflect.DeepEqual(got.Value(), want) {
		t.Errorf("%s: gradient %v, want %v", b, got.Value(), want)
	}
	onDevice, err := CallOnce(b.Backend, func(x *Node) *Node { return Add(x, x) }, []float32{1, 2, 3})
	if err == nil {
		got, err = CallOnce(b.Backend, func(x *Node) *Node { return Neg(x) }, onDevice)
	}
	if err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	if want := []float32{-2, -4, -6}; !reflect.DeepEqual(got.Value(), want) {
		t.Errorf("%s: −(x+x) = %v, want %v", b, got.Value(), want)
	}
}

// link puts a link to the real plugin, with its receipt, where ours would be.
func link(t *testing.T, real Candidate, dir string) (path string) {
	t.Helper()
	path = filepath.Join(dir, real.Package+"-"+real.Version, cpuPlugin)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real.Path, path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	r := receipt{Package: real.Package, Version: real.Version, Kind: "cpu", Plugin: cpuPlugin, Size: info.Size(), SHA256: real.SHA256}
	if err := writeReceipt(filepath.Dir(path), r); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpenXLA(t *testing.T) {
	real := realPlugin(t)
	dir := isolate(t)
	path := link(t, real, dir)
	t.Chdir(filepath.Dir(path))
	for _, choice := range []string{"", "xla", "xla:cpu", "xla:cpu,tf32=false", path, cpuPlugin, "xla:" + path + ",shared_buffers=false"} {
		b, err := Open(t.Context(), choice)
		if err != nil {
			t.Errorf("Open(%q): %v", choice, err)
			continue
		}
		if want := fmt.Sprintf("xla:cpu (%s %s, %s)", real.Package, real.Version, path); b.String() != want || b.Note != "" {
			t.Errorf("Open(%q) = %s, note %q, want %s", choice, b, b.Note, want)
		}
		checkGradient(t, b)
		b.Close()
	}
	swap(t, &hasGPU, func() bool { return true })
	if b, err := Open(t.Context(), "auto"); err != nil || b.Kind != "cpu" || !strings.Contains(b.Note, "`go run . xla install cuda`") {
		t.Errorf("with a GPU and no plugin for it: %v, %v, note %q", b, err, b.Note)
	}
	t.Setenv(compute.ConfigEnvVar, "xla:"+path)
	if b, err := Open(t.Context(), "auto"); err != nil || b.Path != path {
		t.Errorf("GOMLX_BACKEND=xla:%s: %v, %v", path, b, err)
	}
	_, err := Open(t.Context(), "xla:cpu,nonsense=1")
	oneLineThat(t, err, "unknown plugin options [nonsense]")
}

// go-xla guesses the kind from the whole path and cuts it at a comma; see
// configFor.
func TestOpenFromAMisleadingFolder(t *testing.T) {
	real := realPlugin(t)
	isolate(t)
	for _, folder := range []string{"nvidia", "CUDA course", "one, two"} {
		path := link(t, real, filepath.Join(t.TempDir(), folder))
		b, err := Open(t.Context(), path)
		if err != nil || b.Kind != "cpu" {
			t.Errorf("Open(%q) = %v, %v", path, b, err)
			continue
		}
		inner := b.Backend.(interface {
			IsCPU() bool
			IsCUDA() bool
		})
		if !inner.IsCPU() || inner.IsCUDA() {
			t.Errorf("%q: go-xla takes the CPU plugin for: CPU %v, CUDA %v", path, inner.IsCPU(), inner.IsCUDA())
		}
		checkGradient(t, b)
	}
	for dir, word := range map[string]string{"/some/cpu/folder/": "cpu", "/some,folder/": "comma"} {
		if _, _, err := configFor(dir+"pjrt_c_api_cuda_plugin.so", "cuda"); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("a CUDA plugin in %s: %v, want an error that says %q", dir, err, word)
		}
	}
}

func TestBrokenPluginIsPassedOver(t *testing.T) {
	real := realPlugin(t)
	dir := isolate(t)
	bad := filepath.Join(dir, "a-by-hand", cpuPlugin)
	plant := func(source string) { write(t, bad, nil); compile(t, bad, source) }
	plant(abortSource)
	b, err := Open(t.Context(), "auto")
	if err != nil || b.Kind != "go" || !strings.Contains(b.Note, bad) || !strings.Contains(b.Note, "crashed") || !strings.Contains(b.Note, "--force") {
		t.Errorf("with a plugin that aborts: %v, %v, want the pure-Go backend and a note that names it", b, err)
	}
	_, err = Open(t.Context(), bad)
	oneLineThat(t, err, bad+" does not load", "crashed")
	plant(nullSource)
	_, err = Open(t.Context(), "xla:cpu")
	oneLineThat(t, err, bad+" does not load", "GetPjrtApi returned nothing")

	// The next on the search path is good; it has no receipt.
	if err := os.Symlink(real.Path, filepath.Join(elsewhere(), cpuPlugin)); err != nil {
		t.Fatal(err)
	}
	b, err = Open(t.Context(), "auto")
	if err != nil || b.Path != filepath.Join(elsewhere(), cpuPlugin) || !strings.HasPrefix(b.Version, "PJRT 0.") {
		t.Errorf("with a good plugin behind the broken one: %v, %v", b, err)
	}
}

// The hot path starts no child process; a changed file is tried afresh.
func TestRecordOfAPluginThatLoads(t *testing.T) {
	dir := isolate(t)
	path := filepath.Join(elsewhere(), cpuPlugin)
	compile(t, path, pluginSource)
	f := found{path: path, kind: "cpu"}
	if api, err := f.loads(t.Context()); err != nil || api != "0.7" {
		t.Fatalf("loads = %q, %v, want the version 0.7 of pluginSource", api, err)
	}
	// With a record, not even a cancelled context matters: nothing is started.
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if api, err := f.loads(cancelled); err != nil || api != "0.7" {
		t.Errorf("with a record: %q, %v", api, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, append([]byte("text"), noise(int(info.Size())-4)...)) // same size
	if err := os.Chtimes(path, time.Time{}, info.ModTime().Add(time.Nanosecond)); err != nil {
		t.Fatal(err)
	}
	if api, err := f.loads(t.Context()); err == nil {
		t.Errorf("after the file changed the record still says %q", api)
	}
	compile(t, path, pluginSource)
	for what, spoil := range map[string]func(){
		"damaged":    func() { write(t, filepath.Join(dir, ".loads.json"), []byte("{")) },
		"missing":    func() { os.Remove(filepath.Join(dir, ".loads.json")) },
		"unwritable": func() { os.RemoveAll(dir); write(t, dir, nil) },
	} {
		spoil()
		if api, err := f.loads(t.Context()); err != nil || api != "0.7" {
			t.Errorf("with the record %s: %q, %v", what, api, err)
		}
		os.RemoveAll(dir)
	}
}

func TestOpenCancelled(t *testing.T) {
	isolate(t)
	compile(t, filepath.Join(elsewhere(), cpuPlugin), `#include <unistd.h>
__attribute__((constructor)) static void at_load(void) { sleep(100); }`)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := Open(ctx, "auto")
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 10*time.Second {
		t.Errorf("after %v: %v, want the context's error at once", time.Since(start), err)
	}
	oneLineThat(t, err)
	if _, err := Open(ctx, "go"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("with a dead context: %v", err)
	}
}

// Outside a checkout there is no folder of ours; the engine works all the same.
func TestOpenOutsideACheckout(t *testing.T) {
	isolate(t)
	t.Setenv(home.FolderEnv, "")
	t.Setenv(home.RootEnv, "")
	t.Chdir(t.TempDir())
	if b, err := Open(t.Context(), "auto"); err != nil || b.Kind != "go" {
		t.Errorf("Open = %v, %v", b, err)
	}
}

// BenchmarkOpen is the cost of a backend to a notebook cell: "own" is what this
// package adds, "all" includes go-xla's own work.
func BenchmarkOpen(b *testing.B) {
	var f found
	for f = range search() {
		if f.kind == "cpu" {
			break
		}
	}
	if f.kind != "cpu" {
		b.Skip("no XLA plugin is installed: `go run . xla install`")
	}
	b.Run("own", func(b *testing.B) {
		for b.Loop() {
			for f := range search() {
				if _, err := f.loads(context.Background()); err != nil {
					b.Fatal(err)
				}
				break
			}
		}
	})
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			backend, err := Open(context.Background(), "xla:cpu")
			if err != nil {
				b.Fatal(err)
			}
			backend.Close()
			runtime.KeepAlive(backend)
		}
	})
}
