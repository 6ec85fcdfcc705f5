package xla

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/gomlx/go-xla/installer"

	"cnnbook/internal/fetch"
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
			return "", &sourceError{fetch.Unreachable(ue)}
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

// fetch downloads into path and checks the digest. A file that fails is left to
// the caller, who removes the whole staging folder.
func (in *installation) fetch(ctx context.Context, from, path, title string, d download) error {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer out.Close()
	err = fetch.To(ctx, out, fetch.File{Name: d.file, URL: from, SHA256: d.sha256, Size: d.size},
		fetch.Options{Title: title, Progress: in.progress, Patience: patience})
	var server *fetch.ServerError
	var digest *fetch.DigestError
	switch {
	case errors.As(err, &server):
		return &sourceError{server}
	case errors.As(err, &digest):
		return fmt.Errorf("xla: %w", digest)
	case err != nil:
		return err
	}
	return out.Close()
}
