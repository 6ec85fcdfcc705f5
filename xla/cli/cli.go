// Package cli has the commands of package xla, and lends backends to the commands of
// packages that do not choose where they run.
package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/gomlx/compute"
	"github.com/spf13/cobra"

	"cnnbook/cnnlib/bench"
	"cnnbook/internal/cobracmd"
	"cnnbook/xla"
)

// Command is `cnnbook xla`. It prints on out; log gets the progress of downloads.
func Command(out, log io.Writer) *cobra.Command {
	o := xla.InstallOptions{Progress: log}
	install := cobracmd.New("install [cpu | cuda | PACKAGE]", "Fetch an XLA plugin, checked against its pinned SHA-256", cobra.MaximumNArgs(1),
		func(ctx context.Context, what []string) error {
			c, err := xla.Install(ctx, strings.Join(what, ""), o)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(out, "%s %s is installed in %s\n", c.Package, c.Version, c.Path)
			return err
		})
	install.Flags().StringVar(&o.SHA256, "sha256", "", "digest of a file for which none is pinned")
	install.Flags().BoolVar(&o.Force, "force", false, "install again")
	return cobracmd.Group("xla", "Manage XLA plugins", install)
}

// With returns a function that opens the engine of a choice such as "auto" ([xla.Open]),
// hands its backend to f and closes it. log gets the note of the engine.
func With(log io.Writer) func(ctx context.Context, engine string, f func(compute.Backend) error) error {
	return func(ctx context.Context, engine string, f func(compute.Backend) error) error {
		return xla.With(ctx, engine, log, f)
	}
}

// WithNamed is [With] for functions that store the name of the backend ([xla.WithNamed]).
func WithNamed(log io.Writer) func(ctx context.Context, f func(b compute.Backend, name string) error) error {
	return func(ctx context.Context, f func(compute.Backend, string) error) error {
		return xla.WithNamed(ctx, "auto", log, f)
	}
}

// Engines are the backends of this machine, for the commands that compare them.
func Engines() bench.Engines {
	return bench.Engines{With: xla.With, List: func(ctx context.Context) ([]bench.Engine, error) {
		all, err := xla.Loadable(ctx)
		list := make([]bench.Engine, len(all))
		for i, c := range all {
			list[i] = bench.Engine{Package: c.Package, Version: c.Version, Kind: c.Kind, Path: c.Path}
		}
		return list, err
	}}
}
