package table_test

import (
	"io"
	"io/fs"
	"testing"

	generalisation "cnnbook/chapters/ch05/s23-generalisation"
	"cnnbook/chapters/ch05/s23-generalisation/table"
)

// TestStoredSize: the results of all trainings together stay below 2 MB, so that a checkout
// stays small.
func TestStoredSize(t *testing.T) {
	const most = 2_000_000
	sum, files := int64(0), 0
	err := fs.WalkDir(generalisation.TableFolder(), ".", func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			sum += info.Size()
			files++
		}
		return err
	})
	if err != nil || files == 0 || sum >= most {
		t.Errorf("%d files in measured/table have %d bytes, %v: want some and less than %d", files, sum, err, most)
	}
}

// BenchmarkReport recomputes the stored table: results, intervals, votes and tests, and
// its text.
func BenchmarkReport(b *testing.B) {
	tab := generalisation.Table()
	for b.Loop() {
		r, err := tab.Report(generalisation.TableFolder(), "", table.Here{Machine: "none", Jobs: 1})
		if err == nil {
			err = r.WriteText(io.Discard)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}
