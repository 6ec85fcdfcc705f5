// Command cnnbook runs the companion of the book's chapter: `go run . lab` opens its
// notebooks. This file is wiring; each command is one call into a package.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"cnnbook/chapters/ch05"
	"cnnbook/chapters/commands"
	"cnnbook/chapters/table/jobs"
	speed "cnnbook/cnnlib/bench"
	"cnnbook/cnnlib/data/download"
	exercises "cnnbook/notebooks/exercise/cli"
	"cnnbook/notebooks/jupyter"
	"cnnbook/xla"
	"github.com/gomlx/compute"
	"github.com/spf13/cobra"
)

var out, log, chapter = os.Stdout, os.Stderr, "chapters/ch05"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := group("cnnbook", "Run, check and redraw chapter 5 of the book", append(book(), lab(), setup(), doctor(), notebooks(), bench(), dataSets(), plugins(), exercises.Command(out, log))...)
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(log, err)
		os.Exit(1)
	}
}

// command is a command that does something, group one that only has others.
func command(use, short string, args cobra.PositionalArgs, run func(ctx context.Context, args []string) error) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: args, RunE: func(cmd *cobra.Command, args []string) error { return run(cmd.Context(), args) }}
}

func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, SilenceErrors: true, SilenceUsage: true, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(commands...)
	return cmd
}

func jsonFlag(cmd *cobra.Command, asJSON *bool) *cobra.Command {
	cmd.Flags().BoolVar(asJSON, "json", false, "print JSON with stable field names")
	return cmd
}

func lab() *cobra.Command {
	o := jupyter.LabOptions{Open: "notebooks/ch05/05_02a_edges.ipynb", Out: log}
	cmd := command("lab", "Open the notebooks in JupyterLab (sets up what is missing)", cobra.NoArgs,
		func(ctx context.Context, _ []string) error { return jupyter.Lab(ctx, o) })
	cmd.Flags().IntVar(&o.Port, "port", 0, "port to listen on (default: 8888 or the next free one)")
	cmd.Flags().BoolVar(&o.NoBrowser, "no-browser", false, "print the address and open no browser")
	return cmd
}

func setup() *cobra.Command {
	o, user := jupyter.SetupOptions{Out: log}, false
	cmd := command("setup", "Make the environment of the notebooks complete", cobra.NoArgs,
		func(ctx context.Context, _ []string) error { return jupyter.SetupCommand(ctx, o, user) })
	cmd.Flags().StringVar(&o.Backend, "backend", "", "backend of the cells: auto, xla:cpu, xla:cuda, xla:tpu, go, or the path of a plugin")
	cmd.Flags().StringVar(&o.Python, "python", "", "Python to build the environment with (default: python3)")
	cmd.Flags().BoolVar(&o.NoXLA, "no-xla", false, "do not fetch the XLA plugin")
	cmd.Flags().BoolVar(&user, "user", false, "also register the kernel for your own Jupyter and VS Code")
	return cmd
}

func doctor() *cobra.Command {
	var asJSON bool
	return jsonFlag(command("doctor", "Say what is installed, what is wrong, and which command mends it", cobra.NoArgs,
		func(ctx context.Context, _ []string) error { return jupyter.DoctorCommand(ctx, out, asJSON) }), &asJSON)
}

func notebooks() *cobra.Command {
	o, asJSON := jupyter.RunOptions{Out: log}, false
	run := command("run [SECTION...]", "Execute notebooks without a browser and keep the executed copies", nil,
		func(ctx context.Context, ids []string) error { return jupyter.RunCommand(ctx, out, o, ids, asJSON) })
	run.Flags().StringVar(&o.Dir, "out", "", "folder of the executed copies (default .cnnbook/executed)")
	return group("notebooks", "Work with the notebooks", jsonFlag(run, &asJSON))
}

func book() []*cobra.Command {
	with := func(ctx context.Context, f func(compute.Backend) error) error { return xla.With(ctx, "auto", log, f) }
	named := func(ctx context.Context, f func(compute.Backend, string) error) error {
		return xla.WithNamed(ctx, "auto", log, f)
	}
	return append(commands.Of(out, chapter, ch05.All(), with), jobs.Command(out, log, chapter, ch05.Table(), named))
}

func bench() *cobra.Command {
	var asJSON bool
	cells := jsonFlag(command("cells", "Time notebook cells, from sending one to its end", cobra.NoArgs,
		func(ctx context.Context, _ []string) error { return jupyter.BenchCommand(ctx, out, log, asJSON) }), &asJSON)
	engines := speed.Engines{With: xla.With, List: func(ctx context.Context) (list []speed.Engine, err error) {
		all, err := xla.Loadable(ctx)
		for _, c := range all {
			list = append(list, speed.Engine{Package: c.Package, Version: c.Version, Kind: c.Kind, Path: c.Path})
		}
		return list, err
	}}
	return group("bench", "Measure speed", append(speed.Commands(out, log, engines), cells)...)
}

func dataSets() *cobra.Command {
	return group("data", "Manage data sets", command("fetch {mnist | fashion-mnist | cifar10}", "Fetch a data set, checked against its pinned SHA-256", cobra.ExactArgs(1),
		func(ctx context.Context, args []string) error { return download.Fetch(ctx, args[0], log) }))
}

func plugins() *cobra.Command {
	o := xla.InstallOptions{Progress: log}
	install := command("install [cpu | cuda | PACKAGE]", "Fetch an XLA plugin, checked against its pinned SHA-256", cobra.MaximumNArgs(1),
		func(ctx context.Context, what []string) error { return xla.InstallCommand(ctx, out, what, o) })
	install.Flags().StringVar(&o.SHA256, "sha256", "", "digest of a file for which none is pinned")
	install.Flags().BoolVar(&o.Force, "force", false, "install again")
	return group("xla", "Manage XLA plugins", install)
}
