//go:build !cgo

package xla

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"

	"cnnbook/internal/home"
)

// These tests are run by TestWithoutCgo, in a program built without cgo.

func TestOpenWithoutCgo(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(home.FolderEnv, dir)
	t.Setenv(compute.ConfigEnvVar, "")
	t.Setenv(pluginPathEnv, dir)
	b, err := Open(t.Context(), "auto")
	if err != nil || b.Kind != "go" || CgoEnabled {
		t.Fatalf("Open(auto) = %v, %v", b, err)
	}
	for _, words := range []string{"without cgo", "no C compiler was found", "apt install gcc", "xcode-select --install"} {
		if !strings.Contains(b.Note, words) {
			t.Errorf("Note %q does not say %q", b.Note, words)
		}
		if _, err := Open(t.Context(), "xla:cpu"); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("Open(xla:cpu): %v, want an error that says %q", err, words)
		}
	}
	sum, err := CallOnce(b.Backend, func(x *Node) *Node { return ReduceAllSum(x) }, []float32{1, 2, 3})
	if err != nil || sum.Value() != float32(6) {
		t.Errorf("1+2+3 = %v, %v", sum, err)
	}
}

// A plugin can be installed and listed before there is a compiler.
func TestInstallWithoutCgo(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(home.FolderEnv, dir)
	t.Setenv(pluginPathEnv, "")
	name := filepath.Join(t.TempDir(), "wheel")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	w, err := z.Create("fake/plugin.so")
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte("a plugin that nobody can load here"))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	f.Close()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/json") {
			out.Write(data)
			return
		}
		json.NewEncoder(out).Encode(map[string]any{"info": map[string]any{"project_url": "https://index.invalid/project/fake/"},
			"releases": map[string]any{"1.0": []any{map[string]any{"filename": "fake.whl", "url": "../../files/fake.whl"}}}})
	}))
	defer server.Close()
	old := http.DefaultTransport
	defer func() { http.DefaultTransport = old }()
	http.DefaultTransport = roundTrip(func(r *http.Request) (*http.Response, error) {
		r = r.Clone(r.Context())
		r.URL.Scheme, r.URL.Host = "http", strings.TrimPrefix(server.URL, "http://")
		return old.RoundTrip(r)
	})
	products = []product{{name: "fake", version: "1.0", kind: "cpu", platform: platform, plugin: "fake/plugin.so",
		downloads: downloads{{pkg: "fake", version: "1.0", file: "fake.whl", sha256: hex.EncodeToString(sum[:])}}}}
	for range 2 { // the second finds it there
		c, err := Install(t.Context(), "cpu", InstallOptions{})
		if err != nil || c.Loads || !strings.Contains(c.Why, "without cgo") || c.Path != filepath.Join(dir, "xla", "fake-1.0", cpuPlugin) {
			t.Errorf("Install = %+v, %v", c, err)
		}
	}
	all, err := Discover(t.Context())
	if err != nil || len(all) != 2 || all[1].Package != "fake" || all[1].SHA256 == "" || !strings.Contains(all[1].Why, "without cgo") {
		t.Errorf("Discover = %+v, %v", all, err)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
