package fetch

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
	"strings"
	"syscall"
	"testing"
	"time"
)

var content = bytes.Repeat([]byte("pictures"), 4096)

// serve answers /good with content, and every other name with one misfortune.
func serve(t *testing.T) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		half := func() {
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			w.Write(content[:len(content)/2])
			w.(http.Flusher).Flush()
		}
		switch name {
		case "good":
			w.Write(content)
		case "sized":
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			w.Write(content)
		case "cut":
			half()
			panic(http.ErrAbortHandler)
		case "stall":
			half()
			<-r.Context().Done()
		case "mute":
			<-r.Context().Done()
		case "broken":
			http.Error(w, "", http.StatusInternalServerError)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	return server
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func TestTo(t *testing.T) {
	server := serve(t)
	for _, name := range []string{"good", "sized"} { // the first does not tell its length
		for _, size := range []int64{0, 1, int64(len(content))} { // unknown, wrong and right: it is for the bar alone
			var out, bar bytes.Buffer
			f := File{Name: name, URL: server.URL + "/" + name, SHA256: digest(content), Size: size}
			if err := To(t.Context(), &out, f, Options{Title: "the good file", Progress: &bar}); err != nil || !bytes.Equal(out.Bytes(), content) {
				t.Errorf("%s, size %d: %d bytes, %v", name, size, out.Len(), err)
			}
			if size == 1 && name == "good" {
				continue // nothing tells the bar the truth
			}
			if !strings.Contains(bar.String(), "the good file") || !strings.HasSuffix(bar.String(), "\n") {
				t.Errorf("%s, size %d: the bar is %q", name, size, bar.String())
			}
		}
	}
}

func TestFailures(t *testing.T) {
	server := serve(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + l.Addr().String() + "/f"
	l.Close() // nobody listens there now
	for _, c := range []struct{ url, want string }{
		{server.URL + "/missing", "404"},
		{server.URL + "/broken", "500"},
		{server.URL + "/cut", fmt.Sprintf("cut short after %d of %d bytes", len(content)/2, len(content))},
		{server.URL + "/stall", "sent nothing for"},
		{server.URL + "/mute", "no answer for"},
		{closed, "check the network"},
	} {
		var out bytes.Buffer
		err := To(t.Context(), &out, File{Name: "f", URL: c.url, SHA256: digest(content)}, Options{Patience: 300 * time.Millisecond})
		var server *ServerError
		if !errors.As(err, &server) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want a ServerError of one line that says %q", c.url, err, c.want)
		}
	}

	err = To(t.Context(), &bytes.Buffer{}, File{Name: "f", URL: server.URL + "/good", SHA256: digest(nil)}, Options{})
	var other *DigestError
	if !errors.As(err, &other) || other.Got != digest(content) || other.Want != digest(nil) || !strings.Contains(err.Error(), "nothing was kept") {
		t.Errorf("another file: %v", err)
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skipf("this system has no /dev/full: %v", err)
	}
	defer full.Close()
	if err := To(t.Context(), full, File{Name: "f", URL: server.URL + "/good", SHA256: digest(content)}, Options{}); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("writing to a full disk: %v", err)
	}
}

// While the server is silent, a reader who gives up is obeyed at once.
func TestCancel(t *testing.T) {
	server := serve(t)
	for _, name := range []string{"/stall", "/mute"} {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		err := To(ctx, &bytes.Buffer{}, File{Name: "f", URL: server.URL + name, SHA256: digest(content)}, Options{})
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
