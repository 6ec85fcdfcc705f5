package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path"
	"strings"

	"github.com/spf13/cobra"

	"cnnbook/chapters/ch05/s23-generalisation/table"
	"cnnbook/chapters/measure"
	"cnnbook/internal/cobracmd"
)

// Command is `cnnbook table` with `cnnbook table jobs`. folder is the topic's, for example
// "chapters/ch05/s23-generalisation": results are in measured/table below it.
func Command(out, log io.Writer, folder string, t table.Table, with With) *cobra.Command {
	c := command{out: out, t: t, o: Options{Log: log}, folder: path.Join(folder, "measured", "table")}
	var only int
	var job bool
	cmd := &cobra.Command{
		Use:   "table [ROW... | all]",
		Short: "Train the rows of the accuracy table of section " + t.Section + ", and print it",
		Long: "Without a row, table prints what is stored and trains nothing. With rows it trains those that are not stored yet, then prints all.\n\n" +
			"A training can be stopped at any moment, by Ctrl-C or otherwise: the same command goes on from its last whole epoch.\n\n" +
			"For batch systems, `table --only N` runs the one training that has this number in `table jobs`. Its exit status is 0 if the training is done, " +
			"75 if it was stopped and can go on, else 1.",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, rows []string) error {
			if job {
				return Child(cmd.Context(), os.Stdin, out, t, with)
			}
			if cmd.Flags().Changed("only") {
				return c.only(cmd.Context(), only, rows)
			}
			all, err := c.jobs(rows)
			if err != nil {
				return err
			}
			if err := Run(cmd.Context(), t, all, c.o); err != nil {
				return err
			}
			return c.report()
		}}
	c.flags(cmd)
	cmd.Flags().IntVar(&c.o.Jobs, "jobs", 0, "trainings at once, each on cores of its own (default: one a core on Linux, else 1)")
	cmd.Flags().IntVar(&only, "only", 0, "run the training with this `number` in `table jobs`, on all cores given")
	cmd.Flags().BoolVar(&job, "job", false, "train the job that standard input names")
	if err := cmd.Flags().MarkHidden("job"); err != nil {
		panic(err) // the flag of the line above
	}
	cmd.AddCommand(listCommand(command{out: out, t: t, o: Options{Log: log}, folder: c.folder}))
	return cmd
}

// listCommand is `cnnbook table jobs`.
func listCommand(c command) *cobra.Command {
	var numbers bool
	cmd := &cobra.Command{
		Use:   "jobs [ROW... | all]",
		Short: "List the trainings that are not stored yet, for batch systems",
		Long: "List the trainings of the rows, or of all, that are not stored yet: number, row, seed, how many epochs a checkpoint holds, and about how long the rest takes here.\n\n" +
			"The number of a training stays the same while others end, and however many rows and seeds are asked for. `table --only N` runs one.",
		RunE: func(_ *cobra.Command, rows []string) error {
			if numbers && c.asJSON {
				return errors.New("table: --json and --numbers are two forms of the list: give one of them")
			}
			if len(rows) == 0 {
				rows = []string{"all"}
			}
			all, err := c.jobs(rows)
			if err != nil {
				return err
			}
			p, err := c.t.Profile(c.profile)
			if err != nil {
				return err
			}
			list, err := ListOpen(c.t, p.Name, all, c.o)
			switch {
			case err != nil:
				return err
			case c.asJSON:
				return writeJSON(c.out, list)
			case numbers:
				return list.WriteNumbers(c.out)
			}
			return list.WriteText(c.out)
		}}
	c.flags(cmd)
	cmd.Flags().BoolVar(&numbers, "numbers", false, "print the numbers only, one a line")
	return cmd
}

// command is what both commands have in common.
type command struct {
	out     io.Writer
	t       table.Table
	o       Options
	folder  string // of the results, if nothing is said
	profile string
	seeds   int
	asJSON  bool
}

func (c *command) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.profile, "profile", "", "how to train: "+c.t.Names()+" (default "+c.t.Profiles[0].Name+")")
	cmd.Flags().IntVar(&c.seeds, "seeds", 0, "trainings of each row (default: as many as the row asks for)")
	cmd.Flags().StringVar(&c.o.Out, "out", c.folder, "`folder` of the results")
	cobracmd.JSON(cmd, &c.asJSON)
}

// jobs are the trainings of the rows that the command line names.
func (c *command) jobs(rows []string) ([]table.Job, error) {
	p, err := c.t.Profile(c.profile)
	if err != nil {
		return nil, err
	}
	if c.seeds < 0 {
		return nil, fmt.Errorf("table: --seeds is %d, want at least 1", c.seeds)
	}
	if len(rows) == 1 && rows[0] == "all" {
		rows = c.t.IDs()
	}
	return c.t.Jobs(p.Name, rows, c.seeds)
}

// only runs the training with this number.
func (c *command) only(ctx context.Context, n int, rows []string) error {
	if len(rows) > 0 {
		return fmt.Errorf("table: --only %d names one training: leave out the rows %s", n, strings.Join(rows, " "))
	}
	p, err := c.t.Profile(c.profile)
	if err != nil {
		return err
	}
	j, err := c.t.Numbered(p.Name, n, c.seeds)
	if err != nil {
		return err
	}
	return Only(ctx, c.t, j, c.o)
}

// report prints what is stored.
func (c *command) report() error {
	slots, err := c.o.slots(math.MaxInt) // as many as would run at once
	if err != nil {
		return err
	}
	r, err := c.t.Report(os.DirFS(c.o.Out), c.profile, table.Here{Machine: measure.Machine(), Jobs: len(slots)})
	if err != nil {
		return err
	}
	if c.asJSON {
		return writeJSON(c.out, r)
	}
	return r.WriteText(c.out)
}
