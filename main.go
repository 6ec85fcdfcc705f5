// Command cnnbook runs the companion of the book's chapter on convolutional
// neural networks: `go run . lab` opens its notebooks. This file is wiring; each
// command is one call into a package.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/gomlx/compute"
	"github.com/spf13/cobra"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05"
	"cnnbook/notebooks/jupyter"
	"cnnbook/xla"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := &cobra.Command{Use: "cnnbook", Short: "Run, check and redraw chapter 5 of the book", SilenceErrors: true, SilenceUsage: true}
	root.AddCommand(lab(), setup(), doctor(), notebooks(), claims(), figures(), bench(), plugins())
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// jsonFlag adds --json to a command that reports.
func jsonFlag(cmd *cobra.Command, asJSON *bool) *cobra.Command {
	cmd.Flags().BoolVar(asJSON, "json", false, "print JSON with stable field names")
	return cmd
}

func lab() *cobra.Command {
	o := jupyter.LabOptions{Open: "notebooks/ch05/05_02a_edges.ipynb", Out: os.Stderr}
	cmd := &cobra.Command{Use: "lab", Short: "Open the notebooks in JupyterLab (sets up what is missing)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return jupyter.Lab(cmd.Context(), o) }}
	cmd.Flags().IntVar(&o.Port, "port", 0, "port to listen on (default: 8888 or the next free one)")
	cmd.Flags().BoolVar(&o.NoBrowser, "no-browser", false, "print the address and open no browser")
	return cmd
}

func setup() *cobra.Command {
	o := jupyter.SetupOptions{Out: os.Stderr}
	var user bool
	cmd := &cobra.Command{Use: "setup", Short: "Make the environment of the notebooks complete", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return jupyter.SetupCommand(cmd.Context(), o, user) }}
	cmd.Flags().StringVar(&o.Backend, "backend", "", "backend of the cells: auto, xla:cpu, xla:cuda, xla:tpu, go, or the path of a plugin")
	cmd.Flags().StringVar(&o.Python, "python", "", "Python to build the environment with (default: python3)")
	cmd.Flags().BoolVar(&o.NoXLA, "no-xla", false, "do not fetch the XLA plugin")
	cmd.Flags().BoolVar(&user, "user", false, "also register the kernel for your own Jupyter and VS Code")
	return cmd
}

func doctor() *cobra.Command {
	var asJSON bool
	return jsonFlag(&cobra.Command{Use: "doctor", Short: "Say what is installed, what is wrong, and which command mends it", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return jupyter.DoctorCommand(cmd.Context(), os.Stdout, asJSON)
		}}, &asJSON)
}

func notebooks() *cobra.Command {
	o := jupyter.RunOptions{Out: os.Stderr}
	var asJSON bool
	run := &cobra.Command{Use: "run [SECTION...]", Short: "Execute notebooks without a browser and keep the executed copies",
		RunE: func(cmd *cobra.Command, ids []string) error {
			o.Sections = ids
			return jupyter.RunCommand(cmd.Context(), os.Stdout, o, asJSON)
		}}
	run.Flags().StringVar(&o.Dir, "out", "", "folder of the executed copies (default .cnnbook/executed)")
	cmd := &cobra.Command{Use: "notebooks", Short: "Work with the notebooks"}
	cmd.AddCommand(jsonFlag(run, &asJSON))
	return cmd
}

func claims() *cobra.Command {
	var o chapters.ClaimsOptions
	cmd := &cobra.Command{Use: "claims [SECTION...]", Short: "Recompute the book's numbers and compare",
		RunE: func(cmd *cobra.Command, ids []string) error {
			return xla.With(cmd.Context(), os.Stderr, func(b compute.Backend) error { return chapters.ClaimsCommand(os.Stdout, ch05.Sections(), ids, b, o) })
		}}
	cmd.Flags().StringVar(&o.Errata, "errata", "", "also write the errata of all sections to this `file`")
	return jsonFlag(cmd, &o.JSON)
}

func figures() *cobra.Command {
	var out string
	cmd := &cobra.Command{Use: "figures [SECTION...]", Short: "Redraw the figures from computed data",
		RunE: func(cmd *cobra.Command, ids []string) error {
			return xla.With(cmd.Context(), os.Stderr, func(b compute.Backend) error { return chapters.FiguresCommand(os.Stdout, ch05.Sections(), ids, b, out) })
		}}
	cmd.Flags().StringVar(&out, "out", "chapters/ch05/figures", "folder to write the figures to")
	return cmd
}

func bench() *cobra.Command {
	var asJSON bool
	cells := &cobra.Command{Use: "cells", Short: "Time notebook cells, from sending one to its end", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return jupyter.BenchCommand(cmd.Context(), os.Stdout, os.Stderr, asJSON)
		}}
	cmd := &cobra.Command{Use: "bench", Short: "Measure speed"}
	cmd.AddCommand(jsonFlag(cells, &asJSON))
	return cmd
}

func plugins() *cobra.Command {
	o := xla.InstallOptions{Progress: os.Stderr}
	install := &cobra.Command{Use: "install [cpu | cuda | lammps-jax-pjrt-cpu]", Short: "Fetch an XLA plugin, checked against its pinned SHA-256", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, what []string) error {
			return xla.InstallCommand(cmd.Context(), os.Stdout, append(what, "cpu")[0], o)
		}}
	install.Flags().StringVar(&o.SHA256, "sha256", "", "digest of a file for which none is pinned")
	install.Flags().BoolVar(&o.Force, "force", false, "install again")
	cmd := &cobra.Command{Use: "xla", Short: "Manage XLA plugins"}
	cmd.AddCommand(install)
	return cmd
}
