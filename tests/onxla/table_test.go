package onxla

import (
	"io/fs"
	"testing"

	"cnnbook/chapters"
	generalisation "cnnbook/chapters/ch05/s23-generalisation"
	"cnnbook/chapters/ch05/s23-generalisation/table/jobs"
)

// TestTableOnXLA trains the first steps of the first seed of every stored row of the table
// of section 5.23 again, in every profile, on the backend that the results come from.
func TestTableOnXLA(t *testing.T) {
	backend := openXLA(t)
	tab := generalisation.Table()
	for _, p := range tab.Profiles {
		all, err := tab.Jobs(p.Name, tab.IDs(), 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range all {
			if _, err := fs.Stat(generalisation.TableFolder(), j.String()+".json"); err != nil || j.Seed != 1 {
				continue // not measured
			}
			if err := jobs.Verify(t.Context(), backend, tab, generalisation.TableFolder(), j, chapters.FirstLosses); err != nil {
				t.Error(err)
			}
		}
	}
}
