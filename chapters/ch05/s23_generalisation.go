package ch05

import (
	"io/fs"
	"sync"

	"cnnbook/chapters"
	"cnnbook/chapters/table"
)

// generalisation is section 5.23: what makes a network right on pictures that it has not
// seen, shown on ten networks for digits.
func generalisation() chapters.Section {
	return chapters.Section{
		ID: "5.23", Slug: "05_23_generalisation",
		Title:   "How to generalise better",
		TitleZH: "提高泛化能力的方法总结",
		Claims:  append(generalisationClaims(), measuredClaims()...),
		Figures: generalisationFigures(),
	}
}

// TableFolder holds the stored results of Table: PROFILE_ROW_seedN.json, and the kept
// weights of some (measured/table/README.md).
func TableFolder() fs.FS {
	folder, err := fs.Sub(MeasuredFolder(), "table")
	if err != nil {
		panic(err) // the name above is a valid one
	}
	return folder
}

// storedTable is the report of the first profile.
var storedTable = sync.OnceValues(func() (*table.Report, error) {
	return Table().Report(TableFolder(), "", table.Here{})
})

// storedRows lists the trained rows with a result of the first profile, without reading
// any. Claims and figures that need results are made for these.
func storedRows() []table.Row {
	t := Table()
	var rows []table.Row
	for _, row := range t.Rows {
		if row.VoteOf != "" {
			continue
		}
		first := table.Job{Profile: t.Profiles[0].Name, Row: row.ID, Seed: 1}
		if _, err := fs.Stat(TableFolder(), first.String()+".json"); err == nil {
			rows = append(rows, row)
		}
	}
	return rows
}
