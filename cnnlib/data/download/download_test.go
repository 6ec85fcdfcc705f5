package download

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cnnbook/cnnlib/data"
	"cnnbook/internal/fetch"
	"cnnbook/internal/lock"
)

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// A shop serves the two files of a small data set on this machine, and misbehaves
// on demand.
type shop struct {
	*httptest.Server
	mu        sync.Mutex
	files     map[string][]byte
	behaviour string // "", "404", "cut" or "stall", of the second file
	hits      int
	stalled   chan struct{} // one message for each download that has begun to stall
}

func newShop(t *testing.T) *shop {
	s := &shop{stalled: make(chan struct{}, 8), files: map[string][]byte{
		"images.gz": bytes.Repeat([]byte("images"), 1000), "labels.gz": bytes.Repeat([]byte("labels"), 1000)}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	s.mu.Lock()
	content, ok := s.files[name]
	how := s.behaviour
	s.hits++
	s.mu.Unlock()
	if name != "labels.gz" {
		how = ""
	}
	if !ok || how == "404" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(content)))
	if how == "" {
		time.Sleep(50 * time.Millisecond) // long enough for a second download to come
		w.Write(content)
		return
	}
	w.Write(content[:len(content)/2])
	w.(http.Flusher).Flush()
	if how == "cut" {
		panic(http.ErrAbortHandler)
	}
	s.stalled <- struct{}{}
	<-r.Context().Done()
}

func (s *shop) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hits
}

// sell puts a set of the shop's files, kept in dir, in the place of the real ones.
func (s *shop) sell(t *testing.T, dir string) {
	small := set{name: "small", env: "SMALL", dir: func() (string, error) { return dir, nil }}
	for _, name := range []string{"images.gz", "labels.gz"} {
		small.files = append(small.files, fetch.File{Name: name, URL: s.URL + "/" + name, SHA256: digest(s.files[name])})
	}
	small.read = func() (train, test *data.Images, err error) {
		for _, f := range small.files {
			content, err := os.ReadFile(filepath.Join(dir, f.Name))
			if err != nil {
				return nil, nil, data.ErrMissing
			}
			if digest(content) != f.SHA256 {
				return nil, nil, errors.New("data: " + f.Name + " is another file")
			}
		}
		return &data.Images{N: 3}, &data.Images{N: 1}, nil
	}
	old := sets
	sets = append([]set{small}, old...)
	t.Cleanup(func() { sets = old })
}

// names lists what is in a folder, but for the lock.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		if e.Name() != lock.Name {
			all = append(all, e.Name())
		}
	}
	return strings.Join(all, " ")
}

func oneLine(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one that says %q", words)
	}
	if text := err.Error(); !strings.HasPrefix(text, "download: ") || strings.Contains(text, "\n") {
		t.Errorf("not one line that starts with the package's name: %q", text)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not say %q", err, word)
		}
	}
}

func TestFetch(t *testing.T) {
	s := newShop(t)
	dir := filepath.Join(t.TempDir(), "new", "folder")
	s.sell(t, dir)
	var progress bytes.Buffer
	if err := Fetch(t.Context(), "small", &progress); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); got != "images.gz labels.gz" {
		t.Errorf("the folder holds %s", got)
	}
	for _, want := range []string{"images.gz", "labels.gz", "small is ready: 3 pictures to train on, 1 to test with"} {
		if !strings.Contains(progress.String(), want) {
			t.Errorf("the progress %q does not say %q", progress.String(), want)
		}
	}
	if info, err := os.Stat(filepath.Join(dir, "images.gz")); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("mode %v, %v, want 0644: others may read it", info.Mode(), err)
	}
	if err := Fetch(t.Context(), "small", nil); err != nil || s.asked() != 2 {
		t.Errorf("the second time: %v, %d downloads, want 2", err, s.asked())
	}

	// What is there is kept, what is missing comes.
	if err := os.Remove(filepath.Join(dir, "labels.gz")); err != nil {
		t.Fatal(err)
	}
	if err := Fetch(t.Context(), "small", nil); err != nil || s.asked() != 3 {
		t.Errorf("with one file: %v, %d downloads, want 3", err, s.asked())
	}
	// A wrong file is the reader's affair.
	if err := os.WriteFile(filepath.Join(dir, "labels.gz"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Fetch(t.Context(), "small", nil); err == nil || !strings.Contains(err.Error(), "labels.gz is another file") || s.asked() != 3 {
		t.Errorf("with a wrong file: %v, %d downloads, want 3", err, s.asked())
	}
}

func TestBadDownloads(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(s *shop)
		words []string
	}{
		{"404", func(s *shop) { s.behaviour = "404" }, []string{"labels.gz", "404"}},
		{"truncated", func(s *shop) { s.behaviour = "cut" }, []string{"labels.gz", "cut short after 3000 of 6000 bytes", "try again"}},
		{"another file", func(s *shop) { s.files["labels.gz"] = []byte("others") }, []string{"labels.gz", "SHA-256", "nothing was kept"}},
	} {
		s, dir := newShop(t), t.TempDir()
		s.sell(t, dir)
		c.spoil(s)
		oneLine(t, Fetch(t.Context(), "small", nil), c.words...)
		if got := names(t, dir); got != "images.gz" { // the first file is whole
			t.Errorf("%s: it left %s", c.name, got)
		}
	}
}

