// Command cnnbook runs the companion of the book's chapter: `go run . lab` opens its
// notebooks. This file is a list: each command belongs to the package that does its work.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"cnnbook/chapters/ch05"
	generalisation "cnnbook/chapters/ch05/s23-generalisation"
	"cnnbook/chapters/ch05/s23-generalisation/table/jobs"
	"cnnbook/chapters/commands"
	speed "cnnbook/cnnlib/bench"
	"cnnbook/cnnlib/data/download"
	"cnnbook/internal/cobracmd"
	exercises "cnnbook/notebooks/exercise/cli"
	jupyter "cnnbook/notebooks/jupyter/cli"
	xla "cnnbook/xla/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := command(os.Stdout, os.Stderr).ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(cobracmd.Status(err))
	}
}

func command(out, log *os.File) *cobra.Command {
	const chapter = "chapters/ch05"
	bench := cobracmd.Group("bench", "Measure speed", speed.Commands(out, log, xla.Engines())...)
	bench.AddCommand(jupyter.BenchCells(out, log))

	root := cobracmd.Group("cnnbook", "Run, check and redraw chapter 5 of the book")
	root.AddCommand(jupyter.Commands(out, log)...)
	root.AddCommand(exercises.Command(out, log))
	root.AddCommand(commands.Of(out, chapter, ch05.Sections(), xla.With(log))...)
	table := generalisation.Table()
	root.AddCommand(jobs.Command(out, log, chapter+"/s23-generalisation", table, xla.WithNamed(log)))
	root.AddCommand(bench, download.Command(log), xla.Command(out, log))
	return root
}
