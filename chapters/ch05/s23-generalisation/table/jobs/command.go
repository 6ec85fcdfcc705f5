package jobs

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path"

	"github.com/spf13/cobra"

	"cnnbook/chapters/ch05/s23-generalisation/table"
	"cnnbook/chapters/measure"
)

// Command is `cnnbook table`. folder is the topic's, for example
// "chapters/ch05/s23-generalisation": results are in measured/table below it.
func Command(out, log io.Writer, folder string, t table.Table, with With) *cobra.Command {
	o := Options{Log: log}
	var profile string
	var seeds int
	var asJSON, job bool
	cmd := &cobra.Command{
		Use:   "table [ROW... | all]",
		Short: "Train the rows of the accuracy table of section " + t.Section + ", and print it",
		Long: "Without a row, table prints what is stored and trains nothing. With rows it trains those that are not stored yet, then prints all.\n\n" +
			"A training can be stopped at any moment, by Ctrl-C or otherwise: the same command goes on from its last whole epoch.",
		RunE: func(cmd *cobra.Command, rows []string) error {
			if job {
				return Child(cmd.Context(), os.Stdin, out, t, with)
			}
			p, err := t.Profile(profile)
			if err != nil {
				return err
			}
			if seeds < 0 {
				return fmt.Errorf("table: --seeds is %d, want at least 1", seeds)
			}
			if len(rows) == 1 && rows[0] == "all" {
				rows = t.IDs()
			}
			all, err := t.Jobs(p.Name, rows, seeds)
			if err != nil {
				return err
			}
			if err := Run(cmd.Context(), t, all, o); err != nil {
				return err
			}
			return report(out, t, p.Name, o, asJSON)
		}}
	cmd.Flags().StringVar(&profile, "profile", "", "how to train: "+t.Names()+" (default "+t.Profiles[0].Name+")")
	cmd.Flags().IntVar(&seeds, "seeds", 0, "trainings of each row (default: as many as the row asks for)")
	cmd.Flags().IntVar(&o.Jobs, "jobs", 0, "trainings at once, each on cores of its own (default: one a core on Linux, else 1)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON with stable field names")
	cmd.Flags().StringVar(&o.Out, "out", path.Join(folder, "measured", "table"), "`folder` of the results")
	cmd.Flags().BoolVar(&job, "job", false, "train the job that standard input names")
	if err := cmd.Flags().MarkHidden("job"); err != nil {
		panic(err) // the flag of the line above
	}
	return cmd
}

// report prints what is stored.
func report(w io.Writer, t table.Table, profile string, o Options, asJSON bool) error {
	slots, err := o.slots(math.MaxInt) // as many as would run at once
	if err != nil {
		return err
	}
	r, err := t.Report(os.DirFS(o.Out), profile, table.Here{Machine: measure.Machine(), Jobs: len(slots)})
	if err != nil {
		return err
	}
	if !asJSON {
		return r.WriteText(w)
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("table: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}