func TestNoNetwork(t *testing.T) {
	s, dir := newShop(t), t.TempDir()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.URL = "http://" + l.Addr().String()
	l.Close() // nobody listens there now
	s.sell(t, dir)
	oneLine(t, Fetch(t.Context(), "small", nil), "cannot be reached", "check the network")
	if got := names(t, dir); got != "" {
		t.Errorf("it left %s", got)
	}
}

func TestCancelledDownload(t *testing.T) {
	s, dir := newShop(t), t.TempDir()
	s.sell(t, dir)
	s.behaviour = "stall"
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- Fetch(ctx, "small", nil) }()
	<-s.stalled // half of the second file is there
	cancel()
	err := <-done
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v is not context.Canceled", err)
	}
	oneLine(t, err, "small")
	if got := names(t, dir); got != "images.gz" {
		t.Errorf("it left %s", got)
	}
}

// What a killed download left is cleared away, and nothing else is.
func TestKilledDownloadIsCleared(t *testing.T) {
	s, dir := newShop(t), t.TempDir()
	s.sell(t, dir)
	for _, name := range []string{tempPrefix + "123", "notes.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := Fetch(t.Context(), "small", nil); err != nil {
		t.Error(err)
	}
	if got := names(t, dir); got != "images.gz labels.gz notes.txt" {
		t.Errorf("the folder holds %s", got)
	}
}

// The lock is one of the file, so two calls in one process wait for each other as
// two processes do.
func TestSeveralAtOnce(t *testing.T) {
	s, dir := newShop(t), t.TempDir()
	s.sell(t, dir)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := Fetch(t.Context(), "small", nil); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if s.asked() != 2 {
		t.Errorf("%d downloads of two files, want 2", s.asked())
	}
	if got := names(t, dir); got != "images.gz labels.gz" {
		t.Errorf("the folder holds %s", got)
	}
}

func TestUnwritableFolder(t *testing.T) {
	s := newShop(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.sell(t, filepath.Join(file, "folder"))
	oneLine(t, Fetch(t.Context(), "small", nil), "cannot write to "+file, "SMALL")
	if s.asked() != 0 {
		t.Error("something was downloaded all the same")
	}
}

// Package data must look for the files that this one fetches.
func TestRealSets(t *testing.T) {
	for _, s := range sets {
		if len(s.files) == 0 {
			continue
		}
		dir := t.TempDir()
		t.Setenv(s.env, dir)
		if got, err := s.dir(); err != nil || got != dir {
			t.Errorf("%s: the folder is %s, %v, want %s", s.name, got, err, dir)
		}
		_, _, err := s.read()
		if !errors.Is(err, data.ErrMissing) || !strings.Contains(err.Error(), "go run . data fetch "+s.name) {
			t.Errorf("%s: %v, want ErrMissing and how to fetch it", s.name, err)
		}
		for _, f := range s.files {
			if len(f.SHA256) != 64 || f.Size == 0 || path.Base(f.URL) != f.Name {
				t.Errorf("%s: %+v", s.name, f)
			}
			if err := os.WriteFile(filepath.Join(dir, f.Name), []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := s.read(); err == nil || errors.Is(err, data.ErrMissing) {
			t.Errorf("%s: with all files, wrong ones: %v", s.name, err)
		}
	}
}

func TestFetchMNISTReadsIt(t *testing.T) {
	t.Setenv(data.MNISTEnv, "")
	var progress bytes.Buffer
	if err := Fetch(t.Context(), "mnist", &progress); err != nil || !strings.Contains(progress.String(), "60000 pictures to train on, 10000 to test with") {
		t.Errorf("%v, %q", err, progress.String())
	}
	oneLine(t, Fetch(t.Context(), "imagenet", nil), `"imagenet"`, "mnist, fashion-mnist, cifar10")
}
