package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// Commands returns the commands train, infer and scale, which print to w, and the
// hidden one with which they start this program again.
func Commands(w, log io.Writer, engines Engines) []*cobra.Command {
	return []*cobra.Command{
		throughput(w, log, engines, "train", "Time training, in pictures a second, beside PyTorch and JAX"),
		throughput(w, log, engines, "infer", "Time answers, in pictures a second, beside PyTorch and JAX"),
		scale(w, log, engines),
		lowerings(w, log, engines),
		child(w, log, engines),
	}
}

// childName is the hidden command.
const childName = "child"

func child(w, log io.Writer, engines Engines) *cobra.Command {
	return &cobra.Command{Use: childName, Hidden: true, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var t task
			if err := json.Unmarshal([]byte(args[0]), &t); err != nil {
				return fmt.Errorf("bench: the task %q: %w", args[0], err)
			}
			return runTask(cmd.Context(), os.Stdin, w, log, engines, t)
		}}
}

// self is the command line of the hidden command beside cmd.
func self(cmd *cobra.Command) ([]string, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	argv := []string{childName}
	for parent := cmd.Parent(); parent != nil && parent.HasParent(); parent = parent.Parent() {
		argv = append([]string{parent.Name()}, argv...)
	}
	return append([]string{program}, argv...), nil
}

func throughput(w, log io.Writer, engines Engines, measure, short string) *cobra.Command {
	o, asJSON, profile := Options{Log: log}, false, false
	cmd := &cobra.Command{Use: measure, Short: short, Args: cobra.NoArgs,
		Long: short + ".\n\n" +
			"Every contestant is a process of its own; they take turns, and the medians of their runs are compared. --peers measures PyTorch and JAX too:\n" +
			"the first time it makes a Python environment for them in .cnnbook/peers (1 to 3 GB to fetch); --peers-python uses one that you have.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			argv, err := self(cmd)
			if err != nil {
				return err
			}
			b := Bench{Engines: engines, Self: argv}
			if profile {
				all, err := b.Profile(cmd.Context(), o)
				return finish(w, asJSON, all, err, func() error { return writeProfiles(w, all) })
			}
			o.Peers = o.Peers || o.Python != ""
			done := func(r Row) error { return r.write(w) }
			if asJSON {
				done = nil
			} else {
				fmt.Fprintln(w, heading(measure))
			}
			report, err := b.Throughput(cmd.Context(), measure, o, done)
			return finish(w, asJSON, report, err, func() error { return report.summarize(w) })
		}}
	common(cmd, &o, &asJSON)
	f := cmd.Flags()
	f.StringSliceVar(&o.Networks, "net", nil, "networks (default fc,conv1,conv2,drop)")
	f.IntSliceVar(&o.Batches, "batch", nil, "pictures in a batch (default 10,64 in training, 10,64,500 for answers)")
	f.IntSliceVar(&o.Jobs, "jobs", nil, "processes side by side; 2 have a core each (default 1,2)")
	f.BoolVar(&o.Peers, "peers", false, "measure PyTorch and JAX too")
	f.StringVar(&o.Python, "peers-python", "", "a Python that has torch, jax and numpy, for --peers")
	if measure == "train" {
		f.StringVar(&o.Lowering, "lowering", "", "how to write our convolutions: auto, direct, im2col or phases (default auto)")
		f.IntVar(&o.Many, "many", 0, "networks in one graph, measured beside one alone (default 5; 1 leaves it out)")
		f.BoolVar(&profile, "profile", false, "say instead where the time of a step goes")
	}
	return cmd
}

func lowerings(w, log io.Writer, engines Engines) *cobra.Command {
	o, asJSON := Options{Log: log}, false
	cmd := &cobra.Command{Use: "lowerings", Short: "Measure how each convolution is best written into a graph", Args: cobra.NoArgs,
		Long: "Measure, for the convolutions of each network, a training step in each way they can be written into a graph, and print the times.\n\n" +
			"What was measured is kept in .cnnbook/lowerings.json and followed by every training; it is not measured again until that file is deleted.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			all, err := Bench{Engines: engines}.Lowerings(cmd.Context(), o)
			return finish(w, asJSON, all, err, func() error { return writeLowerings(w, all) })
		}}
	f := cmd.Flags()
	f.StringSliceVar(&o.Engines, "engine", nil, "packages of plugins, paths, or go (default: all CPU plugins that are installed)")
	f.StringSliceVar(&o.Networks, "net", nil, "networks (default fc,conv1,conv2,drop)")
	f.IntSliceVar(&o.Batches, "batch", nil, "pictures in a batch (default 10,64)")
	f.BoolVar(&asJSON, "json", false, "print JSON with stable field names")
	return cmd
}

func scale(w, log io.Writer, engines Engines) *cobra.Command {
	var grow []string
	o, asJSON, leak := Options{Log: log}, false, 0
	cmd := &cobra.Command{Use: "scale", Short: "Show how step time and memory grow", Args: cobra.NoArgs,
		Long: "Show how step time and memory of training grow with batch, picture size, filters and depth, against what the machine can do at most:\n" +
			"its fastest product of matrices and its memory bandwidth, measured in the same run. Each point is a process of its own.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			argv, err := self(cmd)
			if err != nil {
				return err
			}
			b := Bench{Engines: engines, Self: argv}
			if cmd.Flags().Changed("leak") {
				all, err := b.Endure(cmd.Context(), leak, o)
				return finish(w, asJSON, all, err, func() error { return writeEndurance(w, all) })
			}
			done := func(r *Roofline, s *Series) error {
				if r != nil {
					return r.write(w)
				}
				return s.write(w)
			}
			if asJSON {
				done = nil
			}
			report, err := b.Scale(cmd.Context(), grow, o, done)
			return finish(w, asJSON, report, err, func() error { return nil })
		}}
	common(cmd, &o, &asJSON)
	cmd.Flags().StringSliceVar(&grow, "grow", nil, "what grows (default batch,side,channels,depth)")
	cmd.Flags().IntVar(&leak, "leak", 0, "instead train conv2 for so many steps (100000 without a number) and show time and memory of each tenth")
	cmd.Flags().Lookup("leak").NoOptDefVal = "100000"
	return cmd
}

// finish prints a result as JSON, or with text.
func finish(w io.Writer, asJSON bool, result any, err error, text func() error) error {
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(w).Encode(result)
	}
	return text()
}

// common adds the flags that all commands have.
func common(cmd *cobra.Command, o *Options, asJSON *bool) {
	f := cmd.Flags()
	f.StringSliceVar(&o.Engines, "engine", nil, "engines: go, a package of `xla install` or the path of a plugin (default: all installed CPU plugins)")
	f.IntVar(&o.Repeat, "repeat", 3, "runs of each contestant")
	f.Float64Var(&o.Seconds, "seconds", 1, "seconds of a run, at least")
	f.BoolVar(asJSON, "json", false, "print JSON with stable field names")
}
