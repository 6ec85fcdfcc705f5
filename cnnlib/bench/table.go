package bench

import (
	"fmt"
	"io"
	"math"
)

// Columns of the tables of train and infer.
const (
	rowHead = "%-6s %5s %5s  %-60s %10s %21s %9s\n"
	rowForm = "%-6s %5d %5d  %-60s %10.0f %21s %9s\n"
)

func heading(measure string) string {
	what := map[string]string{"train": "Training", "infer": "Answers"}[measure]
	return fmt.Sprintf("%s, pictures a second: median of the runs, least and most, ratio to the best peer in the same turns.\n"+
		"Two jobs have a core each; their figures are summed.\n\n", what) +
		fmt.Sprintf(rowHead, "net", "batch", "jobs", "who", "pictures/s", "least to most", "ratio")
}

// write prints the row, a line a contestant.
func (r Row) write(w io.Writer) error {
	for _, c := range r.Results {
		who := c.Who
		if c.Engine != "" {
			who += " on " + c.Engine
		}
		if c.Way != "" {
			who += ", " + c.Way
		}
		ratio := ""
		if c.Ratio > 0 {
			ratio = fmt.Sprintf("%.2f", c.Ratio)
		}
		if _, err := fmt.Fprintf(w, rowForm, r.Net, r.Batch, r.Jobs, who, c.Median, fmt.Sprintf("%.0f to %.0f", c.Min, c.Max), ratio); err != nil {
			return err
		}
	}
	return nil
}

// summarize prints the ratios of the best of ours to the best peer, and their
// geometric mean.
func (r Report) summarize(w io.Writer) error {
	fmt.Fprintf(w, "\n%s, %d cores, %s; %d runs of %v s each\n", r.Machine.CPU, r.Machine.Cores, r.Machine.System, r.Repeat, r.Seconds)
	logs, n := 0.0, 0
	for _, row := range r.Rows {
		if row.Together > 0 {
			fmt.Fprintf(w, "%-6s %5d %5d  networks in one graph / one alone = %.2f\n", row.Net, row.Batch, row.Jobs, row.Together)
		}
		if row.Ratio == 0 {
			continue
		}
		fmt.Fprintf(w, "%-6s %5d %5d  best of ours / best peer = %.2f\n", row.Net, row.Batch, row.Jobs, row.Ratio)
		logs += math.Log(row.Ratio)
		n++
	}
	if n == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "geometric mean of the %d ratios: %.2f\n", n, math.Exp(logs/float64(n)))
	return err
}
