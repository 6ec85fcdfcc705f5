package bench

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomlx/compute"
)

// An Engine is a backend that can be measured.
type Engine struct {
	Package string // of an installed plugin; "" for others
	Version string
	Kind    string // cpu, go, ...
	Path    string // of the plugin, what Engines.With takes; "" for the pure-Go backend
}

// Name is the package with its version, or if there is none the file.
func (e Engine) Name() string {
	if e.Package == "" {
		return filepath.Base(e.Path)
	}
	return strings.TrimSpace(e.Package + " " + e.Version)
}

// Engines lists the backends that there are, and lends one to a function, telling log
// what the reader should know of it (xla.With). Package bench does not choose where it
// runs.
type Engines struct {
	List func(ctx context.Context) ([]Engine, error)
	With func(ctx context.Context, choice string, log io.Writer, f func(compute.Backend) error) error
}

// fasterPlugins are the plugins that are installed only if they are asked for by name: the
// first is faster with convolutions, the second with small dense networks.
var fasterPlugins = []string{"lammps-jax-pjrt-cpu", "fastatomstruct-xla-cpu"}

// chosen returns the engines that are named, or all CPU plugins that were installed;
// if there is none, the pure-Go backend.
func (o Options) chosen(ctx context.Context, engines Engines) (list []Engine, err error) {
	all, err := engines.List(ctx)
	if err != nil {
		return nil, err
	}
	if o.Engines != nil {
		for _, name := range o.Engines {
			i := slices.IndexFunc(all, func(e Engine) bool { return e.Package == name || e.Path == name || e.Kind == "go" && name == "go" })
			if i < 0 {
				return nil, fmt.Errorf("bench: no engine %q is installed: give one of %s, or install it (`go run . xla install %s`)", name, strings.Join(names(all), ", "), name)
			}
			list = append(list, all[i])
		}
		return list, nil
	}
	for _, e := range all {
		if e.Kind == "cpu" && e.Package != "" {
			list = append(list, e)
		}
	}
	for _, name := range fasterPlugins {
		if !slices.ContainsFunc(list, func(e Engine) bool { return e.Package == name }) {
			fmt.Fprintf(o.Log, "bench: the plugin %s is not installed and not measured: `go run . xla install %[1]s` installs it\n", name)
		}
	}
	if list == nil {
		fmt.Fprintln(o.Log, "bench: no XLA plugin is installed, the pure-Go backend is measured: `go run . xla install` installs one")
		list = slices.DeleteFunc(all, func(e Engine) bool { return e.Kind != "go" })
	}
	return list, nil
}

func names(all []Engine) (names []string) {
	for _, e := range all {
		switch {
		case e.Kind == "go":
			names = append(names, "go")
		case e.Package != "":
			names = append(names, e.Package)
		default:
			names = append(names, e.Path)
		}
	}
	return names
}

// choice is what Engines.With takes.
func (e Engine) choice() string {
	if e.Kind == "go" {
		return "go"
	}
	return e.Path
}
