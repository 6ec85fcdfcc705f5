package table

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// WriteText prints the report for readers.
func (r *Report) WriteText(w io.Writer) error {
	fmt.Fprintf(w, "The table of section %s, %s: %s.\n\n", r.Section, r.Profile, r.Title)
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tab, "row\twhat it changes\tbook\tmean ± sd (n)\t95 % pictures\t95 % seeds\tbest of n\t95 % pictures\tbook inside\tMcNemar p\tparameters\ts/epoch\t")
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
		fmt.Fprintf(tab, "%s\t%v\t%s\t%.2f\t%v\t%s\t%s\t%s\t%.3g\t\n", l.Spread(), l.Of, orNothing(l.OfSeeds), l.Best, l.BestInterval,
			yes(l.BookInBest), p, thousands(l.Parameters), l.SecondsPerEpoch)
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\nAccuracy on %s test pictures, in per cent, after the epoch that does best on the validation pictures.\n", thousands(r.Pictures))
	fmt.Fprintln(w, "best of n: the training that does best on the validation pictures, as the book reports; \"inside\" and McNemar's test are about these.")
	fmt.Fprintln(w, "95 % pictures: Wilson's interval, how far other test pictures might move it. 95 % seeds: Student's, how far other seeds might, from three trainings on.")
	fmt.Fprintln(w, "p: McNemar's exact test against the row in brackets; of a vote, against the best single network of its voters.")
	if err := r.writeEffects(w); err != nil {
		return err
	}
	r.writeVote(w)
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

// writeEffects prints what each idea buys, and which differences one training cannot show.
func (r *Report) writeEffects(w io.Writer) error {
	if len(r.Effects) == 0 {
		return nil
	}
	fmt.Fprintf(w, "\nWhat each idea buys, in percentage points, the most first:\n\n")
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tab, "row\twhat it changes\tagainst\tbuys (pairs)\t95 % pictures\t95 % seeds\tin the book\t")
	for _, e := range r.Effects {
		l, before := r.Line(e.Row), r.Line(e.Against)
		seeds := ""
		if e.Seeds != nil {
			seeds = e.Seeds.signed()
		}
		fmt.Fprintf(tab, "%s\t%s\t%s\t%+.2f (%d)\t%s\t%s\t%+.2f\t\n", e.Row, l.What, e.Against, e.Points, e.Pairs, e.Pictures.signed(), seeds, l.Book-before.Book)
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w, "\nA pair is one training of each row with the same seed; a vote is compared with the best single network of its voters.")
	var hidden, book []string
	for _, l := range r.Lines { // in the order of the table
		i := slices.IndexFunc(r.Effects, func(e Effect) bool { return e.Row == l.Row })
		if i < 0 {
			continue
		}
		e := r.Effects[i]
		if math.Abs(e.Points) < e.Visible {
			hidden = append(hidden, fmt.Sprintf("%s against %s (%+.2f, want %.2f)", e.Row, e.Against, e.Points, e.Visible))
		}
		if math.Abs(l.Book-r.Line(e.Against).Book) < e.Visible {
			book = append(book, e.Row)
		}
	}
	if len(hidden) > 0 {
		fmt.Fprintf(w, "One training of each cannot show these differences (95 %%, pictures and seeds): %s.\n", strings.Join(hidden, ", "))
	}
	if len(book) > 0 {
		fmt.Fprintf(w, "Nor can it show those of the book's numbers in %s.\n", named(book))
	}
	return nil
}

// writeVote prints a vote beside the best of its voters.
func (r *Report) writeVote(w io.Writer) {
	v := r.Vote
	if v == nil {
		return
	}
	fmt.Fprintf(w, "\nThe vote of %d networks, row %s: %.2f (%v), %s. The best single network of the %d on the validation pictures, seed %d: %.2f (%v), %s.\n",
		v.Voters, v.Row, v.Accuracy, v.Interval, mistakes(v.Errors), v.Voters, v.SingleSeed, v.Single, v.SingleInterval, mistakes(v.SingleErrors))
	fmt.Fprintf(w, "The vote mends %d of its mistakes and makes %d new ones: McNemar's p %s.\n", v.Comparison.Better, v.Comparison.Worse, probability(v.Comparison.P))
}

// where prints what the rows were trained on, a line a machine.
func (r *Report) where(w io.Writer) {
	type place struct{ machine, backend string }
	rows := map[place][]string{}
	cores := map[string]map[int]bool{}
	for _, l := range r.Lines {
		if l.votes != nil {
			continue // of networks of another row
		}
		for _, run := range l.runs {
			p := place{run.Machine, run.Backend}
			if !slices.Contains(rows[p], l.Row) {
				rows[p] = append(rows[p], l.Row)
			}
			if cores[run.Machine] == nil {
				cores[run.Machine] = map[int]bool{}
			}
			cores[run.Machine][run.Cores] = true
		}
	}
	if len(rows) > 0 {
		fmt.Fprintln(w, "\nTrained on:")
	}
	for _, machine := range slices.Sorted(maps.Keys(cores)) {
		var backends []string
		for _, p := range slices.SortedFunc(maps.Keys(rows), func(a, b place) int { return cmp.Compare(a.backend, b.backend) }) {
			if p.machine == machine {
				backends = append(backends, fmt.Sprintf("%s with %s", named(rows[p]), p.backend))
			}
		}
		fmt.Fprintf(w, "- %s%s: %s\n", machine, perTraining(slices.Sorted(maps.Keys(cores[machine]))), strings.Join(backends, "; "))
	}
}

// perTraining says how many cores each training was bound to, 0 being none.
func perTraining(counts []int) string {
	if len(counts) == 0 || slices.Equal(counts, []int{0}) {
		return ""
	}
	var list []string
	for _, n := range counts {
		if n == 0 {
			list = append(list, "all")
			continue
		}
		list = append(list, strconv.Itoa(n))
	}
	return " (" + strings.Join(list, " or ") + " a training)"
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

// signed writes an interval of differences.
func (i Interval) signed() string { return fmt.Sprintf("%+.2f to %+.2f", i.Low, i.High) }

func orNothing(i *Interval) string {
	if i == nil {
		return ""
	}
	return i.String()
}

// named writes "row 5" or "rows 5, 5b".
func named(rows []string) string {
	if len(rows) == 1 {
		return "row " + rows[0]
	}
	return "rows " + strings.Join(rows, ", ")
}

func mistakes(n int) string {
	if n == 1 {
		return "1 mistake"
	}
	return fmt.Sprintf("%d mistakes", n)
}

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
