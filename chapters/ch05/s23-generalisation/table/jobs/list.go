package jobs

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"cnnbook/chapters/ch05/s23-generalisation/table"
	"cnnbook/chapters/measure"
	"cnnbook/internal/home"
)

// Open is a training without a result: what `table jobs --json` prints of it.
type Open struct {
	N          int     `json:"n"` // see table.Table.Number
	Profile    string  `json:"profile"`
	Row        string  `json:"row"`
	Seed       int64   `json:"seed"`
	Epochs     int     `json:"epochs"`
	Checkpoint bool    `json:"checkpoint"`                // there is one to go on from
	Done       int     `json:"epochs_done"`               // that it keeps
	Hours      float64 `json:"estimated_hours,omitempty"` // for the rest, here, on one core; left out if nothing like it was trained here
}

// List is what is to be trained of a profile.
type List struct {
	Section string `json:"section"`
	Profile string `json:"profile"`
	All     int    `json:"trainings"` // of the rows, the stored ones too
	Jobs    []Open `json:"open"`      // in the order of their numbers
}

// ListOpen lists the jobs that have no result of the recipe of the code in o.Out.
func ListOpen(t table.Table, profile string, all []table.Job, o Options) (*List, error) {
	todo, err := o.missing(t, all)
	if err != nil {
		return nil, err
	}
	work, err := home.Folder("table")
	if err != nil {
		return nil, err
	}
	r, err := t.Report(os.DirFS(o.Out), profile, table.Here{Machine: measure.Machine(), Jobs: 1})
	if err != nil {
		return nil, err
	}
	list := &List{Section: t.Section, Profile: profile, All: len(all), Jobs: []Open{}}
	for _, j := range todo {
		recipe, err := t.Recipe(j)
		if err != nil {
			return nil, err
		}
		open := Open{N: t.Number(j), Profile: j.Profile, Row: j.Row, Seed: j.Seed, Epochs: max(recipe.Options.Epochs, 1)}
		if open.Done, err = saved(work, j, recipe); err != nil {
			return nil, err
		}
		open.Checkpoint = open.Done > 0
		open.Hours = r.Line(j.Row).EpochHere * float64(open.Epochs-open.Done) / 3600
		list.Jobs = append(list.Jobs, open)
	}
	return list, nil
}

// WriteText prints the list for readers.
func (l *List) WriteText(w io.Writer) error {
	fmt.Fprintf(w, "%d of %d trainings of the table of section %s, profile %s, are open.\n", len(l.Jobs), l.All, l.Section, l.Profile)
	if len(l.Jobs) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tab, "number\trow\tseed\tepochs done\ttime left here, on one core")
	hours := 0.0
	for _, j := range l.Jobs {
		hours += j.Hours
		fmt.Fprintf(tab, "%d\t%s\t%d\t%d of %d\t%s\n", j.N, j.Row, j.Seed, j.Done, j.Epochs, table.Duration(j.Hours))
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\nAll together: %s. `table --only NUMBER` runs one of them.\n", table.Duration(hours))
	return err
}

// WriteNumbers prints the numbers, one a line.
func (l *List) WriteNumbers(w io.Writer) error {
	for _, j := range l.Jobs {
		if _, err := fmt.Fprintln(w, j.N); err != nil {
			return err
		}
	}
	return nil
}

// writeJSON prints a value with stable field names.
func writeJSON(w io.Writer, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("table: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}
