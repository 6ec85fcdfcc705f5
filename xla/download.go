package xla

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/gomlx/go-xla/installer"
	"github.com/schollz/progressbar/v3"
)

// patience is how long a server may send nothing at all. There is no limit on
// the whole: 2.5 GB on a slow line take hours.
var patience = time.Minute

// address asks the release or the package index where a file is. go-xla's
// functions know the servers; they take no context, so one that is given up
// ends by itself.
func address(ctx context.Context, p *product, d download) (string, error) {
	type answer struct {
		url string
		err error
	}
	done := make(chan answer, 1)
	go func() {
		var a answer
		if p.release {
			a.url, a.err = installer.CPUGetDownloadURL(strings.ReplaceAll(p.platform, "/", "_"), d.version)
		} else {
			a.url, a.err = wheelAddress(d)
		}
		done <- a
	}()
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case <-late.C:
		return "", fromSource("no answer for %v when asked for %s: try again later", patience, d.file)
	case a := <-done:
		var ue *url.Error
		var se *sourceError
		switch {
		case a.err == nil, errors.As(a.err, &se):
			return a.url, a.err
		case errors.As(a.err, &ue):
			return "", unreachable(ue)
		}
		return "", fromSource("%s is not to be found: %s", d.file, oneLine(a.err.Error()))
	}
}

func wheelAddress(d download) (string, error) {
	info, err := installer.GetPipInfo(d.pkg)
	if err != nil {
		return "", err
	}
	files, ok := info.Releases[d.version]
	if !ok { // also where the index answered 404, which go-xla does not look at
		return "", fromSource("the package index has no %s %s (not found, 404, or withdrawn)", d.pkg, d.version)
	}
	file, err := installer.PipSelectRelease(files, regexp.MustCompile("^"+regexp.QuoteMeta(d.file)+"$"), false)
	if err != nil {
		return "", err
	}
	// A mirror of the index may give links relative to its own pages.
	base, err := url.Parse(info.Info.ProjectURL)
	if err != nil {
		return "", err
	}
	link, err := base.Parse(file.URL)
	if err != nil {
		return "", err
	}
	return link.String(), nil
}

func unreachable(ue *url.Error) error {
	host := ue.URL
	if u, err := url.Parse(ue.URL); err == nil {
		host = u.Host
	}
	return fromSource("%s cannot be reached (%v): check the network or the proxy (HTTPS_PROXY), then try again", host, ue.Err)
}

// fetch downloads into path and checks size and digest. A file that fails is
// left to the caller, who removes the whole staging folder.
func (in *installation) fetch(ctx context.Context, from, path, title string, d download) error {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer out.Close()
	if err := in.transfer(ctx, from, out, title, d); err != nil {
		return err
	}
	return out.Close()
}

func (in *installation) transfer(ctx context.Context, from string, out io.Writer, title string, d download) error {
	alive, cancel := context.WithCancel(ctx)
	defer cancel()
	silence := time.AfterFunc(patience, cancel)
	defer silence.Stop()
	req, err := http.NewRequestWithContext(alive, http.MethodGet, from, nil)
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
			return fromSource("%s: no answer for %v: try again later", d.file, patience)
		case errors.As(err, &ue):
			return unreachable(ue)
		}
		return err
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusNotFound:
		return fromSource("%s is not to be found on the server (404): a newer version of this project may know a newer one", d.file)
	case resp.StatusCode != http.StatusOK:
		return fromSource("%s: the server answers %s: try again later", d.file, resp.Status)
	}
	length := resp.ContentLength
	if length < 0 {
		length = d.size
	}
	bar := progressbar.NewOptions64(max(length, 1),
		progressbar.OptionSetWriter(in.progress), progressbar.OptionSetDescription(title),
		progressbar.OptionShowBytes(true), progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetWidth(24),
		progressbar.OptionOnCompletion(func() { fmt.Fprintln(in.progress) }))
	hash := sha256.New()
	body := &livelyReader{resp.Body, silence}
	n, err := io.Copy(io.MultiWriter(out, hash, bar), body)
	if err != nil {
		bar.Exit() // ends the bar's line
	}
	var pe *os.PathError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case alive.Err() != nil:
		return fromSource("%s: the server sent nothing for %v: try again later", d.file, patience)
	case errors.As(err, &pe), errors.Is(err, syscall.ENOSPC):
		return err // of our own disk
	case err != nil, resp.ContentLength >= 0 && n != resp.ContentLength:
		want := "an unknown number"
		if length > 0 {
			want = fmt.Sprint(length)
		}
		return fromSource("%s: the download was cut short after %d of %s bytes: try again", d.file, n, want)
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != d.sha256 {
		return fmt.Errorf("xla: %s has SHA-256 %s, and %s was expected: nothing was kept; "+
			"the file was changed on the way or on the server, so do not use it, and try another network", d.file, got, d.sha256)
	}
	return nil
}

// A livelyReader puts off the alarm at every byte.
type livelyReader struct {
	io.Reader
	silence *time.Timer
}

func (r *livelyReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if n > 0 {
		r.silence.Reset(patience)
	}
	return n, err
}
