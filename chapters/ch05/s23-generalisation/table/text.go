package table

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// WriteText prints the report for readers.
func (r *Report) WriteText(w io.Writer) error {
	fmt.Fprintf(w, "The table of section %s, %s: %s.\n\n", r.Section, r.Profile, r.Title)
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tab, "row\twhat it changes\tbook\tmean ± sd (n)\t95 %\tbest of n\t95 %\tbook inside\tMcNemar p\tparameters\ts/epoch\t")
	for _, l := range r.Lines {
		fmt.Fprintf(tab, "%s\t%s\t%.2f\t", l.Row, l.What, l.Book)
		if l.Runs == 0 {
			fmt.Fprintf(tab, "not measured: `%s`", l.Missing)
			if l.Hours > 0 {
				fmt.Fprintf(tab, ", %s here", Duration(l.Hours))
			}
			fmt.Fprintln(tab)
			continue
		}
		p := ""
		if l.Comparison != nil {
			p = fmt.Sprintf("%s (%s)", probability(l.Comparison.P), l.Against)
		}
		fmt.Fprintf(tab, "%s\t%v\t%.2f\t%v\t%s\t%s\t%s\t%.3g\t\n", l.Spread(), l.Of, l.Best, l.BestInterval,
			yes(l.BookInBest), p, thousands(l.Parameters), l.SecondsPerEpoch)
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\nAccuracy on %s test pictures, in per cent, after the epoch that does best on the validation pictures.\n", thousands(r.Pictures))
	fmt.Fprintln(w, "best of n: the training that does best on the validation pictures, as the book reports; \"inside\" and McNemar's test are about these.")
	fmt.Fprintln(w, "95 %: Wilson's interval, how far other test pictures might move it. p: McNemar's exact test against the row in brackets.")
	r.where(w)
	if len(r.Differences) > 0 {
		fmt.Fprintf(w, "\nWhat profile %s does otherwise:\n", r.Profile)
		for _, d := range r.Differences {
			fmt.Fprintf(w, "- %s: %s\n", d.What, d.Why)
		}
	}
	for _, u := range r.Unused {
		fmt.Fprintf(w, "\n%s\n", u)
	}
	return nil
}

// where prints what the rows were trained on, the same only once.
func (r *Report) where(w io.Writer) {
	rows := map[string][]string{}
	var places []string
	for _, l := range r.Lines {
		if l.Runs == 0 {
			continue
		}
		place := fmt.Sprintf("%s on %s%s", strings.Join(l.Backends, " and "), strings.Join(l.Machines, " and "), cores(l.Cores))
		if rows[place] == nil {
			places = append(places, place)
		}
		rows[place] = append(rows[place], l.Row)
	}
	for _, place := range places {
		fmt.Fprintf(w, "Trained with %s: rows %s.\n", place, strings.Join(rows[place], ", "))
	}
}

// cores says how many each training was bound to.
func cores(counts []int) string {
	if len(counts) == 0 || slices.Equal(counts, []int{0}) {
		return ""
	}
	var list []string
	for _, n := range counts {
		list = append(list, strconv.Itoa(n))
	}
	return ", cores of each training: " + strings.Join(list, " or ")
}

// Spread writes mean, deviation and number of the runs: "98.75 ± 0.06 (3)"; a single run
// has no deviation.
func (l *Line) Spread() string {
	if l.Runs < 2 {
		return fmt.Sprintf("%.2f (%d)", l.Mean, l.Runs)
	}
	return fmt.Sprintf("%.2f ± %.2f (%d)", l.Mean, l.SD, l.Runs)
}

// Duration says about how long something takes, such as "about 54 min"; 0 is "unknown".
func Duration(hours float64) string {
	switch {
	case hours == 0:
		return "unknown"
	case hours < 1:
		return fmt.Sprintf("about %.0f min", max(1, 60*hours))
	}
	return fmt.Sprintf("about %.1f h", hours)
}

// String writes the interval with two decimals, as the book has its accuracies.
func (i Interval) String() string { return fmt.Sprintf("%.2f–%.2f", i.Low, i.High) }

func probability(p float64) string {
	if p < 0.001 {
		return "<0.001"
	}
	return fmt.Sprintf("%.2g", p)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// thousands writes 85670 as 85,670.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
