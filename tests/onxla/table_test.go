package onxla

import (
	"io/fs"
	"testing"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05"
	"cnnbook/chapters/table/jobs"
)

// TestTableOnXLA trains the first steps of the first seed of every stored row of the table
// of section 5.23 again, in every profile, on the backend that the results come from.
func TestTableOnXLA(t *testing.T) {
	backend := openXLA(t)
	tab := ch05.Table()
	for _, p := range tab.Profiles {
		all, err := tab.Jobs(p.Name, tab.IDs(), 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range all {
			if _, err := fs.Stat(ch05.TableFolder(), j.String()+".json"); err != nil || j.Seed != 1 {
				continue // not measured
			}
			if err := jobs.Verify(t.Context(), backend, tab, ch05.TableFolder(), j, chapters.FirstLosses); err != nil {
				t.Error(err)
			}
		}
	}
}
