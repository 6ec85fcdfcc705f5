package generalisation

import (
	"fmt"
	"io/fs"
	"sync"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/s23-generalisation/table"
)

// storedTable is a table with its stored results. Claims and figures that need results are
// made for the rows that have some; their checks fail if these are of another recipe than
// the code's.
type storedTable struct {
	table  table.Table
	folder fs.FS
	report func() (*table.Report, error) // of the first profile
}

// stored returns a table with the results in a folder. It reads them when they are asked
// for, and once.
func stored(t table.Table, folder fs.FS) storedTable {
	return storedTable{t, folder, sync.OnceValues(func() (*table.Report, error) { return t.Report(folder, "", table.Here{}) })}
}

// firstJob returns the training of a row in the first profile, with seed 1.
func (s storedTable) firstJob(row string) table.Job {
	return table.Job{Profile: s.table.Profiles[0].Name, Row: row, Seed: 1}
}

// rows lists the trained rows that have results, without reading any.
func (s storedTable) rows() []table.Row {
	var rows []table.Row
	for _, row := range s.table.Rows {
		if row.VoteOf != "" {
			continue
		}
		if _, err := fs.Stat(s.folder, s.firstJob(row.ID).String()+".json"); err == nil {
			rows = append(rows, row)
		}
	}
	return rows
}

// has reports whether a trained row has results.
func (s storedTable) has(id string) bool {
	for _, row := range s.rows() {
		if row.ID == id {
			return true
		}
	}
	return false
}

// line returns the line of a trained row in the report, or ends the check or picture that
// calls it.
func (s storedTable) line(id string) *table.Line {
	l := chapters.Must(s.report()).Line(id)
	if l.Runs == 0 {
		panic(chapters.Failure(fmt.Errorf("generalisation: row %s of the table has no result of the code's recipe: `%s` trains it", id, l.Missing)))
	}
	return l
}
