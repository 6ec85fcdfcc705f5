//go:build cgo && linux

package xla

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomlx/compute"
	goxla "github.com/gomlx/go-xla/compute/xla"
	"github.com/gomlx/go-xla/pjrt"

	"cnnbook/internal/home"
	"cnnbook/internal/lock"
)

// childEnv makes this test program play one part in a process of its own.
const childEnv = "CNNBOOK_XLA_TEST_CHILD"

func TestMain(m *testing.M) {
	switch part, arg, _ := strings.Cut(os.Getenv(childEnv), " "); part {
	case "":
		os.Exit(m.Run())
	case "install": // arg: folder, server, digest and size of the wheel
		var folder, server, digest string
		var size int64
		fmt.Sscan(arg, &folder, &server, &digest, &size)
		http.DefaultTransport = redirect(server)
		products = []product{wheelProduct("fake-cpu", digest, size)}
		c, err := Install(context.Background(), "cpu", InstallOptions{Dir: folder})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(c.Path)
	case "go-xla-search":
		fmt.Println(pjrt.AvailablePlugins())
	case "go-xla-path":
		b, err := goxla.New(arg)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(b.Name())
	case "go-xla-folders":
		_, err := pjrt.GetPlugin("no-such-plugin")
		fmt.Println(err)
	}
}

func child(part string, env ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), childEnv+"="+part), env...)
	return cmd
}

// isolate gives the test an empty .cnnbook folder, an empty search path, no
// GOMLX_BACKEND, no GPU, and a network that fails the test when it is used.
func isolate(t *testing.T) (folder string) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv(home.FolderEnv, dir)
	t.Setenv(pluginPathEnv, filepath.Join(dir, "elsewhere"))
	if err := os.Mkdir(filepath.Join(dir, "elsewhere"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv(compute.ConfigEnvVar, "")
	swap(t, &hasGPU, func() bool { return false })
	swap(t, &http.DefaultTransport, http.RoundTripper(transport(func(r *http.Request) (*http.Response, error) {
		t.Errorf("the network was used: %s", r.URL)
		return nil, fmt.Errorf("no network in this test")
	})))
	return filepath.Join(dir, "xla")
}

func elsewhere() string { return os.Getenv(pluginPathEnv) }

func swap[T any](t *testing.T, variable *T, value T) {
	t.Helper()
	old := *variable
	*variable = value
	t.Cleanup(func() { *variable = old })
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// redirect sends every request, whatever its host, to one server.
func redirect(server string) http.RoundTripper {
	base := &http.Transport{DisableKeepAlives: true}
	return transport(func(r *http.Request) (*http.Response, error) {
		u, err := url.Parse(server)
		if err != nil {
			return nil, err
		}
		r = r.Clone(r.Context())
		r.URL.Scheme, r.URL.Host, r.Host = u.Scheme, u.Host, u.Host
		return base.RoundTrip(r)
	})
}

// pluginSource is a PJRT plugin that loads and offers nothing else: it answers
// every call that go-xla makes before a client is there, and refuses a client.
const pluginSource = `
#include <string.h>
#include "pjrt_c_api.h"
static PJRT_Error* initialize(PJRT_Plugin_Initialize_Args* a) { return 0; }
static PJRT_Error* attributes(PJRT_Plugin_Attributes_Args* a) { a->num_attributes = 0; a->attributes = 0; return 0; }
static int refusal;
static PJRT_Error* create(PJRT_Client_Create_Args* a) { return (PJRT_Error*)&refusal; }
static void message(PJRT_Error_Message_Args* a) { a->message = "no driver here"; a->message_size = strlen(a->message); }
static PJRT_Error* code(PJRT_Error_GetCode_Args* a) { a->code = PJRT_Error_Code_FAILED_PRECONDITION; return 0; }
static void destroy(PJRT_Error_Destroy_Args* a) {}
const PJRT_Api* GetPjrtApi(void) {
	static PJRT_Api api;
	api.struct_size = PJRT_Api_STRUCT_SIZE;
	api.pjrt_api_version.struct_size = PJRT_Api_Version_STRUCT_SIZE;
	api.pjrt_api_version.minor_version = 7;
	api.PJRT_Plugin_Initialize = initialize;
	api.PJRT_Plugin_Attributes = attributes;
	api.PJRT_Client_Create = create;
	api.PJRT_Error_Message = message;
	api.PJRT_Error_GetCode = code;
	api.PJRT_Error_Destroy = destroy;
	return &api;
}`

const (
	nullSource     = `void *GetPjrtApi(void) { return 0; }`
	noSymbolSource = `int nothing_of_pjrt(void) { return 5; }`
	abortSource    = `#include <stdlib.h>
__attribute__((constructor)) static void at_load(void) { abort(); }`
)

var goXLAFolder = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/gomlx/go-xla").Output()
	return strings.TrimSpace(string(out)), err
})

