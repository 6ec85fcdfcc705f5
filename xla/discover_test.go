//go:build cgo && linux

package xla

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// candidates runs Discover and returns what it found by path, without the
// pure-Go backend.
func candidates(t *testing.T) map[string]Candidate {
	t.Helper()
	all, err := Discover(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if all[0].Name != "go" || !all[0].Loads {
		t.Errorf("the first candidate is %+v, want the pure-Go backend", all[0])
	}
	byPath := make(map[string]Candidate)
	for _, c := range all[1:] {
		if _, twice := byPath[c.Path]; twice || c.Path == "" {
			t.Errorf("two lines for %q, or none", c.Path)
		}
		byPath[c.Path] = c
	}
	return byPath
}

// Each broken thing in a searched folder is a line that says why.
func TestDiscoverBrokenPlugins(t *testing.T) {
	isolate(t)
	dir := elsewhere()
	file := func(name string) string { return filepath.Join(dir, "pjrt_c_api_"+name+"_plugin.so") }
	good := compile(t, file("cpu"), pluginSource)
	write(t, file("text"), []byte("this is no library, but long enough to be read as one: "+strings.Repeat("text ", 100)))
	write(t, file("empty"), nil)
	compile(t, file("without_symbol"), noSymbolSource)
	compile(t, file("null"), nullSource)
	compile(t, file("aborts"), abortSource)
	write(t, file("truncated"), good[:5000]) // the ELF header is whole, the sections are gone
	if err := os.Mkdir(file("folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/no/such/file.so", file("dangling")); err != nil {
		t.Fatal(err)
	}
	notAFolder := filepath.Join(t.TempDir(), "file")
	write(t, notAFolder, nil)
	missing := filepath.Join(t.TempDir(), "missing")
	t.Setenv(pluginPathEnv, dir+":"+notAFolder+":"+missing+"::"+dir)

	all := candidates(t)
	if c := all[file("cpu")]; !c.Loads || c.Why != "" || c.Kind != "cpu" || c.Name != "xla:cpu" || c.Version != "PJRT 0.7" || c.SHA256 != digest(good) {
		t.Errorf("the good plugin: %+v", c)
	}
	delete(all, file("cpu"))
	for path, why := range map[string]string{
		file("text"):           "invalid ELF header",
		file("empty"):          "file too short",
		file("without_symbol"): "GetPjrtApi",
		file("null"):           "returned nothing",
		file("aborts"):         "crashed while it was loaded: exit status 2: SIGABRT",
		file("truncated"):      "", // the linker says what it misses first, or crashes
		file("folder"):         "is a folder",
		file("dangling"):       "is a link to /no/such/file.so: no such file",
		notAFolder:             "cannot read the folder: not a directory",
		missing:                "cannot read the folder: no such file",
	} {
		c, ok := all[path]
		if !ok || c.Loads || c.Why == "" || !strings.Contains(c.Why, why) || strings.Contains(c.Why, "\n") {
			t.Errorf("%s: %+v, want one line with %q", filepath.Base(path), c, why)
		}
		delete(all, path)
	}
	if len(all) != 0 {
		t.Errorf("more was found: %v", all)
	}
	// None of these may stop the main job.
	if b, err := Open(t.Context(), "auto"); err != nil || b.Kind != "go" {
		t.Errorf("Open(auto) = %v, %v, want the pure-Go backend: the good plugin refuses a client", b, err)
	}
}

func TestDiscoverInOurFolder(t *testing.T) {
	dir := isolate(t)
	w := newWarehouse(t)
	swap(t, &products, []product{w.stock(t, "fake-cpu", goodPlugin(t))})
	c, err := Install(t.Context(), "cpu", InstallOptions{})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, stagingPrefix+"1", cpuPlugin), []byte("half"))
	write(t, filepath.Join(dir, "by-hand", "pjrt_c_api_cpu_v0.83.1_plugin.so"), []byte("text"))
	write(t, filepath.Join(dir, "odd", receiptName), []byte("{"))
	write(t, filepath.Join(dir, "escape", receiptName), []byte(`{"plugin": "../../plugin.so"}`))

	// The content changes, the plugin still loads: the digest tells.
	compile(t, c.Path, pluginSource+"\nint more = 5;")
	all := candidates(t)
	if got := all[c.Path]; !got.Loads || got.SHA256 == c.SHA256 || !strings.Contains(got.Why, c.SHA256) || !strings.Contains(got.Why, "--force") {
		t.Errorf("a plugin changed after its installation: %+v", got)
	}
	for path, why := range map[string]string{
		filepath.Join(dir, "by-hand", "pjrt_c_api_cpu_v0.83.1_plugin.so"): "file too short",
		filepath.Join(dir, "odd"):    "cannot read its receipt",
		filepath.Join(dir, "escape"): "cannot read its receipt",
	} {
		if got := all[path]; got.Loads || !strings.Contains(got.Why, why) {
			t.Errorf("%s: %+v, want %q", path, got, why)
		}
	}
	if len(all) != 4 {
		t.Errorf("%d lines, want 4: an install under way is none", len(all))
	}
}

