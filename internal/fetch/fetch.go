// Package fetch downloads files whose SHA-256 is known.
package fetch

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"
)

// A File is one file on a server.
type File struct {
	Name   string // what messages call it
	URL    string
	SHA256 string // 64 hexadecimal digits, lower case
	Size   int64  // bytes, for the bar where the server does not say; 0 where unknown
}

// Options may be zero.
type Options struct {
	Title    string        // of the bar
	Progress io.Writer     // gets a bar; nil is quiet
	Patience time.Duration // how long the server may send nothing at all; 0 means a minute
}

// A ServerError is a failure of the network or the server: at another time, or
// from another server, the file may come. Its text has no package's name in front.
type ServerError struct{ text string }

func (e *ServerError) Error() string { return e.text }

func serverError(format string, args ...any) error {
	return &ServerError{fmt.Sprintf(format, args...)}
}

// A DigestError means that another file came than the one that was pinned.
type DigestError struct{ Name, Got, Want string }

func (e *DigestError) Error() string {
	return fmt.Sprintf("%s has SHA-256 %s, and %s was expected: nothing was kept; "+
		"the file was changed on the way or on the server, so do not use it, and try another network", e.Name, e.Got, e.Want)
}

// To downloads f into out and checks its digest. The error is a [*ServerError],
// a [*DigestError], that of ctx, or that of out; after any of them the caller
// throws away what out has got. There is no limit on the whole time: gigabytes
// on a slow line take hours.
func To(ctx context.Context, out io.Writer, f File, o Options) error {
	patience := cmp.Or(o.Patience, time.Minute)
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	alive, cancel := context.WithCancel(ctx)
	defer cancel()
	silence := time.AfterFunc(patience, cancel)
	defer silence.Stop()
	req, err := http.NewRequestWithContext(alive, http.MethodGet, f.URL, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		var ue *url.Error
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case alive.Err() != nil:
			return serverError("%s: no answer for %v: try again later", f.Name, patience)
		case errors.As(err, &ue):
			return Unreachable(ue)
		}
		return err
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusNotFound:
		return serverError("%s is not to be found on the server (404): a newer version of this project may know a newer one", f.Name)
	case resp.StatusCode != http.StatusOK:
		return serverError("%s: the server answers %s: try again later", f.Name, resp.Status)
	}
	length := resp.ContentLength
	if length < 0 {
		length = f.Size
	}
	if length == 0 {
		length = -1 // unknown, for the bar
	}
	bar := progressbar.NewOptions64(length,
		progressbar.OptionSetSpinnerChangeInterval(0), // no goroutine of its own
		progressbar.OptionSetWriter(o.Progress), progressbar.OptionSetDescription(o.Title),
		progressbar.OptionShowBytes(true), progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetWidth(24),
		progressbar.OptionOnCompletion(func() { fmt.Fprintln(o.Progress) }))
	hash := sha256.New()
	body := &livelyReader{resp.Body, silence, patience}
	n, err := io.Copy(io.MultiWriter(out, hash, harmless{bar}), body)
	if err != nil || length < 0 {
		bar.Exit() // ends the bar's line
	}
	var pe *fs.PathError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case alive.Err() != nil:
		return serverError("%s: the server sent nothing for %v: try again later", f.Name, patience)
	case errors.As(err, &pe), errors.Is(err, syscall.ENOSPC):
		return err // of our own disk
	case err != nil, resp.ContentLength >= 0 && n != resp.ContentLength:
		want := "an unknown number"
		if length > 0 {
			want = fmt.Sprint(length)
		}
		return serverError("%s: the download was cut short after %d of %s bytes: try again", f.Name, n, want)
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != f.SHA256 {
		return &DigestError{Name: f.Name, Got: got, Want: f.SHA256}
	}
	return nil
}

// Unreachable turns the error of a request that got no answer into a
// [*ServerError] that names the host and the mend.
func Unreachable(ue *url.Error) error {
	host := ue.URL
	if u, err := url.Parse(ue.URL); err == nil {
		host = u.Host
	}
	return serverError("%s cannot be reached (%v): check the network or the proxy (HTTPS_PROXY), then try again", host, ue.Err)
}

// harmless keeps a failure of the bar from ending the download: the bar fails
// where more bytes come than it was told.
type harmless struct{ io.Writer }

func (h harmless) Write(p []byte) (int, error) {
	h.Writer.Write(p)
	return len(p), nil
}

// A livelyReader puts off the alarm at every byte.
type livelyReader struct {
	io.Reader
	silence  *time.Timer
	patience time.Duration
}

func (r *livelyReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if n > 0 {
		r.silence.Reset(r.patience)
	}
	return n, err
}
