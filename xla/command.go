package xla

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/gomlx/compute"
)

// With opens the backend that choice names ([Open]), tells on w which one it is if
// the reader should know, hands it to f, and closes it.
func With(ctx context.Context, choice string, w io.Writer, f func(compute.Backend) error) error {
	return WithNamed(ctx, choice, w, func(b compute.Backend, _ string) error { return f(b) })
}

// WithNamed is With, and names the backend without a path: "go", or
// "xla:cpu (xla-cpu-pjrt 0.0.1)", for results that are stored.
func WithNamed(ctx context.Context, choice string, w io.Writer, f func(b compute.Backend, name string) error) error {
	b, err := Open(ctx, choice)
	if err != nil {
		return err
	}
	defer b.Close()
	if b.Note != "" {
		fmt.Fprintln(w, b.Note)
	}
	name := b.Kind
	if b.Kind != "go" {
		name = fmt.Sprintf("xla:%s (%s)", b.Kind, strings.TrimSpace(b.Package+" "+b.Version))
	}
	return f(b.Backend, name)
}

// Check returns an error if choice is none that [Open] knows. It does not look
// whether the backend is there.
func Check(choice string) error {
	_, err := parseChoice(choice)
	return err
}
