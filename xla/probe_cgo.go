//go:build cgo && (linux || (darwin && arm64))

package xla

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/gomlx/go-xla/pjrt"
	pkgerrors "github.com/pkg/errors"
)

// probeEnv holds the plugin's path in the child process.
const probeEnv = "CNNBOOK_XLA_PROBE"

// probeTimeout is far above what the slowest good plugin needs (0.1 s for
// 260 MB in the file cache, several seconds from a slow disk).
const probeTimeout = 60 * time.Second

// A child started by probe answers here, before main or any test runs; it never
// starts a child of its own, because it never returns.
func init() {
	if path := os.Getenv(probeEnv); path != "" {
		answer := os.NewFile(3, "answer")
		api, err := pluginAPI(path)
		if err != nil {
			fmt.Fprint(answer, "no ", oneLine(err.Error()))
		} else {
			fmt.Fprint(answer, "yes ", api)
		}
		os.Exit(0)
	}
}

// pluginAPI loads a plugin into this process and returns its PJRT API version.
func pluginAPI(path string) (string, error) {
	plugin, err := pjrt.GetPlugin(path)
	if err != nil {
		return "", pkgerrors.Cause(err)
	}
	if plugin == nil { // go-xla gives no error where GetPjrtApi returns NULL
		return "", errors.New("its GetPjrtApi returned nothing")
	}
	major, minor := plugin.Version()
	return fmt.Sprintf("%d.%d", major, minor), nil
}

// probe loads the plugin in a child process, which may crash without harm, and
// returns its PJRT API version, or an error that says why it does not load.
func probe(ctx context.Context, path string) (api string, err error) {
	exe, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("cannot be tried: %w", err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		return "", fmt.Errorf("cannot be tried: %w", err)
	}
	defer r.Close()
	limited, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	var stderr bytes.Buffer
	child := exec.CommandContext(limited, exe)
	child.Env = append(os.Environ(), probeEnv+"="+path)
	child.ExtraFiles = []*os.File{w} // becomes descriptor 3
	child.Stderr = &stderr
	child.WaitDelay = time.Second
	err = child.Start()
	w.Close()
	if err != nil {
		return "", fmt.Errorf("cannot be tried: %w", err)
	}
	answer, _ := io.ReadAll(r) // ends when the child does
	err = child.Wait()
	verdict, text, _ := strings.Cut(string(answer), " ")
	switch {
	case verdict == "yes":
		return text, nil
	case verdict == "no":
		return "", errors.New(text)
	case ctx.Err() != nil:
		return "", ctx.Err()
	case limited.Err() != nil:
		return "", fmt.Errorf("did not load within %v", probeTimeout)
	}
	first, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
	return "", fmt.Errorf("crashed while it was loaded: %v: %s", err, oneLine(first))
}