// compile makes a shared object of C source at path. A C compiler is there:
// this file is built with cgo.
func compile(t *testing.T, path, source string) []byte {
	t.Helper()
	dir, err := goXLAFolder()
	if err != nil {
		t.Fatal(err)
	}
	cc := os.Getenv("CC")
	if cc == "" {
		cc = "gcc"
	}
	cmd := exec.Command(cc, "-shared", "-fPIC", "-w", "-I", filepath.Join(dir, "pjrt"), "-x", "c", "-o", path, "-")
	cmd.Stdin = strings.NewReader(source)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o755); err != nil {
		t.Fatal(err)
	}
}

// realPlugin is the XLA plugin of this checkout.
func realPlugin(t *testing.T) Candidate {
	t.Helper()
	dir, err := home.Folder("xla")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range ours(dir) {
		if f.receipt != nil && f.kind == "cpu" {
			return f.installed()
		}
	}
	if os.Getenv("CI") != "true" {
		t.Skip("no XLA plugin is installed: `go run . xla install`, then run the test again")
	}
	c, err := Install(t.Context(), "cpu", InstallOptions{Progress: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// wheel makes a wheel: a zip archive with the given files.
func wheel(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, data := range files {
		h := &zip.FileHeader{Name: name, Method: zip.Deflate}
		h.SetMode(0o644)
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(data)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarball(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	g := gzip.NewWriter(&b)
	w := tar.NewWriter(g)
	for name, data := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(data))}); err != nil {
			t.Fatal(err)
		}
		w.Write(data)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// noise cannot be compressed; it gives an archive a known size.
func noise(n int) []byte {
	data := make([]byte, n)
	r := rand.New(rand.NewPCG(5, 2))
	for i := range data {
		data[i] = byte(r.Uint32())
	}
	return data
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// wheelProduct is a product of one wheel with the plugin at fake/plugin.so.
func wheelProduct(name, sha string, size int64) product {
	return product{name: name, version: "1.0", kind: "cpu", platform: platform, plugin: "fake/plugin.so",
		downloads: downloads{{pkg: name, version: "1.0", file: wheelFile(name), sha256: sha, size: size}}}
}

func wheelFile(name string) string {
	return strings.ReplaceAll(name, "-", "_") + "-1.0-py3-none-any.whl"
}

// A warehouse is a package index, a release page and a file server in one, on
// this machine.
type warehouse struct {
	*httptest.Server

	mu        sync.Mutex
	files     map[string][]byte // name to content
	index     []download        // what the index lists
	hits      map[string]int
	behaviour string        // of the file server: "", "404", "cut", "stall", "trickle" or "slow"
	stalled   chan struct{} // one message for each download that has begun to stall
}

func newWarehouse(t *testing.T) *warehouse {
	w := &warehouse{files: make(map[string][]byte), hits: make(map[string]int), stalled: make(chan struct{}, 8)}
	w.Server = httptest.NewServer(w)
	t.Cleanup(func() { w.CloseClientConnections(); w.Close() })
	http.DefaultTransport = redirect(w.URL) // isolate restores it
	return w
}

// stock puts a wheel of one plugin on the shelf and returns its product.
func (w *warehouse) stock(t *testing.T, name string, plugin []byte) product {
	t.Helper()
	data := wheel(t, map[string][]byte{"fake/plugin.so": plugin, "fake-1.0.dist-info/METADATA": []byte("Name: fake\n")})
	p := wheelProduct(name, digest(data), int64(len(data)))
	w.shelve(p.downloads[0], data)
	return p
}

func (w *warehouse) shelve(d download, data []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.index = append(w.index, d)
	w.files[d.file] = data
}

func (w *warehouse) behave(how string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.behaviour = how
}

// downloads counts how often files were asked for.
func (w *warehouse) downloads() (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, hits := range w.hits {
		n += hits
	}
	return n
}

func (w *warehouse) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/json"):
		w.serveIndex(out, path.Base(path.Dir(r.URL.Path)))
	case strings.Contains(r.URL.Path, "/releases/tags/"):
		var assets []map[string]string
		for name := range w.files {
			assets = append(assets, map[string]string{"browser_download_url": "https://release.invalid/files/" + name})
		}
		json.NewEncoder(out).Encode(map[string]any{"assets": assets})
	default:
		w.serveFile(out, r)
	}
}

func (w *warehouse) serveIndex(out http.ResponseWriter, pkg string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	releases := make(map[string][]map[string]any)
	for i, d := range w.index {
		if d.pkg != pkg {
			continue
		}
		link := "https://files.invalid/files/" + d.file
		if i%2 == 0 { // as mirrors have it
			link = "../../files/" + d.file
		}
		releases[d.version] = append(releases[d.version], map[string]any{
			"filename": d.file, "url": link, "packagetype": "bdist_wheel", "digests": map[string]string{"sha256": d.sha256}})
	}
	if len(releases) == 0 {
		http.Error(out, `{"message": "Not Found"}`, http.StatusNotFound)
		return
	}
	json.NewEncoder(out).Encode(map[string]any{"releases": releases,
		"info": map[string]any{"name": pkg, "project_url": "https://index.invalid/project/" + pkg + "/"}})
}

func (w *warehouse) serveFile(out http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	w.mu.Lock()
	w.hits[name]++
	how := w.behaviour
	data, ok := w.files[name]
	w.mu.Unlock()
	if !ok || how == "404" || path.Dir(r.URL.Path) != "/files" {
		http.NotFound(out, r)
		return
	}
	out.Header().Set("Content-Length", fmt.Sprint(len(data)))
	switch how {
	case "cut":
		out.Write(data[:len(data)/2])
		out.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	case "stall":
		out.Write(data[:len(data)/2])
		out.(http.Flusher).Flush()
		w.stalled <- struct{}{}
		<-r.Context().Done()
	case "trickle": // 0.8 s in all, never silent for more than 0.1 s
		for i := range 8 {
			time.Sleep(100 * time.Millisecond)
			out.Write(data[i*len(data)/8 : (i+1)*len(data)/8])
			out.(http.Flusher).Flush()
		}
	case "slow":
		time.Sleep(300 * time.Millisecond) // long enough for a second process to come
		fallthrough
	default:
		io.Copy(out, bytes.NewReader(data))
	}
}

// leftovers are the names in an install folder, but for the lock and the record.
func leftovers(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != lock.Name && e.Name() != ".loads.json" {
			names = append(names, e.Name())
		}
	}
	return names
}

// oneLineThat fails unless err is one line with the package's name in front and
// all of the words in it.
func oneLineThat(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	text := err.Error()
	if !strings.HasPrefix(text, "xla: ") || strings.Contains(text, "\n") || strings.Contains(text[1:], " xla: ") {
		t.Errorf("error is not one line that starts with the package's name: %q", text)
	}
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("error %q does not say %q", text, word)
		}
	}
}