// Several of ours: the order is that of the table, and what was put there by
// hand comes last.
func TestOrderOfOurs(t *testing.T) {
	dir := isolate(t)
	write(t, filepath.Join(dir, "a-by-hand", cpuPlugin), nil)
	for _, name := range []string{"fastatomstruct-xla-cpu", "go-xla-release", "lammps-jax-pjrt-cpu", "xla-cpu-pjrt"} { // as the folder lists them
		folder := filepath.Join(dir, name+"-1")
		write(t, filepath.Join(folder, cpuPlugin), nil)
		if err := writeReceipt(folder, receipt{Package: name, Kind: "cpu", Plugin: cpuPlugin}); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for f := range search() {
		got = append(got, filepath.Base(filepath.Dir(f.path)))
	}
	if want := "lammps-jax-pjrt-cpu-1 fastatomstruct-xla-cpu-1 go-xla-release-1 xla-cpu-pjrt-1 a-by-hand"; strings.Join(got, " ") != want {
		t.Errorf("order %v, want %s", got, want)
	}
}

func TestDiscoverRealPlugin(t *testing.T) {
	real := realPlugin(t)
	path := link(t, real, isolate(t))
	want := real
	want.Path = path
	if got := candidates(t)[path]; got != want {
		t.Errorf("Discover: %+v, want %+v", got, want)
	}
}

func TestCandidateJSON(t *testing.T) {
	got, err := json.Marshal(Candidate{"a", "b", "c", "d", "e", "f", true, "g"})
	want := `{"name":"a","kind":"b","package":"c","version":"d","path":"e","sha256":"f","loads":true,"why":"g"}`
	if err != nil || string(got) != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}

func TestReport(t *testing.T) {
	isolate(t)
	r, err := NewReport(t.Context(), "auto")
	if err != nil || !r.Cgo || !strings.HasPrefix(r.Backend, "go (") || r.Note == "" || r.Error != "" || len(r.Candidates) != 1 {
		t.Errorf("NewReport(auto) = %+v, %v", r, err)
	}
	r, err = NewReport(t.Context(), "xla:cpu")
	if err != nil || r.Backend != "" || !strings.Contains(r.Error, "`go run . xla install`") {
		t.Errorf("NewReport(xla:cpu) = %+v, %v", r, err)
	}
}

// What go-xla v0.4.1 does, as far as this package is built on it.
func TestFactsAboutGoXLA(t *testing.T) {
	real := realPlugin(t)
	isolate(t)
	write(t, filepath.Join(elsewhere(), "pjrt_c_api_cpu_plugin.so"), []byte("text"))

	// Its search crashes on a broken file. Once this fails, the search is mended.
	out, err := child("go-xla-search").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "SIGSEGV") {
		t.Errorf("go-xla's search passed over a broken plugin: %v: %s", err, out)
	}
	// An absolute path skips search and installation. The home folder is below
	// a file, so an installation could not succeed unseen.
	noHome := filepath.Join(t.TempDir(), "file")
	write(t, noHome, nil)
	out, err = child("go-xla-path "+real.Path, "HOME="+noHome+"/home", "HTTPS_PROXY=http://127.0.0.1:1").Output()
	if err != nil || string(out) != "xla\n" {
		t.Errorf("go-xla with an absolute path: %v: %s", err, out)
	}
	// It has no plugin by name here, and must not fetch one: see init in engine_cgo.go.
	out, err = child("go-xla-path cpu", pluginPathEnv+"="+t.TempDir(), "HOME="+noHome+"/home").Output()
	if err == nil || !strings.Contains(string(out), "no plugins found") {
		t.Errorf("go-xla by name: %v: %s, want that it finds nothing and installs nothing", err, out)
	}
}

// searchPath repeats a list that go-xla does not export.
func TestSearchPathIsThatOfGoXLA(t *testing.T) {
	t.Setenv("LD_LIBRARY_PATH", "/one:relative::/two")
	os.Unsetenv(pluginPathEnv)
	for _, env := range []string{"", pluginPathEnv + "=/a:/b"} {
		if name, value, ok := strings.Cut(env, "="); ok {
			t.Setenv(name, value)
		}
		out, err := child("go-xla-folders").Output()
		if err != nil {
			t.Fatal(err)
		}
		dirs, _ := searchPath()
		if want := fmt.Sprint("not found in paths ", dirs); !strings.Contains(string(out), want) {
			t.Errorf("go-xla says %q, want %q", out, want)
		}
	}
}
