package generalisation

import (
	"io/fs"
	"sync"

	"cnnbook/chapters/ch05/s23-generalisation/table"
)

// TableFolder holds the stored results of Table: PROFILE_ROW_seedN.json, and the kept
// weights of some (measured/table/README.md).
func TableFolder() fs.FS {
	folder, err := fs.Sub(Results(), "table")
	if err != nil {
		panic(err) // the name above is a valid one
	}
	return folder
}

// storedTable is a table with its stored results. Claims and figures that need results
// are made for the rows that have some; their checks fail where these are of another
// recipe than the code's.
type storedTable struct {
	table  table.Table
	folder fs.FS
	report func() (*table.Report, error) // of the first profile
}

func readTable(t table.Table, folder fs.FS) storedTable {
	return storedTable{t, folder, sync.OnceValues(func() (*table.Report, error) { return t.Report(folder, "", table.Here{}) })}
}

// first is the first training of a row in the first profile.
func (s storedTable) first(row string) table.Job {
	return table.Job{Profile: s.table.Profiles[0].Name, Row: row, Seed: 1}
}

// rows lists the trained rows that have results, without reading any.
func (s storedTable) rows() []table.Row {
	var rows []table.Row
	for _, row := range s.table.Rows {
		if row.VoteOf != "" {
			continue
		}
		if _, err := fs.Stat(s.folder, s.first(row.ID).String()+".json"); err == nil {
			rows = append(rows, row)
		}
	}
	return rows
}
