// Package cli has the commands around the notebooks: `cnnbook lab`, `setup`, `doctor`,
// `notebooks` and `bench cells`.
package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"cnnbook/internal/cobracmd"
	"cnnbook/notebooks/jupyter"
)

// Commands returns lab, setup, doctor and notebooks. Results go to out; log gets
// progress, and everything lab and setup say.
func Commands(out, log io.Writer) []*cobra.Command {
	return []*cobra.Command{lab(log), setup(log), doctor(out), notebooks(out, log)}
}

func lab(log io.Writer) *cobra.Command {
	o := jupyter.LabOptions{Open: "notebooks/ch05/05_02a_edges.ipynb", Out: log}
	cmd := cobracmd.New("lab", "Open the notebooks in JupyterLab (sets up what is missing)", cobra.NoArgs,
		func(ctx context.Context, _ []string) error { return jupyter.Lab(ctx, o) })
	cmd.Flags().IntVar(&o.Port, "port", 0, "port to listen on (default: 8888 or the next free one)")
	cmd.Flags().BoolVar(&o.NoBrowser, "no-browser", false, "print the address and open no browser")
	return cmd
}

func setup(log io.Writer) *cobra.Command {
	o, user := jupyter.SetupOptions{Out: log}, false
	cmd := cobracmd.New("setup", "Make the environment of the notebooks complete", cobra.NoArgs,
		func(ctx context.Context, _ []string) error {
			e, err := jupyter.Setup(ctx, o)
			if err != nil {
				return err
			}
			fmt.Fprintf(log, "The environment in %s is complete.\n", e.Folder)
			if !user {
				return nil
			}
			return register(log)
		})
	f := cmd.Flags()
	f.StringVar(&o.Backend, "backend", "", "backend of the cells: auto, xla:cpu, xla:cuda, xla:tpu, go, or the path of a plugin")
	f.StringVar(&o.Python, "python", "", "Python to build the environment with (default: python3)")
	f.BoolVar(&o.NoXLA, "no-xla", false, "do not fetch the XLA plugin")
	f.BoolVar(&user, "user", false, "also register the kernel for your own Jupyter and VS Code")
	return cmd
}

func register(log io.Writer) error {
	dir, err := jupyter.RegisterForUser()
	if err != nil {
		return err
	}
	fmt.Fprintf(log, "The kernel \"Go (cnnbook)\" is registered for your own Jupyter and VS Code in %s.\nDelete that folder to remove it.\n", dir)
	return nil
}

func doctor(out io.Writer) *cobra.Command {
	var asJSON bool
	return cobracmd.JSON(cobracmd.New("doctor", "Say what is installed, what is wrong, and which command mends it", cobra.NoArgs,
		func(ctx context.Context, _ []string) error {
			r, err := jupyter.Doctor(ctx)
			if err != nil {
				return err
			}
			return jupyter.WriteReport(out, r, asJSON)
		}), &asJSON)
}

func notebooks(out, log io.Writer) *cobra.Command {
	o, asJSON := jupyter.RunOptions{Out: log}, false
	run := cobracmd.New("run [SECTION...]", "Execute notebooks without a browser and keep the executed copies", nil,
		func(ctx context.Context, ids []string) error {
			o.Sections = ids
			results, err := jupyter.Run(ctx, o)
			if results != nil {
				if err := writeResults(out, results, asJSON); err != nil {
					return err
				}
			}
			return err
		})
	run.Flags().StringVar(&o.Dir, "out", "", "folder of the executed copies (default .cnnbook/executed)")
	return cobracmd.Group("notebooks", "Work with the notebooks", cobracmd.JSON(run, &asJSON))
}

func writeResults(out io.Writer, results []jupyter.Executed, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(results)
	}
	for _, r := range results {
		mark := "✗"
		if r.OK {
			mark = "✓"
		}
		if _, err := fmt.Fprintf(out, "%s %s (%d cells) → %s\n", mark, r.Notebook, r.Cells, r.Copy); err != nil {
			return err
		}
	}
	return nil
}

// BenchCells is `cnnbook bench cells`.
func BenchCells(out, log io.Writer) *cobra.Command {
	var asJSON bool
	return cobracmd.JSON(cobracmd.New("cells", "Time notebook cells, from sending one to its end", cobra.NoArgs,
		func(ctx context.Context, _ []string) error {
			times, err := jupyter.BenchCells(ctx, log)
			if err != nil {
				return err
			}
			return jupyter.WriteCellBench(out, times, asJSON)
		}), &asJSON)
}
